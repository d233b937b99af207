"""Several tables of the same people, protected together: a total that one hides is hidden in all, and none tells it.

Each table counts people by theme (rows) and by one thing about them (columns). `analysis.disclosure` protects a single
table; here is what follows from there being several, and from people who stand in more than one row.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import shown_cells, with_totals

MOST_COLUMNS = 12
OTHER_VALUES = "\0others"
"""Stands for all values that have no heading of their own; no cell of a file can hold it."""


@dataclass
class ProtectedTable:
    """A table of counts, and which of its numbers may be shown.

    Attributes
    ----------
    counts
        Shape (rows, columns): people, each in one column.
    totals
        Shape (columns,): distinct people of each column, where a person can stand in several rows; None where nobody
        does, so that columns add up.
    small_ones_known
        Whether something else tells the reader which hidden numbers are small: of the table of languages a theme's
        names and quotes do.
    also_hidden
        Shape (rows + 1, columns + 1): what stays hidden whatever it counts.
    numbers, shown
        Shape (rows + 1, columns + 1), the last row and column being totals; `shown` is decided by
        :func:`protect_together`.
    """

    counts: NDArray[np.int_]
    totals: NDArray[np.int_] | None = None
    small_ones_known: bool = False
    also_hidden: NDArray[np.bool_] | None = None
    numbers: NDArray[np.int_] = field(init=False)
    shown: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = with_totals(self.counts)
        if self.totals is not None:
            self.numbers[-1, :] = with_totals(self.totals[None, :])[0]
        self.shown = np.ones_like(self.numbers, dtype=bool)

    def hidden_totals(self) -> list[int]:
        """List the rows whose totals are hidden, the last one being all rows together."""
        return [int(row) for row in np.flatnonzero(~self.shown[:, -1])]

    def protect(self, least: int, secret: set[int]) -> None:
        """Decide what may be shown when the totals of the rows ``secret`` are hidden elsewhere."""
        told, also = self.small_ones_known, self.also_hidden
        if self.totals is None:
            self.shown = shown_cells(
                self.counts, least, small_ones_known=told, hidden_elsewhere=secret, also_hidden=also
            )
            return
        # people in several rows: each row is protected by itself, and the last one, of distinct people, as a table of
        # its own
        rows = secret - {len(self.counts)}
        self.shown = shown_cells(
            self.counts,
            least,
            columns_add_up=False,
            small_ones_known=told,
            hidden_elsewhere=rows,
            also_hidden=also,
        )
        whole = {0} if len(self.counts) in secret else set()
        everybody = self.totals[None, :]
        above = None if also is None else np.vstack([also[-1], np.zeros_like(also[-1])])
        self.shown[-1, :] = shown_cells(
            everybody, least, small_ones_known=told, hidden_elsewhere=whole, also_hidden=above
        )[0]
        if not self.shown[:-1].all():
            # how many people a column has bounds its hidden cells from above, and from below where all speak somewhere
            self.shown[-1, :-1] = False
            self.shown[self._rows_bounded_by_columns(least), -1] = False
        if self._everybody_bounds_a_row(least):
            self.shown[-1, -1] = False

    def _everybody_bounds_a_row(self, least: int) -> bool:
        """Tell whether the number of all people says how large a row is at least whose people are hidden.

        Everybody speaks somewhere: whom the rows that are shown cannot hold speaks in those that are hidden, of which
        an outsider may guess that each counts fewer than ``least``.
        """
        seen = self.shown[:-1, -1]
        left = int(self.numbers[-1, -1] - self.numbers[:-1, -1][seen].sum())
        return not seen.all() and left - (least - 1) * int((~seen).sum() - 1) > 1

    def _rows_bounded_by_columns(self, least: int) -> list[int]:
        """List the rows whose hidden cells an outsider could still pin down, where people stand in several rows.

        No cell is larger than its column, and no column larger than what everybody leaves when the others have at least
        their largest shown cell.
        """
        seen = np.where(self.shown[:-1, :-1], self.numbers[:-1, :-1], 0)
        largest = seen.max(axis=0)
        caps = self.numbers[-1, -1] - (largest.sum() - largest)
        found = []
        for row in np.flatnonzero(self.shown[:-1, -1] & ~self.shown[:-1, :-1].all(axis=1)):
            hidden = ~self.shown[row, :-1]
            small = self.numbers[row, :-1][hidden] < least
            told = small if self.small_ones_known else np.zeros_like(small)
            lowest = np.where(small | ~told.any(), 0, least)
            highest = np.where(told, np.minimum(caps[hidden], least - 1), caps[hidden])
            rest = self.numbers[row, -1] - seen[row].sum()
            low = np.maximum(lowest, rest - (highest.sum() - highest))
            high = np.minimum(highest, rest - (lowest.sum() - lowest))
            if small.any() and (high - low)[small].min() < least - 2:
                found.append(int(row))
        return found


def protect_together(tables: Sequence[ProtectedTable], least: int) -> None:
    """Decide what may be shown of tables of the same people by the same rows.

    The decision does not depend on the order of the rows: they are looked at in the order of their own numbers. So
    whoever makes the tables from the same counts, at another time or in another order, hides the same ones, and what
    hides among the rows by its place in one list is not told by its place in another.
    """
    order = np.lexsort(np.hstack([table.counts for table in tables]).T)
    rows = [*order, len(order)]
    ordered = [
        ProtectedTable(
            table.counts[order],
            table.totals,
            table.small_ones_known,
            None if table.also_hidden is None else table.also_hidden[rows],
        )
        for table in tables
    ]
    secret: set[int] = set()
    while True:
        for table in ordered:
            table.protect(least, secret)
        found = {row for table in ordered for row in table.hidden_totals()}
        if found <= secret:
            break
        secret |= found
    back = [*np.argsort(order), len(order)]
    for table, decided in zip(tables, ordered, strict=True):
        table.shown = decided.shown[back]


def named_languages(
    people: int | None, spoken: Mapping[str, int], shown: Collection[str], least: int
) -> frozenset[str]:
    """Return the languages in which a theme may be named, so that its names tell no more than its shown counts do.

    Those whose people are shown, and the one that most of its people speak. That one, where no language is shown, only
    in a theme so large that at least ``least`` people must speak it anyway: of five people, whose languages are both
    hidden, its name would leave three numbers for the other.

    Parameters
    ----------
    people
        How many the theme has; None where hidden: then it has no name.
    spoken
        True counts of its people by language.
    shown
        The languages whose people are shown.
    """
    if people is None or (not shown and people < 2 * (least - 1)):
        return frozenset()
    main = max(spoken, key=lambda language: (spoken[language], language), default="")
    return frozenset({main, *shown})
