"""What a large theme is made of: one level of parts, where they come back as well as themes should.

A theme that holds is grouped once more, by itself, into two to five parts. Parts are proposed only where every one of
them comes back when one answer in five is left out (mean best Jaccard overlap of at least 0.75, Hennig 2007: "a valid,
stable cluster") and at least ten people speak in it; of several such numbers, the largest is taken. Any group of
answers can be cut in two, so most themes have no parts: of noise without any, drawn sixty times, six had (forty to
four hundred rows in thirty dimensions of unequal spread). At most three hundred
ideas decide whether parts hold.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.stability import Group, theme_stability

FEWEST_PEOPLE = 30
FEWEST_IN_A_PART = 10
_NUMBERS = (2, 3, 4, 5)
_HOLDS, _PART_HOLDS = 0.6, 0.75
# More rows than this do not change whether parts come back.
_ROWS = 300


def part_theme(
    vectors: NDArray[np.float64],
    people: NDArray[np.intp],
    answers: NDArray[np.intp],
    stability: float,
    seed: int,
    group: Group,
) -> NDArray[np.intp] | None:
    """Return the part of each idea of a theme, the one with most people being 0; None where no parts hold.

    The order of rows changes nothing.

    Parameters
    ----------
    vectors
        Shape (n, dimensions): the theme's ideas, unit length.
    people, answers
        Shape (n,): numbers for who said each idea, and in which answer.
    stability
        How well the theme itself comes back: one that does not is not looked into.
    """
    if stability < _HOLDS or len(np.unique(people)) < FEWEST_PEOPLE:
        return None
    order = np.lexsort(vectors.round(9).T)
    vectors, people, answers = vectors[order], people[order], answers[order]
    some = _some(len(vectors), seed)
    found = [number for number in _NUMBERS if _hold(vectors[some], answers[some], number, seed, group)]
    if not found:
        return None
    labels = group(vectors, found[-1], seed)
    sizes = [len(np.unique(people[labels == part])) for part in range(found[-1])]
    return _parts(labels, sizes, order) if min(sizes) >= FEWEST_IN_A_PART else None


def _hold(vectors: NDArray[np.float64], answers: NDArray[np.intp], number: int, seed: int, group: Group) -> bool:
    """Tell whether each of so many groups comes back."""
    if len(np.unique(vectors.round(9), axis=0)) <= number:
        return False
    scores = theme_stability(vectors, group(vectors, number, seed), seed, group, answers)
    return bool(scores.min() >= _PART_HOLDS)


def _some(rows: int, seed: int) -> NDArray[np.intp]:
    if rows <= _ROWS:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, _ROWS, replace=False)).astype(np.intp)


def _parts(labels: NDArray[np.intp], sizes: Sequence[int], order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the parts numbered from the largest, for the rows in the order in which they came."""
    largest = np.argsort(-np.array(sizes), kind="stable")
    return np.asarray(np.argsort(largest)[labels][np.argsort(order)], dtype=np.intp)
