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

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.ballots import AnyBallot, Profile, profile_of
from analysis.disclosure import LEAST_PEOPLE, shown_cells
from analysis.electorate import Electorate
from analysis.errors import AnalysisError
from analysis.methods import BORDA, JLA, Joining, load_rule
from analysis.resampling import Scores
from analysis.score_disclosure import Views, shows_scores
from analysis.standings import TOP, Origin, Ranking, Shown, Standing, Tier, make_order, nothing_shown

__all__ = [
    "FEWEST_BALLOTS",
    "FEW_BALLOTS",
    "RESAMPLES",
    "TOP",
    "Caution",
    "GroupRankings",
    "Ranking",
    "SmallGroup",
    "Standing",
    "Tier",
    "groups_shown",
    "make_electorate",
    "rank",
    "rank_by_methods",
    "rank_groups",
]

FEWEST_BALLOTS = 10
"""Of fewer people no ranking is shown: their scores would nearly be their ballots, and the order mostly chance."""
FEW_BALLOTS = 30
"""Of fewer people an order is shown with a warning: with an equal voice they add more noise than they tell."""
RESAMPLES = 2_000
_FEWEST_RESAMPLES = 100
_COUNTED_FROM_BORDA = frozenset({BORDA, JLA})


class SmallGroup(StrEnum):
    """What the committee decided, before it opened the ballots, of a group should it have fewer than ten of them.

    - INCLUDED: it has its voice among the groups with an equal voice, where it is at least five people; no ranking of
      its own is shown, nor any score that could be worked out to it
    - IN_WORDS: it has no equal voice, and the report says in words what it said
    """

    INCLUDED = "included"
    IN_WORDS = "in_words"


