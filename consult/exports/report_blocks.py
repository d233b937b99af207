"""What a report is made of on paper: headings, paragraphs, charts, tables and quotes, in one language, top to bottom.

The PDF and the Word document lay out the same blocks, and the workbook takes its sheets from the same tables, so that
no form can say another number than the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from consult.exports.report_charts import Chart


@dataclass(frozen=True)
class Said:
    """Words and the language that they are in, which can be the other one than the report's."""

    text: str
    language: str


@dataclass(frozen=True)
class Heading:
    """A heading, of level 1 to 4; level 1 is a chapter, for the title stands above all."""

    level: int
    text: Said


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a quiet one is a note, a lead one what a chapter says first, an asked one a question as it was."""

    text: Said
    kind: str = "plain"  # or "quiet", "lead", "asked"


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[Said, ...]


@dataclass(frozen=True)
class Picture:
    """A chart; its numbers are in a table too. `chart.says` is its text for who does not see it.

    `narrow` is the same one drawn for a telephone, where letters of the wide one would be too small to read.
    """

    chart: Chart
    caption: str
    narrow: Chart


@dataclass(frozen=True)
class Cell:
    """A cell of a table: what is printed, and the number in it where it is one, for a spreadsheet.

    A share is a number between 0 and 1 with ``is_share``. A hidden cell has words ("under 11") and no number. The
    first cell of a row that is part of the one above it has the `level` 1.
    """

    text: Said
    number: float | None = None
    is_share: bool = False
    level: int = 0


@dataclass(frozen=True)
class Table:
    """A published table.

    Attributes
    ----------
    code
        Names its sheet and its CSV file: lower-case letters, digits and hyphens, one for each table of a report.
    headings
        As many as each row has cells; the first cell of a row is its heading.
    words
        How many columns, from the first, hold words; the others hold numbers and stand to the right.
    note
        Printed under it: what is hidden, what a column means.
    """

    code: str
    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: int = 1
    note: str = ""


@dataclass(frozen=True)
class Quote:
    """What a person said, in the original; its translation where there is one; what is shown about the person."""

    text: Said
    translation: Said | None = None
    about: str = ""


Block: TypeAlias = Heading | Paragraph | Bullets | Picture | Table | Quote


@dataclass(frozen=True)
class Document:
    """A report in one language, ready to be laid out.

    Attributes
    ----------
    consultation
        Its code, for the names of files.
    kind
        What this is ("What we heard"), above the title.
    snapshot
        The public id of the snapshot, on every page.
    made_on
        The day of the snapshot: the same snapshot gives the same bytes whenever it is laid out.
    lines
        What stands under the title.
    """

    consultation: str
    language: str
    kind: str
    title: Said
    snapshot: str
    snapshot_line: str
    made_on: date
    lines: tuple[Said, ...]
    blocks: tuple[Block, ...]
    is_fictional: str = ""

    def tables(self) -> Iterator[Table]:
        """Give the published tables, in the order of the report."""
        return (block for block in self.blocks if isinstance(block, Table))

    def pictures(self) -> Iterator[Picture]:
        """Give the charts, in the order of the report."""
        return (block for block in self.blocks if isinstance(block, Picture))


def texts(document: Document) -> Sequence[str]:
    """Return every text of a document in reading order, as the tests compare its forms by."""
    return [text for block in document.blocks for text in _texts(block)]


def _texts(block: Block) -> list[str]:
    if isinstance(block, Heading | Paragraph):
        return [block.text.text]
    if isinstance(block, Bullets):
        return [item.text for item in block.items]
    if isinstance(block, Picture):
        return [block.caption]
    if isinstance(block, Quote):
        return [block.text.text, *([block.translation.text] if block.translation else []), block.about]
    rows = [cell.text.text for row in block.rows for cell in row]
    return [block.caption, *block.headings, *rows, block.note]
