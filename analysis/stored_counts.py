"""Counts that a run stored become what may be shown of them; numpy only, so that a page may ask.

A run keeps true counts of people by theme and, of each theme, by language, group and so on. The tables that
`analysis.tables` makes from rows are made here from those numbers, and protected by the same rules.
"""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.bands import Band, hidden_bands
from analysis.disclosure import LEAST_PEOPLE, shown_cells
from analysis.merging import MOST_HIDDEN, hidden_share, smallest_first
from analysis.protection import MOST_COLUMNS, OTHER_VALUES, ProtectedTable, protect_together

Counts = Mapping[str, int]
Headings = Mapping[str, tuple[str, ...]]
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
    merged
        The values behind :data:`analysis.protection.OTHER_VALUES`, by name; empty where each has its own column.
    is_merged
        Whether values that are large enough to be counted were put among the others so that fewer cells are hidden.
    bands
        The same shape: a word for each hidden number, where one may be said (`analysis.bands`); None where shown.
    hidden_share
        How many of the cells are hidden, between 0 and 1, as :func:`analysis.merging.hidden_share` counts them.
    """

    values: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]
    merged: tuple[str, ...] = ()
    is_merged: bool = False
    bands: tuple[tuple[Band | None, ...], ...] = ()
    hidden_share: float = 0.0


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
    told: Collection[str] = ("language",),
    least: int = LEAST_PEOPLE,
    others_least: int | None = None,
    may_merge: Collection[str] = (),
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
        The columns of which something tells where few people are: names and quotes tell it of languages.
    others_least
        The smallest count that another audience is shown of the same counts, where that is smaller. What is hidden from
        it then stays hidden here, and what has no column of its own there has none here: whoever reads both pages, as a
        member of the committee reads the public's, learns nothing from the second. For them nothing may be merged.
    may_merge
        The columns whose smallest values go together where more than a third of the cells would be hidden otherwise.
    """
    if not everybody.people:
        return ShownCounts((None,) * len(themes), None, {})
    counts = _Counts(themes, everybody, columns, told)
    within = None
    if others_least is not None and others_least < least:
        within = counts.protect_merged(others_least, (), None)
    found = counts.protect_merged(least, may_merge, within)
    people = _visible(found.any_table)
    return ShownCounts(
        people=tuple(row[-1] for row in people[:-1]),
        everybody=people[-1][-1],
        tables={column: counts.show(column, found, least) for column in found.headings},
    )


@dataclass(frozen=True)
class _Decided:
    """Protected tables: by column, with its headings, or one of people alone, where there is nothing to count by."""

    headings: Headings
    tables: Mapping[str, ProtectedTable]

    @property
    def any_table(self) -> ProtectedTable:
        return next(iter(self.tables.values()))


