"""Responses as a workbook: the data, what its columns mean, and what the file is.

Every text is written as a text and stays one: no formula, no link, no number is made of it, so that nothing has to
stand in front of it. Rows leave memory as they are written. Excel holds 1,048,576 rows and 16,384 columns.
"""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeAlias

import xlsxwriter

from consult.exports.codebook import HEADER, codebook_rows
from consult.exports.manifest import HashedTarget, Job, Written
from consult.exports.response_table import ResponseTable, Write
from consult.languages import interface_words
from consult.messages import Words
from surveys.problems import SurveyError

MOST_ROWS, MOST_COLUMNS, LONGEST = 1_048_576, 16_384, 32_767
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,10})?")
_SAFE: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDTHS: Final = {"response": 12, "submitted_on": 12}

_Cell: TypeAlias = str | float | date
_Book: TypeAlias = Any  # xlsxwriter's workbook and sheets, which have no types
_Sheet: TypeAlias = Any


def sheet_names(words: Words) -> tuple[str, str, str]:
    """Return the names of the three sheets, by which a workbook of ours is known when it comes back."""
    _ = words.gettext
    return _("data"), _("codebook"), _("summary")


def write_xlsx(job: Job) -> Written:
    """Write the workbook; its headings and its summary are in the language of the labels, else in English."""
    if len(job.table.columns) > MOST_COLUMNS:
        raise SurveyError.of("export.too_large", job.name, columns=len(job.table.columns), limit=MOST_COLUMNS)
    words = interface_words(job.layout.labels or "en")
    with tempfile.TemporaryDirectory(dir=job.scratch) as folder:
        path = Path(folder) / "responses.xlsx"
        with xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": folder, **_SAFE}) as book:
            book.use_zip64()
            book.set_properties({"created": datetime(job.day.year, job.day.month, job.day.day)})
            data, codebook, summary = (book.add_worksheet(name) for name in sheet_names(words))
            rows, shortened = _write_data(book, data, job)
            _write_codebook(book, codebook, job.table)
            _write_summary(summary, job, rows, words)
        target = HashedTarget(job.target)
        target.copy(path)
    kind = f"labels:{job.layout.labels}" if job.layout.labels else "codes"
    return Written(rows, target.digest(), kind, "xlsx", shortened=shortened)


def _write_data(book: _Book, sheet: _Sheet, job: Job) -> tuple[int, int]:
    """Write the responses; return how many, and how many texts were too long for a cell."""
    table, day = job.table, book.add_format({"num_format": "yyyy-mm-dd"})
    _write_header(book, sheet, table.columns)
    for at, name in enumerate(table.columns):
        sheet.set_column(at, at, _WIDTHS.get(name, 16))
    write_string, write_number = sheet.write_string, sheet.write_number
    rows = shortened = 0
    for rows, cells in enumerate(table.rows(_cell_writer(job)), start=1):
        if rows >= MOST_ROWS:
            raise SurveyError.of("export.too_large", job.name, rows=rows, limit=MOST_ROWS - 1)
        for at, cell in enumerate(cells):
            if isinstance(cell, str):
                if len(cell) > LONGEST:
                    shortened += 1
                    cell = cell[:LONGEST]
                if cell:
                    write_string(rows, at, cell)
            elif isinstance(cell, date):
                sheet.write_datetime(rows, at, cell, day)
            else:
                write_number(rows, at, cell)
    if rows:
        sheet.autofilter(0, 0, rows, len(table.columns) - 1)
    return rows, shortened


def _cell_writer(job: Job) -> Write[_Cell]:
    """Return what makes a cell: numbers where a column holds no words, labels if a language is given."""
    table, language = job.table, job.layout.labels
    written: Mapping[str, Mapping[str, str]] = (
        {name: known.labels[language] for name, known in table.words.items()} if language else {}
    )
    closed = table.closed

    def write(name: str, cell: str) -> _Cell:
        if name == "submitted_on":
            return date.fromisoformat(cell)
        shown = written[name].get(cell, cell) if name in written else cell
        return as_number(shown) if name in closed else shown

    return write


def as_number(cell: str) -> str | float:
    """Return the number that a cell is, where it comes back from a workbook just as it was; else the cell."""
    if not _NUMBER.fullmatch(cell) or cell == "-0":
        return cell
    number = float(cell)
    return number if format(number, ".15g") == cell else cell


def _write_codebook(book: _Book, sheet: _Sheet, table: ResponseTable) -> None:
    _write_header(book, sheet, HEADER)
    sheet.set_column(0, 0, 24)
    sheet.set_column(2, len(HEADER) - 1, 40)
    _write_rows(sheet, codebook_rows(table), start=1)


def _write_summary(sheet: _Sheet, job: Job, rows: int, words: Words) -> None:
    _ = words.gettext
    table, language = job.table, job.layout.labels or "en"
    newest = list(table.versions.values())[-1]
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 60)
    said = (
        (_("Consultation"), table.consultation.title.shown(language)[1]),
        (_("Survey"), newest.title.shown(language)[1]),
        (_("Versions of the survey"), ", ".join(map(str, table.versions))),
        (_("Exported on"), job.day.isoformat()),
        (_("Responses"), str(rows)),
        (_("Columns"), str(len(table.columns))),
        (_("Cells"), _("labels") if job.layout.labels else _("codes")),
        (_("Made by"), f"Consult {version('consult')}"),
    )
    _write_rows(sheet, ([name, value] for name, value in said), start=0)


def _write_header(book: _Book, sheet: _Sheet, names: Sequence[str]) -> None:
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for at, name in enumerate(names):
        sheet.write_string(0, at, name, bold)


def _write_rows(sheet: _Sheet, rows: Iterator[list[str]], start: int) -> None:
    write: Callable[[int, int, str], object] = sheet.write_string
    for line, cells in enumerate(rows, start=start):
        for at, cell in enumerate(cells):
            write(line, at, cell[:LONGEST])
