"""What may be shown of a table of counts: small cells hidden, and enough others that no total gives them away.

A table with its totals is a network: each cell is a flow between its row and its column, each total a flow back, and
what comes in goes out. A hidden cell can be worked out as far as flows can be moved around it through other hidden
cells, so the interval an outsider can compute is found by moving flow, and the cells to hide besides are the cheapest
way to move more (Cox 1995, "Network Models for Complementary Cell Suppression", JASA 90: 1453-1462).
"""

import heapq
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

LEAST_PEOPLE = 5
_ANY = 10**9

Cell = tuple[int, int]
Step = tuple[Cell, bool]
"""A cell and whether it grows (True) or shrinks (False) when flow passes."""


def shown_cells(
    counts: NDArray[np.int_],
    least: int = LEAST_PEOPLE,
    *,
    columns_add_up: bool = True,
    hidden_elsewhere: Collection[int] = (),
) -> NDArray[np.bool_]:
    """Return which cells and totals of a table of counts may be shown.

    Every cell and total under ``least`` is hidden, zero included. Others are hidden until anybody who sees the rest,
    knows that rows and columns add up and that counts are not negative, finds at least ``least`` values possible for
    each of them.

    Parameters
    ----------
    counts
        Shape (rows, columns), whole numbers of people, 0 or more.
    least
        The smallest count that may be shown.
    columns_add_up
        False where a person can stand in several rows, so that a column's sum is no number of people and is not shown.
    hidden_elsewhere
        Rows whose totals another table of the same people hides: this table must not give them away either.

    Returns
    -------
    Boolean array of shape (rows + 1, columns + 1): True where the number may be shown; the last row holds the columns'
    totals, the last column the rows' totals.
    """
    network = _Network(with_totals(counts), least)
    if not columns_add_up:
        network.shown[-1, :] = False
    secret = [(row, counts.shape[1]) for row in hidden_elsewhere]
    for cell in secret:
        network.shown[cell] = False
    for cell in [*network.sensitive(), *secret]:
        network.protect(cell)
    return network.shown


def with_totals(counts: NDArray[np.int_]) -> NDArray[np.int_]:
    """Return the table with its totals as a last row and a last column."""
    rows = np.vstack([counts, counts.sum(axis=0, keepdims=True)])
    return np.hstack([rows, rows.sum(axis=1, keepdims=True)])


@dataclass
class _Network:
    table: NDArray[np.int_]
    least: int
    shown: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self.shown = self.table >= self.least
        rows, columns = self.table.shape
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
        """List the cells that are too small to show."""
        found = np.argwhere(self.table < self.least)
        return [(int(i), int(j)) for i, j in found]

    def protect(self, cell: Cell) -> None:
        """Hide what it takes for at least ``least`` values of this cell to be possible."""
        start, end = self._ends(cell)
        wanted = self.least - 1
        down = self._move(start, end, cell, min(wanted, int(self.table[cell])), hide=False)
        up = self._move(end, start, cell, wanted - down, hide=False)
        if down + up < wanted:
            self._move(end, start, cell, wanted - down, hide=True)

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
        cell, grows = step
        return _ANY if grows else int(self.table[cell]) + change.get(cell, 0)

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
                if cell == around or (self.shown[cell] and not hide) or not self._room((cell, grows), change):
                    continue
                further = cost + (int(self.table[cell]) + 1 if self.shown[cell] else 0)
                if further < best.get(neighbour, _ANY):
                    best[neighbour] = further
                    came[neighbour] = (node, (cell, grows))
                    heapq.heappush(queue, (further, neighbour))
        return None

    @staticmethod
    def _steps(came: dict[int, tuple[int, Step]], source: int, sink: int) -> list[Step]:
        steps = []
        while sink != source:
            sink, step = came[sink]
            steps.append(step)
        return steps[::-1]
