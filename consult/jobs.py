"""Carrying out a job: its lease is renewed, its progress told, and who lost it stops without a trace.

A task is a function of one `Work`. It says how far it is by `Work.tell`, which raises `Stopped` when there is no use in
going on, and ends with `Work.finish` in the transaction that saves what it found.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from consult.record.database import read_clock, unit_of_work
from consult.record.errors import RecordError
from consult.record.job import Job, beat, finish_job
from consult.settings import Settings

LEASE = timedelta(seconds=30)
BEAT_SECONDS = 5.0
# What a task says more often than this is not stored.
_TELL_SECONDS = 0.5
LOST, INTERRUPTED = "job.lost", "job.interrupted"

Watch = Callable[[str, float], None]
Task = Callable[["Work"], None]
_log = logging.getLogger(__name__)


class Stopped(Exception):  # noqa: N818 - no error: somebody wanted it so
    """The job was cancelled or taken by another worker (`job.lost`), or the worker is to end (`job.interrupted`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_away(error: BaseException) -> bool:
    """Whether an error says that the database could not be reached or was in use, and nothing about the job."""
    if isinstance(error, RecordError):
        return error.code == "record.busy"
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    return error.connection_invalidated or isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)


class Work:
    """A job in the hands of a worker; a context in which a second thread keeps it.

    Parameters
    ----------
    engine
        The record's database.
    job
        The job, just claimed.
    is_stopping
        Whether the worker is to end.
    watch
        Told the step and the progress (0 to 1), for somebody who looks on.
    settings
        The installation's, where the worker was given them.
    """

    def __init__(
        self,
        engine: Engine,
        job: Job,
        is_stopping: Callable[[], bool],
        watch: Watch | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.settings = settings
        self.engine, self.job_id, self.attempt, self.arguments = engine, job.id, job.attempts, job.arguments
        self.is_finished = False
        self._is_stopping, self._watch = is_stopping, watch
        self._told: tuple[str | None, float] = (None, 0.0)
        self._lost, self._ended = threading.Event(), threading.Event()
        self._keeper = threading.Thread(target=self._keep, name=f"job {job.id}", daemon=True)

    def __enter__(self) -> "Work":
        self._keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._keeper.join()

    def tell(self, step: str, progress: float) -> None:
        """Say which step it is at and how much of everything is done (0 to 1); raises `Stopped`."""
        self.check()
        self._told = (step, progress)
        if self._watch is not None:
            self._watch(step, progress)

    def check(self) -> None:
        """Raise `Stopped` when there is no use in going on."""
        if self._lost.is_set():
            raise Stopped(LOST)
        if self._is_stopping():
            raise Stopped(INTERRUPTED)

    def prove(self, session: Session) -> None:
        """Hold the job until the end of this transaction; raises `job.lost` when it is another's."""
        beat(session, self.job_id, self.attempt, read_clock(session), LEASE)

    def finish(self, session: Session) -> None:
        """End the job, in the transaction that saves its result; raises `job.lost`."""
        finish_job(session, self.job_id, self.attempt, read_clock(session))
        self.is_finished = True

    def _keep(self) -> None:
        """Renew the lease and store the progress, until the end or until the job is lost."""
        stored, last = self._told, time.monotonic()
        while not self._ended.wait(_TELL_SECONDS) and not self._lost.is_set():
            told = self._told
            if (told != stored or time.monotonic() - last >= BEAT_SECONDS) and self._beat(*told):
                stored, last = told, time.monotonic()

    def _beat(self, step: str | None, progress: float) -> bool:
        try:
            with unit_of_work(self.engine) as session:
                beat(session, self.job_id, self.attempt, read_clock(session), LEASE, progress, step)
        except RecordError as error:
            if error.code == LOST:
                self._lost.set()
            else:
                _log.warning("job %s: no beat (%s)", self.job_id, error.code)
        except Exception as error:
            # the database is away: the lease has room for several beats, and the next one may arrive
            _log.warning("job %s: no beat (%s)", self.job_id, type(error).__name__)
        else:
            return True
        return False
