"""The worker and its database: connections that are lost, a server that is away, and the one clock."""

# ruff: noqa: F811 - fixtures that are imported

import logging
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from consult import jobs, worker
from consult.jobs import LEASE, Work
from consult.record import database
from consult.record.database import unit_of_work
from consult.record.job import Job, JobState, enqueue_job, get_job, give_back, list_jobs
from consult.worker import Worker
from tests.consult.record.conftest import (  # noqa: F401 - fixtures
    engine,
    postgres_template,
    postgres_url,
    sqlite_template,
    url,
)


def _now():
    return datetime.now(UTC)


def _away():
    return sa.exc.OperationalError("SELECT a secret", None, ValueError("a secret"))


def _enqueue(engine) -> int:
    with unit_of_work(engine) as session:
        return enqueue_job(session, "toy", {}, _now()).id


def _read(engine, job_id) -> Job:
    with unit_of_work(engine, read_only=True) as session:
        return get_job(session, job_id)


def _work_on(engine, task):
    """Have a worker carry out one job by a task; return how the job ended."""
    job_id = _enqueue(engine)
    assert Worker(engine, load=lambda name: task).run_next()
    return _read(engine, job_id)


def _cut(engine):
    """End all connections, as a server does that is started anew."""
    if engine.dialect.name != "postgresql":
        pytest.skip("a file closes no connection")
    ours = "datname = current_database() AND pid <> pg_backend_pid()"
    other = sa.create_engine(engine.url, poolclass=sa.NullPool)
    with other.connect() as connection:
        query = f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE {ours}"
        ended = connection.exec_driver_sql(query).scalars().all()
    assert ended
    assert all(ended)


def test_a_connection_that_is_lost_while_a_task_saves_puts_the_job_back(engine, caplog):
    def task(work: Work):
        with unit_of_work(engine) as session:
            work.finish(session)
            enqueue_job(session, "result", {"attempt": work.attempt}, _now())
            if work.attempt == 1:
                _cut(engine)

    ended = _work_on(engine, task)
    assert (ended.state, ended.attempts, ended.lease_until) == (JobState.QUEUED, 1, None)
    assert Worker(engine, load=lambda name: task).run_next()
    assert _read(engine, ended.id).state is JobState.DONE
    with unit_of_work(engine, read_only=True) as session:
        assert [job.arguments for job in list_jobs(session, "result", *JobState)] == [{"attempt": 2}]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "OperationalError at" in caplog.text


def test_a_connection_that_was_lost_before_is_not_noticed(engine, caplog):
    job_id = _enqueue(engine)
    _cut(engine)
    assert Worker(engine, load=lambda name: lambda work: None).run_next()
    assert (_read(engine, job_id).state, caplog.text) == (JobState.DONE, "")


def _refuse(monkeypatch, times):
    """Have the database be away when a job is put back, so many times; return the list of the times that it was."""
    refused = []
    monkeypatch.setattr(worker, "_AWAY_SECONDS", 0.01)

    def refuse(*about):
        if len(refused) < times:
            refused.append(True)
            raise _away()
        give_back(*about)

    monkeypatch.setattr(worker, "give_back", refuse)
    return refused


def test_a_job_is_put_back_when_the_database_answers_again(engine, monkeypatch):
    refused = _refuse(monkeypatch, 3)

    def task(work: Work):
        raise _away()

    assert _work_on(engine, task).state is JobState.QUEUED
    assert len(refused) == 3


def test_a_worker_that_is_to_end_waits_for_no_database(engine, monkeypatch, caplog):
    refused = _refuse(monkeypatch, 100)

    def task(work: Work):
        ending.stop()
        work.check()

    job_id, ending = _enqueue(engine), Worker(engine, load=lambda name: task)
    ending.run()
    assert len(refused) == 1
    assert _read(engine, job_id).state is JobState.RUNNING  # until its lease runs out


class _Ahead(datetime):
    """The clock of a host that is an hour ahead."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(hours=1)


def test_leases_go_by_the_clock_of_the_database(engine, monkeypatch):
    """A host whose clock is ahead takes no job away, and keeps none for longer."""
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(jobs, "_TELL_SECONDS", 0.01)
    leases = []

    def task(work: Work):
        leases.append(_read(engine, work.job_id).lease_until)
        for module in (jobs, worker, database):
            monkeypatch.setattr(module, "datetime", _Ahead, raising=False)
        for _ in range(2):  # a beat may have been on its way
            before = _read(engine, work.job_id).lease_until
            deadline = time.monotonic() + 60
            while _read(engine, work.job_id).lease_until <= before:
                assert time.monotonic() < deadline
                time.sleep(0.02)
        Worker(engine).keep_house(_Ahead.now().astimezone())
        leases.append(_read(engine, work.job_id).lease_until)
        with unit_of_work(engine) as session:
            other = enqueue_job(session, "toy", {}, _now()).id
        assert Worker(engine, load=lambda name: lambda work: leases.append(_read(engine, other).lease_until)).run_next()

    ended = _work_on(engine, task)
    assert (ended.state, ended.attempts, ended.losses) == (JobState.DONE, 1, 0)
    latest = _now() + LEASE
    # the control: a file is on one host, whose clock it is
    assert [lease > latest for lease in leases] == [False, *[engine.dialect.name == "sqlite"] * 2]
    assert (ended.finished_at > latest) is (engine.dialect.name == "sqlite")
