"""What would change: on the same people, as if it had been so from the start, and never down to a few people."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.ballots import Ballot, Kind, Marks
from analysis.errors import AnalysisError
from analysis.methods import BORDA, BRADLEY_TERRY, CHNRI, JLA, SCHULZE
from analysis.ranking import SmallGroup, rank, rank_groups
from analysis.what_if import Change, View, what_if

_CODES = tuple("abcde")
_SEED = 3
_SIZES = {"g": 60, "h": 30, "i": 40}


def _crowd(sizes, channels=("web", "paper"), seed=2):
    rng = np.random.default_rng(seed)
    ballots = []
    for at, (group, people) in enumerate(sizes.items()):
        liked = np.roll(-0.5 * np.arange(5), 2 * at)
        for number, order in enumerate(np.argsort(-(liked + rng.gumbel(size=(people, 5))), axis=1)):
            channel = channels[number % 3 == 0]
            ballots.append(Ballot(tuple(_CODES[one] for one in order[: rng.integers(1, 6)]), group, channel))
    return ballots


def _what_if(change, ballots=None, **options):
    return what_if(ballots or _crowd(_SIZES), _CODES, _SEED, change, resamples=200, **options)


def _numbers(ranking):
    return [(s.candidate, s.rank, s.lowest_rank, s.highest_rank, s.in_top) for s in ranking.standings]


@pytest.mark.parametrize("method", [BORDA, SCHULZE, BRADLEY_TERRY, JLA])
@pytest.mark.parametrize("view", View)
def test_before_is_the_ranking_that_was_made(method, view):
    made = rank_groups(_crowd(_SIZES), _CODES, _SEED, 200, method=method)
    before = _what_if(Change(), method=method, view=view).before
    assert _numbers(before) == _numbers(getattr(made, view.value))
    assert {standing.first_choices for standing in before.standings} == {None}
    assert not before.shows_scores


@pytest.mark.parametrize("view", View)
def test_changing_nothing_changes_nothing(view):
    found = _what_if(Change(), view=view)
    assert found.before == found.after
    assert found.enters == found.leaves == ()
    assert all(before == after for before, after in found.chances.values())


@pytest.mark.parametrize("method", [BORDA, SCHULZE, BRADLEY_TERRY])
@pytest.mark.parametrize(
    ("change", "stays"),
    [
        (Change(without_groups=frozenset({"g"})), lambda ballot: ballot.group != "g"),
        (Change(without_channels=frozenset({"paper"})), lambda ballot: ballot.channel != "paper"),
        (Change(weights={"g": 0}), lambda ballot: ballot.group != "g"),
    ],
)
def test_left_out_is_as_if_they_had_not_voted(method, change, stays):
    found = _what_if(change, method=method)
    without = rank([ballot for ballot in _crowd(_SIZES) if stays(ballot)], _CODES, _SEED, 200, method=method)
    assert [(s.candidate, s.rank, s.score) for s in found.after.standings] == [
        (s.candidate, s.rank, pytest.approx(s.score)) for s in without.standings
    ]
    assert found.after.ballots == without.ballots
    # other draws, of as many people as are left on average
    chances = {s.candidate: s.in_top for s in without.standings}
    assert all(after == pytest.approx(chances[code], abs=0.2) for code, (_, after) in found.chances.items())


def test_what_enters_and_what_leaves_the_first():
    ballots = [Ballot(tuple("abcde"), "g")] * 60 + [Ballot(tuple("edcba"), "h")] * 30
    found = what_if(ballots, _CODES, _SEED, Change(without_groups=frozenset({"g"})), resamples=100, top=2)
    assert (found.enters, found.leaves) == (("e", "d"), ("a", "b"))
    assert found.chances["a"] == (1, 0)


def test_another_method_is_on_the_same_people():
    found = _what_if(Change(method=SCHULZE))
    assert (found.before.method, found.after.method) == (BORDA, SCHULZE)
    assert _numbers(found.after) == _numbers(rank(_crowd(_SIZES), _CODES, _SEED, 200, method=SCHULZE))


@pytest.mark.parametrize("method", [BORDA, SCHULZE, BRADLEY_TERRY, JLA])
def test_a_voice_that_weighs_nearly_all_is_that_groups_order(method):
    found = _what_if(Change(weights={"h": 10_000}), view=View.EQUAL_VOICE, method=method)
    alone = rank_groups(_crowd(_SIZES), _CODES, _SEED, 200, method=method).groups["h"]
    assert found.after.standings[0].candidate == alone.standings[0].candidate
    even = _what_if(Change(weights=dict.fromkeys(_SIZES, 5)), view=View.EQUAL_VOICE, method=method)
    assert _numbers(even.after) == _numbers(even.before)


def test_in_everybodys_order_a_weight_is_of_each_person():
    found = _what_if(Change(weights={"h": 3}))
    tripled = [ballot for ballot in _crowd(_SIZES) for _ in range(3 if ballot.group == "h" else 1)]
    assert [s.candidate for s in found.after.standings] == [
        s.candidate for s in rank(tripled, _CODES, _SEED, 200).standings
    ]


def test_a_group_of_which_a_channel_leaves_few_loses_its_voice():
    ballots = [*_crowd({"g": 60, "h": 30}), *[Ballot(("e",), "i", "paper")] * 12, *[Ballot(("e",), "i", "web")] * 3]
    found = _what_if(Change(without_channels=frozenset({"paper"})), ballots, view=View.EQUAL_VOICE)
    kept = _what_if(Change(), ballots, view=View.EQUAL_VOICE)
    rank_of = {standing.candidate: standing.rank for standing in found.after.standings}
    assert rank_of["e"] > next(s.rank for s in kept.before.standings if s.candidate == "e")


def test_small_groups_that_were_included_keep_their_voice_and_decide_nothing():
    ballots = [*_crowd({"g": 60, "h": 30}), *[Ballot(("e",), "i", "web")] * 8, *[Ballot(("d",), "j", "web")] * 9]
    voices = rank_groups(ballots, _CODES, _SEED, 200, small=dict.fromkeys("ij", SmallGroup.INCLUDED)).voices
    assert voices == ("g", "h", "i", "j")
    found = _what_if(Change(weights={"g": 2}), ballots, view=View.EQUAL_VOICE, voices=voices)
    assert found.before.standings
    with pytest.raises(AnalysisError, match=r"ranking\.small_groups_decide"):
        _what_if(Change(without_groups=frozenset("g")), ballots, view=View.EQUAL_VOICE, voices=voices)


_WITH_SMALL = {**_SIZES, "j": 7, "k": 8}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Change(without_groups=frozenset({"j"})), "ranking.too_few_ballots"),
        (Change(without_groups=frozenset({"j", "g"})), "ranking.too_few_ballots"),
        (Change(without_channels=frozenset({"phone"})), "ranking.too_few_ballots"),
        (Change(without_channels=frozenset({"web", "paper"})), "ranking.too_few_ballots"),
        (Change(without_channels=frozenset({"paper", "phone"})), "ranking.too_few_ballots"),
        (Change(weights={"j": 2}), "ranking.weights"),
        (Change(weights={"": 2}), "ranking.weights"),
        (Change(weights={"g": -1}), "ranking.weights"),
        (Change(weights={"g": float("nan")}), "ranking.weights"),
        (Change(method="coombs"), "ranking.unknown_method"),
    ],
)
@pytest.mark.parametrize("view", View)
def test_nothing_is_asked_of_a_few_people(view, change, code):
    ballots = [*_crowd(_WITH_SMALL), *[replace(Ballot(("a",), "g"), channel="phone")] * 4]
    with pytest.raises(AnalysisError) as refused:
        _what_if(change, ballots, view=view)
    assert refused.value.code == code


def test_one_voice_is_no_equal_voice():
    with pytest.raises(AnalysisError, match=r"ranking\.too_few_groups"):
        _what_if(Change(without_groups=frozenset({"g", "h"})), view=View.EQUAL_VOICE)


# Criteria weighed otherwise

_WEIGHTS = {"x": 1.0, "y": 2.0}


def _scored(seed=5):
    rng = np.random.default_rng(seed)
    means = {"x": (0.9, 0.5, 0.2), "y": (0.2, 0.5, 0.9)}
    return [
        Marks(
            Kind.CRITERIA,
            tuple(
                ((name, code), float(np.clip(np.rint(2 * (mean + rng.normal(0, 0.3))) / 2, 0, 1)))
                for name in means
                for code, mean in zip("abc", means[name], strict=True)
            ),
            "gh"[number % 2],
            "web",
        )
        for number in range(60)
    ]


def _weigh(times, **options):
    options = {"method": CHNRI, "criteria": _WEIGHTS, "resamples": 200, **options}
    return what_if(_scored(), "abc", _SEED, Change(criteria=times), **options)


@pytest.mark.parametrize("view", View)
def test_criteria_weighed_otherwise_make_the_order_of_these_weights(view):
    found = _weigh({"y": 0.0}, view=view)
    alone = _weigh({"y": 0.0}, view=view, criteria={"x": 7.0, "y": 3.0})
    assert _numbers(found.after) == _numbers(alone.after)  # of one criterion the weight says nothing
    assert [each.candidate for each in found.after.standings] == ["a", "b", "c"]
    assert [each.candidate for each in found.before.standings] == ["c", "b", "a"]
    assert found.enters == found.leaves == ()  # three of three


def test_all_criteria_weighed_alike_change_nothing():
    found = _weigh({"x": 3.0, "y": 3.0})
    assert _numbers(found.before) == _numbers(found.after)


@pytest.mark.parametrize("times", [{"x": 0.0, "y": 0.0}, {"x": -1.0}, {"z": 1.0}, {"x": float("nan")}])
def test_criteria_that_cannot_be_weighed_so_are_refused(times):
    with pytest.raises(AnalysisError, match=r"ranking\.weights"):
        _weigh(times)
