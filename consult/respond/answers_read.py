"""Answers as their author reads them back: on the page before sending, and with the receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from consult.languages import interface_words
from consult.question_words import question_words
from consult.respond.shown import shown_by_values
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
    """Return the questions that somebody is shown, with the stored answer in words, or as `typed` where it is wrong.

    What only says something asks for no answer, and is left out.
    """
    words = question_words(interface_words(language))
    shown = shown_by_values(survey, values, language)
    found = []
    for index in shown.route.sections:
        asked = [each for each in shown.questions(index) if get_type(each).takes_answer]
        if asked:
            read = tuple(_read(each, values.get(each.code), language, words, typed.get(each.code)) for each in asked)
            found.append(SectionRead(survey.sections[index], shown.section(index).title.shown(language)[1], read))
    return found


def _read(
    question: Question, value: Value | None, language: str, words: Mapping[str, str], typed: list[str] | None
) -> AnswerRead:
    lines = get_type(question).show(question, value, language, words) if value is not None else []
    if value is None and typed and get_type(question).free_text({"text": "x"}):
        lines = [Said(text, is_own_words=True) for text in typed if text.strip()]
    return AnswerRead(question, question.text.shown(language)[1], tuple(lines))
