"""Changing a definition: nothing is lost, codes stay apart, references follow."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import edit
from surveys.answers import CODE
from surveys.definition import Check, Choice, Question, Section, Survey, dump_survey
from surveys.definition_reader import load_survey
from surveys.localised import Localised
from surveys.problems import SurveyError
from surveys.question_types import QUESTION_TYPES


def both(text: str) -> Localised:
    return Localised(text, f"{text} (fr)")


def make(*sizes: int) -> Survey:
    """Return a survey whose sections have these many questions: q0, q1, …"""
    sections, number = [], 0
    for at, size in enumerate(sizes):
        codes = [f"q{number + each}" for each in range(size)]
        number += size
        questions = tuple(Question(code, "long_text", both(code)) for code in codes)
        sections.append(Section(f"s{at}", both(f"s{at}"), questions=questions))
    return Survey("main", both("Survey"), sections=tuple(sections))


def codes(survey: Survey) -> list[list[str]]:
    return [[question.code for question in section.questions] for section in survey.sections]


surveys = st.lists(st.integers(0, 3), min_size=1, max_size=4).filter(any).map(lambda sizes: make(*sizes))


@given(surveys, st.data())
def test_moving_loses_nothing_and_up_is_the_way_back_from_down(survey, data):
    flat = [question.code for question in survey.questions]
    code, step = data.draw(st.sampled_from(flat)), data.draw(st.sampled_from([-1, 1]))
    moved = edit.shift_question(survey, code, step)
    assert sorted(question.code for question in moved.questions) == sorted(flat)
    if moved != survey:
        assert edit.shift_question(moved, code, -step) == survey
    target = data.draw(st.sampled_from(survey.sections)).code
    there = edit.move_question(survey, code, target, data.draw(st.none() | st.integers(0, 9)))
    assert edit.section_of(there, code).code == target
    assert sorted(question.code for question in there.questions) == sorted(flat)
    section = data.draw(st.sampled_from(survey.sections)).code
    shifted = edit.shift_section(survey, section, step)
    assert set(codes(shifted)[0]) <= set(flat)
    assert shifted == survey or edit.shift_section(shifted, section, -step) == survey


@given(surveys, st.data())
def test_a_copy_has_a_code_of_its_own_and_stands_behind(survey, data):
    code = data.draw(st.sampled_from([question.code for question in survey.questions]))
    taken = {f"q{number}" for number in range(20)}
    copied, new = edit.duplicate_question(survey, code, taken)
    here = [question.code for question in edit.section_of(copied, code).questions]
    assert here[here.index(code) + 1] == new
    assert new not in taken
    assert edit.delete_question(copied, new) == survey
    assert load_survey(dump_survey(copied)) == copied


def test_at_the_edge_a_question_goes_on_into_the_next_section():
    survey = make(2, 0, 1)
    assert codes(edit.shift_question(survey, "q1", 1)) == [["q0"], ["q1"], ["q2"]]
    assert codes(edit.shift_question(survey, "q2", -1)) == [["q0", "q1"], ["q2"], []]
    assert edit.shift_question(survey, "q0", -1) is survey


def test_a_code_that_changes_is_followed_by_conditions_and_texts_and_no_other_is():
    survey = make(2)
    asks = replace(survey.questions[1], text=both("You said ${q0|nothing}, not ${q01}"), show_if="${q0} = 'a'")
    survey = edit.replace_question(survey, "q1", asks)
    survey = replace(survey, checks=(Check("sum", "${q0.part} > 1 and ${q1} = 2", both("No")),))
    spaced = replace(survey, checks=(replace(survey.checks[0], condition="${ q0 } = 'a' or ${ q0.b } = 1"),))
    (check,) = edit.replace_question(spaced, "q0", replace(survey.questions[0], code="role")).checks
    assert check.condition == "${role } = 'a' or ${role.b } = 1"
    renamed = edit.replace_question(survey, "q0", replace(survey.questions[0], code="role"))
    assert renamed.questions[1].show_if == "${role} = 'a'"
    assert renamed.questions[1].text.en == "You said ${role|nothing}, not ${q01}"
    assert renamed.checks[0].condition == "${role.part} > 1 and ${q1} = 2"


def test_a_copied_section_asks_about_its_own_questions():
    survey = make(2)
    survey = edit.replace_question(survey, "q1", replace(survey.questions[1], show_if="${q0} = 'a'"))
    copied, new = edit.duplicate_section(survey, "s0")
    first, second = copied.sections[1].questions
    assert (new, second.show_if) == (copied.sections[1].code, f"${{{first.code}}} = 'a'")
    assert copied.sections[0] == survey.sections[0]


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda s: edit.delete_question(s, "nope"), "edit.unknown_question"),
        (lambda s: edit.move_question(s, "q0", "nope"), "edit.unknown_section"),
        (lambda s: edit.delete_section(s, "nope"), "edit.unknown_section"),
        (lambda s: edit.add_question(s, "s0", Question("q1", "scale", both("x"))), "edit.code_taken"),
        (lambda s: edit.add_section(s, Section("s0", both("x"))), "edit.code_taken"),
        (lambda s: edit.replace_question(s, "q0", replace(s.questions[0], code="q1")), "edit.code_taken"),
        (lambda s: edit.replace_question(s, "q0", replace(s.questions[0], code="Rôle")), "edit.bad_code"),
        (lambda s: edit.convert_question(s.questions[0], "nope"), "question.unknown_type"),
    ],
)
def test_what_cannot_be_done_is_refused_by_a_code(act, code):
    with pytest.raises(SurveyError) as caught:
        act(make(2))
    assert caught.value.problems[0].code == code


@given(st.text(max_size=60), st.text(max_size=60), st.sets(st.sampled_from(["care", "care_2", "question"])))
def test_a_code_made_from_any_text_is_a_code_and_free(english, french, taken):
    code = edit.code_from(Localised(english, french), "question", taken)
    assert CODE.fullmatch(code)
    assert code not in taken


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (Localised("What is hardest about getting care?"), "hardest_about_getting_care"),
        (Localised("", "Quel âge avez-vous?"), "age_avez"),
        (Localised("", "À l’hôpital, qui décide?"), "hopital_decide"),
        (Localised("2030: what first?"), "question_2030_first"),
        (Localised("日本"), "question"),
    ],
)
def test_a_code_says_what_the_text_is_about(text, code):
    assert edit.code_from(text, "question") == code


@pytest.mark.parametrize("kind", QUESTION_TYPES)
@pytest.mark.parametrize("other", QUESTION_TYPES)
def test_a_question_asked_in_another_way_keeps_what_the_type_can_say(kind, other):
    rows = (Choice("a", both("A"), exclusive=kind == "several_choices"), Choice("b", both("B")))
    question = Question(
        "q",
        kind,
        both("Words"),
        offers=("dont_know",),
        settings=(("maximum", 3), ("points", 5)),
        choices=rows,
        rows=rows,
        random_order=True,
    )
    asked = edit.convert_question(question, other)
    to = QUESTION_TYPES[other]
    assert (asked.text, asked.type) == (question.text, other)
    assert bool(asked.choices) == bool(to.minimum_choices)
    assert bool(asked.rows) == bool(to.minimum_rows)
    assert set(asked.offers) <= to.specials
    assert all(to.settings[name] is type(value) for name, value in asked.settings)
    assert other == "several_choices" or not any(choice.exclusive for choice in asked.choices)


def test_a_published_choice_that_is_left_out_is_retired_and_one_that_stays_is_not():
    before = (Choice("a", both("A")), Choice("b", both("B"), show_if="${q} = 1"))
    kept = edit.keep_published_choices(before, (Choice("a", both("A!")),))
    assert kept == (Choice("a", both("A!")), Choice("b", both("B"), retired=True))


def test_choices_move_past_retired_ones():
    choices = (Choice("a", both("A")), Choice("x", both("X"), retired=True), Choice("b", both("B")))
    assert [each.code for each in edit.shift_choice(choices, 0, 1)] == ["x", "b", "a"]
    assert edit.shift_choice(choices, 2, 1) == choices


def test_questions_of_another_survey_come_without_their_conditions_and_retired_choices():
    asked = Question(
        "q0",
        "single_choice",
        both("Role"),
        choices=(Choice("a", both("A"), retired=True), Choice("b", both("B"), show_if="${z} = 1")),
        show_if="${z} = 1",
    )
    copied = edit.copy_questions(make(1), "s0", [asked, asked], taken={"q0_2"})
    _, first, second = copied.questions
    assert (first.code, second.code) == ("q0_3", "q0_4")
    assert (first.show_if, first.choices) == ("", (Choice("b", both("B")),))
