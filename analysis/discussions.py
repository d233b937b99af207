"""What a discussion came to: who agrees with each statement, group by group; what joins the groups, what divides them.

Shares are smoothed: (a + ½) / (n + 1) of the n people who reacted, of whom a agree (the mean of Jeffreys' prior, a
beta distribution of ½ and ½, after a of n). Those who pass count among the n: they saw it and did not agree. So one
person out of one is 75 %, not 100 %, and fifty out of fifty 99 %.

A statement bridges when even in the group that agrees least, most agree. It divides when the group that agrees most
and the one that agrees least differ by more than chance explains: their intervals (Wilson 1927, "Probable inference,
the law of succession, and statistical inference", JASA 22: 209-212), at 95 % each, do not meet. Only groups in which
enough people reacted are compared: of five people one more or less is 20 %.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import LEAST_PEOPLE, shown_cells

LEAST_IN_GROUP = 5
BRIDGES_FROM = 0.6
_NORMAL_95 = 1.959964

AGREE, DISAGREE, PASS = range(3)


@dataclass(frozen=True)
class Finding:
    """What one statement came to.

    `share` and `shares` are smoothed shares who agree, between 0 and 1: of everybody, and of each group (NaN where
    nobody reacted). `lowest` is the smallest share among the groups compared and `spread` the difference between the
    largest and the smallest; both NaN where fewer than two groups can be compared.
    """

    share: float
    shares: tuple[float, ...]
    interval: tuple[float, float]
    compared: tuple[int, ...]
    lowest: float
    spread: float
    bridges: bool
    divides: bool


def smoothed_share(agree: int, people: int) -> float:
    """Return (a + ½) / (n + 1), or NaN where nobody reacted; raises ValueError for counts that cannot be."""
    if not 0 <= agree <= people:
        raise ValueError("more agree than there are people, or fewer than none")
    return (agree + 0.5) / (people + 1) if people else float("nan")


def wilson_interval(agree: int, people: int, normal: float = _NORMAL_95) -> tuple[float, float]:
    """Return the interval of a share, at 95 % unless another normal quantile is given; (0, 1) for nobody."""
    if people == 0:
        return 0.0, 1.0
    share, square = agree / people, normal * normal
    middle = (share + square / (2 * people)) / (1 + square / people)
    half = normal * np.sqrt(share * (1 - share) / people + square / (4 * people * people)) / (1 + square / people)
    return float(max(middle - half, 0.0)), float(min(middle + half, 1.0))


def read_statement(counts: NDArray[np.int_], least: int = LEAST_IN_GROUP, unknown: int | None = None) -> Finding:
    """Return what a statement came to.

    Parameters
    ----------
    counts
        Shape (groups, 3), people: who agree, disagree and pass.
    least
        In how large a group people must have reacted for it to be compared.
    unknown
        The row of those whose group is unknown, if there is one: they count, and are compared with nobody.
    """
    agree, people = counts[:, AGREE], counts.sum(axis=1)
    shares = tuple(smoothed_share(int(a), int(n)) for a, n in zip(agree, people, strict=True))
    compared = tuple(int(group) for group in np.flatnonzero(people >= least) if group != unknown)
    lowest = spread = float("nan")
    bridges = divides = False
    if len(compared) > 1:
        low = min(compared, key=lambda group: shares[group])
        high = max(compared, key=lambda group: shares[group])
        lowest, spread = shares[low], shares[high] - shares[low]
        bridges = lowest >= BRIDGES_FROM
        above = wilson_interval(int(agree[high]), int(people[high]))[0]
        below = wilson_interval(int(agree[low]), int(people[low]))[1]
        divides = above > below
    return Finding(
        share=smoothed_share(int(agree.sum()), int(people.sum())),
        shares=shares,
        interval=wilson_interval(int(agree.sum()), int(people.sum())),
        compared=compared,
        lowest=lowest,
        spread=spread,
        bridges=bridges,
        divides=divides,
    )


class Tendency(StrEnum):
    """What may be said in words where the numbers may not."""

    NEARLY_ALL = "nearly_all"
    HARDLY_ANY = "hardly_any"
    UNKNOWN = "unknown"


def shown_groups(counts: NDArray[np.int_], least: int = LEAST_PEOPLE) -> tuple[NDArray[np.bool_], bool, Tendency]:
    """Return of which groups, and whether of everybody, the numbers of a statement may leave the facilitator.

    Outside there are two numbers, those who agree and all others, because three would hide far more: few people
    disagree with most statements, and fewer pass. A line is shown whole or not at all: a share tells the counts behind
    it. Where everybody's line is hidden, twice as many people as ``least`` may still be told of by their tendency: it
    says that one of the two numbers is under it, which a reader of the rule knows, and `small_ones_known` reckons with.

    Parameters
    ----------
    counts
        Shape (groups, 3), people: who agree, disagree and pass.
    least
        The smallest number that may be shown.

    Returns
    -------
    Booleans of shape (groups,), one for the totals, and the tendency of everybody.
    """
    two = np.stack([counts[:, AGREE], counts[:, DISAGREE] + counts[:, PASS]], axis=1)
    shown = shown_cells(two, least, small_ones_known=True)
    lines: NDArray[np.bool_] = np.asarray(shown.all(axis=1))
    agree, others = int(two[:, 0].sum()), int(two[:, 1].sum())
    tendency = Tendency.UNKNOWN
    if agree + others >= 2 * least:
        tendency = Tendency.NEARLY_ALL if others < least else Tendency.HARDLY_ANY if agree < least else Tendency.UNKNOWN
    return lines[:-1], bool(lines[-1]), tendency
