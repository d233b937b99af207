"""A process that submits responses one after the other, as fast as it can, until its input ends; run by path.

Arguments: the database's address, the secret, the version's key. It prints the receipt of each response that was
acknowledged, and "busy" where the database refused and it tried again.
"""

import sys
import threading
from datetime import date

from consult.record.database import create_record_engine, unit_of_work
from consult.record.errors import RecordError
from consult.record.keys import Keyring, new_token
from consult.record.submission import Submission, submit_response
from consult.record.survey import SurveyVersion

TODAY = date(2026, 11, 22)
# Four answers, two of them contributions, long enough to spread over several pages.
RAW = {"answer_as": "citizen", "hardest": "Waiting. " * 200, "protect": "The nurses. " * 200, "quoted": True}


def main(url: str, secret: str, version_id: str) -> None:
    """Submit until the input ends."""
    engine, keyring = create_record_engine(url), Keyring(secret)
    stop = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=wait, daemon=True).start()
    while not stop.is_set():
        token = new_token()
        try:
            with unit_of_work(engine) as session:
                version = session.get_one(SurveyVersion, int(version_id))
                done = submit_response(session, keyring, Submission(token, version, RAW, "en"), TODAY)
        except RecordError as error:
            print(error.code.partition(".")[2], flush=True)
        else:
            print(done.receipt, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
