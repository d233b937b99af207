"""Codings as CSV: a row for each part, coder and code, and a second file that says what the codes mean."""

from collections.abc import Iterator, Sequence

from consult.exports.coding_segments import CodedBoard, Segment
from consult.exports.csv_text import csv_bytes

COLUMNS = (
    "board",
    "round",
    "part",
    "contribution",
    "question",
    "channel",
    "language",
    "group",
    "starts_at",
    "ends_at",
    "role",
    "coder",
    "theme",
    "label_fr",
    "label_en",
)
TEXT_COLUMN = "text"
THEME_COLUMNS = ("board", "theme", "parent", "label_fr", "label_en", "description_fr", "description_en")


def make_codings(boards: Sequence[CodedBoard], *, has_text: bool, delimiter: str = ",") -> tuple[bytes, int]:
    """Return the file and its number of rows.

    What is about none of the themes has one row without a theme, so that nothing that was coded is missing. Boards are
    named by their question; the one across all questions has no name.
    """
    rows = [row for board in boards for segment in board.segments for row in _rows(board, segment, has_text)]
    return csv_bytes((*COLUMNS, TEXT_COLUMN) if has_text else COLUMNS, rows, delimiter), len(rows)


def make_theme_book(boards: Sequence[CodedBoard], delimiter: str = ",") -> bytes:
    """Return what each code means."""
    rows = [
        (
            board.board.question_code,
            theme.code,
            theme.parent or "",
            theme.labels.fr,
            theme.labels.en,
            theme.description.fr,
            theme.description.en,
        )
        for board in boards
        for theme in board.themes.values()
    ]
    return csv_bytes(THEME_COLUMNS, rows, delimiter)


def _rows(board: CodedBoard, segment: Segment, has_text: bool) -> Iterator[list[str | int]]:
    source = segment.source
    for code in segment.themes or ("",):
        theme = board.themes.get(code)
        row: list[str | int] = [
            board.board.question_code,
            segment.round_id,
            segment.key,
            source.id,
            source.question,
            source.channel,
            source.language,
            source.group,
            segment.starts_at,
            segment.ends_at,
            segment.role,
            board.name(segment),
            code,
            theme.labels.fr if theme else "",
            theme.labels.en if theme else "",
        ]
        yield [*row, source.text[segment.starts_at : segment.ends_at]] if has_text else row
