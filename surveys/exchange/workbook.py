"""Rows of text from an XLSX workbook, whatever the cells hold."""

import datetime
import warnings
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from defusedxml.common import DefusedXmlException
from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape

from surveys.problems import SurveyError

PACKED_LIMIT = 60_000_000
ROW_LIMIT = 1_048_576  # Excel's own; a file may name a row a thousand times further down
CELL_LIMIT = 50_000_000  # blanks between the cells that are there count too
OLD_EXCEL_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_BATCH = 500
_CHUNK = 1 << 20

_Sheet: TypeAlias = Any  # openpyxl's read-only worksheet, which has no types


@dataclass(frozen=True)
class WorkbookLimits:
    """The most that a workbook may unpack to: bytes, and “<” signs, which are what reading it costs.

    A few hundred kilobytes can hold millions of empty cells, and take a minute and half a gigabyte of memory.
    """

    unpacked: int = 600_000_000
    marks: int = 600_000_000


def refuse_old_format(path: Path) -> None:
    """Raise file.unreadable (reason "password") for a locked workbook and file.old_excel for an .xls file."""
    _check_size(path, path.stat().st_size, PACKED_LIMIT)
    if _ENCRYPTED_STREAM in path.read_bytes():
        raise SurveyError.of("file.unreadable", path.name, reason="password")
    raise SurveyError.of("file.old_excel", path.name)


def _check_size(path: Path, size: int, limit: int) -> None:
    if size > limit:
        raise SurveyError.of("file.too_large", path.name, bytes=size, limit=limit)


def check_workbook(path: Path, limits: WorkbookLimits) -> None:
    """Raise file.too_large, file.binary (another ZIP) or file.unreadable, before anything is read into memory."""
    _check_size(path, path.stat().st_size, PACKED_LIMIT)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise SurveyError.of("file.unreadable", path.name, reason="damaged") from None
    size = sum(entry.file_size for entry in entries)
    _check_size(path, size, limits.unpacked)
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise SurveyError.of("file.binary", path.name)
    if size > limits.marks:
        with _translated_errors(path):
            _check_size(path, _count_marks(path), limits.marks)


def _count_marks(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        marks = 0
        for entry in archive.infolist():
            with archive.open(entry) as content:
                while chunk := content.read(_CHUNK):
                    marks += chunk.count(b"<")
        return marks


@contextmanager
def open_sheet(path: Path) -> Iterator[tuple[str, Iterator[tuple[int, list[str]]]]]:
    """Yield the name of the first sheet with content and its rows, as (row number, cells); '' if none has.

    Visible sheets are tried before hidden ones. A row that holds nothing is given as [].
    """
    with path.open("rb") as file:
        workbook = None
        try:
            with _translated_errors(path):
                workbook = load_workbook(file, read_only=True, data_only=True)
                spread = _Spread(path)
                sheet = _find_sheet(workbook, spread)
            yield (sheet.title, _rows(path, sheet, spread)) if sheet is not None else ("", iter(()))
        finally:
            if workbook is not None:
                workbook.close()


def read_sheets(
    path: Path, names: Collection[str], limits: WorkbookLimits, rows: int
) -> dict[str, list[tuple[int, list[str]]]]:
    """Return the rows of the sheets so named, by name in small letters, as (row number, cells) without blank rows.

    Raises `SurveyError`: file.too_large (a sheet of more than so many `rows`, too), file.binary, file.unreadable.
    """
    check_workbook(path, limits)
    found: dict[str, list[tuple[int, list[str]]]] = {}
    with path.open("rb") as file, _translated_errors(path):
        workbook = load_workbook(file, read_only=True, data_only=True)
        try:
            spread = _Spread(path)
            for sheet in workbook.worksheets:
                name = str(sheet.title).strip().lower()
                if name in names and name not in found:
                    sheet.reset_dimensions()
                    found[name] = _read_rows(path, sheet, spread, rows)
        finally:
            workbook.close()
    return found


def _read_rows(path: Path, sheet: _Sheet, spread: "_Spread", limit: int) -> list[tuple[int, list[str]]]:
    kept = []
    for number, row in enumerate(spread.rows(sheet), start=1):
        if cells := _texts(row):
            kept.append((number, cells))
        if len(kept) > limit:
            raise SurveyError.of("file.too_large", path.name, rows=number, limit=limit)
    return kept


@contextmanager
def _translated_errors(path: Path) -> Iterator[None]:
    """Turn whatever a damaged workbook makes openpyxl raise into file.unreadable, and silence its remarks."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except SurveyError:
        raise
    except Exception as error:  # openpyxl lets through KeyError, ValueError, ParseError, zlib.error, and more
        reason = "unsafe" if _is_unsafe(error) else "damaged"
        raise SurveyError.of("file.unreadable", path.name, reason=reason) from error


def _is_unsafe(error: BaseException | None) -> bool:
    """Return whether XML was refused for its declarations: entities swell without end, or name other files."""
    while error is not None:
        if isinstance(error, DefusedXmlException):
            return True
        error = error.__cause__
    return False


class _Spread:
    """How far the cells of a workbook lie apart: a few bytes may stand for endless rows of blanks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cells = 0

    def rows(self, sheet: _Sheet) -> Iterator[tuple[object, ...]]:
        """Yield the rows of a sheet; raises file.too_large, for the sheets together."""
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            self._cells += 1 + len(row)
            if number > ROW_LIMIT:
                raise SurveyError.of("file.too_large", self._path.name, rows=number, limit=ROW_LIMIT)
            if self._cells > CELL_LIMIT:
                raise SurveyError.of("file.too_large", self._path.name, cells=self._cells, limit=CELL_LIMIT)
            yield row


def _find_sheet(workbook: Workbook, spread: _Spread) -> _Sheet | None:
    sheets: list[_Sheet] = sorted(workbook.worksheets, key=lambda sheet: sheet.sheet_state != "visible")
    for sheet in sheets:
        sheet.reset_dimensions()  # some writers declare a wrong size, and rows beyond it would be lost
        if any(any(value not in (None, "") for value in row) for row in spread.rows(sheet)):
            return sheet
    return None


def _rows(path: Path, sheet: _Sheet, spread: _Spread) -> Iterator[tuple[int, list[str]]]:
    numbered = enumerate(spread.rows(sheet), start=1)
    while True:
        with _translated_errors(path):
            batch = [(number, _texts(row)) for number, row in islice(numbered, _BATCH)]
        if not batch:
            return
        yield from batch


def _texts(row: tuple[object, ...]) -> list[str]:
    cells = [_text(value) for value in row]
    return cells if any(cells) else []


def _text(value: object) -> str:
    """Return a cell as Excel shows it in essence: 12 and not 12.0, ISO dates, TRUE and FALSE."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(unescape(value)) if "_x" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, datetime.datetime):
        is_midnight = value.time() == datetime.time.min
        return value.date().isoformat() if is_midnight else value.isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)
