"""Answers → export columns and back: the one rule for every format.

| question | columns | cells |
|---|---|---|
| text, number, date | ``code`` | the text; the number with a point; the day as 2026-11-22 |
| single choice | ``code``, ``code.other`` | the code chosen, or a special value; the text of "other" |
| several choices | ``code.choice``…, ``code.other``, ``code.special``… | 1 or 0; the text of "other" |
| scale, yes or no | ``code`` | the number, ``yes`` or ``no``, or a special value |
| ranking | ``code.choice``… | the rank, '' for what was not ranked |
| points | ``code.choice``… | the points |
| matrix | ``code.row``… | the code chosen, or a special value |
| best-worst | ``code.set1_best``, ``code.set1_worst``… | the code chosen |
| pairs | ``code.choice-choice``… | the code chosen, ``no_preference``, or a special value |
| consent | ``code`` | 1 or 0 |

Texts, numbers, dates, rankings and points have a further column for each special value that they offer
(``code.dont_know``), 1 or 0. A text between questions has no column.

A question left blank has blank cells. The columns of several versions of a survey are their union, in order
of first appearance, so that a column never moves or changes its meaning when a survey is revised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from surveys.definition import Question, Survey
from surveys.question_type import Value
from surveys.question_types import get_type

# What exports put beside the answers; no question may take these names.
RESPONSE_COLUMNS: Final = ("response", "submitted_on", "language", "group", "channel", "survey_version")
RESPONDENT: Final = "respondent"  # in identified consultations only
# No question has these codes: what exports name beside the answers, and what forms carry beside them.
RESERVED_CODES: Final = frozenset({*RESPONSE_COLUMNS, RESPONDENT, "csrf_token", "do", "draft", "revision", "shown"})


@dataclass(frozen=True)
class Column:
    """One column of answers; `name` is ``question`` or ``question.part``."""

    name: str
    question: str
    part: str
    type: str


def columns_of(surveys: Sequence[Survey]) -> tuple[Column, ...]:
    """Return the columns of all these versions: their union, in order of first appearance."""
    found: dict[str, Column] = {}
    for survey in surveys:
        for question in survey.questions:
            for column in question_columns(question):
                found.setdefault(column.name, column)
    return tuple(found.values())


def question_columns(question: Question) -> tuple[Column, ...]:
    """Return the columns of one question."""
    parts = get_type(question).parts(question)
    return tuple(Column(column_name(question.code, part), question.code, part, question.type) for part in parts)


def column_name(question_code: str, part: str) -> str:
    """Return the name of a part: of its column, and of its input in a form."""
    return f"{question_code}.{part}" if part else question_code


def to_row(survey: Survey, values: Mapping[str, Value]) -> dict[str, str]:
    """Return a cell for every column of the survey; raises KeyError for an answer to no question of it."""
    row = {column.name: "" for column in columns_of([survey])}
    questions = {question.code: question for question in survey.questions}
    for code, value in values.items():
        for part, cell in get_type(questions[code]).to_parts(questions[code], value).items():
            row[column_name(code, part)] = cell
    return row


def from_row(survey: Survey, row: Mapping[str, object]) -> dict[str, object]:
    """Return the raw answers in a row of cells, or of form data, to give to `check_answers`.

    Columns that belong to no question are left to the caller. A cell that holds something in a column that a
    question does not have (``region.north``) makes its answer malformed: it is refused, not dropped.
    """
    cells: dict[str, dict[str, object]] = {}
    for name, cell in row.items():
        code, _, part = name.partition(".")
        cells.setdefault(code, {})[part] = cell
    return {
        question.code: read_cells(question, cells[question.code])
        for question in survey.questions
        if question.code in cells
    }


def read_cells(question: Question, cells: Mapping[str, object]) -> object:
    """Return the raw answer that the cells of one question amount to, by part, to give to `check_answer`."""
    kind = get_type(question)
    known = kind.parts(question)
    if any(cell not in (None, "") for part, cell in cells.items() if part not in known):
        return {"malformed": True}
    return kind.from_parts(question, {part: cells[part] for part in known if part in cells})
