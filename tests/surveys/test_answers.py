"""What is a valid answer: the same rule for every way in, and no input that breaks it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.answers import check_answer, check_answers
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import NOTHING, Localised
from surveys.question_type import Checked

_TEXT = Localised("Text", "Texte")
_CHOICES = (Choice("a", _TEXT), Choice("b", _TEXT), Choice("c", _TEXT), Choice("old", _TEXT, retired=True))
_LONG = Question("idea", "long_text", _TEXT)
_SHORT = Question("word", "short_text", _TEXT)
_SINGLE = Question("region", "single_choice", _TEXT, offers=("prefer_not_to_answer",), choices=_CHOICES)
_SINGLE_OTHER = replace(_SINGLE, code="gender", settings=(("has_other", True),))
_SEVERAL = Question(
    "roles",
    "several_choices",
    _TEXT,
    offers=("dont_know",),
    settings=(("has_other", True), ("maximum", 2), ("minimum", 2)),
    choices=(*_CHOICES, Choice("none", _TEXT, exclusive=True)),
)
_SCALE = Question("access", "scale", _TEXT, offers=("not_applicable",), settings=(("points", 5),))
_RANKING = Question("order", "ranking", _TEXT, settings=(("maximum", 2),), choices=_CHOICES)
_CONSENT = Question("agree", "consent", _TEXT, required=True)
_NUMBER = Question(
    "distance",
    "number",
    _TEXT,
    offers=("dont_know",),
    settings=(("decimals", 1), ("maximum", 100), ("minimum", 0), ("unit", Localised("km", "km"))),
)
_DATE = Question("day", "date", _TEXT, settings=(("maximum", "2026-12-31"), ("minimum", "2020-01-01")))
_YES = Question("again", "yes_no", _TEXT, offers=("dont_know",))
_ROWS = (Choice("r", _TEXT), Choice("s", _TEXT), Choice("gone", _TEXT, retired=True))
_MATRIX = Question("grid", "matrix", _TEXT, required=True, offers=("not_applicable",), choices=_CHOICES, rows=_ROWS)
_POINTS = Question("budget", "points", _TEXT, offers=("dont_know",), settings=(("total", 10),), choices=_CHOICES)
_BEST = Question("sets", "best_worst", _TEXT, settings=(("set_size", 3), ("sets", 2)), choices=_CHOICES)
_PAIRS = Question("pairs", "pairwise", _TEXT, offers=("dont_know",), choices=_CHOICES)
_TIES = replace(_RANKING, code="ties", settings=(("ties", True),), offers=("dont_know",))
_BLOCK = Question("words", "text_block", _TEXT)
_NEW = (_NUMBER, _DATE, _YES, replace(_MATRIX, required=False), _POINTS, _BEST, _PAIRS, _TIES, _BLOCK)
_ALL = (*_NEW, _LONG, _SHORT, _SINGLE, _SINGLE_OTHER, _SEVERAL, _SCALE, _RANKING, _CONSENT)
_SURVEY = Survey("plan", _TEXT, sections=(Section("all", _TEXT, questions=_ALL),))


@pytest.mark.parametrize(
    ("question", "raw", "value"),
    [
        (_LONG, " une idée\r\nlongue ", {"text": "une idée\nlongue"}),
        (_LONG, {"text": "une idée"}, {"text": "une idée"}),
        (_LONG, " \n ", None),
        (_SHORT, "deux\nlignes", {"text": "deux lignes"}),
        (_LONG, "x" * 10_000, {"text": "x" * 10_000}),
        (_SINGLE, "a", {"choice": "a"}),
        (_SINGLE, "", None),
        (_SINGLE, "prefer_not_to_answer", {"special": "prefer_not_to_answer"}),
        (_SINGLE_OTHER, {"choice": "other", "other": " fluide "}, {"choice": "other", "other": "fluide"}),
        (_SINGLE_OTHER, {"choice": None, "other": "fluide"}, {"choice": "other", "other": "fluide"}),
        (_SINGLE_OTHER, "other", {"choice": "other"}),
        (_SINGLE_OTHER, {"choice": "other", "other": "\0 "}, {"choice": "other"}),
        (_SEVERAL, ["c", "a"], {"choices": ["a", "c"]}),
        (_SEVERAL, {"choices": ["a"], "other": "x"}, {"choices": ["a"], "other": "x"}),
        (_SEVERAL, ["none"], {"choices": ["none"]}),
        (_SEVERAL, ["dont_know"], {"special": "dont_know"}),
        (_SEVERAL, [], None),
        (_SCALE, " 5 ", {"point": 5}),
        (_SCALE, 1, {"point": 1}),
        (_SCALE, "not_applicable", {"special": "not_applicable"}),
        (_SCALE, " ", None),
        (_RANKING, {"ranks": {"a": "3", "b": "", "c": 1}}, {"ranking": ["c", "a"]}),
        (_RANKING, ["b"], {"ranking": ["b"]}),
        (_RANKING, {"ranks": {"a": "", "b": None}}, None),
        (_TIES, {"ranks": {"a": 1, "c": 1, "b": 3}}, {"tiers": [["a", "c"], ["b"]]}),
        (_TIES, {"tiers": [["c", "a"]]}, {"tiers": [["a", "c"]]}),
        (_TIES, {"tiers": [["c"], ["a"]]}, {"ranking": ["c", "a"]}),
        (_NUMBER, "12,5 km", {"number": "12.5"}),
        (_NUMBER, 7, {"number": "7"}),
        (_NUMBER, " ", None),
        (_NUMBER, "km", None),
        (_NUMBER, "dont_know", {"special": "dont_know"}),
        (_NUMBER, {"cells": {"": " ", "dont_know": "1"}}, {"special": "dont_know"}),
        (_DATE, "2026-02-28", {"date": "2026-02-28"}),
        (_DATE, "2026-02-28 00:00:00", {"date": "2026-02-28"}),
        (_DATE, date(2026, 2, 28), {"date": "2026-02-28"}),
        (_DATE, "", None),
        (_YES, " Yes ", {"choice": "yes"}),
        (_YES, False, {"choice": "no"}),
        (_YES, "dont_know", {"special": "dont_know"}),
        (_MATRIX, {"rows": {"r": "a", "s": "not_applicable"}}, {"rows": {"r": "a", "s": "not_applicable"}}),
        (_MATRIX, {"rows": dict.fromkeys("rs", "not_applicable")}, {"special": "not_applicable"}),
        (replace(_MATRIX, required=False), {"rows": {"s": "a", "r": ""}}, {"rows": {"s": "a"}}),
        (replace(_MATRIX, required=False), {"rows": {}}, None),
        (_POINTS, {"points": {"a": "6", "b": " 4 "}}, {"points": {"a": 6, "b": 4, "c": 0}}),
        (_POINTS, {"points": {"a": "", "b": None}}, None),
        (_BEST, {"sets": {"1": {"best": "a", "worst": "b"}}}, {"sets": {"1": {"best": "a", "worst": "b"}}}),
        (_BEST, {"sets": {"1": {"best": "", "worst": "b"}}}, {"sets": {"1": {"worst": "b"}}}),
        (_PAIRS, {"pairs": {"a-b": "no_preference"}}, {"pairs": {"a-b": "no_preference"}}),
        (_PAIRS, {"pairs": dict.fromkeys(["a-b", "a-c", "b-c"], "dont_know")}, {"special": "dont_know"}),
        (_BLOCK, None, None),
    ],
)
def test_valid_input_is_stored_in_one_form(question, raw, value):
    assert check_answer(question, raw) == Checked(value)


@pytest.mark.parametrize(
    ("question", "raw", "code", "place"),
    [
        (_LONG, "x" * 10_001, "answer.too_long", "idea"),
        (_LONG, "\0" * 10_000_000, "answer.too_long", "idea"),
        (_SHORT, "x" * 501, "answer.too_long", "word"),
        (_LONG, 12, "answer.malformed", "idea"),
        (_LONG, {"text": "a", "note": "b"}, "answer.malformed", "idea"),
        (_SINGLE, "z", "answer.unknown_choice", "region"),
        (_SINGLE, "other", "answer.unknown_choice", "region"),
        (_SINGLE, "old", "answer.retired_choice", "region"),
        (_SINGLE, "dont_know", "answer.not_offered", "region"),
        (_SINGLE, ["a"], "answer.malformed", "region"),
        (_SINGLE_OTHER, {"choice": "a", "other": "x"}, "answer.other_not_chosen", "gender.other"),
        (_SINGLE_OTHER, {"choice": "other", "other": "x" * 201}, "answer.too_long", "gender.other"),
        (_SEVERAL, ["a"], "answer.too_few", "roles"),
        (_SEVERAL, ["a", "b", "c"], "answer.too_many", "roles"),
        (_SEVERAL, {"choices": ["a", "b"], "other": "x"}, "answer.too_many", "roles"),
        (_SEVERAL, ["a", "none"], "answer.exclusive", "roles"),
        (_SEVERAL, {"choices": ["none"], "other": "x"}, "answer.exclusive", "roles"),
        (_SEVERAL, ["a", "dont_know"], "answer.exclusive", "roles"),
        (_SEVERAL, ["not_applicable"], "answer.not_offered", "roles"),
        (_SEVERAL, ["a", "z"], "answer.unknown_choice", "roles"),
        (_SEVERAL, "a", "answer.malformed", "roles"),
        (_SCALE, 0, "answer.out_of_range", "access"),
        (_SCALE, "6", "answer.out_of_range", "access"),
        (_SCALE, True, "answer.out_of_range", "access"),
        (_SCALE, 2.5, "answer.out_of_range", "access"),
        (_RANKING, {"ranks": {"a": 1, "b": 1}}, "answer.same_rank", "order"),
        (_RANKING, {"ranks": {"a": "first"}}, "answer.not_a_rank", "order"),
        (_RANKING, {"ranks": {"a": 9}}, "answer.not_a_rank", "order"),
        (_RANKING, {"ranks": {"z": 1}}, "answer.unknown_choice", "order"),
        (_RANKING, ["a", "a"], "answer.ranked_twice", "order"),
        (_RANKING, ["a", "b", "c"], "answer.too_many", "order"),
        (_TIES, {"tiers": [["a"], ["a"]]}, "answer.ranked_twice", "ties"),
        (_TIES, {"tiers": [[]]}, "answer.malformed", "ties"),
        (_RANKING, {"tiers": [["a", "b"]]}, "answer.malformed", "order"),
        (_NUMBER, "douze", "answer.not_a_number", "distance"),
        (_NUMBER, "1,25", "answer.too_many_decimals", "distance"),
        (replace(_NUMBER, settings=()), "1,234", "answer.too_many_decimals", "distance"),
        (_NUMBER, "-1", "answer.too_small", "distance"),
        (_NUMBER, 101, "answer.too_large", "distance"),
        (_NUMBER, {"cells": {"": "3", "dont_know": "1"}}, "answer.special_and_answer", "distance"),
        (_NUMBER, {"cells": {"": "", "dont_know": "?"}}, "answer.malformed", "distance"),
        (_DATE, "2026-02-30", "answer.not_a_date", "day"),
        (_DATE, "03/04/2026", "answer.not_a_date", "day"),
        (_DATE, "2026-02-28 13:00", "answer.not_a_date", "day"),
        (_DATE, "2019-12-31", "answer.too_early", "day"),
        (_DATE, "2027-01-01", "answer.too_late", "day"),
        (_YES, "maybe", "answer.unknown_choice", "again"),
        (_MATRIX, {"rows": {"r": "a"}}, "answer.row_missing", "grid.s"),
        (_MATRIX, {"rows": {}}, "answer.required", "grid"),
        (_MATRIX, {"rows": {"r": "z", "s": "a"}}, "answer.unknown_choice", "grid"),
        (_MATRIX, {"rows": {"r": "dont_know", "s": "a"}}, "answer.not_offered", "grid.r"),
        (_MATRIX, {"rows": {"gone": "a"}}, "answer.retired_choice", "grid"),
        (_MATRIX, {"rows": {"nowhere": "a"}}, "answer.malformed", "grid"),
        (_POINTS, {"points": {"a": 6, "b": 5}}, "answer.wrong_total", "budget"),
        (_POINTS, {"points": {"a": 6}}, "answer.wrong_total", "budget"),
        (_POINTS, {"points": {"a": "-1"}}, "answer.not_points", "budget.a"),
        (_POINTS, {"points": {"a": "1,5"}}, "answer.not_points", "budget.a"),
        (_POINTS, {"points": {"old": 10}}, "answer.retired_choice", "budget"),
        (_BEST, {"sets": {"1": {"best": "a", "worst": "a"}}}, "answer.best_is_worst", "sets.set1_worst"),
        (_BEST, {"sets": {"3": {"best": "a"}}}, "answer.malformed", "sets"),
        (replace(_BEST, required=True), {"sets": {"1": {"best": "a"}}}, "answer.set_missing", "sets.set1_worst"),
        (_PAIRS, {"pairs": {"a-b": "c"}}, "answer.unknown_choice", "pairs.a-b"),
        (_PAIRS, {"pairs": {"a-b": "not_applicable"}}, "answer.not_offered", "pairs.a-b"),
        (_PAIRS, {"pairs": {"b-a": "a"}}, "answer.malformed", "pairs"),
        (
            replace(_PAIRS, settings=(("forced", True),)),
            {"pairs": {"a-b": "no_preference"}},
            "answer.unknown_choice",
            "pairs.a-b",
        ),
        (_BLOCK, "read", "answer.malformed", "words"),
        (_CONSENT, False, "answer.required", "agree"),
        (_CONSENT, None, "answer.required", "agree"),
        (_CONSENT, "maybe", "answer.malformed", "agree"),
        (_CONSENT, {"given": True, "text_version": "another"}, "answer.other_consent_text", "agree"),
        (replace(_LONG, required=True), " ", "answer.required", "idea"),
        (replace(_LONG, type="oracle"), "x", "question.unknown_type", "idea"),
    ],
)
def test_invalid_input_is_refused_with_its_code_and_place(question, raw, code, place):
    checked = check_answer(question, raw)
    assert checked.value is None
    assert [(problem.code, problem.place) for problem in checked.problems] == [(code, place)]


@pytest.mark.parametrize(
    ("question", "raw", "value"),
    [
        (replace(_LONG, required=True), "", None),
        (_SEVERAL, ["a"], {"choices": ["a"]}),
        (_MATRIX, {"rows": {"r": "a"}}, {"rows": {"r": "a"}}),
        (_POINTS, {"points": {"a": 6}}, {"points": {"a": 6, "b": 0, "c": 0}}),
        (replace(_BEST, required=True), {"sets": {"1": {"best": "a"}}}, {"sets": {"1": {"best": "a"}}}),
    ],
)
def test_a_draft_may_be_incomplete(question, raw, value):
    assert check_answer(question, raw, final=False) == Checked(value)
    assert check_answer(question, raw, final=True).problems


def test_a_draft_may_not_be_invalid():
    assert check_answer(_SINGLE, "z", final=False).problems


def test_no_consent_is_given_by_silence():
    free = replace(_CONSENT, required=False)
    assert check_answer(free, None) == Checked(None)
    assert check_answer(free, False).value["given"] is False
    assert check_answer(free, "1").value["given"] is True


def test_valid_answers_come_back_beside_the_problems_of_the_others():
    values, problems = check_answers(_SURVEY, {"idea": "x", "access": "9", "agree": True}, final=True)
    assert sorted(values) == ["agree", "idea"]
    assert [(problem.code, problem.place) for problem in problems] == [("answer.out_of_range", "access")]


def test_final_answers_miss_what_is_required_and_a_draft_does_not():
    assert [problem.code for problem in check_answers(_SURVEY, {}, final=True)[1]] == ["answer.required"]
    assert check_answers(_SURVEY, {}, final=False) == ({}, ())


def test_an_unknown_question_is_refused_and_its_name_repeated_only_if_it_is_a_code():
    _, problems = check_answers(_SURVEY, {"weather": 1, "Ma mère a 91 ans": 1, 3: 1}, final=False)
    assert [(problem.code, problem.place) for problem in problems] == [
        ("answer.unknown_question", "weather"),
        ("answer.unknown_question", ""),
        ("answer.unknown_question", ""),
    ]


def test_problems_never_repeat_what_a_person_wrote():
    secret = "ma mère a 91 ans"
    raw = {question.code: secret for question in (_SINGLE, _SCALE, _CONSENT, _RANKING, _SEVERAL)}
    raw |= {"gender": {"choice": secret, "other": secret}, "idea": secret * 1000}
    _, problems = check_answers(_SURVEY, raw, final=True)
    assert len(problems) == 7
    assert secret not in "".join(f"{problem} {dict(problem.values)}" for problem in problems)


_KEYS = st.sampled_from(
    [
        "choice",
        "choices",
        "other",
        "ranks",
        "ranking",
        "point",
        "points",
        "number",
        "date",
        "rows",
        "sets",
        "pairs",
        "tiers",
        "cells",
        "1",
        "best",
        "a-b",
        "given",
        "text",
        "special",
        "a",
        "b",
        "malformed",
    ]
)
_WORDS = st.sampled_from(
    ["a", "b", "c", "old", "none", "other", "dont_know", "prefer_not_to_answer", "1", "", "\ud800"]
)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.binary() | st.text() | _WORDS
_NASTY = st.recursive(
    _LEAVES | st.just(object()),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(_KEYS | st.text(max_size=3) | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(_NASTY, st.booleans())
def test_no_input_raises_and_what_is_accepted_is_accepted_again(raw, final):
    for question in _ALL:
        checked = check_answer(question, raw, final=final)
        if checked.value is not None:
            assert checked.problems == ()
            assert check_answer(question, checked.value, final=final) == checked


@given(_NASTY | st.dictionaries(st.sampled_from([question.code for question in _ALL]), _NASTY), st.booleans())
def test_no_set_of_answers_raises(raw, final):
    values, problems = check_answers(_SURVEY, raw, final)
    again, _ = check_answers(_SURVEY, values, final)
    assert again == values
    assert all(isinstance(problem.code, str) for problem in problems)


def test_an_answer_nested_without_end_is_refused():
    nested: object = "a"
    for _ in range(50_000):
        nested = [nested]
    for question in (_SINGLE, _SEVERAL, _SCALE, _RANKING, _CONSENT, _LONG):
        assert check_answer(question, nested).problems
    while isinstance(nested, list):  # taken apart by hand: freeing it at once would recurse
        nested = nested[0]


def test_a_number_too_long_to_be_written_is_refused():
    enormous = 10**5000
    with pytest.raises(ValueError, match="digits"):
        str(enormous)  # what a careless check would do
    for raw in (enormous, {"given": enormous}, {"point": enormous}, {"ranks": {"a": enormous}}, [enormous]):
        assert all(check_answer(question, raw).problems for question in _ALL)


def test_a_question_that_was_never_checked_still_raises_nothing():
    senseless = [
        replace(_SCALE, settings=(("points", -3),)),
        replace(_SCALE, settings=(("points", 10**6),)),
        replace(_RANKING, choices=()),
        replace(_SEVERAL, choices=(), settings=()),
        replace(_LONG, settings=(("maximum", -1),)),
        replace(_SINGLE, text=NOTHING, offers=("perhaps",)),
    ]
    for question in senseless:
        for raw in ("a", ["a"], 3, {"ranks": {"a": 1}}):
            assert isinstance(check_answer(question, raw), Checked)
