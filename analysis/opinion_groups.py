"""Groups of people who react alike, from a hundred participants upward; below that there are none worth naming.

People who reacted to seven statements or more are placed by their reactions (agree 1, pass 0, disagree -1; what
somebody has not seen is the mean of that statement), in the two directions in which they differ most, and grouped by
k-means with two to four groups; the number is the one with the best silhouette (Rousseeuw 1987, "Silhouettes: a
graphical aid to the interpretation and validation of cluster analysis", J. Comput. Appl. Math. 20: 53-65). A grouping
below the least silhouette is none: random reactions make groups too. Same rows in any order, same seed: same groups.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_PEOPLE = 100
LEAST_REACTIONS = 7
LEAST_IN_GROUP = 10
LEAST_STATEMENTS = 12
# In a trial, random reactions of 100 to 1,000 people came to 0.48 at most with 20 to 60 statements (to 0.60 with eight,
# for few statements leave few places to stand in), and two camps to 0.62 at least.
LEAST_SILHOUETTE = 0.55
NOT_SEEN = 2
_STARTS = 10
_ROUNDS = 100

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OpinionGroups:
    """The groups, or why there are none: "people", "reactions", "statements" or "alike".

    `members` are rows of the input by group, the largest group first; `people` how many reacted enough.
    """

    people: int
    reason: str
    members: tuple[tuple[int, ...], ...] = ()
    silhouette: float = 0.0


def find_opinion_groups(reactions: Sequence[Sequence[int]], seed: int = 0) -> OpinionGroups:
    """Return the groups of people who react alike.

    Parameters
    ----------
    reactions
        A row for each participant, a column for each statement: 1 agree, -1 disagree, 0 pass, 2 not seen.
    seed
        Start of the random draws of k-means.
    """
    table = np.array(reactions, dtype=np.float64).reshape(len(reactions), len(reactions[0]) if reactions else 0)
    enough = np.flatnonzero((table != NOT_SEEN).sum(axis=1) >= LEAST_REACTIONS)
    if len(table) < LEAST_PEOPLE:
        return OpinionGroups(len(enough), "people")
    if len(enough) < LEAST_PEOPLE:
        return OpinionGroups(len(enough), "reactions")
    if table.shape[1] < LEAST_STATEMENTS:
        return OpinionGroups(len(enough), "statements")
    # the order of the rows must not matter: they are put in the order of what they say
    enough = enough[np.lexsort(table[enough].T[::-1])]
    places = _place(table[enough])
    best, labels = 0.0, np.zeros(len(enough), dtype=np.int_)
    for count in (2, 3, 4):
        found = _group(places, count, np.random.default_rng(seed))
        if np.bincount(found, minlength=count).min() < LEAST_IN_GROUP:
            continue
        quality = _silhouette(places, found)
        if quality > best:
            best, labels = quality, found
    if best < LEAST_SILHOUETTE:
        return OpinionGroups(len(enough), "alike", silhouette=best)
    members = [tuple(sorted(int(row) for row in enough[labels == each])) for each in np.unique(labels)]
    return OpinionGroups(len(enough), "", tuple(sorted(members, key=lambda group: (-len(group), group))), best)


def _place(table: Floats) -> Floats:
    """Return each person's place in the two directions in which people differ most."""
    seen = table != NOT_SEEN
    values = np.where(seen, table, 0.0)
    means = values.sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    centred = np.where(seen, table - means, 0.0)
    # who has seen little stands near the middle for that alone: places are made as wide as if all had been seen
    width = np.sqrt(table.shape[1] / seen.sum(axis=1, keepdims=True))
    left, strengths, _ = np.linalg.svd(centred, full_matrices=False)
    places: Floats = left[:, :2] * strengths[:2] * width
    return places


def _group(places: Floats, count: int, random: np.random.Generator) -> NDArray[np.int_]:
    """Return the group of each place: Lloyd's k-means from several starts, the tightest kept."""
    best, labels = np.inf, np.zeros(len(places), dtype=np.int_)
    for _ in range(_STARTS):
        centres = _start(places, count, random)
        for _ in range(_ROUNDS):
            near = _distances(places, centres).argmin(axis=1)
            moved = np.array(
                [places[near == each].mean(axis=0) if (near == each).any() else centres[each] for each in range(count)]
            )
            if np.allclose(moved, centres):
                break
            centres = moved
        tightness = float((_distances(places, centres).min(axis=1) ** 2).sum())
        if tightness < best - 1e-9:
            best, labels = tightness, near
    return labels


def _start(places: Floats, count: int, random: np.random.Generator) -> Floats:
    """Choose first centres far from one another (k-means++; Arthur and Vassilvitskii 2007)."""
    chosen = [places[random.integers(len(places))]]
    while len(chosen) < count:
        weights = _distances(places, np.array(chosen)).min(axis=1) ** 2
        total = weights.sum()
        at = random.choice(len(places), p=weights / total) if total > 0 else random.integers(len(places))
        chosen.append(places[at])
    return np.array(chosen)


def _silhouette(places: Floats, labels: NDArray[np.int_]) -> float:
    """Return the mean silhouette, -1 to 1: how much nearer people are to their own group than to the next."""
    between = _distances(places, places)
    groups = np.unique(labels)
    means = np.stack([between[:, labels == each].sum(axis=1) for each in groups], axis=1)
    sizes = np.array([(labels == each).sum() for each in groups])
    own = np.searchsorted(groups, labels)
    rows = np.arange(len(places))
    inside = means[rows, own] / np.maximum(sizes[own] - 1, 1)
    outside = means / sizes
    outside[rows, own] = np.inf
    nearest = outside.min(axis=1)
    return float(((nearest - inside) / np.maximum(np.maximum(nearest, inside), 1e-12)).mean())


def _distances(first: Floats, second: Floats) -> Floats:
    difference = first[:, None, :] - second[None, :, :]
    distances: Floats = np.sqrt((difference**2).sum(axis=2))
    return distances
