"""Answers as their author reads them back: on the page before sending, and with the receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from consult.languages import interface_words
from consult.question_words import question_words
from surveys.definition import Question, Section, Survey
from surveys.question_type import Said, Value
from surveys.question_types import get_type


@dataclass(frozen=True)
class AnswerRead:
    """A question with the lines of its answer; none where it was left blank."""

    question: Question
    text: str
    lines: tuple[Said, ...]


@dataclass(frozen=True)
class SectionRead:
    """A section's answers."""

    section: Section
    title: str
    answers: tuple[AnswerRead, ...]


def read_answers(
    survey: Survey, values: Mapping[str, Value], language: str, typed: Mapping[str, list[str]] = MappingProxyType({})
) -> list[SectionRead]:
    """Return every question of a survey with its stored answer in words, or as it was `typed` where that is wrong."""
    words = question_words(interface_words(language))
    return [
        SectionRead(
            section,
            section.title.shown(language)[1],
            tuple(
                _read(each, values.get(each.code), language, words, typed.get(each.code)) for each in section.questions
            ),
        )
        for section in survey.sections
    ]


def _read(
    question: Question, value: Value | None, language: str, words: Mapping[str, str], typed: list[str] | None
) -> AnswerRead:
    lines = get_type(question).show(question, value, language, words) if value is not None else []
    if value is None and typed and get_type(question).free_text({"text": "x"}):
        lines = [Said(text, is_own_words=True) for text in typed if text.strip()]
    return AnswerRead(question, question.text.shown(language)[1], tuple(lines))
