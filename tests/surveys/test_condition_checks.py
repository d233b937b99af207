"""What is wrong with conditions is found before publishing, and nothing is claimed that may be wrong."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import condition_domains
from surveys.completeness import check_survey
from surveys.condition_domains import Possibilities
from surveys.condition_values import holds
from surveys.definition import Check, Choice, Question, Section, Survey
from surveys.localised import Localised
from surveys.routing import follow_values

_TEXT = Localised("x", "x")
_CHOICES = tuple(Choice(code, _TEXT) for code in ("a", "b", "c"))
_SOLE = (*_CHOICES, Choice("none", _TEXT, exclusive=True))


def _one(code, show_if="", **more):
    return Question(code, "single_choice", _TEXT, choices=_CHOICES, show_if=show_if, **more)


def _several(code, show_if=""):
    return Question(code, "several_choices", _TEXT, choices=_SOLE, show_if=show_if)


def _survey(*questions, condition="", second=None, checks=()):
    """A survey whose second section has the condition, and asks the questions after these: role, needs, access, age."""
    first = (
        _one("role", offers=("dont_know",)),
        _several("needs"),
        Question("access", "scale", _TEXT, settings=(("high", _TEXT), ("low", _TEXT))),
        Question("age", "number", _TEXT),
        Question("idea", "short_text", _TEXT),
    )
    later = Section("later", _TEXT, questions=second or (_one("last"),), show_if=condition)
    return Survey("s", _TEXT, sections=(Section("first", _TEXT, questions=(*first, *questions)), later), checks=checks)


def _found(survey):
    return [(problem.code, problem.place) for problem in check_survey(survey)]


@pytest.mark.parametrize(
    "condition",
    [
        "${role} = 'a' and not(selected(${needs}, 'none'))",
        "${role} = 'dont_know' or ${access} >= 4 or ${age} > 17.5 or ${idea} != ''",
        "selected(${needs}, 'a') and selected(${needs}, 'b') and count-selected(${needs}) = 3",
        "${needs.a} = 1 and ${age} = '18' and count-selected(${needs}) > 1",
        "${age} > 5 and ${age} < 3",  # numbers have no end: nothing is claimed
    ],
)
def test_what_can_be_meant_passes(condition):
    assert _found(_survey(condition=condition)) == []


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("${role} =", "condition.syntax"),
        ("position(..) = 1", "condition.syntax"),
        ("today() = 1", "condition.unknown_function"),
        ("${nothing} = 'a'", "condition.unknown_question"),
        ("${role} = 'z'", "condition.unknown_choice"),
        ("selected(${needs}, 'z')", "condition.unknown_choice"),
        ("${needs.z} = 1", "condition.unknown_choice"),
        ("${last} = 'a'", "condition.forward"),  # a section on one of its own
        ("${role} = 3", "condition.compares_text_with_number"),
        ("${idea} > 3", "condition.compares_text_with_number"),
        ("${age} = 'young'", "condition.compares_text_with_number"),
        ("'high' = ${access}", "condition.compares_text_with_number"),
        ("${role} = 'a' and ${role} = 'b'", "condition.never"),
        ("${access} > 5", "condition.never"),
        ("selected(${needs}, 'none') and selected(${needs}, 'a')", "condition.never"),
        ("count-selected(${needs}) > 3", "condition.never"),
        ("1 = 2", "condition.never"),
    ],
)
def test_each_fault_is_found_at_its_place(condition, code):
    assert _found(_survey(condition=condition)) == [(code, "sections[1].show_if")]


def test_a_question_may_hang_on_its_own_page_but_not_on_what_comes_after():
    fine = _survey(_one("more", "${role} = 'a'"), _one("still_more", "${more} = 'b'"))
    assert _found(fine) == []
    forward = _survey(_one("more", "${still_more} = 'a'"), _one("still_more"))
    assert _found(forward) == [("condition.forward", "sections[0].questions[5].show_if")]
    loop = _survey(_one("more", "${still_more} = 'a'"), _one("still_more", "${more} = 'b'"))
    assert _found(loop) == [("condition.loop", "sections[0].questions[5].show_if")]
    itself = _survey(_one("more", "${more} = 'a'"))
    assert _found(itself) == [("condition.loop", "sections[0].questions[5].show_if")]


def test_conditions_on_conditions_are_seen_through():
    """`more` is asked of those in a only, so that nobody in b has an answer to it."""
    survey = _survey(_one("more", "${role} = 'a'"), condition="${more} = 'a' and ${role} = 'b'")
    assert _found(survey) == [("condition.never", "sections[1].show_if")]
    inside = _survey(condition="${role} = 'a'", second=(_one("last", "${role} = 'b'"), _one("after")))
    assert _found(inside) == [("condition.never", "sections[1].questions[0].show_if")]
    choices = (*_CHOICES, Choice("d", _TEXT, show_if="${role} = 'b'"))
    narrow = _survey(condition="${role} = 'a'", second=(replace(_one("last"), choices=choices),))
    assert _found(narrow) == [("condition.never", "sections[1].questions[0].choices[3].show_if")]


def test_checks_are_checked_too():
    message = Localised("No.", "Non.")
    fine = Check("both", "${age} + ${access} = 100", message)
    assert _found(_survey(checks=(fine,))) == []
    for condition, code in (
        ("1 = 1", "condition.no_question"),
        ("${last} = 3", "condition.compares_text_with_number"),
        ("${gone} = 3", "condition.unknown_question"),
        ("${access} = 9", "condition.never"),
    ):
        assert _found(_survey(checks=(Check("c", condition, message),))) == [(code, "checks[0].condition")]
    twice = (fine, replace(fine, message=Localised("No.")))
    assert _found(_survey(checks=twice)) == [
        ("code.duplicate", "checks[1]"),
        ("translation.missing", "checks[1].message"),
    ]


def test_the_consents_of_the_first_page_have_no_condition():
    agree = Question("agree", "consent", _TEXT)
    quote = Question("quote", "consent", _TEXT, show_if="${agree} = 1")
    survey = Survey("s", _TEXT, sections=(Section("first", _TEXT, questions=(agree, quote)),))
    assert _found(survey) == [("condition.on_first_page", "sections[0].questions[1].show_if")]
    later = replace(survey, sections=(Section("you", _TEXT, questions=(_one("role"),)), *survey.sections))
    assert _found(later) == []


_ATOMS = st.sampled_from(
    [
        "${role} = 'a'",
        "${role} != 'b'",
        "${more} = 'c'",
        "${more} = ''",
        "selected(${needs}, 'a')",
        "selected(${needs}, 'none')",
        "count-selected(${needs}) > 1",
        "${access} > 3",
        "${access} = 2",
        "selected(${role}, 'dont_know')",
    ]
)
_CONDITIONS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        inner.map("not({})".format),
        st.tuples(inner, inner).map(lambda two: "({} and {})".format(*two)),
        st.tuples(inner, inner).map(lambda two: "({} or {})".format(*two)),
    ),
    max_leaves=5,
)
_ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["a", "b", "c"]).map(lambda code: {"choice": code}) | st.just({"special": "dont_know"}),
        "needs": st.sets(st.sampled_from("abc"), min_size=1).map(lambda codes: {"choices": sorted(codes)})
        | st.just({"choices": ["none"]}),
        "access": st.integers(1, 5).map(lambda point: {"point": point}),
        "more": st.sampled_from(["a", "b", "c"]).map(lambda code: {"choice": code}),
    },
)


@settings(max_examples=50)
@given(_CONDITIONS, _ANSWERS)
def test_what_is_said_to_be_impossible_never_happens(condition, answers):
    survey = _survey(_one("more", "${role} = 'a'"), condition=condition)
    if 1 in follow_values(survey, answers).sections:
        assert Possibilities(survey).can_hold([condition])


def _scales(number):
    return tuple(Question(f"q{at}", "scale", _TEXT, settings=(("points", 11),)) for at in range(number))


def test_too_much_to_try_is_left_open():
    together = " + ".join(f"${{q{at}}}" for at in range(8))
    assert Possibilities(_survey(*_scales(8))).can_hold([f"{together} > 100"])
    assert not Possibilities(_survey(*_scales(2))).can_hold(["${q0} + ${q1} > 100"])


def test_what_fails_by_itself_is_found_among_many():
    condition = " and ".join(f"${{q{at}}} > 20" for at in reversed(range(8)))
    assert not Possibilities(_survey(*_scales(8))).can_hold([condition])


def test_many_conditions_cost_no_more_than_their_budget(monkeypatch):
    tried = []
    monkeypatch.setattr(condition_domains, "holds", lambda *given: tried.append(1) or holds(*given))
    together = " + ".join(f"${{q{at}}}" for at in range(5))
    many = tuple(_one(f"more_{at}", f"{together} > {at + 60}") for at in range(40))
    assert not any(code == "condition.never" for code, _ in _found(_survey(*_scales(5), *many)))
    assert len(tried) < 3 * condition_domains.BUDGET


def test_a_long_chain_of_conditions_is_gone_through():
    chain = [_one("c0"), *(_one(f"c{at}", f"${{c{at - 1}}} = 'a'") for at in range(1, 1200))]
    assert _found(_survey(*chain)) == []
    impossible = replace(chain[20], show_if="${c19} = 'a' and ${c19} = 'b'")
    found = _found(_survey(*chain[:20], impossible, *chain[21:40]))
    assert found[0] == ("condition.never", "sections[0].questions[25].show_if")


@pytest.mark.parametrize("kind", ["pairwise", "best_worst"])
def test_a_part_that_a_comparing_question_does_not_have_is_named(kind):
    compared = Question("compared", kind, _TEXT, choices=(*_CHOICES, Choice("d", _TEXT)))
    found = _found(_survey(compared, condition="${compared.c} = 'x'"))
    assert [code for code, _ in found if code.startswith("condition.")] == ["condition.unknown_choice"]