@dataclass(frozen=True)
class Caution:
    """What has to be said of a group beside the rankings, so that no small group is left out in silence.

    Attributes
    ----------
    code
        ``group.few_ballots``: its ranking is shown, of fewer than thirty people; ``group.included``,
        ``group.in_words``: as decided; ``group.too_few_to_include``: to be included, but fewer than five people;
        ``group.no_voice``: not shown, and nothing was decided. The last says neither why nor of how many people.
    """

    code: str
    group: str


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
        Every group of ``voices`` weighs the same, joined as the method has it (`analysis.methods.Joining`); people are
        drawn again within their groups, and nothing is counted. None with fewer than two groups.
    cautions
        What has to be said of single groups, by name.
    voices
        The groups of the equal voice, by name: those of ``groups``, and small ones that were to be included.
    """

    everybody: Ranking
    groups: Mapping[str, Ranking]
    equal_voice: Ranking | None
    cautions: tuple[Caution, ...] = ()
    voices: tuple[str, ...] = ()

    @property
    def only_in_groups(self) -> dict[str, tuple[str, ...]]:
        """What is among the first of some group but in no final top, with these groups; in the order of everybody.

        A final top is everybody's and the equal voice's, where there is one.
        """
        finals = [self.everybody, *([self.equal_voice] if self.equal_voice else [])]
        final = {candidate for ranking in finals for candidate in ranking.top_candidates}
        wanted = {standing.candidate: self._whose_top(standing.candidate) for standing in self.everybody.standings}
        return {candidate: groups for candidate, groups in wanted.items() if groups and candidate not in final}

    def _whose_top(self, candidate: str) -> tuple[str, ...]:
        return tuple(name for name, ranking in self.groups.items() if candidate in ranking.top_candidates)


_Scored = tuple[Profile, Scores]


def rank(
    ballots: Iterable[AnyBallot],
    candidates: Sequence[str],
    seed: int,
    resamples: int = RESAMPLES,
    *,
    method: str = BORDA,
    fewest: int = FEWEST_BALLOTS,
    least_people: int = LEAST_PEOPLE,
    top: int = TOP,
    criteria: Mapping[str, float] | None = None,
) -> Ranking:
    """Rank candidates; the same ballots in any order, settings and seed give the same ranking.

    Parameters
    ----------
    candidates
        Codes of everything that could be ranked, in the survey's order.
    seed
        Start of the draws, 0 to 2³² - 1.
    method
        One that reads this kind of ballots: see `analysis.methods.methods_for`.
    fewest
        The fewest ballots that are ranked. With fewer than ten the scores are nearly the ballots, and resampling says
        too little doubt: of one ballot, none at all. Lower it for tests, never for a page.
    least_people
        No count of people under this one is returned, nor one that could be worked out to fewer possible values.
    top
        Among how many of the first `Standing.in_top` is counted, at least 1.
    criteria
        What each criterion is worth, where candidates were scored against criteria.

    Raises
    ------
    AnalysisError
        ``ranking.too_few_ballots``, ``ranking.too_few_candidates``, ``ranking.candidate_twice``,
        ``ranking.too_few_resamples``, ``ranking.unknown_method``, ``ranking.method_does_not_fit``, ``ranking.weights``,
        ``ranking.top``, ``ballot.unknown_candidate``, ``ballot.mixed_kinds``, ``settings.seed``.
    """
    electorate = make_electorate(ballots, candidates, seed, resamples, (method,), criteria, fewest=fewest)
    profile, scores = electorate.profile, electorate.everybody()[method]
    shown = _shown_choices(candidates, (profile, scores), [], least_people, is_borda=method in _COUNTED_FROM_BORDA)
    return make_order(_origin(candidates, method, electorate, top), scores, shown[-1])


def rank_groups(
    ballots: Iterable[AnyBallot],
    candidates: Sequence[str],
    seed: int,
    resamples: int = RESAMPLES,
    *,
    method: str = BORDA,
    least_people: int = LEAST_PEOPLE,
    top: int = TOP,
    criteria: Mapping[str, float] | None = None,
    small: Mapping[str, SmallGroup] | None = None,
) -> GroupRankings:
    """Rank for everybody, for each group that may be shown, and with an equal voice for each of these groups.

    All of it may be shown to a committee: see the module's words on what that rests on. Of groups only first choices
    are counted, in one table with everybody's, so that no difference gives a small one away. As in every table, where
    nearly all of a group answer alike its ranking says how each of them answered.

    Parameters and errors are those of :func:`rank`; everybody together must be at least ten.

    Parameters
    ----------
    small
        By group, what was decided before opening of one that turns out to be small.
    """
    found = rank_by_methods(
        ballots,
        candidates,
        seed,
        resamples,
        (method,),
        least_people=least_people,
        top=top,
        criteria=criteria,
        small=small,
    )
    return found[method]


def rank_by_methods(
    ballots: Iterable[AnyBallot],
    candidates: Sequence[str],
    seed: int,
    resamples: int,
    methods: Sequence[str],
    *,
    least_people: int = LEAST_PEOPLE,
    top: int = TOP,
    criteria: Mapping[str, float] | None = None,
    small: Mapping[str, SmallGroup] | None = None,
    groups_by: Collection[str] | None = None,
) -> dict[str, GroupRankings]:
    """Do as :func:`rank_groups` by several methods at once; the same people are drawn for all of them.

    Parameters
    ----------
    groups_by
        The methods that make each group's order too; all of them if left out. The others have only everybody's and the
        equal voice's, and count nothing.
    """
    electorate = make_electorate(ballots, candidates, seed, resamples, methods, criteria)
    sizes = electorate.sizes()
    names = groups_shown(sizes, least_people)
    included = _included(sizes, names, small or {}, least_people)
    voices = tuple(sorted({*names, *included}))
    by_groups = frozenset(methods if groups_by is None else groups_by)
    grouped = _rules_of_groups(electorate, by_groups)
    scores = {name: grouped.group(name) for name in voices}
    joined = electorate.equal_voice(scores, dict.fromkeys(voices, 1.0)) if len(voices) > 1 else {}
    everybody = electorate.everybody()
    cautions = _cautions(sizes, names, included, small or {})
    found = {}
    for method in methods:
        origin = _origin(candidates, method, electorate, top)
        if method not in by_groups:
            found[method] = _order_without_groups(origin, everybody[method], joined.get(method), cautions, voices)
            continue
        parts = {name: (_part(electorate, name), scores[name][method]) for name in names}
        whole = electorate.profile, everybody[method]
        is_borda = method in _COUNTED_FROM_BORDA and not included
        order, groups, nothing = _order_parts(origin, whole, parts, least_people, is_borda=is_borda)
        equal = make_order(origin, joined[method], nothing) if joined else None
        found[method] = GroupRankings(order, groups, equal, cautions, voices)
    return found


def _order_parts(
    origin: Origin, whole: _Scored, parts: Mapping[str, _Scored], least: int, *, is_borda: bool
) -> tuple[Ranking, dict[str, Ranking], Shown]:
    """Return everybody's order, each group's, and what may be shown of an equal voice of these groups."""
    *choices, of_all = _shown_choices(origin.candidates, whole, list(parts.values()), least, is_borda=is_borda)
    shown = dict(zip(parts, choices, strict=True))
    groups = {name: make_order(origin, each, shown[name]) for name, (_, each) in parts.items()}
    nothing = nothing_shown(origin.candidates, scores=is_borda and all(each.scores for each in choices))
    return make_order(origin, whole[1], of_all), groups, nothing


def _rules_of_groups(electorate: Electorate, by_groups: Collection[str]) -> Electorate:
    """Return the electorate with the methods that need each group's scores: for their orders, or to join them."""
    rules = electorate.rules.items()
    needed = {name: rule for name, rule in rules if name in by_groups or rule.joining is not Joining.BALLOTS}
    return replace(electorate, rules=needed)


def _order_without_groups(
    origin: Origin, everybody: Scores, joined: Scores | None, cautions: tuple[Caution, ...], voices: tuple[str, ...]
) -> GroupRankings:
    """Return the orders of everybody and of the equal voice, with no number of people."""
    silent = nothing_shown(origin.candidates)
    equal = make_order(origin, joined, silent) if joined else None
    return GroupRankings(make_order(origin, everybody, silent), {}, equal, cautions, voices)


