"""A few people who say one thing of their own are found; noise, one talkative person and half a group are not."""

import numpy as np
import pytest
from sklearn.preprocessing import normalize

from analysis.clusters import cluster
from analysis.small_groups import find_knots, not_grouped


@pytest.fixture(scope="module")
def crowd():
    """Make 240 rows in three loose groups and, last, eight that say one thing of their own."""
    rng = np.random.default_rng(5)
    loose = np.eye(20)[np.repeat(np.arange(3), 80)] + rng.normal(0, 0.45, (240, 20))
    own = np.eye(20)[[7] * 8] + rng.normal(0, 0.12, (8, 20))
    return normalize(np.vstack([loose, own]))


EIGHT = list(range(240, 248))


def _everyone(rows):
    return np.arange(len(rows))


def test_eight_who_say_one_thing_of_their_own_are_found(crowd):
    (rows,) = find_knots(crowd, _everyone(crowd))
    assert sorted(rows.tolist()) == EIGHT


def test_without_them_nothing_is_found(crowd):
    assert find_knots(crowd[:240], _everyone(crowd[:240])) == []


def test_whatever_the_order_of_the_rows(crowd):
    order = np.random.default_rng(1).permutation(len(crowd))
    (rows,) = find_knots(crowd[order], _everyone(crowd))
    assert sorted(order[rows].tolist()) == EIGHT


def test_one_person_who_says_it_eight_times_is_no_group(crowd):
    assert find_knots(crowd, np.minimum(_everyone(crowd), 240)) == []


def test_the_same_words_from_eight_people_are_a_group(crowd):
    rows = np.vstack([crowd[:240], np.repeat(crowd[240:241], 8, axis=0)])
    (found,) = find_knots(rows, _everyone(rows))
    assert sorted(found.tolist()) == EIGHT


@pytest.mark.parametrize("seed", range(10))
def test_numbers_dealt_out_anew_hold_no_group(crowd, seed):
    rng = np.random.default_rng(seed)
    dealt = normalize(np.column_stack([rng.permutation(column) for column in crowd.T]))
    assert find_knots(dealt, _everyone(dealt)) == []


def test_neither_a_few_dozen_nor_thousands_of_rows_are_searched(crowd):
    assert find_knots(crowd[-199:], np.arange(199)) == []
    many = np.repeat(crowd, 9, axis=0)
    assert find_knots(many, _everyone(many)) == []


def test_a_large_group_that_is_theirs_already_is_not_made_twice(crowd):
    knots = find_knots(crowd, _everyone(crowd))
    labels = np.repeat([0, 1, 2], [80, 160, 8])
    assert not_grouped(knots, labels) == []
    labels[-2:] = 0
    assert not_grouped(knots, labels) == []
    labels[150:] = 2
    assert len(not_grouped(knots, labels)) == 1


def test_they_leave_the_group_that_they_were_in_and_have_one_besides(crowd):
    before = cluster(crowd, 3, seed=1)
    assert len(set(before.labels.tolist())) == 3
    after = cluster(crowd, 3, seed=1, knots=find_knots(crowd, _everyone(crowd)))
    assert np.flatnonzero(after.labels == 3).tolist() == EIGHT
    np.testing.assert_allclose(np.einsum("ij,ij->i", crowd, after.centres[after.labels]), after.strengths)
    assert cluster(crowd, 3, seed=1, knots=[]).labels.tolist() == before.labels.tolist()


def test_a_committee_reads_no_more_than_twenty_five_in_all(crowd):
    knots = find_knots(crowd, _everyone(crowd))
    loose = [knots[0], np.arange(4), np.arange(80, 84)]
    assert len(cluster(crowd, 24, seed=1, restarts=1, knots=loose).centres) == 25
    assert len(cluster(crowd, 25, seed=1, restarts=1, knots=loose).centres) == 25
