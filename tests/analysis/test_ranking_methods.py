"""Any method, side by side: the same people drawn, voices as each method joins them, what is said of small groups."""

import numpy as np
import pytest

from analysis import resampling
from analysis.ballots import Ballot, Kind, Marks
from analysis.errors import AnalysisError
from analysis.methods import AGREEMENT, BORDA, BRADLEY_TERRY, CHNRI, JLA, POINTS, SCHULZE
from analysis.ranking import (
    FEW_BALLOTS,
    Caution,
    SmallGroup,
    make_electorate,
    rank,
    rank_by_methods,
    rank_groups,
)

_CODES = tuple("abcdef")
_SEED = 11
_OF_RANKINGS = (BORDA, JLA, SCHULZE, BRADLEY_TERRY)


def _crowd(sizes, gap=0.4, seed=5):
    """Make rankings of each group; the second group likes the last candidate best."""
    rng = np.random.default_rng(seed)
    ballots = []
    for at, (group, people) in enumerate(sizes.items()):
        liked = -gap * np.arange(6) if at != 1 else gap * np.arange(6)
        for order in np.argsort(-(liked + rng.gumbel(size=(people, 6))), axis=1):
            ballots.append(Ballot(tuple(_CODES[one] for one in order[: rng.integers(1, 7)]), group))
    return ballots


def _ranks(ranking):
    return {standing.candidate: standing.rank for standing in ranking.standings}


def test_methods_are_compared_on_the_same_people():
    ballots = _crowd({"g": 40, "h": 30})
    together = rank_by_methods(ballots, _CODES, _SEED, 200, _OF_RANKINGS)
    for method in _OF_RANKINGS:
        assert together[method] == rank_groups(ballots, _CODES, _SEED, 200, method=method)
    # the same draws: by Borda and by the rule of positions everybody's orders are one and the same, draw by draw
    assert together[BORDA].everybody.above == together[JLA].everybody.above


def test_the_number_of_samples_made_at_once_changes_nothing(monkeypatch):
    for ballots in (_crowd({"g": 40, "h": 30}), _crowd({"g": 40, "h": 30}) * 30):
        whole = rank_by_methods(ballots, _CODES, _SEED, 150, (BORDA, SCHULZE))
        with monkeypatch.context() as patched:
            patched.setattr(resampling, "_CELLS_AT_ONCE", 7 * len(ballots))
            assert rank_by_methods(ballots, _CODES, _SEED, 150, (BORDA, SCHULZE)) == whole


@pytest.mark.parametrize("method", _OF_RANKINGS)
def test_one_group_with_a_voice_would_be_that_group(method):
    electorate = make_electorate(_crowd({"g": 40, "h": 30}), _CODES, _SEED, 100, (method,))
    scores = {name: electorate.group(name) for name in ("g", "h")}
    alone = electorate.equal_voice(scores, {"h": 1.0})[method]
    order = np.argsort(-scores["h"][method].observed)
    assert np.argsort(-alone.observed).tolist() == order.tolist()
    even = electorate.equal_voice(scores, {"g": 2.0, "h": 2.0})[method]
    assert even.observed == pytest.approx(electorate.equal_voice(scores, {"g": 1.0, "h": 1.0})[method].observed)


@pytest.mark.parametrize("method", _OF_RANKINGS)
def test_with_an_equal_voice_thirty_weigh_as_much_as_two_hundred(method):
    ballots = [Ballot(tuple("abcdef"), "g")] * 200 + [Ballot(tuple("fedcba"), "h")] * 30
    found = rank_groups(ballots, _CODES, _SEED, 100, method=method)
    assert found.everybody.standings[0].candidate == "a"
    assert set(_ranks(found.equal_voice).values()) == {1}


def test_the_rule_of_positions_hears_orders_and_not_how_far_apart():
    # b is second for both; a is first by far for one and last by a hair for the other
    ballots = [Ballot(("a", "b", "c"), "g")] * 20 + [Ballot(("b", "c", "a"), "h")] * 11 + [Ballot(("c", "a", "b"), "h")]
    found = rank_by_methods(ballots, ("a", "b", "c"), _SEED, 100, (BORDA, JLA))
    assert found[JLA].equal_voice is not None
    assert {s.candidate: s.score for s in found[JLA].equal_voice.standings} == {"a": 1, "b": 1.5, "c": 0.5}


# The first k


@pytest.mark.parametrize("top", [1, 2, 4, 9])
def test_chances_are_of_the_places_asked_for(top):
    ranking = rank(_crowd({"g": 60}), _CODES, _SEED, 200, top=top)
    assert sum(standing.in_top for standing in ranking.standings) == pytest.approx(min(top, 6))
    assert ranking.top == top
    assert len(ranking.top_candidates) == min(top, 6)


def test_no_place_is_none():
    with pytest.raises(AnalysisError, match=r"ranking\.top"):
        rank(_crowd({"g": 60}), _CODES, _SEED, 200, top=0)


def test_a_tie_over_the_last_place_is_in_the_top_whole():
    ranking = rank([Ballot(("a", "b")), Ballot(("a", "c"))] * 10, tuple("abcd"), _SEED, 100, top=2)
    assert ranking.top_candidates == ("a", "b", "c")


def test_what_one_group_wants_and_the_final_has_not_is_named_with_the_group():
    ballots = [Ballot(tuple("abcdef"), name) for name in ("g", "i", "j") for _ in range(40)]
    ballots += [Ballot(tuple("afbcde"), "h")] * 30
    found = rank_groups(ballots, _CODES, _SEED, 100, top=2)
    assert found.only_in_groups == {"f": ("h",)}
    assert found.groups["h"].top_candidates == ("a", "f")


# Small groups


