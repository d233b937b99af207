"""Schulze's method: who can reach whom by the strongest chain of majorities.

One candidate beats another where more ballots prefer it than the other way round, by a margin. The strength of a chain
of such victories is its weakest link; a candidate stands above another where its strongest chain to it is stronger
than the strongest one back (Schulze 2011, "A new monotonic, clone-independent, reversal symmetric, and
Condorcet-consistent single-winner election method", Social Choice and Welfare 36: 267-303). Whom a majority prefers to
each other one comes first; a near copy of a candidate changes nothing for the others; moving up on a ballot never
costs. What two crowds agree on need not hold for both together: no method of majorities has that.

Strength is measured by margins, which Schulze leaves open (he prefers the number of winning votes): a short ballot then
says as much as two that complete it in opposite ways, as with our Borda's count. Where all rank all, it is the same.

Ties: candidates that share a place, or were both left out, are level on that ballot. Standing above is transitive; the
score is how many of the others a candidate stands above, and half of those that it is level with, from 0 to n - 1. So
whoever stands above another has the higher score; of two that are level the one that stands above more of the rest has.
Schulze's way to break ties by chance is left out: what is level stays level.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.methods.pairs import preferences

# Of weighted ballots margins are not exact: what differs by less is one strength.
_DECIMALS = 9
_CELLS_AT_ONCE = 2**22


def schulze(values: NDArray[Any], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many of the others each candidate stands above in each sample, level ones counting half.

    Parameters
    ----------
    values
        Places, shape (ballots, n), or pairs, shape (ballots, n, n): see `analysis.ballots.Kind`.
    counts
        Shape (samples, ballots).

    Returns
    -------
    Shape (samples, n), from 0 to n - 1.
    """
    preferred = preferences(values, counts)
    above = stands_above(preferred)
    number = preferred.shape[-1]
    return np.asarray((above.sum(axis=2) - above.sum(axis=1) + number - 1) / 2, dtype=np.float64)


def stands_above(preferred: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which candidates stand above which, shape (samples, n, n), by how many prefer each to each."""
    margins = np.round(preferred - preferred.swapaxes(1, 2), _DECIMALS)
    above = np.zeros(margins.shape, dtype=np.bool_)
    step = max(1, _CELLS_AT_ONCE // margins[0].size) if len(margins) else 1
    for start in range(0, len(margins), step):
        strength = np.maximum(margins[start : start + step], 0)
        for via in range(strength.shape[1]):
            strength = np.maximum(strength, np.minimum(strength[:, :, via, None], strength[:, None, via, :]))
        above[start : start + step] = strength > strength.swapaxes(1, 2)
    return above
