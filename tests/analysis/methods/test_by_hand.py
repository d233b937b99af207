"""Each method by hand, and against its definition written without arrays."""

from fractions import Fraction
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.ballots import Ballot, Kind, Marks, profile_of
from analysis.errors import AnalysisError
from analysis.methods.agreement import agreement
from analysis.methods.best_worst import best_worst
from analysis.methods.borda import borda
from analysis.methods.bradley_terry import PRIOR, bradley_terry
from analysis.methods.chnri import expert_agreement, priority_scores
from analysis.methods.jla import add_positions
from analysis.methods.mean_points import mean_points
from analysis.methods.scale_mean import scale_mean
from analysis.methods.schulze import schulze, stands_above

_NOTHING = np.nan


def _rankings(counted, codes):
    ballots = [Ballot(tuple(order)) for order, people in counted.items() for _ in range(people)]
    profile = profile_of(ballots, codes)
    return profile.values, profile.counts[None, :].astype(float)


# Places that are shared


def test_borda_gives_those_that_share_a_place_what_is_between():
    values, counts = _rankings({("a", ("b", "c")): 1}, "abcd")
    assert borda(values, counts)[0].tolist() == [3, 1.5, 1.5, 0]
    completions, even = _rankings({"abcd": 1, "acbd": 1}, "abcd")
    assert borda(completions, even)[0].tolist() == [3, 1.5, 1.5, 0]


# Schulze


def test_schulze_by_the_example_of_his_paper():
    # Schulze 2011, example 1: 21 people; the order is d, a, c, b
    counted = {"acdb": 8, "badc": 2, "cdba": 4, "dbac": 4, "dcba": 3}
    values, counts = _rankings(counted, "abcd")
    assert schulze(values, counts)[0].tolist() == [2, 0, 1, 3]


def _strongest(margins):
    """Try every chain there is."""
    number = len(margins)
    best = {(i, j): 0 for i in range(number) for j in range(number) if i != j}
    for length in range(2, number + 1):
        for chain in permutations(range(number), length):
            link = min(margins[one][other] for one, other in pairwise(chain))
            best[chain[0], chain[-1]] = max(best[chain[0], chain[-1]], link)
    return best


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 5), min_size=5, max_size=5), min_size=5, max_size=5))
def test_chains_are_the_strongest_there_are(preferred):
    margins = [[preferred[i][j] - preferred[j][i] for j in range(5)] for i in range(5)]
    best = _strongest(margins)
    found = stands_above(np.array([preferred], dtype=float))[0]
    assert all(found[i, j] == (best[i, j] > best[j, i]) for i, j in best)


def test_a_near_copy_changes_nothing_for_the_others():
    alone, copied = _rankings({"ab": 6, "ba": 4}, "ab"), _rankings({"abx": 6, "bxa": 4}, "abx")
    assert schulze(*alone)[0].tolist() == [1, 0]
    assert schulze(*copied)[0].tolist() == [2, 1, 0]
    assert borda(*alone)[0].argmax() == 0
    assert borda(*copied)[0].argmax() == 1  # the control: with the copy, b has gained


def test_weights_of_ballots_leave_no_false_majority():
    values, _ = _rankings({"ab": 1, "ba": 1}, "ab")
    assert schulze(values, np.array([[0.1 + 0.2, 0.3]]))[0].tolist() == [0.5, 0.5]


# Bradley and Terry


def _pair(one, other, number=3):
    values = np.full((number, number), np.nan)
    values[one, other], values[other, one] = 1, 0
    return values


def test_two_candidates_by_hand():
    values = np.array([_pair(0, 1, 2), _pair(1, 0, 2)])
    found = bradley_terry(values, np.array([[3.0, 1.0], [5.0, 0.0], [0.0, 0.0]]))
    expected = [(wins + PRIOR) / (total + 2 * PRIOR) for wins, total in ((3, 4), (5, 5), (0, 0))]
    assert found[:, 0] == pytest.approx(expected, abs=1e-6)
    assert found.sum(axis=1) == pytest.approx(1)


def test_it_fits_what_it_says_it_fits():
    rng = np.random.default_rng(3)
    wins = rng.integers(0, 30, (5, 5)).astype(float)
    np.fill_diagonal(wins, 0)
    cells = [(i, j) for i in range(5) for j in range(5) if i != j]
    values = np.array([_pair(i, j, 5) for i, j in cells])
    found = bradley_terry(values, np.array([[wins[cell] for cell in cells]]))[0]
    # at the most likely strengths each candidate wins as often as they say (the likelihood's slope is nothing)
    total = wins + wins.T + 2 * PRIOR * (1 - np.eye(5))
    strengths = _from_chances(found)
    expected = (total * strengths[:, None] / (strengths[:, None] + strengths)).sum(axis=1)
    assert expected == pytest.approx(wins.sum(axis=1) + 4 * PRIOR, abs=1e-3)


def _from_chances(chances):
    logs = np.zeros(len(chances))
    for _ in range(5_000):
        at = 1 / (1 + np.exp(logs[None, :] - logs[:, None]))
        logs += 2 * (chances - (at.sum(axis=1) - 0.5) / (len(chances) - 1))
    return np.exp(logs)


