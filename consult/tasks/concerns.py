"""Read what was said since the last time, on every channel, for what somebody should look at."""

from analysis.alarms import Alarm, find_alarms
from analysis.pointing import find_pointing
from consult.jobs import Work
from consult.record.concern import ConcernKind, Mark, Reading, Unread, list_unread, save_readings
from consult.record.database import unit_of_work

# Read between two transactions; few, so that whoever answers meanwhile hardly waits.
_AT_ONCE = 200
_KINDS = {Alarm.DANGER: ConcernKind.DANGER, Alarm.COMPLAINT: ConcernKind.COMPLAINT}


def read_concerns(work: Work) -> None:
    """Read every revision that was not read yet; no transaction is open meanwhile. May be done twice."""
    while True:
        work.tell("read", 0.0)
        with unit_of_work(work.engine, read_only=True) as session:
            unread = list_unread(session, _AT_ONCE)
        if not unread:
            return
        readings = [read_one(each) for each in unread]
        with unit_of_work(work.engine) as session:
            work.prove(session)
            save_readings(session, readings)


def read_one(unread: Unread) -> Reading:
    """Return what there is in one text."""
    found: dict[ConcernKind, list[Mark]] = {}
    for alarm in find_alarms(unread.text):
        found.setdefault(_KINDS[alarm.reason.alarm], []).append(Mark(alarm.reason.value, alarm.start, alarm.end))
    if pointing := find_pointing(unread.text):
        found[ConcernKind.POINTING] = [Mark(each.kind.value, each.start, each.end) for each in pointing]
    return Reading(unread, found)
