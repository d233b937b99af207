"""The responses to a survey as CSV, one row each, and the manifest by which the file can be checked.

The file is written as the rows arrive from the database; nothing grows with their number.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from typing import IO

from sqlalchemy.orm import Session

from consult.exports.csv_text import BOM, csv_line, neutralise
from consult.exports.response_columns import file_columns, file_words
from consult.record.consultation import Consultation, list_groups
from consult.record.response_rows import ResponseRow, stream_responses
from consult.record.survey import Survey, list_versions, read_definition
from surveys.columns import RESPONDENT, RESPONSE_COLUMNS, column_name
from surveys.definition import Question
from surveys.definition import Survey as Definition
from surveys.labels import CellWords
from surveys.question_types import get_type

MANIFEST_NAME = "manifest.json"
_FLUSH_ROWS = 500
_REMEMBERED = 1024
_SHORT = 200  # characters; longer values are people's own words, which do not come back

Placed = tuple[tuple[int, str], ...]  # position in the row, cell


@dataclass(frozen=True)
class Layout:
    """How the cells are written: codes, or labels in a language; and what stands between them."""

    labels: str | None = None
    delimiter: str = ","


@dataclass(frozen=True)
class Manifest:
    """What a file of responses is, for whoever receives it."""

    consult: str
    consultation: str
    survey: str
    versions: tuple[int, ...]
    exported_on: str
    file: str
    rows: int
    columns: tuple[str, ...]
    cells: str
    delimiter: str
    encoding: str
    sha256: str

    def to_json(self) -> bytes:
        """Return the manifest as an indented JSON text."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n").encode()


def file_name(consultation: Consultation, survey: Survey, labels: str | None, *, several: bool, day: date) -> str:
    """Return the name of the CSV, with what its cells hold; the survey is named where there are several."""
    named = f"-{survey.code}" if several else ""
    return f"{consultation.code}{named}-responses-{labels or 'codes'}-{day.isoformat()}.csv"


def write_responses(
    session: Session,
    consultation: Consultation,
    survey: Survey,
    layout: Layout,
    name: str,
    day: date,
    target: IO[bytes],
) -> Manifest:
    """Write the CSV of a survey's responses and return its manifest.

    The session's transaction should be read-only and see one snapshot (`see_one_snapshot`).
    """
    versions = {each.number: read_definition(each).survey for each in list_versions(session, survey)}
    columns = file_columns(consultation, tuple(versions.values()))
    words = file_words(list_groups(session, consultation), tuple(versions.values()))
    file = _HashedFile(target, layout.delimiter)
    file.write_row(columns)
    make_row = _RowMaker(columns, versions, _labeller(words, layout.labels))
    rows = 0
    for row in stream_responses(session, survey):
        file.write_row(make_row(row))
        rows += 1
    return Manifest(
        consult=version("consult"),
        consultation=consultation.code,
        survey=survey.code,
        versions=tuple(versions),
        exported_on=day.isoformat(),
        file=name,
        rows=rows,
        columns=columns,
        cells=f"labels:{layout.labels}" if layout.labels else "codes",
        delimiter=layout.delimiter,
        encoding="utf-8-sig",
        sha256=file.finish(),
    )


class _HashedFile:
    """CSV lines on their way to a binary file, some hundred at a time, and the digest of their bytes."""

    def __init__(self, target: IO[bytes], delimiter: str) -> None:
        self._target = target
        self._digest = hashlib.sha256()
        self._delimiter = delimiter
        self._lines = [BOM]

    def write_row(self, cells: Sequence[str]) -> None:
        self._lines.append(csv_line(cells, self._delimiter))
        if len(self._lines) >= _FLUSH_ROWS:
            self._flush()

    def finish(self) -> str:
        """Write what waits; return the SHA-256 of all."""
        self._flush()
        return self._digest.hexdigest()

    def _flush(self) -> None:
        content = "".join(self._lines).encode()
        self._digest.update(content)
        self._target.write(content)
        self._lines.clear()


class _RowMaker:
    """Responses to cells: each question of each version knows its places in the row."""

    def __init__(
        self, columns: Sequence[str], versions: Mapping[int, Definition], label: Callable[[str, str], str]
    ) -> None:
        places = {name: at for at, name in enumerate(columns)}
        self._width = len(columns)
        self._names_respondent = columns[len(RESPONSE_COLUMNS) : len(RESPONSE_COLUMNS) + 1] == (RESPONDENT,)
        self._label = label
        self._placers = {
            number: {question.code: _placer(question, places, label) for question in survey.questions}
            for number, survey in versions.items()
        }

    def __call__(self, row: ResponseRow) -> list[str]:
        label = self._label
        cells = [
            row.key,
            row.submitted_on.isoformat(),
            label("language", row.language),
            label("group", row.group or ""),
            label("channel", row.channel.value),
            str(row.version),
        ]
        if self._names_respondent:
            cells.append(neutralise(row.respondent or ""))
        cells += [""] * (self._width - len(cells))
        placers = self._placers[row.version]
        for code, value in json.loads(row.answers).items():
            for at, cell in placers[code](value):
                cells[at] = cell
        return cells


def _placer(question: Question, places: Mapping[str, int], label: Callable[[str, str], str]) -> Callable[[str], Placed]:
    """Return what turns a stored value's JSON into cells with their places, and remembers the usual ones."""
    kind = get_type(question)

    def place(text: str) -> Placed:
        parts = kind.to_parts(question, json.loads(text))
        named = ((column_name(question.code, part), cell) for part, cell in parts.items())
        return tuple((places[name], label(name, cell)) for name, cell in named)

    remembered = lru_cache(_REMEMBERED)(place)
    return lambda text: remembered(text) if len(text) <= _SHORT else place(text)


def _labeller(words: Mapping[str, CellWords], language: str | None) -> Callable[[str, str], str]:
    """Return what writes a cell of a column: as a label if a language is given, and never as a formula."""
    written = {name: known.labels[language] for name, known in words.items()} if language else {}

    def label(name: str, cell: str) -> str:
        return neutralise(written[name].get(cell, cell) if name in written else cell)

    return label
