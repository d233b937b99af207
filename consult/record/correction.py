"""Correction: a participant changes answers with the receipt, until the consultation closes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation, group_ids
from consult.record.contribution import Contribution, NewContribution, add_contributions, add_revision
from consult.record.database import conflict_insert, dialect_of
from consult.record.errors import RecordError
from consult.record.keys import Keyring
from consult.record.response import Response, ResponseAnswer, get_answers, get_response
from consult.record.submission import left_blank_on_paper, open_texts
from consult.record.survey import SurveyVersion, read_definition
from consult.record.withdrawal import empty_quotes, erase_texts
from surveys.answers import check_answer, check_together
from surveys.conditions import questions_in
from surveys.definition import Question, Survey
from surveys.problems import Problem
from surveys.question_type import Value
from surveys.routing import Hidden, Route, follow, last_question, without_choices


def correct_answers(
    session: Session,
    keyring: Keyring,
    receipt: str,
    raw: Mapping[str, Any],
    today: date,
    *,
    is_typed_in: bool = False,
) -> list[str]:
    """Replace the answers to these questions, all or none; return the codes of those that changed.

    Corrected texts get a revision: runs keep the one that they read. A text that was cleared is erased. Quotes of
    earlier texts are emptied, and every quote when the consent to be quoted is taken back. Another group counts
    from now on. An answer that what is now said hides is erased with its text: a response holds only what is shown
    to its author; an answer given here to what is hidden is not taken. What is newly asked may stay blank.
    `is_typed_in`: somebody corrects what they typed in from paper, after the closing too, where blanks are blanks.
    Raises `receipt.unknown`, `response.withdrawn`, `consultation.not_accepting`, and
    `response.refused` with the place of each problem.
    """
    response = get_response(session, keyring, receipt, lock=True)
    consultation = session.get_one(Consultation, response.consultation_id)
    if not (is_typed_in or consultation.is_accepting(today)):
        raise RecordError("consultation.not_accepting", state=str(consultation.state))
    survey = read_definition(session.get_one(SurveyVersion, response.version_id)).survey
    survey = left_blank_on_paper(survey) if is_typed_in else survey
    before = get_answers(session, response)
    after = _check(survey, raw, before)
    codes = [each.code for each in survey.questions if each.code in raw or each.code in before]
    changed = {code: after.get(code) for code in codes if after.get(code) != before.get(code)}
    for code, value in changed.items():
        _replace_answer(session, response.id, code, value)
        _replace_text(session, response, survey, code, value)
    _follow_group(session, consultation, response, changed)
    if consultation.quote_question in changed and not (changed[consultation.quote_question] or {}).get("given"):
        empty_quotes(session, Contribution.response_id == response.id)
    session.flush()
    return list(changed)


def _check(survey: Survey, raw: Mapping[str, Any], before: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return all the answers of the response as corrected; raises `question.unknown`, `response.refused`."""
    if any(survey.find_question(code) is None for code in raw):
        raise RecordError("question.unknown")
    route, problems = correct_route(survey, raw, before)
    if not problems:
        problems = [_here(survey, each, raw) for each in check_together(route) if _is_about(survey, each, raw)]
    if problems:
        raise RecordError.of("response.refused", problems)
    return route.values


def correct_route(survey: Survey, raw: Mapping[str, Any], before: Mapping[str, Value]) -> tuple[Route, list[Problem]]:
    """Return what is shown once these answers replace those before, with the problems of these."""
    problems: list[Problem] = []

    def answer(question: Question, hidden: Hidden) -> Value | None:
        given = raw[question.code] if question.code in raw else before.get(question.code)
        given = without_choices(question, given, hidden)
        if question.code not in raw:
            return given if isinstance(given, dict) else None
        checked = check_answer(question, given)
        problems.extend(checked.problems)
        return checked.value

    return follow(survey, answer), problems


def _named(survey: Survey, problem: Problem) -> frozenset[str]:
    check = next(each for each in survey.checks if each.code == problem.values["check"])
    return questions_in(check.condition)


def _is_about(survey: Survey, problem: Problem, raw: Mapping[str, Any]) -> bool:
    return bool(_named(survey, problem) & raw.keys())


def _here(survey: Survey, problem: Problem, raw: Mapping[str, Any]) -> Problem:
    """Return the problem of a check at the last question that is being corrected: the person has it before them."""
    return replace(problem, place=last_question(survey, _named(survey, problem) & raw.keys()))


def _replace_answer(session: Session, response_id: str, code: str, value: Value | None) -> None:
    if value is None:
        mine = (ResponseAnswer.response_id == response_id, ResponseAnswer.question_code == code)
        session.execute(sa.delete(ResponseAnswer).where(*mine).execution_options(synchronize_session="fetch"))
        return
    insert = conflict_insert(dialect_of(session), ResponseAnswer).values(
        response_id=response_id, question_code=code, value=value
    )
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["response_id", "question_code"], set_={"value": insert.excluded.value}
        ).execution_options(populate_existing=True)
    )


def _replace_text(session: Session, response: Response, survey: Survey, code: str, value: Value | None) -> None:
    """Bring the contribution of an open question to what its answer says now."""
    mine = sa.and_(
        Contribution.response_id == response.id,
        Contribution.question_code == code,
        Contribution.is_withdrawn.is_(False),
    )
    contribution = session.scalars(sa.select(Contribution).where(mine).with_for_update()).one_or_none()
    text = open_texts(survey, {code: value}).get(code) if value else None
    if contribution is None and text:
        new = NewContribution(text, response.language, code, response.channel, response.group_id, response.id)
        add_contributions(session, response.consultation_id, [new])
    elif contribution is not None and text:
        add_revision(session, contribution, text)
        empty_quotes(session, Contribution.id == contribution.id)
    elif contribution is not None:
        erase_texts(session, Contribution.id == contribution.id)


def _follow_group(
    session: Session, consultation: Consultation, response: Response, changed: Mapping[str, Value | None]
) -> None:
    """Count the response in the group that its author now says; the one they had where they say none."""
    answer = changed.get(consultation.group_question or "")
    group = group_ids(session, consultation).get(answer.get("choice", "")) if answer else None
    if group is None or group == response.group_id:
        return
    response.group_id = group
    session.execute(
        sa.update(Contribution)
        .where(Contribution.response_id == response.id)
        .values(group_id=group)
        .execution_options(synchronize_session="fetch")
    )
