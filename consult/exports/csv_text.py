"""CSV that opens right in Excel in either language and that no spreadsheet takes for a formula.

A spreadsheet may split a file at the separator of its own language: a file with commas at semicolons, in French. A
quotation mark then counts only where a cell begins *for that reader*, and our cells begin elsewhere: in
``1,"a;=1+1;"`` it sees ``1,"a``, then ``=1+1``, quoted or not. So a text must not look like a formula after any
separator or line break inside it either.
"""

import re
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
_RUNS = "=+\\-@＝＋－＠"
# Where some spreadsheet may see a cell begin: quotation marks after a separator are those of a cell.
_BEGINS = r'(\A|[,;\t\r\n]"*)'
_TO_NEUTRALISE = re.compile(f"{_BEGINS}(?=['{_RUNS}])")
_TO_RESTORE = re.compile(f"{_BEGINS}'(?=['{_RUNS}])")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_TO_QUOTE = re.compile(r'[,;\t"\r\n]')


def neutralise(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run, and before an apostrophe that stands there already.

    :func:`restore` takes it away again. Numbers, negative ones too, stay as they are.
    """
    if not _TO_NEUTRALISE.search(cell) or _NUMBER.fullmatch(cell):
        return cell
    return _TO_NEUTRALISE.sub(r"\1'", cell)


def restore(cell: str) -> str:
    """Return the text that :func:`neutralise` was given; a text that it cannot have written stays as it is."""
    restored = _TO_RESTORE.sub(r"\1", cell)
    return restored if neutralise(restored) == cell else cell


def csv_line(cells: Sequence[str | int | float], delimiter: str = ",") -> str:
    """Return one record of RFC 4180 with its line break.

    Quotes stand around every cell that any usual separator would cut, not only the one of this file.
    """
    if len(cells) == 1 and cells[0] == "":
        return '""\r\n'  # a line without anything would be no record
    return delimiter.join([quote(cell) if isinstance(cell, str) else str(cell) for cell in cells]) + "\r\n"


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str | int | float]], delimiter: str = ",") -> bytes:
    """Return a table as RFC 4180 CSV in UTF-8 with a byte order mark: CRLF, quotes where needed."""
    lines = [csv_line([neutralise(name) for name in header], delimiter)]
    for row in rows:
        lines.append(csv_line([neutralise(cell) if isinstance(cell, str) else cell for cell in row], delimiter))
    return (BOM + "".join(lines)).encode("utf-8")


def quote(cell: str) -> str:
    """Return a cell as it stands in a record: quoted where any usual separator would cut it."""
    if cell and _TO_QUOTE.search(cell):
        return '"' + cell.replace('"', '""') + '"'
    return cell
