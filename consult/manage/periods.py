"""Responses over time: one bar a day, or a wider one where days would be too many to be read."""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import TypeAlias

_DAY = timedelta(days=1)
Span: TypeAlias = tuple[date, date]  # the first and the last day
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

    Without any response nor an opening that has come, the timeline is empty. It has at most MOST_BARS periods
    whatever the days are: years that are too many are put together at both ends.
    """
    begun = [opens_on] if opens_on is not None and opens_on <= today else []
    if not (days or begun):
        return Timeline("day", ())
    first = min([*days, *begun])
    last = max([*days, min(today, closes_on or today), first])
    for scale, end in _ENDS.items():
        spans = list(islice(_cut(first, last, end), MOST_BARS + 1))
        if len(spans) <= MOST_BARS:
            return Timeline(scale, _count(days, spans))
    return Timeline("year", _count(days, _cut_around(first, last, today)))


def _cut(first: date, last: date, end: Callable[[date], date]) -> Iterator[Span]:
    """Yield the first and the last day of each period, until one holds the last day: there may be none after it."""
    ends = min(end(first), last)
    yield first, ends
    while ends < last:
        begins = ends + _DAY
        ends = min(end(begins), last)
        yield begins, ends


def _cut_around(first: date, last: date, today: date) -> list[Span]:
    """Return the years up to this one, what came before them as one period, and what comes after as another."""
    begins = max(first, date(max(today.year - MOST_BARS + 3, 1), 1, 1))
    ends = min(last, _end_of_year(today))
    if ends < begins:
        return [(first, last)]
    before = [(first, begins - _DAY)] if first < begins else []
    after = [(ends + _DAY, last)] if ends < last else []
    return [*before, *_cut(begins, ends, _end_of_year), *after]


def _count(days: Mapping[date, int], spans: Sequence[Span]) -> tuple[Period, ...]:
    counts = [0] * len(spans)
    begins = [first for first, _ in spans]
    for day, count in days.items():
        counts[bisect_right(begins, day) - 1] += count
    return tuple(Period(first, last, count) for (first, last), count in zip(spans, counts, strict=True))


def _end_of_week(day: date) -> date:
    """Return the Sunday; the calendar ends on a Friday."""
    return day + _DAY * min(6 - day.weekday(), (date.max - day).days)


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _end_of_year(day: date) -> date:
    return day.replace(month=12, day=31)


# How each scale finds the last day of the period that a day is in.
_ENDS: dict[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": _end_of_week,
    "month": _end_of_month,
    "year": _end_of_year,
}
