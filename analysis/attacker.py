"""Somebody who works out hidden numbers from all that is shown: pages, files, two dates, one audience and another.

What is read are whole numbers of people, tied by sums: rows and columns add up, groups that were put together are the
sum of their parts, a theme that is the same on two pages has the same people. Each hidden number is then the answer to
two integer programmes, its smallest and its largest possible value (HiGHS, by scipy). This shares no code with what
hides (`analysis.disclosure`), so it can judge it: before something is published, and in the tests.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Name = Hashable
_FINE = 0
MOST_PEOPLE = 10**6
"""No number is larger: so none is unbounded, which the solver cannot tell from impossible."""


@dataclass(frozen=True)
class Interval:
    """What a number can be: at least ``low``, at most ``high`` (`MOST_PEOPLE` where nothing bounds it)."""

    low: float
    high: float

    @property
    def values(self) -> float:
        """How many whole numbers that is."""
        return self.high - self.low + 1


@dataclass
class Attacker:
    """Numbers known by name, and what is known of them.

    Names are anything that tells one number from another: ``("week 1", "waiting times", "managers")``. Each is a whole
    number, 0 or more.

    Attributes
    ----------
    names
        Every name that was ever spoken of, with its place.
    """

    names: dict[Name, int] = field(default_factory=dict)
    _rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    _low: list[float] = field(default_factory=list)
    _high: list[float] = field(default_factory=list)

    def read(self, name: Name, value: int) -> None:
        """Take note of a number that is shown."""
        self.bound(name, value, value)

    def bound(self, name: Name, low: float = 0, high: float = MOST_PEOPLE) -> None:
        """Take note of what a number can be at least and at most: what a band or a sentence tells."""
        at = self._place(name)
        self._low[at], self._high[at] = max(self._low[at], low), min(self._high[at], high)

    def add_up(self, whole: Name, parts: Iterable[Name]) -> None:
        """Take note that a number is the sum of others."""
        self._weigh({whole: -1.0}, parts, 0.0, 0.0)

    def add_up_between(self, whole: Name, parts: Iterable[Name]) -> None:
        """Take note that a number is no smaller than each of others and no larger than their sum.

        So many are the people of all themes together, where somebody can stand in several.
        """
        listed = list(parts)
        self._weigh({whole: -1.0}, listed, 0.0, np.inf)
        for part in listed:
            self._weigh({whole: 1.0, part: -1.0}, (), 0.0, np.inf)

    def same(self, one: Name, other: Name) -> None:
        """Take note that two names are of one number."""
        self._weigh({one: 1.0, other: -1.0}, (), 0.0, 0.0)

    def weigh(self, weights: Mapping[Name, float], low: float, high: float) -> None:
        """Take note that a weighted sum lies between two numbers: what a printed share or mean tells."""
        self._weigh(weights, (), low, high)

    def possible(self, name: Name) -> Interval:
        """Return what a number can be; raises ValueError where no numbers at all agree with what was noted."""
        at = self._place(name)
        return Interval(self._extreme(at, 1.0), -self._extreme(at, -1.0) + 0.0)

    def narrow(self, names: Iterable[Name], values: int) -> dict[Name, Interval]:
        """Return, of these names, those that have fewer possible values than so many, with these."""
        found = {name: self.possible(name) for name in names}
        return {name: each for name, each in found.items() if each.values < values}

    def _place(self, name: Name) -> int:
        if name not in self.names:
            self.names[name] = len(self.names)
            self._low.append(0.0)
            self._high.append(MOST_PEOPLE)
        return self.names[name]

    def _weigh(self, weights: Mapping[Name, float], parts: Iterable[Name], low: float, high: float) -> None:
        row: dict[int, float] = {}
        for name, weight in [*weights.items(), *((part, 1.0) for part in parts)]:
            at = self._place(name)
            row[at] = row.get(at, 0.0) + weight
        self._rows.append((row, low, high))

    def _extreme(self, at: int, sign: float) -> float:
        """Return the smallest value of a number times ``sign``."""
        wanted = np.zeros(len(self.names))
        wanted[at] = sign
        ones = np.ones(len(self.names), dtype=np.int_)
        found = milp(wanted, integrality=ones, bounds=Bounds(self._low, self._high), constraints=self._constraints())
        if found.status != _FINE:
            raise ValueError("no numbers agree with all that was read")
        return float(round(found.fun))

    def _constraints(self) -> list[LinearConstraint]:
        if not self._rows:
            return []
        at = [(row, column, weight) for row, (each, _, _) in enumerate(self._rows) for column, weight in each.items()]
        rows, columns, weights = (np.array(part) for part in zip(*at, strict=True))
        matrix = csr_array((weights, (rows, columns)), shape=(len(self._rows), len(self.names)))
        limits: NDArray[np.float64] = np.array([(low, high) for _, low, high in self._rows])
        return [LinearConstraint(matrix, limits[:, 0], limits[:, 1])]
