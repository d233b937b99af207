"""The inputs of the entry screen: what is on paper, typed with digits alone, and read back into the survey's own cells.

Beside each choice stands its place in the list: that digit is typed, whatever the choice is called. What could not be
read and two boxes where one was asked for are typed too, so that they are counted, and are no answer.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from consult.exports.paper_items import is_tick
from surveys.columns import column_name
from surveys.definition import Question, Survey
from surveys.forms import PostedData
from surveys.problems import Problem
from surveys.question_type import OTHER, Value, label_of
from surveys.question_types import get_type

ILLEGIBLE_SIGN, TWO_SIGN = "?", "++"
_MARKS = {ILLEGIBLE_SIGN: "illegible", TWO_SIGN: "two_ticked"}
_BETWEEN = re.compile(r"[\s,;+/]+")
_ONE_DIGIT = 9
_LONG = frozenset({"long_text"})
# What is typed as digits, without boxes.
_DIGITS = frozenset({"ranking", "points", "number", "date"})


@dataclass(frozen=True)
class Option:
    """A box on paper: the digits that are typed for it, and the cell, or where several may be ticked the part."""

    key: str
    code: str
    label: str


@dataclass(frozen=True)
class EntryField:
    """One input. Without options, what is typed is the cell as it is."""

    name: str
    part: str
    label: str = ""
    options: tuple[Option, ...] = ()
    is_many: bool = False
    is_long: bool = False
    is_short: bool = False

    @property
    def id(self) -> str:
        """The id of the input."""
        return self.name.replace(".", "-")


@dataclass
class ReadForm:
    """A form as it was typed: raw answers for `check_answers`, marks by question, and what no box stands for."""

    raw: dict[str, Any] = field(default_factory=dict)
    marks: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def entry_fields(question: Question, language: str, words: Mapping[str, str]) -> list[EntryField]:
    """Return the inputs of a question, in the order of the paper; `words` as question types take them."""
    asked = replace(
        question,
        choices=question.offered_choices,
        rows=tuple(row for row in question.rows if not row.retired),
    )
    kind = get_type(asked)
    labels = {part: kind.cell_labels(asked, part, language, words) for part in kind.parts(asked)}
    has_other = any(OTHER in each for each in labels.values())
    found: list[EntryField] = []
    for ticks, group in groupby(labels, key=lambda part: _is_box(part, labels, words, has_other=has_other)):
        parts = list(group)
        named = {part: kind.part_label(asked, part, language, words) if part else "" for part in parts}
        if ticks:
            options = tuple(Option(str(at), part, named[part] or labels[part]["1"]) for at, part in enumerate(parts, 1))
            found.append(EntryField("", "", options=options, is_many=True))
            found += [EntryField("", OTHER, named[OTHER])] if OTHER in parts else []
            continue
        for part in parts:
            options = _options(asked, labels[part], language)
            is_long = question.type in _LONG and not part
            is_short = question.type in _DIGITS
            found.append(EntryField("", part, named[part], options, is_long=is_long, is_short=is_short))
    return [replace(each, name=f"q.{question.code}.{at}") for at, each in enumerate(found)]


def read_form(survey: Survey, posted: PostedData, language: str, words: Mapping[str, str]) -> ReadForm:
    """Return a form as it was typed, every question of it; `language` is that of the form."""
    read = ReadForm()
    for question in survey.questions:
        if not get_type(question).takes_answer:
            continue
        cells: dict[str, str] = {}
        marks: set[str] = set()
        for each in entry_fields(question, language, words):
            typed = posted.getlist(each.name)[0].strip() if each.name in posted else ""
            mark, given, is_known = _read_field(each, typed)
            if mark:
                marks.add(mark)
            if not is_known:
                read.problems.append(Problem("answer.unknown_choice", column_name(question.code, each.part)))
            cells |= {part: cell for part, cell in given.items() if cell or part not in cells}
        read.raw[question.code] = {"cells": cells, "language": language}
        if marks:
            read.marks[question.code] = sorted(marks)
    return read


def fill_fields(
    question: Question, value: Value | None, marks: Sequence[str], language: str, words: Mapping[str, str]
) -> dict[str, str]:
    """Return what would be typed, by the name of the input, for a stored answer and the marks of its question."""
    fields = entry_fields(question, language, words)
    cells = get_type(question).to_parts(question, value) if value is not None else {}
    typed = {each.name: _write_field(each, cells) for each in fields}
    blank = [each.name for each in fields if not typed[each.name]]
    for mark, name in zip(sorted(marks), blank, strict=False):
        typed[name] = next(sign for sign, named in _MARKS.items() if named == mark)
    return typed


def _is_box(part: str, labels: Mapping[str, Mapping[str, str]], words: Mapping[str, str], *, has_other: bool) -> bool:
    """Tell whether a part is one of several boxes to tick; "other" with its words is one, where it is a box itself."""
    return is_tick(labels[part], words) or (part == OTHER and not labels[part] and not has_other)


def _options(question: Question, labels: Mapping[str, str], language: str) -> tuple[Option, ...]:
    points = range(1, question.number("points", 5) + 1) if question.type == "scale" else range(0)
    ends = {1: question.label("low"), len(points): question.label("high")}
    named = {str(point): label_of(ends[point], language) if point in ends else "" for point in points} | dict(labels)
    return tuple(Option(str(at), code, label) for at, (code, label) in enumerate(named.items(), start=1))


def _read_field(each: EntryField, typed: str) -> tuple[str, dict[str, str], bool]:
    """Return the mark that was typed, or the cells, and whether every digit stands for a box."""
    if typed in _MARKS and (typed == ILLEGIBLE_SIGN or each.options):
        return _MARKS[typed], {}, True
    if not typed or not each.options:
        return "", {each.part: typed} if typed else {}, True
    chosen = _chosen(each, typed)
    if chosen is None:
        return "", {}, typed == "0"
    if each.is_many:
        others = {option.code: option.label for option in chosen if option.code == OTHER}
        return "", {option.code: "1" for option in chosen} | others, True
    if len(chosen) > 1:
        return _MARKS[TWO_SIGN], {}, True
    return "", {each.part: chosen[0].code}, True


def _chosen(each: EntryField, typed: str) -> list[Option] | None:
    """Return the boxes that were typed, each once; None where something stands for none."""
    known = {option.key: option for option in each.options} | {
        option.code: option for option in each.options if not option.code.isdigit()
    }
    signs = [sign for sign in _BETWEEN.split(typed.casefold()) if sign]
    if len(each.options) <= _ONE_DIGIT:
        signs = [digit for sign in signs for digit in (sign if sign.isdigit() else [sign])]
    if not signs or any(sign not in known for sign in signs):
        return None
    return list({known[sign].key: known[sign] for sign in signs}.values())


def _write_field(each: EntryField, cells: Mapping[str, str]) -> str:
    if each.is_many:
        return " ".join(option.key for option in each.options if _is_ticked(option, cells))
    cell = cells.get(each.part, "")
    return next((option.key for option in each.options if option.code == cell), cell)


def _is_ticked(option: Option, cells: Mapping[str, str]) -> bool:
    cell = cells.get(option.code, "")
    return bool(cell) if option.code == OTHER else cell == "1"
