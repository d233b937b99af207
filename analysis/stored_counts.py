"""Counts that a run stored become what may be shown of them; numpy only, so that a page may ask.

A run keeps true counts of people by theme and, of each theme, by language, group and so on. The tables that
`analysis.tables` makes from rows are made here from those numbers, and protected by the same rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.disclosure import LEAST_PEOPLE, shown_cells
from analysis.protection import MOST_COLUMNS, OTHER_VALUES, ProtectedTable, protect_together

Counts = Mapping[str, int]
# As in analysis.tables: nobody can be told by having said nothing, and languages have their own column.
_ALWAYS_OWN = frozenset({"", "en", "fr"})


@dataclass(frozen=True)
class StoredTheme:
    """The people of a theme, in all and by each thing that is counted by: ``{"language": {"fr": 12}}``."""

    people: int
    by: Mapping[str, Counts]


@dataclass(frozen=True)
class ShownTable:
    """A table as it may be shown.

    Attributes
    ----------
    values
        The headings of its columns; "" where nothing was said, :data:`analysis.protection.OTHER_VALUES` for the others.
    counts
        Shape (themes + 1, values + 1), the last row and column being totals; None where hidden.
    """

    values: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]


@dataclass(frozen=True)
class ShownCounts:
    """What may be shown of a run: people of each theme and in all, and the tables by what is counted by."""

    people: tuple[int | None, ...]
    everybody: int | None
    tables: Mapping[str, ShownTable]


def protect_counts(
    themes: Sequence[StoredTheme],
    everybody: StoredTheme,
    columns: Sequence[str],
    *,
    told: str = "language",
    least: int = LEAST_PEOPLE,
) -> ShownCounts:
    """Decide what may be shown of a run's counts.

    Parameters
    ----------
    themes, everybody
        True counts of distinct people; ``everybody`` is all who stand in any theme.
    columns
        What to make a table by. One whose counts do not come to the people of each theme is left out: such a table
        could not be protected.
    told
        The column of which names and quotes tell where few people are.
    """
    if not everybody.people:
        return ShownCounts((None,) * len(themes), None, {})
    adds_up = sum(theme.people for theme in themes) == everybody.people
    drafts: dict[str, tuple[tuple[str, ...], ProtectedTable]] = {}
    for column in columns:
        if all(sum(each.by.get(column, {}).values()) == each.people for each in (*themes, everybody)):
            values = _headings(everybody.by.get(column, {}), least)
            counts = np.array([_row(theme.by.get(column, {}), values) for theme in themes], dtype=np.int_)
            totals = None if adds_up else np.array(_row(everybody.by.get(column, {}), values), dtype=np.int_)
            table = ProtectedTable(counts, totals, small_ones_known=column == told)
            drafts[column] = values, table
    tables = [table for _, table in drafts.values()] or [_people_only(themes, everybody, adds_up)]
    protect_together(tables, least)
    people = _visible(tables[0])
    return ShownCounts(
        people=tuple(row[-1] for row in people[:-1]),
        everybody=people[-1][-1],
        tables={column: ShownTable(values, _visible(table)) for column, (values, table) in drafts.items()},
    )


def protect_list(counts: Counts, least: int = LEAST_PEOPLE) -> tuple[dict[str, int | None], int | None]:
    """Return a list of counts and their total as they may be shown; None where hidden."""
    if not counts:
        return {}, 0
    numbers = np.array([list(counts.values())], dtype=np.int_)
    shown = shown_cells(numbers, least)[0]
    visible = [int(n) if ok else None for n, ok in zip([*counts.values(), numbers.sum()], shown, strict=True)]
    return dict(zip(counts, visible[:-1], strict=True)), visible[-1]


def _headings(everybody: Counts, least: int) -> tuple[str, ...]:
    """Name the columns, by what everybody said: values of few people, or beyond the limit, are one column."""
    own = [value for value, count in everybody.items() if count and (value in _ALWAYS_OWN or count >= least)]
    ordered = sorted(own, key=lambda value: (value == "", -everybody[value], value))
    if len(ordered) > MOST_COLUMNS or len(ordered) < sum(1 for count in everybody.values() if count):
        ordered = [*ordered[: MOST_COLUMNS - 1], OTHER_VALUES]
    return tuple(ordered)


def _people_only(themes: Sequence[StoredTheme], everybody: StoredTheme, adds_up: bool) -> ProtectedTable:
    """Return a table of one column, where there is nothing to count by."""
    counts = np.array([[theme.people] for theme in themes], dtype=np.int_)
    return ProtectedTable(counts, None if adds_up else np.array([everybody.people], dtype=np.int_))


def _row(counts: Counts, values: Sequence[str]) -> list[int]:
    """Put a theme's counts under the headings."""
    row = [counts.get(value, 0) for value in values]
    if OTHER_VALUES in values:
        row[values.index(OTHER_VALUES)] = sum(counts.values()) - sum(row)
    return row


def _visible(table: ProtectedTable) -> tuple[tuple[int | None, ...], ...]:
    return tuple(
        tuple(int(number) if ok else None for number, ok in zip(numbers, shown, strict=True))
        for numbers, shown in zip(table.numbers, table.shown, strict=True)
    )
