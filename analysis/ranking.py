"""Ballots become an order, and how far it can be trusted: intervals, tiers, and the chance of a place among the first.

The doubt comes from ranking resamples of the people (`analysis/resampling.py`). It says how stable the order is among
those who answered. It is no margin of error: nobody was drawn at random, and of those who did not answer it says
nothing.

What a committee may be shown is what :func:`rank_groups` returns and nothing else. Scores are means over at least ten
ballots, also those that can be worked out by subtracting groups from everybody, and may be printed where
`analysis/score_disclosure.py` finds that they tell no hidden count of people; these go through
`analysis/disclosure.py`. Two rankings with one ballot between them give that ballot away, so make it once, when the
consultation is closed, and keep it: not while answers come in, nor again after a withdrawal.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.ballots import Ballot, Profile, profile_of
from analysis.disclosure import LEAST_PEOPLE, shown_cells
from analysis.errors import AnalysisError
from analysis.methods import BORDA, load_method
from analysis.resampling import Scores, compare, draw_scores, equal_voice
from analysis.score_disclosure import Views, shows_scores

FEWEST_BALLOTS = 10
"""Of fewer people no ranking is shown: their scores would nearly be their ballots, and the order mostly chance."""
RESAMPLES = 2_000
TOP = 3
_FEWEST_RESAMPLES = 100
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
        What the method gives it; with Borda's count, how many of the others it stands above on a ballot, on average.
    rank
        1 for the highest; equal scores have equal ranks, and the next ones are left out (1, 2, 2, 4).
    is_tied
        Whether another has the same score.
    lowest_rank, highest_rank
        The middle 90 % of its places in the resamples, the first and the last that it shares where it is tied. It is an
        interval of percentiles, which need not hold the rank itself where many candidates are nearly equal.
    in_top
        The share of resamples in which it is among the first three, from 0 to 1; where several are tied over the last
        of these places, each has its part of it, so that all candidates' shares come to three.
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
        first choices can be.
    """

    tiers: tuple[Tier, ...]
    above: tuple[tuple[float, ...], ...]
    ballots: int
    method: str
    seed: int
    resamples: int
    shows_scores: bool

    @property
    def standings(self) -> tuple[Standing, ...]:
        """All candidates, the highest first."""
        return tuple(standing for tier in self.tiers for standing in tier.standings)


@dataclass(frozen=True)
class GroupRankings:
    """The same ballots read three ways, to be shown side by side.

    Attributes
    ----------
    everybody
        Every person weighs the same.
    groups
        By group, those that may be shown. One that is not here has fewer than ten ballots, or its scores would give
        away those of people outside all groups shown: a page says both in one sentence, and never which it is.
    equal_voice
        Every group of ``groups`` weighs the same, its score being the mean of theirs; people are drawn again within
        their groups, and nothing is counted. None with fewer than two groups.
    """

    everybody: Ranking
    groups: Mapping[str, Ranking]
    equal_voice: Ranking | None


@dataclass(frozen=True)
class _Choices:
    """What may be shown of first choices, times ranked and scores, in the order of the candidates."""

    first: Sequence[int | None]
    ranked: Sequence[int | None]
    scores: bool


_Scored = tuple[Profile, Scores]


@dataclass(frozen=True)
class _Plan:
    """What is the same for all rankings of one question."""

    candidates: Sequence[str]
    method: str
    seed: int
    resamples: int

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**32:
            raise AnalysisError("settings.seed", seed=self.seed)
        if self.resamples < _FEWEST_RESAMPLES:
            raise AnalysisError("ranking.too_few_resamples", least=_FEWEST_RESAMPLES)

    def scores(self, profile: Profile, name: str = "") -> Scores:
        """Score and resample ballots; a group's draws depend on its name and the seed, not on the other groups."""
        rng = np.random.default_rng([self.seed, *name.encode()])
        return draw_scores(profile, load_method(self.method), self.resamples, rng)


