"""What a file would bring, as the page shows it before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from consult.exports.response_reader import ReadFile
from consult.languages import interface_words
from consult.manage.import_sentences import row_sentence
from consult.record.response_import import CheckedRow, ImportPlan, Refusal
from surveys.columns import to_row
from surveys.definition import Question, Survey
from surveys.labels import CellWords
from surveys.localised import Localised

SHOWN_REFUSALS = 50
_SAMPLE = 3
_LONGEST_CELL = 160


@dataclass(frozen=True)
class RefusedLine:
    """Why a line cannot be imported: the column or question, what is asked there, and the sentence."""

    line: int
    where: str
    asked: Localised | None
    reason: str


@dataclass(frozen=True)
class SampleRow:
    """A column of the file and what it holds in the first new rows."""

    column: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """Numbers of rows, the first refusals in the order of the file, the columns of no use, the first new rows."""

    rows: int
    fresh: int
    repeated: int
    refused_rows: int
    refusals: tuple[RefusedLine, ...]
    hidden_refusals: int
    unused: tuple[str, ...]
    sample: tuple[SampleRow, ...]


def make_preview(
    read: ReadFile, plan: ImportPlan, survey: Survey, words: Mapping[str, CellWords], language: str
) -> Preview:
    """Return what the page shows of a file that was read and of what importing it would do."""
    refused = sorted((*read.refused, *plan.refused), key=lambda refusal: int(refusal.place))
    return Preview(
        rows=plan.rows + len({refusal.place for refusal in read.refused}),
        fresh=len(plan.fresh),
        repeated=plan.repeated,
        refused_rows=len({refusal.place for refusal in refused}),
        refusals=tuple(_explain(refusal, survey, language) for refusal in refused[:SHOWN_REFUSALS]),
        hidden_refusals=max(0, len(refused) - SHOWN_REFUSALS),
        unused=read.unused,
        sample=_sample(plan.fresh[:_SAMPLE], words, language),
    )


def _explain(refusal: Refusal, survey: Survey, language: str) -> RefusedLine:
    problem = refusal.problem
    question: Question | None = survey.find_question(problem.place.partition(".")[0])
    return RefusedLine(
        line=int(refusal.place),
        where=problem.place or _COLUMN_OF.get(problem.code, ""),
        asked=question.text if question else None,
        reason=row_sentence(problem, question, language, interface_words(language)),
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
    text = words.write(cell, language) if words else cell
    return text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL].rstrip() + "…"
