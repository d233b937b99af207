"""Small groups put together before anything is hidden: what is gained, and which ones to put together.

Of a table of themes by many small groups most cells are hidden, and what is left says little. Put together, small
groups are large enough to be counted. Names have no order: the smallest go together first. Bands of ages or years have
one: neighbours go together. Which are put together is decided once, for everybody who reads: two readings of the same
people, one with groups together and one without, are two tables of which one can give away what the other hides.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import LEAST_PEOPLE, shown_cells

MOST_HIDDEN = 1 / 3
"""From a larger share of hidden cells on, groups are better put together."""
_AND = "\0+"


@dataclass(frozen=True)
class Earlier:
    """A table of the same counts that was published before.

    Attributes
    ----------
    least
        The smallest count that it showed.
    behind
        Of each column, the values under each of its headings, in their order; a column that is not named had those
        that :func:`analysis.stored_counts.protect_counts` gives it.
    others
        Of each column, the values that were among the others, if any were.
    """

    least: int
    behind: Mapping[str, Sequence[Sequence[str]]]
    others: Mapping[str, Collection[str]] = field(default_factory=dict)


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


def name_joined(values: Iterable[str]) -> str:
    """Return the heading of values that go together: their own names, which no cell of a file can hold so joined."""
    return _AND.join(sorted(values))


def parts_of(heading: str) -> tuple[str, ...]:
    """Return the values that :func:`name_joined` joined; one that stands alone is itself."""
    return tuple(heading.split(_AND))


def is_sum(heading: str, blocks: Iterable[Collection[str]]) -> bool:
    """Tell whether what a heading counts is the sum of whole columns of another table, which has these values."""
    own = frozenset(parts_of(heading))
    return all(own.issuperset(block) or own.isdisjoint(block) for block in blocks)


def rename_counts(counts: Mapping[str, int], names: Mapping[str, str]) -> dict[str, int]:
    """Return counts with values under other names, those under one name added up; a value without one keeps its own."""
    found: dict[str, int] = {}
    for value, count in counts.items():
        name = names.get(value, value)
        found[name] = found.get(name, 0) + count
    return found


def join_sets(sets: Iterable[Collection[str]], fixed: Iterable[Collection[str]] = ()) -> tuple[frozenset[str], ...]:
    """Return sets of values that go together, none of which cuts through another or through a fixed one.

    Parameters
    ----------
    sets
        What somebody wants together; sets that share a value become one.
    fixed
        What other tables of the same people show together: a set with some of such values takes them all. Whoever reads
        both tables then finds in the one only sums of what the other has. A fixed set that no other meets is left out.

    Returns
    -------
    Sets of two values or more, in the order of their names.
    """
    found = [set(each) for each in sets if len(each) > 1]
    blocks = [frozenset(each) for each in fixed]
    while True:
        for each in found:
            for block in blocks:
                if block & each:
                    each |= block
        meeting = next(((i, j) for i, one in enumerate(found) for j in range(i) if one & found[j]), None)
        if meeting is None:
            if all(block <= each or not block & each for block in blocks for each in found):
                return tuple(sorted((frozenset(each) for each in found), key=sorted))
            continue
        found[meeting[1]] |= found.pop(meeting[0])


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
