"""`consult themes`: a file of answers in, a folder of themes out."""

import hashlib
import platform
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from time import perf_counter

from analysis.corpus import build_corpus
from analysis.engines import load_engine
from analysis.errors import AnalysisError
from analysis.pipeline import Findings, find_themes
from analysis.report import Report, make_report
from analysis.settings import Settings
from consult.errors import InputError
from consult.exports.theme_files import (
    ASSIGNMENTS,
    REPORT,
    RUN,
    THEMES,
    assignments_csv,
    check_folder,
    run_json,
    themes_csv,
    write_folder,
)
from consult.exports.theme_report import Source, Titles, report_html
from consult.languages import LANGUAGES
from surveys.exchange.spreadsheet import Table, read_columns

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Request:
    """What the analyst asked for: the file, its columns, the settings and the folder to make.

    ``language`` is a column's name, or "fr" or "en" for all answers; None has each answer's language detected.
    ``quotable`` is the column that says who agreed to be quoted; ``kept`` the folder in which vectors are kept from
    one run to the next, None keeping none.
    """

    answers: Path
    text: str
    out: Path
    language: str | None = None
    identifier: str | None = None
    groups: tuple[str, ...] = ()
    quotable: str | None = None
    settings: Settings = field(default_factory=Settings)
    is_fictional: bool = False
    titles: Titles = field(default_factory=Titles)
    kept: Path | None = None

    @property
    def columns(self) -> list[str]:
        """The columns to read, each once."""
        named = [
            self.text,
            self.identifier,
            None if self.language in LANGUAGES else self.language,
            self.quotable,
            *self.groups,
        ]
        return list(dict.fromkeys(name for name in named if name is not None))


@dataclass(frozen=True)
class Result:
    """What was found, what of it a report may show, and where it came from."""

    findings: Findings
    report: Report
    source: Source
    folder: Path


def run_themes(request: Request, progress: Progress, today: date) -> Result:
    """Read the answers, find themes, write the folder. Nothing is written unless all of it works.

    Raises
    ------
    surveys.problems.SurveyError
        The file cannot be read or has no such column.
    consult.errors.InputError
        The answers or the settings allow no themes, or the folder cannot be written.
    """
    try:
        return _run(request, progress, today)
    except AnalysisError as error:
        is_about_answers = error.code.startswith("answers.")
        raise InputError(error.code, request.answers.name if is_about_answers else "", **error.values) from error


def _run(request: Request, progress: Progress, today: date) -> Result:
    for column in request.groups:
        if column in (request.text, request.identifier):
            raise InputError("settings.group", column=column)
    check_folder(request.out, request.answers)
    load_engine(request.settings.engine)  # a wrong name is told before a large file is read
    _check_kept(request.kept)
    start = perf_counter()
    progress("read", 0, 1)
    table = read_columns(request.answers, request.columns)
    digest = _sha256(request.answers)
    progress("read", 1, 1)
    read = perf_counter()
    progress("corpus", 0, 1)
    corpus = build_corpus(
        table.columns[request.text],
        ids=table.columns[request.identifier] if request.identifier else None,
        languages=_languages(request.language, table),
        groups={name: table.columns[name] for name in request.groups},
        quotable=table.columns[request.quotable] if request.quotable else None,
    )
    progress("corpus", 1, 1)
    prepared = perf_counter()
    findings = find_themes(corpus, request.settings, progress, request.kept)
    seconds = {"read": round(read - start, 3), "corpus": round(prepared - read, 3), **findings.seconds}
    findings = replace(findings, seconds=seconds)
    report = make_report(findings)
    source = Source(request.answers.name, request.text, digest, today, request.is_fictional, request.titles)
    write_folder(
        request.out,
        {
            THEMES: themes_csv(findings),
            ASSIGNMENTS: assignments_csv(findings),
            REPORT: report_html(findings, report, source),
            RUN: run_json(findings, report, _made_from(request, table, digest)),
        },
    )
    return Result(findings, report, source, request.out)


def _check_kept(folder: Path | None) -> None:
    """Make the folder for vectors, readable by its owner only; raises `kept.denied`."""
    try:
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
    except OSError as error:
        raise InputError("kept.denied", str(folder)) from error


def _languages(language: str | None, table: Table) -> Sequence[str] | str | None:
    if language is None or language in LANGUAGES:
        return language
    return table.columns[language]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _made_from(request: Request, table: Table, digest: str) -> dict[str, object]:
    return {
        "input": {
            "file": request.answers.name,
            "sha256": digest,
            "encoding": table.encoding,
            "delimiter": table.delimiter,
            "sheet": table.sheet,
            "text": request.text,
            "language": request.language,
            "id": request.identifier,
            "groups": list(request.groups),
            "quotable": request.quotable,
        },
        "python": platform.python_version(),
    }
