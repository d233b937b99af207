"""The published tables of a report as a workbook and as CSV, each with the snapshot that its numbers are of.

A text is never taken for a formula, a link or a number. A hidden cell holds the words that the page shows, no number.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from typing import Any, Final, TypeAlias

import xlsxwriter

from consult.exports.csv_text import csv_bytes
from consult.exports.manifest import MANIFEST_NAME
from consult.exports.report_blocks import Cell, Document, Table
from consult.languages import interface_words

_SAFE: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LONGEST_NAME, _LONGEST = 31, 32_767
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
_Book: TypeAlias = Any  # xlsxwriter's workbook, sheets and formats, which have no types


def report_xlsx(document: Document) -> bytes:
    """Return a workbook: a sheet that says what this is and lists the tables, then a sheet for each table."""
    target = io.BytesIO()
    day = document.made_on
    with xlsxwriter.Workbook(target, {"in_memory": True, **_SAFE}) as book:
        book.set_properties(
            {
                "title": f"{document.kind} – {document.title.text}",
                "subject": document.snapshot_line,
                "created": datetime(day.year, day.month, day.day),
            }
        )
        formats = {name: book.add_format(how) for name, how in _FORMATS.items()}
        tables = list(document.tables())
        first = book.add_worksheet(interface_words(document.language).gettext("About this report"))
        names = _sheet_names(tables, first.get_name())
        _write_about(first, document, tables, names, formats)
        for table, name in zip(tables, names, strict=True):
            _write_table(book.add_worksheet(name), document, table, formats)
    return target.getvalue()


def report_csv(document: Document) -> bytes:
    """Return an archive of a CSV file for each table, and a manifest with their digests."""
    files = {f"{table.code}.csv": csv_bytes(table.headings, _plain_rows(table)) for table in document.tables()}
    manifest = {
        "consult": version("consult"),
        "consultation": document.consultation,
        "snapshot": document.snapshot,
        "made_on": document.made_on.isoformat(),
        "language": document.language,
        "tables": [
            {
                "file": f"{table.code}.csv",
                "caption": table.caption,
                "note": table.note,
                "rows": len(table.rows),
                "columns": list(table.headings),
                "sha256": hashlib.sha256(files[f"{table.code}.csv"]).hexdigest(),
            }
            for table in document.tables()
        ],
    }
    files[MANIFEST_NAME] = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
    target, day = io.BytesIO(), document.made_on
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            about = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, content)
    return target.getvalue()


_FORMATS: Final = {
    "heading": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
    "bold": {"bold": True},
    "words": {"text_wrap": True, "valign": "top"},
    "below": {"text_wrap": True, "valign": "top", "indent": 1},
    "number": {"num_format": "#,##0.##", "valign": "top"},
    "whole": {"num_format": "#,##0", "valign": "top"},
    "share": {"num_format": "0%", "valign": "top"},
    "hidden": {"align": "right", "italic": True, "valign": "top"},
}


def _write_about(
    sheet: _Book, document: Document, tables: Sequence[Table], names: Sequence[str], formats: dict[str, _Book]
) -> None:
    _ = interface_words(document.language).gettext
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 80)
    said = [
        (_("Report"), document.kind),
        (_("Consultation"), document.title.text),
        (_("Snapshot"), document.snapshot),
        ("", document.snapshot_line),
        (_("Made by"), f"Consult {version('consult')}"),
    ]
    if document.is_fictional:
        said.append(("", document.is_fictional))
    for at, (name, value) in enumerate(said):
        sheet.write_string(at, 0, name, formats["bold"])
        sheet.write_string(at, 1, value[:_LONGEST], formats["words"])
    start = len(said) + 1
    sheet.write_string(start, 0, _("Sheet"), formats["heading"])
    sheet.write_string(start, 1, _("Table"), formats["heading"])
    for at, (name, table) in enumerate(zip(names, tables, strict=True), start=start + 1):
        sheet.write_string(at, 0, name)
        sheet.write_string(at, 1, table.caption, formats["words"])


def _write_table(sheet: _Book, document: Document, table: Table, formats: dict[str, _Book]) -> None:
    """Write a table under its caption; its first row of headings is the third row of the sheet."""
    sheet.write_string(0, 0, table.caption, formats["bold"])
    sheet.write_string(1, 0, f"{document.title.text} · {document.snapshot}")
    for at, heading in enumerate(table.headings):
        sheet.set_column(at, at, 42 if at == 0 else 28 if at < table.words else 14)
        sheet.write_string(2, at, heading, formats["heading"])
    for line, row in enumerate(table.rows, start=3):
        for at, cell in enumerate(row):
            _write_cell(sheet, line, at, cell, formats, is_words=at < table.words)
    sheet.freeze_panes(3, 1)
    if table.note:
        sheet.write_string(len(table.rows) + 4, 0, table.note[:_LONGEST])


def _write_cell(sheet: _Book, line: int, at: int, cell: Cell, formats: dict[str, _Book], *, is_words: bool) -> None:
    if cell.number is None:
        kind = "below" if cell.level else "words" if is_words else "hidden"
        sheet.write_string(line, at, cell.text.text[:_LONGEST], formats[kind])
        return
    kind = "share" if cell.is_share else "whole" if float(cell.number).is_integer() else "number"
    sheet.write_number(line, at, cell.number, formats[kind])


def _plain_rows(table: Table) -> list[list[str | int | float]]:
    """Return the cells as a program reads them: numbers plain, shares between 0 and 1, hidden ones in words."""
    return [[cell.text.text if cell.number is None else _plain(cell.number) for cell in row] for row in table.rows]


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number


def _sheet_names(tables: Sequence[Table], taken: str) -> list[str]:
    """Return a name for each sheet: the table's code, cut where Excel would refuse it, and never twice the same."""
    names: list[str] = []
    for table in tables:
        name = _NOT_IN_A_NAME.sub("-", table.code)[:_LONGEST_NAME]
        number = 2
        while name.lower() in {each.lower() for each in (*names, taken)}:
            name = f"{name[: _LONGEST_NAME - 4]} {number}"
            number += 1
        names.append(name)
    return names
