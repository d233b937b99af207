"""What keeps the promise of anonymity every night: abandoned drafts go, order and deleted text tell nothing."""

from datetime import date, timedelta

from consult.jobs import Work
from consult.record.database import unit_of_work
from consult.record.draft import delete_stale_drafts
from consult.record.storage import scrub_storage, shuffle_anonymous_rows

# As long as a participant's browser remembers a link: consult.flask_settings.
KEEP_DRAFTS = timedelta(days=60)
# Somebody who answers at night goes first; then the batch waits for the next night.
_WAIT_SECONDS = 300.0


def do_nightly(work: Work) -> None:
    """Delete stale drafts and write the tables anew; may be done twice."""
    work.tell("drafts", 0.0)
    with unit_of_work(work.engine) as session:
        delete_stale_drafts(session, date.today() - KEEP_DRAFTS)
    work.tell("shuffle", 0.1)
    shuffle_anonymous_rows(work.engine, wait_seconds=_WAIT_SECONDS)
    if work.engine.dialect.name != "sqlite":  # there the whole file was just written anew
        work.tell("scrub", 0.6)
        scrub_storage(work.engine, wait_seconds=_WAIT_SECONDS)
