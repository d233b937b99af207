"""What would change among the first, had a group or a channel been left out, weights been others, or another method.

The same people are drawn before and after, so that what differs is what was changed and not the draws. Nothing is drawn
again that need not be: of groups with a voice each, only voices and scores are read (`analysis.electorate`).

What is shown here are orders and their doubt, never scores or counts. Nobody is left out, or left over, in fewer than
ten; only groups with a ranking of their own can be weighed or left out, and those without weigh no more than the
others together.
The limit: many such orders of the same ballots tell more than one does, though each comes of ten people or more. Let a
committee ask; do not print them all.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.ballots import AnyBallot
from analysis.electorate import Electorate
from analysis.errors import AnalysisError
from analysis.methods import BORDA, Joining, load_rule
from analysis.ranking import FEWEST_BALLOTS, RESAMPLES, groups_shown, make_electorate
from analysis.resampling import Scores
from analysis.standings import TOP, Origin, Ranking, make_order, nothing_shown


class View(StrEnum):
    """Whose order changes: everybody's, each person weighing the same, or that of groups with an equal voice."""

    EVERYBODY = "everybody"
    EQUAL_VOICE = "equal_voice"


@dataclass(frozen=True)
class Change:
    """What is done otherwise; what is left out stays as it is.

    Attributes
    ----------
    without_groups, without_channels
        Whose ballots are left out.
    weights
        By group, what it weighs: each of its people in everybody's order, its voice in the other. 1 if left out; 0 is
        to leave the group out.
    method
        Another method for the same kind of ballots.
    criteria
        By criterion, how many times its signed weight it weighs, where candidates were scored against criteria; 1 if
        left out, 0 is to leave the criterion out.
    """

    without_groups: frozenset[str] = frozenset()
    without_channels: frozenset[str] = frozenset()
    weights: Mapping[str, float] = field(default_factory=dict)
    method: str | None = None
    criteria: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """Two orders of the same candidates; neither shows scores or counts."""

    before: Ranking
    after: Ranking

    @property
    def enters(self) -> tuple[str, ...]:
        """What is among the first only after, the highest first."""
        return tuple(code for code in self.after.top_candidates if code not in self.before.top_candidates)

    @property
    def leaves(self) -> tuple[str, ...]:
        """What was among the first only before, the highest first."""
        return tuple(code for code in self.before.top_candidates if code not in self.after.top_candidates)

    @property
    def chances(self) -> dict[str, tuple[float, float]]:
        """The share of resamples in which each candidate is among the first, before and after."""
        after = {standing.candidate: standing.in_top for standing in self.after.standings}
        return {each.candidate: (each.in_top, after[each.candidate]) for each in self.before.standings}


def what_if(
    ballots: Iterable[AnyBallot],
    candidates: Sequence[str],
    seed: int,
    change: Change,
    *,
    view: View = View.EVERYBODY,
    method: str = BORDA,
    resamples: int = RESAMPLES,
    top: int = TOP,
    criteria: Mapping[str, float] | None = None,
    voices: Sequence[str] | None = None,
    own: Collection[str] | None = None,
) -> Difference:
    """Rank before and after a change, with the draws of the ranking that it changes.

    Parameters
    ----------
    ballots, candidates, seed, method, resamples, top, criteria
        As the ranking was made: see `analysis.ranking.rank`.
    voices
        The groups of the equal voice, as `GroupRankings.voices` says; those with a ranking of their own if left out.
    own
        The groups with a ranking of their own, as they were shown; those of ten people at least if left out.

    Raises
    ------
    AnalysisError
        Those of `analysis.ranking.rank`; ``ranking.too_few_ballots`` where fewer than ten people would be left out or
        left over, or a group without a ranking of its own would be left out; ``ranking.weights`` for weights below 0,
        of groups that cannot be weighed, of criteria that were not asked, or that leave no criterion;
        ``ranking.too_few_groups`` where fewer than two would have a voice;
        ``ranking.small_groups_decide`` where groups without a ranking of their own would weigh more than the others.
    """
    after = change.method or method
    electorate = make_electorate(ballots, candidates, seed, resamples, sorted({method, after}), criteria)
    weighed = groups_shown(electorate.sizes()) if own is None else tuple(sorted(own))
    _check(change, weighed)
    keep = _kept(electorate, change)
    before, later = _reading(electorate, method), _weighed_otherwise(_reading(electorate, after), change, criteria)
    if view is View.EVERYBODY:
        factors = [change.weights.get(str(name), 1.0) for name in electorate.profile.groups]
        was, now = before.everybody(), later.everybody(keep * np.array(factors))
    else:
        named = weighed if voices is None else tuple(voices)
        was = _joined(before, dict.fromkeys(named, 1.0), None, weighed)
        now = _joined(later, _voices(electorate, change, keep, named), keep, weighed)
    return Difference(
        _order(candidates, method, electorate, top, was[method]), _order(candidates, after, electorate, top, now[after])
    )


