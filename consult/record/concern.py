"""Concerns: contributions in which a program saw words that a person should look at, and what was done about each.

A program reads every revision once (`ConcernReading`) and says where and why it stopped; a person decides. Danger and
complaints go to one named account, or to every facilitator where nobody is named; what points at a person is for
whoever prepares quotes. Nothing here is finer than a day: a time beside a contribution would say when it was written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.account import Account, Membership, Role
from consult.record.audit import record_action
from consult.record.consultation import Consultation
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.database import (
    Base,
    JsonValue,
    KeyText,
    conflict_insert,
    dialect_of,
    enum_type,
    random_key,
)
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.response import Response

LONGEST_NOTE = 2_000
HANDLED, DISMISSED, REOPENED = "concern.handled", "concern.dismissed", "concern.reopened"
RECIPIENT_NAMED, QUEUE_READ = "concerns.recipient_named", "concerns.read"


class ConcernKind(StrEnum):
    """What somebody should look at, and so who."""

    DANGER = "danger"
    COMPLAINT = "complaint"
    # Names, addresses, numbers, what happened to few: to be taken out before anything is quoted.
    POINTING = "pointing"


CONFIDENTIAL = (ConcernKind.DANGER, ConcernKind.COMPLAINT)


class ConcernState(StrEnum):
    """Whether somebody has decided on it."""

    NEW = "new"
    HANDLED = "handled"
    DISMISSED = "dismissed"


_ACTIONS = {
    ConcernState.HANDLED: HANDLED,
    ConcernState.DISMISSED: DISMISSED,
    ConcernState.NEW: REOPENED,
}


class ConcernReading(Base):
    """The last revision of a contribution that was read for concerns."""

    __tablename__ = "concern_readings"
    __table_args__ = ({"sqlite_with_rowid": False},)

    contribution_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("contributions.id"), primary_key=True)
    revision: Mapped[int]


class Concern(Base):
    """One kind of concern about one contribution; it goes when the contribution is withdrawn."""

    __tablename__ = "concerns"
    __table_args__ = (
        sa.UniqueConstraint("contribution_id", "kind"),
        sa.Index(None, "consultation_id", "kind", "state"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(KeyText, primary_key=True, default=random_key)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    contribution_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("contributions.id"))
    # The text in which the marks stand.
    revision: Mapped[int]
    kind: Mapped[ConcernKind] = mapped_column(enum_type(ConcernKind))
    # [reason, start, end] of each: codes and places, no words.
    marks: Mapped[list[list[str | int]]] = mapped_column(JsonValue)
    state: Mapped[ConcernState] = mapped_column(enum_type(ConcernState))
    # What was done, in the words of whoever decided.
    note: Mapped[str] = mapped_column(sa.Text)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    decided_on: Mapped[date | None]


class ConcernRecipient(Base):
    """Who receives the danger and the complaints of a consultation."""

    __tablename__ = "concern_recipients"

    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultations.id"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"), index=True)


@dataclass(frozen=True)
class Mark:
    """Words of a text that were flagged: ``text[start:end]``, and the code of why."""

    reason: str
    start: int
    end: int


@dataclass(frozen=True)
class Unread:
    """A revision that no program has read yet."""

    contribution_id: str
    revision: int
    consultation_id: int
    text: str


@dataclass(frozen=True)
class Reading:
    """What a program saw in a revision, by kind; nothing for most."""

    unread: Unread
    found: Mapping[ConcernKind, Sequence[Mark]]


@dataclass(frozen=True)
class Listed:
    """A concern with the words it is about; `respondent` in an identified consultation only."""

    concern: Concern
    text: str
    language: str
    channel: str
    question_code: str
    group_id: int | None
    respondent: str | None
    decided_by: str | None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Where the words stand."""
        return tuple(Mark(str(reason), int(start), int(end)) for reason, start, end in self.concern.marks)


