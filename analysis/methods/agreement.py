"""Smoothed agreement: the share of those who reacted to a statement that agreed with it, drawn towards one half.

(agree + 1) / (seen + 2), Laplace's rule of succession, as Polis has it (Small, Bjorkegren, Erkkilä, Shaw & Megill 2021,
"Polis: Scaling Deliberation by Mapping High Dimensional Opinion Spaces", Recerca 26). Few reactions say little, and two
people who agree do not stand above two hundred of whom nearly all do. The other side: a small group's unanimity looks
lukewarm, and of two statements with equal shares above one half, the one that fewer saw stands lower.

Ties: equal values are equal. Who passes has seen it and did not agree; disagreeing and passing are not told apart.
Polis multiplies the values of its clusters of opinion; we make no clusters: the equal voice takes the mean of the
groups'. It treats people and candidates alike, and agreement never costs. What two crowds agree on need not hold for
both together where statements were seen by different numbers.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def agreement(values: NDArray[Any], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the smoothed share of each candidate in each sample, strictly between 0 and 1; ½ where nobody saw it.

    Parameters
    ----------
    values
        Shape (ballots, n): 1 agree, -1 disagree, 0 pass, as `analysis.ballots.Kind.REACTIONS`.
    counts
        Shape (samples, ballots).
    """
    agreed, seen = (values == 1).astype(np.float64), (~np.isnan(values)).astype(np.float64)
    return np.asarray((counts @ agreed + 1) / (counts @ seen + 2), dtype=np.float64)
