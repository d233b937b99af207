"""Does it come back? Groups are made again from part of the answers and compared with the groups of all.

How many themes: the largest number whose groups come back nearly as well as the best (mean adjusted Rand index,
Hubert & Arabie 1985, over subsamples of 80 %; Ben-Hur, Elisseeff & Guyon 2002). Each theme: its best Jaccard overlap
with a group of each subsample (Hennig 2007), where under 0.6 means it may be an accident.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

Group = Callable[[NDArray[np.float64], int, int], NDArray[np.intp]]
"""Vectors, how many groups, seed → the group of each row."""

_SUBSAMPLES = 10
_SHARE = 0.8
_ROWS = 1_000
_COMES_BACK = 0.60
# How much more disagreement than with the best number is nearly as good.
_NEARLY = 1.25
_FEWEST = 4
_MOST_BY_THUMB = 12
NUMBERS_TRIED = tuple(range(3, 16))


class Ground(StrEnum):
    """Why there are as many themes as there are."""

    ASKED_FOR = "asked_for"
    COMES_BACK = "comes_back"
    RULE_OF_THUMB = "rule_of_thumb"
    FEW_ANSWERS = "few_answers"


@dataclass(frozen=True)
class Choice:
    """A number of themes and the ground for it."""

    themes: int
    ground: Ground


@dataclass(frozen=True)
class Agreement:
    """How well ``themes`` groups come back: mean adjusted Rand index, and the size of the smallest group."""

    themes: int
    agreement: float
    smallest: int


def agreement_curve(
    vectors: NDArray[np.float64],
    numbers: Iterable[int],
    seed: int,
    group: Group,
    progress: Callable[[int, int], None],
) -> tuple[Agreement, ...]:
    """Try each number of themes, on at most a thousand rows.

    Parameters
    ----------
    vectors
        Shape (n, dimensions).
    numbers
        The numbers of themes to try; those above a tenth of the rows are left out, with three always tried.
    """
    rng = np.random.default_rng(seed)
    if len(vectors) > _ROWS:
        vectors = vectors[np.sort(rng.choice(len(vectors), _ROWS, replace=False))]
    parts = _subsamples(len(vectors), rng)
    distinct = _distinct(vectors)
    tried = [k for k in numbers if k <= max(3, len(vectors) // 10) and k < distinct * _SHARE]
    curve = []
    for done, k in enumerate(tried, start=1):
        whole = group(vectors, k, seed)
        again = [group(vectors[part], min(k, _distinct(vectors[part])), seed + i) for i, part in enumerate(parts)]
        scores = [adjusted_rand_score(whole[part], labels) for part, labels in zip(parts, again, strict=True)]
        curve.append(Agreement(k, round(float(np.mean(scores)), 4), int(np.bincount(whole).min())))
        progress(done, len(tried))
    return tuple(curve)


def choose_number(curve: Sequence[Agreement], contributions: int) -> Choice:
    """Choose how many themes to make, and say on what ground.

    Among four themes or more (two or three come back for almost any set and tell a committee little): the largest
    number that comes back, and nearly as well as the best does. Where none comes back, as with most sets of a few
    hundred short answers, the data single out no number: then the rule of thumb √(n / 2) (Mardia, Kent & Bibby 1979,
    p. 365), kept between four and twelve, and said to be one.
    """
    readable = [point for point in curve if point.themes >= _FEWEST]
    if not readable:
        return Choice(curve[-1].themes if curve else 2, Ground.FEW_ANSWERS)
    best = max(point.agreement for point in readable)
    if best >= _COMES_BACK:
        enough = max(_COMES_BACK, 1 - _NEARLY * (1 - best))
        passing = [point.themes for point in readable if point.agreement >= enough]
        return Choice(max(passing), Ground.COMES_BACK)
    usual = min(max(round((contributions / 2) ** 0.5), _FEWEST), _MOST_BY_THUMB)
    return Choice(min(readable, key=lambda point: abs(point.themes - usual)).themes, Ground.RULE_OF_THUMB)


def theme_stability(
    vectors: NDArray[np.float64], labels: NDArray[np.intp], seed: int, group: Group
) -> NDArray[np.float64]:
    """Return for each group how well it comes back, shape (k,): mean best Jaccard overlap, 0 to 1.

    Over the subsamples that hold any of it; a group that none holds has not been seen to come back, and has 0.
    """
    rng = np.random.default_rng(seed)
    rows = np.arange(len(vectors))
    if len(rows) > 10 * _ROWS:
        rows = np.sort(rng.choice(rows, 10 * _ROWS, replace=False))
    k = int(labels.max()) + 1
    scores = np.zeros((_SUBSAMPLES, k))
    held = np.zeros((_SUBSAMPLES, k), dtype=bool)
    for i, part in enumerate(_subsamples(len(rows), rng)):
        inside = rows[part]
        again = group(vectors[inside], min(k, _distinct(vectors[inside])), seed + i)
        scores[i] = _best_overlaps(labels[inside], again, k)
        held[i] = np.bincount(labels[inside], minlength=k) > 0
    return np.asarray((scores * held).sum(axis=0) / np.maximum(held.sum(axis=0), 1), dtype=np.float64)


def _distinct(vectors: NDArray[np.float64]) -> int:
    """Count distinct rows; k-means cannot make more groups than that."""
    return len(np.unique(vectors.round(9), axis=0))


def _subsamples(rows: int, rng: np.random.Generator) -> list[NDArray[np.intp]]:
    size = max(2, round(_SHARE * rows))
    return [np.sort(rng.choice(rows, size, replace=False)) for _ in range(_SUBSAMPLES)]


def _best_overlaps(labels: NDArray[np.intp], again: NDArray[np.intp], k: int) -> NDArray[np.float64]:
    shared = np.zeros((k, int(again.max()) + 1))
    np.add.at(shared, (labels, again), 1)
    either = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0, keepdims=True) - shared
    return np.asarray((shared / np.maximum(either, 1)).max(axis=1), dtype=np.float64)
