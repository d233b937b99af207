"""Mailings and their messages: invitations, reminders, the news that results are out.

A message holds no address, no text and no link: it leads to a contact, whose invitation keeps the link's token,
encrypted, until nothing more can be sent with it. So nothing has to be taken out of a message that has left.

It knows the day on which it left and no time of day: beside the day of a response, the minute at which somebody was
reminded would help to tell who answered when.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation, ConsultationState
from consult.record.contact import Contact, give_links
from consult.record.database import Base, JsonValue, KeyText, enum_type, random_key
from consult.record.errors import RecordError
from consult.record.invitation import Invitation
from consult.record.keys import Keyring
from consult.record.mail_rules import get_rules
from consult.record.results_notice import ResultsNotice

MOST_REMINDERS = 2
LONGEST_SUBJECT, LONGEST_TEXT = 150, 4_000


class MailKind(StrEnum):
    """What a mailing is for."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    RESULTS = "results"


class MessageState(StrEnum):
    """Where a message is.

    `sending` is committed before the message leaves: after a crash it may or may not have left, so it becomes
    `uncertain`, and only a person sends it again. `dropped`: it was no longer needed when its turn came.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    BOUNCED = "bounced"
    DROPPED = "dropped"


class Mailing(Base):
    """What a facilitator wrote and had sent, in each language, on a day."""

    __tablename__ = "mailings"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"), index=True)
    kind: Mapped[MailKind] = mapped_column(enum_type(MailKind))
    # {"fr": {"subject": …, "text": …}, "en": …}
    texts: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    # How addresses in its messages begin: "https://consult.example.org".
    address: Mapped[str] = mapped_column(sa.Text)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    begun_on: Mapped[date]
    # Of a results mailing, whose addresses are forgotten once they were written to.
    forgotten: Mapped[int]


class Message(Base):
    """One message to one person; the database lets nobody have the same number twice."""

    __tablename__ = "messages"
    __table_args__ = (sa.UniqueConstraint("contact_id", "number"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(KeyText, primary_key=True, default=random_key)
    mailing_id: Mapped[int] = mapped_column(sa.ForeignKey("mailings.id"), index=True)
    contact_id: Mapped[str | None] = mapped_column(sa.ForeignKey("contacts.id"))
    notice_id: Mapped[str | None] = mapped_column(sa.ForeignKey("results_notices.id"), unique=True)
    # 0: the invitation; 1 and 2: the reminders.
    number: Mapped[int]
    state: Mapped[MessageState] = mapped_column(enum_type(MessageState), index=True)
    attempts: Mapped[int]
    # What the mail server answered last, such as 550; its words may hold the address, and are not kept.
    answer: Mapped[int | None]
    # The day on which it left or was refused.
    day: Mapped[date | None]


@dataclass(frozen=True)
class MailText:
    """What the facilitator says in one language."""

    subject: str
    text: str


def queue_invitations(
    session: Session,
    keyring: Keyring,
    consultation: Consultation,
    mailing: "NewMailing",
    keys: Iterable[str] | None = None,
) -> int:
    """Queue the invitation of everybody who has not been sent one, or of those with these keys; return how many.

    Asked twice, as by a double click, nobody is invited twice: 0 the second time. Raises `mail.not_open`,
    `mail.bad_subject`, `mail.bad_text`.
    """
    _hold(session, consultation)
    check_open(consultation, mailing.today)
    mailing.check(consultation)
    contacts = find_uninvited(session, consultation, keys)
    if not contacts:
        return 0
    give_links(session, keyring, consultation, contacts)
    return _queue(session, _begin(session, consultation, MailKind.INVITATION, mailing), contacts, number=0)


def queue_reminders(session: Session, consultation: Consultation, mailing: "NewMailing") -> int:
    """Queue a reminder to those whose link is not used and whose last message is old enough; return how many.

    Raises as `queue_invitations` does.
    """
    _hold(session, consultation)
    check_open(consultation, mailing.today)
    mailing.check(consultation)
    due = find_remindable(session, consultation, mailing.today)
    if not any(due.values()):
        return 0
    row = _begin(session, consultation, MailKind.REMINDER, mailing)
    return sum(_queue(session, row, contacts, number=number) for number, contacts in due.items())


def queue_results(session: Session, consultation: Consultation, mailing: "NewMailing") -> int:
    """Queue the news for everybody who asked for it; return how many. Raises `mail.not_closed` and about the texts."""
    _hold(session, consultation)
    if consultation.state is not ConsultationState.CLOSED:
        raise RecordError("mail.not_closed")
    mailing.check(consultation)
    waiting = find_unnotified(session, consultation)
    if not waiting:
        return 0
    row = _begin(session, consultation, MailKind.RESULTS, mailing)
    values = [_message(row) | {"notice_id": key, "number": 0} for key in waiting]
    session.execute(sa.insert(Message), values)
    return len(values)


@dataclass(frozen=True)
class NewMailing:
    """What a mailing is begun with: the texts by language, where addresses begin, who had it sent and when."""

    texts: Mapping[str, MailText]
    address: str
    account_id: int | None
    today: date

    def check(self, consultation: Consultation) -> None:
        """Raise `mail.bad_subject` or `mail.bad_text`, with the language, where a text cannot be sent."""
        for language in consultation.required_languages():
            said = self.texts.get(language, MailText("", ""))
            if not said.subject.strip() or len(said.subject) > LONGEST_SUBJECT:
                raise RecordError("mail.bad_subject", language=language, most=LONGEST_SUBJECT)
            if not said.text.strip() or len(said.text) > LONGEST_TEXT:
                raise RecordError("mail.bad_text", language=language, most=LONGEST_TEXT)


def find_uninvited(session: Session, consultation: Consultation, keys: Iterable[str] | None = None) -> list[Contact]:
    """Return the contacts that no invitation was queued for, whose link is not used, and who may be written to."""
    query = (
        sa.select(Contact)
        .outerjoin(Message, (Message.contact_id == Contact.id) & (Message.number == 0))
        .outerjoin(Invitation, Invitation.id == Contact.invitation_id)
        .where(
            Contact.consultation_id == consultation.id,
            Contact.is_unsubscribed.is_(False),
            Message.id.is_(None),
            sa.or_(Invitation.id.is_(None), Invitation.token_encrypted.is_not(None)),
        )
        .order_by(Contact.id)
    )
    if keys is not None:
        query = query.where(Contact.id.in_(list(keys)))
    return list(session.scalars(query))


def find_remindable(session: Session, consultation: Consultation, today: date) -> dict[int, list[Contact]]:
    """Return, by number of the reminder, those who may be sent one today.

    Their link is not used, they did not unsubscribe, everything so far was sent and nothing came back, and the last
    message is `reminder_days` old at least. The token of who was sent the last reminder is erased: nobody gets a third.
    """
    days = get_rules(session, consultation).reminder_days
    last = sa.func.max(Message.number)
    query = (
        sa.select(Contact, last)
        .join(Message, Message.contact_id == Contact.id)
        .join(Invitation, Invitation.id == Contact.invitation_id)
        .where(
            Contact.consultation_id == consultation.id,
            Contact.is_unsubscribed.is_(False),
            Invitation.is_used.is_(False),
            Invitation.token_encrypted.is_not(None),
        )
        .group_by(Contact.id)
        .having(
            last < MOST_REMINDERS,
            sa.func.sum(sa.case((Message.state == MessageState.SENT, 0), else_=1)) == 0,
            sa.func.max(Message.day) <= date.fromordinal(today.toordinal() - days),
        )
        .order_by(Contact.id)
    )
    due: dict[int, list[Contact]] = {}
    for contact, number in session.execute(query):
        due.setdefault(number + 1, []).append(contact)
    return due


def find_unnotified(session: Session, consultation: Consultation) -> list[str]:
    """Return the keys of the addresses that asked for the results and wait for no message yet."""
    query = (
        sa.select(ResultsNotice.id)
        .outerjoin(Message, Message.notice_id == ResultsNotice.id)
        .where(ResultsNotice.consultation_id == consultation.id, Message.id.is_(None))
        .order_by(ResultsNotice.id)
    )
    return list(session.scalars(query))


def on_one_line(text: str) -> str:
    """Return a text without line breaks, as a header needs it; no-break spaces stay, which `str.split` would take."""
    return re.sub(r"[ \t\r\n\v\f\x1c-\x1f\x85\u2028\u2029]+", " ", text).strip()


def check_open(consultation: Consultation, today: date) -> None:
    """Raise `mail.not_open` unless people can answer, today or from the first day on: the promise is then fixed."""
    is_over = consultation.closes_on is not None and consultation.closes_on < today
    if consultation.state is not ConsultationState.OPEN or is_over:
        raise RecordError("mail.not_open")


def _hold(session: Session, consultation: Consultation) -> None:
    """Let whoever presses the same button meanwhile wait, and then find nothing left to do."""
    session.refresh(consultation, with_for_update=True)


def _begin(session: Session, consultation: Consultation, kind: MailKind, new: NewMailing) -> Mailing:
    mailing = Mailing(
        consultation_id=consultation.id,
        kind=kind,
        texts={
            language: {"subject": on_one_line(said.subject), "text": said.text.strip()}
            for language, said in new.texts.items()
        },
        address=new.address.rstrip("/"),
        account_id=new.account_id,
        begun_on=new.today,
        forgotten=0,
    )
    session.add(mailing)
    session.flush()
    return mailing


def _queue(session: Session, mailing: Mailing, contacts: list[Contact], *, number: int) -> int:
    values = [_message(mailing) | {"contact_id": contact.id, "number": number} for contact in contacts]
    if values:
        session.execute(sa.insert(Message), values)
    return len(values)


def _message(mailing: Mailing) -> dict[str, Any]:
    return {
        "id": random_key(),
        "mailing_id": mailing.id,
        "state": MessageState.QUEUED,
        "attempts": 0,
        "answer": None,
        "day": None,
    }
