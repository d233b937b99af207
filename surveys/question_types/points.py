"""Points, or dollars, shared out among choices."""

import re
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import ClassVar

from wtforms import StringField

from surveys.choice_answer import always_shown, check_choice
from surveys.definition import Question
from surveys.localised import Localised
from surveys.numbers import read_number, write_number
from surveys.problems import Problem
from surveys.question_type import Fields, RefusalError, Said, Value, label_of, only_keys
from surveys.special_ticks import SpecialTicksType

_LOWEST, _HIGHEST, _USUAL = 2, 1_000_000, 100
_WHOLE = re.compile(r"[0-9]{1,9}")


class Points(SpecialTicksType):
    """``{"points": {code: whole number}}`` for every choice offered, which come to the question's `total` (100).

    An input left blank is 0 as soon as another says something; `unit` names what is shared out.
    """

    code = "points"
    pace = (30, 70)
    settings: ClassVar[Mapping[str, type]] = {"total": int, "unit": Localised}
    minimum_choices = 2
    compares_choices = True

    def total(self, question: Question) -> int:
        """Return how many are to be shared out."""
        return question.number("total", _USUAL)

    def check_question(self, question: Question) -> Iterator[Problem]:
        """Refuse a total that cannot be shared out, exclusive choices, and choices that only some people see.

        A correction elsewhere could hide a choice that has points: what is left would no longer add up.
        """
        if not _LOWEST <= self.total(question) <= _HIGHEST:
            yield Problem("setting.out_of_range", "settings.total", {"lowest": _LOWEST, "highest": _HIGHEST})
        yield from always_shown(question)

    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        given = only_keys(raw, "points").get("points")
        if not isinstance(given, dict):
            raise RefusalError("answer.malformed")
        points = {code: _read_points(code, cell) for code, cell in given.items()}
        known = {check_choice(question, code): number for code, number in points.items() if number is not None}
        if not known:
            return None
        shared, total = sum(known.values()), self.total(question)
        if shared > total or (final and shared < total):
            raise RefusalError("answer.wrong_total", shared=shared, total=total, difference=abs(total - shared))
        return {"points": {choice.code: known.get(choice.code, 0) for choice in question.offered_choices}}

    def own_parts(self, question: Question) -> tuple[str, ...]:
        """Return the points of each choice."""
        return tuple(choice.code for choice in question.choices)

    def own_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return a line for each choice."""
        return {choice.code: StringField(label_of(choice.label, language)) for choice in question.offered_choices}

    def own_cells(self, question: Question, value: Value) -> dict[str, str]:
        """Return the points of each choice, 0 too."""
        return {code: str(number) for code, number in value["points"].items()}

    def own_answer(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the points."""
        return {"points": dict(parts)}

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        labels = {choice.code: label_of(choice.label, language) for choice in question.choices}
        unit = label_of(question.label("unit"), language)
        said = {code: write_number(str(number), language) for code, number in value["points"].items()}
        return [Said(f"{number}\u00a0{unit} – {labels[code]}" if unit else f"{number} – {labels[code]}")
                for code, number in said.items()]  # fmt: skip

    def _measure(self, question: Question, values: Sequence[Value]) -> dict[str, float]:
        if not values:
            return {}
        return {each.code: fmean(value["points"].get(each.code, 0) for value in values) for each in question.choices}


def _read_points(code: object, cell: object) -> int | None:
    """Return the points in a cell, None where it is blank; refused with answer.not_points at its choice."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    number = read_number(cell)
    if number is None or not _WHOLE.fullmatch(number):
        raise RefusalError("answer.not_points", code if isinstance(code, str) else "")
    return int(number)


QUESTION_TYPE = Points()
