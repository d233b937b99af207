"""The way through a survey: which sections, questions and choices somebody is shown, by what they answered.

Questions are gone through in order. One that is not shown has no answer, whatever was kept of it: what a person
answered before they went back and changed their mind decides nothing further on.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from surveys.condition_values import StoredAnswers, is_met
from surveys.definition import Choice, Question, Section, Survey
from surveys.question_type import OTHER, Value


@dataclass(frozen=True)
class Hidden:
    """The codes of a question's choices and rows that are hidden from somebody."""

    choices: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.choices or self.rows)


# Gives the value of a question that is shown; of its choices and rows the hidden ones are retired.
AnswerOf = Callable[[Question, Hidden], Value | None]


@dataclass(frozen=True)
class Route:
    """What is shown of a survey, and the answers that count.

    `questions` are those that are shown, by code, in order, without the choices and the rows that are hidden from
    this person: these are there as retired, so that parts and columns stay as they are.
    """

    survey: Survey
    questions: Mapping[str, Question]
    values: Mapping[str, Value]
    sections: tuple[int, ...]

    def hidden(self, question: Question) -> Hidden:
        """Return the choices and rows of a question of the survey that are hidden, whether or not it is shown."""
        answers = StoredAnswers(self.questions, self.values)
        return Hidden(_unmet(question.choices, answers), _unmet(question.rows, answers))

    def narrowed(self, question: Question) -> Question:
        """Return a question of the survey, shown or not, with its hidden choices and rows retired."""
        return self.questions.get(question.code) or _without(question, self.hidden(question))

    def shown_in(self, index: int) -> tuple[Question, ...]:
        """Return the questions of a section that are shown."""
        asked = self.survey.sections[index].questions
        return tuple(self.questions[each.code] for each in asked if each.code in self.questions)

    def from_section(self, index: int) -> int:
        """Return the first shown section at an index or after it; as many as there are sections where none is."""
        return next((each for each in self.sections if each >= index), len(self.survey.sections))

    def after(self, index: int) -> int:
        """Return the next shown section; as many as there are sections after the last."""
        return self.from_section(index + 1)

    def before(self, index: int) -> int:
        """Return the shown section before an index; -1 before the first."""
        return next((each for each in reversed(self.sections) if each < index), -1)

    def offered_in(self, index: int) -> frozenset[str]:
        """Return what may come and go in a section and is shown: ``question``, ``question.choice``."""
        offered = set()
        for asked in self.survey.sections[index].questions:
            shown = self.questions.get(asked.code)
            if shown is None:
                continue
            if asked.show_if:
                offered.add(asked.code)
            for before, now in ((asked.choices, shown.choices), (asked.rows, shown.rows)):
                live = {each.code for each in now if not each.retired}
                offered |= {f"{asked.code}.{each.code}" for each in before if each.show_if and each.code in live}
        return frozenset(offered)


def follow(survey: Survey, answer_of: AnswerOf) -> Route:
    """Go through a survey, asking for the value of each question that is shown, in order."""
    asked: dict[str, Question] = {}
    shown: dict[str, Question] = {}
    values: dict[str, Value] = {}
    answers = StoredAnswers(asked, values)
    sections = []
    for index, section in enumerate(survey.sections):
        is_open = is_met(section.show_if, answers)
        before = len(shown)
        for question in section.questions if is_open else ():
            if not is_met(question.show_if, answers):
                continue
            hidden = Hidden(_unmet(question.choices, answers), _unmet(question.rows, answers))
            asked[question.code], shown[question.code] = question, _without(question, hidden)
            if (value := answer_of(shown[question.code], hidden)) is not None:
                values[question.code] = value
        if len(shown) > before:
            sections.append(index)
    return Route(survey, shown, values, tuple(sections))


def follow_values(survey: Survey, values: Mapping[str, Value]) -> Route:
    """Go through a survey with answers that were stored for it."""

    def stored(question: Question, hidden: Hidden) -> Value | None:
        value = without_choices(question, values.get(question.code), hidden)
        return value if isinstance(value, dict) else None

    return follow(survey, stored)


def may_change(section: Section) -> bool:
    """Tell whether what a section shows hangs on answers, its own title and place aside."""
    return any(
        condition
        for question in section.questions
        for condition in (question.show_if, *(each.show_if for each in (*question.choices, *question.rows)))
    )


def last_question(survey: Survey, codes: Iterable[str]) -> str:
    """Return which of these questions comes last in the survey; '' where it has none of them."""
    named = set(codes)
    return next((each.code for each in reversed(survey.questions) if each.code in named), "")


def find_section(survey: Survey, question: str) -> tuple[int, Section] | None:
    """Return the section that asks a question, with its index."""
    for index, section in enumerate(survey.sections):
        if any(each.code == question for each in section.questions):
            return index, section
    return None


def without_choices(question: Question, raw: object, hidden: Hidden) -> object:
    """Return an answer, stored or as it was typed, without the choices and rows that are hidden; None for nothing.

    Keys of the answer itself ("choices", "ranking") are never codes; those one level below may be: of a choice, or
    of a row, whose cell is then a choice.
    """
    if not hidden or not raw:
        return raw
    if isinstance(raw, str):
        return None if raw in hidden.choices else raw
    if isinstance(raw, list | tuple):
        return _left(raw, hidden)
    if not isinstance(raw, Mapping):
        return raw
    parts = hidden.rows if question.rows else hidden.choices
    kept = {key: _prune(key, each, hidden, parts) for key, each in raw.items()}
    return {key: each for key, each in kept.items() if each not in (None, [], {})} or None


def _prune(key: object, inside: object, hidden: Hidden, parts: frozenset[str]) -> object:
    if key in (OTHER, "language"):
        return inside
    if isinstance(inside, str):
        return None if inside in hidden.choices else inside
    if isinstance(inside, list | tuple):
        return _left(inside, hidden)
    if isinstance(inside, Mapping):
        return {
            part: cell
            for part, cell in inside.items()
            if part not in parts and (part == OTHER or not _is_in(cell, hidden.choices))
        }
    return inside


def _left(items: Iterable[object], hidden: Hidden) -> list[object]:
    return [each for each in items if not _is_in(each, hidden.choices)]


def _is_in(code: object, codes: frozenset[str]) -> bool:
    return isinstance(code, str) and code in codes


def _without(question: Question, hidden: Hidden) -> Question:
    if not hidden:
        return question
    choices, rows = _retire(question.choices, hidden.choices), _retire(question.rows, hidden.rows)
    return replace(question, choices=choices, rows=rows)


def _unmet(choices: tuple[Choice, ...], answers: StoredAnswers) -> frozenset[str]:
    return frozenset(each.code for each in choices if each.show_if and not is_met(each.show_if, answers))


def _retire(choices: tuple[Choice, ...], hidden: frozenset[str]) -> tuple[Choice, ...]:
    return tuple(replace(each, retired=True) if each.code in hidden else each for each in choices)
