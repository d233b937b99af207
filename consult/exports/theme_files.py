"""The folder that `consult themes` leaves: two tables, a report to read, and how it was made. All four, or nothing."""

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pandas as pd

from analysis.corpus import SetAside
from analysis.languages import LANGUAGES
from analysis.pipeline import Findings
from analysis.tables import QUESTION
from analysis.themes import Theme
from consult.errors import InputError
from consult.exports.csv_text import csv_bytes
from consult.exports.theme_run import MADE_BY

THEMES, ASSIGNMENTS, REPORT, RUN = "themes.csv", "assignments.csv", "report.html", "run.json"
FILES = frozenset({THEMES, ASSIGNMENTS, REPORT, RUN})

# The first key of run.json, with the version: by it a folder is known to hold a result of ours.
_HIDDEN = ".consult-"


def check_folder(folder: Path, answers: Path | None = None) -> None:
    """Refuse a folder that a result must not go to, before any work is done.

    It may be new, empty, or hold an earlier result: our four files and nothing else, with a run.json of ours. Hidden
    folders that a killed run left are passed over.

    Raises
    ------
    consult.errors.InputError
        ``out.file``, ``out.denied``, ``out.holds_answers`` when the file of answers lies in it, ``out.not_ours``.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError("out.file", str(folder))
    place = folder.resolve()
    existing = next(parent for parent in place.parents if parent.exists())  # where the new files will be made
    can_be_made = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    if not can_be_made or (place.exists() and not os.access(place, os.R_OK | os.W_OK | os.X_OK)):
        raise InputError("out.denied", str(folder))
    if answers is not None and _holds(place, answers):
        raise InputError("out.holds_answers", str(folder))
    if place.is_dir() and not _is_free(place):
        raise InputError("out.not_ours", str(folder))


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files or none; replaces an earlier result.

    The files are made in a hidden folder beside and moved into place when all are on the disk. Until the last is in
    its place, an error or an interruption leaves everything as it was before (an earlier result that cannot be put
    back stays beside, in ``.consult-…-earlier``). After a kill that leaves no time (SIGKILL, a power cut):

    - a folder that was new is there whole, or not at all;
    - a folder that was there has only whole files, each from the earlier result or from this one: for an instant
      they may be of both, or, where the folder was empty, not yet all four;
    - a hidden ``.consult-…`` folder may be left beside; it can be deleted.
    """
    check_folder(folder)
    place = folder.resolve()  # "." and a link mean the folder that they lead to
    above = [parent for parent in place.parents if not parent.exists()]
    hidden = place.parent / f"{_HIDDEN}{secrets.token_hex(8)}"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        hidden.mkdir(0o700)
        _write(hidden / "new", files)
        if place.exists():
            _replace(place, hidden / "new", hidden / "old")
        else:
            _move(hidden / "new", place)
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        for parent in above:
            with suppress(OSError):  # not made yet, or the result is in it
                parent.rmdir()
        raise
    shutil.rmtree(hidden, ignore_errors=True)


def themes_csv(findings: Findings) -> bytes:
    """One row for each theme, largest first; labels and terms empty in a language that nobody used there.

    ``language`` and ``maybe_same_as`` are filled where each language was grouped by itself: the theme's language, and
    the number of the theme of the other language that may be the same. A part of a theme follows it: the number of its
    theme is its ``parent``, and ``theme`` that number and its own (``3.1``).
    """
    names = ("theme", "label_en", "label_fr", "terms_en", "terms_fr")
    numbers = ("contributions", "people", "share", "contributions_en", "contributions_fr", "cohesion", "stability")
    header = (*names, *numbers, "firm_people", "language", "maybe_same_as", "parent")
    rows = []
    for theme in findings.themes:
        rows.append((*_theme_row(theme, findings), ""))
        rows += [_part_row(part, theme, findings) for part in findings.parts.get(theme.number, ())]
    return csv_bytes(header, rows)


