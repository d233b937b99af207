"""The mean step that people gave each candidate on a scale.

The steps are taken to be equally far apart, which an ordinal scale does not promise (Stevens 1946, "On the Theory of
Scales of Measurement", Science 103: 677-680): where that matters, read the steps themselves. People use scales
differently, and nothing is done about it. “I don’t know” is no step.

Ties: equal steps are equal. A candidate that a person did not rate counts for neither, and one that nobody of a sample
rated stands in the middle. It treats people and candidates alike, and a higher step never costs; what two crowds agree
on holds for both together where all rated all.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.methods.means import mean_of_said


def scale_mean(values: NDArray[Any], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of each candidate in each sample, in steps of the scale.

    Parameters
    ----------
    values
        Shape (ballots, n), as `analysis.ballots.Kind.SCALE`.
    counts
        Shape (samples, ballots).
    """
    return mean_of_said(values, counts)
