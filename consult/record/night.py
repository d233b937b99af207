"""What is to be done once every night, at three by the clock of the machine, and is caught up after an outage."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.job import Job, JobState, enqueue_once

NIGHTLY = "nightly"
_HOUR = 3


def enqueue_night(session: Session, now: datetime) -> Job | None:
    """Ask for the work of the night that began last, unless somebody has; `now` is in local time.

    Nights that passed without a worker are caught up by one. On a new installation the first night is the next one:
    the one before it is noted as done.
    """
    night = (now - timedelta(hours=_HOUR)).date()
    is_first = not session.scalar(sa.select(sa.exists().where(Job.task == NIGHTLY)))
    job = enqueue_once(session, NIGHTLY, {"night": night.isoformat()}, f"{NIGHTLY}:{night.isoformat()}", now)
    if job is not None and is_first:
        job.state, job.progress, job.finished_at = JobState.DONE, 1.0, now
        session.flush()
        return None
    return job
