"""The worker: takes jobs one after another, keeps them by a heartbeat, and loses nothing when it is killed."""

# ruff: noqa: F811 - fixtures that are imported

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from analysis.errors import AnalysisError
from consult import jobs, worker
from consult.jobs import Stopped, Work
from consult.record.contribution import ImportedText, import_contributions
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.job import (
    MAXIMUM_ATTEMPTS,
    Job,
    JobState,
    cancel_job,
    claim_job,
    enqueue_job,
    get_job,
    list_jobs,
    release_expired,
)
from consult.record.night import NIGHTLY
from consult.record.run import list_runs
from consult.record.run_request import request_runs
from consult.record.theme import RunState, list_themes
from consult.worker import Worker
from tests.consult.record.conftest import (  # noqa: F401 - fixtures
    engine,
    keyring,
    postgres_template,
    postgres_url,
    sqlite_template,
    url,
    world,
)

_COMMAND = Path(sys.executable).with_name("consult")
_QUESTIONS = ("hardest", "protect")


def _now():
    return datetime.now(UTC)


def _enqueue(engine) -> int:
    with unit_of_work(engine) as session:
        return enqueue_job(session, "toy", {}, _now()).id


def _read(engine, job_id) -> Job:
    with unit_of_work(engine, read_only=True) as session:
        return get_job(session, job_id)


def _work_on(engine, task, **more):
    """Have a worker carry out one job by a task; return how the job ended."""
    job_id = _enqueue(engine)
    assert Worker(engine, load=lambda name: task, **more).run_next()
    return _read(engine, job_id)


def _wait_for(condition, seconds=180.0):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


@pytest.fixture
def quick(monkeypatch):
    """Hearts that beat fast, so that no test waits for one."""
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(jobs, "_TELL_SECONDS", 0.01)


def test_what_a_task_says_is_stored_while_it_works(engine, quick):
    seen = []

    def task(work: Work):
        work.tell("vectors", 0.25)
        seen.append(_wait_for(lambda: (job := _read(engine, work.job_id)).progress and job))

    ended = _work_on(engine, task)
    assert [(job.state, job.step, job.progress) for job in seen] == [(JobState.RUNNING, "vectors", 0.25)]
    assert (ended.state, ended.progress) == (JobState.DONE, 1.0)


def test_the_lease_is_renewed_while_a_task_says_nothing(engine, quick):
    leases = []

    def task(work: Work):
        leases.append(_read(engine, work.job_id).lease_until)
        _wait_for(lambda: _read(engine, work.job_id).lease_until > leases[0])

    assert _work_on(engine, task).state is JobState.DONE


def test_a_cancelled_job_stops_at_what_it_says_next(engine, quick):
    reached = []

    def task(work: Work):
        with unit_of_work(engine) as session:
            cancel_job(session, work.job_id, _now())
        _wait_for(lambda: work._lost.is_set())
        with pytest.raises(Stopped, match=r"job\.lost"):
            work.tell("themes", 0.9)
        reached.append(True)
        work.tell("themes", 0.9)

    assert _work_on(engine, task).state is JobState.CANCELLED
    assert reached


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AnalysisError("answers.too_few", rows=3), "answers.too_few"),
        (RecordError("record.full"), "record.full"),
        (ValueError("somebody's words"), "job.unexpected"),
    ],
)
def test_a_failure_is_kept_by_its_code_and_the_log_has_nobodys_words(engine, caplog, error, code):
    def task(work: Work):
        raise error

    with caplog.at_level(logging.INFO):
        ended = _work_on(engine, task)
    assert (ended.state, ended.error_code) == (JobState.FAILED, code)
    assert "somebody" not in caplog.text
    assert ("ValueError at worker.py" in caplog.text) is (code == "job.unexpected")


def _away():
    return sa.exc.OperationalError("SELECT a secret", None, ValueError("a secret"))


@pytest.mark.parametrize(("error", "code"), [(RecordError("record.busy"), "record.busy"), (_away(), "job.unexpected")])
def test_a_database_that_is_busy_or_away_is_tried_again_and_not_forever(engine, caplog, error, code):
    def task(work: Work):
        raise error

    job_id = _enqueue(engine)
    worker = Worker(engine, load=lambda name: task)
    for _ in range(MAXIMUM_ATTEMPTS):
        assert worker.run_next()
    ended = _read(engine, job_id)
    assert (ended.state, ended.error_code, ended.attempts) == (JobState.FAILED, code, MAXIMUM_ATTEMPTS)
    assert not worker.run_next()
    assert "secret" not in caplog.text


def test_a_job_of_a_task_that_is_not_known_fails(engine):
    job_id = _enqueue(engine)
    Worker(engine).run_next()
    assert _read(engine, job_id).error_code == "job.unknown_task"


def test_a_worker_that_is_told_to_end_puts_its_job_back(engine):
    job_id = _enqueue(engine)

    def task(work: Work):
        worker.stop()
        work.tell("vectors", 0.5)

    worker = Worker(engine, load=lambda name: task)
    worker.run()
    job = _read(engine, job_id)
    assert (job.state, job.attempts, job.progress, job.lease_until) == (JobState.QUEUED, 1, 0.0, None)


def test_a_worker_ends_with_the_process_beside(engine):
    Worker(engine, beside=1).run()  # not our parent: it returns at once
    assert not Worker(engine, beside=os.getppid()).is_stopping


def test_a_worker_outlives_a_database_that_is_away(engine, monkeypatch, caplog):
    monkeypatch.setattr(worker, "_AWAY_SECONDS", 0.01)
    patient = Worker(engine)
    calls = []

    def away(now):
        calls.append(now)
        if len(calls) == 3:
            patient.stop()
        raise _away()

    monkeypatch.setattr(patient, "keep_house", away)
    patient.run()
    assert len(calls) == 3
    assert "OperationalError" in caplog.text
    assert "secret" not in caplog.text


