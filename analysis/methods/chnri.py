"""The CHNRI method: candidates scored against criteria, each likely (1), unlikely (0), in between (½) or left blank.

Child Health and Nutrition Research Initiative: Rudan et al. 2008, "Setting Priorities in Global Child Health Research
Investments: Guidelines for Implementation of CHNRI Method", Croatian Medical Journal 49: 720-733. A criterion's score
is the mean of the answers that were given, blanks left out; the priority score is the mean of the criteria's, weighted
by what stakeholders say the criteria are worth (Kapiriri et al. 2007, Croatian Medical Journal 48: 618-627). Published
weights have a mean of 1, ours are divided by their sum, which is the same order and a score from 0 to 1.

The average expert agreement is the mean over the criteria, whatever they weigh, of the share of scorers who gave the
most common answer: AEA = 1/q sum(scorers who gave the most frequent answer / scorers), for q criteria. Here a blank is
no answer, and who left a cell blank is no scorer of it.

What was read in print: the answers and that the one who knows too little leaves a blank (Tomlinson et al. 2014,
"Setting global research priorities for developmental disabilities, including intellectual disabilities and autism",
Journal of Intellectual Disability Research 58: 1121-1130, Box 1), and that the method's own authors say “collective
optimism” of the score. The two formulas are as published exercises give them, from memory: in 2026 we found no full
text that prints them. Exercises differ in whether a blank counts among the scorers of the agreement; ours does not.

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
