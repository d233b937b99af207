"""Jobs: the rows are the queue, and the truth about each task.

A worker claims a job by compare-and-swap and keeps it by a lease that its heartbeat renews. The number of the
attempt is its proof: a worker whose lease ran out cannot report on a job that another has taken since.
Leases are compared across hosts: `now` is `database.read_clock`'s. A job that was lost, its worker being gone, so many
times is given up; one that a worker put back is not.
A job may have a key: what must not be done twice has one, and the database lets no second job have it.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.database import Base, CodeText, JsonValue, UtcDateTime, enum_type, insert_or_keep
from consult.record.errors import RecordError

MAXIMUM_ATTEMPTS = 3
MAXIMUM_LOSSES = 3
# Codes and keys, not sentences: no words of anybody travel in a job.
_ARGUMENT = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class JobState(StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_ACTIVE = (JobState.QUEUED, JobState.RUNNING)


class Job(Base):
    """A task to run, with the ids it is about."""

    __tablename__ = "jobs"
    __table_args__ = (sa.Index(None, "state", "lease_until"), sa.Index(None, "key", unique=True))

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(CodeText)
    arguments: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    # What the job is about, in codes; None where any number may be about the same.
    key: Mapped[str | None] = mapped_column(sa.String(128))
    state: Mapped[JobState] = mapped_column(enum_type(JobState))
    attempts: Mapped[int]
    # How often its worker was gone without a word.
    losses: Mapped[int] = mapped_column(default=0, server_default="0")
    # Between 0 and 1.
    progress: Mapped[float]
    # The code of what is being done.
    step: Mapped[str | None] = mapped_column(CodeText)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error_code: Mapped[str | None] = mapped_column(CodeText)

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in _ACTIVE


def is_argument(value: str) -> bool:
    """Whether a text may travel in a job, and so whether a job can be about it."""
    return _ARGUMENT.fullmatch(value) is not None


def enqueue_job(session: Session, task: str, arguments: Mapping[str, int | float | str], now: datetime) -> Job:
    """Write a job, in the same transaction as what caused it; raises `job.bad_argument`."""
    _check_arguments(arguments)
    job = Job(task=task, arguments=dict(arguments), state=JobState.QUEUED, attempts=0, progress=0.0, queued_at=now)
    session.add(job)
    session.flush()
    return job


def enqueue_once(
    session: Session,
    task: str,
    arguments: Mapping[str, int | float | str],
    key: str,
    now: datetime,
    *,
    again: bool = False,
) -> Job | None:
    """Write a job unless there is one with its key; None where there is one.

    With `again` only a job that waits or runs is in the way: one that has ended gives its key to the new one.
    """
    _check_arguments(arguments)
    if again:
        session.execute(
            sa.update(Job)
            .where(Job.key == key, Job.state.not_in(_ACTIVE))
            .values(key=None)
            .execution_options(synchronize_session="fetch")
        )
    values = {"task": task, "arguments": dict(arguments), "key": key, "queued_at": now}
    fresh = {"state": JobState.QUEUED, "attempts": 0, "progress": 0.0}
    if not insert_or_keep(session, Job, values | fresh, "key"):
        return None
    return session.scalars(sa.select(Job).where(Job.key == key)).one()


def find_jobs(session: Session, keys: Iterable[str]) -> dict[str, Job]:
    """Return the jobs that have these keys."""
    query = sa.select(Job).where(Job.key.in_(list(keys))).execution_options(populate_existing=True)
    return {str(job.key): job for job in session.scalars(query)}


def list_jobs(session: Session, task: str, *states: JobState) -> list[Job]:
    """Return a task's jobs in these states, oldest first."""
    query = sa.select(Job).where(Job.task == task, Job.state.in_(states)).order_by(Job.id)
    return list(session.scalars(query))


def find_last_beat(session: Session) -> datetime | None:
    """Return when a worker that has a job was last heard of."""
    return session.scalar(sa.select(sa.func.max(Job.heartbeat_at)).where(Job.state == JobState.RUNNING))


def get_job(session: Session, job_id: int) -> Job:
    """Return a job as it is now; raises `job.missing`."""
    job = session.get(Job, job_id, populate_existing=True)
    if job is None:
        raise RecordError("job.missing", job=job_id)
    return job


