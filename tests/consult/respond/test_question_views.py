"""Questions as pages show them, and answers as their authors read them back, for every type."""

import pytest

from consult.languages import LANGUAGES
from consult.respond.answers_read import read_answers
from consult.respond.question_views import view_questions
from surveys.answers import check_answers
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import Localised
from surveys.problems import Problem
from surveys.question_types import QUESTION_TYPES

BOTH = Localised("Text", "Texte")
CHOICES = (
    Choice("one", Localised("One", "Un")),
    Choice("two", Localised("Two", "Deux")),
    Choice("gone", BOTH, retired=True),
)
THIRD = Choice("three", Localised("Three", "Trois"))
ROWS = (Choice("care", Localised("Care", "Soins")), Choice("gone_row", Localised("gone", "gone"), retired=True))
UNIT = Localised("km", "km")
SPECIALS = ("dont_know",)
QUESTIONS = {
    "short_text": Question("short_text", "short_text", BOTH),
    "long_text": Question("long_text", "long_text", BOTH),
    "single_choice": Question("single_choice", "single_choice", BOTH, settings=(("has_other", True),), choices=CHOICES),
    "several_choices": Question(
        "several_choices",
        "several_choices",
        BOTH,
        offers=("dont_know",),
        settings=(("has_other", True),),
        choices=CHOICES,
    ),
    "scale": Question("scale", "scale", BOTH, offers=("not_applicable",), settings=(("low", BOTH), ("high", BOTH))),
    "ranking": Question("ranking", "ranking", BOTH, choices=CHOICES),
    "consent": Question("consent", "consent", BOTH),
    "yes_no": Question("yes_no", "yes_no", BOTH, offers=SPECIALS),
    "number": Question("number", "number", BOTH, offers=SPECIALS, settings=(("decimals", 1), ("unit", UNIT))),
    "date": Question("date", "date", BOTH, offers=SPECIALS, settings=(("maximum", "2026-12-31"),)),
    "matrix": Question("matrix", "matrix", BOTH, offers=SPECIALS, choices=CHOICES, rows=ROWS),
    "points": Question("points", "points", BOTH, offers=SPECIALS, choices=CHOICES),
    "best_worst": Question("best_worst", "best_worst", BOTH, settings=(("sets", 2),), choices=(*CHOICES, THIRD)),
    "pairwise": Question("pairwise", "pairwise", BOTH, offers=SPECIALS, choices=CHOICES),
    "text_block": Question("text_block", "text_block", BOTH),
}
# What was typed into each, and how it reads in English; one's own words are marked.
ANSWERS = {
    "short_text": ({"": "mots"}, [("mots", True)]),
    "long_text": ({"": "deux\r\nlignes"}, [("deux\nlignes", True)]),
    "single_choice": ({"": "other", "other": "mien"}, [("mien", True)]),
    "several_choices": ({"one": "1", "other": "mien"}, [("One", False), ("mien", True)]),
    "scale": ({"": "2"}, [("2 / 5", False)]),
    "ranking": ({"two": "1", "one": "2"}, [("1. Two", False), ("2. One", False)]),
    "consent": ({"": "0"}, [("No", False)]),
    "yes_no": ({"": "yes"}, [("Yes", False)]),
    "number": ({"": "1 234,5 km"}, [("1,234.5\u00a0km", False)]),
    "date": ({"": "2026-11-22"}, [("2026-11-22", False)]),
    "matrix": ({"care": "dont_know"}, [("I don’t know", False)]),
    "points": ({"one": "60", "two": "40"}, [("60 – One", False), ("40 – Two", False)]),
    "best_worst": (
        {"set2_best": "three", "set2_worst": "one"},
        [("2. Most important – Three", False), ("2. Least important – One", False)],
    ),
    "pairwise": ({"one-two": "two"}, [("Two / One – Two", False)]),
    "text_block": ({}, []),
}


def test_every_type_is_here() -> None:
    assert set(QUESTIONS) == set(ANSWERS) == set(QUESTION_TYPES)


@pytest.mark.parametrize("code", sorted(QUESTIONS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_type_is_drawn_with_what_was_typed_and_what_is_wrong(app, code, language):
    cells, _ = ANSWERS[code]
    problem = Problem("answer.malformed", code)
    (view,) = view_questions([QUESTIONS[code]], language, {code: cells}, {code: 7}, [problem])
    with app.test_request_context(f"/{language}/"):
        app.preprocess_request()
        drawn = app.jinja_env.get_template("respond/_question.html").render(view=view)
    assert QUESTIONS[code].text.get(language) in drawn
    assert f'name="revision.{code}" value="7"' in drawn
    assert view.errors[0][1] in drawn
    assert f'id="{view.errors[0][0]}"' in drawn
    assert "gone" not in drawn
    for cell in cells.values():
        assert cell.strip().replace("\r\n", "\n") in drawn.replace("\r\n", "\n")


@pytest.mark.parametrize("code", sorted(QUESTIONS))
def test_every_type_is_read_back(code):
    cells, lines = ANSWERS[code]
    survey = Survey("s", BOTH, sections=(Section("a", BOTH, questions=(QUESTIONS[code],)),))
    values, problems = check_answers(survey, {code: {"cells": cells}}, final=True)
    assert problems == ()
    answers = [answer for section in read_answers(survey, values, "en") for answer in section.answers]
    assert len(answers) == QUESTION_TYPES[code].takes_answer  # a text between questions is never "unanswered"
    assert [(line.text, line.is_own_words) for answer in answers for line in answer.lines] == lines


@pytest.mark.parametrize(("language", "said"), [("en", "Other"), ("fr", "Autre")])
def test_other_without_more_words_is_read_back_by_its_label(language, said):
    survey = Survey("s", BOTH, sections=(Section("a", BOTH, questions=(QUESTIONS["single_choice"],)),))
    values, problems = check_answers(survey, {"single_choice": {"cells": {"": "other", "other": " "}}}, final=True)
    assert problems == ()
    ((answer,),) = [section.answers for section in read_answers(survey, values, language)]
    assert [(line.text, line.is_own_words) for line in answer.lines] == [(said, False)]


def test_special_values_and_ends_of_a_scale_are_read_in_words():
    question = QUESTIONS["scale"]
    survey = Survey("s", BOTH, sections=(Section("a", BOTH, questions=(question,)),))
    for value, language, said in (
        ({"special": "not_applicable"}, "fr", "Sans objet"),
        ({"point": 1}, "fr", "1 – Texte"),
        ({"point": 5}, "en", "5 – Text"),
    ):
        ((answer,),) = [section.answers for section in read_answers(survey, {"scale": value}, language)]
        assert [line.text for line in answer.lines] == [said]
