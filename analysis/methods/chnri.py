"""The CHNRI method: candidates scored against criteria, each likely (1), unlikely (0), in between (½) or left blank.

Child Health and Nutrition Research Initiative: Rudan et al. 2008, "Setting Priorities in Global Child Health Research
Investments: Guidelines for Implementation of CHNRI Method", Croatian Medical Journal 49: 720-733. A criterion's score
is the mean of the answers that were given, blanks left out; the priority score is the mean of the criteria's, weighted
by what stakeholders say the criteria are worth (Kapiriri et al. 2007, Croatian Medical Journal 48: 618-627).

Not verified: in 2026 we could read the method's fifteen steps and its answers, but not its formulas in print. The means
above and the average expert agreement, the mean over criteria of the share of scorers who gave the most common answer,
are written from memory of published exercises. Whether a blank counts among scorers is our choice: it does not. Check
them with a published table before they are printed as the method's own.

Ties: equal scores are equal. A criterion of a candidate that all left blank takes the mean of that criterion over all
candidates, and says so nowhere: look at how many answered. Thresholds, below which a candidate is refused, are left
out: they are a decision. It treats people and candidates alike, and a higher answer never costs; what two crowds agree
on need not hold for both where they left different cells blank.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.methods.means import mean_of_said

_ANSWERS = (0.0, 0.5, 1.0)


def priority_scores(
    values: NDArray[Any], counts: NDArray[np.float64], weights: Sequence[float] | None = None
) -> NDArray[np.float64]:
    """Return the priority score of each candidate in each sample, from 0 to 1.

    Parameters
    ----------
    values
        Shape (ballots, criteria, n): 1, ½, 0 or NaN, as `analysis.ballots.Kind.CRITERIA`.
    counts
        Shape (samples, ballots).
    weights
        Of each criterion, 0 or more; all the same if left out.

    Raises
    ------
    AnalysisError
        ``ranking.weights`` for weights of another number, negative, or all 0.
    """
    number = values.shape[1]
    worth = np.ones(number) if weights is None else np.asarray(weights, dtype=np.float64)
    if worth.shape != (number,) or not (worth >= 0).all() or not 0 < worth.sum() < np.inf:
        raise AnalysisError("ranking.weights")
    intermediate = [mean_of_said(values[:, at], counts) for at in range(number)]
    return np.asarray(np.average(intermediate, axis=0, weights=worth), dtype=np.float64)


def expert_agreement(values: NDArray[Any], counts: NDArray[np.int_]) -> NDArray[np.float64]:
    """Return the average expert agreement of each candidate, from ⅓ to 1; NaN where all its cells were left blank.

    Parameters
    ----------
    values
        As of :func:`priority_scores`.
    counts
        Shape (ballots,): people.
    """
    given = np.array([np.einsum("b,bkn->kn", counts, values == answer) for answer in _ANSWERS], dtype=np.float64)
    scorers = given.sum(axis=0)
    shares = np.divide(given.max(axis=0), scorers, out=np.full(scorers.shape, np.nan), where=scorers > 0)
    is_said = ~np.isnan(shares)
    asked = is_said.sum(axis=0)
    found = np.full(shares.shape[1], np.nan)
    return np.asarray(np.divide(np.nansum(shares, axis=0), asked, out=found, where=asked > 0), dtype=np.float64)
