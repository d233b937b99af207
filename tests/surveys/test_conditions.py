"""Conditions: what they say, what they amount to, and how the builder writes and reads them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.condition_parts import OPERATORS, Clause, compose, describe, join
from surveys.condition_values import StoredAnswers, is_broken, is_met
from surveys.conditions import Reference, parse, questions_in, references
from surveys.definition import Choice, Question
from surveys.localised import Localised
from surveys.problems import SurveyError

_TEXT = Localised("x", "x")
_CHOICES = tuple(Choice(code, _TEXT) for code in ("caregiver", "patient", "none"))
QUESTIONS = {
    each.code: each
    for each in (
        Question("role", "single_choice", _TEXT, choices=_CHOICES, offers=("prefer_not_to_answer",)),
        Question("needs", "several_choices", _TEXT, choices=_CHOICES, offers=("dont_know",)),
        Question("access", "scale", _TEXT),
        Question("order", "ranking", _TEXT, choices=_CHOICES),
        Question("age", "number", _TEXT),
        Question("day", "date", _TEXT),
        Question("idea", "long_text", _TEXT),
    )
}
VALUES = {
    "role": {"choice": "caregiver"},
    "needs": {"choices": ["caregiver", "patient"]},
    "access": {"point": 4},
    "order": {"ranking": ["patient", "none"]},
    "age": {"number": "33.4"},
    "day": {"date": "2026-11-02"},
    "idea": {"text": "Don’t close"},
}
BLANKS = frozenset(QUESTIONS)


def _holds(condition, **changed):
    given_now = {code: value for code, value in (VALUES | changed).items() if value is not None}
    return is_met(condition, StoredAnswers(QUESTIONS, given_now))


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "${role} = 'caregiver' and not(selected(${needs}, 'none'))",
        '${role} != "patient"',
        "selected(${role}, 'caregiver') and selected(${order}, 'none') and not(selected(${order}, 'caregiver'))",
        "count-selected(${needs}) = 2 and count-selected(${role}) = 1",
        "${needs} = 'caregiver patient'",
        "${needs.caregiver} = 1 and ${needs.none} = 0",
        "${order.patient} < ${order.none}",
        "${access} > 3 and ${access} >= 4 and ${access} < 5 and ${access} <= '4'",
        "${access} * 2 - 1 = 7 and ${access} div 8 = 0.5 and ${access} mod 3 = 1 and -${access} = 0 - 4",
        "${age} + 33.3 + 33.3 = 100",  # as decimals, not as binary fractions
        "${day} >= '2026-11-02' and ${day} < '2026-12-01'",
        "${idea} != '' and ${role} != ''",
        "if(${access} > 3, 'high', 'low') = 'high'",
        "coalesce(${access}, 0) = 4 and true() and not(false())",
        "${role} = 'patient' or ${role} = 'none' or ${role} = 'caregiver'",
        "(${role} = 'patient' or ${access} = 4) and ${access} = 4",
        "not(${role} = 'patient') and not(${idea} > 3)",
    ],
)
def test_what_holds(condition):
    assert _holds(condition)
    if condition:
        assert not _holds(f"not({condition})")


def test_a_comparison_with_a_blank_is_false_whatever_the_sign():
    for sign in ("=", "!=", "<", "<=", ">", ">="):
        assert not _holds(f"${{role}} {sign} 'caregiver'", role=None)
        assert not _holds(f"${{access}} {sign} 3", access=None)
        assert not _holds(f"${{access}} + 1 {sign} 3", access=None)
    assert _holds("${role} = '' and not(${role} != '')", role=None)
    assert _holds("not(${role} = 'caregiver') and not(selected(${needs}, 'none'))", role=None, needs=None)
    assert not _holds("${role}", role=None)
    assert _holds("coalesce(${access}, 0) = 0", access=None)


def test_a_special_value_is_a_text_that_is_no_number_and_counts_for_nothing():
    special = {"special": "prefer_not_to_answer"}
    assert _holds("${role} = 'prefer_not_to_answer' and ${role} != 'caregiver' and ${role} != ''", role=special)
    assert not _holds("${access} >= 0 or ${access} < 0", access={"special": "dont_know"})
    unknown = {"special": "dont_know"}
    assert _holds("selected(${needs}, 'dont_know') and count-selected(${needs}) = 0", needs=unknown)
    assert _holds("${needs} = 'dont_know' and not(selected(${needs}, 'caregiver'))", needs=unknown)


def test_a_check_with_a_blank_in_it_is_not_broken():
    check = "${age} + ${access} = 100"
    assert is_broken(check, StoredAnswers(QUESTIONS, VALUES))
    assert not is_broken(check, StoredAnswers(QUESTIONS, VALUES | {"age": {"number": "96"}}))
    for code in ("age", "access"):
        assert not is_broken(check, StoredAnswers(QUESTIONS, {each: VALUES[each] for each in VALUES if each != code}))
        assert not is_broken(f"not({check} or {check})", StoredAnswers(QUESTIONS, {}))
    assert not is_broken("not(selected(${needs}, 'none') and ${access} = 4)", StoredAnswers(QUESTIONS, {}))
    either = "if(${age} > 0, ${access} = 99, false())"  # which of the two counts, nobody knows
    assert is_broken(either, StoredAnswers(QUESTIONS, VALUES))
    assert not is_broken(either, StoredAnswers(QUESTIONS, {"access": VALUES["access"]}))
    assert not is_broken("nonsense(", StoredAnswers(QUESTIONS, VALUES))
    assert not is_broken("1 = 2", StoredAnswers(QUESTIONS, VALUES))


@pytest.mark.parametrize(
    ("condition", "code", "position"),
    [
        ("${role} =", "condition.syntax", 10),
        ("${role} = = 2", "condition.syntax", 11),
        ("(${role} = 'x'", "condition.syntax", 15),
        ("${role} = 'x')", "condition.syntax", 14),
        ("1 < 2 < 3", "condition.syntax", 7),
        ("${Rôle} = 'x'", "condition.syntax", 1),
        ("${role} = 'x", "condition.syntax", 11),
        ("selected(${role})", "condition.syntax", 1),
        ("selected('role', 'x')", "condition.syntax", 1),
        ("selected(${needs.none}, 'x')", "condition.syntax", 1),
        ("not()", "condition.syntax", 1),
        ("and = 2", "condition.syntax", 1),
        ("1 = regex(., '[a-z]')", "condition.syntax", 11),
        ("1 = pulldata('x')", "condition.unknown_function", 5),
    ],
)
def test_what_cannot_be_read_says_where(condition, code, position):
    with pytest.raises(SurveyError) as refused:
        parse(condition)
    (problem,) = refused.value.problems
    assert (problem.code, problem.values["position"]) == (code, position)


@pytest.mark.parametrize(
    "endless",
    [
        "(" * 5000 + "1",
        "not(" * 500 + "1",
        " or ".join(["1=1"] * 500),
        "+".join("1" * 1999),
        "-" * 3000 + "1",
        "1" * 5000,
    ],
)
def test_what_has_no_end_is_refused_and_never_too_deep_to_walk(endless):
    with pytest.raises(SurveyError):
        parse(endless)


@given(st.text(max_size=60) | st.text("()${}.roleneds=<>!'\"1+-* andivmotfs", max_size=120))
def test_any_text_is_read_or_refused(text):
    try:
        node = parse(text)
    except SurveyError:
        assert is_met(text, StoredAnswers({}, {}))  # what cannot be read hides nothing
        assert questions_in(text) == frozenset()
    else:
        assert questions_in(text) == {each.question for each in references(node)}
        assert is_met(text, StoredAnswers(QUESTIONS, VALUES)) in {True, False}


def test_references_are_found_in_the_order_of_the_text():
    node = parse("if(${a} = 1, ${b.part}, 0) + ${c} > 2")
    assert references(node) == (Reference("a", "", 3), Reference("b", "part", 13), Reference("c", "", 28 + 1))


_VALUES = (
    st.text("abc d'é$", min_size=1, max_size=6) | st.integers(0, 10**6) | st.decimals(0, 100, places=2).map(Fraction)
)


@given(
    st.lists(
        st.tuples(st.sampled_from(["role", "needs"]), st.sampled_from(OPERATORS), _VALUES), min_size=1, max_size=4
    ),
    st.sampled_from(["and", "or"]),
)
def test_what_the_builder_writes_it_reads_back(clauses, joined):
    wanted = [
        Clause(
            question,
            operator,
            ("" if operator in ("answered", "blank") else str(value) if operator[:2] in ("in", "ex") else value),
        )
        for question, operator, value in clauses
    ]
    conditions = [compose(each.question, each.operator, each.value) for each in wanted]
    described = describe(join(conditions, joined))
    assert described.clauses == tuple(wanted)
    assert described.joined == (joined if len(wanted) > 1 else "and")


def test_other_conditions_are_left_to_the_text():
    assert describe("").clauses == ()
    for condition in ("${a} + 1 = 2", "${a} = 'x' and (${b} = 1 or ${c} = 1)", "'x' = ${a}", "not(${a} = 1)", "oops("):
        assert describe(condition) is None
    assert describe("${a.b} > 2").clauses == (Clause("a", "more_than", Fraction(2), "b"),)
    for value in ("", "\"'", -1, Fraction(1, 3)):
        with pytest.raises(SurveyError):
            compose("role", "is", value)
    with pytest.raises(SurveyError):
        compose("role", "resembles", "x")
