"""Vectors with a known number of groups, and an outsider who tries to work out what a table hides."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

_LEAST = 5
IntArray = NDArray[np.int_]
BoolArray = NDArray[np.bool_]
Weights = NDArray[np.float64]
Blobs = Callable[..., tuple[NDArray[np.float64], NDArray[np.intp]]]


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Compute on one thread, as the pipeline does: on a small machine several wait for each other."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def blobs() -> Blobs:
    """Make unit vectors around well-separated directions: sizes of the groups → vectors, planted groups."""

    def make(*sizes: int, spread: float = 0.04) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        rng = np.random.default_rng(11)
        planted = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
        centres = np.eye(max(len(sizes), 8))
        return normalize(centres[planted] + rng.normal(0, spread, (len(planted), len(centres)))), planted

    return make


@pytest.fixture(scope="session")
def noise() -> NDArray[np.float64]:
    """Unit vectors in no groups at all."""
    return normalize(np.random.default_rng(12).normal(size=(300, 20)))


class Outsider:
    """Somebody who works out, by linear programming, what the hidden numbers of tables of the same people can be.

    It shares no code and no method with what it judges. ``tables`` are arrays of true numbers with their totals in the
    last row and column, ``shown`` which of them may be read. Known to the outsider: counts are not negative, each row
    adds up, all tables have the same totals of rows, and of the last row, according to ``columns``:

    - "add up": it is the sum of the others;
    - "overlap": a person can stand in several rows, so it lies between the largest of the others and their sum;
    - "apart": it says nothing about the others.

    The outsider also knows that a theme or a heading that is there has somebody in it and, of the tables that are
    ``told``, which of the hidden numbers are under ``_LEAST``.
    """

    def __init__(
        self,
        tables: Sequence[IntArray],
        shown: Sequence[BoolArray],
        columns: str = "add up",
        told: Sequence[bool] = (),
    ) -> None:
        self._starts = np.cumsum([0, *(table.size for table in tables)])
        self._tables = tables
        self._zero: list[Weights] = []
        self._at_most_zero: list[Weights] = [np.zeros(self._starts[-1])]
        for t, table in enumerate(tables):
            last_row, last_column = table.shape[0] - 1, table.shape[1] - 1
            for i in range(last_row + 1):
                total = self._sum(t, i, last_column)
                self._zero.append(self._sum(t, i, slice(last_column)) - total)
                if i < last_row or columns != "apart":
                    self._zero.append(self._sum(0, i, tables[0].shape[1] - 1) - total)
            for j in range(last_column):
                self._know_column(t, j, last_row, columns)
        self._bounds: list[tuple[float, float | None]] = []
        for t, table in enumerate(tables):
            is_told = t < len(told) and told[t]
            for (i, j), number in np.ndenumerate(table):
                is_sum_of_nobody = i == table.shape[0] - 1 and columns != "add up"
                is_total = i == table.shape[0] - 1 or j == table.shape[1] - 1
                fewest = float(min(1, number)) if is_total else 0.0
                small = (fewest, _LEAST - 1.0) if number < _LEAST else (float(_LEAST), None)
                unknown = (0.0 if is_sum_of_nobody else fewest, None)
                self._bounds.append(small if is_told and not is_sum_of_nobody else unknown)
        read = [(t, i, j) for t, seen in enumerate(shown) for i, j in np.argwhere(seen)]
        self._equal = np.array([*self._zero, *(self._sum(*cell) for cell in read)])
        self._values = [*([0.0] * len(self._zero)), *(float(tables[t][i, j]) for t, i, j in read)]

    def _know_column(self, table: int, column: int, last_row: int, columns: str) -> None:
        above, whole = self._sum(table, slice(last_row), column), self._sum(table, last_row, column)
        if columns == "add up":
            self._zero.append(above - whole)
        elif columns == "overlap":
            self._at_most_zero.append(whole - above)
            self._at_most_zero += [self._sum(table, i, column) - whole for i in range(last_row)]

    def possible_values(self, table: int, row: int, column: int) -> float:
        """Return how far apart the smallest and the largest possible value of a number are."""
        wanted = self._sum(table, row, column)
        return -self._least(-wanted) - self._least(wanted)

    def _least(self, wanted: Weights) -> float:
        limits = np.zeros(len(self._at_most_zero))
        found = linprog(wanted, np.array(self._at_most_zero), limits, self._equal, self._values, bounds=self._bounds)
        assert found.status in {0, 3}, found.message
        return -np.inf if found.status == 3 else float(found.fun)

    def _sum(self, table: int, row: int | slice, column: int | slice) -> Weights:
        chosen = np.zeros(self._tables[table].shape)
        chosen[row, column] = 1.0
        weights = np.zeros(self._starts[-1])
        weights[self._starts[table] : self._starts[table + 1]] = chosen.ravel()
        return weights


@pytest.fixture(scope="session")
def outsider() -> type[Outsider]:
    """Give the tests that hide numbers somebody who tries to find them."""
    return Outsider
