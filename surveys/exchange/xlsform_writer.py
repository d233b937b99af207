"""A survey of ours as an XLSForm that ODK, KoboToolbox and Enketo take, and that we read back without a loss.

Three visible sheets hold what the format can say (see xlsform_rows.py). A hidden one, “consult”, holds the survey as
our own JSON: what the format cannot say comes back from there, with whatever was edited in the visible sheets.
"""

import hashlib
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from surveys.answers import CODE
from surveys.definition import Check, Question, Section, Survey, dump_survey
from surveys.definition_reader import load_survey
from surveys.exchange.expressions import references
from surveys.exchange.imported import ImportedSurvey, Notice, NoticeBook, Words, check_size
from surveys.exchange.xlsform_merge import Written, restore
from surveys.exchange.xlsform_questions import INSTEAD
from surveys.exchange.xlsform_reader import INTRODUCTION, read_form
from surveys.exchange.xlsform_rows import WRITTEN, FormRow, FormRows, Names, add_question, name_question
from surveys.exchange.xlsform_tables import OWN_SHEET, TEXTS, Tables
from surveys.localised import LANGUAGES, NOTHING, Localised
from surveys.problems import Problem, SurveyError

_LABELS = {"en": "English (en)", "fr": "Français (fr)"}
# what a group of rows cannot say of the question that it stands for
_UNSAID: dict[str, Any] = {"help": NOTHING, "why": NOTHING, "standard": "", "sensitive": False, "offers": ()}
_SURVEY_COLUMNS = (
    *("type", "name", "label", "hint", "guidance_hint", "relevant", "required", "constraint", "constraint_message"),
    *("appearance", "parameters"),
)
_CHOICE_COLUMNS = ("list_name", "name", "label")
_CELL = 30_000  # characters of our JSON in a cell
_SHEET_FORMAT = 1


@dataclass(frozen=True)
class WrittenForm:
    """The bytes of a workbook, and what of the survey only Consult will find in it."""

    content: bytes
    notices: tuple[Notice, ...]


def write_xlsform(survey: Survey, words: Words) -> WrittenForm:
    """Return a survey as an XLSForm, the same bytes for the same survey; `words` label “other” and special values.

    A draft may be written, too: a missing translation is filled with the other language. Notices, with places
    such as ``sections[2].questions[0]``: xlsform.not_said (what), xlsform.other_form (type). Raises `SurveyError` where
    codes cannot serve as names: code.bad_format, code.duplicate, question.unknown_type, survey.empty.
    """
    tables = _make_tables(survey, words)
    written = _seen(survey, tables, words)
    return WrittenForm(_write_workbook(tables, dump_survey(survey)), _differences(written))


def read_own_sheet(tables: Tables, words: Words) -> Written | None:
    """Return what our hidden sheet keeps and the visible ones said when it was written; None without such a sheet.

    Raises `SurveyError`: xlsform.own_sheet, where the sheet is not as we write it.
    """
    if OWN_SHEET not in tables:
        return None
    cells = [row[0] if row else "" for _, row in tables[OWN_SHEET]]
    try:
        about = json.loads(cells[0])
        if not isinstance(about, dict) or about.get("consult_sheet") != _SHEET_FORMAT:
            raise SurveyError.of("xlsform.own_sheet", f"{OWN_SHEET}!A1")
        ours = load_survey("".join(cells[1:]))
        return _seen(ours, _make_tables(ours, words), words)
    except (SurveyError, ValueError, IndexError, RecursionError):
        raise SurveyError.of("xlsform.own_sheet", f"{OWN_SHEET}!A1") from None


def read_any_xlsform(tables: Tables, name: str, words: Words) -> ImportedSurvey:
    """Return the survey of an XLSForm: ours, exactly, with what was edited since, or anybody's.

    Raises `SurveyError` as `read_form` does. Notices besides: xlsform.own_sheet, xlsform.group_changed.
    """
    read = _read_any(tables, name, words)
    check_size(name, len(read.survey.questions), 0)
    return read


