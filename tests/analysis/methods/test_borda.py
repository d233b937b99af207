"""Borda's count by hand, by every way in which short ballots could have gone on, and by the laws it is known for."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.ballots import Ballot, profile_of
from analysis.errors import AnalysisError
from analysis.methods import BORDA, load_method
from analysis.methods.borda import borda

_CODES = ("a", "b", "c", "d")
_FULL = st.permutations(_CODES).map(tuple)
_SHORT = _FULL.flatmap(lambda order: st.integers(1, len(order)).map(lambda length: order[:length]))
_RANKINGS = st.lists(_SHORT, min_size=1, max_size=12)


def _scores(rankings, codes=_CODES):
    profile = profile_of([Ballot(tuple(ranking)) for ranking in rankings], codes)
    found = borda(profile.places, profile.counts[None, :].astype(float))[0]
    return dict(zip(codes, found.tolist(), strict=True))


def _by_definition(rankings, codes=_CODES):
    """One point for each candidate below, half for each that the ballot does not tell apart; in fractions."""

    def point(ranking, one, other):
        place = {code: at for at, code in enumerate(ranking)}
        mine, theirs = place.get(one, len(codes)), place.get(other, len(codes))
        return Fraction(1, 2) * ((mine <= theirs) + (mine < theirs))

    total = {one: sum(point(r, one, other) for r in rankings for other in codes if other != one) for one in codes}
    return {code: points / len(rankings) for code, points in total.items()}


def test_full_ballots_by_hand():
    # the cities of Tennessee: 42 %, 26 %, 15 %, 17 %, by distance; the usual textbook example
    rankings = [("m", "n", "c", "k")] * 42 + [("n", "c", "k", "m")] * 26
    rankings += [("c", "k", "n", "m")] * 15 + [("k", "c", "n", "m")] * 17
    expected = {"m": 126 / 100, "n": 194 / 100, "c": 173 / 100, "k": 107 / 100}
    assert _scores(rankings, ("m", "n", "c", "k")) == pytest.approx(expected)


def test_what_is_left_out_shares_the_places_that_are_free():
    assert _scores([("a",)]) == {"a": 3, "b": 1, "c": 1, "d": 1}
    assert _scores([("a", "b")]) == {"a": 3, "b": 2, "c": 0.5, "d": 0.5}
    assert _scores([("a", "b", "c")]) == _scores([("a", "b", "c", "d")]) == {"a": 3, "b": 2, "c": 1, "d": 0}


def test_stopping_early_does_not_change_how_far_the_first_stands_above_the_second():
    short, full = _scores([("a", "b")]), _scores([("a", "b", "c", "d")])
    assert short["a"] - short["b"] == full["a"] - full["b"] == 1


@given(_SHORT)
def test_a_short_ballot_is_the_mean_of_all_ways_to_go_on(ranking):
    rest = [code for code in _CODES if code not in ranking]
    completions = [(*ranking, *order) for order in permutations(rest)]
    assert _scores([ranking]) == pytest.approx(_scores(completions))


@given(_RANKINGS)
def test_points_are_candidates_that_it_stands_above(rankings):
    assert _scores(rankings) == pytest.approx({code: float(s) for code, s in _by_definition(rankings).items()})


@given(_RANKINGS)
def test_ties_are_ties_to_the_last_digit(rankings):
    found, exact = _scores(rankings), _by_definition(rankings)
    for one in _CODES:
        for other in _CODES:
            assert (found[one] == found[other]) == (exact[one] == exact[other])


@given(_RANKINGS)
def test_every_ballot_gives_out_the_same(rankings):
    assert sum(_scores(rankings).values()) == pytest.approx(6)


@given(_RANKINGS, _FULL)
def test_neutral_to_candidates(rankings, order):
    name = dict(zip(_CODES, order, strict=True))
    renamed = _scores([tuple(name[code] for code in ranking) for ranking in rankings])
    assert renamed == {name[code]: score for code, score in _scores(rankings).items()}


@given(_RANKINGS, st.randoms())
def test_anonymous_to_people(rankings, random):
    assert _scores(random.sample(rankings, len(rankings))) == _scores(rankings)


@given(st.lists(_FULL, min_size=1, max_size=12))
def test_reversing_every_ballot_reverses_the_scores(rankings):
    reversed_ = _scores([ranking[::-1] for ranking in rankings])
    assert reversed_ == pytest.approx({code: 3 - score for code, score in _scores(rankings).items()})


@given(st.lists(_FULL, min_size=1, max_size=6))
def test_opposite_ballots_cancel(rankings):
    assert set(_scores(rankings + [ranking[::-1] for ranking in rankings]).values()) == {1.5}


@given(_RANKINGS, _RANKINGS)
def test_what_two_crowds_agree_on_holds_for_both_together(ones, others):
    one, other, both = _scores(ones), _scores(others), _scores(ones + others)
    for first in _CODES:
        for second in _CODES:
            if one[first] >= one[second] and other[first] >= other[second]:
                is_strict = one[first] > one[second] or other[first] > other[second]
                assert both[first] > both[second] if is_strict else both[first] == both[second]


@given(_RANKINGS, st.data())
def test_moving_up_on_a_ballot_never_costs(rankings, data):
    at = data.draw(st.integers(0, len(rankings) - 1))
    ranking = rankings[at]
    assume(len(ranking) > 1)
    place = data.draw(st.integers(1, len(ranking) - 1))
    risen = [*ranking]
    risen[place - 1], risen[place] = risen[place], risen[place - 1]
    after = _scores([*rankings[:at], tuple(risen), *rankings[at + 1 :]])
    assert after[ranking[place]] > _scores(rankings)[ranking[place]]


def test_samples_are_scored_each_by_itself():
    profile = profile_of([Ballot(("a", "b")), Ballot(("b", "a"))], ("a", "b"))
    samples = np.array([[2.0, 0.0], [0.0, 2.0], [1.0, 1.0], [3.0, 1.0]])
    assert borda(profile.places, samples).tolist() == [[1, 0], [0, 1], [0.5, 0.5], [0.75, 0.25]]


def test_a_method_has_a_name_and_no_other_is_known():
    assert load_method(BORDA) is borda
    with pytest.raises(AnalysisError) as refused:
        load_method("coombs")
    assert refused.value.code == "ranking.unknown_method"
