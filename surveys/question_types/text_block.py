"""A text between questions: it asks nothing."""

from collections.abc import Iterator, Mapping

from surveys.definition import Question
from surveys.problems import Problem
from surveys.question_type import Fields, Heading, QuestionType, RefusalError, Said, Value

_WORDS_A_SECOND = (4, 2)  # a quick and a slow reader


class TextBlock(QuestionType):
    """Words to read, the question's text and help: no parts, no columns, no answer, and never unanswered."""

    code = "text_block"
    takes_answer = False
    heading = Heading.OWN

    def seconds(self, question: Question) -> tuple[int, int]:
        """Return the seconds that reading it takes, in the longer of the two languages."""
        words = max(len(f"{question.text.get(each)} {question.help.get(each)}".split()) for each in ("en", "fr"))
        return words // _WORDS_A_SECOND[0], words // _WORDS_A_SECOND[1]

    def check_question(self, question: Question) -> Iterator[Problem]:
        """Refuse to require what nobody can answer."""
        if question.required:
            yield Problem("question.takes_no_answer", "required")

    def parts(self, question: Question) -> tuple[str, ...]:
        """Return none."""
        return ()

    def _check(self, question: Question, raw: object, final: bool) -> Value | None:
        raise RefusalError("answer.malformed")

    def build_fields(self, question: Question, language: str, words: Mapping[str, str]) -> Fields:
        """Return none."""
        return {}

    def to_parts(self, question: Question, value: Value) -> dict[str, str]:
        """Return none."""
        return {}

    def from_parts(self, question: Question, parts: Mapping[str, object]) -> object:
        """Return no answer."""
        return None

    def _show(self, question: Question, value: Value, language: str, words: Mapping[str, str]) -> list[Said]:
        return []


QUESTION_TYPE = TextBlock()
