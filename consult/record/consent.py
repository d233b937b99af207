"""Taking back one agreement and not the others: the rest of the response stays, and still counts.

A right, not a correction: it lasts after the closing. The agreement without which nobody may take part is taken back
by withdrawing the whole response.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation
from consult.record.contribution import Contribution
from consult.record.errors import RecordError
from consult.record.keys import Keyring
from consult.record.response import ResponseAnswer, get_answers, get_response
from consult.record.survey import SurveyVersion, read_definition
from consult.record.theme import Run
from consult.record.withdrawal import empty_quotes
from surveys.definition import Question, Survey

_CONSENT = "consent"


@dataclass(frozen=True)
class Agreement:
    """A purpose that somebody was asked to agree to, in the words of the version that they answered."""

    question: Question
    is_given: bool
    is_about_quotes: bool

    @property
    def is_needed(self) -> bool:
        """Whether nobody may take part without it."""
        return self.question.required


def list_agreements(consultation: Consultation, survey: Survey, values: Mapping[str, Any]) -> list[Agreement]:
    """Return each purpose that the survey asks about, and whether the answers agree to it."""
    return [
        Agreement(question, is_given(values.get(question.code)), question.code == consultation.quote_question)
        for question in survey.questions
        if question.type == _CONSENT
    ]


def is_given(value: object) -> bool:
    """Tell whether a stored answer agrees."""
    return isinstance(value, dict) and bool(value.get("given"))


def withdraw_consent(session: Session, keyring: Keyring, receipt: str, question_code: str) -> None:
    """Take one agreement back, for good where the consultation is closed; done twice, it is done once.

    Without the agreement to be quoted, the response's quotes are emptied. Raises `receipt.unknown`,
    `response.withdrawn`, `question.unknown`, and `consent.needed` for one without which nobody may take part.
    """
    response = get_response(session, keyring, receipt, lock=True)
    consultation = session.get_one(Consultation, response.consultation_id)
    survey = read_definition(session.get_one(SurveyVersion, response.version_id)).survey
    question = survey.find_question(question_code)
    if question is None or question.type != _CONSENT:
        raise RecordError("question.unknown")
    if question.required:
        raise RecordError("consent.needed")
    value = get_answers(session, response).get(question_code)
    if not is_given(value):
        return
    session.execute(
        sa.update(ResponseAnswer)
        .where(ResponseAnswer.response_id == response.id, ResponseAnswer.question_code == question_code)
        .values(value={**(value or {}), "given": False})
        .execution_options(synchronize_session="fetch")
    )
    if question_code == consultation.quote_question:
        empty_quotes(session, Contribution.response_id == response.id)
    session.flush()


def is_published(session: Session, consultation: Consultation) -> bool:
    """Tell whether themes of a consultation were shown to others: their counts then stay as they are."""
    query = sa.select(Run.id).where(Run.consultation_id == consultation.id, Run.shown_at.is_not(None)).limit(1)
    return session.scalar(query) is not None
