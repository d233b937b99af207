"""Conflicts of interest: a member says that they have one, and takes no part in deciding on that theme or option.

Rows are added and never taken away: one that is over says since when.
"""

from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.account import Account, Role, list_members
from consult.record.consultation import Consultation
from consult.record.database import Base, CodeText, UtcDateTime
from consult.record.decision import SubjectKey
from consult.record.errors import RecordError
from consult.record.lifecycle import By

LONGEST = 1_000


class Conflict(Base):
    """A member's conflict of interest in a theme or an option."""

    __tablename__ = "decision_conflicts"
    __table_args__ = (sa.CheckConstraint("(theme_id IS NULL) <> (option_code IS NULL)", name="theme_or_option"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("themes.id"), index=True)
    question_code: Mapped[str] = mapped_column(CodeText)
    option_code: Mapped[str | None] = mapped_column(CodeText)
    # What the interest is, in the member's words.
    interest: Mapped[str] = mapped_column(sa.Text)
    declared_on: Mapped[date] = mapped_column(sa.Date)
    # Who wrote it down, the member or a facilitator, and when.
    written_by: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def subject_key(self) -> SubjectKey:
        """What it is about."""
        return SubjectKey(self.theme_id, self.question_code if self.option_code else "", self.option_code or "")


def declare_conflict(
    session: Session, consultation: Consultation, key: SubjectKey, account_id: int, interest: str, by: By
) -> Conflict:
    """Write down a member's conflict of interest; one that stands already stays as it was.

    Raises `conflict.not_member`, `conflict.empty`, `text.too_long`.
    """
    members = {account.id for account, role in list_members(session, consultation) if role is Role.COMMITTEE}
    if account_id not in members:
        raise RecordError("conflict.not_member")
    if not interest.strip():
        raise RecordError("conflict.empty")
    if len(interest) > LONGEST:
        raise RecordError("text.too_long", limit=LONGEST)
    for standing in list_conflicts(session, consultation):
        if standing.account_id == account_id and standing.subject_key == key:
            return standing
    conflict = Conflict(
        consultation_id=consultation.id,
        account_id=account_id,
        theme_id=key.theme_id,
        question_code=key.question_code,
        option_code=key.option_code or None,
        interest=interest.strip(),
        declared_on=by.now.date(),
        written_by=by.account_id,
        at=by.now,
    )
    session.add(conflict)
    session.flush()
    return conflict


def end_conflict(session: Session, consultation: Consultation, conflict_id: int, by: By) -> Conflict:
    """Note that a conflict of interest is over; raises `conflict.missing`."""
    conflict = session.get(Conflict, conflict_id, with_for_update=True)
    if conflict is None or conflict.consultation_id != consultation.id:
        raise RecordError("conflict.missing")
    if conflict.ended_at is None:
        conflict.ended_at = by.now
        session.flush()
    return conflict


def list_conflicts(session: Session, consultation: Consultation) -> list[Conflict]:
    """Return the conflicts that stand, in the order in which they were declared."""
    query = sa.select(Conflict).where(Conflict.consultation_id == consultation.id, Conflict.ended_at.is_(None))
    return list(session.scalars(query.order_by(Conflict.id)))


def list_conflicts_at(
    session: Session, consultation: Consultation, day: date, also: Collection[tuple[int, SubjectKey]] = ()
) -> list[Conflict]:
    """Return the conflicts that had been declared by the end of a day and were not over before it.

    `also` are members and what they were kept out of: theirs are listed whenever they were written down.
    """
    query = sa.select(Conflict).where(Conflict.consultation_id == consultation.id).order_by(Conflict.id)
    return [
        each
        for each in session.scalars(query)
        if (each.account_id, each.subject_key) in also
        or (each.declared_on <= day and (each.ended_at is None or each.ended_at.date() >= day))
    ]


def list_kept_out(session: Session, consultation: Consultation, key: SubjectKey) -> list[tuple[Account, Conflict]]:
    """Return the members whom a conflict keeps out of a decision, with it."""
    return [
        (session.get_one(Account, each.account_id), each)
        for each in list_conflicts(session, consultation)
        if each.subject_key == key
    ]
