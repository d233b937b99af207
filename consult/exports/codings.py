"""The files of coding by hand: CSV with its theme book, or a REFI-QDA project, each with a manifest."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from consult.exports.coding_segments import CodedBoard, read_coded_boards
from consult.exports.codings_csv import COLUMNS, TEXT_COLUMN, make_codings, make_theme_book
from consult.exports.manifest import MANIFEST_NAME
from consult.exports.qdpx import NAMESPACE, write_qdpx
from consult.record.consultation import Consultation

CODINGS, QDPX = "codings", "qdpx"
KINDS = (CODINGS, QDPX)
THEME_BOOK = "themes.csv"


@dataclass(frozen=True)
class CodingLayout:
    """How files are written.

    Attributes
    ----------
    kind
        "codings" or "qdpx".
    language
        Of the names in a REFI-QDA project.
    has_text
        Whether the CSV holds what people wrote; a REFI-QDA project always does.
    delimiter
        Of the CSV.
    """

    kind: str
    language: str = "fr"
    has_text: bool = False
    delimiter: str = ","


@dataclass(frozen=True)
class CodingFiles:
    """The file itself, those that go with it by name, and how many codings it has."""

    name: str
    content: bytes
    others: Mapping[str, bytes]
    rows: int


def make_coding_files(
    session: Session, consultation: Consultation, layout: CodingLayout, day: date
) -> CodingFiles | None:
    """Return the files of a consultation; None where no round of coding is finished."""
    boards = read_coded_boards(session, consultation)
    if not boards:
        return None
    stem = f"{consultation.code}-{layout.kind}-{day.isoformat()}"
    if layout.kind == QDPX:
        target = BytesIO()
        rows = write_qdpx(target, consultation, boards, layout.language, day)
        name, content, others = f"{stem}.qdpx", target.getvalue(), {}
    else:
        content, rows = make_codings(boards, has_text=layout.has_text, delimiter=layout.delimiter)
        name, others = f"{stem}.csv", {THEME_BOOK: make_theme_book(boards, layout.delimiter)}
    manifest = _manifest(consultation, layout, boards, day)
    manifest |= {"file": name, "rows": rows, "sha256": hashlib.sha256(content).hexdigest()}
    written = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
    return CodingFiles(name, content, {**others, MANIFEST_NAME: written}, rows)


def write_coding_files(files: CodingFiles, folder: Path) -> None:
    """Write the files beside one another; the others are named after the first."""
    stem = Path(files.name).stem
    (folder / files.name).write_bytes(files.content)
    for name, content in files.others.items():
        (folder / f"{stem}-{name}").write_bytes(content)


def _manifest(
    consultation: Consultation, layout: CodingLayout, boards: Sequence[CodedBoard], day: date
) -> dict[str, Any]:
    columns = [*COLUMNS, TEXT_COLUMN] if layout.has_text else list(COLUMNS)
    return {
        "consult": version("consult"),
        "consultation": consultation.code,
        "exported_on": day.isoformat(),
        "format": layout.kind,
        **(
            {"schema": NAMESPACE, "language": layout.language}
            if layout.kind == QDPX
            else {"columns": columns, "delimiter": layout.delimiter, "encoding": "utf-8-sig"}
        ),
        "rounds": [
            {
                "round": coding.id,
                "board": board.board.question_code,
                "of": coding.of.value,
                "seed": coding.seed,
                "drawn_from": coding.drawn_from,
                "blind": coding.is_blind,
                "drawn_on": coding.made_at.date().isoformat(),
                "stopped": coding.stopped_at is not None,
            }
            for board in boards
            for coding in board.rounds
        ],
    }
