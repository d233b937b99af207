"""The responses to a survey as a table that streams: its columns, their words, and a row for each response."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from consult.exports.response_columns import file_columns, file_words
from consult.record.consultation import Consultation, Group, list_groups
from consult.record.response_rows import ResponseRow, stream_responses
from consult.record.survey import Survey, list_versions, read_definition
from surveys.columns import RESPONDENT, RESPONSE_COLUMNS, column_name, question_columns
from surveys.definition import Question
from surveys.definition import Survey as Definition
from surveys.labels import CellWords
from surveys.question_types import get_type

_REMEMBERED = 1024
_SHORT = 200  # characters; longer values are people's own words, which do not come back
_PROBE = "mot"

Cell = TypeVar("Cell")
Write = Callable[[str, str], Cell]  # what becomes of a cell: (column, cell) → what the format holds


@dataclass(frozen=True)
class ResponseTable:
    """A survey's responses, for one transaction that is read-only and sees one snapshot (`see_one_snapshot`).

    `versions` are the definitions by number, `words` those of every column whose cells have labels.
    """

    session: Session
    consultation: Consultation
    survey: Survey
    groups: tuple[Group, ...]
    versions: Mapping[int, Definition]
    columns: tuple[str, ...]
    words: Mapping[str, CellWords]

    @classmethod
    def open(cls, session: Session, consultation: Consultation, survey: Survey) -> "ResponseTable":
        """Read what the table is about; the rows stay in the database until they are asked for."""
        versions = {each.number: read_definition(each).survey for each in list_versions(session, survey)}
        groups = tuple(list_groups(session, consultation))
        definitions = tuple(versions.values())
        columns = file_columns(consultation, definitions)
        return cls(session, consultation, survey, groups, versions, columns, file_words(groups, definitions))

    def rows(self, write: Write[Cell]) -> Iterator[list[Cell]]:
        """Yield a row for each response, in the order of `columns`, each cell as `write` makes it."""
        make_row = RowMaker(self.columns, self.versions, write)
        for row in self.responses():
            yield make_row(row)

    def responses(self) -> Iterator[ResponseRow]:
        """Yield the responses as they are stored."""
        return stream_responses(self.session, self.survey)

    @cached_property
    def asked(self) -> dict[str, tuple[Question, str]]:
        """The question, in the words of the newest version, and the part of each column of answers."""
        return {
            column.name: (question, column.part)
            for survey in self.versions.values()
            for question in survey.questions
            for column in question_columns(question)
        }

    @cached_property
    def closed(self) -> frozenset[str]:
        """The columns in which nobody writes words of their own: codes, numbers, dates."""
        about = {*RESPONSE_COLUMNS} - {"response"}
        return frozenset(about | {name for name, (each, part) in self.asked.items() if not _takes_words(each, part)})


class RowMaker(Generic[Cell]):
    """Responses to cells: each question of each version knows its places in the row."""

    def __init__(
        self, columns: tuple[str, ...], versions: Mapping[int, Definition], write: Callable[[str, str], Cell]
    ) -> None:
        places = {name: at for at, name in enumerate(columns)}
        self._width = len(columns)
        self._names_respondent = columns[len(RESPONSE_COLUMNS) : len(RESPONSE_COLUMNS) + 1] == (RESPONDENT,)
        self._write = write
        self._blank = write("response", "")
        self._placers = {
            number: {question.code: _placer(question, places, write) for question in survey.questions}
            for number, survey in versions.items()
        }

    def __call__(self, row: ResponseRow) -> list[Cell]:
        """Return the cells of a response."""
        write = self._write
        cells = [
            write("response", row.key),
            write("submitted_on", row.submitted_on.isoformat()),
            write("language", row.language),
            write("group", row.group or ""),
            write("channel", row.channel.value),
            write("survey_version", str(row.version)),
        ]
        if self._names_respondent:
            cells.append(write(RESPONDENT, row.respondent or ""))
        cells += [self._blank] * (self._width - len(cells))
        placers = self._placers[row.version]
        for code, value in json.loads(row.answers).items():
            for at, cell in placers[code](value):
                cells[at] = cell
        return cells


def _placer(
    question: Question, places: Mapping[str, int], write: Callable[[str, str], Cell]
) -> Callable[[str], tuple[tuple[int, Cell], ...]]:
    """Return what turns a stored value's JSON into cells with their places, and remembers the usual ones."""
    kind = get_type(question)

    def place(text: str) -> tuple[tuple[int, Cell], ...]:
        parts = kind.to_parts(question, json.loads(text))
        named = ((column_name(question.code, part), cell) for part, cell in parts.items())
        return tuple((places[name], write(name, cell)) for name, cell in named)

    remembered = lru_cache(_REMEMBERED)(place)
    return lambda text: remembered(text) if len(text) <= _SHORT else place(text)


def _takes_words(question: Question, part: str) -> bool:
    """Return whether any word would do in this part; a word in place of a number or a choice is refused."""
    kind = get_type(question)
    checked = kind.check(question, kind.from_parts(question, {part: _PROBE}), final=False)
    return not checked.problems and checked.value is not None
