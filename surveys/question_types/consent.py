"""Agreement to one purpose: an unticked box, and which text was agreed to."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from wtforms import BooleanField

from surveys.definition import Question
from surveys.question_type import (
    FALSE_WORDS,
    NO,
    YES,
    Fields,
    Heading,
    QuestionType,
    RefusalError,
    Said,
    Value,
    is_ticked,
    label_of,
    only_keys,
    tick_labels,
)


def text_version(question: Question) -> str:
    """Return a digest of what a person reads before agreeing: the text and the help, in both languages."""
    shown = [question.text.en, question.text.fr, question.help.en, question.help.fr]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


class Consent(QuestionType):
    """``{"given": true or false, "text_version": digest}``; never given by default, never by silence."""

    code = "consent"
    pace = (5, 15)
    heading = Heading.OWN

    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        given = only_keys(raw, "given", "text_version") if isinstance(raw, dict) else {"given": raw}
        version = text_version(question)
        if given.get("text_version", version) != version:
            raise RefusalError("answer.other_consent_text")
        ticked = is_ticked(given.get("given"))
        if ticked is None or "given" not in given:
            raise RefusalError("answer.malformed")
        if not ticked and question.required and final:
            raise RefusalError("answer.required")
        return {"given": ticked, "text_version": version}

    def build_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return an unticked checkbox."""
        return {"": BooleanField(label_of(question.text, language), default=False, false_values=FALSE_WORDS)}

    def to_parts(self, question: Question, value: Value) -> dict[str, str]:
        """Return 1 or 0."""
        return {"": "1" if value["given"] else "0"}

    def from_parts(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return the tick; an empty cell is no answer."""
        return parts.get("")

    def cell_labels(self, question: Question, part: str, language: str, words: Mapping[str, str]) -> dict[str, str]:
        """Return yes and no."""
        return tick_labels(words)

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        return [Said(words[YES if value["given"] else NO])]

    def _count(self, question: Question, values: Sequence[Value]) -> dict[str, int]:
        given = sum(value["given"] for value in values)
        return {"1": given, "0": len(values) - given}


QUESTION_TYPE = Consent()
