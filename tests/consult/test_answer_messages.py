"""Whatever is wrong with an answer has a sentence in both languages, with every value written as the language does."""

import re
from pathlib import Path

import pytest

from consult.answer_messages import answer_sentence
from consult.languages import LANGUAGES, interface_words
from surveys.definition import Choice, Question
from surveys.localised import Localised
from surveys.problems import Problem
from surveys.question_types import QUESTION_TYPES

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = re.compile(r'"(answer\.[a-z_]+)"')
TEXT = Localised("Text", "Texte")
VALUES = dict.fromkeys(
    [
        "length",
        "limit",
        "chosen",
        "lowest",
        "highest",
        "rank",
        "minimum",
        "maximum",
        "shared",
        "total",
        "difference",
        "set",
        "number",
    ],
    1500,
) | {
    "choice": "a",
    "row": "r",
    "earliest": "2026-01-01",
    "latest": "2026-12-31",
    "check": "c",
    "en": "Sum",
    "fr": "Somme",
}
QUESTION = Question("q", "matrix", TEXT, choices=(Choice("a", TEXT),), rows=(Choice("r", TEXT),))


def _codes() -> list[str]:
    found = {code for path in (ROOT / "surveys").rglob("*.py") for code in CODE.findall(path.read_text("utf-8"))}
    return sorted(found - {"answer.required"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_has_a_sentence(language):
    words = interface_words(language)
    assert len(_codes()) > 25
    for code in _codes():
        sentence = answer_sentence(Problem(code, "q", VALUES), QUESTION, language, words)
        assert sentence != code
        assert "%(" not in sentence
        assert "2026-" not in sentence  # days are written in words


def test_numbers_and_days_are_written_as_the_language_does():
    words = interface_words("fr")
    early = answer_sentence(Problem("answer.too_early", "q", VALUES), QUESTION, "fr", words)
    assert early == "Indiquez une date à compter du 1er janvier 2026."
    small = answer_sentence(Problem("answer.too_small", "q", VALUES), QUESTION, "fr", words)
    assert small == "Écrivez un nombre d’au moins 1\u00a0500."
    whole = answer_sentence(Problem("answer.too_many_decimals", "q", {"limit": 0}), QUESTION, "fr", words)
    assert whole == "Écrivez un nombre entier, sans virgule ni point."


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_required_is_asked_for_in_the_words_of_the_type(language):
    words = interface_words(language)
    asked = {
        code: answer_sentence(Problem("answer.required", "q"), Question("q", code, TEXT), language, words)
        for code, kind in QUESTION_TYPES.items()
        if kind.takes_answer
    }
    assert asked["number"] != asked["short_text"] != asked["matrix"]
    assert all(asked.values())
