"""A row of a public table says what a reader finds by subtracting, and leaves no small number to be found."""

from hypothesis import given
from hypothesis import strategies as st

from analysis.audience import Audience
from consult.disclosure import Rule
from consult.report.gather_themes import _completed

RULE = Rule(audience=Audience.PUBLIC, least=11, others_least=5)


def test_others_that_come_to_many_are_said():
    assert _completed((23, None, 79), RULE) == (23, 56, 79)


def test_what_is_left_and_small_takes_its_total_with_it():
    assert _completed((23, None, 30), RULE) == (23, None, None)


@given(st.lists(st.none() | st.integers(0, 60), min_size=1, max_size=4), st.integers(0, 400))
def test_no_small_number_can_be_found_by_subtracting(counts, more):
    total = sum(count or 0 for count in counts) + more
    row = _completed((*counts, total), RULE)
    assert [kept for kept, count in zip(row, counts, strict=False) if count is not None] == [
        count for count in counts if count is not None
    ]
    if row[:-1].count(None) == 1:
        assert row[-1] is None
