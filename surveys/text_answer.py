"""What the two text types share: a text, cleaned, of limited length."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from wtforms import StringField

from surveys.cleaning import clean_text
from surveys.definition import Question
from surveys.problems import Problem
from surveys.question_type import Fields, Heading, RefusalError, Said, Value, label_of, only_keys
from surveys.special_ticks import SpecialTicksType


def check_text(raw: object, limit: int, part: str = "") -> str:
    """Return the cleaned text; raises RefusalError: answer.malformed, answer.too_long (length, limit)."""
    if not isinstance(raw, str):
        raise RefusalError("answer.malformed", part)
    text = clean_text(raw[: limit * 10])  # cleaning may shorten; an input without end is not read to its end
    if len(text) > limit or len(raw) > limit * 10:
        raise RefusalError("answer.too_long", part, length=len(raw), limit=limit)
    return text


class TextType(SpecialTicksType):
    """A text: ``{"text": …}``, at most `limit` characters, or fewer where a question sets its `maximum`."""

    settings: ClassVar[Mapping[str, type]] = {"maximum": int}
    heading = Heading.LABEL
    limit: ClassVar[int]
    field: ClassVar[type[StringField]]

    def maximum(self, question: Question) -> int:
        """Return how many characters an answer may have."""
        return min(question.number("maximum", self.limit), self.limit)

    def check_question(self, question: Question) -> Iterator[Problem]:
        """Refuse a maximum outside 1 to the limit of the type."""
        if not 1 <= question.number("maximum", self.limit) <= self.limit:
            yield Problem("setting.out_of_range", "settings.maximum", {"lowest": 1, "highest": self.limit})

    def _check_any(self, question: Question, raw: object, final: bool) -> Value | None:
        if isinstance(raw, str):  # the words of a person, even where they spell a special value
            return self._check(question, raw, final) if raw else None
        return super()._check_any(question, raw, final)

    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        text = raw if isinstance(raw, str) else only_keys(raw, "text").get("text")
        cleaned = self._shape(check_text(text, self.maximum(question)))
        return {"text": cleaned} if cleaned else None

    def _shape(self, text: str) -> str:
        return text

    def own_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return one text input."""
        return {"": self.field(label_of(question.text, language))}

    def own_cells(self, question: Question, value: Value) -> dict[str, str]:
        """Return the text."""
        return {"": value["text"]}

    def own_answer(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the text."""
        return parts.get("")

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        return [Said(value["text"], is_own_words=True)]

    def free_text(self, value: Value) -> str:
        """Return the text."""
        return str(value.get("text", ""))
