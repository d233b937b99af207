"""Agreement between coders: against published examples, scikit-learn, and the laws that both measures keep."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from analysis.agreement import compare_coders, krippendorff_alpha, masi_distance
from analysis.errors import AnalysisError

THEMES = ("a", "b", "c")
SETS = st.frozensets(st.sampled_from(THEMES))
PAIRS = st.lists(st.tuples(SETS, SETS), min_size=2, max_size=40)


def _read(text):
    return [None if sign == "." else sign for sign in text.split()]


def test_alpha_of_published_examples():
    # Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability": examples A, B and C.
    binary = [_read("0 1 0 0 0 0 0 0 1 0"), _read("1 1 1 0 0 1 0 0 0 0")]
    nominal = [_read("a a b b d c c c e d d a"), _read("b a b b b c c c e d d d")]
    four = [
        _read("1 2 3 3 2 1 4 1 2 . . ."),
        _read("1 2 3 3 2 2 4 1 2 5 . 3"),
        _read(". 3 3 3 2 3 4 2 2 5 1 ."),
        _read("1 2 3 3 2 4 4 1 2 5 1 ."),
    ]
    assert krippendorff_alpha(binary) == pytest.approx(0.095, abs=5e-4)
    assert krippendorff_alpha(nominal) == pytest.approx(0.692, abs=5e-4)
    assert krippendorff_alpha(four) == pytest.approx(0.743, abs=5e-4)
    interval = krippendorff_alpha(four, lambda one, other: (int(one) - int(other)) ** 2)
    assert interval == pytest.approx(0.849, abs=5e-4)


def test_masi_of_its_four_cases():
    # Passonneau 2006: the same set, one inside the other, sets that overlap, sets that share nothing.
    assert masi_distance(frozenset("ab"), frozenset("ab")) == 0
    assert masi_distance(frozenset("ab"), frozenset("abcd")) == pytest.approx(1 - 1 / 2 * 2 / 3)
    assert masi_distance(frozenset("ab"), frozenset("bc")) == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert masi_distance(frozenset("a"), frozenset("b")) == masi_distance(frozenset(), frozenset("a")) == 1


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_each_measure_is_that_of_the_plain_definition(pairs):
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    found = compare_coders(first, second, THEMES, 1)
    by_sets = krippendorff_alpha([first, second], masi_distance)
    assert found.alpha.value == (None if by_sets is None else pytest.approx(by_sets))
    for theme in THEMES:
        one, other = [theme in codes for codes in first], [theme in codes for codes in second]
        mine = found.themes[theme]
        alpha = krippendorff_alpha([one, other])
        assert mine.alpha.value == (None if alpha is None else pytest.approx(alpha))
        if len({*one, *other}) == 2:
            assert mine.kappa.value == pytest.approx(cohen_kappa_score(one, other))
        assert mine.both + mine.first + mine.second + mine.neither == len(pairs)


@settings(max_examples=30, deadline=None)
@given(PAIRS)
def test_who_is_first_makes_no_difference(pairs):
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    one, other = compare_coders(first, second, THEMES, 1), compare_coders(second, first, THEMES, 1)
    assert one.same == other.same
    for theme in THEMES:
        assert one.themes[theme].raw == other.themes[theme].raw
        assert one.themes[theme].kappa.value == (
            None if other.themes[theme].kappa.value is None else pytest.approx(other.themes[theme].kappa.value)
        )


def test_a_rare_theme_has_low_kappa_though_coders_hardly_differ():
    # The paradox of Feinstein and Cicchetti: 98 of 100 the same, and kappa says next to nothing.
    first = [frozenset("a")] + [frozenset()] * 99
    second = [frozenset(), frozenset("a")] + [frozenset()] * 98
    found = compare_coders(first, second, ("a",), 1).themes["a"]
    assert found.raw == 0.98
    assert found.kappa.value < 0
    assert found.is_rare
    assert found.prevalence == 0.01


def test_intervals_hold_the_value_repeat_and_narrow_with_more_texts():
    few = [frozenset("a")] * 12 + [frozenset()] * 13, [frozenset("a")] * 10 + [frozenset()] * 15
    many = few[0] * 16, few[1] * 16
    small, large = (compare_coders(*codes, ("a",), 4) for codes in (few, many))
    assert small == compare_coders(*few, ("a",), 4)
    for each in (small, large):
        kappa = each.themes["a"].kappa
        assert kappa.low < kappa.value < kappa.high
    assert large.alpha.high - large.alpha.low < (small.alpha.high - small.alpha.low) / 3


def test_what_nobody_used_is_not_measured():
    found = compare_coders([frozenset()] * 3, [frozenset()] * 3, ("a",), 1)
    assert found.themes["a"].kappa.value is None
    assert found.alpha.value is None
    assert found.themes["a"].raw == 1
    with pytest.raises(AnalysisError, match=r"coding\.no_texts"):
        compare_coders([], [], ("a",), 1)