def rank(
    ballots: Iterable[Ballot],
    candidates: Sequence[str],
    seed: int,
    resamples: int = RESAMPLES,
    *,
    method: str = BORDA,
    fewest: int = FEWEST_BALLOTS,
    least_people: int = LEAST_PEOPLE,
) -> Ranking:
    """Rank candidates; the same ballots in any order, settings and seed give the same ranking.

    Parameters
    ----------
    candidates
        Codes of everything that could be ranked, in the survey's order.
    seed
        Start of the draws, 0 to 2³² - 1.
    fewest
        The fewest ballots that are ranked. With fewer than ten the scores are nearly the ballots, and resampling says
        too little doubt: of one ballot, none at all. Lower it for tests, never for a page.
    least_people
        No count of people under this one is returned, nor one that could be worked out to fewer possible values.

    Raises
    ------
    AnalysisError
        ``ranking.too_few_ballots``, ``ranking.too_few_candidates``, ``ranking.candidate_twice``,
        ``ranking.too_few_resamples``, ``ranking.unknown_method``, ``ballot.unknown_candidate``, ``settings.seed``.
    """
    plan = _Plan(candidates, method, seed, resamples)
    profile = _enough(profile_of(ballots, candidates), fewest)
    scores = plan.scores(profile)
    return _ranking(plan, scores, _shown_choices(candidates, (profile, scores), [], least_people)[-1])


def rank_groups(
    ballots: Iterable[Ballot],
    candidates: Sequence[str],
    seed: int,
    resamples: int = RESAMPLES,
    *,
    method: str = BORDA,
    least_people: int = LEAST_PEOPLE,
) -> GroupRankings:
    """Rank for everybody, for each group that may be shown, and with an equal voice for each of these groups.

    All of it may be shown to a committee: see the module's words on what that rests on. Of groups only first choices
    are counted, in one table with everybody's, so that no difference gives a small one away. As in every table, where
    nearly all of a group answer alike its ranking says how each of them answered.

    Parameters and errors are those of :func:`rank`; everybody together must be at least ten.
    """
    plan = _Plan(candidates, method, seed, resamples)
    ballots = tuple(ballots)
    everybody = _enough(profile_of(ballots, candidates), FEWEST_BALLOTS)
    by_group: dict[str, list[Ballot]] = {}
    for ballot in ballots:
        by_group.setdefault(ballot.group, []).append(ballot)
    names = _groups_shown({name: len(members) for name, members in by_group.items()})
    profiles = [profile_of(by_group[name], candidates) for name in names]
    voices = [plan.scores(profile, name) for name, profile in zip(names, profiles, strict=True)]
    scores = plan.scores(everybody)
    *choices, of_everybody = _shown_choices(
        candidates, (everybody, scores), list(zip(profiles, voices, strict=True)), least_people
    )
    rankings = [_ranking(plan, voice, chosen) for voice, chosen in zip(voices, choices, strict=True)]
    nothing = _Choices([None] * len(candidates), [None] * len(candidates), all(each.scores for each in choices))
    return GroupRankings(
        everybody=_ranking(plan, scores, of_everybody),
        groups=dict(zip(names, rankings, strict=True)),
        equal_voice=_ranking(plan, equal_voice(voices), nothing) if len(voices) > 1 else None,
    )


def _enough(profile: Profile, fewest: int) -> Profile:
    if profile.people < max(fewest, 1):
        raise AnalysisError("ranking.too_few_ballots", least=max(fewest, 1))
    return profile


def _groups_shown(sizes: Mapping[str, int]) -> tuple[str, ...]:
    """Choose the groups with a ranking of their own, by name.

    Everybody's scores less those of the groups are the scores of all other people: were these fewer than ten, the
    smallest group that has ten stays among them.
    """
    large = sorted((size, name) for name, size in sizes.items() if name and size >= FEWEST_BALLOTS)
    others = sum(sizes.values()) - sum(size for size, _ in large)
    if 0 < others < FEWEST_BALLOTS:
        large = large[1:]
    return tuple(sorted(name for _, name in large))


