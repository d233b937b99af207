"""A day."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import ClassVar

from wtforms import StringField

from surveys.definition import Question
from surveys.problems import Problem
from surveys.question_type import Fields, Heading, RefusalError, Said, Value, label_of, only_keys
from surveys.special_ticks import SpecialTicksType

_SHAPE = re.compile(r"([0-9]{4})[-/. ]?([0-9]{2})[-/. ]?([0-9]{2})")
# What spreadsheets put behind a day that has no time.
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?Z?")


class Date(SpecialTicksType):
    """``{"date": "2026-11-22"}``; `minimum` and `maximum` are the first and the last day, written like that."""

    code = "date"
    pace = (10, 25)
    heading = Heading.LABEL
    settings: ClassVar[Mapping[str, type]] = {"minimum": str, "maximum": str}

    def check_question(self, question: Question) -> Iterator[Problem]:
        """Refuse bounds that are no days, or that leave none."""
        for name, value in question.settings:
            if name in self.settings and isinstance(value, str) and value and read_day(value) != value:
                yield Problem("setting.not_a_date", f"settings.{name}")
        first, last = bound(question, "minimum"), bound(question, "maximum")
        if first and last and first > last:
            yield Problem("setting.dates_out_of_order", "settings.maximum")

    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        given = only_keys(raw, "date").get("date") if isinstance(raw, dict) else raw
        if isinstance(given, str) and not given.strip():
            return None
        day = read_day(given)
        if day is None:
            raise RefusalError("answer.not_a_date")
        earliest, latest = bound(question, "minimum"), bound(question, "maximum")
        if earliest and day < earliest:
            raise RefusalError("answer.too_early", earliest=earliest)
        if latest and day > latest:
            raise RefusalError("answer.too_late", latest=latest)
        return {"date": day}

    def own_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return one input; its template makes it the browser's own for days."""
        return {"": StringField(label_of(question.text, language))}

    def own_cells(self, question: Question, value: Value) -> dict[str, str]:
        """Return the day."""
        return {"": value["date"]}

    def own_answer(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the cell."""
        return parts.get("")

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        return [Said(value["date"])]


def bound(question: Question, name: str) -> str:
    """Return the first ("minimum") or the last ("maximum") day of a question, '' where it has none that is one."""
    value = dict(question.settings).get(name)
    return value if isinstance(value, str) and read_day(value) == value else ""


def read_day(raw: object) -> str | None:
    """Return a day as YYYY-MM-DD, or None where it is none: the order of 03/04/2026 differs between languages."""
    if isinstance(raw, date):
        is_midnight = not isinstance(raw, datetime) or raw.time() == datetime.min.time()
        return raw.isoformat()[:10] if is_midnight else None
    if not isinstance(raw, str) or len(raw) > 40:
        return None
    text = raw.strip()
    found = _SHAPE.match(text)
    if not found or (found.end() < len(text) and not _MIDNIGHT.fullmatch(text[found.end() :])):
        return None
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        return None


QUESTION_TYPE = Date()
