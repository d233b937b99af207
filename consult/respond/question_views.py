"""Questions as a page shows them: fields with what was typed, sentences for what is wrong, revisions."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from wtforms import Field

from consult.answer_messages import answer_sentence
from consult.languages import Formats, interface_words
from consult.question_words import question_words
from consult.respond.answer_limits import limits_sentence
from surveys.columns import column_name
from surveys.definition import Choice, Question
from surveys.forms import PostedData, build_form, typed_cells
from surveys.problems import Problem
from surveys.question_type import Heading, QuestionType
from surveys.question_types import get_type
from surveys.question_types.ranking import display_order

Cells = Mapping[str, str]
__all__ = ["Cells", "QuestionView", "read_posted", "view_questions"]


@dataclass(frozen=True)
class RankingRow:
    """One thing to rank, with the rank that was typed."""

    code: str
    name: str
    label: str
    rank: str
    options: tuple[str, ...]

    @property
    def id(self) -> str:
        """The id of its input."""
        return self.name


@dataclass(frozen=True)
class QuestionView:
    """One question on a page, as this person sees it; `errors` are (id of the input, sentence)."""

    question: Question
    language: str
    fields: Mapping[str, Field]
    cells: Cells
    revision: int | str
    errors: Sequence[tuple[str, str]] = field(default=())

    @property
    def code(self) -> str:
        """The question's code."""
        return self.question.code

    @property
    def text(self) -> str:
        """The question in the language of the page, or in the other one where it lacks it."""
        return self.question.text.shown(self.language)[1]

    @property
    def help(self) -> str:
        """What helps to answer."""
        return self.question.help.shown(self.language)[1]

    @property
    def why(self) -> str:
        """Why this is asked."""
        return self.question.why.shown(self.language)[1]

    @property
    def has_error(self) -> bool:
        """Whether something is wrong with it."""
        return bool(self.errors)

    @property
    def described_by(self) -> str:
        """The ids of the help, the limits, the unit and the error, for aria-describedby."""
        stands = {"help": self.help, "limits": self.limits, "unit": self.unit, "error": self.errors}
        return " ".join(f"{self.code}-{name}" for name, said in stands.items() if said)

    @property
    def kind(self) -> QuestionType:
        """The question's type."""
        return get_type(self.question)

    @property
    def heading(self) -> Heading:
        """Where its words stand."""
        return self.kind.heading

    @property
    def limits(self) -> str:
        """What is said beforehand about how much, how many or when; the author's help says it in their place."""
        return limits_sentence(self.question, self.language, interface_words(self.language))

    @property
    def unit(self) -> str:
        """What a number is counted in."""
        return self.question.label("unit").shown(self.language)[1]

    def number(self, value: int) -> str:
        """Return a number as the language of the page writes it."""
        return Formats(self.language).number(value)

    @property
    def inputs(self) -> dict[str, Field]:
        """The fields by part, without the ticks of special values."""
        return {part: each for part, each in self.fields.items() if part not in self.question.offers}

    @property
    def special_ticks(self) -> list[Field]:
        """The checkboxes of the special values, where they have their own."""
        return [self.fields[code] for code in self.question.offers if code in self.fields]

    @property
    def maximum(self) -> int | None:
        """How many characters a text may have."""
        kind: Any = self.kind
        return kind.maximum(self.question) if hasattr(kind, "maximum") else None

    @property
    def exclusive(self) -> frozenset[str]:
        """The choices that stand alone."""
        alone = {choice.code for choice in self.question.choices if choice.exclusive}
        return frozenset(alone | set(self.question.offers))

    @cached_property
    def rows(self) -> list[RankingRow]:
        """What is to be ranked: the ranked ones in their order, then the others."""
        choices: dict[str, Choice] = {choice.code: choice for choice in self.question.offered_choices}
        options = ("", *(str(rank) for rank in range(1, len(choices) + 1)))
        return [
            RankingRow(
                code,
                column_name(self.code, code),
                choices[code].label.shown(self.language)[1],
                self.cells.get(code, ""),
                options,
            )
            for code in display_order(self.question, self.cells)
        ]


def read_posted(questions: Iterable[Question], posted: PostedData) -> dict[str, dict[str, str]]:
    """Return what was typed, by question code and part."""
    return {question.code: typed_cells(question, posted) for question in questions}


def view_questions(
    questions: Sequence[Question],
    language: str,
    typed: Mapping[str, Cells],
    revisions: Mapping[str, int] | Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
    orders: Mapping[str, Sequence[str]] | None = None,
    left_out: Mapping[str, Container[str]] | None = None,
) -> list[QuestionView]:
    """Return the views of some questions.

    `revisions` are those that the next save will carry. `orders` are the codes of choices (of rows, in a matrix) in
    one person's own order, `left_out` the choices that this person is not shown, both by question code.
    """
    words = interface_words(language)
    shown = [
        get_type(each).arranged(each, (orders or {}).get(each.code, ()), (left_out or {}).get(each.code, ()))
        for each in questions
    ]
    form = build_form(shown, language, _words(language), typed=typed)
    views = []
    for question in shown:
        parts = get_type(question).parts(question)
        names = {part: column_name(question.code, part) for part in parts}
        fields = {part: form[name] for part, name in names.items() if name in form}
        mine = [each for each in problems if each.place.partition(".")[0] == question.code]
        errors = [(_target(question, fields, each), answer_sentence(each, question, language, words)) for each in mine]
        cells = typed.get(question.code, {})
        views.append(QuestionView(question, language, fields, cells, (revisions or {}).get(question.code, 1), errors))
    return views


def _target(question: Question, fields: Mapping[str, Field], problem: Problem) -> str:
    """Return the id of the input to go to."""
    part = problem.place.partition(".")[2]
    name = part if part in fields else next(iter(fields), "")
    if name not in fields:
        return f"q-{question.code}"
    chosen = fields[name]
    return f"{chosen.id}-0" if chosen.type == "RadioField" else str(chosen.id)


@lru_cache(maxsize=4)
def _words(language: str) -> dict[str, str]:
    return question_words(interface_words(language))
