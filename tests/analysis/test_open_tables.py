"""Margins that everybody may have: the order can be made again from them, and they tell of no few people."""

from itertools import permutations

import numpy as np
import pytest
from scipy.optimize import linprog

from analysis.ballots import Ballot, Kind, Marks, profile_of
from analysis.methods.borda import borda
from analysis.open_tables import open_margins
from analysis.ranking import rank
from consult.exports.open_recompute import borda as add_margins
from consult.exports.open_recompute import find_places, schulze

CODES = ("a", "b", "c", "d")
# Every answer that ranks one, two, three or four of four.
EVERY = [order for length in (1, 2, 3, 4) for order in permutations(CODES, length)]


def _ballots(number, seed, *, agree=0.0):
    rng = np.random.default_rng(seed)
    usual = CODES
    return [
        Ballot(usual if rng.random() < agree else EVERY[rng.integers(len(EVERY))], rng.choice(["x", "y"]))
        for _ in range(number)
    ]


def _margins_of(orders):
    """Return, for each order, its margin of each pair, shape (orders, n, n)."""
    profile = profile_of([Ballot(order) for order in orders], CODES)
    at = np.where(profile.places > 0, profile.places, 99)
    rows = np.sign(at[:, None, :] - at[:, :, None])
    return profile, rows


@pytest.mark.parametrize("seed", range(6))
def test_the_published_order_can_be_made_again_from_the_margins(seed):
    ballots = _ballots(120, seed, agree=0.2)
    stored = open_margins(profile_of(ballots, CODES), CODES)
    margins = {code: dict(zip(CODES, row, strict=True)) for code, row in zip(CODES, stored["margins"], strict=True)}
    for method, score in (("borda", add_margins), ("schulze", schulze)):
        order = rank(ballots, CODES, 1, 100, method=method)
        assert find_places(score(margins)) == {each.candidate: each.rank for each in order.standings}, method


def test_margins_give_borda_s_score_itself():
    profile = profile_of(_ballots(90, 3), CODES)
    stored = open_margins(profile, CODES)
    scores = 1.5 + np.sum(stored["margins"], axis=1) / (2 * stored["people"])
    assert np.allclose(scores, borda(profile.places, profile.counts[None, :].astype(float))[0])


@pytest.mark.parametrize(("agree", "is_there"), [(0.3, True), (0.97, False)])
def test_where_nearly_all_agree_there_are_none(agree, is_there):
    stored = open_margins(profile_of(_ballots(100, 5, agree=agree), CODES), CODES)
    assert (stored is not None) is is_there


def test_other_kinds_have_none_and_a_pair_that_few_were_asked_hides_all():
    points = [Marks(Kind.POINTS, ((("a",), 60.0), (("b",), 40.0)))] * 40
    assert open_margins(profile_of(points, CODES), CODES) is None
    wide = [Marks(Kind.PAIRS, ((("a", "b"), number % 2 * 1.0),)) for number in range(60)]
    assert open_margins(profile_of(wide, ("a", "b")), ("a", "b"))["margins"] == [[0, 0], [0, 0]]
    few = [*wide, *[Marks(Kind.PAIRS, ((("a", "c"), 1.0),))] * 3]
    assert open_margins(profile_of(few, ("a", "b", "c")), ("a", "b", "c")) is None


def _attack(margins, people):
    """Return the widths of what an outsider knows of each number of first choices and of each whole ranking.

    All answers that four choices allow are the unknowns; the margins and the number of people are all that is told.
    """
    profile, rows = _margins_of(EVERY)
    pairs = [(i, j) for i in range(4) for j in range(i + 1, 4)]
    told = np.array([rows[:, i, j] for i, j in pairs] + [np.ones(len(rows))])
    known = np.array([margins[i][j] for i, j in pairs] + [people])
    first = (profile.places == 1).astype(float).T
    widths = []
    for wanted in [*first, *np.eye(len(rows))]:
        low, high = (linprog(sign * wanted, A_eq=told, b_eq=known, bounds=(0, None)).fun * sign for sign in (1, -1))
        widths.append(high - low)
    return min(widths)


@pytest.mark.parametrize("agree", [0.0, 0.3, 0.6])
def test_who_solves_all_equations_finds_no_number_within_eleven(agree):
    stored = open_margins(profile_of(_ballots(130, 8, agree=agree), CODES), CODES)
    assert _attack(stored["margins"], stored["people"]) >= 11 - 1


def test_the_same_attack_works_where_nearly_all_agree():
    """The control: margins that are not published would give numbers away."""
    _, rows = _margins_of([*([CODES] * 128), CODES[::-1]])
    profile, _ = _margins_of([*([CODES] * 128), CODES[::-1]])
    margins = np.einsum("b,bij->ij", profile.counts, rows)
    assert open_margins(profile, CODES) is None
    assert _attack(margins, 129) < 5
