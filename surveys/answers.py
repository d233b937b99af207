"""What is a valid answer, decided here alone: for the web, paper, telephone and imports alike."""

import re
from collections.abc import Mapping

from surveys.columns import read_cells
from surveys.definition import Question, Survey
from surveys.problems import Problem
from surveys.question_type import Checked, Value
from surveys.question_types import QUESTION_TYPES

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


def check_answer(question: Question, raw: object, *, final: bool = True) -> Checked:
    """Return the value to store (None: blank), or the problems that refuse it; never raises, whatever it is.

    The input is a stored value, what its type accepts besides, or ``{"cells": {part: text}, "language": …}``: what
    was typed into the inputs of a form, in pages of a language, which is what drafts keep, valid or not.
    A draft (`final` false) may be incomplete: too few choices, a required answer missing.
    Codes: answer.required, answer.malformed, answer.too_long, answer.unknown_choice, answer.retired_choice,
    answer.not_offered, answer.exclusive, answer.too_few, answer.too_many,
    answer.other_not_chosen, answer.out_of_range, answer.not_a_rank, answer.same_rank, answer.ranked_twice,
    answer.other_consent_text, question.unknown_type.
    """
    kind = QUESTION_TYPES.get(question.type)
    if kind is None:
        return Checked(None, (Problem("question.unknown_type", question.code),))
    if isinstance(raw, Mapping) and "cells" in raw and raw.keys() <= {"cells", "language"}:
        raw = read_cells(question, raw["cells"]) if isinstance(raw["cells"], Mapping) else raw
    checked = kind.check(question, raw, final=final)
    if final and question.required and checked == Checked():
        return Checked(None, (Problem("answer.required", question.code),))
    return checked


def check_answers(
    survey: Survey, raw: Mapping[str, object], final: bool
) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    """Return the values to store by question code, blanks left out, and every problem, in the survey's order.

    The values that are valid are returned beside the problems of the others, so that a draft loses nothing.
    An answer to a question that the survey does not ask is answer.unknown_question.
    """
    if not isinstance(raw, Mapping):
        return {}, (Problem("answer.malformed"),)
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for question in survey.questions:
        if not final and question.code not in raw:
            continue
        checked = check_answer(question, raw.get(question.code), final=final)
        problems += checked.problems
        if checked.value is not None:
            values[question.code] = checked.value
    asked = {question.code for question in survey.questions}
    problems += [Problem("answer.unknown_question", _place(code)) for code in raw if code not in asked]
    return values, tuple(problems)


def _place(code: object) -> str:
    """Return an unknown question code only if it looks like one: it may be anything that somebody sent."""
    return code if isinstance(code, str) and CODE.fullmatch(code) else ""