def _read_any(tables: Tables, name: str, words: Words) -> ImportedSurvey:
    try:
        written = read_own_sheet(tables, words)
    except SurveyError as error:
        read = read_form(tables, name, words)
        return ImportedSurvey(read.imported.survey, (*error.problems, *read.imported.notices))
    read = read_form(tables, name, words)
    if written is None:
        return read.imported
    if read.imported.survey == written.seen:
        return ImportedSurvey(written.ours)
    notices = NoticeBook()
    survey = restore(written, read.imported.survey, notices)
    known = {(notice.code, tuple(sorted(notice.values.items()))) for notice in _seen_notices(written.ours, words)}
    kept = [each for each in read.imported.notices if (each.code, tuple(sorted(each.values.items()))) not in known]
    return ImportedSurvey(survey, (*notices.finish(), *kept))


def _seen_notices(survey: Survey, words: Words) -> Sequence[Notice]:
    return read_form(_make_tables(survey, words).sheets, "", words).imported.notices


def _seen(survey: Survey, tables: "_Tables", words: Words) -> Written:
    """Read our own visible sheets: what they say of the survey."""
    read = read_form(tables.sheets, survey.code, words)
    parts = {
        code: [each for each in (read.codes.get(name, ".") for name in names) if "." not in each]
        for code, names in tables.names.parts.items()
    }
    sections = {read.sections[name]: code for name, code in tables.sections.items()}
    return Written(survey, read.imported.survey, parts, sections)


@dataclass(frozen=True)
class _Tables:
    sheets: Tables
    names: Names
    sections: Mapping[str, str]  # our code by name in the form


def _make_tables(survey: Survey, words: Words) -> _Tables:
    _refuse(survey)
    names = Names()
    names.taken.add(INTRODUCTION)
    for question in survey.questions:
        name_question(names, question)
    consents = frozenset(question.code for question in survey.questions if question.type == "consent")
    rows = FormRows(words, names, consents)
    if survey.introduction:
        rows.row("note", INTRODUCTION, survey.introduction)
    sections: dict[str, str] = {}
    checks = _checks_by_question(survey)
    for section in survey.sections:
        name = names.give(section.code)
        sections[name] = section.code
        relevant = rows.condition(section.show_if)
        rows.row("begin_group", name, section.title, relevant=relevant, appearance="field-list")
        if section.introduction:
            rows.row("note", names.give(f"{name}{INSTEAD}{INTRODUCTION}"), section.introduction)
        for question in section.questions:
            at = len(rows.survey)
            add_question(rows, question)
            _add_checks(rows, rows.survey[at], question, checks)
        rows.survey.append({"type": "end_group"})
    sheets = {
        "survey": _table(_SURVEY_COLUMNS, rows.survey),
        "choices": _table(_CHOICE_COLUMNS, rows.choices),
        "settings": _settings(survey, rows),
    }
    return _Tables(sheets, names, sections)


def _refuse(survey: Survey) -> None:
    """Raise `SurveyError` where codes cannot serve as names, or a type is not known."""
    problems = [] if survey.sections else [Problem("survey.empty", "sections")]
    sections = [(f"sections[{at}]", section.code) for at, section in enumerate(survey.sections)]
    asked = list(survey.walk())
    problems += _check_codes([("", survey.code)]) + _check_codes(sections)
    problems += _check_codes([(place, question.code) for place, question in asked])
    for place, question in asked:
        for name, items in (("choices", question.choices), ("rows", question.rows)):
            problems += _check_codes([(f"{place}.{name}[{at}]", item.code) for at, item in enumerate(items)])
        if question.type not in WRITTEN:
            problems.append(Problem("question.unknown_type", f"{place}.type"))
    if problems:
        raise SurveyError.from_problems(problems)


def _check_codes(placed: Sequence[tuple[str, str]]) -> list[Problem]:
    times = Counter(code for _, code in placed)
    found = [Problem("code.bad_format", place) for place, code in placed if not CODE.fullmatch(code)]
    return found + [Problem("code.duplicate", place) for place, code in placed if times[code] > 1]


def _checks_by_question(survey: Survey) -> dict[str, list[Check]]:
    """Return the checks of the survey by the last question that each names: there a form can hold them."""
    places = {question.code: at for at, question in enumerate(survey.questions)}
    found: dict[str, list[Check]] = {}
    for check in survey.checks:
        named = [code for each in references(check.condition) if (code := each.partition(".")[0]) in places]
        if named:
            found.setdefault(max(named, key=places.__getitem__), []).append(check)
    return found


