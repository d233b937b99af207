"""The worker: takes jobs from the record one after another, until it is told to end.

The plan was a queue beside the database (Huey) that carries the numbers of jobs. The rows are already a queue: they are
claimed by compare-and-swap and kept by a lease, which is what makes a killed worker's job come back; a second queue
would be one more file or server, and could only repeat or contradict them. So workers look at the rows once a second.
"""

import logging
import os
import threading
import time
import traceback
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from analysis.errors import AnalysisError
from consult.jobs import INTERRUPTED, LEASE, LOST, Stopped, Task, Watch, Work, is_away
from consult.record.concern_request import request_reading
from consult.record.database import read_clock, unit_of_work
from consult.record.errors import RecordError
from consult.record.job import MAXIMUM_ATTEMPTS, Job, claim_job, fail_job, give_back, list_queued, release_expired
from consult.record.night import NIGHTLY, enqueue_night
from consult.record.ranking import request_rankings
from consult.record.run_request import fail_lost_runs
from consult.record.sending import request_mailings
from consult.settings import Settings
from consult.tasks import load_task

_POLL_SECONDS = 1.0
# A lease lasts half a minute: whoever waits for the job of a killed worker waits little longer.
_HOUSEKEEPING_SECONDS = 15.0
_AWAY_SECONDS = 5.0
UNEXPECTED = "job.unexpected"

_log = logging.getLogger(__name__)


class Worker:
    """Carries out jobs.

    Parameters
    ----------
    engine
        The record's database.
    beside
        The process that this one was started by and must not outlive.
    load
        Finds a task by its name.
    settings
        The installation's, for the tasks that need its keys or send mail.
    stopping
        Set when it is to end.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        beside: int | None = None,
        load: Callable[[str], Task] = load_task,
        settings: Settings | None = None,
        stopping: threading.Event | None = None,
    ) -> None:
        self.engine = engine
        self._beside, self._load, self._settings = beside, load, settings
        self._stopping = stopping or threading.Event()

    def stop(self) -> None:
        """Have it end soon: what it is doing goes back to the queue."""
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        """Whether it is to end: it was told so, or the process beside is gone."""
        return self._stopping.is_set() or self._beside not in (None, os.getppid())

    def run(self) -> None:
        """Carry out jobs as they come, until told to end; a database that is away is waited for."""
        housekeeping = -_HOUSEKEEPING_SECONDS
        while not self.is_stopping:
            wait = _POLL_SECONDS
            try:
                if time.monotonic() - housekeeping >= _HOUSEKEEPING_SECONDS:
                    self.keep_house(datetime.now().astimezone())
                    housekeeping = time.monotonic()
                if self.run_next():
                    wait = 0.0
            except (RecordError, sa.exc.DBAPIError) as error:
                _log.warning("the database cannot be used (%s)", _describe(error))
                wait = _AWAY_SECONDS
            self._stopping.wait(wait)

    def run_next(self, watch: Watch | None = None) -> bool:
        """Carry out the job that has waited longest; False where none waits."""
        with unit_of_work(self.engine, read_only=True) as session:
            waiting = list_queued(session)
        for job_id in waiting:
            with unit_of_work(self.engine) as session:
                job = claim_job(session, job_id, read_clock(session), LEASE)
            if job is not None:
                self._carry_out(job, watch)
                return True
        return False

    def keep_house(self, now: datetime) -> None:
        """Put back the jobs whose worker is gone, end their runs, and ask for what is due by the local time `now`.

        What fails is logged and leaves the rest; an error that says that the database is away is raised.
        """
        for act in (_release_lost, fail_lost_runs, request_rankings, request_mailings, request_reading, enqueue_night):
            try:
                with unit_of_work(self.engine) as session:
                    act(session, now)
            except Exception as error:
                if is_away(error):
                    raise
                _log.error("housekeeping (%s) failed: %s", act.__name__, _describe(error))

    def _carry_out(self, job: Job, watch: Watch | None) -> None:
        try:
            with Work(self.engine, job, lambda: self.is_stopping, watch, self._settings) as work:
                self._load(job.task)(work)
                if not work.is_finished:
                    self._do(work.finish)
        except Stopped as stop:
            if stop.code == INTERRUPTED:
                self._give_back(job)
        except Exception as error:
            self._end_failed(job, error)

    def _end_failed(self, job: Job, error: Exception) -> None:
        """End a job that raised an error; one that the database was away or busy for is tried again."""
        code = error.code if isinstance(error, AnalysisError | RecordError) else UNEXPECTED
        if code == LOST:
            return
        # The night has waited for the tables itself, for minutes: the next night does its work.
        is_patient = job.task == NIGHTLY and code == "record.busy"
        if is_away(error) and not is_patient and job.attempts < MAXIMUM_ATTEMPTS:
            _log.warning("job %s (%s) waits again: %s", job.id, job.task, _describe(error))
            self._give_back(job)
            return
        if code == UNEXPECTED:
            _log.error("job %s (%s) failed: %s", job.id, job.task, _describe(error))
        elif is_patient:
            _log.warning("job %s (%s) was not done: %s", job.id, job.task, code)
        self._end(job, lambda session: fail_job(session, job.id, job.attempts, code, read_clock(session)))

    def _give_back(self, job: Job) -> None:
        self._end(job, lambda session: give_back(session, job.id, job.attempts))

    def _end(self, job: Job, act: Callable[[Session], None]) -> None:
        """Write how a job ended, once the database answers; nothing where it is no longer ours.

        After as long as a lease it is left to housekeeping, as it is by a worker that is to end.
        """
        deadline = time.monotonic() + LEASE.total_seconds()
        while True:
            try:
                return self._do(act)
            except (RecordError, sa.exc.DBAPIError) as error:
                if isinstance(error, RecordError) and error.code == LOST:
                    return None
                if not is_away(error) or self.is_stopping or time.monotonic() >= deadline:
                    raise
                _log.warning("job %s: the database cannot be used (%s)", job.id, _describe(error))
            self._stopping.wait(_AWAY_SECONDS)

    def _do(self, act: Callable[[Session], None]) -> None:
        with unit_of_work(self.engine) as session:
            act(session)


def _release_lost(session: Session, _: datetime) -> None:
    """Put back the jobs whose worker is gone. Leases go by the database's clock: this host's may be ahead."""
    for job_id in release_expired(session, read_clock(session)):
        _log.warning("job %s: its worker is gone, it waits again", job_id)


def _describe(error: BaseException | None) -> str:
    """Return the kinds of an error and of its causes, and the places in the code: messages could quote a person."""
    described = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        places = " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames)
        code = f" {error.code}" if isinstance(error, RecordError) else ""
        described.append(f"{type(error).__name__}{code} at {places or '?'}")
        error = error.__cause__ or error.__context__
    return "; caused by ".join(described)
