"""What a survey asks, and its JSON form.

The JSON of a survey (keys in this order when written; those marked ? are left out when they say nothing)::

    {"format": 1, "code", "title": L, "introduction": L ?, "sections": [
      {"code", "title": L, "introduction": L ?, "show_if": C ?, "questions": [
        {"code", "type", "text": L, "help": L ?, "why": L ?, "standard": text ?, "show_if": C ?,
         "required": true ?, "sensitive": true ?, "random_order": true ?, "offers": [special value] ?,
         "settings": {name: number | true | text | L} ?, "rows": [choice] ?, "choices": [
           {"code", "label": L, "exclusive": true ?, "retired": true ?, "show_if": C ?}] ?}]}],
     "checks": [{"code", "condition": C, "message": L}] ?}

L is ``{"en": "…", "fr": "…"}``; C is the text of a condition (see conditions.py). Reading accepts the keys in any
order; writing is canonical, so that ``dump_survey(load_survey(text)) == text`` for every text that `dump_survey`
wrote. `load_survey` (see definition_reader.py) checks the shape only: `completeness.check_survey` says whether a
survey makes sense.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from surveys.localised import NOTHING, Localised

FORMAT = 1
Setting: TypeAlias = bool | int | str | Localised
JsonObject: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """One thing to choose or to rank; `exclusive` stands alone, `retired` is kept but offered no more."""

    code: str
    label: Localised
    exclusive: bool = False
    retired: bool = False
    show_if: str = ""


@dataclass(frozen=True)
class Question:
    """One question; `offers` are the special values proposed, `settings` what its type needs, by name.

    `standard` names the source of a wording and its version; `sensitive` asks for a way not to answer;
    `random_order` gives each person the choices in an order of their own; `rows` are what a matrix asks about.
    """

    code: str
    type: str
    text: Localised
    help: Localised = NOTHING
    why: Localised = NOTHING
    required: bool = False
    offers: tuple[str, ...] = ()
    settings: tuple[tuple[str, Setting], ...] = ()
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    standard: str = ""
    show_if: str = ""
    sensitive: bool = False
    random_order: bool = False

    @property
    def offered_choices(self) -> tuple[Choice, ...]:
        """The choices that a person sees today."""
        return tuple(choice for choice in self.choices if not choice.retired)

    def number(self, name: str, default: int) -> int:
        """Return a setting that is a whole number, or the default."""
        value = dict(self.settings).get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def flag(self, name: str) -> bool:
        """Return whether a setting is true."""
        return dict(self.settings).get(name) is True

    def label(self, name: str) -> Localised:
        """Return a setting that is a text in two languages, or an empty one."""
        value = dict(self.settings).get(name)
        return value if isinstance(value, Localised) else Localised()


@dataclass(frozen=True)
class Section:
    """Questions shown together on a page."""

    code: str
    title: Localised
    introduction: Localised = NOTHING
    questions: tuple[Question, ...] = ()
    show_if: str = ""


@dataclass(frozen=True)
class Check:
    """What answers must satisfy together, such as shares that add up to 100; `message` says so when they do not."""

    code: str
    condition: str
    message: Localised


@dataclass(frozen=True)
class Survey:
    """What is asked, in order."""

    code: str
    title: Localised
    introduction: Localised = NOTHING
    sections: tuple[Section, ...] = ()
    checks: tuple[Check, ...] = ()

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in the order of the sections."""
        return tuple(question for section in self.sections for question in section.questions)

    def find_question(self, code: str) -> Question | None:
        """Return the question with this code, or None."""
        return self._by_code.get(code)

    @cached_property
    def _by_code(self) -> dict[str, Question]:
        """The first question with each code: a survey that is being written may have one twice."""
        return {question.code: question for question in reversed(self.questions)}

    def walk(self) -> Iterator[tuple[str, Question]]:
        """Yield every question with its place, such as ``sections[2].questions[0]``."""
        for at, section in enumerate(self.sections):
            for number, question in enumerate(section.questions):
                yield f"sections[{at}].questions[{number}]", question


def dump_survey(survey: Survey) -> str:
    """Return the canonical JSON text of a survey, ending with a line break."""
    return json.dumps(survey_to_json(survey), ensure_ascii=False, indent=2) + "\n"


def survey_to_json(survey: Survey) -> JsonObject:
    """Return the survey as plain JSON data, in canonical order."""
    return {
        "format": FORMAT,
        "code": survey.code,
        "title": survey.title.to_json(),
        **_texts(introduction=survey.introduction),
        "sections": [_section_to_json(section) for section in survey.sections],
        **({"checks": [_check_to_json(check) for check in survey.checks]} if survey.checks else {}),
    }


def _section_to_json(section: Section) -> JsonObject:
    return {
        "code": section.code,
        "title": section.title.to_json(),
        **_texts(introduction=section.introduction),
        **_words(show_if=section.show_if),
        "questions": [_question_to_json(question) for question in section.questions],
    }


def _question_to_json(question: Question) -> JsonObject:
    written: JsonObject = {"code": question.code, "type": question.type, "text": question.text.to_json()}
    written |= _texts(help=question.help, why=question.why)
    written |= _words(standard=question.standard, show_if=question.show_if)
    written |= _flags(required=question.required, sensitive=question.sensitive, random_order=question.random_order)
    if question.offers:
        written["offers"] = list(question.offers)
    if question.settings:
        written["settings"] = {
            name: value.to_json() if isinstance(value, Localised) else value for name, value in question.settings
        }
    if question.rows:
        written["rows"] = [_choice_to_json(row) for row in question.rows]
    if question.choices:
        written["choices"] = [_choice_to_json(choice) for choice in question.choices]
    return written


def _choice_to_json(choice: Choice) -> JsonObject:
    flags = _flags(exclusive=choice.exclusive, retired=choice.retired)
    return {"code": choice.code, "label": choice.label.to_json(), **flags, **_words(show_if=choice.show_if)}


def _check_to_json(check: Check) -> JsonObject:
    return {"code": check.code, "condition": check.condition, "message": check.message.to_json()}


def _texts(**texts: Localised) -> JsonObject:
    return {name: text.to_json() for name, text in texts.items() if text}


def _words(**words: str) -> JsonObject:
    return {name: word for name, word in words.items() if word}


def _flags(**flags: bool) -> JsonObject:
    return {name: True for name, value in flags.items() if value}
