"""What the types share whose special values are ticks of their own: beside a text, a number, ranks or points.

A tick is a part named after its special value (``age.dont_know``), so that the other columns hold nothing else.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Final

from wtforms import BooleanField

from surveys.definition import Question
from surveys.question_type import (
    FALSE_WORDS,
    Fields,
    QuestionType,
    RefusalError,
    SpecialValue,
    Value,
    is_ticked,
    tick_labels,
)

_BOTH_GIVEN: Final = "special_and_answer"


class SpecialTicksType(QuestionType):
    """A type with inputs of its own and a tick for each special value that a question offers.

    A special value beside an answer, or two of them, is refused with answer.special_and_answer: nobody but the
    person knows which of them counts.
    """

    specials = frozenset(SpecialValue)

    @abstractmethod
    def own_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return the form field of each part that is no special value."""

    @abstractmethod
    def own_cells(self, question: Question, value: Value) -> dict[str, str]:
        """Return the cells of an answer that is no special value."""

    @abstractmethod
    def own_answer(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the raw answer in the cells of the parts that are no special value."""

    def own_parts(self, question: Question) -> tuple[str, ...]:
        """Return the parts that are no special value."""
        return ("",)

    def own_labels(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> dict[str, str]:
        """Return the labels of the cells of a part that is no special value."""
        return {}

    def parts(self, question: Question) -> tuple[str, ...]:
        """Return the parts of the answer, then a tick for each special value."""
        return (*self.own_parts(question), *question.offers)

    def build_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return the fields of the answer, then a checkbox for each special value."""
        ticks = {code: BooleanField(words[code], false_values=FALSE_WORDS) for code in question.offers}
        return self.own_fields(question, language, words) | ticks

    def to_parts(self, question: Question, value: Value) -> dict[str, str]:
        """Return the cells of the answer, and 1 or 0 for each special value."""
        said = value.get("special")
        own = {} if said else self.own_cells(question, value)
        return own | {code: "1" if code == said else "0" for code in question.offers}

    def from_parts(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the answer, or the special value that is ticked."""
        ticks = {code: is_ticked(parts.get(code)) for code in question.offers}
        if None in ticks.values():
            return {"malformed": True}
        own = {part: cell for part, cell in parts.items() if part not in ticks}
        said = [code for code, ticked in ticks.items() if ticked]
        if not said:
            return self.own_answer(question, own)
        if len(said) > 1 or any(str(cell).strip() for cell in own.values() if cell is not None):
            return {_BOTH_GIVEN: True}
        return {"special": said[0]}

    def cell_labels(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> dict[str, str]:
        """Return yes and no for the ticks."""
        return tick_labels(words) if part in question.offers else self.own_labels(question, part, language, words)

    def _check_any(self, question: Question, raw: object, final: bool) -> Value | None:
        if isinstance(raw, dict) and raw.keys() == {_BOTH_GIVEN}:
            raise RefusalError("answer.special_and_answer")
        return super()._check_any(question, raw, final)