def test_housekeeping_puts_back_the_jobs_of_workers_that_are_gone(engine):
    job_id = _enqueue(engine)
    with unit_of_work(engine) as session:
        claim_job(session, job_id, _now() - timedelta(minutes=2), timedelta(seconds=30))
    Worker(engine).keep_house(datetime.now().astimezone())
    assert _read(engine, job_id).state is JobState.QUEUED


def test_housekeeping_that_fails_keeps_nobody_from_working(engine, monkeypatch, caplog):
    def fail(session, now):
        raise ValueError("somebody's words")

    def task(work: Work):
        busy.stop()

    for name in ("fail_lost_runs", "request_rankings"):
        monkeypatch.setattr(worker, name, fail)
    job_id, busy = _enqueue(engine), Worker(engine, load=lambda name: task)
    busy.run()
    assert _read(engine, job_id).state is JobState.DONE
    with unit_of_work(engine, read_only=True) as session:  # what comes after in the same house was kept
        assert len(list_jobs(session, NIGHTLY, *JobState)) == 1
    assert caplog.text.count("housekeeping (fail) failed: ValueError at worker.py") == 2
    assert "somebody" not in caplog.text


def test_only_the_worker_that_has_the_job_can_save_its_result(engine):
    """A worker that slept through its lease wakes up when another has finished: nothing of it is kept."""
    results = []

    def task(work: Work):
        if work.attempt == 1:  # another takes over meanwhile
            with unit_of_work(engine) as session:
                release_expired(session, _now() + timedelta(hours=1))
            assert Worker(engine, load=lambda name: task).run_next()
        with unit_of_work(engine) as session:
            work.finish(session)
            enqueue_job(session, "result", {"attempt": work.attempt}, _now())
        results.append(work.attempt)

    ended = _work_on(engine, task)
    assert (ended.state, ended.attempts, results) == (JobState.DONE, 2, [2])
    with unit_of_work(engine, read_only=True) as session:
        kept = session.scalars(sa.select(Job).where(Job.task == "result")).all()
    assert [job.arguments for job in kept] == [{"attempt": 2}]


def test_two_workers_share_the_jobs_and_do_none_twice(engine):
    done = []
    jobs_made = {_enqueue(engine) for _ in range(12)}

    def task(work: Work):
        done.append(work.job_id)

    def empty_the_queue():
        worker = Worker(engine, load=lambda name: task)
        while worker.run_next():
            pass

    threads = [threading.Thread(target=empty_the_queue) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), set(done)) == (12, jobs_made)


@pytest.fixture
def asked(world, planted):
    """The themes of two questions were asked for."""
    rows = [ImportedText(*row) for row in zip(planted["id"], planted["text"], planted["language"], strict=True)]
    with unit_of_work(world.engine) as session:
        for question in _QUESTIONS:
            import_contributions(session, world.consultation, question, rows)
        made = request_runs(session, world.consultation, None, None, _now())
        return {job.arguments["question"]: job.id for job in made}


@contextmanager
def _process(url, log):
    """Give a real worker, which is stopped at the end and must have ended well if it was not killed."""
    settings = {"CONSULT_DATABASE_URL": url, "CONSULT_SECRET_KEY": "x" * 40, "CONSULT_LANGUAGE": "en"}
    with log.open("a") as said:
        process = subprocess.Popen([_COMMAND, "worker"], env={**os.environ, **settings}, stdout=said, stderr=said)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0, log.read_text()


def _runs(world, question):
    with unit_of_work(world.engine, read_only=True) as session:
        return [(run.state, run.error_code) for run in reversed(list_runs(session, world.consultation, question))]


@pytest.mark.slow
def test_a_killed_workers_job_is_taken_up_by_another_and_has_one_result(world, asked, url, tmp_path):
    engine, log = world.engine, tmp_path / "log"
    job_id = asked["hardest"]
    with _process(url, log) as first:
        _wait_for(lambda: _read(engine, job_id).step)  # it has begun its run, and is computing
        first.kill()
        first.wait()
    assert _read(engine, job_id).state is JobState.RUNNING
    assert _runs(world, "hardest") == [(RunState.RUNNING, None)]
    with unit_of_work(engine) as session:  # half a minute passes
        session.execute(sa.update(Job).where(Job.id == job_id).values(lease_until=_now() - timedelta(seconds=1)))
    with _process(url, log), _process(url, log):
        _wait_for(lambda: all(_read(engine, each).state is JobState.DONE for each in asked.values()))
    assert _read(engine, job_id).attempts == 2
    assert _runs(world, "hardest") == [(RunState.FAILED, "run.interrupted"), (RunState.DONE, None)]
    assert _runs(world, "protect") == [(RunState.DONE, None)]
    with unit_of_work(engine, read_only=True) as session:
        run = list_runs(session, world.consultation, "hardest")[0]
        assert len(list_themes(session, run)) == run.summary["themes"] > 1
    assert "Ctrl-C stops it." in log.read_text()
    assert " ERROR " not in log.read_text()


@pytest.mark.slow
def test_a_worker_that_is_stopped_puts_its_job_back_at_once(world, asked, url, tmp_path):
    job_id = asked["hardest"]
    with _process(url, tmp_path / "log") as process:
        _wait_for(lambda: _read(world.engine, job_id).step)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert _read(world.engine, job_id).state is JobState.QUEUED
    assert _runs(world, "hardest") == [(RunState.FAILED, "run.interrupted")]
