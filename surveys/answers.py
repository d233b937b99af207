"""What is a valid answer, decided here alone: for the web, paper, telephone and imports alike."""

import re
from collections.abc import Mapping

from surveys.columns import read_cells
from surveys.condition_values import StoredAnswers, is_broken
from surveys.conditions import questions_in
from surveys.definition import Check, Question, Survey
from surveys.problems import Problem
from surveys.question_type import Checked, Value
from surveys.question_types import QUESTION_TYPES
from surveys.routing import Hidden, Route, follow, last_question, without_choices

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


def check_answer(question: Question, raw: object, *, final: bool = True) -> Checked:
    """Return the value to store (None: blank), or the problems that refuse it; never raises, whatever it is.

    The input is a stored value, what its type accepts besides, or ``{"cells": {part: text}, "language": …}``: what
    was typed into the inputs of a form, in pages of a language, which is what drafts keep, valid or not.
    A draft (`final` false) may be incomplete: too few choices, a required answer missing.
    Codes: answer.required, answer.malformed, answer.too_long, answer.unknown_choice, answer.retired_choice,
    answer.not_offered, answer.exclusive, answer.too_few, answer.too_many,
    answer.other_not_chosen, answer.out_of_range, answer.not_a_rank, answer.same_rank, answer.ranked_twice,
    answer.other_consent_text, answer.special_and_answer, answer.not_a_number, answer.too_many_decimals,
    answer.too_small, answer.too_large, answer.not_a_date, answer.too_early, answer.too_late, answer.row_missing,
    answer.not_points, answer.wrong_total, answer.best_is_worst, answer.set_missing, answer.pair_missing,
    question.unknown_type.
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
    Only what is shown counts: an answer to a question, or a choice, that the answers before it hide is no answer,
    neither stored nor refused (see routing.py). Final answers are checked together too: answer.check (`en` and `fr`:
    what the survey says of it), at the last question that a failed check names.
    An answer to a question that the survey does not ask is answer.unknown_question.
    """
    if not isinstance(raw, Mapping):
        return {}, (Problem("answer.malformed"),)
    route, problems = follow_answers(survey, raw, final)
    if final:
        problems += check_together(route)
    asked = {question.code for question in survey.questions}
    problems += [Problem("answer.unknown_question", _place(code)) for code in raw if code not in asked]
    return dict(route.values), tuple(problems)


def follow_answers(survey: Survey, raw: Mapping[str, object], final: bool = False) -> tuple[Route, list[Problem]]:
    """Return what is shown of a survey to who gave these answers, with the problems of those that are shown.

    An answer that is refused counts as blank for what depends on it.
    """
    problems: list[Problem] = []

    def check(question: Question, hidden: Hidden) -> Value | None:
        if not final and question.code not in raw:
            return None
        given = without_choices(question, raw.get(question.code), hidden)
        checked = check_answer(question, given, final=final)
        problems.extend(checked.problems)
        return checked.value

    return follow(survey, check), problems


def check_together(route: Route) -> list[Problem]:
    """Return the survey's checks over several answers that fail; one with a blank in it does not."""
    answers = StoredAnswers(route.questions, route.values)
    return [
        Problem("answer.check", last_question(route.survey, questions_in(check.condition)), _said(check))
        for check in route.survey.checks
        if is_broken(check.condition, answers)
    ]


def _said(check: Check) -> dict[str, str | int]:
    return {"check": check.code, "en": check.message.shown("en")[1], "fr": check.message.shown("fr")[1]}


def _place(code: object) -> str:
    """Return an unknown question code only if it looks like one: it may be anything that somebody sent."""
    return code if isinstance(code, str) and CODE.fullmatch(code) else ""
