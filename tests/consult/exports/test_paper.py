"""A survey on paper: every type has its place, whatever texts hold they are only words, and conditions are said."""

import json
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from consult.exports.paper import make_paper, paper_data, typeset
from consult.exports.paper_conditions import condition_sentence
from consult.exports.paper_items import draw_question
from consult.languages import interface_words
from consult.question_words import question_words
from surveys.definition import Question, Section, Survey
from surveys.localised import Localised
from surveys.question_types import QUESTION_TYPES, get_type
from tests.consult.exports.planted_responses import NAUGHTY, QUESTIONS, TODAY, both

CONSULTATION = SimpleNamespace(
    title=both("Plan"), contact="a@example.org", closes_on=date(2026, 12, 1), code="plan"
)  # fmt: skip
MARKUP = '#read("/etc/passwd") *bold* $x$ \\ <b> [c] // comment #{panic()} ${nobody|peut-être} %(page)s'


def survey(*questions, **section):
    return Survey("main", both("Survey"), sections=(Section("first", both("First"), questions=questions, **section),))


def words_of(language):
    return question_words(interface_words(language))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.type)
def test_every_part_and_every_choice_of_every_type_has_its_place_with_its_code(question):
    items = draw_question(question, "fr", words_of("fr"))
    drawn = json.dumps(items, ensure_ascii=False)
    kind = get_type(question)
    assert bool(items) == kind.takes_answer
    for choice in question.choices:
        assert choice.label.fr in drawn
        assert f'"{choice.code}"' in drawn
    for part in kind.parts(question):
        assert not part or f'"{part}"' in drawn
    for code in question.offers:
        assert f'"{code}"' in drawn
    assert {question.type for question in QUESTIONS} == set(QUESTION_TYPES)


def test_what_is_no_longer_offered_is_not_printed():
    asked = next(question for question in QUESTIONS if question.type == "several_choices")
    retired = replace(asked, choices=(*asked.choices[:2], replace(asked.choices[2], retired=True)))
    assert '"c"' not in json.dumps(draw_question(retired, "en", words_of("en")))
    assert '"c"' in json.dumps(draw_question(asked, "en", words_of("en")))  # control


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pdf_is_tagged_in_its_language_and_the_same_each_time(language):
    made = make_paper(CONSULTATION, survey(*QUESTIONS), 2, language, TODAY)
    assert made.startswith(b"%PDF-")
    assert b"/MarkInfo" in made
    assert f"/Lang ({language}-CA)".encode() in made or f"({language}-CA)".encode() in made
    assert make_paper(CONSULTATION, survey(*QUESTIONS), 2, language, TODAY) == made


def test_texts_are_words_and_never_markup():
    """Control: the same letters in the template's own hand would read a file, or stop the typesetter."""
    text = Localised(MARKUP, MARKUP)
    asked = Question("q", "single_choice", text, help=text, why=text, choices=tuple(
        replace(choice, label=text) for choice in QUESTIONS[3].choices
    ))  # fmt: skip
    whole = replace(survey(asked, QUESTIONS[0]), title=text, introduction=text)
    data = paper_data(CONSULTATION, whole, 1, "fr")
    assert "peut-être" in data["sections"][0]["questions"][0]["text"]  # what quotes an answer says what it says without
    assert '#read("/etc/passwd")' in data["sections"][0]["questions"][0]["text"]
    assert len(typeset(data, TODAY, format="png", ppi=20)) >= 1
    assert make_paper(CONSULTATION, whole, 1, "fr", TODAY).startswith(b"%PDF-")


def test_letters_that_no_font_has_and_texts_of_any_kind_stop_nothing():
    odd = [Question(f"q{at}", "short_text", Localised(text, text)) for at, text in enumerate(NAUGHTY) if text.strip()]
    assert make_paper(CONSULTATION, survey(*odd), 1, "en", TODAY).startswith(b"%PDF-")


def test_dates_contact_version_and_what_is_needed_are_there():
    needed = replace(QUESTIONS[2], required=True)
    data = paper_data(CONSULTATION, survey(needed, QUESTIONS[0]), 3, "en")
    words = data["words"]
    assert (words["until"], words["contact"]) == ("Return this form by December 1, 2026.", "Questions: a@example.org")
    assert words["version"] == "version 3"
    assert "An answer is needed." in data["sections"][0]["questions"][0]["hint"]
    assert "An answer is needed." not in data["sections"][0]["questions"][1]["hint"]  # control
    assert [each["number"] for each in data["sections"][0]["questions"]] == [1, 2]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("", ""),
        ("${gender} = 'a'", "Answer only if your answer to question 1 is “=Choix a (en)”."),
        ("${been} = 'yes' and selected(${roles}, 'b')",
         "Answer only if your answer to question 3 is “Yes”, and you ticked “=Choix b (en)” in question 2."),
        ("not(selected(${roles}, 'dont_know')) or ${age} >= 18",
         "Answer only if you did not tick “I don’t know” in question 2, or your answer to question 4 is at least 18."),
        ("${been} != ''", "Answer only if you answered question 3."),
        ("count-selected(${roles}) > 1", "Answer only if this holds: count-selected(${roles}) > 1"),
        ("${gone} = 'a'", "Answer only if this holds: ${gone} = 'a'"),
    ],
)  # fmt: skip
def test_conditions_in_words(condition, said):
    by_code = {question.code: question for question in QUESTIONS}
    asked = survey(*(by_code[code] for code in ("gender", "roles", "been", "age")))
    numbers = {code: at for at, code in enumerate(("gender", "roles", "been", "age"), start=1)}
    assert condition_sentence(condition, asked, numbers, "en", interface_words("en")) == said
