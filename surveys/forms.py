"""The form of some questions: WTForms reads and draws, `answers` decides what is valid."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from wtforms.form import BaseForm

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
) -> BaseForm:
    """Return a form with one field for each part, named as its column.

    `words` are the labels of "other" and of every special value, in the language. `posted` fills the form, or
    else the `saved` values do.
    """
    asked = tuple(questions)
    fields = {
        column_name(question.code, part): field
        for question in asked
        for part, field in get_type(question).build_fields(question, language, words).items()
    }
    form = BaseForm(fields)
    form.process(posted if posted is not None else _cells(asked, saved or {}))
    return form


def read_form(questions: Iterable[Question], form: BaseForm) -> dict[str, object]:
    """Return the raw answers of a filled form, for `answers.check_answers`; None where nothing was given."""
    return from_row(_survey_of(questions), form.data)


def _cells(questions: tuple[Question, ...], saved: Mapping[str, Value]) -> _SavedAnswers:
    asked = {question.code for question in questions}
    values = {code: value for code, value in saved.items() if code in asked}
    return _SavedAnswers(to_row(_survey_of(questions), values))


def _survey_of(questions: Iterable[Question]) -> Survey:
    return Survey("form", NOTHING, sections=(Section("page", NOTHING, questions=tuple(questions)),))
