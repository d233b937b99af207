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
from analysis.merging import (
    MOST_HIDDEN,
    Earlier,
    hidden_share,
    is_sum,
    join_sets,
    name_joined,
    parts_of,
    rename_counts,
    smallest_first,
)
from analysis.protection import MOST_COLUMNS, OTHER_VALUES, ProtectedTable, protect_together

Counts = Mapping[str, int]
Headings = Mapping[str, tuple[str, ...]]
Sets = Sequence[Collection[str]]
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
        The headings of its columns; "" where nothing was said, :data:`analysis.protection.OTHER_VALUES` for the others,
        and what :func:`analysis.merging.name_joined` makes of values that somebody put together.
    counts
        Shape (themes + 1, values + 1), the last row and column being totals; None where hidden.
    merged
        The values behind :data:`analysis.protection.OTHER_VALUES`, by name; empty where each has its own column.
    is_merged
        Whether values were put together that are large enough to be counted, so that fewer cells are hidden.
    bands
        The same shape: a word for each hidden number, where one may be said (`analysis.bands`); None where shown.
    hidden_share
        How many of the cells are hidden, between 0 and 1, as :func:`analysis.merging.hidden_share` counts them.
    behind
        The values that are counted under each heading, by name.
    """

    values: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]
    merged: tuple[str, ...] = ()
    is_merged: bool = False
    bands: tuple[tuple[Band | None, ...], ...] = ()
    hidden_share: float = 0.0
    behind: tuple[tuple[str, ...], ...] = ()


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
    together: Mapping[str, Sets] | None = None,
    earlier: Sequence[Earlier] = (),
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
    together
        Of each column, the values that somebody put together. A set takes in besides what another table of the same
        counts, for the other audience or published before, does not show apart.
    earlier
        What was published before, the oldest first, each with its own values together. What it hides stays hidden here,
        and what it has together stays so: here are only sums of what it shows, and who reads both learns nothing.
    """
    if not everybody.people:
        return ShownCounts((None,) * len(themes), None, {})
    counts = _Counts(themes, everybody, columns, told)
    is_read_apart = others_least is not None and others_least <= least
    within = [counts.protect_merged(others_least or least, (), ())] if is_read_apart else []
    counts, found = counts.protect_beside(earlier, together or {}, least, may_merge, within)
    people = _visible(found.any_table)
    return ShownCounts(
        people=tuple(row[-1] for row in people[:-1]),
        everybody=people[-1][-1],
        tables={column: counts.show(column, found, least) for column in found.headings},
    )


@dataclass(frozen=True)
class _Decided:
    """Protected tables: by column, with its headings, or one of people alone, where there is nothing to count by.

    `behind` has the values that are counted under each heading.
    """

    headings: Headings
    tables: Mapping[str, ProtectedTable]
    behind: Mapping[str, Sequence[Set[str]]]

    @property
    def any_table(self) -> ProtectedTable:
        return next(iter(self.tables.values()))

    def others_of(self, column: str) -> Set[str]:
        """Return the values that have no heading of their own."""
        pairs = zip(self.headings.get(column, ()), self.behind.get(column, ()), strict=True)
        return next((block for heading, block in pairs if heading == OTHER_VALUES), frozenset())

    def hidden_of(self, columns: Collection[str]) -> float:
        """Return the share of hidden cells, added up over the tables of these columns."""
        return sum(hidden_share(self.tables[column].shown) for column in columns)

    def has_columns_of(self, other: "_Decided") -> bool:
        """Tell whether other tables have the same columns, whatever these are called."""
        return {column: set(blocks) for column, blocks in self.behind.items()} == {
            column: set(blocks) for column, blocks in other.behind.items()
        }


