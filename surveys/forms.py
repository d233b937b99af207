"""The form of some questions: WTForms draws it; what comes back is read by `typed_cells` and checked by `answers`."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from wtforms.form import BaseForm

from surveys.cleaning import storable_text
from surveys.columns import column_name
from surveys.definition import Question
from surveys.question_types import get_type


class PostedData(Protocol):
    """What a browser posted, as every web framework gives it."""

    def __contains__(self, name: object) -> bool: ...

    def getlist(self, name: str) -> list[str]:
        """Return the values posted under a name."""


class _Typed(dict[str, str]):
    """Cells in the shape of posted data."""

    def getlist(self, name: str) -> list[str]:
        """Return the values posted under a name."""
        return [self[name]] if self.get(name) else []


def build_form(
    questions: Iterable[Question],
    language: str,
    words: Mapping[str, str],
    typed: Mapping[str, Mapping[str, str]] | None = None,
) -> BaseForm:
    """Return a form with one field for each part, named as its column.

    `words` are the labels of "other" and of every special value, in the language. `typed` fills the form: what
    stands in each input, by question code and part.
    """
    fields = {
        column_name(question.code, part): field
        for question in questions
        for part, field in get_type(question).build_fields(question, language, words).items()
    }
    form = BaseForm(fields)
    form.process(
        _Typed({column_name(code, part): cell for code, cells in (typed or {}).items() for part, cell in cells.items()})
    )
    return form


def typed_cells(question: Question, posted: PostedData) -> dict[str, str]:
    """Return what was typed into the inputs of a question, by part, as it is; "" where nothing came.

    A box that is not ticked sends nothing; where that must not be taken for silence, a hidden input of the same name
    before it says so: the last value counts.
    """
    kind = get_type(question)
    named = {part: column_name(question.code, part) for part in kind.parts(question)}
    cells = {part: storable_text(posted.getlist(name)[-1]) if name in posted else "" for part, name in named.items()}
    return kind.tidy(cells)
