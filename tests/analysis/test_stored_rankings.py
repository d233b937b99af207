"""Rankings become plain values and come back the same."""

import hashlib
import json

import numpy as np

from analysis.ballots import Ballot, Kind, Marks, read_ballots
from analysis.ranking import SmallGroup, rank_groups
from analysis.settings import DEFAULT_SEED
from analysis.stored_rankings import (
    Signed,
    are_the_ballots,
    digest_ballots,
    make_ranking,
    make_rankings,
    read_digest,
    read_methods,
    read_open_margins,
    read_ranking,
    store_ranking,
    write_ballots,
)

CANDIDATES = ["a", "b", "c", "d"]


def _answers(number, seed=3):
    rng = np.random.default_rng(seed)
    return [
        ({"ranking": [CANDIDATES[at] for at in rng.permutation(4)[: rng.integers(1, 5)]]}, "citizen" if at % 2 else "")
        for at in range(number)
    ]


def test_what_is_stored_comes_back_the_same():
    answers = _answers(60)
    stored = json.loads(json.dumps(make_ranking(answers, CANDIDATES, 7)))
    assert read_ranking(stored) == rank_groups(read_ballots(answers), CANDIDATES, 7)


def test_whether_scores_are_shown_is_kept_and_what_does_not_say_so_shows_none():
    shown, hidden = (make_ranking(_answers(number), CANDIDATES, 7) for number in (600, 12))
    assert read_ranking(shown).everybody.shows_scores
    assert not read_ranking(hidden).everybody.shows_scores
    del shown["everybody"]["shows_scores"]  # as rankings were stored before
    assert not read_ranking(shown).everybody.shows_scores


def test_with_too_few_ballots_there_is_none():
    stored = make_ranking(_answers(9), CANDIDATES, 7)
    assert stored == {}
    assert read_ranking(stored) is None
    assert make_ranking(_answers(10), CANDIDATES, 7)


def test_what_was_decided_and_said_is_kept_and_older_rankings_had_three_places_and_no_cautions():
    ballots = [*read_ballots(_answers(60)), *read_ballots([({"ranking": ["a"]}, "patient")] * 6)]
    found = rank_groups(ballots, CANDIDATES, 7, 100, top=2, small={"patient": SmallGroup.INCLUDED}, method="schulze")
    stored = json.loads(json.dumps(store_ranking(found)))
    assert read_ranking(stored) == found
    assert [caution.code for caution in found.cautions] == ["group.included"]
    assert found.voices == ("citizen", "patient")
    for name in ("cautions", "voices"):
        del stored[name]
    del stored["everybody"]["top"]
    older = read_ranking(stored)
    assert (older.cautions, older.voices, older.everybody.top) == ((), ("citizen",), 3)


def _spoken(number):
    return read_ballots(_answers(number))


def test_all_methods_are_kept_the_signed_one_first():
    signed = Signed("schulze", top=2, resamples=100, salt="x")
    stored = json.loads(json.dumps(make_rankings(Kind.RANKING, _spoken(60), CANDIDATES, signed)))
    found = read_methods(stored)
    assert list(found) == ["schulze", "borda", "jla", "bradley_terry"]
    assert {each.everybody.top for each in found.values()} == {2}
    assert read_ranking(stored) == found["schulze"]
    usual = rank_groups(_spoken(60), CANDIDATES, DEFAULT_SEED, 100, top=2)
    assert found["borda"].everybody.top_candidates == usual.everybody.top_candidates
    assert [each.rank for each in found["borda"].everybody.standings] == [
        each.rank for each in usual.everybody.standings
    ]
    # beside the signed method the others have no groups and count nothing
    assert (found["schulze"].groups.keys(), found["borda"].groups) == (usual.groups.keys(), {})
    assert {each.first_choices for each in found["borda"].everybody.standings} == {None}


def test_older_rankings_have_one_method_and_neither_margins_nor_digest():
    stored = make_ranking(_answers(60), CANDIDATES, 7)
    assert list(read_methods(stored)) == ["borda"]
    assert read_open_margins(stored) is None
    assert read_digest(stored) == ("", "")
    assert not are_the_ballots(stored, _spoken(60))


def test_too_few_ballots_by_any_method_make_none():
    assert make_rankings(Kind.RANKING, _spoken(9), CANDIDATES, Signed(resamples=100)) == {}
    assert read_methods({}) == {}


def test_the_digest_knows_its_ballots_in_any_order_and_no_others():
    ballots = _spoken(40)
    stored = make_rankings(Kind.RANKING, ballots, CANDIDATES, Signed(resamples=100, salt="s"))
    assert are_the_ballots(stored, ballots[::-1])
    assert not are_the_ballots(stored, ballots[1:])
    digest, salt = read_digest(stored)
    assert hashlib.sha256((salt + write_ballots(ballots)).encode()).hexdigest() == digest
    assert digest != digest_ballots(ballots, "another")


def test_margins_are_kept_only_where_exact_scores_tell_nothing_that_is_hidden():
    open_one = make_rankings(Kind.RANKING, _spoken(300), CANDIDATES, Signed(resamples=100))
    assert read_open_margins(open_one)["people"] == 300
    # three put "d" first: that is hidden, and exact scores would narrow it
    hidden = [*[Ballot(("a", "b", "c"))] * 20, *[Ballot(("b", "c", "a"))] * 20, *[Ballot(("c", "d"))] * 20]
    hidden += [Ballot(("d", "a", "b"))] * 3
    stored = make_rankings(Kind.RANKING, hidden, CANDIDATES, Signed(resamples=100))
    assert None in [each.first_choices for each in read_ranking(stored).everybody.standings]
    assert read_open_margins(stored) is None


def test_criteria_are_weighed_as_signed():
    cells = lambda one, two: ((("x", "a"), one), (("x", "b"), 0.5), (("y", "a"), two), (("y", "b"), 0.5))  # noqa: E731
    ballots = [Marks(Kind.CRITERIA, cells(1.0, 0.0))] * 12
    for weights, first in (({"x": 2.0, "y": 1.0}, "a"), ({"x": 1.0, "y": 2.0}, "b")):
        signed = Signed("chnri", top=1, criteria=weights, resamples=100)
        stored = make_rankings(Kind.CRITERIA, ballots, ["a", "b"], signed)
        assert read_ranking(stored).everybody.top_candidates == (first,)
