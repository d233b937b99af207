"""The entry screen as a page draws it: the questions of the paper with their inputs, and what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from consult.answer_messages import answer_sentence
from consult.enter.fields import EntryField, entry_fields
from consult.exports.paper_conditions import condition_sentence
from consult.languages import interface_words
from consult.question_words import question_words
from surveys.definition import Question, Survey
from surveys.piping import Words as Said
from surveys.piping import pipe_question
from surveys.problems import Problem
from surveys.question_types import get_type


@dataclass(frozen=True)
class EntryQuestion:
    """A question of the paper, under its number, in the language of the form."""

    number: int
    code: str
    text: str
    condition: str
    fields: Sequence[EntryField]
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Sequence[str] = ()

    @property
    def options(self) -> Sequence[EntryField]:
        """The inputs that have lists of boxes, the same list once."""
        seen: list[EntryField] = []
        for each in self.fields:
            if each.options and all(each.options != other.options for other in seen):
                seen.append(each)
        return seen


@dataclass(frozen=True)
class EntrySection:
    """A section of the paper."""

    title: str
    condition: str
    questions: Sequence[EntryQuestion]


def draw_sections(
    survey: Survey,
    language: str,
    page_language: str,
    typed: Mapping[str, str],
    problems: Sequence[Problem] = (),
) -> list[EntrySection]:
    """Return the sections of a form in its language, with what is wrong said in that of the page."""
    words = interface_words(language)
    labels = question_words(words)
    asked = [each for each in survey.questions if get_type(each).takes_answer]
    numbers = {each.code: number for number, each in enumerate(asked, start=1)}

    def draw(question: Question) -> EntryQuestion:
        fields = entry_fields(question, language, labels)
        names = {each.name for each in fields}
        return EntryQuestion(
            numbers[question.code],
            question.code,
            pipe_question(question, Said(language, {})).text.shown(language)[1],
            condition_sentence(question.show_if, survey, numbers, language, words),
            fields,
            {name: text for name, text in typed.items() if name in names},
            _errors(question, problems, page_language),
        )

    return [
        EntrySection(
            section.title.shown(language)[1],
            condition_sentence(section.show_if, survey, numbers, language, words),
            questions,
        )
        for section in survey.sections
        if (questions := [draw(each) for each in section.questions if each.code in numbers])
    ]


def _errors(question: Question, problems: Sequence[Problem], language: str) -> list[str]:
    words = interface_words(language)
    mine = [each for each in problems if each.place.partition(".")[0] == question.code]
    return list(dict.fromkeys(answer_sentence(each, question, language, words) for each in mine))
