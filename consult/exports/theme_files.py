"""The folder that `consult themes` leaves: two tables, a report to read, and how it was made. All four, or nothing."""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from analysis.corpus import SetAside
from analysis.languages import LANGUAGES
from analysis.pipeline import Findings
from analysis.themes import Theme
from consult.errors import InputError
from consult.exports.csv_text import csv_bytes

THEMES, ASSIGNMENTS, REPORT, RUN = "themes.csv", "assignments.csv", "report.html", "run.json"
FILES = frozenset({THEMES, ASSIGNMENTS, REPORT, RUN})


def check_folder(folder: Path) -> None:
    """Refuse a folder that is a file, or that holds anything other than an earlier result, before any work is done."""
    if folder.exists() and not folder.is_dir():
        raise InputError("out.file", str(folder))
    if folder.is_dir() and {entry.name for entry in folder.iterdir()} - FILES:
        raise InputError("out.not_ours", str(folder))
    place = folder.resolve()
    existing = next(parent for parent in place.parents if parent.exists())  # where the draft will be made
    needed = [existing, *([place] if place.exists() else [])]
    if not existing.is_dir() or not all(os.access(path, os.W_OK | os.X_OK) for path in needed):
        raise InputError("out.denied", str(folder))


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files or none: made beside the folder, then moved into its place. Replaces an earlier result."""
    check_folder(folder)
    place = folder.resolve()  # "." and a link mean the folder that they lead to
    made = [parent for parent in place.parents if not parent.exists()]
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".consult-", dir=place.parent))
    try:
        for name, content in files.items():
            (draft / name).write_bytes(content)
        draft.chmod(0o755)
        _put(draft, place)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        for parent in made:
            parent.rmdir()
        raise


def themes_csv(findings: Findings) -> bytes:
    """One row for each theme, largest first; labels and terms empty in a language that nobody used there."""
    header = ("theme", "label_en", "label_fr", "terms_en", "terms_fr", "contributions", "people", "share")
    header += ("contributions_en", "contributions_fr", "cohesion", "stability")
    return csv_bytes(header, [_theme_row(theme, findings) for theme in findings.themes])


def assignments_csv(findings: Findings) -> bytes:
    """One row for each input row, in input order; the theme is empty where the row was set aside, with the reason."""
    rows = findings.corpus.rows
    theme = dict(zip(findings.rows.tolist(), (findings.labels + 1).tolist(), strict=True))
    strength = dict(zip(findings.rows.tolist(), findings.strengths.round(3).tolist(), strict=True))
    cells = zip(rows.index, rows["id"], rows["language"], rows["set_aside"], strict=True)
    header = ("id", "theme", "themes", "strength", "set_aside", "language")
    return csv_bytes(
        header,
        (
            (
                identifier,
                theme.get(row, ""),
                theme.get(row, ""),
                strength.get(row, ""),
                aside,
                "" if aside == SetAside.EMPTY else language,
            )
            for row, identifier, language, aside in cells
        ),
    )


def run_json(findings: Findings, made_from: Mapping[str, object]) -> bytes:
    """How the result was made: enough to make it again."""
    reasons = findings.corpus.rows["set_aside"]
    run = {
        **made_from,
        "settings": asdict(findings.settings),
        "engine": {"name": findings.engine, **findings.engine_settings},
        "number_of_themes": {
            "themes": len(findings.themes),
            "ground": str(findings.choice.ground),
            "tried": [asdict(point) for point in findings.curve],
        },
        "rows": len(reasons),
        "contributions": len(findings.rows),
        "people": int(findings.kept["person"].nunique()),
        "set_aside": {str(k): int(v) for k, v in reasons[reasons != ""].value_counts().sort_index().items()},
        "languages_detected": findings.corpus.detected,
        "theme_language_agreement": findings.language_agreement,
        "versions": findings.versions,
        "seconds": findings.seconds,
    }
    return (json.dumps(run, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


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
    )


def _put(draft: Path, folder: Path) -> None:
    """Put the draft in the folder's place. A folder that is there stays, since somebody may stand in it."""
    if not folder.exists():
        draft.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=".consult-", dir=folder.parent))
    moved: list[tuple[Path, Path]] = []
    try:
        for source, target in ((folder, old), (draft, folder)):
            for file in sorted(source.iterdir()):
                moved.append((file, file.rename(target / file.name)))
    except BaseException:
        for before, after in reversed(moved):
            after.rename(before)
        old.rmdir()
        raise
    shutil.rmtree(old)
    draft.rmdir()
