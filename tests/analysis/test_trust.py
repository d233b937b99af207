"""Precision and recall: Wilson's interval as scipy has it, and what too few can say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from analysis.trust import FEWEST, measure, share


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_is_that_of_scipy(counts):
    hits, of = counts
    found, expected = share(hits, of), binomtest(hits, of).proportion_ci(0.95, "wilson")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_all_right_of_a_handful_is_not_certain():
    assert share(5, 5).low < 0.6
    assert share(0, 0).value is None


def test_a_theme_is_measured_where_both_shares_rest_on_enough():
    found = measure(items=100, placed=20, coded=16, both=12)
    assert (found.precision.value, found.recall.value) == (0.6, 0.75)
    assert found.is_measured
    assert not measure(100, FEWEST - 1, 50, 9).is_measured
    assert not measure(100, 50, FEWEST - 1, 9).is_measured