def assignments_csv(findings: Findings) -> bytes:
    """One row for each input row, in input order; the theme is empty where the row was set aside, with the reason.

    ``ideas`` lists what the text was cut into, in order, joined by ``;``: where each idea begins and ends in the text
    as it came in (Unicode code points from 0, the end not included), then its theme, or why it was set aside. So
    ``0-41:3;43-90:7;91-99:repeated`` is a text of three ideas, two of them placed.
    """
    rows = findings.corpus.rows
    placed = _placed_answers(findings)
    sent_together = {
        row: number for number, campaign in enumerate(findings.campaigns, start=1) for row in campaign.rows
    }
    cells = zip(rows.index, rows["id"], rows["language"], rows["set_aside"], strict=True)
    cut = _ideas_of_rows(findings)
    header = ("id", "theme", "themes", "strength", "set_aside", "language", "weak", "campaign", "ideas")
    beside = _beside(findings)
    nowhere = ("", "", "", "")
    lines = []
    for row, identifier, language, aside in cells:
        theme, themes, strength, weak = placed.get(row, nowhere)
        spoken = "" if aside == SetAside.EMPTY else language
        lines.append(
            (identifier, theme, themes, strength, aside, spoken, weak, sent_together.get(row, ""), cut.get(row, ""))
        )
    lines = [(*line, *(cells[row] for cells in beside.values())) for row, line in enumerate(lines)]
    return csv_bytes((*header, *beside), lines)


def _beside(findings: Findings) -> dict[str, list[str | int]]:
    """Return the columns that some results have: which question it answers; whether it is new, and perhaps a new theme.

    ``question`` where several are read together. Where answers joined earlier themes, ``new`` is 1 for those that were
    not in the earlier result, and ``possible`` is the number of the possible new theme that an idea of it is in.
    """
    groups, joining = findings.corpus.groups, findings.joining
    columns: dict[str, list[str | int]] = {}
    if QUESTION in groups:
        columns["question"] = groups[QUESTION].tolist()
    if joining:
        rows = range(len(findings.corpus.rows))
        possible = {int(row): theme.number for theme in reversed(joining.possible) for row in theme.rows}
        columns["new"] = [int(row >= joining.since) for row in rows]
        columns["possible"] = [possible.get(row, "") for row in rows]
    return columns


def _ideas_of_rows(findings: Findings) -> dict[int, str]:
    """Return for each row that is not set aside whole its ideas, each with its place and its theme or its reason."""
    placed = findings.ideas[["row", "unit"]].assign(theme=(findings.labels + 1).astype(str))
    units = findings.corpus.units.merge(placed, on=["row", "unit"], how="left")
    units = units[(findings.corpus.rows["set_aside"] == "").to_numpy()[units["row"]]]
    outcome = units["theme"].fillna(units["set_aside"])
    cells = units["starts_at"].astype(str) + "-" + units["ends_at"].astype(str) + ":" + outcome
    return {int(row): ";".join(own) for row, own in cells.groupby(units["row"])}


def _placed_answers(findings: Findings) -> dict[int, tuple[int, str, float, int]]:
    """Return each answer's main theme, all its themes, how close it is to the main one, and whether only weakly."""
    frame = pd.DataFrame(
        {
            "row": findings.rows,
            "theme": findings.labels + 1,
            "strength": findings.strengths.round(3),
            "is_main": findings.is_main,
            "is_weak": findings.is_weak,
        }
    )
    main = frame[frame["is_main"]].groupby("row").agg({"theme": "first", "strength": "max", "is_weak": "min"})
    others = frame.sort_values(["row", "is_main", "strength"], ascending=[True, False, False], kind="stable")
    every = others.drop_duplicates(["row", "theme"]).astype({"theme": "str"}).groupby("row")["theme"].agg(";".join)
    return {
        int(row): (int(theme), every[row], float(strength), int(weak))
        for row, theme, strength, weak in main.itertuples(name=None)
    }


