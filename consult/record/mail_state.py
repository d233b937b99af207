"""What became of the messages, for the facilitator: who is where, by group; and what people decide about the rest."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation
from consult.record.contact import Contact
from consult.record.errors import RecordError
from consult.record.invitation import Invitation
from consult.record.mailing import Mailing, MailKind, Message, MessageState
from consult.record.sending import note_sent


class Reach(StrEnum):
    """How far somebody was reached: the one thing that a page says of them."""

    USED = "used"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    QUEUED = "queued"
    REMINDED = "reminded"
    INVITED = "invited"
    LINK_GIVEN = "link_given"
    NEW = "new"


# Where several messages to one person differ, what needs somebody first.
_TROUBLES = {
    MessageState.BOUNCED: Reach.BOUNCED,
    MessageState.REFUSED: Reach.REFUSED,
    MessageState.UNCERTAIN: Reach.UNCERTAIN,
    MessageState.SENDING: Reach.QUEUED,
    MessageState.QUEUED: Reach.QUEUED,
}
_DECIDED_FROM = {
    "again": (MessageState.UNCERTAIN, MessageState.REFUSED, MessageState.BOUNCED),
    "sent": (MessageState.UNCERTAIN,),
}


@dataclass(frozen=True)
class ReachedContact:
    """A contact with how far they were reached, the day of the last message and what the mail server answered."""

    contact: Contact
    reach: Reach
    day: date | None
    answer: int | None


@dataclass(frozen=True)
class GroupReach:
    """How many of a group there are, were invited (or given a link), used it, and how many need somebody."""

    group_id: int | None
    people: int
    invited: int
    used: int
    troubled: int


@dataclass(frozen=True)
class Sending:
    """How the messages of a consultation stand."""

    states: Counter[MessageState]
    # Results messages that were sent, whose addresses are forgotten.
    forgotten: int
    # Waiting messages that were refused for now at least once.
    repeated: int

    @property
    def waiting(self) -> int:
        """How many have not left yet."""
        return self.states[MessageState.QUEUED] + self.states[MessageState.SENDING]

    @property
    def sent(self) -> int:
        """How many left."""
        return self.states[MessageState.SENT] + self.states[MessageState.BOUNCED] + self.forgotten


def list_reached(session: Session, consultation: Consultation) -> list[ReachedContact]:
    """Return every contact by name and address, with how far they were reached."""
    messages: dict[str, list[Message]] = {}
    query = (
        sa.select(Message)
        .join(Mailing)
        .where(Mailing.consultation_id == consultation.id, Message.contact_id.is_not(None))
        .order_by(Message.number)
    )
    for message in session.scalars(query):
        messages.setdefault(str(message.contact_id), []).append(message)
    people = (
        sa.select(Contact, Invitation.is_used)
        .outerjoin(Invitation, Contact.invitation_id == Invitation.id)
        .where(Contact.consultation_id == consultation.id)
    )
    reached = [
        _describe(contact, messages.get(contact.id, []), bool(is_used)) for contact, is_used in session.execute(people)
    ]
    return sorted(reached, key=lambda each: (each.contact.name.casefold(), each.contact.email))


def count_by_group(reached: Iterable[ReachedContact]) -> dict[int | None, GroupReach]:
    """Return the counts of each group (None: of nobody's group)."""
    by_group: dict[int | None, list[Reach]] = {}
    for each in reached:
        by_group.setdefault(each.contact.group_id, []).append(each.reach)
    troubles = {Reach.BOUNCED, Reach.REFUSED, Reach.UNCERTAIN}
    return {
        group: GroupReach(
            group,
            people=len(reaches),
            invited=sum(reach not in {Reach.NEW, Reach.QUEUED} for reach in reaches),
            used=reaches.count(Reach.USED),
            troubled=sum(reach in troubles for reach in reaches),
        )
        for group, reaches in by_group.items()
    }


def read_sending(session: Session, consultation: Consultation) -> Sending:
    """Return how the messages stand."""
    mine = Mailing.consultation_id == consultation.id
    states = sa.select(Message.state, sa.func.count()).join(Mailing).where(mine).group_by(Message.state)
    repeated = (
        sa.select(sa.func.count())
        .select_from(Message)
        .join(Mailing)
        .where(mine, Message.state == MessageState.QUEUED, Message.attempts > 0)
    )
    forgotten = session.scalar(sa.select(sa.func.sum(Mailing.forgotten)).where(mine))
    return Sending(
        Counter(dict(session.execute(states).all())),
        forgotten=int(forgotten or 0),
        repeated=session.scalar(repeated) or 0,
    )


def find_last_texts(session: Session, consultation: Consultation, kind: MailKind) -> dict[str, dict[str, str]]:
    """Return the texts of the last mailing of a kind, to begin the next one with; {} where there is none."""
    query = (
        sa.select(Mailing.texts)
        .where(Mailing.consultation_id == consultation.id, Mailing.kind == kind)
        .order_by(Mailing.id.desc())
        .limit(1)
    )
    return session.scalar(query) or {}


def decide(
    session: Session, consultation: Consultation, verdict: str, today: date, *, state: MessageState, key: str = ""
) -> int:
    """Decide about the messages in a state, all of them or those of one contact; return how many.

    "again": they are queued once more; "sent": they are taken to have left. Raises `mail.no_such_choice`.
    """
    if state not in _DECIDED_FROM.get(verdict, ()):
        raise RecordError("mail.no_such_choice")
    query = (
        sa.select(Message)
        .join(Mailing)
        .where(Mailing.consultation_id == consultation.id, Message.state == state)
        .with_for_update(of=Message)
    )
    if key:
        query = query.where(Message.contact_id == key)
    messages = list(session.scalars(query))
    for message in messages:
        if verdict == "sent":
            note_sent(session, message.id, message.day or today)
        else:
            message.state, message.attempts, message.answer = MessageState.QUEUED, 0, None
    session.flush()
    return len(messages)


def note_bounce(
    session: Session, consultation: Consultation, *, message_id: str = "", email: str = ""
) -> Contact | None:
    """Note that a message came back, by its key or else by the address; return whose, or None where nobody's is.

    Of several messages to one address, the last one that left came back.
    """
    query = (
        sa.select(Message)
        .join(Mailing)
        .join(Contact, Message.contact_id == Contact.id)
        .where(
            Mailing.consultation_id == consultation.id,
            Message.state.in_((MessageState.SENT, MessageState.UNCERTAIN, MessageState.BOUNCED)),
            Message.id == message_id if message_id else Contact.email == email,
        )
        .order_by(Message.number.desc())
        .limit(1)
    )
    message = session.scalars(query).first()
    if message is None:
        return None
    message.state = MessageState.BOUNCED
    session.flush()
    return session.get_one(Contact, message.contact_id)


def _describe(contact: Contact, messages: list[Message], is_used: bool) -> ReachedContact:
    last = messages[-1] if messages else None
    return ReachedContact(
        contact,
        _reach(contact, messages, is_used),
        day=max((each.day for each in messages if each.day), default=None),
        answer=last.answer if last else None,
    )


def _reach(contact: Contact, messages: list[Message], is_used: bool) -> Reach:
    if is_used:
        return Reach.USED
    if contact.is_unsubscribed:
        return Reach.UNSUBSCRIBED
    states = {each.state for each in messages}
    for state, reach in _TROUBLES.items():
        if state in states:
            return reach
    sent = [each for each in messages if each.state is MessageState.SENT]
    if sent:
        return Reach.REMINDED if sent[-1].number else Reach.INVITED
    return Reach.LINK_GIVEN if contact.invitation_id else Reach.NEW
