"""What one of several processes does in a race. It says that it is ready and waits, so that all start together."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection

import sqlalchemy as sa
from sqlalchemy.orm import Session, configure_mappers

from consult.record.database import create_record_engine, normalise_url, unit_of_work
from consult.record.draft import AnswerChange, save_answers
from consult.record.errors import RecordError
from consult.record.job import Job, claim_job, list_queued
from consult.record.keys import Keyring
from consult.record.submission import submit_draft

TODAY = date(2026, 11, 22)
Wait = Callable[[], None]


def count(wait: Wait, url: str, job_id: str, times: str) -> dict[str, int]:
    """Read a number and write it plus one, through the unit of work, with the row locked."""
    engine = create_record_engine(url)

    def act() -> None:
        with unit_of_work(engine) as session:
            job = session.get_one(Job, int(job_id), with_for_update=True)
            job.attempts += 1

    return _repeat(wait, act, int(times))


def count_naively(wait: Wait, url: str, job_id: str, times: str) -> dict[str, int]:
    """Do the same on an engine that nobody prepared, without a lock."""
    engine = sa.create_engine(normalise_url(url))

    def act() -> None:
        with Session(engine) as session, session.begin():
            job = session.get_one(Job, int(job_id))
            job.attempts += 1

    return _repeat(wait, act, int(times))


def submit(wait: Wait, url: str, secret: str, token: str) -> dict[str, object]:
    """Submit the same draft as everybody else."""
    engine, keyring = create_record_engine(url), Keyring(secret)
    wait()
    with unit_of_work(engine) as session:
        done = submit_draft(session, keyring, token, TODAY)
    return {"receipt": done.receipt, "is_new": done.is_new}


def save(wait: Wait, url: str, secret: str, token: str, writer: str, times: str) -> dict[str, object]:
    """Save revision after revision of one answer until the draft is submitted or all is said."""
    engine, keys = create_record_engine(url), Keyring(secret).open_link(token)
    wait()
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


def claim(wait: Wait, url: str) -> dict[str, object]:
    """Claim every job that can be had."""
    engine = create_record_engine(url)
    wait()
    won = []
    with unit_of_work(engine, read_only=True) as session:
        queued = list_queued(session)
    for job_id in queued:
        with unit_of_work(engine) as session:
            if claim_job(session, job_id, datetime.now(UTC), timedelta(minutes=1)):
                won.append(job_id)
    return {"won": won}


def _repeat(wait: Wait, act: Callable[[], None], times: int) -> dict[str, int]:
    """Do something so many times; what the database could not take now is done again, and counted."""
    wait()
    refused = 0
    for _ in range(times):
        while True:
            try:
                act()
                break
            except (RecordError, sa.exc.OperationalError):
                refused += 1
    return {"refused": refused}


ACTS: dict[str, Callable[..., dict[str, object]]] = {
    "count": count,
    "count_naively": count_naively,
    "submit": submit,
    "save": save,
    "claim": claim,
}

# Before the processes part: each would else spend most of its time on it.
configure_mappers()


def run(line: Connection, what: str, url: str, *rest: str) -> None:
    """Do one act in a process of its own; what it reports goes back over the line."""

    def wait() -> None:
        line.send("ready")
        line.recv()

    line.send(ACTS[what](wait, url, *rest))
