"""The rule of the James Lind Alliance: each group makes its own order, and positions are added.

In a priority setting partnership patients and carers, clinicians and sometimes others are scored apart; each group's
totals are ranked, the ranks are scored in reverse, and these are what is added, so that a group of few weighs as much
as a group of many (Cowan & Oliver, "The James Lind Alliance Guidebook", chapter 8, "Collating and scoring interim
priorities"; read in 2026). The Guidebook scores a person's ten choices 10, 9… 1. Here the order within a group is by
our Borda's count, which is the same where all rank all; where people stop early, those left out share what remains.

Ties: candidates with equal scores in a group share their places (two that are second and third are both 2½), which the
Guidebook does not speak of; none is broken. Positions do not say how far apart candidates are in a group: a hair's
breadth and a landslide count the same, and a group in which nobody can be told apart adds noise. Anonymous within
groups and neutral. Moving up in every group never costs; what two crowds agree on need not hold for both. The
Guidebook's workshop, which settles the final order by talking, is no arithmetic and is left out.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# As in the ranking: scores nearer than this are tied.
_EQUAL = 1e-9


def add_positions(scores: Sequence[NDArray[np.float64]], weights: Sequence[float]) -> NDArray[np.float64]:
    """Return the weighted mean, over groups, of how many candidates stand below each, level ones counting half.

    With n candidates that is n less the position, so that the highest comes first, as everywhere here.

    Parameters
    ----------
    scores
        Each group's, shape (samples, n).
    weights
        Of each group, 0 or more, not all 0.
    """
    positions = [_reverse_positions(np.atleast_2d(each)) for each in scores]
    found = np.average(positions, axis=0, weights=weights)
    return np.asarray(found.reshape(scores[0].shape), dtype=np.float64)


def _reverse_positions(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    gaps = scores[:, :, None] - scores[:, None, :]
    below, above = (gaps > _EQUAL).sum(axis=2), (gaps < -_EQUAL).sum(axis=2)
    return np.asarray((below - above + scores.shape[1] - 1) / 2, dtype=np.float64)
