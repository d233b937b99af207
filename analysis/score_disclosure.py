"""Whether the scores of a ranking may be printed beside first choices that are hidden.

With Borda's count a first choice among m candidates is worth m - 1 points and every other place m - 2 at most. So
what a candidate scores says how many people can have put it first, and how many must have. Here is what somebody works
out who reads the printed scores, the first choices that are shown and how many people ranked, in all views together:
people add up over candidates and over groups, and so do points.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DECIMALS = 1
"""Scores are printed with so many; with more of them, more would be told."""
_ROUNDING = 0.5 * 10.0**-DECIMALS
_EXACT = 1e-9
_QUARTER_POINT = 0.25
_ROUNDS = 50
# Each number is narrowed by one sum at a time; all sums at once, by linear programming, can say a little more.
_SPARE = 1

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Views:
    """All that is read of one question; arrays have a row for each part of the people, then one for everybody.

    Attributes
    ----------
    first_choices
        Shape (parts + 1, candidates); what is not shown is NaN.
    scores
        The same shape; NaN in the row of a part of the people that has no ranking of its own.
    people
        Shape (parts + 1,): how many ranked.
    """

    first_choices: Numbers
    scores: Numbers
    people: Numbers


def shows_scores(views: Views, least: int) -> tuple[bool, bool]:
    """Tell whether the scores of everybody may be shown, and whether those of all groups may.

    They may where each hidden first choice keeps ``least`` possible values. Groups' scores are shown all or none, as
    one can be worked out from everybody's and the others'; so they are not shown where everybody's are not.
    """
    if _fewest_values(views, views.scores) >= least + _SPARE:
        return True, True
    everybody = np.full_like(views.scores, np.nan)
    everybody[-1] = views.scores[-1]
    return _fewest_values(views, everybody) >= least + _SPARE, False


def shows_exact_scores(views: Views, least: int) -> bool:
    """Tell whether everybody's scores may be known exactly beside the groups' printed ones, as margins tell them.

    Points come in halves: half a point more or less is another score.
    """
    rounding = np.full((len(views.people), 1), _ROUNDING)
    rounding[-1] = _QUARTER_POINT / views.people[-1]
    return _fewest_values(views, views.scores, rounding) >= least + _SPARE


def _fewest_values(views: Views, scores: Numbers, rounding: Numbers | float = _ROUNDING) -> float:
    """Return how many values the hidden first choice has left of which most is told; infinite where none is hidden."""
    hidden = np.isnan(views.first_choices)
    if not hidden.any():
        return np.inf
    people, candidates = views.people[:, None], scores.shape[1]
    best = float(candidates - 1)
    half = np.broadcast_to(np.asarray(rounding), scores.shape)
    printed = np.where(half == _ROUNDING, np.round(scores, DECIMALS), scores)
    low, high = (np.where(hidden, end, views.first_choices) for end in (0 * people, people))
    fewest = np.where(np.isnan(printed), 0, printed - half) * people
    most = np.where(np.isnan(printed), best, printed + half) * people
    for _ in range(_ROUNDS):
        before = low, high
        fewest = np.maximum(fewest, best * low)
        most = np.minimum(most, (best - 1) * people + high)
        fewest, most = _add_up(fewest, most, views.people * candidates * best / 2)
        # a score half way between two printed ones is printed as one of them, and the reader may know which: so the
        # ends are left out
        low = np.where(hidden, np.maximum(low, np.floor(fewest - (best - 1) * people + _EXACT) + 1), low)
        high = np.where(hidden, np.minimum(high, np.ceil(most / best - _EXACT) - 1), high)
        low, high = _add_up(low, high, views.people)
        if (low > high).any() or np.array_equal(before, (low, high)):
            break
    return float((high - low + 1)[hidden].min())


def _add_up(low: Numbers, high: Numbers, totals: Numbers) -> tuple[Numbers, Numbers]:
    """Narrow what numbers can be by what each row comes to, and by the last row being the sum of the others."""
    low, high = _narrow(low, high, totals[:, None], axis=1)
    # the last row taken off: each column then comes to nothing
    parts, last = slice(None, -1), slice(-1, None)
    least, most = _narrow(
        np.vstack([low[parts], -high[last]]), np.vstack([high[parts], -low[last]]), np.zeros((1, 1)), axis=0
    )
    return np.vstack([least[parts], -most[last]]), np.vstack([most[parts], -least[last]])


def _narrow(low: Numbers, high: Numbers, totals: Numbers, axis: int) -> tuple[Numbers, Numbers]:
    lows, highs = low.sum(axis=axis, keepdims=True), high.sum(axis=axis, keepdims=True)
    return np.maximum(low, totals - (highs - high)), np.minimum(high, totals - (lows - low))
