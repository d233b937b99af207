"""Scores become an order with its doubt: intervals, tiers, and the chance of a place among the first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.resampling import Scores, compare

TOP = 3
_MIDDLE = 0.90
# The share of resamples in which one of two stands above the other, for them to be told apart: the middle 90 % of
# their differences then have one sign. Of two that are really equal one is so told from the other one time in ten.
_TOLD_APART = 1 - (1 - _MIDDLE) / 2


@dataclass(frozen=True)
class Standing:
    """Where a candidate stands, and how surely.

    Attributes
    ----------
    candidate
        Its code.
    score
        What the method gives it: see its docstring. With Borda's count, how many of the others it stands above on a
        ballot, on average.
    rank
        1 for the highest; equal scores have equal ranks, and the next ones are left out (1, 2, 2, 4).
    is_tied
        Whether another has the same score.
    lowest_rank, highest_rank
        The middle 90 % of its places in the resamples, the first and the last that it shares where it is tied. It is an
        interval of percentiles, which need not hold the rank itself where many candidates are nearly equal.
    in_top
        The share of resamples in which it is among the first `Ranking.top`, from 0 to 1; where several are tied over
        the last of these places, each has its part of it, so that all candidates' shares come to that number.
    first_choices, times_ranked
        How many people put it first, and gave it any place; None where that could point at few people, and where it
        was not counted.
    """

    candidate: str
    score: float
    rank: int
    is_tied: bool
    lowest_rank: int
    highest_rank: int
    in_top: float
    first_choices: int | None
    times_ranked: int | None


@dataclass(frozen=True)
class Tier:
    """Places that the ballots cannot tell apart; two candidates of different tiers are always told apart.

    Two are told apart when the one with the higher score has it in at least 95 % of the resamples too: then the middle
    90 % of their differences have one sign. A tier ends where everything above the line is told from everything below.

    Attributes
    ----------
    standings
        The highest first, tied ones in the survey's order.
    is_chain
        Whether some two of the tier are told apart all the same: each is like the next, and the ends are not alike.
    """

    standings: tuple[Standing, ...]
    is_chain: bool


@dataclass(frozen=True)
class Ranking:
    """An order of all candidates with its doubt, and what it depends on.

    Attributes
    ----------
    tiers
        The highest first.
    above
        For each standing, in their order, the share of resamples in which it scores higher than each of them.
    ballots
        How many people it counts.
    shows_scores
        Whether scores may be printed, with one decimal; False where they would tell how many people a hidden number of
        first choices can be, and for methods of which nobody has worked out what their scores tell.
    top
        Among how many of the first `in_top` is counted.
    """

    tiers: tuple[Tier, ...]
    above: tuple[tuple[float, ...], ...]
    ballots: int
    method: str
    seed: int
    resamples: int
    shows_scores: bool
    top: int = TOP

    @property
    def standings(self) -> tuple[Standing, ...]:
        """All candidates, the highest first."""
        return tuple(standing for tier in self.tiers for standing in tier.standings)

    @property
    def top_candidates(self) -> tuple[str, ...]:
        """The first `top` candidates, the highest first; more where several are tied over the last place."""
        return tuple(standing.candidate for standing in self.standings if standing.rank <= self.top)


@dataclass(frozen=True)
class Shown:
    """What may be shown of first choices, times ranked and scores, in the order of the candidates."""

    first: Sequence[int | None]
    ranked: Sequence[int | None]
    scores: bool


@dataclass(frozen=True)
class Origin:
    """What a ranking was made of and how, to be printed with it; `top` as of `Ranking`."""

    candidates: Sequence[str]
    method: str
    seed: int
    resamples: int
    top: int = TOP


def nothing_shown(candidates: Sequence[str], *, scores: bool = False) -> Shown:
    """Return that no count may be shown."""
    return Shown([None] * len(candidates), [None] * len(candidates), scores)


def make_order(origin: Origin, scores: Scores, shown: Shown) -> Ranking:
    """Put candidates in order by their scores, with the doubt that their resamples tell."""
    now, again = compare(scores.observed[None, :]), compare(scores.resampled)
    lowest = np.quantile(again.higher + 1, (1 - _MIDDLE) / 2, axis=0, method="lower")
    highest = np.quantile(again.higher + again.level, (1 + _MIDDLE) / 2, axis=0, method="higher")
    in_top = np.clip((origin.top - again.higher) / again.level, 0, 1).mean(axis=0)
    standings = [
        Standing(
            candidate=candidate,
            score=float(scores.observed[at]),
            rank=int(now.higher[0, at]) + 1,
            is_tied=bool(now.level[0, at] > 1),
            lowest_rank=int(lowest[at]),
            highest_rank=int(highest[at]),
            in_top=float(in_top[at]),
            first_choices=shown.first[at],
            times_ranked=shown.ranked[at],
        )
        for at, candidate in enumerate(origin.candidates)
    ]
    order = np.argsort(now.higher[0], kind="stable")
    above = again.above[np.ix_(order, order)]
    return Ranking(
        tiers=_tiers([standings[at] for at in order], above),
        above=tuple(tuple(float(share) for share in row) for row in above),
        ballots=scores.ballots,
        method=origin.method,
        seed=origin.seed,
        resamples=origin.resamples,
        shows_scores=shown.scores,
        top=origin.top,
    )


def _tiers(standings: Sequence[Standing], above: NDArray[np.float64]) -> tuple[Tier, ...]:
    told_apart = above >= _TOLD_APART
    number = len(standings)
    ends = [at for at in range(1, number) if standings[at].rank > standings[at - 1].rank and told_apart[:at, at:].all()]
    return tuple(
        Tier(tuple(standings[start:end]), bool(told_apart[start:end, start:end].any()))
        for start, end in zip([0, *ends], [*ends, number], strict=True)
    )
