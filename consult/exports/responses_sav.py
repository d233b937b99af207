"""Responses as a file of SPSS: numbers with their labels, and what was said instead of an answer as missing values.

An SPSS file is put together in memory, and a text column is as wide as its longest text in every row: 50,000 rows and
5,000,000 cells are the most. Beyond, CSV and JSON hold everything.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias

import pandas as pd
import pyreadstat

from consult.exports.codebook import about_responses, part_label
from consult.exports.manifest import HashedTarget, Job, Written
from consult.exports.response_table import ResponseTable
from consult.languages import interface_words
from surveys.labels import CellWords
from surveys.problems import SurveyError
from surveys.question_type import SpecialValue

MOST_ROWS, MOST_CELLS = 50_000, 5_000_000
LONGEST_NAME, _LONGEST_TEXT, _LONGEST_VARIABLE, _LONGEST_VALUE = 64, 32_767, 255, 120  # bytes
# The usual numbers of missing values; where somebody's own answer is one of them, the far ones are taken.
_USUAL: Final = (-97.0, -98.0, -99.0)
_FAR: Final = (-999_999_997.0, -999_999_998.0, -999_999_999.0)
_SPECIALS: Final = (SpecialValue.NOT_APPLICABLE, SpecialValue.DONT_KNOW, SpecialValue.PREFER_NOT_TO_ANSWER)
_RESERVED: Final = frozenset(["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"])
_NEVER: Final = re.compile(r"[^A-Za-z0-9_.]")

_Cells: TypeAlias = Sequence[Any]


@dataclass(frozen=True)
class _Variable:
    """A variable as it is written: its cells (numbers, dates or texts), its label, those of its numbers."""

    name: str
    label: str
    cells: _Cells
    values: Mapping[float, str] = field(default_factory=dict)
    missing: tuple[float, ...] = ()
    measure: str = "nominal"


def write_sav(job: Job) -> Written:
    """Write the file with the labels of a language, English if none is given."""
    language = job.layout.labels or "en"
    columns = _read_columns(job)
    shortened = 0
    variables = []
    names = variable_names(job.table.columns)
    labels = _variable_labels(job.table, language)
    for column, cells in zip(job.table.columns, columns, strict=True):
        made = _make_variable(job.table, column, names[column], labels[column], cells, language)
        shortened += sum(isinstance(cell, str) and _is_long(cell) for cell in cells)
        variables.append(made)
    rows = len(columns[0])
    target = HashedTarget(job.target)
    with tempfile.TemporaryDirectory(dir=job.scratch) as folder:
        path = Path(folder) / "responses.sav"
        _write_file(path, variables, job.table, language)
        target.copy(path)
    return Written(rows, target.digest(), f"labels:{language}", "utf-8", shortened=shortened)


def variable_names(columns: Sequence[str]) -> dict[str, str]:
    """Return a name that SPSS takes for each column: 64 bytes at most, none twice whatever the capitals."""
    taken: set[str] = set()
    names = {}
    for column in columns:
        name = _NEVER.sub("_", column).rstrip("._") or "v"
        name = name if name[0].isalpha() and name.upper() not in _RESERVED else f"v_{name}"
        names[column] = name = _free(name[:LONGEST_NAME].rstrip("._"), taken)
        taken.add(name.casefold())
    return names


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name[: LONGEST_NAME - len(str(number)) - 1]}_{number}"
    return free


def _read_columns(job: Job) -> list[list[str]]:
    """Return the cells column by column; raises export.too_large before memory is full."""
    width = len(job.table.columns)
    most = min(MOST_ROWS, MOST_CELLS // width)
    columns: list[list[str]] = [[] for _ in range(width)]
    for number, cells in enumerate(job.table.rows(lambda _, cell: cell), start=1):
        if number > most:
            raise SurveyError.of("export.too_large", job.name, rows=number, limit=most)
        for column, cell in zip(columns, cells, strict=True):
            column.append(cell)
    return columns


def _make_variable(
    table: ResponseTable, column: str, name: str, label: str, cells: list[str], language: str
) -> _Variable:
    """Return the variable of a column, of the first kind that all its cells fit: numbers, dates, texts."""
    if column in table.closed:
        numbers, missing = _number_cells(cells, table.words.get(column))
        given = [numbers.get(cell, _as_float(cell)) for cell in cells]
        if all(number is not None or not cell for number, cell in zip(given, cells, strict=True)):
            words = table.words.get(column)
            values = {number: words.write(cell, language) for cell, number in numbers.items()} if words else {}
            is_counted = any(cell and cell not in numbers for cell in cells)
            return _Variable(name, label, given, values, missing, "scale" if is_counted else "nominal")
        days = [_as_day(cell) for cell in cells]
        if all(day is not None or not cell for day, cell in zip(days, cells, strict=True)):
            return _Variable(name, label, days, measure="scale")
    return _Variable(name, label, [_cut(cell, _LONGEST_TEXT) for cell in cells])


def _number_cells(cells: list[str], words: CellWords | None) -> tuple[dict[str, float], tuple[float, ...]]:
    """Return the number of each cell that has a label, and those of them that are missing values.

    Codes are numbered from 1 in the order in which the versions of the survey brought them, so that a number never
    changes its meaning; a cell that is a number stays that number.
    """
    if words is None:
        return {}, ()
    codes = list(dict.fromkeys(cell for labels in words.labels.values() for cell in labels))
    said = {number for cell in {*cells} if (number := _as_float(cell)) is not None}
    far = dict(zip(_SPECIALS, _FAR if said & {*_USUAL} else _USUAL, strict=True))
    numbers: dict[str, float] = {}
    for code in codes:
        own = _as_float(code)
        if code in far:
            numbers[code] = far[SpecialValue(code)]
        elif own is not None:
            numbers[code] = own
        else:
            numbers[code] = float(sum(code not in far for code in numbers) + 1)
    return numbers, tuple(numbers[code] for code in codes if code in far)


def _as_float(cell: str) -> float | None:
    try:
        return float(cell) if cell and cell[-1].isdigit() else None
    except ValueError:
        return None


def _as_day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if len(cell) == len("2026-11-22") else None
    except ValueError:
        return None


def _variable_labels(table: ResponseTable, language: str) -> dict[str, str]:
    """Return what each variable is about: the question, and before it the choice, so that a cut loses neither."""
    labels = dict(about_responses(interface_words(language)))
    for name, (question, part) in table.asked.items():
        about = part_label(question, part, language)
        text = question.text.shown(language)[1]
        labels[name] = f"{about} – {text}" if about else text
    return {name: _cut(" ".join(label.split()), _LONGEST_VARIABLE) for name, label in labels.items()}


def _is_long(text: str) -> bool:
    return len(text) > _LONGEST_TEXT // 4 and len(text.encode()) > _LONGEST_TEXT


def _cut(text: str, most: int) -> str:
    """Return a text of so many bytes at most, without half a letter at its end."""
    return text if len(text) * 4 <= most else text.encode()[:most].decode(errors="ignore")


def _write_file(path: Path, variables: list[_Variable], table: ResponseTable, language: str) -> None:
    frame = pd.DataFrame({each.name: _series(each) for each in variables})
    pyreadstat.write_sav(
        frame,
        path,
        file_label=_cut(table.consultation.title.shown(language)[1], 64),
        column_labels={each.name: each.label for each in variables},
        row_compress=True,
        variable_value_labels={
            each.name: {number: _cut(label, _LONGEST_VALUE) for number, label in each.values.items()}
            for each in variables
            if each.values
        },
        missing_ranges={each.name: list(each.missing) for each in variables if each.missing},
        variable_measure={each.name: each.measure for each in variables},
        variable_format=dict(_formats(variables)),
    )


def _series(variable: _Variable) -> "pd.Series[Any]":
    if any(isinstance(cell, str | date) for cell in variable.cells):
        return pd.Series(list(variable.cells), dtype=object)
    return pd.Series(list(variable.cells), dtype="float64")


def _formats(variables: list[_Variable]) -> Iterator[tuple[str, str]]:
    """Yield the format of the variables that hold whole numbers only: SPSS would show 1.00."""
    for each in variables:
        if all(cell is None or (isinstance(cell, float) and cell.is_integer()) for cell in each.cells):
            yield each.name, "F10.0"
