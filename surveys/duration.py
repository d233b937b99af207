"""How long a survey takes: an honest range, before anybody begins."""

from surveys.definition import Question, Survey
from surveys.question_types import QUESTION_TYPES

_USUAL = (10, 30)  # seconds for a question of a type that is not known


def estimate_minutes(survey: Survey) -> tuple[int, int]:
    """Return the minutes that a quick and a slow person take, at least 1 and 2; from 5 on in steps of 5."""
    quick, slow = (sum(_seconds(each)[at] for each in survey.questions) for at in (0, 1))
    low, high = max(1, round(quick / 60)), max(2, -(-slow // 60))
    return (low if low < 5 else 5 * (low // 5)), (high if high <= 5 else 5 * -(-high // 5))


def _seconds(question: Question) -> tuple[int, int]:
    kind = QUESTION_TYPES.get(question.type)
    return kind.seconds(question) if kind else _USUAL