@dataclass(frozen=True)
class _Counts:
    """A run's counts, and what is decided of them at one smallest count."""

    themes: Sequence[StoredTheme]
    everybody: StoredTheme
    columns: Sequence[str]
    told: Collection[str]

    def protect_merged(self, least: int, may_merge: Collection[str], within: _Decided | None) -> _Decided:
        """Protect all tables; values go together in a column that may merge and has too many cells hidden."""
        headings = self._headings(least, within)
        found = self.protect(headings, least, within)
        better = {
            column: self._merge(column, values, least)
            for column, values in headings.items()
            if column in may_merge and hidden_share(found.tables[column].shown) > MOST_HIDDEN
        }
        return self.protect({**headings, **better}, least, within) if better else found

    def _merge(self, column: str, values: tuple[str, ...], least: int) -> tuple[str, ...]:
        """Return the headings under which no more cells than a third are hidden, or else the most are shown.

        Looked for by this table alone, and by the themes that are large enough to be shown: each try takes its time.
        """
        large = replace(self, themes=[theme for theme in self.themes if theme.people >= least])
        best, most = values, -1
        for tried in [values, *self._ways(values, column)]:
            cells = large.protect({column: tried}, least, None).tables[column].shown[:-1, :-1]
            if cells.size and 1 - cells.mean() <= MOST_HIDDEN:
                return tried
            if cells.sum() > most:
                best, most = tried, int(cells.sum())
        return best

    def protect(self, headings: Headings, least: int, within: _Decided | None) -> _Decided:
        """Decide what may be shown under these headings; what is hidden `within` other tables stays hidden."""
        adds_up = sum(theme.people for theme in self.themes) == self.everybody.people
        tables = {column: self._table(column, values, adds_up) for column, values in headings.items()}
        if not tables:
            tables = {"": _people_only(self.themes, self.everybody, adds_up)}
        if within is not None:
            for column, table in tables.items():
                table.also_hidden = self._hidden_within(column, headings.get(column), within)
        protect_together(list(tables.values()), least)
        return _Decided(headings, tables)

    def show(self, column: str, found: _Decided, least: int) -> ShownTable:
        """Return a table as it may be shown."""
        values, table = found.headings[column], found.tables[column]
        by = self.everybody.by.get(column, {})
        apart = sorted(value for value, count in by.items() if count and value not in values)
        told = column in self.told
        bands = hidden_bands(table.numbers, table.shown, least, small_ones_known=told, adds_up=table.totals is None)
        if table.also_hidden is not None:
            # whoever reads both pages knows of such a number that it is no smaller than theirs, and must not learn here
            # that it is no larger than this one's
            for i, j in np.argwhere(table.also_hidden):
                bands[i][j] = Band.UNTOLD
        return ShownTable(
            values=values,
            counts=_visible(table),
            merged=tuple(apart),
            is_merged=len(values) < len(_headings(by, least)),
            bands=tuple(tuple(row) for row in bands),
            hidden_share=hidden_share(table.shown),
        )

    def _headings(self, least: int, within: _Decided | None) -> Headings:
        headings = {}
        for column in self.columns:
            if all(sum(each.by.get(column, {}).values()) == each.people for each in (*self.themes, self.everybody)):
                by = self.everybody.by.get(column, {})
                allowed = None if within is None else frozenset(within.headings[column])
                headings[column] = _headings(by, least, allowed)
        return headings

    def _ways(self, values: Sequence[str], column: str) -> list[tuple[str, ...]]:
        """List the headings that are left when the smallest values go together, few of them first."""
        by = self.everybody.by.get(column, {})
        own = {value: by[value] for value in values if value not in _ALWAYS_OWN and value != OTHER_VALUES}
        ways = smallest_first(own)
        if OTHER_VALUES in values and len(own) > 1:
            ways = ((min(own, key=lambda value: (own[value], value)),), *ways)
        left = [[value for value in values if value not in way and value != OTHER_VALUES] for way in ways]
        return [(*alone, OTHER_VALUES) for alone in left]

    def _table(self, column: str, values: Sequence[str], adds_up: bool) -> ProtectedTable:
        rows = np.array([_row(theme.by.get(column, {}), values) for theme in self.themes], dtype=np.int_)
        counts = rows.reshape(len(self.themes), len(values))
        totals = None if adds_up else np.array(_row(self.everybody.by.get(column, {}), values), dtype=np.int_)
        return ProtectedTable(counts, totals, small_ones_known=column in self.told)

    def _hidden_within(self, column: str, values: tuple[str, ...] | None, within: _Decided) -> NDArray[np.bool_]:
        """Return what stays hidden: a number in which one goes in that the other audience does not see."""
        theirs = ~within.tables[column].shown
        if values is None:
            return theirs
        inside = [self._behind(column, value, within.headings[column]) for value in within.headings[column]]
        mine = [self._behind(column, value, values) for value in values]
        parts = [[at for at, each in enumerate(inside) if each & own] for own in mine]
        hidden = [theirs[:, each].any(axis=1) if each else np.zeros(len(theirs), dtype=np.bool_) for each in parts]
        return np.column_stack([*hidden, theirs[:, -1]])

    def _behind(self, column: str, value: str, values: Sequence[str]) -> Set[str]:
        """Return the values that are counted under a heading."""
        if value != OTHER_VALUES:
            return {value}
        return {each for each, count in self.everybody.by.get(column, {}).items() if count and each not in values}


def protect_list(counts: Counts, least: int = LEAST_PEOPLE) -> tuple[dict[str, int | None], int | None]:
    """Return a list of counts and their total as they may be shown; None where hidden."""
    if not counts:
        return {}, 0
    numbers = np.array([list(counts.values())], dtype=np.int_)
    shown = shown_cells(numbers, least)[0]
    visible = [int(n) if ok else None for n, ok in zip([*counts.values(), numbers.sum()], shown, strict=True)]
    return dict(zip(counts, visible[:-1], strict=True)), visible[-1]


def _headings(everybody: Counts, least: int, allowed: Set[str] | None = None) -> tuple[str, ...]:
    """Name the columns, by what everybody said: values of few people, or beyond the limit, are one column.

    Where only some are ``allowed`` a column, so are all others.
    """
    own = [value for value, count in everybody.items() if count and (value in _ALWAYS_OWN or count >= least)]
    ordered = sorted(own, key=lambda value: (value == "", -everybody[value], value))
    if allowed is not None:
        ordered = [value for value in ordered if value in allowed]
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
