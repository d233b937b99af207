"""Opening, pausing and closing a consultation: the rules that touch several nouns at once."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import (
    Consultation,
    ConsultationState,
    check_transition,
    get_consultation,
    list_groups,
)
from consult.record.errors import RecordError
from consult.record.invitation import erase_tokens
from consult.record.survey import Survey, SurveyVersion, read_definition
from surveys.problems import Problem


def open_consultation(session: Session, code: str) -> Consultation:
    """Begin to accept answers, from `opens_on` on; the promise of anonymity is fixed from now on.

    Raises `consultation.bad_transition`, and `consultation.incomplete` with each place and why:
    `translation.missing`, `survey.unpublished`, `question.not_consent`.
    """
    consultation = get_consultation(session, code, lock=True)
    check_transition(consultation, ConsultationState.OPEN)
    if gaps := find_gaps(session, consultation):
        raise RecordError.of("consultation.incomplete", gaps)
    consultation.state = ConsultationState.OPEN
    session.flush()
    return consultation


def pause_consultation(session: Session, code: str) -> Consultation:
    """Stop accepting answers for a while; raises `consultation.bad_transition`."""
    consultation = get_consultation(session, code, lock=True)
    check_transition(consultation, ConsultationState.PAUSED)
    consultation.state = ConsultationState.PAUSED
    session.flush()
    return consultation


def close_consultation(session: Session, code: str) -> Consultation:
    """Close for good and erase every invitation's token; raises `consultation.bad_transition`.

    Once it is committed, `storage.shuffle_anonymous_rows` must run; `storage.close_and_shuffle` does both.
    """
    consultation = get_consultation(session, code, lock=True)
    check_transition(consultation, ConsultationState.CLOSED)
    consultation.state = ConsultationState.CLOSED
    erase_tokens(session, consultation)
    session.flush()
    return consultation


def find_gaps(session: Session, consultation: Consultation) -> list[Problem]:
    """Return what stops a consultation from opening.

    A missing translation, no published survey, a `quote_question` that no survey asks as a consent.
    """
    required = consultation.required_languages()
    texts = [
        ("title", consultation.title),
        ("mandate", consultation.mandate),
        ("promise", consultation.promise),
        *((f"groups.{group.code}", group.name) for group in list_groups(session, consultation)),
    ]
    gaps = [
        Problem("translation.missing", f"{name}.{language}")
        for name, text in texts
        for language in text.missing()
        if language in required
    ]
    published = sa.select(SurveyVersion).join(Survey).where(Survey.consultation_id == consultation.id)
    versions = session.scalars(published).all()
    if not versions:
        gaps.append(Problem("survey.unpublished", "surveys"))
    elif consultation.quote_question is not None:
        asked = [read_definition(version).survey.find_question(consultation.quote_question) for version in versions]
        if {question.type for question in asked if question is not None} != {"consent"}:
            gaps.append(Problem("question.not_consent", "quote_question"))
    return gaps