def list_unread(session: Session, limit: int) -> list[Unread]:
    """Return revisions that were not read yet, of all consultations, in the order of their random keys."""
    query = (
        sa.select(Contribution.id, Contribution.revision, Contribution.consultation_id, ContributionRevision.text)
        .join(
            ContributionRevision,
            sa.and_(
                ContributionRevision.contribution_id == Contribution.id,
                ContributionRevision.number == Contribution.revision,
            ),
        )
        .outerjoin(ConcernReading, ConcernReading.contribution_id == Contribution.id)
        .where(
            Contribution.is_withdrawn.is_(False),
            sa.or_(ConcernReading.revision.is_(None), ConcernReading.revision < Contribution.revision),
        )
        .order_by(Contribution.id)
        .limit(limit)
    )
    return [Unread(*row) for row in session.execute(query)]


def save_readings(session: Session, readings: Sequence[Reading]) -> int:
    """Keep what a program saw; return how many concerns are new. What was read meanwhile is left alone.

    A corrected text that is flagged again waits again, with what was done before; one that is not any more, and that
    nobody has decided on, leaves the queue.
    """
    return sum(_save_reading(session, each) for each in readings)


def forget_concerns(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Delete the concerns about contributions that answer to a condition: their words are being erased."""
    keys = sa.select(Contribution.id).where(which)
    session.execute(
        sa.delete(Concern).where(Concern.contribution_id.in_(keys)).execution_options(synchronize_session="fetch")
    )


def count_concerns(session: Session, consultation: Consultation) -> dict[ConcernKind, int]:
    """Return how many concerns of each kind wait: anybody who runs the consultation may know that much."""
    query = (
        sa.select(Concern.kind, sa.func.count())
        .where(Concern.consultation_id == consultation.id, Concern.state == ConcernState.NEW)
        .group_by(Concern.kind)
    )
    counts = dict(session.execute(query).all())
    return {kind: counts.get(kind, 0) for kind in ConcernKind}


def list_concerns(
    session: Session, consultation: Consultation, account_id: int, kind: ConcernKind, *, is_decided: bool, limit: int
) -> list[Listed]:
    """Return concerns of a kind with their words; none for an account that may not read them."""
    if not may_read(session, consultation, account_id, kind):
        return []
    states = (ConcernState.HANDLED, ConcernState.DISMISSED) if is_decided else (ConcernState.NEW,)
    query = (
        sa.select(
            Concern,
            ContributionRevision.text,
            Contribution.language,
            Contribution.channel,
            Contribution.question_code,
            Contribution.group_id,
            Response.respondent,
            Account.name,
        )
        .join(Contribution, Contribution.id == Concern.contribution_id)
        .join(
            ContributionRevision,
            sa.and_(
                ContributionRevision.contribution_id == Concern.contribution_id,
                ContributionRevision.number == Concern.revision,
            ),
        )
        .outerjoin(Response, Response.id == Contribution.response_id)
        .outerjoin(Account, Account.id == Concern.decided_by_id)
        .where(Concern.consultation_id == consultation.id, Concern.kind == kind, Concern.state.in_(states))
        .order_by(Concern.decided_on.desc(), Concern.id)
        .limit(limit)
    )
    return [Listed(*row) for row in session.execute(query)]


def decide_concern(
    session: Session, consultation: Consultation, concern_id: str, state: ConcernState, note: str, by: By
) -> Concern:
    """Say what was done about a concern, that it is none, or take that back.

    Said twice, it is done once. Raises `concern.missing` (also for who may not read it), `concern.note_needed`,
    `concern.note_too_long`, and `concern.decided` where somebody else has decided otherwise meanwhile.
    """
    query = sa.select(Concern).where(Concern.id == concern_id, Concern.consultation_id == consultation.id)
    concern = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if concern is None or not may_read(session, consultation, by.account_id, concern.kind):
        raise RecordError("concern.missing")
    if concern.state is state:
        return concern
    if ConcernState.NEW not in (state, concern.state):
        raise RecordError("concern.decided")
    if state is ConcernState.HANDLED and concern.kind in CONFIDENTIAL and not note.strip():
        raise RecordError("concern.note_needed")
    if len(note) > LONGEST_NOTE:
        raise RecordError("concern.note_too_long", maximum=LONGEST_NOTE)
    concern.state = state
    if state is ConcernState.NEW:
        concern.decided_by_id, concern.decided_on = None, None
    else:
        concern.note, concern.decided_by_id, concern.decided_on = note.strip(), by.account_id, by.now.date()
    session.flush()
    record_action(session, by.account_id, _ACTIONS[state], consultation, now=by.now)
    return concern


def may_read(session: Session, consultation: Consultation, account_id: int | None, kind: ConcernKind) -> bool:
    """Tell whether an account reads concerns of a kind: the recipient alone, where one is named."""
    if kind not in CONFIDENTIAL:
        return account_id is not None
    recipient = find_recipient(session, consultation)
    return account_id is not None and (recipient is None or recipient.id == account_id)


def find_recipient(session: Session, consultation: Consultation) -> Account | None:
    """Return who receives danger and complaints; None where nobody is named, or who was has left or is closed."""
    query = (
        sa.select(Account)
        .join(ConcernRecipient, ConcernRecipient.account_id == Account.id)
        .join(
            Membership,
            sa.and_(
                Membership.account_id == Account.id,
                Membership.consultation_id == ConcernRecipient.consultation_id,
                Membership.role == Role.FACILITATOR,
            ),
        )
        .where(ConcernRecipient.consultation_id == consultation.id, Account.active)
    )
    return session.scalars(query).one_or_none()


def list_possible_recipients(session: Session, consultation: Consultation) -> list[Account]:
    """Return the accounts that may be named: the consultation's facilitators, by name."""
    query = (
        sa.select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.consultation_id == consultation.id, Membership.role == Role.FACILITATOR, Account.active)
        .order_by(Account.name, Account.id)
    )
    return list(session.scalars(query))


