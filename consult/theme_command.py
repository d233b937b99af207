"""`consult themes`: a file of answers in, a folder of themes out."""

import hashlib
import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from time import perf_counter

from analysis.engines import load_engine
from analysis.errors import AnalysisError
from analysis.joined import join_themes
from analysis.pipeline import Findings, find_themes
from analysis.report import Report, make_report
from analysis.settings import Settings
from analysis.tables import QUESTION
from consult.errors import InputError
from consult.exports.answer_rows import AnswerRows, Columns
from consult.exports.earlier_themes import EarlierResult, match_files, read_earlier
from consult.exports.theme_files import (
    ASSIGNMENTS,
    REPORT,
    RUN,
    THEMES,
    assignments_csv,
    check_folder,
    themes_csv,
    write_folder,
)
from consult.exports.theme_report import Source, Titles, report_html
from consult.exports.theme_run import run_json
from surveys.exchange.spreadsheet import Table
from surveys.localised import Localised

Progress = Callable[[str, int, int], None]
_QUESTION = Localised(en="Question", fr="Question")


@dataclass(frozen=True)
class Request:
    """What the analyst asked for: the file, its columns, the settings and the folder to make.

    ``kept`` is the folder in which vectors are kept from one run to the next, None keeping none. ``joins`` is the
    folder of an earlier result whose themes the answers join, and ``earlier`` are the files that it was made of: the
    columns and settings are then those of that result, whatever is given.
    """

    answers: Path
    columns: Columns
    out: Path
    settings: Settings = field(default_factory=Settings)
    is_fictional: bool = False
    titles: Titles = field(default_factory=Titles)
    kept: Path | None = None
    joins: Path | None = None
    earlier: tuple[Path, ...] = ()


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
    start = perf_counter()
    request, earlier, files = _joining(request)
    for column in request.columns.groups:
        if column in (*request.columns.texts, request.columns.identifier):
            raise InputError("settings.group", column=column)
    check_folder(request.out, request.answers)
    load_engine(request.settings.engine)  # a wrong name is told before a large file is read
    _check_kept(request.kept)
    progress("read", 0, 1)
    rows = AnswerRows(request.columns)
    for file in files:
        rows.add(file)
    if earlier and rows.rows != earlier.themes.rows:
        raise InputError("join.not_ours", str(request.joins))
    table = rows.add(request.answers)
    digest = _sha256(request.answers)
    progress("read", 1, 1)
    read = perf_counter()
    progress("corpus", 0, 1)
    corpus = rows.corpus()
    progress("corpus", 1, 1)
    prepared = perf_counter()
    if earlier:
        findings = join_themes(corpus, earlier.themes, request.settings, progress, request.kept)
    else:
        findings = find_themes(corpus, request.settings, progress, request.kept)
    seconds = {"read": round(read - start, 3), "corpus": round(prepared - read, 3), **findings.seconds}
    findings = replace(findings, seconds=seconds)
    report = make_report(findings)
    source = Source(
        request.answers.name,
        ", ".join(request.columns.texts),
        digest,
        today,
        request.is_fictional,
        _with_question(request.titles),
    )
    write_folder(
        request.out,
        {
            THEMES: themes_csv(findings),
            ASSIGNMENTS: assignments_csv(findings),
            REPORT: report_html(findings, report, source),
            RUN: run_json(findings, report, _made_from(request, table, digest, earlier)),
        },
    )
    return Result(findings, report, source, request.out)


def _joining(request: Request) -> tuple[Request, EarlierResult | None, list[Path]]:
    """Return the request as an earlier result has it, that result, and the files that it was made of, in order."""
    if request.joins is None:
        return request, None, []
    earlier = read_earlier(request.joins)
    files = match_files(earlier, {path: _sha256_of(path) for path in request.earlier})
    return replace(request, columns=earlier.columns, settings=earlier.settings), earlier, files


def _with_question(titles: Titles) -> Titles:
    return replace(titles, columns={**titles.columns, QUESTION: _QUESTION})


def _check_kept(folder: Path | None) -> None:
    """Make the folder for vectors, readable by its owner only; raises `kept.denied`."""
    try:
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
    except OSError as error:
        raise InputError("kept.denied", str(folder)) from error


def _sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file that may not be there; raises `file.missing`."""
    try:
        return _sha256(path)
    except OSError as error:
        raise InputError("file.missing", path.name) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _made_from(request: Request, table: Table, digest: str, earlier: EarlierResult | None) -> dict[str, object]:
    columns = request.columns
    made: dict[str, object] = {
        "input": {
            "file": request.answers.name,
            "sha256": digest,
            "encoding": table.encoding,
            "delimiter": table.delimiter,
            "sheet": table.sheet,
            "text": columns.texts[0] if len(columns.texts) == 1 else list(columns.texts),
            "language": columns.language,
            "id": columns.identifier,
            "groups": list(columns.groups),
            "quotable": columns.quotable,
        },
        "python": platform.python_version(),
    }
    if earlier:
        made["joined_to"] = [{"file": file.name, "sha256": file.digest} for file in earlier.files]
    return made
