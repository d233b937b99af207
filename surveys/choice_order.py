"""The order in which one person sees the choices of a question: theirs for as long as they answer.

The order comes from a seed that is kept with the draft and then with the response. Each choice has its place by the
digest of (seed, question, choice), so that a choice that is retired or hidden moves no other.
"""

from hashlib import sha256
from typing import Final

from surveys.definition import Choice, Question, Survey
from surveys.question_types import get_type

SEEDS: Final = 65_536  # 16 bits: enough for orders to differ, too few to tell people apart by


def has_random_order(survey: Survey) -> bool:
    """Tell whether anything in a survey is shown in an order of each person's own."""
    return any(question.random_order for question in survey.questions)


def in_order(question: Question, seed: int | None) -> Question:
    """Return the question with its choices in the order of a seed; of a matrix, its rows.

    Exclusive choices stay last, in the order of the survey. Without a seed the order is the survey's.
    """
    if seed is None or not question.random_order:
        return question
    listed = question.rows or question.choices
    return get_type(question).arranged(question, _shuffle(listed, seed, question.code))


def _shuffle(choices: tuple[Choice, ...], seed: int, question: str) -> list[str]:
    def place(choice: Choice) -> tuple[bool, bytes]:
        digest = sha256(f"{seed} {question} {choice.code}".encode()).digest()
        return choice.exclusive, b"" if choice.exclusive else digest

    return [choice.code for choice in sorted(choices, key=place)]
