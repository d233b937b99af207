"""Tables of ballots that everybody may have, and from which a published order can be made again.

A ballot that ranks eight things is almost a fingerprint, and a table of positions has too many small cells. What is
published instead is, for each two candidates, how many more people preferred the one to the other: the margin. Borda's
count and Schulze's method need nothing else. With n people, c candidates and margins m, Borda's score of a candidate is
(c - 1) / 2 + sum(m) / 2n, for who stands above another gives it one point and who is level half a point.

What a margin tells: of n people with a margin of m, from 0 to (n - m) / 2 preferred the other way. All are published
where each leaves more possible values than the smallest number that may be shown; otherwise none is, because scores
that stand elsewhere would give back the one that is missing. So where nearly everybody agrees there is no table.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.ballots import Kind, Profile
from analysis.methods.pairs import preferences

LEAST_PUBLIC = 11


def open_margins(profile: Profile, candidates: Sequence[str], least: int = LEAST_PUBLIC) -> dict[str, Any] | None:
    """Return the margins between candidates as plain values; None where they would tell of fewer than ``least``.

    Parameters
    ----------
    profile
        Rankings or pairs, equal ballots put together; of other kinds there are no margins.
    candidates
        In the order of the profile.
    least
        The smallest number of people that everybody may be shown.

    Returns
    -------
    ``{"candidates": codes, "people": n, "margins": rows}``, a row for each candidate: how many more people preferred it
    to the one of the column than the other way.
    """
    if profile.kind not in (Kind.RANKING, Kind.PAIRS):
        return None
    counts = profile.counts[None, :].astype(np.float64)
    preferred = preferences(profile.values, counts)[0]
    margins = preferred - preferred.T
    # of pairs, not everybody is asked all: only those who were can have preferred the other way
    asked = preferred + preferred.T if profile.kind is Kind.PAIRS else np.full(margins.shape, float(profile.people))
    possible = (asked - np.abs(margins)) / 2 + 1
    np.fill_diagonal(possible, np.inf)
    if not (possible > least).all():
        return None
    return {"candidates": list(candidates), "people": profile.people, "margins": np.rint(margins).astype(int).tolist()}
