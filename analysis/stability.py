"""Does it come back? Groups are made again from part of the answers and compared with the groups of all.

How many themes: agreement under resampling (mean adjusted Rand index, Hubert & Arabie 1985, over subsamples of 80 %;
Ben-Hur, Elisseeff & Guyon 2002) falls as the number grows and silhouettes (Rousseeuw 1987) rise, so neither can choose
alone, and both are noisy on a few hundred short answers. They are weighed together, with what a committee can read.
Each theme: its best Jaccard overlap with a group of each subsample (Hennig 2007), where under 0.6 means it may be an
accident.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score, silhouette_score

Group = Callable[[NDArray[np.float64], int, int], NDArray[np.intp]]
"""Vectors, how many groups, seed → the group of each row."""

_SUBSAMPLES = 10
_SHARE = 0.8
_ROWS = 1_000
_COMES_BACK = 0.60
_FEWEST = 4
# What a committee can read. Agreement changes little from one number to the next, so few steps are enough.
NUMBERS_TRIED = (3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20, 25)
# The middle of what can be read: three times as many as three, a third of twenty-five.
_MIDDLE = (3 * 25) ** 0.5
# Chosen on eighty samples of labelled answers of 4 to 19 labels: half or twice these weights do nearly as well.
_WEIGHT_OF_SEPARATION = 0.35
_WEIGHT_OF_READING = 0.1
_ANSWERS_EACH, _MOST_ANSWERS_EACH = 15, 40
_FEWEST_WHERE_NONE_COMES_BACK = 8


class Ground(StrEnum):
    """Why there are as many themes as there are."""

    ASKED_FOR = "asked_for"
    TWO_EACH = "two_each"
    COMES_BACK = "comes_back"
    NONE_COMES_BACK = "none_comes_back"
    FEW_ANSWERS = "few_answers"


@dataclass(frozen=True)
class Choice:
    """A number of themes and the ground for it."""

    themes: int
    ground: Ground


@dataclass(frozen=True)
class Agreement:
    """One number of themes that was tried.

    Attributes
    ----------
    themes
        How many groups.
    agreement
        How well they come back: mean adjusted Rand index.
    smallest
        Rows in the smallest group.
    separation
        How clearly they stand apart: mean silhouette, by cosine.
    """

    themes: int
    agreement: float
    smallest: int
    separation: float = 0.0


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
        agreement = round(float(np.mean(scores)), 4)
        curve.append(Agreement(k, agreement, int(np.bincount(whole).min()), _separation(vectors, whole)))
        progress(done, len(tried))
    return tuple(curve)


def choose_number(curve: Sequence[Agreement], answers: int) -> Choice:
    """Choose how many themes to make, and say on what ground.

    Among four themes or more (two or three come back for almost any set and tell a committee little), the number with
    the most of: its agreement; 0.35 of its separation as a share of the best; less 0.1 of the square of the logarithm
    of how many times more or fewer it is than nine, the middle of what a committee can read. The last only decides
    where the first two do not: it costs 0.05 at four themes and 0.11 at twenty-five. The ground says whether groups of
    that number come back; with most sets of a few hundred short answers those of no number do. There are then no more
    themes than leave each fifteen of the ``answers`` on average, for more would only be smaller coincidences, and no
    fewer than one for forty, up to eight: what few people say is not to be drowned.
    """
    readable = [point for point in curve if point.themes >= _FEWEST]
    if not readable:
        return Choice(curve[-1].themes if curve else 2, Ground.FEW_ANSWERS)
    clearest = max(max(point.separation for point in readable), 1e-9)
    best = max(readable, key=lambda point: (_worth(point, clearest), point.themes))
    if best.agreement >= _COMES_BACK:
        return Choice(best.themes, Ground.COMES_BACK)
    fewest = min(_FEWEST_WHERE_NONE_COMES_BACK, answers / _MOST_ANSWERS_EACH)
    few = [point for point in readable if fewest <= point.themes <= answers / _ANSWERS_EACH] or readable[:1]
    best = max(few, key=lambda point: (_worth(point, clearest), point.themes))
    return Choice(best.themes, Ground.NONE_COMES_BACK)


def _worth(point: Agreement, clearest: float) -> float:
    unread = float(np.log(point.themes / _MIDDLE)) ** 2
    return point.agreement + _WEIGHT_OF_SEPARATION * point.separation / clearest - _WEIGHT_OF_READING * unread


def _separation(vectors: NDArray[np.float64], labels: NDArray[np.intp]) -> float:
    groups = labels.max() + 1
    if not 2 <= groups < len(vectors):
        return 0.0
    return round(float(silhouette_score(vectors, labels, metric="cosine")), 4)


def theme_stability(
    vectors: NDArray[np.float64],
    labels: NDArray[np.intp],
    seed: int,
    group: Group,
    answers: NDArray[np.intp] | None = None,
) -> NDArray[np.float64]:
    """Return for each group how well it comes back, shape (k,): mean best Jaccard overlap, 0 to 1.

    Over the subsamples that hold any of it; a group that none holds has not been seen to come back, and has 0.

    Parameters
    ----------
    vectors, labels
        Shapes (n, dimensions) and (n,).
    answers
        Shape (n,): the answer that each row is part of; each row is its own where left out. Answers are left out whole:
        the ideas of one answer lean on it, and any of them would bring its group back.
    """
    rng = np.random.default_rng(seed)
    whole = np.arange(len(vectors)) if answers is None else np.unique(answers, return_inverse=True)[1]
    drawn = np.arange(int(whole.max()) + 1)
    if len(drawn) > 10 * _ROWS:
        drawn = np.sort(rng.choice(drawn, 10 * _ROWS, replace=False))
    k = int(labels.max()) + 1
    scores = np.zeros((_SUBSAMPLES, k))
    held = np.zeros((_SUBSAMPLES, k), dtype=bool)
    for i, part in enumerate(_subsamples(len(drawn), rng)):
        inside = np.flatnonzero(np.isin(whole, drawn[part]))
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
