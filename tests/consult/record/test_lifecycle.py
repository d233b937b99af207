"""What is done to a consultation's state and dates: refused where it must be, and kept in the audit."""

from datetime import timedelta

import pytest

from consult.record.account import Role, create_account
from consult.record.audit import list_entries, record_action
from consult.record.consultation import get_consultation, set_dates
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.lifecycle import (
    CLOSED,
    DATES_CHANGED,
    PAUSED,
    REOPENED,
    By,
    Dates,
    change_dates,
    close_consultation,
    find_gaps,
    is_closing_unfinished,
    list_acts,
    open_consultation,
    pause_consultation,
)
from consult.record.storage import close_and_shuffle, finish_closing

DAY = timedelta(days=1)
NONE = Dates(None, None)


@pytest.fixture
def by(world, now):
    with unit_of_work(world.engine) as session:
        account = create_account(session, "claire@example.org", "Claire Aubé", roles=[Role.FACILITATOR])
    return By(account.id, now)


def _acts(world):
    with unit_of_work(world.engine, read_only=True) as session:
        return list_acts(session, get_consultation(session, "plan"))


def _dates(world):
    with unit_of_work(world.engine, read_only=True) as session:
        consultation = get_consultation(session, "plan")
        return Dates(consultation.opens_on, consultation.closes_on)


def test_every_act_is_kept_with_who_and_why_newest_first(world, by, now, today):
    with unit_of_work(world.engine) as session:
        pause_consultation(session, "plan", By(by.account_id, now, "Question 4"))
        open_consultation(session, "plan", by)
        change_dates(session, "plan", Dates(today, today + DAY), seen=NONE, today=today, by=by)
    close_and_shuffle(world.engine, "plan", By(None, now))
    acts = _acts(world)
    assert [act.action for act in acts] == [CLOSED, DATES_CHANGED, REOPENED, PAUSED]
    assert [act.name for act in acts] == [None, *["Claire Aubé"] * 3]
    assert (acts[-1].reason, acts[-1].at) == ("Question 4", now)


def test_other_acts_and_other_consultations_are_not_listed(world, make_world, by, now):
    other = make_world(code="other")
    with unit_of_work(world.engine) as session:
        pause_consultation(session, other.consultation.code, by)
        record_action(session, by.account_id, "responses.exported", get_consultation(session, "plan"), now=now)
        assert len(list_entries(session)) == 2
    assert _acts(world) == []


def test_an_act_that_is_refused_leaves_no_line(world, by, today):
    with pytest.raises(RecordError, match="bad_transition"), unit_of_work(world.engine) as session:
        open_consultation(session, "plan", by)
    with pytest.raises(RecordError, match="bad_dates"), unit_of_work(world.engine) as session:
        change_dates(session, "plan", Dates(today + 2 * DAY, today + DAY), seen=NONE, today=today, by=by)
    assert _acts(world) == []


def test_the_dates_are_changed_and_the_last_day_may_be_today(world, today):
    with unit_of_work(world.engine) as session:
        change_dates(session, "plan", Dates(None, today), seen=NONE, today=today)
    assert _dates(world) == Dates(None, today)


def test_a_last_day_in_the_past_is_refused(world, today):
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        change_dates(session, "plan", Dates(None, today - DAY), seen=NONE, today=today)
    assert caught.value.code == "consultation.closes_in_past"
    assert _dates(world) == NONE


def test_dates_that_somebody_else_changed_meanwhile_are_not_overwritten(world, today):
    with unit_of_work(world.engine) as session:
        change_dates(session, "plan", Dates(None, today + DAY), seen=NONE, today=today)
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        change_dates(session, "plan", Dates(None, today + 9 * DAY), seen=NONE, today=today)
    assert caught.value.code == "consultation.dates_changed"
    assert _dates(world) == Dates(None, today + DAY)


def test_a_closing_is_unfinished_until_the_rows_were_written_anew(world, by):
    def is_unfinished():
        with unit_of_work(world.engine, read_only=True) as session:
            return is_closing_unfinished(session, get_consultation(session, "plan"))

    assert not is_unfinished()
    with unit_of_work(world.engine) as session:
        close_consultation(session, "plan", by)
    assert is_unfinished()
    finish_closing(world.engine, "plan", by)
    assert not is_unfinished()
    assert [act.action for act in _acts(world)] == [CLOSED]  # the step is kept, not shown


def test_the_same_dates_again_change_nothing_and_leave_no_second_line(world, by, today):
    dates = Dates(None, today + DAY)
    for _ in range(2):
        with unit_of_work(world.engine) as session:
            change_dates(session, "plan", dates, seen=NONE, today=today, by=by)
    assert [act.action for act in _acts(world)] == [DATES_CHANGED]


def test_a_closed_consultation_keeps_its_dates(world, today):
    close_and_shuffle(world.engine, "plan")
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        change_dates(session, "plan", Dates(None, today + DAY), seen=NONE, today=today)
    assert caught.value.code == "consultation.closed"


def test_nothing_is_opened_whose_last_day_has_passed(world, today):
    with unit_of_work(world.engine) as session:
        pause_consultation(session, "plan")
        set_dates(session, get_consultation(session, "plan"), None, today - DAY)
    with unit_of_work(world.engine, read_only=True) as session:
        consultation = get_consultation(session, "plan")
        assert find_gaps(session, consultation) == []
        assert [gap.code for gap in find_gaps(session, consultation, today)] == ["consultation.closes_in_past"]
        assert find_gaps(session, consultation, today - DAY) == []
    with pytest.raises(RecordError, match="incomplete"), unit_of_work(world.engine) as session:
        open_consultation(session, "plan", today=today)
