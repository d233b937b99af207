"""Small workbooks for the tests of XLSForms."""

import io
from collections.abc import Sequence

import xlsxwriter

_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def workbook(**sheets: Sequence[Sequence[str]]) -> bytes:
    """Return the bytes of a workbook with these sheets, each a list of rows of text."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, _PLAIN)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for position, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, position, cell)
    book.close()
    return target.getvalue()


def table(text: str) -> list[list[str]]:
    """Return rows from lines whose cells are separated by “|”."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
