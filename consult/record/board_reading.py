"""Who may read contributions on boards: a facilitator gives a committee member the right, who accepts to keep silent.

Until both have happened, and after it was taken back, a member reads approved quotes only.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.account import Account, Membership, Role
from consult.record.audit import AuditEntry, record_action
from consult.record.consultation import Consultation
from consult.record.errors import RecordError
from consult.record.lifecycle import By

GIVEN, ACCEPTED, TAKEN_BACK = "reading.given", "reading.accepted", "reading.taken_back"


@dataclass(frozen=True)
class Reader:
    """A committee member and their right to read, as far as it was given and accepted."""

    account: Account
    given_at: datetime | None
    given_by: str | None
    accepted_at: datetime | None

    @property
    def may_read(self) -> bool:
        """Whether they may read."""
        return self.given_at is not None and self.accepted_at is not None


def list_readers(session: Session, consultation: Consultation) -> list[Reader]:
    """Return the committee's members with their rights, by name."""
    query = (
        sa.select(Account, Membership)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.consultation_id == consultation.id, Membership.role == Role.COMMITTEE)
        .order_by(Account.name, Account.id)
    )
    given_by = _last_givers(session, consultation)
    return [
        Reader(account, mine.reading_given_at, given_by.get(account.id), mine.reading_accepted_at)
        for account, mine in session.execute(query)
    ]


def _last_givers(session: Session, consultation: Consultation) -> dict[int, str]:
    """Return who gave each member the right last: the audit knows."""
    query = (
        sa.select(AuditEntry.object_id, Account.name)
        .join(Account, Account.id == AuditEntry.account_id)
        .where(AuditEntry.action == GIVEN, AuditEntry.object_type == Membership.__tablename__)
        .order_by(AuditEntry.id)
    )
    found = {}
    for key, name in session.execute(query):
        account_id, consultation_id = key.split(":")
        if int(consultation_id) == consultation.id:
            found[int(account_id)] = name
    return found


def find_reader(session: Session, consultation: Consultation, account_id: int) -> Reader:
    """Return a committee member's right; raises `membership.missing`."""
    for reader in list_readers(session, consultation):
        if reader.account.id == account_id:
            return reader
    raise RecordError("membership.missing")


def may_read(session: Session, consultation: Consultation, account_id: int) -> bool:
    """Tell whether an account may read contributions: facilitators may, members who were let and accepted."""
    membership = session.get(Membership, (account_id, consultation.id))
    return membership is not None and membership.may_read


def let_read(session: Session, consultation: Consultation, account_id: int, by: By) -> None:
    """Let a committee member read contributions, once they accept; raises `membership.missing`."""
    membership = _member(session, consultation, account_id)
    if membership.reading_given_at is None:
        membership.reading_given_at = by.now
        session.flush()
        record_action(session, by.account_id, GIVEN, membership, now=by.now, reason=by.reason)


def accept_reading(session: Session, consultation: Consultation, account_id: int, now: datetime) -> None:
    """Note that a member accepts to keep what they read to themselves; raises `reading.not_given`."""
    membership = _member(session, consultation, account_id)
    if membership.reading_given_at is None:
        raise RecordError("reading.not_given")
    if membership.reading_accepted_at is None:
        membership.reading_accepted_at = now
        session.flush()
        record_action(session, account_id, ACCEPTED, membership, now=now)


def take_back_reading(session: Session, consultation: Consultation, account_id: int, by: By) -> None:
    """Take the right back; raises `membership.missing`."""
    membership = _member(session, consultation, account_id)
    if membership.reading_given_at is not None:
        membership.reading_given_at = membership.reading_accepted_at = None
        session.flush()
        record_action(session, by.account_id, TAKEN_BACK, membership, now=by.now, reason=by.reason)


def _member(session: Session, consultation: Consultation, account_id: int) -> Membership:
    membership = session.get(Membership, (account_id, consultation.id), with_for_update=True)
    if membership is None or membership.role is not Role.COMMITTEE:
        raise RecordError("membership.missing")
    return membership
