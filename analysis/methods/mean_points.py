"""Mean points: what share of a hundred points people gave each candidate, on average.

Constant-sum allocation (Metfessel 1947, "A Proposal for Quantitative Reporting of Comparative Judgments", Journal of
Psychology 24: 229-235; Torgerson 1958, "Theory and Methods of Scaling", Wiley). It says how much more, not only which
first, and one person who gives all to one candidate moves it far: the mean is what sums, and no medians or trimmed
means are taken. Each person's points come to a hundred, so that all weigh the same.

Ties: equal points are equal. 0 is an answer and counts; a candidate that a person was not offered counts for neither,
and one that nobody of a sample was offered stands in the middle. It treats people and candidates alike, more points
never cost, and what two crowds agree on holds for both together where all were offered all.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.methods.means import mean_of_said


def mean_points(values: NDArray[Any], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean points of each candidate in each sample, in hundredths of all points.

    Parameters
    ----------
    values
        Shape (ballots, n), as `analysis.ballots.Kind.POINTS`.
    counts
        Shape (samples, ballots).
    """
    return mean_of_said(values, counts)
