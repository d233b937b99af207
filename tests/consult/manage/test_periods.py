"""Days, weeks, months or years: every response stands in one period, and the empty ones are there."""

from datetime import date, timedelta

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
    assert sum(period.count for period in timeline.periods) == sum(days.values())
    for before, after in zip(timeline.periods, timeline.periods[1:], strict=False):
        assert before.first <= before.last
        assert after.first == before.last + DAY
    for period in timeline.periods:
        assert period.count == sum(count for day, count in days.items() if period.first <= day <= period.last)
