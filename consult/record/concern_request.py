"""When what was said is read for concerns: at fixed times, whether anything came or not.

A job that was asked for when something came would have the moment in its row, and of a day with one response that is
the moment of a person. So it is asked for every ten minutes by the clock, and the row of the last time goes.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation, ConsultationState
from consult.record.job import Job, JobState, enqueue_once

READ_CONCERNS = "read_concerns"
MINUTES = 10
_ACTIVE = (JobState.QUEUED, JobState.RUNNING)


def request_reading(session: Session, now: datetime) -> Job | None:
    """Ask for the reading that is due, once; None where it was asked for, one runs, or nothing was ever opened."""
    slot = int(now.timestamp()) // (60 * MINUTES)
    key = f"{READ_CONCERNS}:{slot}"
    mine = sa.select(Job.id).where(Job.task == READ_CONCERNS)
    if session.scalar(mine.where(sa.or_(Job.key == key, Job.state.in_(_ACTIVE))).limit(1)) is not None:
        return None
    if session.scalar(sa.select(Consultation.id).where(Consultation.state != ConsultationState.DRAFT).limit(1)) is None:
        return None
    session.execute(sa.delete(Job).where(Job.task == READ_CONCERNS).execution_options(synchronize_session="fetch"))
    return enqueue_once(session, READ_CONCERNS, {}, key, now)
