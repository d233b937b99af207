"""Sending, one message at a time: what may leave next, and what became of what left.

A message is `sending` in a committed transaction before it leaves. Whoever finds one in that state while nobody sends
does not know whether it left: it becomes `uncertain`, and people decide. Nothing is sent twice by itself, and nobody
is forgotten: what was not begun is still `queued`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation, ConsultationState, LanguagePolicy
from consult.record.contact import Contact
from consult.record.errors import RecordError
from consult.record.invitation import Invitation, erase_token
from consult.record.job import Job, JobState, enqueue_once, find_jobs
from consult.record.keys import Keyring
from consult.record.mail_rules import get_rules
from consult.record.mailing import MOST_REMINDERS, Mailing, MailKind, Message, MessageState
from consult.record.results_notice import ResultsNotice

SEND_MAIL = "mail"
# So many refusals "for now" of one message, and it is refused.
MOST_ATTEMPTS = 5
# After a round in which something was refused for now, or nothing could be sent.
PAUSE = timedelta(minutes=10)


@dataclass(frozen=True)
class Outgoing:
    """A message that may leave now, with all that writing it takes; in memory only."""

    message_id: str
    kind: MailKind
    number: int
    email: str
    name: str
    language: str
    subject: str
    text: str
    address: str
    # The code of the consultation.
    code: str
    # Signs the address by which one unsubscribes: the key of the contact, or of who asked for the results.
    person: str
    token: str | None

    def __repr__(self) -> str:
        return "Outgoing(…)"


def job_key(consultation_id: int) -> str:
    """Return the key of the one job that sends a consultation's messages."""
    return f"{SEND_MAIL}:{consultation_id}"


def request_sending(session: Session, consultation: Consultation, now: datetime) -> Job | None:
    """Ask for the sending of what is queued, unless it is being done."""
    return enqueue_once(
        session, SEND_MAIL, {"consultation": consultation.id}, job_key(consultation.id), now, again=True
    )


def request_mailings(session: Session, now: datetime) -> list[Job]:
    """Ask for what waits and may leave at the local time `now`; note as uncertain what nobody is sending any more."""
    asked = []
    for consultation in _find_waiting(session):
        job = find_jobs(session, [job_key(consultation.id)]).get(job_key(consultation.id))
        if job is not None and job.is_active:
            continue
        doubt_unfinished(session, consultation.id)
        if not may_leave(session, consultation, now) or not _has_queued(session, consultation.id):
            continue
        if job is not None and _is_too_soon(session, consultation, job, now):
            continue
        if new := request_sending(session, consultation, now):
            asked.append(new)
    return asked


def may_leave(session: Session, consultation: Consultation, moment: datetime) -> bool:
    """Tell whether anything may leave at a local time: nobody stopped it, and the hour is no quiet one."""
    rules = get_rules(session, consultation)
    if rules.is_stopped or not rules.allows(moment):
        return False
    if consultation.state is ConsultationState.CLOSED:
        return True  # the news of the results; what else is queued is dropped
    return consultation.is_accepting(moment.date())


def doubt_unfinished(session: Session, consultation_id: int) -> None:
    """Note as uncertain what was being sent; whoever calls knows that nobody is sending."""
    _change(session, consultation_id, MessageState.SENDING, MessageState.UNCERTAIN)


def take_next(
    session: Session, keyring: Keyring, consultation: Consultation, *, after: str, today: date
) -> Outgoing | None:
    """Mark the next message, in the order of keys after `after`, as being sent; None where there is none.

    Those that are not needed any more are dropped on the way: the link was used, the person unsubscribed, the
    consultation was closed. To be committed before the message leaves.
    """
    while True:
        query = (
            sa.select(Message, Mailing, Contact, Invitation, ResultsNotice)
            .join(Mailing, Message.mailing_id == Mailing.id)
            .outerjoin(Contact, Message.contact_id == Contact.id)
            .outerjoin(Invitation, Contact.invitation_id == Invitation.id)
            .outerjoin(ResultsNotice, Message.notice_id == ResultsNotice.id)
            .where(
                Mailing.consultation_id == consultation.id,
                Message.state == MessageState.QUEUED,
                Message.id > after,
            )
            .order_by(Message.id)
            .limit(1)
            .execution_options(populate_existing=True)
        )
        found = session.execute(query).first()
        if found is None:
            return None
        message, mailing, contact, invitation, notice = found
        after = message.id
        if _is_needed(consultation, mailing, contact, invitation, notice):
            message.state, message.day = MessageState.SENDING, today
            session.flush()
            return _write(keyring, consultation, message, mailing, contact, invitation, notice)
        message.state = MessageState.DROPPED
        session.flush()


def note_sent(session: Session, message_id: str, today: date) -> None:
    """Note that a message left; what nothing more will be sent with is forgotten."""
    message = session.get(Message, message_id, populate_existing=True)
    if message is None or message.state not in (MessageState.SENDING, MessageState.UNCERTAIN):
        return
    message.state, message.answer, message.day = MessageState.SENT, None, today
    session.flush()
    if message.notice_id is not None:
        _forget_notice(session, message)
    elif message.number >= MOST_REMINDERS:
        contact = session.get_one(Contact, message.contact_id)
        if contact.invitation_id is not None:
            erase_token(session, contact.invitation_id)


