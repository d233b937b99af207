"""Best minus worst: how much more often a candidate was put best than worst, of the times it was shown.

The counts of best-worst scaling (Finn & Louviere 1992, "Determining the Appropriate Response to Evidence of Public
Concern: The Case of Food Safety", Journal of Public Policy & Marketing 11: 12-25; Marley & Louviere 2005, "Some
probabilistic models of best, worst, and best-worst choices", Journal of Mathematical Psychology 49: 464-480). Where all
candidates are shown equally often with all others, as a balanced design has it, they come close to the logit model,
which is left out.

Ties: equal shares are equal. A set that was left open counts for nothing, one with only one end said counts that end; a
candidate never shown stands in the middle, at 0. It treats people and candidates alike, and being put best more often
never costs; what two crowds agree on holds for both together where all answered all sets.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def best_worst(values: NDArray[Any], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (times best - times worst) / times shown of each candidate in each sample, from -1 to 1.

    Parameters
    ----------
    values
        Shape (ballots, 3, n): times best, times worst, times shown, as `analysis.ballots.Kind.BEST_WORST`.
    counts
        Shape (samples, ballots).
    """
    net, shown = counts @ (values[:, 0] - values[:, 1]), counts @ values[:, 2]
    return np.asarray(np.where(shown > 0, net / np.where(shown > 0, shown, 1), 0), dtype=np.float64)
