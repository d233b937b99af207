"""Methods turn ballots into scores; the ranking and its doubt do not know which one ran.

A method is one function in a file of its own; add its line to ``_RULES`` and it can be chosen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.ballots import Kind
from analysis.errors import AnalysisError
from analysis.methods.agreement import agreement
from analysis.methods.best_worst import best_worst
from analysis.methods.borda import borda
from analysis.methods.bradley_terry import bradley_terry
from analysis.methods.chnri import priority_scores
from analysis.methods.mean_points import mean_points
from analysis.methods.scale_mean import scale_mean
from analysis.methods.schulze import schulze

Method = Callable[[NDArray[Any], NDArray[np.float64]], NDArray[np.float64]]
"""What distinct ballots say, as `analysis.ballots.Kind` tells, and how often each occurs in each of several samples,
shape (samples, ballots) → scores, shape (samples, candidates), the highest first in the ranking.
"""

BORDA, SCHULZE, BRADLEY_TERRY, JLA = "borda", "schulze", "bradley_terry", "jla"
POINTS, SCALE, BEST_WORST, AGREEMENT, CHNRI = "mean_points", "scale_mean", "best_worst", "agreement", "chnri"


class Joining(StrEnum):
    """How groups that have an equal voice become one order.

    - MEANS: the mean of their scores
    - POSITIONS: the mean of their positions (`analysis/methods/jla.py`)
    - BALLOTS: the method is run once, each ballot weighing one over the size of its group; for methods whose scores are
      no sums over ballots
    """

    MEANS = "means"
    POSITIONS = "positions"
    BALLOTS = "ballots"


@dataclass(frozen=True)
class Rule:
    """A method, the kinds of ballots that it reads, and how groups with an equal voice are joined."""

    name: str
    score: Method
    kinds: frozenset[Kind]
    joining: Joining = Joining.MEANS


_PREFERENCES = frozenset({Kind.RANKING, Kind.PAIRS})
_RULES = {
    rule.name: rule
    for rule in (
        Rule(BORDA, borda, frozenset({Kind.RANKING})),
        Rule(JLA, borda, frozenset({Kind.RANKING}), Joining.POSITIONS),
        Rule(SCHULZE, schulze, _PREFERENCES, Joining.BALLOTS),
        Rule(BRADLEY_TERRY, bradley_terry, _PREFERENCES, Joining.BALLOTS),
        Rule(POINTS, mean_points, frozenset({Kind.POINTS})),
        Rule(SCALE, scale_mean, frozenset({Kind.SCALE})),
        Rule(BEST_WORST, best_worst, frozenset({Kind.BEST_WORST})),
        Rule(AGREEMENT, agreement, frozenset({Kind.REACTIONS})),
        Rule(CHNRI, priority_scores, frozenset({Kind.CRITERIA})),
    )
}


def load_method(name: str) -> Method:
    """Return the method of that name.

    Raises
    ------
    AnalysisError
        ``ranking.unknown_method``.
    """
    return _find(name).score


def load_rule(name: str, kind: Kind, criteria_weights: Sequence[float] | None = None) -> Rule:
    """Return a method for a kind of ballots.

    Parameters
    ----------
    criteria_weights
        What each criterion is worth, where candidates are scored against criteria; all the same if left out.

    Raises
    ------
    AnalysisError
        ``ranking.unknown_method``, or ``ranking.method_does_not_fit``.
    """
    rule = _find(name)
    if kind not in rule.kinds:
        raise AnalysisError("ranking.method_does_not_fit", method=name, kind=str(kind))
    if criteria_weights is None:
        return rule
    if kind is not Kind.CRITERIA:
        raise AnalysisError("ranking.weights")
    return replace(rule, score=partial(priority_scores, weights=tuple(criteria_weights)))


def methods_for(kind: Kind) -> tuple[str, ...]:
    """Return the names of the methods that read a kind of ballots, the usual one first."""
    return tuple(name for name, rule in _RULES.items() if kind in rule.kinds)


def _find(name: str) -> Rule:
    if name not in _RULES:
        raise AnalysisError("ranking.unknown_method", method=name, methods=", ".join(_RULES))
    return _RULES[name]
