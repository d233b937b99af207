"""A point on a scale with labelled ends."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from wtforms import RadioField, SelectChoice

from surveys.definition import Question
from surveys.localised import NOTHING, Localised
from surveys.problems import Problem
from surveys.question_type import Fields, QuestionType, RefusalError, Said, SpecialValue, Value, label_of, only_keys

_LOWEST, _HIGHEST, _USUAL = 3, 11, 5


class Scale(QuestionType):
    """``{"point": 1 to points}``; `low` and `high` label the ends of a scale of 3 to 11 `points` (5)."""

    code = "scale"
    pace = (8, 20)
    settings: ClassVar[Mapping[str, type]] = {"points": int, "low": Localised, "high": Localised}
    specials = frozenset(SpecialValue)

    def check_question(self, question: Question) -> Iterator[Problem]:
        """Refuse a scale of another length, or with an end that says nothing."""
        if not _LOWEST <= question.number("points", _USUAL) <= _HIGHEST:
            yield Problem("setting.out_of_range", "settings.points", {"lowest": _LOWEST, "highest": _HIGHEST})
        for end in ("low", "high"):
            if not question.label(end):
                yield Problem("setting.missing", f"settings.{end}")

    def _points(self, question: Question) -> range:
        return range(1, max(_LOWEST, min(question.number("points", _USUAL), _HIGHEST)) + 1)

    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        point = only_keys(raw, "point").get("point") if isinstance(raw, dict) else raw
        if isinstance(point, str) and not point.strip():
            return None
        for candidate in self._points(question):
            if type(point) is int and point == candidate:
                return {"point": candidate}
            if isinstance(point, str) and point.strip() == str(candidate):
                return {"point": candidate}
        raise RefusalError("answer.out_of_range", lowest=1, highest=self._points(question)[-1])

    def build_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return radio buttons: the points, the ends with their labels, then the special values."""
        labels = {str(point): str(point) for point in self._points(question)}
        low, high = next(iter(labels)), list(labels)[-1]
        labels[low] += f" – {label_of(question.label('low'), language)}"
        labels[high] += f" – {label_of(question.label('high'), language)}"
        labels |= {code: words[code] for code in question.offers}
        choices = [SelectChoice(value, label) for value, label in labels.items()]
        return {"": RadioField(label_of(question.text, language), choices=choices, validate_choice=False)}

    def to_parts(self, question: Question, value: Value) -> dict[str, str]:
        """Return the number, or the special value."""
        return {"": value["special"] if "special" in value else str(value["point"])}

    def from_parts(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the cell."""
        return parts.get("")

    def cell_labels(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> dict[str, str]:
        """Return the special values; a point is a number and stays one."""
        return {code: words[code] for code in question.offers}

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        labels = {1: question.label("low"), self._points(question)[-1]: question.label("high")}
        end = label_of(labels.get(value["point"], NOTHING), language)
        return [Said(f"{value['point']} – {end}" if end else f"{value['point']} / {self._points(question)[-1]}")]

    def _count(self, question: Question, values: Sequence[Value]) -> dict[str, int]:
        counts = Counter(value["point"] for value in values)
        return {str(point): counts[point] for point in self._points(question)}


QUESTION_TYPE = Scale()