def _reading(electorate: Electorate, method: str) -> Electorate:
    """Return the same ballots and draws, read by one method alone."""
    return replace(electorate, rules={method: electorate.rules[method]})


def _weighed_otherwise(electorate: Electorate, change: Change, criteria: Mapping[str, float] | None) -> Electorate:
    """Return the same ballots and draws with other weights of the criteria, where any are to be others."""
    if not change.criteria:
        return electorate
    if not set(change.criteria) <= set(criteria or ()):
        raise AnalysisError("ranking.weights")
    weights = [weight * change.criteria.get(code, 1.0) for code, weight in (criteria or {}).items()]
    if not all(0 <= weight < np.inf for weight in weights) or not sum(weights):
        raise AnalysisError("ranking.weights")
    kind = electorate.profile.kind
    return replace(electorate, rules={name: load_rule(name, kind, weights) for name in electorate.rules})


def _check(change: Change, weighed: Sequence[str]) -> None:
    weights = change.weights
    if not set(weights) <= set(weighed) or not all(0 <= weight < np.inf for weight in weights.values()):
        raise AnalysisError("ranking.weights")
    if not change.without_groups <= set(weighed):
        raise AnalysisError("ranking.too_few_ballots", least=FEWEST_BALLOTS)


def _kept(electorate: Electorate, change: Change) -> NDArray[np.float64]:
    """Return 1 for each distinct ballot that stays and 0 for the others, where that tells of nobody.

    Groups that may be left out have ten ballots each.
    """
    profile = electorate.profile
    for channel in change.without_channels:
        if 0 < profile.counts[profile.channels == channel].sum() < FEWEST_BALLOTS:
            raise AnalysisError("ranking.too_few_ballots", least=FEWEST_BALLOTS)
    silent = [group for group, weight in change.weights.items() if weight == 0]
    leaves = np.isin(profile.groups, [*change.without_groups, *silent])
    leaves |= np.isin(profile.channels, [*change.without_channels])
    if profile.counts[~leaves].sum() < FEWEST_BALLOTS:
        raise AnalysisError("ranking.too_few_ballots", least=FEWEST_BALLOTS)
    return (~leaves).astype(np.float64)


def _voices(
    electorate: Electorate, change: Change, keep: NDArray[np.float64], named: Sequence[str]
) -> dict[str, float]:
    """Return what each group's voice weighs; one of which fewer than ten people are left loses it."""
    profile = electorate.profile
    voices = {}
    for name in named:
        mine = profile.groups == name
        left, all_of_it = int(profile.counts[mine] @ keep[mine]), int(profile.counts[mine].sum())
        if left == all_of_it or left >= FEWEST_BALLOTS:
            voices[name] = change.weights.get(name, 1.0)
    return {name: weight for name, weight in voices.items() if weight > 0}


def _joined(
    electorate: Electorate, voices: Mapping[str, float], keep: NDArray[np.float64] | None, weighed: Sequence[str]
) -> dict[str, Scores]:
    if len(voices) < 2:
        raise AnalysisError("ranking.too_few_groups", least=2)
    small = sum(weight for name, weight in voices.items() if name not in weighed)
    if small > sum(voices.values()) / 2:
        raise AnalysisError("ranking.small_groups_decide")
    # a method that is run once on all ballots needs no scores of groups, and takes seconds for them
    needs_groups = any(rule.joining is not Joining.BALLOTS for rule in electorate.rules.values())
    scores = {name: electorate.group(name, keep) for name in voices} if needs_groups else {}
    return electorate.equal_voice(scores, voices, keep)


def _order(candidates: Sequence[str], method: str, electorate: Electorate, top: int, scores: Scores) -> Ranking:
    origin = Origin(tuple(candidates), method, electorate.seed, electorate.resamples, top)
    return make_order(origin, scores, nothing_shown(candidates))