def note_refused(session: Session, message_id: str, answer: int, today: date, *, is_final: bool) -> None:
    """Note what the mail server refused: for good, or for now, in which case it waits until it was tried too often."""
    message = session.get(Message, message_id, populate_existing=True)
    if message is None or message.state is not MessageState.SENDING:
        return
    message.attempts, message.answer, message.day = message.attempts + 1, answer, today
    is_over = is_final or message.attempts >= MOST_ATTEMPTS
    message.state = MessageState.REFUSED if is_over else MessageState.QUEUED
    session.flush()


def put_back(session: Session, message_id: str) -> None:
    """Put back a message that certainly did not leave, such as when the mail server could not be reached."""
    _set_state(session, message_id, MessageState.SENDING, MessageState.QUEUED)


def doubt(session: Session, message_id: str) -> None:
    """Note that nobody knows whether a message left: the connection was lost while it was being handed over."""
    _set_state(session, message_id, MessageState.SENDING, MessageState.UNCERTAIN)


def count_queued(session: Session, consultation_id: int) -> int:
    """Return how many messages wait."""
    query = (
        sa.select(sa.func.count())
        .select_from(Message)
        .join(Mailing)
        .where(Mailing.consultation_id == consultation_id, Message.state == MessageState.QUEUED)
    )
    return session.scalar(query) or 0


def _is_too_soon(session: Session, consultation: Consultation, job: Job, now: datetime) -> bool:
    """Tell whether to wait: the last round has only just ended, and everything that is left was refused for now."""
    if job.finished_at is None or job.finished_at + PAUSE <= now:
        return False
    return job.state is JobState.FAILED or _is_only_repeated(session, consultation.id)


def _find_waiting(session: Session) -> list[Consultation]:
    states = (MessageState.QUEUED, MessageState.SENDING)
    mailings = sa.select(Mailing.consultation_id).join(Message).where(Message.state.in_(states))
    return list(session.scalars(sa.select(Consultation).where(Consultation.id.in_(mailings))))


def _has_queued(session: Session, consultation_id: int) -> bool:
    return count_queued(session, consultation_id) > 0


def _is_only_repeated(session: Session, consultation_id: int) -> bool:
    """Tell whether all that waits was refused for now before."""
    query = (
        sa.select(sa.func.count())
        .select_from(Message)
        .join(Mailing)
        .where(Mailing.consultation_id == consultation_id, Message.state == MessageState.QUEUED, Message.attempts == 0)
    )
    return not session.scalar(query)


def _is_needed(
    consultation: Consultation,
    mailing: Mailing,
    contact: Contact | None,
    invitation: Invitation | None,
    notice: ResultsNotice | None,
) -> bool:
    if mailing.kind is MailKind.RESULTS:
        return notice is not None
    if contact is None or invitation is None or consultation.state is ConsultationState.CLOSED:
        return False
    return not (contact.is_unsubscribed or invitation.is_used or invitation.token_encrypted is None)


def _write(
    keyring: Keyring,
    consultation: Consultation,
    message: Message,
    mailing: Mailing,
    contact: Contact | None,
    invitation: Invitation | None,
    notice: ResultsNotice | None,
) -> Outgoing:
    to: Contact | ResultsNotice | None = notice or contact
    if to is None:
        raise RecordError("contact.missing")
    sealed = invitation.token_encrypted if invitation else None
    language = "fr" if consultation.language_policy is LanguagePolicy.FRENCH_ONLY else to.language
    said: dict[str, Any] = mailing.texts[language]
    return Outgoing(
        message_id=message.id,
        kind=mailing.kind,
        number=message.number,
        email=to.email,
        name=contact.name if contact else "",
        language=language,
        subject=said["subject"],
        text=said["text"],
        address=mailing.address,
        code=consultation.code,
        person=to.id,
        token=keyring.decrypt_token(sealed) if sealed else None,
    )


def _forget_notice(session: Session, message: Message) -> None:
    """Forget an address that asked for the results, now that it has them; only their number stays."""
    notice = session.get(ResultsNotice, message.notice_id)
    mailing = session.get_one(Mailing, message.mailing_id, with_for_update=True, populate_existing=True)
    mailing.forgotten += 1
    session.delete(message)
    session.flush()
    if notice is not None:
        session.delete(notice)
        session.flush()


def _set_state(session: Session, message_id: str, before: MessageState, after: MessageState) -> None:
    session.execute(
        sa.update(Message)
        .where(Message.id == message_id, Message.state == before)
        .values(state=after)
        .execution_options(synchronize_session="fetch")
    )


def _change(session: Session, consultation_id: int, before: MessageState, after: MessageState) -> None:
    mailings = sa.select(Mailing.id).where(Mailing.consultation_id == consultation_id)
    session.execute(
        sa.update(Message)
        .where(Message.mailing_id.in_(mailings), Message.state == before)
        .values(state=after)
        .execution_options(synchronize_session="fetch")
    )
