import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.discussions import Tendency, read_statement, shown_groups, smoothed_share, wilson_interval
from analysis.opinion_groups import find_opinion_groups


def test_shares_are_smoothed_by_jeffreys():
    assert smoothed_share(1, 1) == pytest.approx(0.75)
    assert smoothed_share(0, 1) == pytest.approx(0.25)
    assert smoothed_share(50, 50) == pytest.approx(50.5 / 51)
    assert math.isnan(smoothed_share(0, 0))
    with pytest.raises(ValueError, match="more agree"):
        smoothed_share(2, 1)


def test_the_interval_is_wilsons():
    # Newcombe 1998, Statistics in Medicine 17: 857-872, table I, method 3: 81 of 263 and 15 of 148
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_a_statement_bridges_by_the_group_that_agrees_least():
    counts = np.array([[9, 0, 1], [7, 2, 0], [1, 3, 0]])  # the third group is too small to be compared
    finding = read_statement(counts)
    assert finding.shares == pytest.approx((9.5 / 11, 7.5 / 10, 1.5 / 5))
    assert finding.compared == (0, 1)
    assert finding.lowest == pytest.approx(0.75)
    assert finding.spread == pytest.approx(9.5 / 11 - 0.75)
    assert (finding.bridges, finding.divides) == (True, False)
    assert finding.share == pytest.approx(17.5 / 24)
    assert read_statement(counts, unknown=0).compared == (1,)
    assert math.isnan(read_statement(counts, unknown=0).lowest)


def test_a_statement_divides_when_the_intervals_do_not_meet():
    assert read_statement(np.array([[18, 2, 0], [3, 17, 0]])).divides
    assert not read_statement(np.array([[5, 1, 0], [2, 4, 0]])).divides


@given(st.lists(st.tuples(*[st.integers(0, 12)] * 3), min_size=1, max_size=6))
def test_what_is_shown_holds_no_number_under_five(rows):
    counts = np.array(rows)
    agree, others = counts[:, 0], counts[:, 1] + counts[:, 2]
    lines, total, tendency = shown_groups(counts)
    assert all(min(agree[line], others[line]) >= 5 for line in np.flatnonzero(lines))
    assert not total or min(agree.sum(), others.sum()) >= 5
    assert total <= (tendency is Tendency.UNKNOWN)


def test_a_tendency_is_said_of_ten_people_or_more():
    assert shown_groups(np.array([[9, 0, 0]]))[2] is Tendency.UNKNOWN
    assert shown_groups(np.array([[9, 1, 0]]))[2] is Tendency.NEARLY_ALL
    assert shown_groups(np.array([[4, 3, 3]]))[2] is Tendency.HARDLY_ANY
    assert shown_groups(np.array([[7, 0, 2], [8, 4, 3]]))[1:] == (True, Tendency.UNKNOWN)


def test_there_are_opinion_groups_only_where_there_are_people_reactions_and_camps():
    chance = np.random.default_rng(4)
    sides = np.where(chance.random(20) < 0.6, 1, -1)
    table = [
        [int(side if chance.random() < 0.85 else chance.choice([1, -1, 0])) for side in (sides if row < 70 else -sides)]
        for row in range(120)
    ]
    found = find_opinion_groups(table)
    assert found.reason == ""
    assert [len(members) for members in found.members] == [70, 50]
    assert set(found.members[1]) == set(range(70, 120))
    order = chance.permutation(120)
    again = find_opinion_groups([table[row] for row in order])
    assert {frozenset(int(order[row]) for row in members) for members in again.members} == {
        frozenset(members) for members in found.members
    }
    assert find_opinion_groups(table[:99]).reason == "people"
    assert find_opinion_groups([[*row[:6], *[2] * 14] for row in table]).reason == "reactions"
    assert find_opinion_groups([row[:8] for row in table]).reason == "statements"
    alike = [[int(chance.choice([1, -1, 0])) for _ in range(20)] for _ in range(120)]
    assert find_opinion_groups(alike).reason == "alike"
    assert find_opinion_groups([]).reason == "people"
