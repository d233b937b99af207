"""Columns of answers from any CSV or XLSX file, whatever Excel did to it.

Which rows are rows. A text line with a cell or a delimiter is a row, even when every cell is empty. A blank
line (in a workbook, a row that holds nothing) is an empty answer in a file of one column, and nothing in a
wider one. Blank lines at the end are never rows. Cells are given as they stand: not trimmed, not normalised.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeAlias

from surveys.exchange.delimiter import FIELD_LIMIT, NO_DELIMITER, decide_delimiter, read_sep_line
from surveys.exchange.encoding import detect_encoding
from surveys.exchange.workbook import OLD_EXCEL_MARK, WorkbookLimits, check_workbook, open_sheet, refuse_old_format
from surveys.problems import SurveyError

TEXT_LIMIT = 500_000_000
COLUMN_LIMIT = 2_000
_SAMPLE = 1 << 18
_NAME_LENGTH = 30
_NAMES = 40
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")

_Record: TypeAlias = tuple[int, list[str]]  # line (or row) number, cells
_Row: TypeAlias = tuple[int, dict[str, str]]  # the same, with the cells by column name


@dataclass(frozen=True)
class Table:
    """The wanted columns of a file.

    `header` is as in the file; `columns` by the name that was asked for, one text per row in the order of the
    file, '' for a missing cell; `delimiter` is '' for a workbook or one column; `sheet` is '' for text.
    """

    header: tuple[str, ...]
    columns: dict[str, list[str]]
    rows: int
    encoding: str
    delimiter: str
    sheet: str


_OF_WORKBOOKS = WorkbookLimits()


@dataclass(frozen=True)
class Limits:
    """The most that is read of a file: rows, rows times columns, and of a workbook what `WorkbookLimits` says."""

    rows: int = 10_000_000
    cells: int = 100_000_000
    workbook: WorkbookLimits = _OF_WORKBOOKS


GENERAL = Limits()


@dataclass(frozen=True)
class _Source:
    """An open file: its header and the records below, with what was found out about it."""

    place: str
    header: tuple[str, ...]
    records: Iterator[_Record]
    encoding: str
    delimiter: str
    sheet: str


def read_header(path: Path, limits: Limits = GENERAL) -> tuple[str, ...]:
    """Return the names of the columns, as the file has them; raises `SurveyError` (codes file.…)."""
    with _open_source(path, (), limits) as source:
        return source.header


def read_columns(path: Path, columns: Sequence[str]) -> Table:
    """Read the wanted columns; a name matches exactly, or else but for spaces and capitals if only one does.

    Raises `SurveyError`: file.…, column.missing, column.duplicate, row.too_long.
    """
    with _open_source(path, columns) as source:
        kept: dict[str, list[str]] = {column: [] for column in columns}
        appends = [(cells.append, _find_column(source, column)) for column, cells in kept.items()]
        rows = 0
        for _, cells in _data_rows(source):
            rows += 1
            for append, position in appends:
                append(cells[position] if position < len(cells) else "")
        return Table(source.header, kept, rows, source.encoding, source.delimiter, source.sheet)


def iter_rows(path: Path, limits: Limits = GENERAL) -> Iterator[_Row]:
    """Yield every row as (line number, cell by column name), for imports, where all columns matter.

    Raises `SurveyError`: file.…, column.duplicate, column.unnamed (a blank name amid others), row.too_long.
    """
    with open_rows(path, limits) as (_, rows):
        yield from rows


@contextmanager
def open_rows(path: Path, limits: Limits = GENERAL) -> Iterator[tuple[tuple[str, ...], Iterator[_Row]]]:
    """Give the header and the rows of a file that is opened once; raises what `iter_rows` does."""
    with _open_source(path, (), limits) as source:
        yield source.header, _named_rows(source, limits)


def _named_rows(source: _Source, limits: Limits) -> Iterator[_Row]:
    header = source.header
    times = Counter(header)
    for position, name in enumerate(header):
        if not name.strip():
            raise SurveyError.of("column.unnamed", source.place, position=position + 1)
        if times[name] > 1:
            raise SurveyError.of("column.duplicate", source.place, column=name)
    for number, (line, cells) in enumerate(_data_rows(source), start=1):
        if number > limits.rows or number * len(header) > limits.cells:
            raise SurveyError.of("file.too_large", source.place, rows=number, limit=limits.rows)
        padded = cells + [""] * (len(header) - len(cells))
        yield line, dict(zip(header, padded, strict=False))


def _find_column(source: _Source, column: str) -> int:
    exact = [at for at, name in enumerate(source.header) if name == column]
    wanted = column.strip().casefold()
    found = exact or [at for at, name in enumerate(source.header) if name.strip().casefold() == wanted]
    if not found or not wanted:
        there = _shorten(name for name in source.header if name.strip())
        raise SurveyError.of("column.missing", source.place, column=column, columns=there)
    if len(found) > 1:
        raise SurveyError.of("column.duplicate", source.place, column=column)
    return found[0]


def _shorten(names: Iterable[str]) -> str:
    """List names, cut where they are long or many: in a file without a heading they are somebody's answers."""
    cut = [name if len(name) <= _NAME_LENGTH else name[:_NAME_LENGTH] + "…" for name in names]
    return ", ".join(cut[:_NAMES] + ["…"] * (len(cut) > _NAMES))


