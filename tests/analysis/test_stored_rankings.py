"""Rankings become plain values and come back the same."""

import json

import numpy as np

from analysis.ballots import read_ballots
from analysis.ranking import SmallGroup, rank_groups
from analysis.stored_rankings import make_ranking, read_ranking, store_ranking

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
