"""The scores that are printed do not give away the first choices that are hidden.

Two judges who share nothing with what decides: one goes through every set of ballots there is, of few people; the other
works with linear programming on how many people gave each ballot, in all groups at once.
"""

from collections import defaultdict
from dataclasses import replace
from itertools import permutations
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.ballots import Ballot
from analysis.ranking import FEWEST_BALLOTS, rank, rank_groups
from consult.languages import Formats

_LEAST = 5
_SEED = 7
_SIZES = st.sampled_from(
    [
        {"": 40},
        {"": 120},
        {"g": 12},
        {"g": 20, "h": 50},
        {"g": 80, "h": 150},
        {"": 30, "g": 50, "h": 20},
        {"": 3, "g": 80, "h": 60},
        {"g": 30, "h": 30, "i": 80},
    ]
)


def _crowd(sizes, codes, seed, gap=0.4, is_full=True):
    """Make ballots of each group, of people who like the first candidates best, ``gap`` apart."""
    rng = np.random.default_rng(seed)
    number = len(codes)
    return [
        Ballot(tuple(codes[at] for at in order[: number if is_full else rng.integers(1, number + 1)]), group)
        for group, people in sizes.items()
        for order in np.argsort(rng.gumbel(size=(people, number)) * -1 + gap * np.arange(number), axis=1)
    ]


def _views(found):
    return [found.everybody, *found.groups.values(), *([found.equal_voice] if found.equal_voice else [])]


def _all_shown(found):
    """Return the rankings as they would be if scores were always printed."""
    return replace(
        found,
        everybody=replace(found.everybody, shows_scores=True),
        groups={name: replace(ranking, shows_scores=True) for name, ranking in found.groups.items()},
        equal_voice=found.equal_voice and replace(found.equal_voice, shows_scores=True),
    )


# By hand


def _bounds(ranking):
    """Return between what each hidden first choice lies, by its own score alone: a ballot gives the first m - 1."""
    number, people = len(ranking.standings), ranking.ballots
    hidden = [s for s in ranking.standings if s.first_choices is None]
    printed = {s.candidate: float(np.round(s.score, 1)) for s in hidden}
    return {
        code: (
            max(0, ceil(people * (score - 0.05 - (number - 2)) - 1e-9)),
            floor((score + 0.05) * people / (number - 1) + 1e-9),
        )
        for code, score in printed.items()
    }


def test_a_low_score_of_twenty_people_says_that_nobody_put_it_first():
    codes = tuple("abcdefgh")
    ranking = rank(_crowd({"": 20}, codes, 5, gap=0.9), codes, _SEED, 100)
    low, high = _bounds(ranking)["h"]
    assert high - low + 1 < _LEAST  # the control: its score would tell
    assert not ranking.shows_scores


@pytest.mark.parametrize("people", [12, 20, 30, 60, 120, 300])
@pytest.mark.parametrize("is_full", [True, False])
def test_where_scores_are_shown_each_by_itself_leaves_five_values(people, is_full):
    codes = tuple("abcdefgh")
    for seed in range(10):
        ranking = rank(_crowd({"": people}, codes, seed, 0.9, is_full), codes, _SEED, 100)
        narrow = [code for code, (low, high) in _bounds(ranking).items() if high - low + 1 < _LEAST]
        assert not (ranking.shows_scores and narrow)
        assert ranking.shows_scores or people < 120  # of many, something is left to see


def test_scores_stay_where_no_first_choice_is_hidden():
    ballots = [Ballot(tuple(order)) for order in ("abc", "bca", "cab") for _ in range(10)]
    ranking = rank(ballots, ("a", "b", "c"), _SEED, 100)
    assert None not in [s.first_choices for s in ranking.standings]
    assert ranking.shows_scores


