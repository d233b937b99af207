"""A number, with a unit, bounds, and as many decimals as make sense."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from statistics import fmean, median
from typing import ClassVar

from wtforms import StringField

from surveys.definition import Question
from surveys.localised import LANGUAGES, Localised
from surveys.numbers import DECIMALS, DIGITS, count_decimals, read_number, write_number
from surveys.problems import Problem
from surveys.question_type import Fields, Heading, RefusalError, Said, Value, label_of, only_keys
from surveys.special_ticks import SpecialTicksType

_BOUND = 10**DIGITS - 1


class Number(SpecialTicksType):
    """``{"number": "1234.5"}``: the number as a text in one form, so that none is rounded on its way.

    `minimum` and `maximum` are whole numbers, `decimals` how many there may be (none). A comma or a point may stand
    before the decimals, spaces between the thousands, and the question's `unit` behind it all.
    """

    code = "number"
    pace = (8, 20)
    heading = Heading.LABEL
    settings: ClassVar[Mapping[str, type]] = {"minimum": int, "maximum": int, "decimals": int, "unit": Localised}

    def check_question(self, question: Question) -> Iterator[Problem]:
        """Refuse bounds that leave no number, and more decimals than are kept."""
        if not 0 <= question.number("decimals", 0) <= DECIMALS:
            yield Problem("setting.out_of_range", "settings.decimals", {"lowest": 0, "highest": DECIMALS})
        lowest, highest = question.number("minimum", -_BOUND), question.number("maximum", _BOUND)
        if not -_BOUND <= lowest <= _BOUND:
            yield Problem("setting.out_of_range", "settings.minimum", {"lowest": -_BOUND, "highest": _BOUND})
        elif not lowest <= highest <= _BOUND:
            yield Problem("setting.out_of_range", "settings.maximum", {"lowest": lowest, "highest": _BOUND})

    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        given = only_keys(raw, "number").get("number") if isinstance(raw, dict) else raw
        if isinstance(given, str):
            given = self._without_unit(question, given)
            if not given:
                return None
        number = read_number(given)
        if number is None:
            raise RefusalError("answer.not_a_number")
        self._check_bounds(question, number)
        return {"number": number}

    def _without_unit(self, question: Question, text: str) -> str:
        text = text[:200].strip()
        for language in LANGUAGES:
            unit = question.label("unit").get(language).strip()
            if unit and text.casefold().endswith(unit.casefold()):
                return text[: -len(unit)].strip()
        return text

    def _check_bounds(self, question: Question, number: str) -> None:
        decimals = max(0, min(question.number("decimals", 0), DECIMALS))
        if count_decimals(number) > decimals:
            raise RefusalError("answer.too_many_decimals", limit=decimals)
        minimum, maximum = question.number("minimum", -_BOUND), question.number("maximum", _BOUND)
        if Decimal(number) < minimum:
            raise RefusalError("answer.too_small", minimum=minimum)
        if Decimal(number) > maximum:
            raise RefusalError("answer.too_large", maximum=maximum)

    def own_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return a line to write on: browsers' own number inputs refuse a comma, or drop what they cannot read."""
        return {"": StringField(label_of(question.text, language))}

    def own_cells(self, question: Question, value: Value) -> dict[str, str]:
        """Return the number, with a point."""
        return {"": value["number"]}

    def own_answer(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the cell."""
        return parts.get("")

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        unit = label_of(question.label("unit"), language)
        return [Said(write_number(value["number"], language) + (f"\u00a0{unit}" if unit else ""))]

    def _measure(self, question: Question, values: Sequence[Value]) -> dict[str, float]:
        numbers = [float(value["number"]) for value in values]
        if not numbers:
            return {}
        named = {"lowest": min(numbers), "mean": fmean(numbers), "median": median(numbers)}
        return named | {"highest": max(numbers)}


QUESTION_TYPE = Number()
