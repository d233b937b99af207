"""What a file would bring, as the page shows it before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from consult.exports.response_reader import ReadFile
from consult.languages import interface_words
from consult.manage.import_sentences import row_sentence
from consult.question_words import question_words
from consult.record.response_import import CheckedRow, ImportedResponse, ImportPlan, Refusal
from surveys.columns import column_name, to_row
from surveys.definition import Question, Survey
from surveys.exchange.response_matching import Match, Matching
from surveys.labels import CellWords
from surveys.localised import Localised
from surveys.problems import Problem
from surveys.question_types import get_type

SHOWN_REFUSALS = 50
_SAMPLE = 3
_LONGEST_CELL = 160
_MOST_CHOICES = 12


@dataclass(frozen=True)
class RefusedLine:
    """Why a line cannot be imported: the column or question, what is asked there, the sentence, what stands there.

    `choices` are the labels that would do instead, the first of them; `has_more` when there are others.
    """

    line: int
    where: str
    asked: Localised | None
    reason: str
    given: str
    choices: tuple[str, ...]
    has_more: bool


@dataclass(frozen=True)
class SampleRow:
    """A column of the file and what it holds in the first new rows."""

    column: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class MatchedColumn:
    """A column of another tool's file, the question that it answers, and which part of it ('' for all)."""

    column: str
    asked: Localised
    part: str


@dataclass(frozen=True)
class ToolReport:
    """What was made of another tool's file: its columns, what the tool noted for itself, the questions left out."""

    tool: str
    matched: tuple[MatchedColumn, ...]
    noted: tuple[str, ...]
    unasked: tuple[Localised, ...]


@dataclass(frozen=True)
class Preview:
    """Numbers of rows, the first refusals in the order of the file, the columns of no use, the first new rows.

    `report` says how the columns were matched, where another tool wrote the file.
    """

    rows: int
    fresh: int
    repeated: int
    refused_rows: int
    refusals: tuple[RefusedLine, ...]
    hidden_refusals: int
    unused: tuple[str, ...]
    sample: tuple[SampleRow, ...]
    report: ToolReport | None = None


def make_preview(
    read: ReadFile, plan: ImportPlan, survey: Survey, words: Mapping[str, CellWords], language: str
) -> Preview:
    """Return what the page shows of a file that was read and of what importing it would do."""
    refused = sorted((*read.refused, *plan.refused), key=lambda refusal: int(refusal.place))
    shown = refused[:SHOWN_REFUSALS]
    places = {refusal.place for refusal in shown}
    rows = {row.place: row for row in read.rows if row.place in places}
    columns = _columns_of_file(read.matching)
    return Preview(
        rows=plan.rows + len({refusal.place for refusal in read.refused}),
        fresh=len(plan.fresh),
        repeated=plan.repeated,
        refused_rows=len({refusal.place for refusal in refused}),
        refusals=tuple(
            _explain(each, survey, words, language, _find_given(each, read, rows.get(each.place)), columns)
            for each in shown
        ),
        hidden_refusals=max(0, len(refused) - SHOWN_REFUSALS),
        unused=read.unused,
        sample=_sample(plan.fresh[:_SAMPLE], words, language),
        report=_report(read.matching, survey, language) if read.matching else None,
    )


def _report(matching: Matching, survey: Survey, language: str) -> ToolReport:
    said = question_words(interface_words(language))

    def part_of(match: Match) -> str:
        if match.rank:
            return str(match.rank)
        return get_type(match.question).part_label(match.question, match.part or "", language, said)

    left = [survey.find_question(code) for code in matching.unasked]
    return ToolReport(
        tool=_TOOLS[matching.tool.code],
        matched=tuple(
            MatchedColumn(_shorten(match.column), match.question.text, part_of(match)) for match in matching.matches
        ),
        noted=tuple(map(_shorten, matching.noted)),
        unasked=tuple(question.text for question in left if question),
    )