def test_one_group_that_must_hide_its_scores_hides_those_of_all_groups_but_not_everybodys():
    codes = tuple("abcde")
    large = _crowd({"g": 400, "h": 400}, codes, 3, gap=0.2)
    alone = rank_groups(large, codes, _SEED, 100)
    assert all(ranking.shows_scores for ranking in _views(alone))
    found = rank_groups([*large, *_crowd({"i": 12}, codes, 3, gap=1)], codes, _SEED, 100)
    assert set(found.groups) == {"g", "h", "i"}
    assert {ranking.shows_scores for ranking in found.groups.values()} == {False}
    assert found.equal_voice is not None
    assert not found.equal_voice.shows_scores
    assert found.everybody.shows_scores


def test_where_everybodys_scores_are_hidden_so_are_all():
    codes = tuple("abcdefgh")
    found = rank_groups(_crowd({"g": 15, "h": 15}, codes, 1, gap=0.9), codes, _SEED, 100)
    assert {ranking.shows_scores for ranking in _views(found)} == {False}


def test_scores_are_rounded_here_as_they_are_printed():
    scores = [number / people for people in range(1, 60) for number in range(3 * people)]
    assert [float(Formats("en").number(score, 1)) for score in scores] == np.round(scores, 1).tolist()


# Every set of ballots


def _every_crowd(people):
    """Return all that people can say of three candidates: first choices and points, and which of these go together."""
    ballots = [tuple(order) for order in permutations(range(3))] + [(first,) for first in range(3)]
    points = {ballot: [0.5 if len(ballot) == 1 else 0.0] * 3 for ballot in ballots}
    for ballot in ballots:
        for place, candidate in enumerate(ballot):
            points[ballot][candidate] = 2.0 - place
    reached = {((0, 0, 0), (0.0, 0.0, 0.0))}
    for _ in range(people):
        reached = {
            (
                tuple(count + (ballot[0] == at) for at, count in enumerate(first)),
                tuple(total + points[ballot][at] for at, total in enumerate(totals)),
            )
            for first, totals in reached
            for ballot in ballots
        }
    by_print = defaultdict(set)
    for first, totals in reached:
        by_print[tuple(np.round(np.array(totals) / people, 1).tolist())].add(first)
    return by_print


@pytest.mark.slow
def test_nobody_who_tries_every_set_of_ballots_finds_a_hidden_first_choice():
    codes, orders = tuple("abc"), ("abc", "bac", "acb", "bca", "cab", "a", "c")
    told = shown = 0
    for people in (10, 20):
        crowds = _every_crowd(people)
        rng = np.random.default_rng(people)
        for _ in range(300):
            counts = rng.multinomial(people, rng.dirichlet([1, 1, 1, 1, 0.4, 0.3, 0.2]))
            ballots = [Ballot(tuple(order)) for order, count in zip(orders, counts, strict=True) for _ in range(count)]
            ranking = rank(ballots, codes, _SEED, 100)
            standings = sorted(ranking.standings, key=lambda standing: standing.candidate)
            seen = [standing.first_choices for standing in standings]
            if None not in seen:
                continue
            possible = [
                first
                for first in crowds[tuple(np.round([standing.score for standing in standings], 1).tolist())]
                if all(number in (None, true) for number, true in zip(seen, first, strict=True))
            ]
            fewest = min(len({first[at] for first in possible}) for at, number in enumerate(seen) if number is None)
            told += fewest < _LEAST
            shown += ranking.shows_scores
            assert fewest >= _LEAST or not ranking.shows_scores
    assert told > 100  # the control: printed always, they would tell
    assert shown > 5


# All groups at once


