"""What one person is shown: the sections, questions and choices that their answers open, in their words and order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from consult.languages import interface_words
from consult.question_words import question_words
from consult.record.draft import SavedAnswer
from consult.respond.question_views import Cells
from surveys.answers import follow_answers
from surveys.choice_order import in_order
from surveys.conditions import questions_in
from surveys.definition import Question, Section, Survey
from surveys.piping import Words, pipe_question, pipe_section
from surveys.question_type import Value
from surveys.question_types import get_type
from surveys.routing import Route, follow_values


@dataclass(frozen=True)
class Shown:
    """A route through a survey as the pages of a language draw it; `seed` orders the choices."""

    route: Route
    language: str
    seed: int | None = None

    @cached_property
    def _words(self) -> Words:
        words = question_words(interface_words(self.language))
        return Words.of(self.route.questions, self.route.values, self.language, words)

    def section(self, index: int) -> Section:
        """Return a section with its title and introduction as they are drawn."""
        return pipe_section(self.route.survey.sections[index], self._words)

    def draw(self, question: Question) -> Question:
        """Return a question as it is drawn, with the choices that are offered to this person."""
        return in_order(pipe_question(question, self._words), self.seed)

    def questions(self, index: int) -> tuple[Question, ...]:
        """Return the questions of a section that are shown, as they are drawn."""
        return tuple(self.draw(each) for each in self.route.shown_in(index))

    def may_ask(self, index: int) -> tuple[Question, ...]:
        """Return every question that a section may come to ask, as it would be drawn."""
        asked = self.route.survey.sections[index].questions
        return tuple(self.draw(self.route.narrowed(each)) for each in asked)

    def position(self, index: int, first: int) -> tuple[int, int]:
        """Return which page a section is, from 1, and how many there are, from the `first` section on."""
        pages = [each for each in self.route.sections if each >= first]
        return sum(each <= index for each in pages), len(pages)

    def opened_by(self, index: int) -> int | None:
        """Return the next section where questions hang on the answers of one, and none of these is answered.

        Whoever came back to change an answer goes there first: it was not there before, or was not filled in.
        """
        survey = self.route.survey
        here = {each.code for each in survey.sections[index].questions}
        for later in self.route.sections:
            if later > index and self._waits(later, here):
                return later
        return None

    def _waits(self, index: int, here: set[str]) -> bool:
        around = questions_in(self.route.survey.sections[index].show_if)
        hanging = [
            question.code
            for question in self.route.shown_in(index)
            if get_type(question).takes_answer and here & (around | questions_in(question.show_if))
        ]
        return bool(hanging) and not any(code in self.route.values for code in hanging)


def shown_by_draft(
    survey: Survey,
    answers: Mapping[str, SavedAnswer],
    language: str,
    seed: int | None,
    typed: Mapping[str, Cells] | None = None,
) -> Shown:
    """Return what is shown to the author of a draft, with what was `typed` on a page in place of what is saved."""
    raw: dict[str, object] = {code: answer.value for code, answer in answers.items()}
    raw |= {code: {"cells": dict(cells)} for code, cells in (typed or {}).items()}
    return Shown(follow_answers(survey, raw)[0], language, seed)


def shown_by_values(survey: Survey, values: Mapping[str, Value], language: str, seed: int | None = None) -> Shown:
    """Return what is shown to the author of stored answers."""
    return Shown(follow_values(survey, values), language, seed)


def keep_hidden(
    route: Route, questions: Iterable[Question], typed: dict[str, Cells], stored: Mapping[str, Cells]
) -> None:
    """Put back what a page could not show: the choices and rows that are hidden stay as they were typed before.

    They come back as they were when the answer that hid them is changed again; until then they do not count.
    """
    for question in questions:
        hidden = route.hidden(question)
        kept = {
            part: cell
            for part, cell in stored.get(question.code, {}).items()
            if not typed[question.code].get(part)
            and (part in hidden.choices or part in hidden.rows or cell in hidden.choices)
        }
        if kept:
            typed[question.code] = {**typed[question.code], **kept}
