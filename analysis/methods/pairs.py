"""Who is preferred to whom, two at a time, counted over ballots: what methods of pairs start from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]

# A product of this many single-precision whole numbers is exact as long as the sum stays under 2**24.
_EXACT = 2**24


def preferences(values: NDArray[Any], counts: Counts) -> Counts:
    """Return how many ballots of each sample prefer the row's candidate to the column's.

    Two that share a place, or “no preference” between them, are half for each. Two of which a ballot says nothing,
    both left out of a ranking or a pair not asked, are not counted.

    Parameters
    ----------
    values
        Places, shape (ballots, n), or pairs, shape (ballots, n, n): see `analysis.ballots.Kind`.
    counts
        Shape (samples, ballots).

    Returns
    -------
    Shape (samples, n, n), the diagonal 0.
    """
    number = values.shape[-1]
    kind = _precision(counts)
    weights: NDArray[Any] = counts.astype(kind)
    found = np.zeros((len(counts), number, number))
    if values.ndim == 3:
        flat: NDArray[Any] = np.nan_to_num(values).reshape(len(values), -1).astype(kind)
        found[:] = (weights @ flat).reshape(found.shape)
        return found
    ranked = values > 0
    at = np.where(ranked, values, number + 1)
    for one in range(number - 1):
        mine, others = at[:, one, None], at[:, one + 1 :]
        is_said = (ranked[:, one, None] | ranked[:, one + 1 :]).astype(kind)
        # one half more or less, so that one product gives both ways
        ahead = np.sign(others - mine).astype(kind)
        both, more = weights @ is_said, weights @ ahead
        found[:, one, one + 1 :] = (both.astype(np.float64) + more) / 2
        found[:, one + 1 :, one] = (both.astype(np.float64) - more) / 2
    return found


def _precision(counts: Counts) -> type[np.float32] | type[np.float64]:
    """Return single precision where it is exact: twice as fast, for whole people; never for weights."""
    is_whole = counts.size > 0 and bool((counts == np.rint(counts)).all()) and counts.sum(axis=1).max() < _EXACT
    return np.float32 if is_whole else np.float64
