"""Stored answers become ballots, and equal ballots are counted together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.ballots import Ballot, profile_of, read_ballots
from analysis.errors import AnalysisError

_CODES = ("a", "b", "c", "d")
_BALLOTS = st.lists(
    st.permutations(_CODES).flatmap(
        lambda order: st.integers(1, len(order)).map(lambda length: Ballot(tuple(order[:length])))
    ),
    max_size=30,
)


def test_what_is_stored_is_read_in_its_order_with_the_persons_group():
    answers = [({"ranking": ["c", "a"]}, "patient"), ({"ranking": ["b"]}, "")]
    assert read_ballots(answers) == (Ballot(("c", "a"), "patient"), Ballot(("b",), ""))


@pytest.mark.parametrize("skipped", [None, {"ranking": []}])
def test_who_ranked_nothing_has_no_ballot(skipped):
    assert read_ballots([(skipped, "patient"), ({"ranking": ["a"]}, "patient")]) == (Ballot(("a",), "patient"),)


@pytest.mark.parametrize("stored", ["a", ["a"], {}, {"ranks": {"a": 1}}, {"ranking": "a"}, {"ranking": [1]}, 3])
def test_what_is_no_ranking_is_refused_without_repeating_it(stored):
    with pytest.raises(AnalysisError) as refused:
        read_ballots([(stored, "patient")])
    assert (refused.value.code, refused.value.values) == ("ballot.malformed", {})


def test_a_candidate_has_one_place():
    with pytest.raises(AnalysisError) as refused:
        read_ballots([({"ranking": ["a", "b", "a"]}, "")])
    assert refused.value.code == "ballot.ranked_twice"


def test_a_ballot_ranks_something():
    with pytest.raises(AnalysisError) as refused:
        Ballot(())
    assert refused.value.code == "ballot.empty"


def test_equal_ballots_are_one_row():
    profile = profile_of([Ballot(("b", "a")), Ballot(("a",)), Ballot(("b", "a"), "patient")], ["a", "b", "c"])
    assert profile.places.tolist() == [[1, 0, 0], [2, 1, 0]]
    assert profile.counts.tolist() == [1, 2]
    assert profile.people == 3
    assert profile.first_choices.tolist() == [1, 2, 0]
    assert profile.times_ranked.tolist() == [3, 2, 0]


def test_nobody_is_a_profile_of_nobody():
    profile = profile_of([], _CODES)
    assert (profile.people, profile.places.shape) == (0, (0, 4))
    assert profile.first_choices.tolist() == [0, 0, 0, 0]


@given(_BALLOTS, st.randoms())
def test_the_order_in_which_people_answered_leaves_no_trace(ballots, random):
    shuffled = random.sample(ballots, len(ballots))
    one, other = profile_of(ballots, _CODES), profile_of(shuffled, _CODES)
    assert one.places.tolist() == other.places.tolist()
    assert one.counts.tolist() == other.counts.tolist()


@given(_BALLOTS)
def test_everybody_has_one_first_choice(ballots):
    profile = profile_of(ballots, _CODES)
    assert profile.first_choices.sum() == profile.people == len(ballots)
    assert profile.times_ranked.sum() == sum(len(ballot.ranking) for ballot in ballots)


@pytest.mark.parametrize(
    ("candidates", "code"),
    [
        (["a"], "ranking.too_few_candidates"),
        ([], "ranking.too_few_candidates"),
        (["a", "b", "a"], "ranking.candidate_twice"),
        (["b", "c"], "ballot.unknown_candidate"),
    ],
)
def test_candidates_that_do_not_fit_are_refused(candidates, code):
    with pytest.raises(AnalysisError) as refused:
        profile_of([Ballot(("a",))], candidates)
    assert refused.value.code == code