def _theme_row(theme: Theme, findings: Findings) -> tuple[str | int | float, ...]:
    spoken = findings.corpus.rows["language"].iloc[theme.rows].value_counts()
    return (
        theme.number,
        *(theme.names[language].label for language in LANGUAGES),
        *("; ".join(term.text for term in theme.names[language].terms) for language in LANGUAGES),
        len(theme.rows),
        theme.people,
        round(theme.share, 4),
        *(int(spoken.get(language, 0)) for language in LANGUAGES),
        round(theme.cohesion, 3),
        round(theme.stability, 3),
        theme.firm_people,
        findings.languages[theme.number - 1] if findings.languages else "",
        next((other for one, other in _both_ways(findings) if one == theme.number), ""),
    )


def _part_row(part: Theme, theme: Theme, findings: Findings) -> tuple[str | int | float, ...]:
    """Return the row of a part; its stability was looked at with its siblings', and is no number of its own."""
    spoken = findings.corpus.rows["language"].iloc[part.rows].value_counts()
    return (
        f"{theme.number}.{part.number}",
        *(part.names[language].label for language in LANGUAGES),
        *("; ".join(term.text for term in part.names[language].terms) for language in LANGUAGES),
        len(part.rows),
        part.people,
        round(part.share * theme.share, 4),
        *(int(spoken.get(language, 0)) for language in LANGUAGES),
        round(part.cohesion, 3),
        *("", ""),
        findings.languages[theme.number - 1] if findings.languages else "",
        "",
        theme.number,
    )


def _both_ways(findings: Findings) -> list[tuple[int, int]]:
    """Return each pair of themes that may be one, from either."""
    return [way for pair in findings.pairs for way in ((pair.fr, pair.en), (pair.en, pair.fr))]


def _holds(place: Path, answers: Path) -> bool:
    """Tell whether a file lies in a folder, itself or the link by which it was named."""
    if not place.is_dir() or not answers.exists():
        return False
    return any(parent.samefile(place) for parent in (answers.parent, answers.resolve().parent))


def _is_free(place: Path) -> bool:
    entries = [entry for entry in place.iterdir() if not (entry.name.startswith(_HIDDEN) and entry.is_dir())]
    if not entries:
        return True
    if {entry.name for entry in entries} != FILES or not all(_is_plain(entry) for entry in entries):
        return False
    try:
        run = json.loads((place / RUN).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(run, dict) and next(iter(run), None) == MADE_BY


def _is_plain(entry: Path) -> bool:
    return entry.is_file() and not entry.is_symlink()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder with these files, all on the disk when this returns."""
    folder.mkdir()  # with the permissions that the person's umask gives, unlike those of a temporary folder
    for name, content in files.items():
        with (folder / name).open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    _sync_folder(folder)


def _move(new: Path, place: Path) -> None:
    try:
        new.rename(place)
        _sync_folder(place.parent)
    except BaseException:
        if not new.exists():
            with suppress(OSError):  # it must not hide the first failure
                place.rename(new)
        raise


def _replace(place: Path, new: Path, old: Path) -> None:
    """Put new files in place one by one, or put back what was there. The folder stays: somebody may stand in it."""
    names = sorted(entry.name for entry in new.iterdir())
    old.mkdir()
    for name in names:
        if (place / name).exists():
            shutil.copy2(place / name, old / name)
    try:
        for name in names:
            (new / name).replace(place / name)
        _sync_folder(place)
    except BaseException:
        try:
            _put_back(place, old, names)
        except BaseException:  # a second failure must neither hide the first nor cost the earlier result
            with suppress(OSError):
                old.rename(old.parent.with_name(f"{old.parent.name}-earlier"))
        raise


def _put_back(place: Path, old: Path, names: list[str]) -> None:
    for name in names:
        if (old / name).exists():
            (old / name).replace(place / name)
        else:
            (place / name).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Have the names in a folder written to the disk, where the system can."""
    with suppress(OSError):  # some file systems cannot; the files themselves are there
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
