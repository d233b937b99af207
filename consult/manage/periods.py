"""Responses over time: one bar a day, or a wider one where days would be too many to be read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
# Bars that can still be told apart on a telephone.
MOST_BARS = 63


@dataclass(frozen=True)
class Period:
    """Some days in a row, with the responses received in them."""

    first: date
    last: date
    count: int


@dataclass(frozen=True)
class Timeline:
    """Every period between two days, empty ones too; `scale` is "day", "week", "month" or "year"."""

    scale: str
    periods: tuple[Period, ...]

    @property
    def highest(self) -> int:
        """The largest count."""
        return max((period.count for period in self.periods), default=0)

    @property
    def busiest(self) -> Period:
        """The period with the largest count, the last of them where several have it."""
        return max(self.periods, key=lambda period: (period.count, period.first))


def make_timeline(days: Mapping[date, int], opens_on: date | None, today: date, closes_on: date | None) -> Timeline:
    """Return the responses from the opening to today or to the last day; those outside of it are shown too.

    Without any response nor an opening that has come, the timeline is empty.
    """
    begun = [opens_on] if opens_on is not None and opens_on <= today else []
    if not (days or begun):
        return Timeline("day", ())
    first = min([*days, *begun])
    last = max([*days, min(today, closes_on or today), first])
    for scale, start in _STARTS.items():
        if scale == "year" or _count_periods(first, last, start) <= MOST_BARS:
            return Timeline(scale, _fill(days, first, last, start))
    raise AssertionError  # the widest scale takes everything


def _fill(days: Mapping[date, int], first: date, last: date, start: Callable[[date], date]) -> tuple[Period, ...]:
    counts: dict[date, int] = {}
    ends: dict[date, date] = {}
    day = first
    while day <= last:
        period = max(start(day), first)
        counts[period] = counts.get(period, 0) + days.get(day, 0)
        ends[period] = day
        day += _DAY
    return tuple(Period(begins, ends[begins], count) for begins, count in counts.items())


def _count_periods(first: date, last: date, start: Callable[[date], date]) -> int:
    return len({start(first + _DAY * number) for number in range((last - first).days + 1)})


# How each scale finds the day on which a period begins; weeks begin on Monday.
_STARTS: dict[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - _DAY * day.weekday(),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
