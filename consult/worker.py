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
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from analysis.errors import AnalysisError
from consult.jobs import INTERRUPTED, LEASE, LOST, Stopped, Task, Watch, Work
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.job import MAXIMUM_ATTEMPTS, Job, claim_job, fail_job, give_back, list_queued, release_expired
from consult.record.night import enqueue_night
from consult.record.ranking import request_rankings
from consult.record.run_request import fail_lost_runs
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
    stopping
        Set when it is to end.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        beside: int | None = None,
        load: Callable[[str], Task] = load_task,
        stopping: threading.Event | None = None,
    ) -> None:
        self.engine = engine
        self._beside, self._load = beside, load
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
                job = claim_job(session, job_id, datetime.now(UTC), LEASE)
            if job is not None:
                self._carry_out(job, watch)
                return True
        return False

    def keep_house(self, now: datetime) -> None:
        """Put back the jobs whose worker is gone, end their runs, and ask for what is due."""
        with unit_of_work(self.engine) as session:
            for job_id in release_expired(session, now):
                _log.warning("job %s: its worker is gone, it waits again", job_id)
            fail_lost_runs(session, now)
            request_rankings(session, now)
            enqueue_night(session, now)

    def _carry_out(self, job: Job, watch: Watch | None) -> None:
        try:
            with Work(self.engine, job, lambda: self.is_stopping, watch) as work:
                self._load(job.task)(work)
                if not work.is_finished:
                    self._do(work.finish)
        except Stopped as stop:
            if stop.code == INTERRUPTED:
                self._end(job, lambda session: give_back(session, job.id, job.attempts))
        except (AnalysisError, RecordError) as error:
            self._end_refused(job, error.code)
        except Exception as error:
            _log.error("job %s (%s) failed: %s", job.id, job.task, _describe(error))
            self._fail(job, UNEXPECTED)

    def _end_refused(self, job: Job, code: str) -> None:
        """End a job that raised a code we know; one that found the database busy is tried again."""
        if code == "record.busy" and job.attempts < MAXIMUM_ATTEMPTS:
            self._end(job, lambda session: give_back(session, job.id, job.attempts))
        elif code != LOST:
            self._fail(job, code)

    def _fail(self, job: Job, code: str) -> None:
        self._end(job, lambda session: fail_job(session, job.id, job.attempts, code, datetime.now(UTC)))

    def _end(self, job: Job, act: Callable[[Session], None]) -> None:
        """Write how a job ended; nothing where it is no longer ours."""
        try:
            self._do(act)
        except RecordError as error:
            if error.code != LOST:
                raise

    def _do(self, act: Callable[[Session], None]) -> None:
        with unit_of_work(self.engine) as session:
            act(session)


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
