"""Which character separates the cells of a text file, decided from its header and its first records."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
NO_DELIMITER = "\x1f"  # given to the csv module for a one-column file: a character that people do not type
FIELD_LIMIT = 10_000_000  # characters in one cell; more means a quotation mark that was never closed
_SEP_LINE = re.compile(r'"?sep=(.)"?\r?\n?|"?sep=(.)"?\r', re.IGNORECASE)
_FEW_ROWS = 5
_PROSE_HEADER_AGREEMENT = 0.9


@dataclass(frozen=True)
class _Reading:
    """The sample as one delimiter would cut it: the header, and how the rows agree with it."""

    delimiter: str
    header: list[str]
    rows: int
    full: float  # share of rows as wide as the header
    over: float  # share of rows wider, with something in the extra cells

    def holds(self, wanted: Sequence[str]) -> bool:
        there = {cell.strip().casefold() for cell in self.header}
        return {name.strip().casefold() for name in wanted} <= there

    @property
    def is_prose_header(self) -> bool:
        return all(cell.startswith((" ", "\u00a0")) for cell in self.header[1:])

    @property
    def is_credible(self) -> bool:
        if len(self.header) < 2:
            return False
        if self.is_prose_header:  # "Comments, if any": the rows must show that the comma separates
            return self.rows > 0 and self.full >= _PROSE_HEADER_AGREEMENT and self.over == 0
        return self.rows < _FEW_ROWS or self.full >= 0.5 or (self.full > 0 and self.over <= 0.2)


def read_sep_line(line: str) -> str:
    """Return the delimiter that Excel's first line `sep=;` declares, or ''."""
    match = _SEP_LINE.fullmatch(line)
    return (match.group(1) or match.group(2)) if match else ""


def decide_delimiter(sample: str, is_whole: bool, wanted: Sequence[str] = ()) -> str:
    """Return the delimiter of a sample that starts at the header, or '' for a file of one column.

    A reading whose header holds every wanted column wins; then the one whose rows agree best with its header.
    A header without a delimiter is one column, however many commas the answers hold.
    """
    readings = [_read(sample, is_whole, delimiter) for delimiter in (NO_DELIMITER, *DELIMITERS)]
    whole, *cut = [reading for reading in readings if reading.header]
    if wanted:
        holding = [one for one in cut if len(one.header) > 1 and one.holds(wanted)]
        if whole.holds(wanted):
            return ""
        if len(holding) == 1:
            return holding[0].delimiter
        cut = holding or cut
    credible = [reading for reading in cut if reading.is_credible]
    if not credible:
        return ""
    return max(credible, key=lambda reading: (reading.full, len(reading.header))).delimiter


def _read(sample: str, is_whole: bool, delimiter: str) -> _Reading:
    csv.field_size_limit(FIELD_LIMIT)
    records = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row]
    if not is_whole and len(records) > 1:
        records.pop()  # cut in the middle
    header, rows = (records[0], records[1:]) if records else ([""], [])
    while len(header) > 1 and not header[-1].strip():
        header.pop()
    width, count = len(header), max(len(rows), 1)
    full = sum(len(row) == width or (len(row) > width and not any(row[width:])) for row in rows)
    over = sum(any(row[width:]) for row in rows)
    return _Reading(delimiter, header, len(rows), full / count, over / count)
