"""The priority score of each candidate by the CHNRI method, and how far people agreed, as they may be shown.

Both are means, and a mean near its end tells of the few who answered otherwise. So a number is shown only of many
people, in steps of five hundredths, and never so near an end that fewer than the smallest count that may be shown could
be read from it; there it says “over” or “under”. That no hidden count can be found in two criteria that weigh the same,
or not at all the same, was tried with all possible counts (tests/analysis/test_criteria_scores.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from analysis.ballots import Kind, Profile
from analysis.methods.chnri import expert_agreement, priority_scores

STEP = 5
"""Shares are printed in steps of so many hundredths."""
_HALF_STEP = 3  # what is rounded to an end can be half a step away from it
_PEOPLE_PER_LEAST, _MARGIN = 6, 2
MORE, LESS = "more", "less"


@dataclass(frozen=True)
class CriteriaScore:
    """What everybody together said of one candidate; not to be shown as it is.

    Attributes
    ----------
    score
        The priority score, from 0 to 1.
    agreement
        The average expert agreement, from ⅓ to 1.
    scorers
        How many people answered by the criterion that fewest answered; none is left out where it is above 0.
    """

    candidate: str
    score: float
    agreement: float
    scorers: int


@dataclass(frozen=True)
class ShownShare:
    """A share in hundredths; None where it is hidden, with `bound` MORE or LESS where it is an end and no value."""

    hundredths: int | None = None
    bound: str = ""


HIDDEN = ShownShare()


def score_by_criteria(profile: Profile, candidates: Sequence[str], weights: Mapping[str, float]) -> list[CriteriaScore]:
    """Return the scores of each candidate, in their order; none of ballots of another kind.

    Parameters
    ----------
    profile
        With the criteria in the order of `weights`.
    """
    if profile.kind is not Kind.CRITERIA or not weights:
        return []
    scores = priority_scores(profile.values, profile.counts[None, :].astype(np.float64), tuple(weights.values()))[0]
    agreed = expert_agreement(profile.values, profile.counts)
    scorers = np.einsum("b,bkn->kn", profile.counts, ~np.isnan(profile.values)).min(axis=0)
    return [
        CriteriaScore(code, float(scores[at]), float(agreed[at]) if scorers[at] else 0.0, int(scorers[at]))
        for at, code in enumerate(candidates)
    ]


def show_share(share: float, people: int, least: int) -> ShownShare:
    """Return a share as it may be shown where no count of people under `least` is.

    Parameters
    ----------
    people
        Of how many it is a mean.
    """
    if people < _PEOPLE_PER_LEAST * least:
        return HIDDEN
    margin = 100 * _MARGIN * least / people
    lowest, highest = -int(-margin // STEP) * STEP, int((100 - margin) // STEP) * STEP
    rounded = round(100 * share / STEP) * STEP
    if rounded >= highest:
        return ShownShare(highest - _HALF_STEP, MORE)
    return ShownShare(lowest + _HALF_STEP, LESS) if rounded <= lowest else ShownShare(rounded)


def write_scores(scores: Sequence[CriteriaScore]) -> list[dict[str, Any]]:
    """Return scores as plain values for JSON."""
    return [asdict(each) for each in scores]


def read_scores(stored: Sequence[Mapping[str, Any]]) -> dict[str, CriteriaScore]:
    """Return what `write_scores` wrote, by candidate."""
    return {each["candidate"]: CriteriaScore(**each) for each in stored}
