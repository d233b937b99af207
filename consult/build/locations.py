"""Where something stands in a survey: the page that changes it, the input there, and what to call it."""

import re
from dataclasses import dataclass
from typing import Any

from flask import g, url_for

from consult.build.words import setting_label
from consult.messages import Words
from surveys.definition import Question, Section, Survey
from surveys.localised import Localised
from surveys.question_types import QUESTION_TYPES

_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.|$)")


@dataclass(frozen=True)
class Location:
    """Where to go, and what is there: `title` is the question or the section, `part` what of it.

    `untitled` is what to call it while it has no title.
    """

    address: str
    title: Localised
    untitled: str
    part: str


def locate(place: str, survey: Survey, values: dict[str, Any], words: Words, language: str = "") -> Location:
    """Return the location of a place such as ``sections[2].questions[0].choices[1].label``.

    `values` are what the addresses need; `language` names the input of one language where a text has two.
    """
    steps = [(name, int(number) if number else None) for name, number in _STEP.findall(place)]
    section, question, rest = _walk(survey, steps)
    name = _input(rest, question, language)
    part = part_words(rest, words, question.type if question else "")
    if question is not None:
        address = url_for("build.question", **values, question=question.code, _anchor=name or None)
        return Location(address, question.text, _untitled_question(words), _name_row(part, rest, question, words))
    if section is not None:
        address = url_for("build.section", **values, section=section.code, _anchor=name or None)
        return Location(address, section.title, _untitled_section(words), part)
    if steps and steps[0][0] == "sections":
        return Location(url_for("build.outline", **values), survey.title, "", "")
    return Location(url_for("build.opening", **values, _anchor=name or None), survey.title, "", part)


def locate_text(name: str, survey: Survey, values: dict[str, Any], words: Words) -> Location:
    """Return the location of a text by its name in `surveys.texts`, such as ``questions.role.choices.citizen``."""
    kind, _dot, rest = name.partition(".")
    code, _dot, part = rest.partition(".")
    steps = part.split(".") if part else [kind]
    asked = survey.find_question(code) if kind == "questions" else None
    said = part_words([(step, None) for step in steps], words, asked.type if asked else "")
    if kind == "questions":
        address = url_for("build.question", **values, question=code)
        return Location(address, asked.text if asked else Localised(), _untitled_question(words), said)
    if kind == "sections":
        found = next((each for each in survey.sections if each.code == code), None)
        address = url_for("build.section", **values, section=code)
        return Location(address, found.title if found else Localised(), _untitled_section(words), said)
    return Location(url_for("build.opening", **values), survey.title, "", part_words([(kind, None)], words))


def _untitled_question(words: Words) -> str:
    _ = words.gettext
    return _("A question without words yet")


def _untitled_section(words: Words) -> str:
    _ = words.gettext
    return _("A section without a title")


def _name_row(part: str, rest: list[tuple[str, int | None]], question: Question, words: Words) -> str:
    """Return what a part is called, with the words of the choice or the row where it is one of several."""
    _ = words.gettext
    if not rest or rest[0][0] not in ("choices", "rows") or rest[0][1] is None:
        return part
    label = getattr(question, rest[0][0])[rest[0][1]].label.shown(g.language)[1]
    return _("%(part)s “%(name)s”") % {"part": part, "name": label} if label else part


def _walk(
    survey: Survey, steps: list[tuple[str, int | None]]
) -> tuple[Section | None, Question | None, list[tuple[str, int | None]]]:
    if not steps or steps[0][0] != "sections" or steps[0][1] is None or steps[0][1] >= len(survey.sections):
        return None, None, steps
    section = survey.sections[steps[0][1]]
    if len(steps) > 1 and steps[1][0] == "questions" and steps[1][1] is not None:
        return section, section.questions[steps[1][1]], steps[2:]
    return section, None, steps[1:]


def _input(rest: list[tuple[str, int | None]], question: Question | None, language: str) -> str:
    """Return the name of the input, as the forms have it: rows are counted without those that are retired."""
    if not rest:
        return ""
    name, number = rest[0]
    if number is not None and name in ("choices", "rows") and question is not None:
        listed = getattr(question, name)[:number]
        row = f"{name}.{sum(not each.retired for each in listed)}"
        return f"{row}.{language or 'en'}"
    if name in ("settings", "offers"):
        joined = ".".join(step for step, _ in rest)
        in_two = question is not None and name == "settings" and _is_in_two_languages(question, rest)
        return f"{joined}.{language or 'en'}" if in_two else joined
    return f"{name}.{language}" if language else {"text": "text.en", "type": "question-type"}.get(name, name)


def _is_in_two_languages(question: Question, rest: list[tuple[str, int | None]]) -> bool:
    kind = QUESTION_TYPES.get(question.type)
    return kind is not None and len(rest) > 1 and kind.settings.get(rest[1][0]) is Localised


def part_words(rest: list[tuple[str, int | None]], words: Words, kind: str = "") -> str:
    """Return what a part of a question of a type, of a section or of a survey is called; '' for the whole."""
    _ = words.gettext
    if kind and len(rest) > 1 and rest[0][0] == "settings":
        return setting_label(kind, rest[1][0], words)
    names = {
        "text": _("Question"),
        "title": _("Title"),
        "introduction": _("Introduction"),
        "help": _("Help"),
        "why": _("Why we ask"),
        "choices": _("Choices"),
        "rows": _("Rows"),
        "settings": _("Settings"),
        "offers": _("Instead of an answer"),
        "code": _("Code"),
        "type": _("Type"),
        "show_if": _("Condition"),
        "checks": _("Check"),
        "standard": _("Source of the wording"),
    }
    return names.get(rest[0][0], "") if rest else ""