def make_electorate(
    ballots: Iterable[AnyBallot],
    candidates: Sequence[str],
    seed: int,
    resamples: int,
    methods: Sequence[str],
    criteria: Mapping[str, float] | None = None,
    *,
    fewest: int = FEWEST_BALLOTS,
) -> Electorate:
    """Check what :func:`rank` is given, and put equal ballots together; parameters and errors are its own."""
    if not 0 <= seed < 2**32:
        raise AnalysisError("settings.seed", seed=seed)
    if resamples < _FEWEST_RESAMPLES:
        raise AnalysisError("ranking.too_few_resamples", least=_FEWEST_RESAMPLES)
    profile = profile_of(ballots, candidates, tuple(criteria or ()), apart=True)
    if profile.people < max(fewest, 1):
        raise AnalysisError("ranking.too_few_ballots", least=max(fewest, 1))
    weights = None if criteria is None else tuple(criteria.values())
    rules = {method: load_rule(method, profile.kind, weights) for method in methods}
    return Electorate(profile, rules, seed, resamples)


def groups_shown(sizes: Mapping[str, int], least_people: int = LEAST_PEOPLE) -> tuple[str, ...]:
    """Choose the groups with a ranking of their own, by name: of ten people at least, or of ``least_people`` if more.

    Everybody's scores less those of the groups are the scores of all other people: were these fewer than that, the
    smallest group that is large enough stays among them.
    """
    fewest = max(FEWEST_BALLOTS, least_people)
    large = sorted((size, name) for name, size in sizes.items() if name and size >= fewest)
    others = sum(sizes.values()) - sum(size for size, _ in large)
    if 0 < others < fewest:
        large = large[1:]
    return tuple(sorted(name for _, name in large))


def _included(
    sizes: Mapping[str, int], shown: Sequence[str], small: Mapping[str, SmallGroup], least_people: int
) -> tuple[str, ...]:
    """Return the groups without a ranking of their own that have an equal voice; one person would be told by it."""
    wanted = [name for name, decided in small.items() if decided is SmallGroup.INCLUDED and name not in shown]
    return tuple(sorted(name for name in wanted if sizes.get(name, 0) >= least_people))


def _cautions(
    sizes: Mapping[str, int], shown: Sequence[str], included: Sequence[str], small: Mapping[str, SmallGroup]
) -> tuple[Caution, ...]:
    def code(name: str) -> str:
        if name in shown:
            return "group.few_ballots" if sizes[name] < FEW_BALLOTS else ""
        if name in included:
            return "group.included"
        return {
            SmallGroup.INCLUDED: "group.too_few_to_include",
            SmallGroup.IN_WORDS: "group.in_words",
            None: "group.no_voice",
        }[small.get(name)]

    names = sorted({*filter(None, sizes), *small})
    return tuple(Caution(code(name), name) for name in names if code(name))


def _part(electorate: Electorate, name: str) -> Profile:
    return electorate.profile.part(electorate.profile.groups == name)


def _origin(candidates: Sequence[str], method: str, electorate: Electorate, top: int) -> Origin:
    if top < 1:
        raise AnalysisError("ranking.top", least=1)
    return Origin(tuple(candidates), method, electorate.seed, electorate.resamples, top)


def _shown_choices(
    candidates: Sequence[str], everybody: _Scored, groups: Sequence[_Scored], least: int, *, is_borda: bool = True
) -> list[Shown]:
    """Decide which counts and scores may be shown, for each group and, last, for everybody.

    First choices are a table of groups, all other people being one of them, by candidates, with its totals; every
    number of people in a row is known. Times ranked are shown for everybody only, and where neither who put the
    candidate lower nor who left it out are few: where first choices are hidden, so are they, as they bound them. Of
    ballots that do not put exactly one candidate first nothing is counted. What scores tell of first choices is known
    for Borda's count; those of other methods are not shown.
    """
    profile, scores = everybody
    if not (profile.has_one_first_choice and all(each.has_one_first_choice for each, _ in groups)):
        return [nothing_shown(candidates) for _ in [*groups, everybody]]
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
    of_everybody, of_groups = shows_scores(views, least) if is_borda else (False, False)
    rows = [
        Shown(_visible(own, seen[:-1]), [None] * len(totals), of_groups)
        for own, seen in zip(counted, shown, strict=False)
    ]
    safe = shown[-1, :-1] & (ranked - totals >= least) & (profile.people - ranked >= least)
    return [*rows, Shown(_visible(totals, shown[-1, :-1]), _visible(ranked, safe), of_everybody)]


def _visible(numbers: NDArray[np.int_], shown: NDArray[np.bool_]) -> list[int | None]:
    return [int(number) if ok else None for number, ok in zip(numbers, shown, strict=True)]