@dataclass(frozen=True)
class _Counts:
    """A run's counts, and what is decided of them at one smallest count."""

    themes: Sequence[StoredTheme]
    everybody: StoredTheme
    columns: Sequence[str]
    told: Collection[str]

    def put_together(self, sets: Mapping[str, Sets], within: Sequence[_Decided]) -> "_Counts":
        """Return the counts with these values together, and with them what no table `within` shows apart."""
        named = {}
        for column, listed in sets.items():
            present = {value for value, count in self.everybody.by.get(column, {}).items() if count}
            fixed = [block for each in within for block in each.behind.get(column, ())]
            wanted = [present.intersection(each) for each in listed]
            # what another table has among its others is among the others here
            others = [each.others_of(column) for each in within]
            joined = join_sets([each for each in wanted if not any(each < block for block in others)], fixed)
            named[column] = {value: name_joined(each) for each in joined for value in each}
        if not any(named.values()):
            return self
        return replace(
            self,
            themes=[_renamed(theme, named) for theme in self.themes],
            everybody=_renamed(self.everybody, named),
        )

    def protect_beside(
        self,
        earlier: Sequence[Earlier],
        together: Mapping[str, Sets],
        least: int,
        may_merge: Collection[str],
        within: Sequence[_Decided],
    ) -> tuple["_Counts", _Decided]:
        """Protect all tables beside those that were published, and return them with the counts put together."""
        tables = list(within)
        for each in earlier:
            tables.append(self.protect_again(each, may_merge, tables))
        counts = self.put_together(together, tables)
        found = counts.protect_merged(least, may_merge, tables)
        for at, each in enumerate(earlier, len(within)):
            if each.least == least and tables[at].has_columns_of(found):  # the same table again
                return counts, counts.protect(found.headings, least, tables[:at])
        return counts, found

    def protect_again(self, earlier: Earlier, may_merge: Collection[str], within: Sequence[_Decided]) -> _Decided:
        """Protect the tables as they were published before, with the headings of then."""
        if not earlier.behind:
            return self.protect_merged(earlier.least, may_merge, within)
        named: dict[str, dict[str, str]] = {}
        for column, blocks in earlier.behind.items():
            present = {value for value, count in self.everybody.by.get(column, {}).items() if count}
            others = present.intersection(earlier.others.get(column, ()))
            inside = [present.intersection(block) - others for block in blocks]
            inside.append(present.difference(others, *inside))  # who came since had no heading
            named[column] = {value: name_joined(block) for block in inside for value in block}
        before = replace(
            self,
            themes=[_renamed(theme, named) for theme in self.themes],
            everybody=_renamed(self.everybody, named),
        )
        headings = before._headings(earlier.least, within)
        for column in headings.keys() & named.keys():
            last = (OTHER_VALUES,) if earlier.others.get(column) else ()
            headings = {**headings, column: (*dict.fromkeys(named[column].values()), *last)}
        return before.protect(headings, earlier.least, within)

    def protect_merged(self, least: int, may_merge: Collection[str], within: Sequence[_Decided]) -> _Decided:
        """Protect all tables; values go together in a column that may merge and has too many cells hidden."""
        headings = self._headings(least, within)
        found = self.protect(headings, least, within)
        better = {
            column: self._merge(column, values, least)
            for column, values in headings.items()
            if column in may_merge and hidden_share(found.tables[column].shown) > MOST_HIDDEN
        }
        if not better:
            return found
        merged = self.protect({**headings, **better}, least, within)
        # what other tables hide was left out of the search
        return merged if merged.hidden_of(better) <= found.hidden_of(better) else found

    def _merge(self, column: str, values: tuple[str, ...], least: int) -> tuple[str, ...]:
        """Return the headings under which no more cells than a third are hidden, or else the most are shown.

        Looked for by this table alone, and by the themes that are large enough to be shown: each try takes its time.
        """
        large = replace(self, themes=[theme for theme in self.themes if theme.people >= least])
        best, most = values, -1
        for tried in [values, *self._ways(values, column)]:
            cells = large.protect({column: tried}, least, ()).tables[column].shown[:-1, :-1]
            if cells.size and 1 - cells.mean() <= MOST_HIDDEN:
                return tried
            if cells.sum() > most:
                best, most = tried, int(cells.sum())
        return best

    def protect(self, headings: Headings, least: int, within: Sequence[_Decided]) -> _Decided:
        """Decide what may be shown under these headings; what is hidden `within` other tables stays hidden."""
        adds_up = sum(theme.people for theme in self.themes) == self.everybody.people
        tables = {column: self._table(column, values, adds_up) for column, values in headings.items()}
        if not tables:
            tables = {"": _people_only(self.themes, self.everybody, adds_up)}
        behind = {
            column: tuple(frozenset(self._behind(column, value, values)) for value in values)
            for column, values in headings.items()
        }
        if within:
            for column, table in tables.items():
                also = [self._hidden_within(behind.get(column), each, column) for each in within]
                table.also_hidden = np.logical_or.reduce(also)
        protect_together(list(tables.values()), least)
        return _Decided(headings, tables, behind)

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
            merged=tuple(sorted(part for value in apart for part in parts_of(value))),
            is_merged=len(values) < len(_headings(by, least)) or any(len(parts_of(value)) > 1 for value in values),
            bands=tuple(tuple(row) for row in bands),
            hidden_share=hidden_share(table.shown),
            behind=tuple(tuple(sorted(block)) for block in found.behind[column]),
        )

    def _headings(self, least: int, within: Sequence[_Decided]) -> Headings:
        headings = {}
        for column in self.columns:
            if all(sum(each.by.get(column, {}).values()) == each.people for each in (*self.themes, self.everybody)):
                by = self.everybody.by.get(column, {})
                allowed = {value for value in by if all(is_sum(value, each.behind[column]) for each in within)}
                headings[column] = _headings(by, least, allowed if within else None)
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

    def _hidden_within(self, behind: Sequence[Set[str]] | None, within: _Decided, column: str) -> NDArray[np.bool_]:
        """Return what stays hidden: a number that the shown numbers of other tables do not come to.

        One in which a number goes in that is hidden there is shown only where it has all such numbers of its row: it is
        what the row's total leaves, and whoever reads both tables knows it.
        """
        theirs = ~within.tables[column].shown
        if behind is None:
            return theirs
        hidden = np.zeros((len(theirs), len(behind)), dtype=np.bool_)
        for at, own in enumerate(behind):
            inside = np.array([bool(each & own) for each in within.behind[column]], dtype=np.bool_)
            touched, left = theirs[:, :-1][:, inside].any(axis=1), theirs[:, :-1][:, ~inside].any(axis=1)
            hidden[:, at] = touched & (left | theirs[:, -1])
        return np.column_stack([hidden, theirs[:, -1]])

    def _behind(self, column: str, value: str, values: Sequence[str]) -> Set[str]:
        """Return the values that are counted under a heading."""
        if value != OTHER_VALUES:
            return frozenset(parts_of(value))
        by = self.everybody.by.get(column, {})
        return {part for each, count in by.items() if count and each not in values for part in parts_of(each)}


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


def _renamed(theme: StoredTheme, named: Mapping[str, Mapping[str, str]]) -> StoredTheme:
    """Return the people of a theme with values under the heading that they go together under."""
    new = {column: rename_counts(theme.by.get(column, {}), names) for column, names in named.items()}
    return StoredTheme(theme.people, {**theme.by, **new})


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
