"""The order of choices: each person's own, the same every time, and fair."""

from collections import Counter
from dataclasses import replace

from surveys.choice_order import SEEDS, has_random_order, in_order
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import Localised

_TEXT = Localised("x", "x")
_CHOICES = tuple(Choice(code, _TEXT, exclusive=code in ("none", "all")) for code in ("none", "a", "b", "c", "d", "all"))
_ASKED = Question("q", "several_choices", _TEXT, choices=_CHOICES, random_order=True)


def _codes(question, seed):
    return [choice.code for choice in in_order(question, seed).choices]


def test_an_order_is_kept_and_exclusive_choices_stay_last():
    for seed in range(50):
        order = _codes(_ASKED, seed)
        assert order == _codes(_ASKED, seed)
        assert sorted(order) == sorted(choice.code for choice in _CHOICES)
        assert order[-2:] == ["none", "all"]
    assert len({tuple(_codes(_ASKED, seed)) for seed in range(500)}) == 24


def test_a_choice_that_comes_or_goes_moves_no_other():
    for seed in range(30):
        without_b = replace(_ASKED, choices=tuple(each for each in _CHOICES if each.code != "b"))
        assert _codes(without_b, seed) == [code for code in _codes(_ASKED, seed) if code != "b"]


def test_every_choice_comes_first_about_as_often():
    first = Counter(_codes(_ASKED, seed)[0] for seed in range(4000))
    assert set(first) == {"a", "b", "c", "d"}
    assert all(850 < count < 1150 for count in first.values())  # 1000 ± 5 standard deviations (27 each)


def test_other_questions_keep_the_order_of_the_survey():
    plain = replace(_ASKED, random_order=False)
    assert in_order(plain, 7) is plain
    assert in_order(_ASKED, None) is _ASKED
    rows = tuple(Choice(code, _TEXT) for code in "uvwxyz")
    matrix = replace(_ASKED, type="matrix", rows=rows)
    assert [each.code for each in in_order(matrix, 3).rows] != list("uvwxyz")
    assert in_order(matrix, 3).choices == _CHOICES  # a scale, more often than not
    pairs = replace(_ASKED, type="pairwise")
    assert in_order(pairs, 3) == pairs  # what is compared with what would change
    for question, is_random in ((_ASKED, True), (plain, False)):
        survey = Survey("s", _TEXT, sections=(Section("a", _TEXT, questions=(question,)),))
        assert has_random_order(survey) is is_random
    assert SEEDS == 2**16
