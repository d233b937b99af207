"""The work of every night, as a job."""

from datetime import date

from consult.jobs import Work
from consult.record.night import run_night


def do_nightly(work: Work) -> None:
    """Do it and tell how far it is; may be done twice."""
    run_night(work.engine, date.today(), work.tell)