def _cautions(found):
    return {caution.group: caution.code for caution in found.cautions}


def test_a_group_of_few_is_shown_with_a_warning():
    found = rank_groups(_crowd({"g": FEW_BALLOTS, "h": FEW_BALLOTS - 1, "i": 12}), _CODES, _SEED, 100)
    assert found.cautions == (Caution("group.few_ballots", "h"), Caution("group.few_ballots", "i"))
    assert found.voices == ("g", "h", "i")


def test_what_was_decided_of_a_small_group_is_done_and_said():
    ballots = _crowd({"": 6, "g": 40, "h": 30, "i": 7, "j": 3, "k": 8})
    small = {"i": SmallGroup.INCLUDED, "j": SmallGroup.INCLUDED, "k": SmallGroup.IN_WORDS, "g": SmallGroup.IN_WORDS}
    found = rank_groups(ballots, _CODES, _SEED, 100, small={**small, "m": SmallGroup.INCLUDED})
    assert found.voices == ("g", "h", "i")
    assert set(found.groups) == {"g", "h"}  # it turned out large, so that nothing was decided of it
    assert _cautions(found) == {
        "i": "group.included",
        "j": "group.too_few_to_include",
        "k": "group.in_words",
        "m": "group.too_few_to_include",
    }
    # one group's score would be that of three less those of two
    assert {view.shows_scores for view in (found.everybody, found.equal_voice, *found.groups.values())} == {False}


def test_a_small_group_of_which_nothing_was_decided_is_not_passed_over_in_silence():
    found = rank_groups(_crowd({"g": 40, "h": 30, "i": 7, "j": 9}), _CODES, _SEED, 100)
    assert _cautions(found) == {"i": "group.no_voice", "j": "group.no_voice"}


def test_an_included_group_changes_the_equal_voice_and_nothing_else():
    ballots = [*_crowd({"g": 40, "h": 30}), *[Ballot(("d", "c"), "i")] * 8, *[Ballot(("e",), "j")] * 9]
    without = rank_groups(ballots, _CODES, _SEED, 100)
    included = rank_groups(ballots, _CODES, _SEED, 100, small={"i": SmallGroup.INCLUDED})
    assert _ranks(included.equal_voice)["d"] < _ranks(without.equal_voice)["d"]
    assert included.everybody.above == without.everybody.above
    assert {name: _ranks(each) for name, each in included.groups.items()} == {
        name: _ranks(each) for name, each in without.groups.items()
    }


# Other kinds


def test_nothing_is_counted_where_a_ballot_has_no_one_first_choice():
    ballots = [Ballot((("a", "b"), "c"))] + [Ballot(("a", "b", "c"))] * 40 + [Ballot(("b", "a"))] * 20
    ranking = rank(ballots, tuple("abc"), _SEED, 100)
    assert {standing.first_choices for standing in ranking.standings} == {None}
    assert not ranking.shows_scores


def test_scores_of_other_methods_are_not_shown_but_first_choices_are():
    ballots = [Ballot(tuple(order)) for order in ("abc", "bca", "cab") for _ in range(20)]
    ranking = rank(ballots, tuple("abc"), _SEED, 100, method=SCHULZE)
    assert [standing.first_choices for standing in ranking.standings] == [20, 20, 20]
    assert not ranking.shows_scores


def _points(number, best, group):
    rng = np.random.default_rng(number)
    shares = rng.dirichlet(np.where(np.arange(4) == "abcd".index(best), 6, 1), number) * 100
    return [
        Marks(Kind.POINTS, tuple(((c,), float(n)) for c, n in zip("abcd", row, strict=True)), group) for row in shares
    ]


def test_points_are_ranked_like_any_ballots():
    found = rank_groups([*_points(60, "a", "g"), *_points(30, "b", "h")], "abcd", _SEED, 200, method=POINTS, top=1)
    assert {name: ranking.top_candidates for name, ranking in found.groups.items()} == {"g": ("a",), "h": ("b",)}
    assert found.everybody.top_candidates == ("a",)
    assert {standing.first_choices for standing in found.everybody.standings} == {None}
    assert found.everybody.standings[0].in_top > 0.99


def test_criteria_are_ranked_by_their_weights():
    cells = ((("x", "a"), 1.0), (("x", "b"), 0.0), (("y", "a"), 0.0), (("y", "b"), 1.0))
    marks = [Marks(Kind.CRITERIA, cells)] * 12
    for weights, first in (({"x": 2.0, "y": 1.0}, "a"), ({"x": 1.0, "y": 2.0}, "b")):
        ranking = rank(marks, "ab", _SEED, 100, method=CHNRI, criteria=weights)
        assert (ranking.standings[0].candidate, ranking.standings[0].score) == (first, pytest.approx(2 / 3))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"method": AGREEMENT}, "ranking.method_does_not_fit"),
        ({"criteria": {"x": 1.0}}, "ranking.weights"),
    ],
)
def test_what_does_not_fit_rankings_is_refused(options, code):
    with pytest.raises(AnalysisError) as refused:
        rank_groups(_crowd({"g": 20}), _CODES, _SEED, 100, **options)
    assert refused.value.code == code


def test_no_group_is_shown_or_included_under_the_smallest_count_that_may_be():
    ballots, small = _crowd({"g": 40, "h": 30, "i": 15, "j": 12}), {"j": SmallGroup.INCLUDED}
    assert set(rank_groups(ballots, _CODES, _SEED, 100).groups) == {"g", "h", "i", "j"}
    found = rank_groups(ballots, _CODES, _SEED, 100, small=small, least_people=20)
    assert set(found.groups) == {"g", "h"}
    assert found.voices == ("g", "h")
    assert _cautions(found) == {"i": "group.no_voice", "j": "group.too_few_to_include"}
