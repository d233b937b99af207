"""The folder of an earlier `consult themes`, read again: new answers join its themes."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.joining import Earlier
from analysis.languages import LANGUAGES
from analysis.naming import Name, Term
from analysis.settings import Settings
from consult.errors import InputError
from consult.exports.answer_rows import Columns
from consult.exports.theme_files import ASSIGNMENTS, RUN, THEMES


@dataclass(frozen=True)
class EarlierFile:
    """A file that an earlier analysis read: its name then, and its SHA-256."""

    name: str
    digest: str


@dataclass(frozen=True)
class EarlierResult:
    """What an earlier analysis left: what it read and how, and its themes with what is in them."""

    files: tuple[EarlierFile, ...]
    columns: Columns
    settings: Settings
    themes: Earlier


def read_earlier(folder: Path) -> EarlierResult:
    """Read the folder of an earlier result; raises `join.not_ours`."""
    try:
        run = json.loads((folder / RUN).read_bytes())
        read = run["input"]
        texts = read["text"]
        columns = Columns(
            (texts,) if isinstance(texts, str) else tuple(texts),
            read["language"],
            read["id"],
            tuple(read["groups"]),
            read["quotable"],
        )
        files = tuple(EarlierFile(one["file"], one["sha256"]) for one in (*run.get("joined_to", []), read))
        # the engine by its own name: what is best may have changed since
        chosen = run["settings"]
        settings = Settings(None, run["engine"]["name"], chosen["seed"], chosen["least_people"])
        return EarlierResult(files, columns, settings, _read_themes(folder, run))
    except (OSError, ValueError, KeyError, TypeError, LookupError) as error:
        raise InputError("join.not_ours", str(folder)) from error


def match_files(earlier: EarlierResult, given: Mapping[Path, str]) -> list[Path]:
    """Return the files that an earlier analysis read, in the order in which it read them.

    `given` are those that a person named, with their SHA-256. Raises `join.other_answers` for a file that is not the
    one it read, `join.missing_answers` for one that nobody named.
    """
    by_digest = {digest: path for path, digest in given.items()}
    known = {file.digest for file in earlier.files}
    for path, digest in given.items():
        if digest not in known:
            raise InputError("join.other_answers", path.name, files=", ".join(file.name for file in earlier.files))
    for file in earlier.files:
        if file.digest not in by_digest:
            raise InputError("join.missing_answers", file=file.name)
    return [by_digest[file.digest] for file in earlier.files]


def _read_themes(folder: Path, run: Mapping[str, Any]) -> Earlier:
    main: dict[int, int] = {}
    places: dict[tuple[int, int, int], int] = {}
    rows = 0
    for row, cells in enumerate(_rows(folder / ASSIGNMENTS)):
        rows += 1
        if not cells["theme"]:
            continue
        main[row] = int(cells["theme"]) - 1
        places |= {(row, starts_at, ends_at): theme for starts_at, ends_at, theme in _ideas(cells["ideas"])}
    stability = [float(cells["stability"]) for cells in _rows(folder / THEMES) if not cells["parent"]]
    names = tuple(_names(theme) for theme in run["themes"])
    if len(names) != len(stability) or rows != run["rows"]:
        raise ValueError
    return Earlier(rows, main, places, names, tuple(stability), run["number_of_themes"]["ground"])


def _ideas(cell: str) -> Iterator[tuple[int, int, int]]:
    """Yield where each idea of an answer begins and ends and its theme, of those that are in one."""
    for idea in cell.split(";"):
        place, _, outcome = idea.partition(":")
        if outcome.isdecimal():
            starts_at, _, ends_at = place.partition("-")
            yield int(starts_at), int(ends_at), int(outcome) - 1


def _names(theme: Mapping[str, Any]) -> dict[str, Name]:
    def terms(given: Sequence[Mapping[str, Any]]) -> tuple[Term, ...]:
        return tuple(Term(term["term"], term["strength"], 0) for term in given)

    return {language: Name(theme["labels"][language], terms(theme["terms"][language])) for language in LANGUAGES}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
