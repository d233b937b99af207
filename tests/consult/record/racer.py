"""What one of several processes does in a race; run by path, prints one line of JSON at the end.

Arguments: what to do, the database's address, then the act's own. It says "ready" and waits for a line, so that
all processes start together however long they took to load.
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.database import create_record_engine, normalise_url, unit_of_work
from consult.record.draft import AnswerChange, save_answers
from consult.record.errors import RecordError
from consult.record.job import Job, claim_job, list_queued
from consult.record.keys import Keyring
from consult.record.submission import submit_draft

TODAY = date(2026, 11, 22)


def count(url: str, job_id: str, times: str) -> dict[str, int]:
    """Read a number and write it plus one, through the unit of work, with the row locked."""
    engine = create_record_engine(url)

    def act() -> None:
        with unit_of_work(engine) as session:
            job = session.get_one(Job, int(job_id), with_for_update=True)
            job.attempts += 1

    return _repeat(act, int(times))


def count_naively(url: str, job_id: str, times: str) -> dict[str, int]:
    """Do the same on an engine that nobody prepared, without a lock."""
    engine = sa.create_engine(normalise_url(url))

    def act() -> None:
        with Session(engine) as session, session.begin():
            job = session.get_one(Job, int(job_id))
            job.attempts += 1

    return _repeat(act, int(times))


def submit(url: str, secret: str, token: str) -> dict[str, object]:
    """Submit the same draft as everybody else."""
    engine, keyring = create_record_engine(url), Keyring(secret)
    _wait()
    with unit_of_work(engine) as session:
        done = submit_draft(session, keyring, token, TODAY)
    return {"receipt": done.receipt, "is_new": done.is_new}


def save(url: str, secret: str, token: str, writer: str, times: str) -> dict[str, object]:
    """Save revision after revision of one answer until the draft is submitted or all is said."""
    engine, keys = create_record_engine(url), Keyring(secret).open_link(token)
    _wait()
    kept: list[int] = []
    try:
        for revision in range(1, int(times) + 1):
            change = AnswerChange("hardest", f"{writer} wrote {revision}", revision)
            with unit_of_work(engine) as session:
                is_kept = not save_answers(session, keys, [change], today=TODAY)[0].is_stale
            if is_kept:
                kept.append(revision)
    except RecordError as error:
        return {"kept": kept, "ended": error.code}
    return {"kept": kept, "ended": ""}


def claim(url: str) -> dict[str, object]:
    """Claim every job that can be had."""
    engine = create_record_engine(url)
    _wait()
    won = []
    with unit_of_work(engine, read_only=True) as session:
        queued = list_queued(session)
    for job_id in queued:
        with unit_of_work(engine) as session:
            if claim_job(session, job_id, datetime.now(UTC), timedelta(minutes=1)):
                won.append(job_id)
    return {"won": won}


def _repeat(act: Callable[[], None], times: int) -> dict[str, int]:
    """Do something so many times; what the database could not take now is done again, and counted."""
    _wait()
    refused = 0
    for _ in range(times):
        while True:
            try:
                act()
                break
            except (RecordError, sa.exc.OperationalError):
                refused += 1
    return {"refused": refused}


def _wait() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


ACTS: dict[str, Callable[..., dict[str, object]]] = {
    "count": count,
    "count_naively": count_naively,
    "submit": submit,
    "save": save,
    "claim": claim,
}

if __name__ == "__main__":
    what, address, *rest = sys.argv[1:]
    print(json.dumps(ACTS[what](address, *rest)))
