"""A file of responses, one of our exports or any CSV or XLSX with its columns, to rows that can be imported.

An export of LimeSurvey, KoboToolbox or Google Forms is read too (surveys/exchange/known_tools.py).

Cells hold codes, or labels in French or English. In a file that begins with the columns of our exports the
apostrophes that keep a spreadsheet from running a text are taken away again, those and no others.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from consult.exports.csv_text import restore
from consult.exports.responses_xlsx import sheet_names
from consult.languages import LANGUAGES, interface_words
from consult.question_words import question_words
from consult.record.response_import import ImportedResponse, Refusal
from surveys.cleaning import clean_text
from surveys.columns import RESPONDENT, RESPONSE_COLUMNS, from_row
from surveys.definition import Survey
from surveys.exchange.google_forms_responses import MONTHS_FIRST
from surveys.exchange.known_tools import recognise
from surveys.exchange.response_matching import Matching, Tool, heading_key, match_columns
from surveys.exchange.response_translation import Translator, has_months_first
from surveys.exchange.spreadsheet import Limits, open_rows
from surveys.exchange.workbook import WorkbookLimits
from surveys.labels import CellWords
from surveys.problems import Problem, SurveyError

REQUIRED = ("response", "submitted_on", "language")
# Read from an export and not from the file: an imported response came by import.
_UNREAD = ("channel",)
# A day before this one is a slip of the pen: the year 206, or a date that a spreadsheet counted from 1900.
EARLIEST = date(2000, 1, 1)
# A file that is sent to us must keep neither a worker nor, once it is stored, those who answer waiting.
_LIMITS = Limits(50_000, 2_000_000, WorkbookLimits(unpacked=100_000_000, marks=3_000_000))
_LONGEST_NAME = 40
_NAMED = 8
_LONGEST_RESPONDENT = 320


@dataclass(frozen=True)
class ReadFile:
    """What a file holds: the rows that can be checked, those that cannot even be read, the columns of no use.

    `unread_days` is what stands in place of the day in the rows that cannot be read, by place. `matching` says what
    was made of the columns of another tool's file; None for a file with the columns of our exports.
    """

    rows: tuple[ImportedResponse, ...]
    refused: tuple[Refusal, ...]
    unused: tuple[str, ...]
    unread_days: Mapping[str, str] = field(default_factory=dict)
    matching: Matching | None = None


@dataclass(frozen=True)
class Unsaid:
    """What to take where another tool's file does not say it."""

    language: str = ""
    day: date | None = None


_NOTHING_UNSAID = Unsaid()


def read_responses(
    path: Path,
    versions: Mapping[int, Survey],
    current: int,
    words: Mapping[str, CellWords],
    latest: date,
    unsaid: Unsaid = _NOTHING_UNSAID,
) -> ReadFile:
    """Read a file of responses to a survey, whose published `versions` are given by number.

    A row answers the version that it names, if there is one of that number, else the `current` one. No response is
    from after the `latest` day. Places are the numbers of lines. Raises `SurveyError`: file.…, column.missing,
    column.duplicate, column.unnamed, row.too_long, and `import.no_question` where no column is one of the survey's.
    """
    with open_rows(path, _LIMITS) as (header, lines):
        tool = None if header[: len(RESPONSE_COLUMNS)] == RESPONSE_COLUMNS else recognise(header)
        if tool is not None:
            return _read_foreign(path, header, lines, tool, _Reading(versions, current, words, latest, unsaid))
        reading = _Reading(versions, current, words, latest, unsaid)
        _check_header(path, header, reading.asked)
        # Our own workbooks hold texts as they are; a CSV of ours keeps its apostrophes when Excel saves it as XLSX.
        is_neutralised = header[: len(RESPONSE_COLUMNS)] == RESPONSE_COLUMNS and not _is_our_workbook(path)
        for line, cells in lines:
            reading.add(line, {name: restore(cell) for name, cell in cells.items()} if is_neutralised else cells)
    return reading.finish(tuple(_find_unused(header, reading.asked)))


def _read_foreign(
    path: Path, header: Sequence[str], lines: Iterator[tuple[int, dict[str, str]]], tool: Tool, reading: "_Reading"
) -> ReadFile:
    """Read a file that another tool wrote; all of it first, for its days say together how they are written."""
    common = {language: question_words(interface_words(language)) for language in LANGUAGES}
    older = [survey for number, survey in reading.versions.items() if number != reading.current]
    matching = match_columns(header, tool, [*older, reading.versions[reading.current]], common)
    if not matching.matches:
        raise SurveyError.of("import.no_question", path.name)
    rows = list(lines)
    usual = any(heading_key(name) in MONTHS_FIRST for name in matching.days)
    months_first = has_months_first((cells[name] for _, cells in rows for name in matching.days), usual)
    translator = Translator(matching, reading.words, common, months_first=months_first)
    unsaid = reading.unsaid
    for line, cells in rows:
        about = {role: cells[name] for role, name in matching.about.items()}
        about["language"] = about.get("language", "").strip()[:2].casefold() or unsaid.language
        about["submitted_on"] = translator.day(cells) or (unsaid.day.isoformat() if unsaid.day else "")
        reading.add(line, {"response": translator.reference(cells), **about, **translator.answers(cells)})
    return reading.finish(tuple(map(_shorten, matching.unknown)), matching)


