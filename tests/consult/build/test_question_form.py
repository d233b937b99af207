"""A question as a form and back, for every type that there is."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.build.question_form import (
    act_on_row,
    add_pasted,
    condition_options,
    fill,
    fill_condition,
    lists_of,
    read,
    read_condition,
)
from consult.build.words import setting_label, type_words
from consult.languages import interface_words
from consult.survey_templates import TEMPLATES, read_template
from surveys.definition import Choice, Question
from surveys.localised import Localised
from surveys.question_types import QUESTION_TYPES


def both(text: str) -> Localised:
    return Localised(text, f"{text} (fr)")


words = st.text(st.sampled_from("abc é’?"), max_size=8).map(str.strip)
texts = st.builds(Localised, words, words)
codes = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
lists = st.lists(
    st.builds(Choice, codes, texts.filter(bool), st.booleans(), st.just(False), words),
    max_size=4,
    unique_by=lambda choice: choice.code,
).map(tuple)


@st.composite
def questions(draw):
    kind = draw(st.sampled_from(sorted(QUESTION_TYPES)))
    known = QUESTION_TYPES[kind]
    values = {
        int: st.integers(-99, 999),
        bool: st.just(True),
        str: words.filter(bool),
        Localised: texts.filter(bool),
    }
    named = draw(st.lists(st.sampled_from(sorted(known.settings)), unique=True)) if known.settings else []
    offers = draw(st.lists(st.sampled_from(sorted(known.specials)), unique=True)) if known.specials else []
    return Question(
        code=draw(codes),
        type=kind,
        text=draw(texts),
        help=draw(texts),
        why=draw(texts),
        required=draw(st.booleans()),
        offers=tuple(map(str, offers)),
        settings=tuple((name, draw(values[known.settings[name]])) for name in sorted(named)),
        choices=draw(lists) if "choices" in lists_of(known) else (),
        rows=draw(lists) if "rows" in lists_of(known) else (),
        standard=draw(words),
        show_if=draw(words),
        sensitive=draw(st.booleans()),
        random_order=draw(st.booleans()),
    )


@settings(max_examples=60)
@given(questions())
def test_what_fills_the_form_reads_back_as_the_same_question(question):
    answer = read(fill(question), question)
    assert (answer.question, answer.errors) == (question, {})


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_questions_of_the_templates_too_with_their_conditions(name):
    asked = read_template(name).questions
    for at, question in enumerate(asked):
        assert read(fill(question, asked[:at]), question, asked[:at]).question == question


def test_every_type_and_every_setting_has_words_in_both_languages():
    for language in ("fr", "en"):
        named = type_words(interface_words(language))
        assert set(named) == set(QUESTION_TYPES)
        assert all(each.hint for each in named.values())
        for code, kind in QUESTION_TYPES.items():
            for name in kind.settings:
                plain = name.replace("_", " ").capitalize()
                assert setting_label(code, name, interface_words(language)) != plain, (code, name)


def test_a_row_without_words_is_no_row_and_one_that_is_emptied_goes():
    asked = Question("q", "single_choice", both("Q"), choices=(Choice("a", both("A")), Choice("b", both("B"))))
    typed = fill(asked) | {"choices.0.en": " ", "choices.0.fr": "", "choices.2.fr": "Nouveau choix"}
    assert [(each.code, each.label.fr) for each in read(typed, asked).question.choices] == [
        ("b", "B (fr)"),
        ("nouveau_choix", "Nouveau choix"),
    ]


def test_codes_that_we_need_and_codes_that_are_there_are_not_given_twice():
    asked = Question("q", "single_choice", both("Q"), choices=(Choice("yes", both("Yes")),))
    typed = fill(asked) | {"choices.1.en": "Other", "choices.2.en": "Yes", "choices.3.en": "Yes"}
    codes_given = [each.code for each in read(typed, asked).question.choices]
    assert codes_given == ["yes", "other_2", "yes_2", "yes_3"]


def test_retired_choices_stay_and_stand_last():
    asked = Question(
        "q", "single_choice", both("Q"), choices=(Choice("x", both("X"), retired=True), Choice("a", both("A")))
    )
    assert [each.code for each in read(fill(asked), asked).question.choices] == ["a", "x"]


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"code": "Rôle"}, "code", "edit.bad_code"),
        ({"settings.maximum": "many"}, "settings.maximum", "number.not_whole"),
        ({"settings.maximum": "1" * 5000}, "settings.maximum", "number.not_whole"),
        ({"text.fr": "x" * 4001}, "text.fr", "text.too_long"),
        ({"choices.0.en": "x" * 401}, "choices.0.en", "text.too_long"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_input(change, place, code):
    asked = Question("q", "several_choices", both("Q"), choices=(Choice("a", both("A")),))
    assert read(fill(asked) | change, asked).errors == {place: code}


@given(st.dictionaries(st.sampled_from([*fill(Question("q", "matrix", both("Q"))), "choices.0.en"]), st.text()))
def test_whatever_is_typed_is_read_without_failing(typed):
    asked = Question("q", "matrix", both("Q"), choices=(Choice("a", both("A")),))
    read(typed, asked)


def test_a_simple_condition_is_chosen_and_any_other_is_written():
    role = Question("role", "single_choice", both("Role"), choices=(Choice("a", both("A")),))
    needs = Question("needs", "several_choices", both("Needs"), choices=(Choice("none", both("None")),))
    earlier = [role, needs, Question("open", "long_text", both("Open"))]
    assert [asked.code for asked, _ in condition_options(earlier)] == ["role", "needs"]
    for chosen, negated, written in (
        ("role=a", "", "${role} = 'a'"),
        ("role=a", "1", "${role} != 'a'"),
        ("needs=none", "", "selected(${needs}, 'none')"),
        ("needs=none", "1", "not(selected(${needs}, 'none'))"),
    ):
        typed = fill_condition("", earlier) | {"show.option": chosen, "show.negated": negated}
        assert read_condition(typed, {}, earlier) == written
        back = fill_condition(written, earlier)
        assert (back["show.option"], back.get("show.negated", "")) == (chosen, negated)
        assert read_condition(back, {}, earlier) == written
        assert read_condition(back | {"show.option": ""}, {}, earlier) == ""
        assert read_condition(back | {"show_if": "${role} = 'b'"}, {}, earlier) == "${role} = 'b'"
    long = "${role} = 'a' or selected(${needs}, 'none')"
    assert fill_condition(long, earlier)["show.option"] == "text"
    assert fill_condition("${gone} = 'a'", earlier)["show.option"] == "text"


def test_a_choice_is_shown_according_to_an_earlier_answer():
    role = Question("role", "single_choice", both("Role"), choices=(Choice("a", both("A")), Choice("b", both("B"))))
    asked = Question("q", "several_choices", both("Q"), choices=(Choice("x", both("X")), Choice("y", both("Y"))))
    typed = fill(asked, [role]) | {"choices.1.show.option": "role=a", "choices.1.show.negated": "1"}
    now = read(typed, asked, [role]).question
    assert [each.show_if for each in now.choices] == ["", "${role} != 'a'"]
    assert read(fill(now, [role]), now, [role]).question == now
    assert fill(now, [role])["choices.1.show.option"] == "role=a"
    assert read(fill(now, [role]) | {"choices.1.show.option": ""}, now, [role]).question == asked
    written = fill(now, [role]) | {"choices.0.show_if": "${role} = 'b'"}
    assert read(written, now, [role]).question.choices[0].show_if == "${role} = 'b'"


def test_rows_are_pasted_moved_and_removed():
    asked = Question("q", "single_choice", both("Q"))
    pasted = add_pasted(asked, "choices", "One | Un\r\n\r\nTwo\n  | Trois  ", "en")
    assert [(each.code, each.label) for each in pasted.choices] == [
        ("one", Localised("One", "Un")),
        ("two", Localised("Two")),
        ("trois", Localised("", "Trois")),
    ]
    assert add_pasted(asked, "choices", "Un", "fr").choices[0].label == Localised(fr="Un")
    assert [each.code for each in act_on_row(pasted, "up", "choices", "two").choices] == ["two", "one", "trois"]
    assert [each.code for each in act_on_row(pasted, "remove", "choices", "two").choices] == ["one", "trois"]
    assert act_on_row(pasted, "up", "choices", "nope") == pasted
    assert replace(pasted, choices=()) == asked


@pytest.mark.parametrize("count", [1, 1003, 20_000])
def test_what_a_form_has_no_room_for_is_kept(count):
    """A file may bring more choices than a page holds; what was never before anybody's eyes is not taken away."""
    choices = tuple(Choice(f"c{at}", both(f"choice {at}")) for at in range(count + 5))
    asked = Question("ask", "single_choice", both("Which?"), choices=choices)
    typed = fill(asked)
    typed["choices.0.en"] = typed["choices.0.fr"] = ""  # emptied by hand: taken away
    assert read(typed, asked).question.choices == choices[1:]
