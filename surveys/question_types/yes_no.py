"""A question answered by yes or no."""

from collections.abc import Mapping, Sequence

from wtforms import RadioField, SelectChoice

from surveys.definition import Question
from surveys.question_type import (
    NO,
    YES,
    Fields,
    QuestionType,
    RefusalError,
    Said,
    SpecialValue,
    Value,
    label_of,
    only_keys,
)

_MEANT = {"yes": YES, "1": YES, "true": YES, "no": NO, "0": NO, "false": NO}


class YesNo(QuestionType):
    """``{"choice": "yes" or "no"}``; true, false, 1 and 0 are understood."""

    code = "yes_no"
    pace = (5, 12)
    specials = frozenset(SpecialValue)

    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        given = only_keys(raw, "choice").get("choice") if isinstance(raw, dict) else raw
        if isinstance(given, str) and not given.strip():
            return None
        word = str(given).strip().casefold() if isinstance(given, str | bool) else ""
        if word not in _MEANT:
            raise RefusalError("answer.unknown_choice")
        return {"choice": _MEANT[word]}

    def build_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return radio buttons: yes, no, then the special values."""
        choices = [SelectChoice(code, words[code]) for code in (YES, NO, *question.offers)]
        return {"": RadioField(label_of(question.text, language), choices=choices, validate_choice=False)}

    def to_parts(self, question: Question, value: Value) -> dict[str, str]:
        """Return yes, no, or the special value."""
        return {"": value["special"] if "special" in value else value["choice"]}

    def from_parts(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the cell."""
        cell = parts.get("")
        return str(cell) if type(cell) is int and cell in (0, 1) else cell

    def cell_labels(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> dict[str, str]:
        """Return yes, no and the special values."""
        return {code: words[code] for code in (YES, NO, *question.offers)}

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        return [Said(words[value["choice"]])]

    def _count(self, question: Question, values: Sequence[Value]) -> dict[str, int]:
        yes = sum(value["choice"] == YES for value in values)
        return {YES: yes, NO: len(values) - yes}


QUESTION_TYPE = YesNo()
