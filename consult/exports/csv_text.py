"""CSV that opens right in Excel in either language and that no spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def neutralise(cell: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run, and before text that already begins with one.

    :func:`restore` takes it away again. Numbers, negative ones too, stay as they are.
    """
    if cell.startswith("'") or (cell.startswith(_FORMULA_STARTS) and not _is_number(cell)):
        return "'" + cell
    return cell


def restore(cell: str) -> str:
    """Return the text that :func:`neutralise` was given; a text that it cannot have written stays as it is."""
    return cell[1:] if cell.startswith("'") and neutralise(cell[1:]) == cell else cell


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> bytes:
    """Return a table as RFC 4180 CSV in UTF-8 with a byte order mark: commas, CRLF, quotes where needed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([neutralise(name) for name in header])
    for row in rows:
        writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in row])
    return (BOM + text.getvalue()).encode("utf-8")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return cell.strip() == cell and not cell.lower().lstrip("+-").startswith(("inf", "nan"))