def name_recipient(session: Session, consultation: Consultation, account_id: int | None, by: By) -> None:
    """Name who receives danger and complaints, or nobody; raises `membership.missing`."""
    if account_id is not None and account_id not in {
        each.id for each in list_possible_recipients(session, consultation)
    }:
        raise RecordError("membership.missing")
    named = session.get(ConcernRecipient, consultation.id)
    if (named.account_id if named else None) == account_id:
        return
    session.execute(sa.delete(ConcernRecipient).where(ConcernRecipient.consultation_id == consultation.id))
    if account_id is not None:
        insert = conflict_insert(dialect_of(session), ConcernRecipient)
        row = insert.values(consultation_id=consultation.id, account_id=account_id)
        session.execute(
            row.on_conflict_do_update(index_elements=["consultation_id"], set_={"account_id": row.excluded.account_id})
        )
    session.expire_all()
    record_action(session, by.account_id, RECIPIENT_NAMED, consultation, now=by.now)


def _save_reading(session: Session, reading: Reading) -> int:
    unread = reading.unread
    contribution = session.scalars(
        sa.select(Contribution)
        .where(Contribution.id == unread.contribution_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if contribution.is_withdrawn or not _note_reading(session, unread):
        return 0
    query = sa.select(Concern).where(Concern.contribution_id == unread.contribution_id)
    there = {each.kind: each for each in session.scalars(query)}
    for kind, concern in there.items():
        if kind not in reading.found and concern.state is ConcernState.NEW:
            session.delete(concern)
    session.flush()
    new = 0
    for kind, marks in reading.found.items():
        new += _flag(session, unread, kind, marks, there.get(kind))
    session.flush()
    return new


def _note_reading(session: Session, unread: Unread) -> bool:
    """Note that a revision was read; False where it, or a later one, was read before."""
    insert = conflict_insert(dialect_of(session), ConcernReading)
    row = insert.values(contribution_id=unread.contribution_id, revision=unread.revision)
    written = session.execute(
        row.on_conflict_do_update(
            index_elements=["contribution_id"],
            set_={"revision": row.excluded.revision},
            where=ConcernReading.revision < row.excluded.revision,
        ).returning(ConcernReading.contribution_id)
    )
    return written.first() is not None


def _flag(session: Session, unread: Unread, kind: ConcernKind, marks: Iterable[Mark], there: Concern | None) -> bool:
    concern = there or Concern(
        consultation_id=unread.consultation_id, contribution_id=unread.contribution_id, kind=kind, note=""
    )
    concern.revision, concern.state = unread.revision, ConcernState.NEW
    concern.marks = [[mark.reason, mark.start, mark.end] for mark in marks]
    concern.decided_by_id, concern.decided_on = None, None
    session.add(concern)
    return there is None
