"""The form of some questions: WTForms reads and draws, `answers` decides what is valid."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from wtforms.form import BaseForm

from surveys.cleaning import storable_text
from surveys.columns import column_name, from_row, to_row
from surveys.definition import Question, Section, Survey
from surveys.localised import NOTHING
from surveys.question_type import Value
from surveys.question_types import get_type


class PostedData(Protocol):
    """What a browser posted, as every web framework gives it."""

    def __contains__(self, name: object) -> bool: ...

    def getlist(self, name: str) -> list[str]:
        """Return the values posted under a name."""


class _SavedAnswers(dict[str, str]):
    """Cells in the shape of posted data, so that saved and posted answers are read in one way."""

    def getlist(self, name: str) -> list[str]:
        """Return the values posted under a name."""
        return [self[name]] if self.get(name) else []


def build_form(
    questions: Iterable[Question],
    language: str,
    words: Mapping[str, str],
    *,
    posted: PostedData | None = None,
    saved: Mapping[str, Value] | None = None,
    typed: Mapping[str, Mapping[str, str]] | None = None,
) -> BaseForm:
    """Return a form with one field for each part, named as its column.

    `words` are the labels of "other" and of every special value, in the language. `posted` fills the form, or
    else the `saved` values do, or what was once `typed`, by question code and part.
    """
    asked = tuple(questions)
    fields = {
        column_name(question.code, part): field
        for question in asked
        for part, field in get_type(question).build_fields(question, language, words).items()
    }
    form = BaseForm(fields)
    form.process(
        posted if posted is not None else _SavedAnswers(_typed(typed)) if typed else _cells(asked, saved or {})
    )
    return form


def read_form(questions: Iterable[Question], form: BaseForm) -> dict[str, object]:
    """Return the raw answers of a filled form, for `answers.check_answers`; None where nothing was given."""
    return from_row(_survey_of(questions), form.data)


def typed_cells(question: Question, posted: PostedData) -> dict[str, str]:
    """Return what was typed into the inputs of a question, by part, as it is; "" where nothing came.

    A box that is not ticked sends nothing; where that must not be taken for silence, a hidden input of the same name
    before it says so: the last value counts.
    """
    named = {part: column_name(question.code, part) for part in get_type(question).parts(question)}
    return {part: storable_text(posted.getlist(name)[-1]) if name in posted else "" for part, name in named.items()}


def _typed(typed: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {column_name(code, part): cell for code, cells in typed.items() for part, cell in cells.items()}


def _cells(questions: tuple[Question, ...], saved: Mapping[str, Value]) -> _SavedAnswers:
    asked = {question.code for question in questions}
    values = {code: value for code, value in saved.items() if code in asked}
    return _SavedAnswers(to_row(_survey_of(questions), values))


def _survey_of(questions: Iterable[Question]) -> Survey:
    return Survey("form", NOTHING, sections=(Section("page", NOTHING, questions=tuple(questions)),))
