"""Opening, pausing, extending and closing a consultation: the rules that touch several nouns at once.

An operation that is told `by` whom leaves a line in the audit, in the same transaction; tests and the sample act
for nobody.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.account import Account
from consult.record.audit import AuditEntry, record_action
from consult.record.consultation import (
    Consultation,
    ConsultationState,
    check_dates,
    check_transition,
    get_consultation,
    list_groups,
    set_dates,
)
from consult.record.errors import RecordError
from consult.record.invitation import erase_tokens
from consult.record.survey import Survey, SurveyVersion, read_definition
from surveys.problems import Problem

OPENED, REOPENED, PAUSED = "consultation.opened", "consultation.reopened", "consultation.paused"
CLOSED, DATES_CHANGED = "consultation.closed", "consultation.dates_changed"
# The rows were written anew after the closing: its last step.
MIXED = "consultation.mixed"
ACTS = (OPENED, REOPENED, PAUSED, CLOSED, DATES_CHANGED)


@dataclass(frozen=True)
class By:
    """Who acts, when, and their reason if they gave one; no account when the command line acts."""

    account_id: int | None
    now: datetime
    reason: str = ""


@dataclass(frozen=True)
class Dates:
    """The first and the last day for answering; either may be left open."""

    opens_on: date | None
    closes_on: date | None


@dataclass(frozen=True)
class Act:
    """What was done to a consultation, as the audit keeps it; `name` is None when the command line acted."""

    action: str
    name: str | None
    reason: str
    at: datetime


def open_consultation(session: Session, code: str, by: By | None = None, *, today: date | None = None) -> Consultation:
    """Begin to accept answers, from `opens_on` on; the promise of anonymity is fixed from now on.

    Raises `consultation.bad_transition`, and `consultation.incomplete` with what `find_gaps` found.
    """
    consultation = get_consultation(session, code, lock=True)
    check_transition(consultation, ConsultationState.OPEN)
    if gaps := find_gaps(session, consultation, today):
        raise RecordError.of("consultation.incomplete", gaps)
    action = OPENED if consultation.state is ConsultationState.DRAFT else REOPENED
    consultation.state = ConsultationState.OPEN
    return _note(session, consultation, action, by)


def pause_consultation(session: Session, code: str, by: By | None = None) -> Consultation:
    """Stop accepting answers for a while; raises `consultation.bad_transition`."""
    consultation = get_consultation(session, code, lock=True)
    check_transition(consultation, ConsultationState.PAUSED)
    consultation.state = ConsultationState.PAUSED
    return _note(session, consultation, PAUSED, by)


def close_consultation(session: Session, code: str, by: By | None = None) -> Consultation:
    """Close for good and erase every invitation's token; raises `consultation.bad_transition`.

    Once it is committed, `storage.shuffle_anonymous_rows` must run; `storage.close_and_shuffle` does both.
    """
    consultation = get_consultation(session, code, lock=True)
    check_transition(consultation, ConsultationState.CLOSED)
    consultation.state = ConsultationState.CLOSED
    erase_tokens(session, consultation)
    return _note(session, consultation, CLOSED, by)


def change_dates(
    session: Session, code: str, dates: Dates, *, seen: Dates, today: date, by: By | None = None
) -> Consultation:
    """Give new dates to a consultation that is not closed; `seen` are those that the person was looking at.

    Raises `consultation.closed`, `consultation.dates_changed` (somebody else changed them meanwhile),
    `consultation.bad_dates`, and `consultation.closes_in_past` when the last day would be before today.
    """
    consultation = get_consultation(session, code, lock=True)
    if consultation.state is ConsultationState.CLOSED:
        raise RecordError("consultation.closed")
    present = Dates(consultation.opens_on, consultation.closes_on)
    if dates == present:
        return consultation  # sent twice, or nothing to do: no second line in the audit
    if seen != present:
        raise RecordError("consultation.dates_changed")
    check_dates(dates.opens_on, dates.closes_on)
    if dates.closes_on is not None and dates.closes_on < today:
        raise RecordError("consultation.closes_in_past")
    set_dates(session, consultation, dates.opens_on, dates.closes_on)
    return _note(session, consultation, DATES_CHANGED, by)


def note_mixed(session: Session, code: str, by: By) -> Consultation:
    """Note that the rows were written anew since the consultation was closed."""
    return _note(session, get_consultation(session, code), MIXED, by)


def is_closing_unfinished(session: Session, consultation: Consultation) -> bool:
    """Tell whether somebody closed the consultation, and its rows are not known to have been written anew since."""
    query = (
        sa.select(AuditEntry.action)
        .where(
            AuditEntry.object_type == Consultation.__tablename__,
            AuditEntry.object_id == str(consultation.id),
            AuditEntry.action.in_((CLOSED, MIXED)),
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return session.scalar(query) == CLOSED


def list_acts(session: Session, consultation: Consultation, limit: int = 8) -> list[Act]:
    """Return what was done to the consultation's state and dates, newest first."""
    query = (
        sa.select(AuditEntry.action, Account.name, AuditEntry.reason, AuditEntry.at)
        .outerjoin(Account, AuditEntry.account_id == Account.id)
        .where(
            AuditEntry.object_type == Consultation.__tablename__,
            AuditEntry.object_id == str(consultation.id),
            AuditEntry.action.in_(ACTS),
        )
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return [Act(*row) for row in session.execute(query)]


def find_gaps(session: Session, consultation: Consultation, today: date | None = None) -> list[Problem]:
    """Return what stops a consultation from opening.

    A missing translation (`translation.missing`), no published survey (`survey.unpublished`), a `quote_question`
    that no survey asks as a consent (`question.not_consent`) and, for those who say which day it is, a last day
    that has passed (`consultation.closes_in_past`).
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
    if today is not None and consultation.closes_on is not None and consultation.closes_on < today:
        gaps.append(Problem("consultation.closes_in_past", "closes_on"))
    return gaps


def _note(session: Session, consultation: Consultation, action: str, by: By | None) -> Consultation:
    session.flush()
    if by is not None:
        record_action(session, by.account_id, action, consultation, now=by.now, reason=by.reason)
    return consultation