class _Reading:
    """A file on its way to rows that can be checked."""

    def __init__(
        self,
        versions: Mapping[int, Survey],
        current: int,
        words: Mapping[str, CellWords],
        latest: date,
        unsaid: Unsaid,
    ) -> None:
        self.versions, self.current, self.words, self.unsaid = versions, current, words, unsaid
        self.asked = {question.code for survey in versions.values() for question in survey.questions}
        self._latest = latest
        self._rows: list[ImportedResponse] = []
        self._refused: list[Refusal] = []
        self._days: dict[str, str] = {}

    def add(self, line: int, cells: Mapping[str, str]) -> None:
        """Take in a line whose cells are by our columns."""
        given = _Row(line, cells, self.words)
        problems = tuple(given.problems(self._latest))
        self._refused += [Refusal(str(line), problem) for problem in problems]
        if problems:
            self._days[str(line)] = given.day_cell
            return
        number = given.version or self.current
        number = number if number in self.versions else self.current
        self._rows.append(given.to_response(self.versions[number], number, self.asked))

    def finish(self, unused: tuple[str, ...], matching: Matching | None = None) -> ReadFile:
        """Return what was read."""
        return ReadFile(tuple(self._rows), tuple(self._refused), unused, self._days, matching)


def _is_our_workbook(path: Path) -> bool:
    """Return whether a file is a workbook that responses_xlsx.py wrote, perhaps saved again since."""
    if not zipfile.is_zipfile(path):
        return False
    with path.open("rb") as file:
        book = load_workbook(file, read_only=True)
        try:
            names = tuple(book.sheetnames)
        finally:
            book.close()
    return any(names == sheet_names(interface_words(language)) for language in LANGUAGES)


class _Row:
    """The cells of one line."""

    def __init__(self, line: int, cells: Mapping[str, str], words: Mapping[str, CellWords]) -> None:
        self.line = line
        self._cells = cells
        self._words = words

    @property
    def version(self) -> int | None:
        """The number of the version that the row says it answers."""
        text = self._about("survey_version")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    @property
    def day_cell(self) -> str:
        """What stands in place of the day."""
        return self._about("submitted_on")

    def problems(self, latest: date) -> Iterator[Problem]:
        """Yield what makes the row useless whatever it answers."""
        if not self._about("response"):
            yield Problem("import.no_reference", "response")
        day = self._day()
        if day is None:
            yield Problem("import.bad_date", "submitted_on")
        elif not EARLIEST <= day <= latest:
            first, last = EARLIEST.isoformat(), latest.isoformat()
            yield Problem("import.date_out_of_range", "submitted_on", {"first": first, "last": last})

    def to_response(self, survey: Survey, number: int, asked: set[str]) -> ImportedResponse:
        """Return the row without problems; an answer to what this version does not ask stays, to be refused."""
        cells = {name: self._read(name, cell) for name, cell in self._cells.items() if _question_of(name) in asked}
        raw = from_row(survey, cells)
        raw |= {
            _question_of(name): cell
            for name, cell in cells.items()
            if cell and survey.find_question(_question_of(name)) is None
        }
        return ImportedResponse(
            place=str(self.line),
            raw=raw,
            language=self._about("language"),
            submitted_on=self._day() or date.min,
            group=self._about("group") or None,
            reference=self._about("response"),
            version=number,
            respondent=clean_text(self._about(RESPONDENT))[:_LONGEST_RESPONDENT] or None,
        )

    def _about(self, name: str) -> str:
        return self._read(name, self._cells.get(name, "").strip())

    def _read(self, name: str, cell: str) -> str:
        return self._words[name].read(cell) if cell and name in self._words else cell

    def _day(self) -> date | None:
        try:
            return date.fromisoformat(self._about("submitted_on"))
        except ValueError:
            return None


def _question_of(column: str) -> str:
    return column.partition(".")[0]


def _check_header(path: Path, header: Sequence[str], asked: set[str]) -> None:
    for name in REQUIRED:
        if name not in header:
            raise SurveyError.of("column.missing", path.name, column=name, columns=_name_some(header))
    if not any(_question_of(name) in asked for name in header):
        raise SurveyError.of("import.no_question", path.name)


def _find_unused(header: Sequence[str], asked: set[str]) -> Iterator[str]:
    """Yield the columns that nothing is read from; a long one may be an answer that stands in the heading."""
    read = {*RESPONSE_COLUMNS, RESPONDENT} - {*_UNREAD}
    return (_shorten(name) for name in header if name not in read and _question_of(name) not in asked)


def _name_some(header: Sequence[str]) -> str:
    """Return the first columns: enough to see which file it is."""
    return ", ".join(map(_shorten, header[:_NAMED])) + (", …" if len(header) > _NAMED else "")


def _shorten(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"