def _data_rows(source: _Source) -> Iterator[_Record]:
    """Yield the rows that count (see the module), each checked against the width of the header."""
    width = len(source.header)
    blanks: list[int] = []
    found = False
    for line, cells in source.records:
        if not cells:
            blanks.append(line)
            continue
        if width == 1:
            yield from ((blank, [""]) for blank in blanks)
        blanks.clear()
        if len(cells) > width and any(cells[width:]):
            raise SurveyError.of("row.too_long", source.place, line=line, columns=width)
        found = True
        yield line, cells
    if not found:
        raise SurveyError.of("file.no_rows", source.place)


@contextmanager
def _open_source(path: Path, wanted: Sequence[str], limits: Limits = GENERAL) -> Iterator[_Source]:
    try:
        start = _read_start(path)
        if start.startswith(OLD_EXCEL_MARK):
            refuse_old_format(path)
        opened = _open_workbook(path, limits) if start.startswith(_ZIP_MARKS) else _open_text(path, wanted)
        with opened as source:
            yield source
    except OSError as error:
        raise SurveyError.of("file.unreadable", path.name, reason="permission") from error


def _read_start(path: Path) -> bytes:
    if not path.exists():
        raise SurveyError.of("file.missing", path.name)
    if path.is_dir():
        raise SurveyError.of("file.folder", path.name)
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise SurveyError.of("file.empty", path.name)
    return start


@contextmanager
def _open_workbook(path: Path, limits: Limits) -> Iterator[_Source]:
    check_workbook(path, limits.workbook)
    with open_sheet(path) as (sheet, records):
        yield _Source(path.name, _read_names(path, records), records, "xlsx", "", sheet)


@contextmanager
def _open_text(path: Path, wanted: Sequence[str]) -> Iterator[_Source]:
    size = path.stat().st_size
    if size > TEXT_LIMIT:
        raise SurveyError.of("file.too_large", path.name, bytes=size, limit=TEXT_LIMIT)
    encoding = detect_encoding(path)
    with path.open(encoding=encoding.codec, newline="") as file:
        declared = read_sep_line(file.readline())
        if not declared:
            file.seek(0)
        start = file.tell()
        sample = file.read(_SAMPLE)
        if not sample.strip():
            raise SurveyError.of("file.empty", path.name)
        delimiter = declared or decide_delimiter(sample, len(sample) < _SAMPLE, wanted)
        file.seek(start)
        records = _parse(path, file, delimiter, skipped=1 if declared else 0)
        yield _Source(path.name, _read_names(path, records), records, encoding.name, delimiter, "")


def _parse(path: Path, file: TextIO, delimiter: str, skipped: int) -> Iterator[_Record]:
    """Yield the records with the line each begins at; a quotation mark out of place is file.bad_quotes."""
    csv.field_size_limit(FIELD_LIMIT)
    reader = csv.reader(file, delimiter=delimiter or NO_DELIMITER, strict=True)
    line = skipped + 1
    try:
        for cells in reader:
            yield line, cells if delimiter or len(cells) < 2 else [NO_DELIMITER.join(cells)]
            line = skipped + reader.line_num + 1
    except csv.Error:
        raise SurveyError.of("file.bad_quotes", path.name, line=line) from None


def _read_names(path: Path, records: Iterator[_Record]) -> tuple[str, ...]:
    """Return the first row that holds something, without the blank names at its end."""
    for _, cells in records:
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > COLUMN_LIMIT:
            raise SurveyError.of("file.too_many_columns", path.name, columns=len(cells), limit=COLUMN_LIMIT)
        if cells:
            return tuple(cells)
    raise SurveyError.of("file.empty", path.name)
