"""Nothing under five is shown, and nobody can work it out from what is shown.

The judge is linear programming (`conftest.Outsider`), which shares nothing with the network flows that decide.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.disclosure import shown_cells, with_totals

_LEAST = 5
# five values possible: the smallest and the largest are four apart
_WIDTH = 4 - 1e-6  # five values, or four for a reader who is told which of the hidden ones are small

_COUNTS = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.one_of(st.integers(0, 6), st.integers(0, 30)))
)


def _naive(counts):
    """Hide what is under five and nothing else."""
    return with_totals(counts) >= _LEAST


def _narrow(outsider, counts, shown, cells, columns="add up", told=False):
    """List the cells that can be worked out to too few values, where anything is shown at all."""
    if not shown.any():
        return []
    reader = outsider([with_totals(counts)], [shown], columns, [told])
    return [cell for cell in cells if reader.possible_values(0, *cell) < _WIDTH - told]


def _small(counts):
    return [(int(i), int(j)) for i, j in np.argwhere(with_totals(counts) < _LEAST)]


def test_the_naive_rule_is_undone_by_subtraction(outsider):
    counts = np.array([[20, 3, 10], [15, 12, 9], [8, 14, 11]])
    assert _narrow(outsider, counts, _naive(counts), _small(counts)) == [(0, 1)]
    assert _narrow(outsider, counts, shown_cells(counts), _small(counts)) == []


def test_two_hidden_cells_in_a_row_are_not_enough_where_their_sum_is_small(outsider):
    counts = np.array([[1, 2, 20], [10, 11, 12], [13, 14, 15]])
    hidden_pair = with_totals(counts) >= _LEAST
    hidden_pair[1, :2] = False  # a rectangle: no cell stands alone in its row or column
    assert set(_narrow(outsider, counts, hidden_pair, _small(counts))) == {(0, 0), (0, 1)}
    assert _narrow(outsider, counts, shown_cells(counts), _small(counts)) == []


def test_two_small_cells_of_a_column_are_not_enough_where_both_are_known_to_be_small(outsider):
    counts = np.array([[4, 12], [4, 12], [20, 20]])
    rectangle = with_totals(counts) >= _LEAST
    rectangle[:2, :2] = False  # their sum is eight, so neither can be under four nor over
    assert _narrow(outsider, counts, rectangle, _small(counts)) == []
    assert set(_narrow(outsider, counts, rectangle, _small(counts), told=True)) == {(0, 0), (1, 0)}
    shown = shown_cells(counts, small_ones_known=True)
    assert _narrow(outsider, counts, shown, _small(counts), told=True) == []


def test_a_reader_knows_that_a_theme_that_is_there_has_somebody_in_it(outsider):
    counts = np.array([[1], [4], [20], [30]])
    pair = _naive(counts)  # one and four are five: each between one and four, which are four values
    assert set(_narrow(outsider, counts, pair, _small(counts))) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    shown = shown_cells(counts)
    assert shown.any()
    assert _narrow(outsider, counts, shown, _small(counts)) == []


def test_where_nothing_protects_nothing_is_shown():
    assert not shown_cells(np.array([[1, 1]]), small_ones_known=True).any()


def test_a_table_without_small_numbers_is_shown_whole():
    assert shown_cells(np.array([[5, 6], [7, 8]])).all()


def test_zero_is_hidden_too():
    assert not shown_cells(np.array([[0, 20], [20, 20]]))[0, 0]


def test_no_more_than_needed_is_hidden_around_one_small_cell():
    shown = shown_cells(np.array([[3, 20, 30], [20, 20, 30], [30, 30, 30]]))
    assert (~shown).sum() == 4
    assert shown[-1].all()
    assert shown[:, -1].all()


@given(counts=_COUNTS)
def test_nothing_under_five_is_shown(counts):
    shown = shown_cells(counts)
    assert shown.shape == (counts.shape[0] + 1, counts.shape[1] + 1)
    assert (with_totals(counts)[shown] >= _LEAST).all()


@settings(max_examples=20)
@given(counts=_COUNTS, told=st.booleans())
def test_every_small_number_keeps_enough_possible_values(outsider, counts, told):
    shown = shown_cells(counts, small_ones_known=told)
    assert _narrow(outsider, counts, shown, _small(counts), told=told) == []


@given(counts=_COUNTS, told=st.booleans())
def test_no_line_lets_fewer_than_five_people_be_worked_out_together(counts, told):
    shown, numbers = shown_cells(counts, small_ones_known=told), with_totals(counts)
    for seen, line in ((shown, numbers), (shown.T, numbers.T)):
        hidden = np.where(seen, 0, line)[:-1, :-1].sum(axis=1)
        some = ~seen[:-1, :-1].all(axis=1) & seen[:-1, :-1].any(axis=1) & seen[:-1, -1]
        assert (hidden[some] >= _LEAST).all()


@settings(max_examples=20)
@given(counts=_COUNTS)
def test_every_small_number_keeps_them_where_columns_do_not_add_up(outsider, counts):
    shown = shown_cells(counts, columns_add_up=False)
    assert not shown[-1].any()
    assert _narrow(outsider, counts, shown, _small(counts), "apart") == []


@settings(max_examples=20)
@given(counts=_COUNTS, data=st.data())
def test_a_total_that_another_table_hides_is_not_given_away(outsider, counts, data):
    secret = data.draw(st.sets(st.integers(0, counts.shape[0]), min_size=1))
    shown = shown_cells(counts, hidden_elsewhere=secret)
    totals = [(row, counts.shape[1]) for row in secret]
    assert not any(shown[cell] for cell in totals)
    assert _narrow(outsider, counts, shown, {*_small(counts), *totals}) == []


@settings(max_examples=20)
@given(counts=_COUNTS, data=st.data())
def test_nor_where_columns_do_not_add_up(outsider, counts, data):
    secret = data.draw(st.sets(st.integers(0, counts.shape[0] - 1), min_size=1))
    shown = shown_cells(counts, columns_add_up=False, hidden_elsewhere=secret)
    totals = [(row, counts.shape[1]) for row in secret]
    assert not any(shown[cell] for cell in totals)
    assert _narrow(outsider, counts, shown, {*_small(counts), *totals}, "apart") == []


def test_nothing_of_a_row_is_shown_whose_total_another_table_hides():
    counts = np.array([[20, 30], [40, 50], [60, 70], [80, 90]])
    shown = shown_cells(counts, hidden_elsewhere=[1])
    assert not shown[1].any()
    assert shown_cells(counts)[1].all()
    assert (~shown).sum() == 5  # with a number and a total of one row more, so that no sum gives its own away


@pytest.mark.parametrize("least", [1, 3, 10])
def test_another_least_is_kept(least):
    counts = np.array([[2, 20, 11], [15, 12, 9], [8, 14, 11]])
    assert (with_totals(counts)[shown_cells(counts, least)] >= least).all()
    assert shown_cells(counts, least)[0, 0] == (least <= 2)


def test_a_large_table_keeps_most_of_what_is_large():
    counts = np.random.default_rng(4).poisson(8, (100, 12))
    shown = shown_cells(counts)
    assert (with_totals(counts)[shown] >= _LEAST).all()
    assert shown[with_totals(counts) >= _LEAST].mean() > 0.5


def test_totals_are_the_sums_of_rows_and_columns():
    assert with_totals(np.array([[1, 2], [3, 4]])).tolist() == [[1, 2, 3], [3, 4, 7], [4, 6, 10]]


def test_what_is_decided_once_is_the_same_again_whatever_a_caller_does_to_it():
    counts = np.array([[12, 3, 8], [7, 9, 2], [6, 11, 30]])
    first = shown_cells(counts, 5)
    kept = first.copy()
    first[:] = True
    assert not kept.all()
    assert (shown_cells(counts, 5) == kept).all()
    assert (shown_cells(counts, 10) != kept).any()  # another rule is another answer
