"""Groups side by side, each with its voice; nothing that is shown of them gives a few people away."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.ballots import Ballot
from analysis.errors import AnalysisError
from analysis.ranking import FEWEST_BALLOTS, rank, rank_groups

_CODES = ("a", "b", "c", "d", "e")
_SEED = 7
_LEAST = 5
_WIDTH = 4 - 1e-6  # five values possible
_SIZES = st.dictionaries(st.sampled_from(["", "g", "h", "i", "j"]), st.integers(1, 25), min_size=1, max_size=5)


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


def _crowd(sizes, seed=3):
    """Make as many ballots of each group as ``sizes`` says."""
    return [ballot for at, (name, n) in enumerate(sizes.items()) for ballot in _planted(n, 0.4, seed + at, name)]


# Groups


def test_each_group_of_ten_has_its_ranking_and_the_same_voice():
    ballots = _ballots(*["ab"] * 90, group="citizen") + _ballots(*["ba"] * 10, group="manager")
    found = rank_groups(ballots, ("a", "b"), _SEED, 200)
    assert [s.candidate for s in found.everybody.standings] == ["a", "b"]
    assert _by_code(found.everybody)["a"].score == 0.9
    assert {name: r.standings[0].candidate for name, r in found.groups.items()} == {"citizen": "a", "manager": "b"}
    assert {s.score for s in found.equal_voice.standings} == {0.5}
    assert {s.rank for s in found.equal_voice.standings} == {1}
    assert {s.first_choices for s in found.equal_voice.standings} == {None}
    assert (found.everybody.ballots, found.equal_voice.ballots) == (100, 100)


def test_with_an_equal_voice_people_are_drawn_within_their_groups():
    # unanimous within each group: whoever is drawn, the groups say the same; drawn from all, their sizes would change
    ballots = _ballots(*["abc"] * 20, group="g") + _ballots(*["acb"] * 20, group="h")
    found = rank_groups(ballots, ("a", "b", "c"), _SEED, 500)
    assert all(s.highest_rank - s.lowest_rank == s.is_tied for s in found.equal_voice.standings)
    assert found.equal_voice.above[1][2] == 0
    assert found.everybody.above[1][2] > 0.3


def test_the_draws_of_a_group_do_not_depend_on_the_others():
    alone = rank_groups(_crowd({"g": 20, "h": 30}), _CODES, _SEED, 200)
    among = rank_groups(_crowd({"g": 20, "h": 30, "i": 40, "j": 15}), _CODES, _SEED, 200)
    assert [(s.rank, s.in_top) for s in alone.groups["g"].standings] == [
        (s.rank, s.in_top) for s in among.groups["g"].standings
    ]


def test_groups_of_equal_ballots_are_drawn_each_by_itself():
    rankings = [ballot.ranking for ballot in _planted(30, 0.2)]
    ballots = [Ballot(ranking, group) for group in ("g", "h") for ranking in rankings]
    found = rank_groups(ballots, _CODES, _SEED, 500)
    assert [s.score for s in found.groups["g"].standings] == [s.score for s in found.groups["h"].standings]
    assert found.groups["g"].above != found.groups["h"].above


def test_everybody_is_ranked_as_without_groups():
    ballots = _crowd({"g": 20, "h": 30})
    assert rank_groups(ballots, _CODES, _SEED, 200).everybody.above == rank(ballots, _CODES, _SEED, 200).above


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({"g": 10, "h": 25}, {"g", "h"}),
        ({"g": 9, "h": 25, "i": 30}, {"i"}),  # everybody less h and i would be nine people
        ({"g": 9, "h": 1, "i": 30, "j": 12}, {"i", "j"}),  # the others are ten
        ({"": 3, "h": 25, "i": 30}, {"i"}),  # people of no known group can be worked out too
        ({"": 40, "h": 25}, {"h"}),  # and are no group
        ({"g": 9, "h": 10}, set()),
        ({"g": 4, "h": 6}, set()),
        ({"": 12}, set()),
    ],
)
def test_groups_that_may_be_shown(sizes, shown):
    found = rank_groups(_crowd(sizes), _CODES, _SEED, 100)
    assert set(found.groups) == shown
    assert (found.equal_voice is None) == (len(shown) < 2)


@settings(max_examples=30, deadline=None)
@given(_SIZES)
def test_no_subtraction_leaves_fewer_than_ten_people(sizes):
    if sum(sizes.values()) < FEWEST_BALLOTS:
        with pytest.raises(AnalysisError, match=r"ranking\.too_few_ballots"):
            rank_groups(_crowd(sizes), _CODES, _SEED, 100)
        return
    found = rank_groups(_crowd(sizes), _CODES, _SEED, 100)
    left = found.everybody.ballots - sum(ranking.ballots for ranking in found.groups.values())
    assert left == 0 or left >= FEWEST_BALLOTS
    assert all(ranking.ballots >= FEWEST_BALLOTS for ranking in found.groups.values())


def test_groups_of_different_sizes_can_tie_though_their_means_are_not_exact():
    voices = {"g": (3, 7), "h": (8, 12), "i": (12, 3)}  # 3/10 + 8/20 + 12/15 is one and a half
    ballots = [b for name, (m, n) in voices.items() for b in _ballots(*["ab"] * m, *["ba"] * n, group=name)]
    standings = rank_groups(ballots, ("a", "b"), _SEED, 200).equal_voice.standings
    assert standings[0].score != standings[1].score  # in floating point only
    assert [(s.rank, s.is_tied) for s in standings] == [(1, True), (1, True)]


# What is counted


def _first_choices(found, ballots):
    """Return the true table of first choices with its totals, other people being a group, and what of it is shown."""
    names = [*found.groups]
    rows = [[sum(b.ranking[0] == c for b in ballots if b.group == name) for c in _CODES] for name in names]
    all_of_them = np.array([sum(b.ranking[0] == c for b in ballots) for c in _CODES])
    others = all_of_them - np.sum(np.array(rows, dtype=int).reshape(-1, 5), axis=0)
    table = np.array([*rows, others, all_of_them])
    shown = np.zeros((len(table), 6), dtype=bool)
    shown[:, -1] = True
    for at, ranking in [*enumerate(found.groups.values()), (-1, found.everybody)]:
        standing = _by_code(ranking)
        shown[at, :5] = [standing[code].first_choices is not None for code in _CODES]
        for column, code in enumerate(_CODES):
            assert standing[code].first_choices in (None, table[at, column])
    return np.hstack([table, table.sum(axis=1, keepdims=True)]), shown


def _narrow(outsider, table, shown):
    """List the small numbers that somebody who subtracts can work out to fewer than five values."""
    if not table[-2].any():  # nobody is outside the groups, and a reader sees that by the totals
        table, shown = np.delete(table, -2, axis=0), np.delete(shown, -2, axis=0)
    reader = outsider([table], [shown])
    small = [(i, j) for i, j in np.argwhere(table < _LEAST) if j < 5]
    return [cell for cell in small if reader.possible_values(0, *cell) < _WIDTH]


@settings(max_examples=20, deadline=None)
@given(sizes=_SIZES.filter(lambda sizes: sum(sizes.values()) >= FEWEST_BALLOTS), seed=st.integers(0, 1000))
def test_nobody_can_work_out_a_small_number_of_first_choices(outsider, sizes, seed):
    ballots = _crowd(sizes, seed)
    table, shown = _first_choices(rank_groups(ballots, _CODES, _SEED, 100), ballots)
    assert (table[shown & (np.arange(6) < 5)] >= _LEAST).all()
    assert _narrow(outsider, table, shown) == []


def test_hiding_small_numbers_alone_would_give_them_away(outsider):
    ballots = _crowd({"g": 40, "h": 60, "i": 45})
    table, shown = _first_choices(rank_groups(ballots, _CODES, _SEED, 100), ballots)
    naive = table >= _LEAST
    naive[:, -1] = True
    assert _narrow(outsider, table, naive)
    assert _narrow(outsider, table, shown) == []
    assert shown[:3, :5].any()  # and something is left to see


def test_people_outside_all_groups_cannot_be_worked_out_as_the_rest(outsider):
    ballots = [b for name in ("g", "h") for b in _ballots(*[c for c in _CODES for _ in range(12)], group=name)]
    ballots += _ballots(*["a"] * 10, *["b"] * 2)
    table, shown = _first_choices(rank_groups(ballots, _CODES, _SEED, 100), ballots)
    naive = shown.copy()
    naive[[0, 1, 3]] = True  # no number of a group or of everybody is small
    assert (2, 1) in _narrow(outsider, table, naive)
    assert _narrow(outsider, table, shown) == []


def test_two_orders_of_the_candidates_hide_the_same_numbers():
    ballots = _ballots(*["a"] * 20, *["b"] * 3, *["c"] * 6, *["d"] * 6, *["e"] * 6)
    hidden = [
        {s.candidate for s in _rank(ballots, codes).standings if s.first_choices is None}
        for codes in (_CODES, _CODES[::-1], ("d", "a", "c", "e", "b"))
    ]
    assert len(hidden[0]) == 2
    assert hidden[0] == hidden[1] == hidden[2]


def test_times_ranked_by_hand():
    rankings = ["ab"] * 12 + ["bc"] * 10 + ["ca"] * 9
    found = _by_code(_rank(_ballots(*rankings), ("a", "b", "c")))
    assert [found[code].first_choices for code in "abc"] == [12, 10, 9]
    assert [found[code].times_ranked for code in "abc"] == [21, 22, 19]


@pytest.mark.parametrize(
    ("rankings", "what"),
    [
        (["ab"] * 20 + ["ba"] * 3 + ["b"] * 20, "a was put lower by three"),
        (["ab"] * 20 + ["ba"] * 20 + ["b"] * 3, "a was left out by three"),
    ],
)
def test_times_ranked_say_neither_who_put_it_lower_nor_who_left_it_out_where_these_are_few(rankings, what):
    found = _by_code(_rank(_ballots(*rankings), ("a", "b")))
    assert found["a"].first_choices == 20, what
    assert found["a"].times_ranked is None


def test_times_ranked_do_not_bound_hidden_first_choices():
    # c is ranked by many and put first by three; b, put first by eight, is hidden with it
    found = _by_code(_rank(_ballots(*["acb"] * 10, *["a"] * 20, *["ba"] * 8, *["ca"] * 3), ("a", "b", "c")))
    assert [found[code].first_choices for code in "abc"] == [30, None, None]
    assert [found[code].times_ranked for code in "bc"] == [None, None]


def test_groups_count_first_choices_only():
    found = rank_groups(_crowd({"g": 60, "h": 60}), _CODES, _SEED, 100)
    assert {s.times_ranked for ranking in found.groups.values() for s in ranking.standings} == {None}
    assert any(s.times_ranked for s in found.everybody.standings)
