"""Methods turn ballots into scores; the ranking and its doubt do not know which one ran.

A method is one function in a file of its own; add its line to ``_METHODS`` and it can be chosen.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.methods.borda import borda

Method = Callable[[NDArray[np.int_], NDArray[np.float64]], NDArray[np.float64]]
"""Distinct ballots as places, shape (ballots, candidates), 0 where not ranked, and how often each occurs in each of
several samples, shape (samples, ballots) → scores, shape (samples, candidates), the highest first in the ranking.
"""

BORDA = "borda"
_METHODS: dict[str, Method] = {BORDA: borda}


def load_method(name: str) -> Method:
    """Return the method of that name.

    Raises
    ------
    AnalysisError
        ``ranking.unknown_method``.
    """
    if name not in _METHODS:
        raise AnalysisError("ranking.unknown_method", method=name, methods=", ".join(_METHODS))
    return _METHODS[name]
