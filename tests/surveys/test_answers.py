"""What is a valid answer: the same rule for every way in, and no input that breaks it."""

from dataclasses import replace

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
_ALL = (_LONG, _SHORT, _SINGLE, _SINGLE_OTHER, _SEVERAL, _SCALE, _RANKING, _CONSENT)
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