def list_queued(session: Session, limit: int = 100) -> list[int]:
    """Return the numbers of the jobs that wait, oldest first."""
    query = sa.select(Job.id).where(Job.state == JobState.QUEUED).order_by(Job.id).limit(limit)
    return list(session.scalars(query))


def claim_job(session: Session, job_id: int, now: datetime, lease: timedelta) -> Job | None:
    """Take a queued job; None when it is not queued any more. The job's `attempts` is the worker's proof."""
    won = session.execute(
        sa.update(Job)
        .where(Job.id == job_id, Job.state == JobState.QUEUED)
        .values(
            state=JobState.RUNNING,
            attempts=Job.attempts + 1,
            heartbeat_at=now,
            lease_until=now + lease,
            progress=0.0,
            step=None,
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).first()
    return None if won is None else get_job(session, job_id)


def beat(
    session: Session,
    job_id: int,
    attempt: int,
    now: datetime,
    lease: timedelta,
    progress: float | None = None,
    step: str | None = None,
) -> None:
    """Renew the lease, note the progress (0 to 1) and the step; raises `job.lost` when another took the job."""
    values: dict[str, Any] = {"heartbeat_at": now, "lease_until": now + lease}
    if progress is not None:
        values["progress"] = min(max(progress, 0.0), 1.0)
    if step is not None:
        values["step"] = step
    _change_running(session, job_id, attempt, values)


def finish_job(session: Session, job_id: int, attempt: int, now: datetime) -> None:
    """End a job, in the same transaction as its result; raises `job.lost`."""
    values = {"state": JobState.DONE, "progress": 1.0, "finished_at": now, "lease_until": None}
    _change_running(session, job_id, attempt, values)


def fail_job(session: Session, job_id: int, attempt: int, error_code: str, now: datetime) -> None:
    """End a job that cannot succeed; raises `job.lost`."""
    values = {
        "state": JobState.FAILED,
        "error_code": error_code,
        "finished_at": now,
        "lease_until": None,
    }
    _change_running(session, job_id, attempt, values)


def give_back(session: Session, job_id: int, attempt: int) -> None:
    """Put a job back into the queue, when its worker ends before it; raises `job.lost`."""
    values = {"state": JobState.QUEUED, "lease_until": None, "heartbeat_at": None, "progress": 0.0, "step": None}
    _change_running(session, job_id, attempt, values)


def cancel_job(session: Session, job_id: int, now: datetime) -> bool:
    """Cancel a job that waits or runs; False when it had ended. A worker learns it at its next beat."""
    cancelled = session.execute(
        sa.update(Job)
        .where(Job.id == job_id, Job.state.in_(_ACTIVE))
        .values(state=JobState.CANCELLED, finished_at=now, lease_until=None)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).first()
    return cancelled is not None


def release_expired(session: Session, now: datetime) -> list[int]:
    """Put back the jobs whose worker is gone; return their numbers. The third loss is a failure."""
    expired = (Job.state == JobState.RUNNING, Job.lease_until < now)
    lost = {"losses": Job.losses + 1, "lease_until": None}
    session.execute(
        sa.update(Job)
        .where(*expired, Job.losses + 1 >= MAXIMUM_LOSSES)
        .values(**lost, state=JobState.FAILED, error_code="job.abandoned", finished_at=now)
        .execution_options(synchronize_session=False)
    )
    released = session.execute(
        sa.update(Job)
        .where(*expired)
        .values(**lost, state=JobState.QUEUED, heartbeat_at=None)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(key for (key,) in released)


def _check_arguments(arguments: Mapping[str, int | float | str]) -> None:
    for name, value in arguments.items():
        if isinstance(value, str) and not is_argument(value):
            raise RecordError("job.bad_argument", name=name)
        if not isinstance(value, int | float | str):
            raise RecordError("job.bad_argument", name=name)


def _change_running(session: Session, job_id: int, attempt: int, values: Mapping[str, Any]) -> None:
    changed = session.execute(
        sa.update(Job)
        .where(Job.id == job_id, Job.state == JobState.RUNNING, Job.attempts == attempt)
        .values(**values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).first()
    if changed is None:
        raise RecordError("job.lost", job=job_id)