_TOOLS = {"limesurvey": "LimeSurvey", "kobo": "KoboToolbox", "google_forms": "Google Forms"}


def _columns_of_file(matching: Matching | None) -> dict[str, str]:
    """Return what the file calls the columns that refusals name."""
    if matching is None:
        return {}
    names = {"submitted_on": matching.days[0]} if matching.days else {}
    for match in matching.matches:
        names.setdefault(match.question.code, match.column)
        names[column_name(match.question.code, match.part or "")] = match.column
    return {name: _shorten(column) for name, column in names.items()} | dict(matching.about)


def _explain(
    refusal: Refusal,
    survey: Survey,
    words: Mapping[str, CellWords],
    language: str,
    given: str,
    columns: Mapping[str, str],
) -> RefusedLine:
    problem = refusal.problem
    question: Question | None = survey.find_question(problem.place.partition(".")[0])
    choices = _find_choices(problem, question, words, language)
    return RefusedLine(
        line=int(refusal.place),
        where=columns.get(_column_of(problem), _column_of(problem)),
        asked=question.text if question else None,
        reason=row_sentence(problem, question, language, interface_words(language)),
        given=_shorten(given),
        choices=choices[:_MOST_CHOICES],
        has_more=len(choices) > _MOST_CHOICES,
    )


def _column_of(problem: Problem) -> str:
    return problem.place or _COLUMN_OF.get(problem.code, "")


def _find_given(refusal: Refusal, read: ReadFile, row: ImportedResponse | None) -> str:
    """Return what the file holds there, for the person who has just sent it; '' where that says nothing."""
    if row is None:
        return read.unread_days.get(refusal.place, "") if refusal.problem.place == "submitted_on" else ""
    column = _column_of(refusal.problem)
    about = {"group": row.group, "language": row.language, "response": row.reference}
    about["submitted_on"] = row.submitted_on.isoformat()
    if column in about:
        return about[column] or ""
    code, _, part = column.partition(".")
    raw = row.raw.get(code)
    if isinstance(raw, dict):
        raw = raw.get("ranks", raw).get(part or "choice")
    return raw if isinstance(raw, str) else ""


def _find_choices(
    problem: Problem, question: Question | None, words: Mapping[str, CellWords], language: str
) -> tuple[str, ...]:
    """Return the labels that a cell may hold where it holds something else; those no longer offered are left out."""
    if problem.code not in _LACKS_A_CHOICE:
        return ()
    column = _column_of(problem)
    # several choices have a column each, and the same words in all of them
    known = words.get(column) or next((words[name] for name in words if name.startswith(f"{column}.")), None)
    retired = {choice.code for choice in question.choices if choice.retired} if question else set()
    labels = known.labels[language] if known else {}
    return tuple(label for code, label in labels.items() if code not in retired)


_LACKS_A_CHOICE = frozenset(
    {"answer.unknown_choice", "answer.not_offered", "answer.retired_choice", "answer.malformed", "group.unknown"}
)
# The column that a refusal of the row itself is about.
_COLUMN_OF = {
    "group.unknown": "group",
    "language.unknown": "language",
    "import.same_reference": "response",
    "import.elsewhere": "response",
}


def _sample(rows: tuple[CheckedRow, ...], words: Mapping[str, CellWords], language: str) -> tuple[SampleRow, ...]:
    """Return the columns in which at least one of the rows says something, with labels; a box unticked says nothing."""
    by_row = [to_row(each.survey, each.values) for each in rows]
    columns = dict.fromkeys(name for cells in by_row for name, cell in cells.items() if cell not in ("", "0"))
    return tuple(
        SampleRow(name, tuple(_show(cells.get(name, ""), words.get(name), language) for cells in by_row))
        for name in columns
    )


def _show(cell: str, words: CellWords | None, language: str) -> str:
    return _shorten(words.write(cell, language) if words else cell)


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL].rstrip() + "…"
