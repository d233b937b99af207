"""Bradley and Terry's model: a strength for each candidate, from who was preferred to whom.

Of two candidates with strengths s and t the first is preferred with chance s / (s + t) (Bradley & Terry 1952, "Rank
Analysis of Incomplete Block Designs: I. The Method of Paired Comparisons", Biometrika 39: 324-345). Strengths are those
that make the ballots most likely, found by Hunter's minorise-maximise steps (2004, "MM algorithms for generalized
Bradley-Terry models", Annals of Statistics 32: 384-406), for all samples at once. It suits pairs that were not asked
equally often, which counting wins does not.

The prior: each pair is taken to have been asked a fifth of a time more, and answered half and half (`PRIOR` each way).
Without one, a candidate that won always would be infinitely strong, and two sets never compared could not be put in one
order; with it, they are, from what little ties them, and an order made of few answers is drawn together.

Ties: “no preference”, and sharing a place on a ranking, are half a win each; the chance of a tie has no parameter of
its own (Rao & Kupper 1967 give one). Of a ranking every pair is read that it tells apart, as if these were answers of
different people; two candidates both left out are not compared. So it says nothing of how sure the order is: resampling
people does.

It treats candidates and people alike, and winning more never costs. What two crowds agree on need not hold for both.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.methods.pairs import preferences

PRIOR = 0.1
"""Wins each way that every pair begins with."""
_MOST_STEPS = 2_000
_STILL = 1e-9
_DECIMALS = 7
_CELLS_AT_ONCE = 2**19


def bradley_terry(values: NDArray[Any], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance of each candidate to be preferred to one of the others taken at random, in each sample.

    Parameters
    ----------
    values
        Pairs, shape (ballots, n, n), or places, shape (ballots, n): see `analysis.ballots.Kind`.
    counts
        Shape (samples, ballots).

    Returns
    -------
    Shape (samples, n), from 0 to 1, half on average; in the order of the strengths.
    """
    preferred = preferences(values, counts)
    number = preferred.shape[-1]
    wins = preferred + PRIOR * (1 - np.eye(number))
    step = max(1, _CELLS_AT_ONCE // number**2)
    found = [_chances(_strengths(wins[start : start + step])) for start in range(0, len(wins), step)]
    return np.vstack(found) if found else np.zeros((0, number))


def _strengths(wins: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return strengths, shape (samples, n), whose geometric mean is 1; samples that stand still are left alone."""
    asked = wins + wins.swapaxes(1, 2)
    won = wins.sum(axis=2)
    strengths: NDArray[np.float64] = won / (asked.sum(axis=2) - won)
    active = np.arange(len(wins))
    for _ in range(_MOST_STEPS):
        now = strengths[active]
        nearer = won[active] / (asked[active] / (now[:, :, None] + now[:, None, :])).sum(axis=2)
        nearer /= np.exp(np.log(nearer).mean(axis=1, keepdims=True))
        strengths[active] = nearer
        active = active[np.abs(np.log(nearer / now)).max(axis=1) > _STILL]
        if not active.size:
            break
    return strengths


def _chances(strengths: NDArray[np.float64]) -> NDArray[np.float64]:
    against = strengths[:, :, None] / (strengths[:, :, None] + strengths[:, None, :])
    number = strengths.shape[1]
    return np.asarray(np.round((against.sum(axis=2) - 0.5) / (number - 1), _DECIMALS), dtype=np.float64)
