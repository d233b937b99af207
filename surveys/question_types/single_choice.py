"""One choice among several, perhaps "other, please specify"."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from wtforms import RadioField, SelectChoice, StringField

from surveys.choice_answer import check_choice, check_other, count_choices, other_label, show_choices
from surveys.definition import Question
from surveys.localised import Localised
from surveys.problems import Problem
from surveys.question_type import (
    OTHER,
    Fields,
    QuestionType,
    RefusalError,
    Said,
    SpecialValue,
    Value,
    label_of,
    only_keys,
)


class SingleChoice(QuestionType):
    """``{"choice": code}``, or ``{"choice": "other", "other": text}`` where the question sets `has_other`."""

    code = "single_choice"
    pace = (8, 20)
    settings: ClassVar[Mapping[str, type]] = {"has_other": bool, "other_label": Localised}
    specials = frozenset(SpecialValue)
    minimum_choices = 2

    def check_question(self, question: Question) -> Iterator[Problem]:
        """Refuse exclusive choices: a single choice always stands alone."""
        for at, choice in enumerate(question.choices):
            if choice.exclusive:
                yield Problem("choice.exclusive_misused", f"choices[{at}].exclusive")

    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        given = {"choice": raw} if isinstance(raw, str) else only_keys(raw, "choice", OTHER)
        choice, text = given.get("choice"), given.get(OTHER)
        has_other = question.flag("has_other")
        said = check_other(question, text)
        if choice is None or choice == "":
            choice = OTHER if said else None  # written without ticking "other": what was meant is clear
        if choice is None:
            return None
        if not (has_other and choice == OTHER):
            if said:  # beside another choice it would be lost without a word
                raise RefusalError("answer.other_not_chosen", OTHER)
            return {"choice": check_choice(question, choice)}
        return {"choice": OTHER} | said

    def parts(self, question: Question) -> tuple[str, ...]:
        """Return the choice, and the text of "other"."""
        return ("", OTHER) if question.flag("has_other") else ("",)

    def build_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return radio buttons (special values last), and the text input of "other"."""
        extra = [OTHER] if question.flag("has_other") else []
        choices = [SelectChoice(choice.code, label_of(choice.label, language)) for choice in question.offered_choices]
        choices += [SelectChoice(code, other_label(question, language, words)) for code in extra]
        choices += [SelectChoice(code, words[code]) for code in question.offers]
        radio = RadioField(label_of(question.text, language), choices=choices, validate_choice=False)
        return {"": radio} | {part: StringField(other_label(question, language, words)) for part in extra}

    def to_parts(self, question: Question, value: Value) -> dict[str, str]:
        """Return the code chosen, and the text of "other"."""
        if "special" in value:
            return {"": value["special"]}
        return {"": value["choice"]} | ({OTHER: value[OTHER]} if OTHER in value else {})

    def from_parts(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the choice and the text of "other"."""
        chosen, text = parts.get(""), parts.get(OTHER)
        return {"choice": chosen, OTHER: text} if text else chosen

    def cell_labels(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> dict[str, str]:
        """Return the choices, retired ones too, "other" and the special values."""
        if part == OTHER:
            return {}
        labels = {choice.code: label_of(choice.label, language) for choice in question.choices}
        if question.flag("has_other"):
            labels[OTHER] = other_label(question, language, words)
        return labels | {code: words[code] for code in question.offers}

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        return show_choices(question, [value["choice"]], value.get(OTHER, ""), language, words)

    def tidy(self, cells: dict[str, str]) -> dict[str, str]:
        """Drop the text of "other" once another choice was made: the person changed their mind."""
        return cells | {OTHER: ""} if cells.get("") not in {"", None, OTHER} and OTHER in cells else cells

    def free_text(self, value: Value) -> str:
        """Return the text of "other"."""
        return str(value.get(OTHER, ""))

    def _count(self, question: Question, values: Sequence[Value]) -> dict[str, int]:
        return count_choices(question, (value["choice"] for value in values))


QUESTION_TYPE = SingleChoice()