class _Reader:
    """Somebody who works out how many people gave each ballot in each group, as far as what is printed says."""

    def __init__(self, found, codes):
        number = len(codes)
        ballots = [order for k in range(1, number + 1) for order in permutations(range(number), k)]
        self._first = np.array([[order[0] == at for at in range(number)] for order in ballots], dtype=float)
        points = np.array(
            [
                [number - 1 - order.index(at) if at in order else (number - len(order) - 1) / 2 for at in range(number)]
                for order in ballots
            ]
        )
        groups = [*found.groups.values()]
        sizes = [ranking.ballots for ranking in groups]
        if found.everybody.ballots > sum(sizes):
            sizes.append(found.everybody.ballots - sum(sizes))
        self._parts = len(sizes)
        self._equal = [self._row({part: np.ones(len(ballots))}) for part in range(self._parts)]
        self._values = [float(size) for size in sizes]
        self._limits = []
        self.hidden = []
        everybody = dict.fromkeys(range(self._parts), 1.0)
        for ranking, parts in [(found.everybody, everybody), *((r, {at: 1.0}) for at, r in enumerate(groups))]:
            self._read(ranking, codes, points, {part: weight / ranking.ballots for part, weight in parts.items()})
        if found.equal_voice:
            weights = {at: 1 / ranking.ballots / len(groups) for at, ranking in enumerate(groups)}
            self._read(found.equal_voice, codes, points, weights, is_counted=False)

    def _read(self, ranking, codes, points, weights, is_counted=True):
        for standing in ranking.standings:
            at = codes.index(standing.candidate)
            if is_counted:
                people = self._row(dict.fromkeys(weights, self._first[:, at]))
                if standing.first_choices is None:
                    self.hidden.append(people)
                else:
                    self._equal.append(people)
                    self._values.append(standing.first_choices)
            if ranking.shows_scores:
                score = self._row({part: weight * points[:, at] for part, weight in weights.items()})
                printed = float(np.round(standing.score, 1))
                self._limits += [(score, printed + 0.05), (-score, 0.05 - printed)]

    def _row(self, parts):
        nothing = np.zeros(len(self._first))
        return np.concatenate([parts.get(part, nothing) for part in range(self._parts)])

    def possible_values(self, people):
        """Return how many whole numbers these people can be."""
        rows, limits = zip(*self._limits, strict=True) if self._limits else (None, None)
        ends = []
        for sign in (1, -1):
            found = linprog(sign * people, rows and np.array(rows), limits, np.array(self._equal), self._values)
            assert found.status == 0, found.message
            ends.append(sign * found.fun)
        return floor(ends[1] + 1e-6) - ceil(ends[0] - 1e-6) + 1


def _fewest(found, codes):
    reader = _Reader(found, codes)
    return min(map(reader.possible_values, reader.hidden), default=_LEAST)


@settings(max_examples=30, deadline=None)
@given(_SIZES, st.sampled_from(["abc", "abcd"]), st.integers(0, 10**6), st.sampled_from([0, 0.3, 1]), st.booleans())
def test_all_scores_together_leave_five_values_of_each_hidden_first_choice(sizes, codes, seed, gap, is_full):
    assert sum(sizes.values()) >= FEWEST_BALLOTS
    found = rank_groups(_crowd(sizes, codes, seed, gap, is_full), tuple(codes), _SEED, 100)
    groups = {ranking.shows_scores for ranking in found.groups.values()}
    assert len(groups) <= 1
    assert found.everybody.shows_scores or True not in groups
    if found.everybody.shows_scores:
        assert _fewest(found, codes) >= _LEAST


@pytest.mark.parametrize(
    ("sizes", "seed", "gap", "is_full"),
    [
        ({"g": 150, "h": 15}, 2330, 0.3, True),  # only all sums at once say it
        ({"g": 25, "h": 150}, 3056, 1, True),
        ({"": 12, "g": 20}, 564, 0.3, True),  # of people outside the groups, whose scores are the rest
        ({"": 15, "g": 80}, 1418, 1, False),
    ],
)
def test_scores_that_tell_only_together_are_hidden(sizes, seed, gap, is_full):
    found = rank_groups(_crowd(sizes, "abc", seed, gap, is_full), tuple("abc"), _SEED, 100)
    assert _fewest(_all_shown(found), "abc") < _LEAST  # the control
    assert _fewest(found, "abc") >= _LEAST


def test_printed_always_scores_would_leave_fewer():
    codes = "abcd"
    found = rank_groups(_crowd({"g": 20, "h": 20}, codes, 3, gap=1), tuple(codes), _SEED, 100)
    assert _fewest(_all_shown(found), codes) < _LEAST
    assert _fewest(found, codes) >= _LEAST
