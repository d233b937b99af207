"""The texts of a survey as a table for a translator: a name that stays, English, French."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from consult.exports.csv_text import csv_bytes, restore
from surveys.cleaning import clean_text
from surveys.exchange.spreadsheet import Limits, open_rows
from surveys.exchange.workbook import WorkbookLimits
from surveys.localised import Localised
from surveys.problems import SurveyError

CSV, XLSX = "csv", "xlsx"
_HEADER = ("text", "English", "Français")
_WIDTHS = (32, 60, 60)
# A file that is sent to us must not keep a worker: a small workbook may unpack to a very large one.
_LIMITS = Limits(100_000, 1_000_000, WorkbookLimits(unpacked=50_000_000, marks=2_000_000))


@dataclass(frozen=True)
class FileText:
    """A row of the file; a language that the file leaves empty says nothing."""

    name: str
    text: Localised

    def over(self, present: Localised) -> Localised:
        """Return the present text with what the file says."""
        return Localised(self.text.en or present.en, self.text.fr or present.fr)


def write_csv(texts: Iterable[tuple[str, Localised]]) -> bytes:
    """Return the texts as CSV."""
    return csv_bytes(_HEADER, [(name, text.en, text.fr) for name, text in texts])


def write_xlsx(texts: Iterable[tuple[str, Localised]]) -> bytes:
    """Return the texts as a workbook; no text becomes a formula, a number or a link."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("texts")
        wrapped, heading = (
            workbook.add_format({"text_wrap": True, "valign": "top"}),
            workbook.add_format({"bold": True}),
        )
        for column, (name, width) in enumerate(zip(_HEADER, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, heading)
        for row, (name, text) in enumerate(texts, 1):
            for column, cell in enumerate((name, text.en, text.fr)):
                sheet.write_string(row, column, cell, wrapped)
        sheet.freeze_panes(1, 1)
    return held.getvalue()


def read_texts(path: Path) -> list[FileText]:
    """Return the rows of a file that `write_csv` or `write_xlsx` wrote and somebody changed.

    Raises `SurveyError`: file.…, column.missing (a heading was renamed), row.….
    """
    with open_rows(path, _LIMITS) as (header, rows):
        for name in _HEADER:
            if name not in header:
                raise SurveyError.of("column.missing", path.name, column=name, columns=", ".join(header[:10]))
        return [
            FileText(row["text"].strip(), Localised(_text(row["English"]), _text(row["Français"])))
            for _line, row in rows
            if row["text"].strip()
        ]


def _text(cell: str) -> str:
    return clean_text(restore(cell))
