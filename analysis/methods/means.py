"""Means over those who said something, where a candidate may not have been put to everybody: what methods share."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_NOBODY = 1e-300


def mean_of_said(values: NDArray[Any], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each candidate's mean in each sample; one of which a sample says nothing has the mean of all it says.

    Parameters
    ----------
    values
        Shape (ballots, candidates), NaN where nothing was said.
    counts
        Shape (samples, ballots).
    """
    total, people = counts @ np.nan_to_num(values), counts @ (~np.isnan(values)).astype(np.float64)
    middle = total.sum(axis=1, keepdims=True) / np.maximum(people.sum(axis=1, keepdims=True), _NOBODY)
    return np.asarray(np.where(people > 0, total / np.maximum(people, _NOBODY), middle), dtype=np.float64)
