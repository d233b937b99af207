"""All the choices that apply, within a minimum and a maximum; an exclusive choice stands alone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from wtforms import BooleanField, StringField

from surveys.choice_answer import check_choice, check_other, choice_codes, count_choices, other_label, show_choices
from surveys.definition import Question
from surveys.localised import Localised
from surveys.problems import Problem
from surveys.question_type import (
    FALSE_WORDS,
    OTHER,
    Fields,
    QuestionType,
    RefusalError,
    Said,
    SpecialValue,
    Value,
    is_ticked,
    label_of,
    only_keys,
    tick_labels,
)


class SeveralChoices(QuestionType):
    """``{"choices": [codes in the question's order]}``, and ``"other": text`` where something was added."""

    code = "several_choices"
    pace = (10, 30)
    settings: ClassVar[Mapping[str, type]] = {
        "has_other": bool,
        "other_label": Localised,
        "minimum": int,
        "maximum": int,
    }
    specials = frozenset(SpecialValue)
    minimum_choices = 2

    def check_question(self, question: Question) -> Iterator[Problem]:
        """Refuse limits that cannot be met, and choices that are all exclusive."""
        combinable = sum(not choice.exclusive for choice in question.offered_choices)
        highest = combinable + question.flag("has_other")
        minimum = question.number("minimum", 1)
        maximum = question.number("maximum", highest)
        if not 1 <= minimum <= highest:
            yield Problem("setting.out_of_range", "settings.minimum", {"lowest": 1, "highest": highest})
        if not max(minimum, 1) <= maximum <= highest:
            yield Problem("setting.out_of_range", "settings.maximum", {"lowest": minimum, "highest": highest})
        if question.choices and highest == 0:
            yield Problem("choice.exclusive_misused", "choices")

    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        given = {"choices": raw} if isinstance(raw, list | tuple) else only_keys(raw, "choices", OTHER)
        codes, text = given.get("choices") or [], given.get(OTHER)
        if not isinstance(codes, list | tuple):
            raise RefusalError("answer.malformed")
        special = next((code for code in codes if isinstance(code, str) and code in self.specials), None)
        if special is not None:
            if text or any(code != special for code in codes):
                raise RefusalError("answer.exclusive")
            return self._check_any(question, special, final)
        said = check_other(question, text)
        chosen = {check_choice(question, code) for code in codes}
        if not chosen and not said:
            return None
        self._check_limits(question, chosen | set(said), final)
        return {"choices": [choice.code for choice in question.choices if choice.code in chosen]} | said

    def _check_limits(self, question: Question, chosen: set[str], final: bool) -> None:
        exclusive = {choice.code for choice in question.choices if choice.exclusive}
        if chosen & exclusive:
            if len(chosen) > 1:
                raise RefusalError("answer.exclusive")
            return
        minimum, maximum = question.number("minimum", 1), question.number("maximum", len(chosen))
        if len(chosen) > maximum:
            raise RefusalError("answer.too_many", chosen=len(chosen), limit=maximum)
        if final and len(chosen) < minimum:
            raise RefusalError("answer.too_few", chosen=len(chosen), limit=minimum)

    def parts(self, question: Question) -> tuple[str, ...]:
        """Return a tick for each choice, the text of "other", and a tick for each special value."""
        return (*choice_codes(question), *question.offers)

    def build_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return a checkbox for each choice, the text input of "other", a checkbox for each special value."""
        labels = {choice.code: label_of(choice.label, language) for choice in question.offered_choices}
        fields = {code: BooleanField(label, false_values=FALSE_WORDS) for code, label in labels.items()}
        if question.flag("has_other"):
            fields[OTHER] = StringField(other_label(question, language, words))
        return fields | {code: BooleanField(words[code], false_values=FALSE_WORDS) for code in question.offers}

    def to_parts(self, question: Question, value: Value) -> dict[str, str]:
        """Return 1 or 0 for each tick, and the text of "other"."""
        chosen = [value["special"]] if "special" in value else value["choices"]
        cells = {part: "1" if part in chosen else "0" for part in self.parts(question) if part != OTHER}
        return cells | ({OTHER: value[OTHER]} if OTHER in value else {})

    def from_parts(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the ticks and the text of "other"."""
        ticks = {part: is_ticked(cell) for part, cell in parts.items() if part != OTHER}
        if None in ticks.values():
            return {"malformed": True}
        chosen, text = [part for part, ticked in ticks.items() if ticked], parts.get(OTHER)
        return {"choices": chosen, OTHER: text} if text else chosen

    def cell_labels(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> dict[str, str]:
        """Return yes and no for each tick."""
        return {} if part == OTHER else tick_labels(words)

    def _codes(self, value: Value) -> list[str]:
        return [*value["choices"], *([OTHER] if OTHER in value else [])]

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        return show_choices(question, self._codes(value), value.get(OTHER, ""), language, words)

    def free_text(self, value: Value) -> str:
        """Return the text of "other"."""
        return str(value.get(OTHER, ""))

    def _count(self, question: Question, values: Sequence[Value]) -> dict[str, int]:
        return count_choices(question, (code for value in values for code in self._codes(value)))


QUESTION_TYPE = SeveralChoices()
