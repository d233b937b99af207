"""How fast the theme pages answer with many contributions: ``python benchmarks/theme_pages.py --help``.

The sample consultation with further contributions to one open question, a run whose themes are dealt in turn (what is
measured is reading, not analysing), and each page asked for again and again by one signed-in person, in this process.
Prints the number of statements and the median and 95th percentile of each page.
"""

import argparse
import statistics
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from consult.accounts.passwords import hash_password
from consult.application import create_app
from consult.record.account import Role, create_account, join_consultation
from consult.record.consultation import Consultation
from consult.record.contribution import ImportedText, import_contributions
from consult.record.database import create_record_engine, unit_of_work
from consult.record.keys import Keyring
from consult.record.migrations import upgrade
from consult.record.ranking import request_rankings
from consult.sample import load_sample
from consult.settings import Settings
from consult.worker import Worker
from tests.consult.planted_run import plant_run

SECRET, PASSWORD = "a secret for benchmarks that is long enough", "quiet herons wade at dawn"
WORDS = "L’attente est longue et personne ne rappelle ; il faut un rendez-vous, un médecin, une réponse."


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contributions", type=int, default=5_000)
    parser.add_argument("--times", type=int, default=40, help="how often each page is asked for")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/record.sqlite"
        code, run_id, other_id = _fill(url, options.contributions)
        app = create_app(Settings(url, SECRET, is_development=True))
        print(f"{options.contributions} contributions more, {options.times} times each, milliseconds\n")
        print("| page | statements | median | p95 |\n|---|---|---|---|")
        for role, paths in _pages(code, run_id, other_id).items():
            client = app.test_client()
            token = html.fromstring(client.get("/fr/sign-in").text).xpath("//main//input[@name='csrf_token']/@value")[0]
            client.post("/fr/sign-in", data={"csrf_token": token, "email": f"{role}@example.org", "password": PASSWORD})
            for name, path in paths.items():
                print(_measure(app, client, name, path, options.times))
    return 0


def _fill(url: str, contributions: int) -> tuple[str, int, int]:
    engine = create_record_engine(url)
    upgrade(engine)
    password_hash = hash_password(PASSWORD)
    with unit_of_work(engine) as session:
        consultation = load_sample(session, Keyring(SECRET), date.today(), is_running=True)
        for role in (Role.FACILITATOR, Role.COMMITTEE):
            account = create_account(session, f"{role}@example.org", "N", roles=[role], password_hash=password_hash)
            join_consultation(session, account, consultation, role)
        _import(session, consultation, contributions)
        code = consultation.code
    weights = (9, 8, 7, 6, 5, 4, 3, 3, 2, 2, 1, 1)
    runs = [plant_run(engine, code, weights, offset=offset) for offset in (0, 5)]
    with unit_of_work(engine) as session:
        request_rankings(session, datetime.now(UTC))
    Worker(engine).run_next()
    engine.dispose()
    return code, runs[1], runs[0]


def _import(session: Session, consultation: Consultation, count: int) -> None:
    groups = [group.code for group in consultation.groups]
    rows = [ImportedText(str(n), f"{n}. {WORDS}", "fr", groups[n % len(groups)]) for n in range(count)]
    import_contributions(session, consultation, "hardest", rows)


def _pages(code: str, run_id: int, other_id: int) -> dict[str, dict[str, str]]:
    manage, committee = f"/fr/manage/{code}/themes", f"/fr/committee/{code}"
    return {
        "facilitator": {
            "list": manage,
            "run": f"{manage}/{run_id}",
            "words, first page": f"{manage}/{run_id}/1",
            "words, page 12": f"{manage}/{run_id}/1?page=12",
            "words, searched": f"{manage}/{run_id}/1?word=medecin",
            "two runs": f"{manage}/{run_id}/compare/{other_id}",
            "quotes": f"{manage}/{run_id}/quotes",
        },
        "committee": {"themes": f"{committee}/themes/hardest", "ranking": f"{committee}/ranking/orientations"},
    }


def _measure(app: Flask, client: FlaskClient, name: str, path: str, times: int) -> str:
    statements = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    sa.event.listen(engine, "before_cursor_execute", note)
    assert client.get(path).status_code == 200, path  # noqa: S101 - a measurement of an error says nothing
    sa.event.remove(engine, "before_cursor_execute", note)
    taken = []
    for _ in range(times):
        start = perf_counter()
        client.get(path)
        taken.append(1000 * (perf_counter() - start))
    selects = sum(statement.startswith("SELECT") for statement in statements)
    p95 = statistics.quantiles(taken, n=20)[-1]
    return f"| {name} | {selects} | {statistics.median(taken):.0f} | {p95:.0f} |"


if __name__ == "__main__":
    sys.exit(main())