def _ranking(plan: _Plan, scores: Scores, choices: _Choices) -> Ranking:
    now, again = compare(scores.observed[None, :]), compare(scores.resampled)
    lowest = np.quantile(again.higher + 1, (1 - _MIDDLE) / 2, axis=0, method="lower")
    highest = np.quantile(again.higher + again.level, (1 + _MIDDLE) / 2, axis=0, method="higher")
    in_top = np.clip((TOP - again.higher) / again.level, 0, 1).mean(axis=0)
    standings = [
        Standing(
            candidate=candidate,
            score=float(scores.observed[at]),
            rank=int(now.higher[0, at]) + 1,
            is_tied=bool(now.level[0, at] > 1),
            lowest_rank=int(lowest[at]),
            highest_rank=int(highest[at]),
            in_top=float(in_top[at]),
            first_choices=choices.first[at],
            times_ranked=choices.ranked[at],
        )
        for at, candidate in enumerate(plan.candidates)
    ]
    order = np.argsort(now.higher[0], kind="stable")
    above = again.above[np.ix_(order, order)]
    return Ranking(
        tiers=_tiers([standings[at] for at in order], above),
        above=tuple(tuple(float(share) for share in row) for row in above),
        ballots=scores.ballots,
        method=plan.method,
        seed=plan.seed,
        resamples=plan.resamples,
        shows_scores=choices.scores,
    )


def _tiers(standings: Sequence[Standing], above: NDArray[np.float64]) -> tuple[Tier, ...]:
    told_apart = above >= _TOLD_APART
    number = len(standings)
    ends = [at for at in range(1, number) if standings[at].rank > standings[at - 1].rank and told_apart[:at, at:].all()]
    return tuple(
        Tier(tuple(standings[start:end]), bool(told_apart[start:end, start:end].any()))
        for start, end in zip([0, *ends], [*ends, number], strict=True)
    )


def _shown_choices(
    candidates: Sequence[str], everybody: _Scored, groups: Sequence[_Scored], least: int
) -> list[_Choices]:
    """Decide which counts and scores may be shown, for each group and, last, for everybody.

    First choices are a table of groups, all other people being one of them, by candidates, with its totals; every
    number of people in a row is known. Times ranked are shown for everybody only, and where neither who put the
    candidate lower nor who left it out are few: where first choices are hidden, so are they, as they bound them.
    """
    profile, scores = everybody
    totals, ranked = profile.first_choices, profile.times_ranked
    counted = [each.first_choices for each, _ in groups]
    others = totals - np.sum(counted, axis=0, dtype=np.int_)
    table = np.array([*counted, others] if others.any() else counted, dtype=np.int_)
    # by code: where equal numbers could be hidden, two orders of the candidates must not hide now one, now the other
    columns = np.array(sorted(range(len(candidates)), key=lambda at: candidates[at]))
    shown = np.zeros((len(table) + 1, len(candidates) + 1), dtype=np.bool_)
    shown[:, [*columns, -1]] = shown_cells(table[:, columns], least)
    if not shown[:, -1].all():
        shown[:] = False
    numbers = np.vstack([table, totals])
    printed = np.full(numbers.shape, np.nan)
    printed[: len(groups)] = [each.observed for _, each in groups] or np.nan
    printed[-1] = scores.observed
    views = Views(np.where(shown[:, :-1], numbers, np.nan), printed, numbers.sum(axis=1).astype(np.float64))
    of_everybody, of_groups = shows_scores(views, least)
    rows = [
        _Choices(_visible(own, seen[:-1]), [None] * len(totals), of_groups)
        for own, seen in zip(counted, shown, strict=False)
    ]
    safe = shown[-1, :-1] & (ranked - totals >= least) & (profile.people - ranked >= least)
    return [*rows, _Choices(_visible(totals, shown[-1, :-1]), _visible(ranked, safe), of_everybody)]


def _visible(numbers: NDArray[np.int_], shown: NDArray[np.bool_]) -> list[int | None]:
    return [int(number) if ok else None for number, ok in zip(numbers, shown, strict=True)]
