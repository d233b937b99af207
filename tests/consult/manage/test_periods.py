"""Days, weeks, months or years: every response stands in one period, and the empty ones are there."""

import time
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.manage.periods import MOST_BARS, make_timeline

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
DAYS = st.dictionaries(st.dates(date(2020, 1, 1), date(2027, 12, 31)), st.integers(1, 99))


def test_days_without_responses_are_shown_from_the_opening_to_today():
    timeline = make_timeline({TODAY - DAY: 3}, TODAY - 3 * DAY, TODAY, None)
    assert [(period.first, period.count) for period in timeline.periods] == [
        (TODAY - 3 * DAY, 0),
        (TODAY - 2 * DAY, 0),
        (TODAY - DAY, 3),
        (TODAY, 0),
    ]
    assert (timeline.scale, timeline.highest, timeline.busiest.first) == ("day", 3, TODAY - DAY)


def test_it_ends_with_the_last_day_once_that_has_passed():
    timeline = make_timeline({TODAY - 9 * DAY: 1}, TODAY - 9 * DAY, TODAY, TODAY - 5 * DAY)
    assert timeline.periods[-1].last == TODAY - 5 * DAY


def test_what_came_before_the_opening_or_after_the_end_is_shown():
    timeline = make_timeline({TODAY - 9 * DAY: 1, TODAY: 2}, TODAY - 5 * DAY, TODAY, TODAY - DAY)
    assert (timeline.periods[0].first, timeline.periods[-1].last) == (TODAY - 9 * DAY, TODAY)


@pytest.mark.parametrize("opens_on", [None, TODAY + DAY])
def test_before_the_opening_there_is_nothing_to_show(opens_on):
    assert make_timeline({}, opens_on, TODAY, None).periods == ()


@pytest.mark.parametrize(
    ("days", "scale"), [(1, "day"), (MOST_BARS, "day"), (MOST_BARS + 1, "week"), (500, "month"), (3_000, "year")]
)
def test_bars_grow_wider_as_time_goes_on(days, scale):
    timeline = make_timeline({TODAY: 1}, TODAY - (days - 1) * DAY, TODAY, None)
    assert timeline.scale == scale
    assert len(timeline.periods) <= MOST_BARS


@given(DAYS, st.none() | st.dates(date(2020, 1, 1), date(2027, 12, 31)), st.none() | st.just(TODAY))
def test_every_response_stands_in_one_period_and_no_day_is_left_out(days, opens_on, closes_on):
    timeline = make_timeline(days, opens_on, TODAY, closes_on)
    _check(timeline.periods, days)


@pytest.mark.parametrize(
    "stored",
    [
        (date.max,),
        (date.min,),
        (date.min, date.max),
        (date(9990, 1, 1), date.max),
        (date(1, 1, 1), date(900, 1, 1)),
        (date.max, TODAY),
        (TODAY, date(2206, 1, 1)),
        (date(206, 10, 18), TODAY, date(9999, 6, 1)),
        (date.max - 3 * DAY, date.max),  # a week that the calendar does not finish
    ],
)
@pytest.mark.parametrize("opens_on", [None, TODAY - 30 * DAY, date.min])
def test_whatever_days_are_stored_the_bars_are_few_and_quickly_made(stored, opens_on):
    days = dict.fromkeys(stored, 2)
    started = time.process_time()
    timeline = make_timeline(days, opens_on, TODAY, None)
    assert time.process_time() - started < 0.05  # day by day, from the year 1 to 9999 took seconds
    assert 1 <= len(timeline.periods) <= MOST_BARS
    _check(timeline.periods, days)
    if TODAY in days:
        assert any(period.first.year == period.last.year == TODAY.year for period in timeline.periods)


@given(st.dictionaries(st.dates(), st.integers(1, 9), min_size=1, max_size=6), st.none() | st.dates())
def test_any_days_at_all_stand_in_one_period_each(days, opens_on):
    timeline = make_timeline(days, opens_on, TODAY, None)
    assert len(timeline.periods) <= MOST_BARS
    _check(timeline.periods, days)


def test_weeks_begin_on_monday_and_months_and_years_on_their_first_day():
    for days, starts in ((100, lambda day: day.weekday() == 0), (900, lambda day: day.day == 1)):
        periods = make_timeline({TODAY: 1}, TODAY - days * DAY, TODAY, None).periods
        assert all(starts(period.first) for period in periods[1:])
    years = make_timeline({TODAY: 1}, TODAY - 3_000 * DAY, TODAY, None).periods
    assert all((period.first.month, period.first.day) == (1, 1) for period in years[1:])


def _check(periods, days):
    """Check that the periods follow each other without a gap, and that each counts its own days."""
    assert sum(period.count for period in periods) == sum(days.values())
    for before, after in pairwise(periods):
        assert before.first <= before.last
        assert after.first == before.last + DAY
    for period in periods:
        assert period.count == sum(count for day, count in days.items() if period.first <= day <= period.last)
