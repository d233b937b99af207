"""What is to be done once every night, at three by the clock of the machine, and is caught up after an outage.

It keeps the promise of anonymity: abandoned drafts go, order and deleted text tell nothing any more.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.database import unit_of_work
from consult.record.draft import delete_stale_drafts
from consult.record.job import Job, JobState, enqueue_once
from consult.record.storage import scrub_storage, shuffle_anonymous_rows

NIGHTLY = "nightly"
_HOUR = 3
# As long as a participant's browser remembers a link: consult.flask_settings.
KEEP_DRAFTS = timedelta(days=60)
# Somebody who answers at night goes first; then the batch waits for the next night.
_WAIT_SECONDS = 300.0


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


def run_night(engine: sa.Engine, today: date, tell: Callable[[str, float], None]) -> int:
    """Delete stale drafts and write the tables anew; may be done twice.

    `tell` hears the step that begins ("drafts", "shuffle" or "scrub") and the share of the work done so far (0 to 1),
    and the same again while tables that are in use are waited for: what it raises ends the night.
    Return how many drafts were deleted. Raises `record.busy` when the tables were in use for too long.
    """
    tell("drafts", 0.0)
    with unit_of_work(engine) as session:
        deleted = delete_stale_drafts(session, today - KEEP_DRAFTS)
    tell("shuffle", 0.1)
    shuffle_anonymous_rows(engine, wait_seconds=_WAIT_SECONDS, check=partial(tell, "shuffle", 0.1))
    if engine.dialect.name != "sqlite":  # there the whole file was just written anew
        tell("scrub", 0.6)
        scrub_storage(engine, wait_seconds=_WAIT_SECONDS, check=partial(tell, "scrub", 0.6))
    return deleted