def test_two_sets_never_compared_and_one_never_beaten_are_in_one_order_all_the_same():
    values = np.array([_pair(0, 1, 4), _pair(2, 3, 4)])
    found = bradley_terry(values, np.array([[20.0, 20.0]]))[0]
    assert found[0] == pytest.approx(found[2])
    assert found[0] > 0.7 > 0.3 > found[1]
    assert np.isfinite(found).all()


def test_rankings_are_read_as_the_pairs_that_they_tell_apart():
    values, counts = _rankings({("a", ("b", "c")): 2}, "abcd")
    # a before b, c, d; b and c before d; b and c half each
    pairs = [((0, 1), 1), ((0, 2), 1), ((0, 3), 1), ((1, 3), 1), ((2, 3), 1), ((1, 2), 0.5)]
    ballot = np.full((1, 4, 4), np.nan)
    for (one, other), number in pairs:
        ballot[0, one, other], ballot[0, other, one] = number, 1 - number
    assert bradley_terry(values, counts)[0] == pytest.approx(bradley_terry(ballot, np.array([[2.0]]))[0])


# Means


def test_means_are_of_those_who_said_something_and_the_rest_is_in_the_middle():
    values = np.array([[1.0, 5.0, _NOTHING, _NOTHING], [3.0, _NOTHING, 2.0, _NOTHING]])
    assert scale_mean(values, np.array([[1.0, 3.0]]))[0] == pytest.approx([2.5, 5, 2, (1 + 9 + 5 + 6) / 8])
    assert mean_points(np.array([[60.0, 40.0], [0.0, 100.0]]), np.array([[1.0, 1.0]]))[0].tolist() == [30, 70]
    assert scale_mean(values, np.array([[0.0, 0.0]]))[0].tolist() == [0, 0, 0, 0]


def test_best_minus_worst_is_of_the_times_shown():
    values = np.array([[[2, 0, 0, 0], [0, 1, 1, 0], [3, 2, 1, 0]]], dtype=float)
    assert best_worst(values, np.array([[4.0]]))[0] == pytest.approx([2 / 3, -1 / 2, -1, 0])


def test_agreement_is_drawn_towards_one_half():
    values = np.array([[1, 1, _NOTHING], [1, -1, _NOTHING], [1, 0, _NOTHING]], dtype=float)
    assert agreement(values, np.ones((1, 3)))[0] == pytest.approx([4 / 5, 2 / 5, 1 / 2])


# Positions


def test_positions_are_added_whatever_the_sizes_and_the_gaps():
    citizens, managers = np.array([9.0, 1.0, 0.5]), np.array([0.1, 0.3, 0.2])
    assert add_positions([citizens, managers], [1, 1]).tolist() == [1, 1.5, 0.5]
    assert add_positions([citizens, managers], [3, 1]).tolist() == [1.5, 1.25, 0.25]


def test_those_level_in_a_group_share_their_positions():
    assert add_positions([np.array([0.3, 0.1 + 0.2, 5.0])], [1]).tolist() == [0.5, 0.5, 2]


# CHNRI


_ANSWERS = {
    # two criteria, three candidates; a blank is absent
    "one": [[1, 0.5, 0], [1, 1, None]],
    "two": [[1, None, 0], [0.5, 1, None]],
    "three": [[0.5, 0.5, 1], [None, 0, None]],
}


def _scored():
    rows = np.array([[[np.nan if n is None else n for n in row] for row in each] for each in _ANSWERS.values()])
    return rows.astype(float)


def test_priority_scores_by_hand():
    # first criterion: 2½/3, ½, ⅓; second: ¾, ⅔, and nobody of the third: the mean of all five that were given
    first, second = [2.5 / 3, 0.5, 1 / 3], [0.75, 2 / 3, 3.5 / 5]
    counts = np.ones((1, 3))
    assert priority_scores(_scored(), counts)[0] == pytest.approx(np.mean([first, second], axis=0))
    weighted = priority_scores(_scored(), counts, (3, 1))[0]
    assert weighted == pytest.approx(np.average([first, second], axis=0, weights=[3, 1]))


@pytest.mark.parametrize("weights", [(1,), (1, -1), (0, 0), (1, np.nan)])
def test_weights_that_weigh_nothing_are_refused(weights):
    with pytest.raises(AnalysisError, match=r"ranking\.weights"):
        priority_scores(_scored(), np.ones((1, 3)), weights)


def test_experts_agree_as_far_as_they_gave_the_most_common_answer():
    expected = [(Fraction(2, 3) + Fraction(1, 2)) / 2, (1 + Fraction(2, 3)) / 2, Fraction(2, 3)]
    assert expert_agreement(_scored(), np.ones(3, dtype=int)) == pytest.approx([float(each) for each in expected])
    assert np.isnan(expert_agreement(_scored() * np.nan, np.ones(3, dtype=int))).all()


def test_criteria_come_in_the_order_of_their_weights():
    marks = Marks(Kind.CRITERIA, ((("x", "a"), 1.0), (("y", "b"), 0.5)))
    values = profile_of([marks], ("a", "b"), ("y", "x")).values
    assert np.nan_to_num(values, nan=-1)[0].tolist() == [[-1, 0.5], [1, -1]]
