"""What may be shown of a table of counts: small cells hidden, and enough others that no total gives them away.

A table with its totals is a network: each cell is a flow between its row and its column, each total a flow back, and
what comes in goes out. A hidden cell can be worked out as far as flows can be moved around it through other hidden
cells, so the interval an outsider can compute is found by moving flow, and the cells to hide besides are the cheapest
way to move more (Cox 1995, "Network Models for Complementary Cell Suppression", JASA 90: 1453-1462).

The limit: that holds against a reader who adds and subtracts. Which numbers are hidden depends on the hidden numbers
too, as with every rule that hides no more than it must, and a reader who runs this published rule backwards, over all
tables that would look the same, can be left with fewer values. Of 31,705 different pages of tables of two rows and two
columns, 1,118 then leave a hidden small number fewer than five values, 220 of them exactly one.
"""

import heapq
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

LEAST_PEOPLE = 5
_ANY = 10**9
_TOTALS_COST = 20

Cell = tuple[int, int]
Step = tuple[Cell, bool]
"""A cell and whether it grows (True) or shrinks (False) when flow passes."""


def shown_cells(
    counts: NDArray[np.int_],
    least: int = LEAST_PEOPLE,
    *,
    columns_add_up: bool = True,
    small_ones_known: bool = False,
    hidden_elsewhere: Collection[int] = (),
    totals_known: bool = False,
    also_hidden: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """Return which cells and totals of a table of counts may be shown.

    Every cell and total under ``least`` is hidden, zero included. Others are hidden until anybody who sees the rest and
    knows that rows and columns add up finds at least ``least`` values possible for each of those, and no line's hidden
    numbers come to fewer than ``least`` people together.

    Parameters
    ----------
    counts
        Shape (rows, columns), whole numbers of people, 0 or more.
    least
        The smallest count that may be shown.
    columns_add_up
        False where a person can stand in several rows, so that a column's sum is no number of people and is not shown.
    small_ones_known
        Whether the reader can tell which of the hidden numbers are under ``least``, because what is named or quoted
        tells. Then ``least - 1`` values must be possible even so.
    hidden_elsewhere
        Rows whose totals are hidden in every table of the same people: nothing of them is shown, because a number of
        one table says of another table's how large they are at least.
    totals_known
        Whether every total stands elsewhere, however small: they are all shown, and only cells are hidden. Of a line of
        three people nobody can make five values possible: as many as its total leaves are.
    also_hidden
        Shape of what is returned: numbers that stay hidden whatever they are, because another audience that may read
        this table too does not see them in its own (:func:`analysis.stored_counts.protect_counts`).

    Returns
    -------
    Boolean array of shape (rows + 1, columns + 1): True where the number may be shown; the last row holds the columns'
    totals, the last column the rows' totals.
    """
    settings = (least, columns_add_up, small_ones_known, tuple(sorted(hidden_elsewhere)), totals_known)
    also = None if also_hidden is None else np.ascontiguousarray(also_hidden, dtype=np.bool_).tobytes()
    counted = np.ascontiguousarray(counts, dtype=np.int64).tobytes()
    return _decide(_Asked(counts.shape, counted, *settings, also)).copy()


@dataclass(frozen=True)
class _Asked:
    """What `shown_cells` was asked, so that the same table need not be decided again at each look at a page."""

    shape: tuple[int, ...]
    counts: bytes
    least: int
    columns_add_up: bool
    small_ones_known: bool
    hidden_elsewhere: tuple[int, ...]
    totals_known: bool
    also_hidden: bytes | None


@lru_cache(maxsize=256)
def _decide(asked: _Asked) -> NDArray[np.bool_]:
    """Decide; the answer follows from what is asked alone, and takes a page most of its time."""
    rows, columns = asked.shape
    counts = np.frombuffer(asked.counts, dtype=np.int64).reshape(asked.shape)
    network = _Network(
        with_totals(counts), asked.least, asked.columns_add_up, asked.small_ones_known, asked.totals_known
    )
    if asked.also_hidden is not None:
        also = np.frombuffer(asked.also_hidden, dtype=np.bool_).reshape(rows + 1, columns + 1)
        network.shown &= ~also
    network.protect_all(asked.hidden_elsewhere)
    return network.shown


def with_totals(counts: NDArray[np.int_]) -> NDArray[np.int_]:
    """Return the table with its totals as a last row and a last column."""
    rows = np.vstack([counts, counts.sum(axis=0, keepdims=True)])
    return np.hstack([rows, rows.sum(axis=1, keepdims=True)])


@dataclass
class _Network:
    table: NDArray[np.int_]
    least: int
    columns_add_up: bool
    small_ones_known: bool
    totals_known: bool = False
    shown: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self.shown = self.table >= self.least
        if not self.columns_add_up:
            self.shown[-1, :] = False
        if self.totals_known:
            self.shown[-1, :] = self.shown[:, -1] = True
        rows, columns = self.table.shape
        # Each number as Python's own: one by one, they are read far more often than an array reads well.
        self.values: dict[Cell, int] = {
            (i, j): value for i, row in enumerate(self.table.tolist()) for j, value in enumerate(row)
        }
        self.last: Cell = (rows - 1, columns - 1)
        self.links: dict[int, list[tuple[int, Cell, bool]]] = {n: [] for n in range(rows + columns)}
        for i in range(rows):
            for j in range(columns):
                start, end = self._ends((i, j))
                self.links[start].append((end, (i, j), True))
                self.links[end].append((start, (i, j), False))

    def _ends(self, cell: Cell) -> tuple[int, int]:
        """Return the node a cell's flow leaves and the one it enters: rows first, then columns."""
        rows, columns = self.table.shape
        i, j = cell
        is_margin = (i == rows - 1) != (j == columns - 1)
        return (rows + j, i) if is_margin else (i, rows + j)

    def sensitive(self) -> list[Cell]:
        """List the cells that are too small to show; sums that count nobody are none of them."""
        rows = len(self.table) if self.columns_add_up else len(self.table) - 1
        small = [(int(i), int(j)) for i, j in np.argwhere(self.table[:rows] < self.least)]
        return [cell for cell in small if not (self.totals_known and self._is_total(cell))]

    def protect_all(self, hidden_elsewhere: Collection[int]) -> None:
        """Hide what it takes for all small numbers, and the totals of rows that are hidden elsewhere."""
        for row in hidden_elsewhere:
            self.shown[row, :] = False  # any number of the row would say how many people it holds at least
        for cell in [*self.sensitive(), *((row, self.table.shape[1] - 1) for row in hidden_elsewhere)]:
            self.protect(cell)
        while cells := self.beside_small_remainders():
            for cell in cells:
                self.shown[cell] = False
                self.protect(cell)

    def protect(self, cell: Cell) -> None:
        """Hide what it takes for enough values of this cell to be possible."""
        wanted = self.least - (2 if self.small_ones_known else 1)
        if self.totals_known:
            wanted = min(wanted, int(self.table[cell[0], -1]), int(self.table[-1, cell[1]]))
        start, end = self._ends(cell)
        down_room = min(wanted, self._room((cell, False), {}))
        up_room = min(wanted, self._room((cell, True), {}))
        for hide in (False, True):
            down = self._move(start, end, cell, down_room, hide=False)
            up = self._move(end, start, cell, min(up_room, wanted - down), hide=hide)
            if down + up < wanted:
                down = self._move(start, end, cell, min(down_room, wanted - up), hide=hide)
            if down + up >= wanted:
                return
        self.shown[:] = False  # so few people that only silence protects them
        if self.totals_known:
            self.shown[-1, :] = self.shown[:, -1] = True

    def beside_small_remainders(self) -> list[Cell]:
        """List a cell to hide besides in each line whose hidden cells together count fewer than ``least`` people."""
        found = []
        body, seen = self.table[:-1, :-1], self.shown[:-1, :-1]
        for axis, totals in ((1, self.shown[:-1, -1]), (0, self.shown[-1, :-1])):
            hidden = np.where(seen, 0, body).sum(axis=axis)
            for line in np.flatnonzero(totals & ~seen.all(axis=axis) & seen.any(axis=axis) & (hidden < self.least)):
                shown = np.flatnonzero(seen[line] if axis else seen[:, line])
                values = (body[line] if axis else body[:, line])[shown]
                other = int(shown[values.argmin()])
                found.append((int(line), other) if axis else (other, int(line)))
        return found

    def _move(self, source: int, sink: int, around: Cell, wanted: int, hide: bool) -> int:
        """Return how much flow, up to ``wanted``, goes from source to sink without the cell ``around``.

        Through hidden cells only, unless ``hide``: then the cheapest shown cells on the way are hidden.
        """
        change: dict[Cell, int] = {}
        moved = 0
        while moved < wanted:
            path = self._cheapest(source, sink, around, change, hide)
            if path is None:
                break
            amount = min([wanted - moved, *(self._room(step, change) for step in path)])
            for cell, grows in path:
                change[cell] = change.get(cell, 0) + (amount if grows else -amount)
                self.shown[cell] = False
            moved += amount
        return moved

    def _room(self, step: Step, change: dict[Cell, int]) -> int:
        """Return how far a number can grow or shrink before a reader would know that it cannot be."""
        cell, grows = step
        value = self.values[cell] + change.get(cell, 0)
        if cell[0] == self.last[0] and not self.columns_add_up:
            return _ANY if grows else value
        is_small = self.values[cell] < self.least
        if grows:
            return self.least - 1 - value if is_small and self.small_ones_known else _ANY
        return value - (self.least if self.small_ones_known and not is_small else self._fewest(cell))

    def _fewest(self, cell: Cell) -> int:
        """Return the smallest a small number can be: a theme or a heading that is there has somebody in it."""
        return min(1, self.values[cell]) if self._is_total(cell) else 0

    def _cheapest(self, source: int, sink: int, around: Cell, change: dict[Cell, int], hide: bool) -> list[Step] | None:
        """Dijkstra's shortest path; a hidden cell costs nothing, a shown one what it counts."""
        best = {source: 0}
        came: dict[int, tuple[int, Step]] = {}
        queue = [(0, source)]
        while queue:
            cost, node = heapq.heappop(queue)
            if node == sink:
                return self._steps(came, source, sink)
            if cost > best[node]:
                continue
            for neighbour, cell, grows in self.links[node]:
                is_shown = self.shown[cell]
                if is_shown and not hide:
                    continue
                further = cost + (self._cost(cell) if is_shown else 0)
                # the dearest question last: most cells lead nowhere that is not reached as well already
                if further >= best.get(neighbour, _ANY) or not self._may_pass((cell, grows), around, change):
                    continue
                best[neighbour] = further
                came[neighbour] = (node, (cell, grows))
                heapq.heappush(queue, (further, neighbour))
        return None

    def _may_pass(self, step: Step, around: Cell, change: dict[Cell, int]) -> bool:
        """Tell whether flow may go through a cell."""
        cell = step[0]
        return cell != around and not (self.totals_known and self._is_total(cell)) and bool(self._room(step, change))

    def _cost(self, cell: Cell) -> int:
        """Return what hiding a number costs its readers: what it counts, and much more for a total."""
        return (self.values[cell] + 1) * (_TOTALS_COST if self._is_total(cell) else 1)

    def _is_total(self, cell: Cell) -> bool:
        return cell[0] == self.last[0] or cell[1] == self.last[1]

    @staticmethod
    def _steps(came: dict[int, tuple[int, Step]], source: int, sink: int) -> list[Step]:
        steps = []
        while sink != source:
            sink, step = came[sink]
            steps.append(step)
        return steps[::-1]
