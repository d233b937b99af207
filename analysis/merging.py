"""Small groups put together before anything is hidden: what is gained, and which ones to put together.

Of a table of themes by many small groups most cells are hidden, and what is left says little. Put together, small
groups are large enough to be counted. Names have no order: the smallest go together first. Bands of ages or years have
one: neighbours go together. Which are put together is decided once, for everybody who reads: two readings of the same
people, one with groups together and one without, are two tables of which one can give away what the other hides.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import LEAST_PEOPLE, shown_cells

MOST_HIDDEN = 1 / 3
"""From a larger share of hidden cells on, groups are better put together."""


def hidden_share(shown: NDArray[np.bool_]) -> float:
    """Return the share of a table's cells that may not be shown, among the rows whose totals may be.

    A row without its total is not printed; 0 of a table without rows. The totals themselves are left out.
    """
    cells = shown[:-1, :-1][shown[:-1, -1]]
    return float((~cells).mean()) if cells.size else 0.0


def smallest_first(people: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """List the ways of putting groups together: the two smallest, the three smallest and so on, one always left alone.

    Equal ones are taken by name.
    """
    ordered = sorted(people, key=lambda name: (people[name], name))
    return tuple(tuple(ordered[:number]) for number in range(2, len(ordered)))


def merge_columns(counts: NDArray[np.int_], groups: Sequence[Sequence[int]]) -> NDArray[np.int_]:
    """Return a table of shape (rows, groups) whose columns are sums of those of a table of shape (rows, columns)."""
    return np.stack([counts[:, list(group)].sum(axis=1) for group in groups], axis=1)


def merge_neighbours(
    counts: NDArray[np.int_], least: int = LEAST_PEOPLE, most_hidden: float = MOST_HIDDEN
) -> tuple[tuple[int, ...], ...]:
    """Put neighbouring columns together until no more than this share of cells is hidden, and return which.

    Parameters
    ----------
    counts
        Shape (rows, columns): people, the columns in an order in which neighbours belong together (ages, years).

    Returns
    -------
    The columns by number, those that go together in one tuple; at least two where there are two columns. At each step
    the two neighbours go together that leave the smallest share hidden; of equals, those with the fewest people.
    """
    groups: tuple[tuple[int, ...], ...] = tuple((column,) for column in range(counts.shape[1]))
    while len(groups) > 2 and _share(counts, groups, least) > most_hidden:
        sizes = [int(counts[:, list(group)].sum()) for group in groups]
        pairs = [_joined(groups, at) for at in range(len(groups) - 1)]
        _, _, groups = min(
            (_share(counts, pair, least), sizes[at] + sizes[at + 1], pair) for at, pair in enumerate(pairs)
        )
    return groups


def _joined(groups: tuple[tuple[int, ...], ...], at: int) -> tuple[tuple[int, ...], ...]:
    return (*groups[:at], (*groups[at], *groups[at + 1]), *groups[at + 2 :])


def _share(counts: NDArray[np.int_], groups: Sequence[Sequence[int]], least: int) -> float:
    return hidden_share(shown_cells(merge_columns(counts, groups), least))
