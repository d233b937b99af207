"""Correction: a participant changes answers with the receipt, until the consultation closes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation, group_ids
from consult.record.contribution import Contribution, NewContribution, add_contributions, add_revision
from consult.record.database import conflict_insert, dialect_of
from consult.record.errors import RecordError
from consult.record.keys import Keyring
from consult.record.response import Response, ResponseAnswer, get_response
from consult.record.submission import open_texts
from consult.record.survey import SurveyVersion, read_definition
from consult.record.withdrawal import empty_quotes, erase_texts
from surveys.answers import check_answer
from surveys.definition import Question, Survey
from surveys.problems import Problem
from surveys.question_type import Value


def correct_answers(session: Session, keyring: Keyring, receipt: str, raw: Mapping[str, Any], today: date) -> list[str]:
    """Replace the answers to these questions, all or none; return the codes of those that changed.

    Corrected texts get a revision: runs keep the one that they read. A text that was cleared is erased. Quotes of
    earlier texts are emptied, and every quote when the consent to be quoted is taken back. Another group counts
    from now on. Raises `receipt.unknown`, `response.withdrawn`, `consultation.not_accepting`, and
    `response.refused` with the place of each problem.
    """
    response = get_response(session, keyring, receipt, lock=True)
    consultation = session.get_one(Consultation, response.consultation_id)
    if not consultation.is_accepting(today):
        raise RecordError("consultation.not_accepting", state=str(consultation.state))
    survey = read_definition(session.get_one(SurveyVersion, response.version_id)).survey
    values = _check(survey, raw)
    before = _stored(session, response, values)
    changed = [code for code, value in values.items() if value != before.get(code)]
    for code in changed:
        _replace_answer(session, response.id, code, values[code])
        _replace_text(session, response, survey, code, values[code])
    _follow_group(session, consultation, response, {code: values[code] for code in changed})
    if consultation.quote_question in changed and not (values[consultation.quote_question] or {}).get("given"):
        empty_quotes(session, Contribution.response_id == response.id)
    session.flush()
    return changed


def _check(survey: Survey, raw: Mapping[str, Any]) -> dict[str, Value | None]:
    values: dict[str, Value | None] = {}
    problems: list[Problem] = []
    for code, given in raw.items():
        question: Question | None = survey.find_question(code)
        if question is None:
            raise RecordError("question.unknown")
        checked = check_answer(question, given)
        problems += checked.problems
        values[code] = checked.value
    if problems:
        raise RecordError.of("response.refused", problems)
    return values


def _stored(session: Session, response: Response, values: Mapping[str, object]) -> dict[str, Any]:
    query = sa.select(ResponseAnswer.question_code, ResponseAnswer.value).where(
        ResponseAnswer.response_id == response.id, ResponseAnswer.question_code.in_(list(values))
    )
    return dict(session.execute(query).all())


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