def _add_checks(rows: FormRows, row: FormRow, question: Question, checks: Mapping[str, list[Check]]) -> None:
    """Put the checks of a question into its constraint, beside what its own settings say."""
    if question.code not in rows.names.by_reference:
        return
    for check in checks.get(question.code, ()):
        condition = rows.condition(check.condition, question.code)
        if not condition or "." not in condition:
            continue
        before = row.get("constraint", "")
        row["constraint"] = f"{before} and ({condition})" if before else f"({condition})"
        message, said = rows.text(check.message), row.get("constraint_message")
        if isinstance(said, Localised):
            message = Localised(f"{said.en}\n{message.en}", f"{said.fr}\n{message.fr}")
        row["constraint_message"] = message


def _settings(survey: Survey, rows: FormRows) -> list[tuple[int, list[str]]]:
    title = rows.text(survey.title, survey.code)
    version = hashlib.sha256(dump_survey(survey).encode()).hexdigest()[:12]
    header = ["form_title", "form_id", "version", "default_language", "style"]
    return [(1, header), (2, [title.en, survey.code, version, _LABELS["en"], "pages"])]


def _table(columns: Sequence[str], rows: Sequence[FormRow]) -> list[tuple[int, list[str]]]:
    """Return rows as cells under a heading, a text in two columns."""
    header: list[str] = []
    for column in columns:
        texts = column in TEXTS
        header += [f"{column}::{_LABELS[language]}" for language in LANGUAGES] if texts else [column]
    table = [(1, header)]
    for number, row in enumerate(rows, start=2):
        cells: list[str] = []
        for column in columns:
            cell = row.get(column, Localised() if column in TEXTS else "")
            cells += [cell.get(language) for language in LANGUAGES] if isinstance(cell, Localised) else [cell]
        table.append((number, cells))
    return table


def _write_workbook(tables: _Tables, definition: str) -> bytes:
    """Return the bytes of the workbook; nothing in it says when it was made."""
    target = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(target, plain)
    workbook.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
    heading = workbook.add_format({"bold": True})
    for name, rows in tables.sheets.items():
        sheet = workbook.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(rows[0][1]) - 1, 24)
        for number, cells in rows:
            for position, cell in enumerate(cells):
                if cell:
                    sheet.write_string(number - 1, position, cell, heading if number == 1 else None)
    hidden = workbook.add_worksheet(OWN_SHEET)
    # ASCII without _x0041_, which a cell takes for the letter A: no sheet can change a letter of it
    compact = json.dumps(json.loads(definition)).replace("_x", "\\u005fx")
    hidden.write_string(0, 0, json.dumps({"consult_sheet": _SHEET_FORMAT}))
    for at, start in enumerate(range(0, len(compact), _CELL), start=1):
        hidden.write_string(at, 0, compact[start : start + _CELL])
    hidden.hide()
    workbook.close()
    return target.getvalue()


def _differences(written: Written) -> tuple[Notice, ...]:
    """Return what the visible sheets do not say, or say in another form."""
    book = NoticeBook()
    ours, seen = written.ours, written.seen
    _compare(book, "", (ours, seen), ("title", "introduction", "checks"))
    sections = {written.sections.get(section.code): section for section in seen.sections}
    for at, section in enumerate(ours.sections):
        pair = section, sections[section.code]
        _compare(book, f"sections[{at}]", pair, ("title", "introduction", "show_if"))
    questions = {question.code: question for question in seen.questions}
    for place, question in ours.walk():
        parts = written.parts[question.code]
        if len(parts) == 1 and parts[0] in questions:
            _compare_question(book, place, question, questions[parts[0]])
            continue
        book.add("xlsform.other_form", place, type=question.type)
        _compare(book, place, (question, replace(question, **_UNSAID)), tuple(_UNSAID))
    return book.finish()


def _compare_question(book: NoticeBook, place: str, ours: Question, seen: Question) -> None:
    names = [each.name for each in fields(Question) if each.name != "settings"]
    _compare(book, place, (ours, seen), names)
    before, after = dict(ours.settings), dict(seen.settings)
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            book.add("xlsform.not_said", place, what=f"settings.{name}")


_Compared = Survey | Section | Question


def _compare(book: NoticeBook, place: str, pair: tuple[_Compared, _Compared], names: Sequence[str]) -> None:
    for name in names:
        if getattr(pair[0], name) != getattr(pair[1], name):
            book.add("xlsform.not_said", place, what=name)
