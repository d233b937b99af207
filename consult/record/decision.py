"""What the committee decided of each theme or option, with its reason; rows are added and never change.

A decision that was thought over is replaced by another, which says which one: the earlier stays to be read.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation
from consult.record.database import Base, CodeText, LocalisedText, UtcDateTime, enum_type
from surveys.localised import Localised


class Outcome(StrEnum):
    """What becomes of a theme or an option."""

    KEPT = "kept"
    MERGED = "merged"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNDER_WAY = "under_way"
    PASSED_ON = "passed_on"


class Decision(Base):
    """A decision on one theme of a board, or on one option of a ranking question."""

    __tablename__ = "decisions"
    __table_args__ = (
        sa.CheckConstraint("(theme_id IS NULL) <> (option_code IS NULL)", name="theme_or_option"),
        sa.Index(None, "consultation_id", "question_code", "option_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("themes.id"), index=True)
    # The question whose board or whose options it is about; "" for the board across all questions.
    question_code: Mapped[str] = mapped_column(CodeText)
    option_code: Mapped[str | None] = mapped_column(CodeText)
    # What it was called when it was decided on.
    subject: Mapped[Localised] = mapped_column(LocalisedText)
    outcome: Mapped[Outcome] = mapped_column(enum_type(Outcome))
    reason: Mapped[Localised] = mapped_column(LocalisedText)
    # To whom it was passed on, or what it was merged into.
    whereto: Mapped[Localised] = mapped_column(LocalisedText)
    decided_on: Mapped[date] = mapped_column(sa.Date)
    # Who wrote it down, and when.
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The earlier decision that it takes the place of.
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decisions.id"), unique=True)

    @property
    def subject_key(self) -> "SubjectKey":
        """What it is about."""
        return SubjectKey(self.theme_id, self.question_code if self.option_code else "", self.option_code or "")


class MeetingDecision(Base):
    """The meeting in which a decision was made, where it was made in one."""

    __tablename__ = "meeting_decisions"

    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"), primary_key=True, autoincrement=False)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"), index=True)


class KeptOut(Base):
    """A member whom a conflict of interest kept out of a decision, as it was then."""

    __tablename__ = "decision_kept_out"

    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False, index=True
    )


@dataclass(frozen=True)
class Circumstances:
    """How a decision was made: in which meeting, if in one, and without which accounts."""

    meeting_id: int | None = None
    kept_out: frozenset[int] = frozenset()


@dataclass(frozen=True)
class SubjectKey:
    """What can be decided on: a theme of a board by its key, or an option of a question by their codes."""

    theme_id: int | None = None
    question_code: str = ""
    option_code: str = ""

    def __str__(self) -> str:
        """Write it as it stands in an address."""
        return f"{self.question_code}:{self.option_code}" if self.theme_id is None else f"theme:{self.theme_id}"

    @classmethod
    def read(cls, text: str) -> "SubjectKey":
        """Read what `str` wrote; any other text names a subject that is not there."""
        first, _colon, second = text.partition(":")
        if first == "theme" and second.isascii() and second.isdecimal() and len(second) < 10:
            return cls(int(second))
        return cls(None, first, second)


def list_decisions(session: Session, consultation: Consultation) -> list[Decision]:
    """Return the decisions that stand, in the order in which they were made."""
    replaced = sa.select(Decision.replaces_id).where(Decision.replaces_id.is_not(None))
    query = sa.select(Decision).where(Decision.consultation_id == consultation.id, Decision.id.not_in(replaced))
    return list(session.scalars(query.order_by(Decision.id)))


def list_meeting_decisions(session: Session, meeting_id: int) -> list[Decision]:
    """Return what was decided in a meeting, also what was replaced since, in the order in which it was made."""
    query = sa.select(Decision).join(MeetingDecision, MeetingDecision.decision_id == Decision.id)
    return list(session.scalars(query.where(MeetingDecision.meeting_id == meeting_id).order_by(Decision.id)))


def read_circumstances(session: Session, decision_ids: Collection[int]) -> dict[int, Circumstances]:
    """Return how each of these decisions was made."""
    meetings = sa.select(MeetingDecision.decision_id, MeetingDecision.meeting_id)
    held = dict(session.execute(meetings.where(MeetingDecision.decision_id.in_(decision_ids))).all())
    out: dict[int, set[int]] = {}
    rows = sa.select(KeptOut.decision_id, KeptOut.account_id).where(KeptOut.decision_id.in_(decision_ids))
    for decision, account in session.execute(rows):
        out.setdefault(decision, set()).add(account)
    return {each: Circumstances(held.get(each), frozenset(out.get(each, ()))) for each in decision_ids}


def list_history(session: Session, consultation: Consultation, key: SubjectKey) -> list[Decision]:
    """Return every decision on a subject, the one that stands first."""
    query = sa.select(Decision).where(Decision.consultation_id == consultation.id, _is_about(key))
    return list(session.scalars(query.order_by(Decision.id.desc())))


def _is_about(key: SubjectKey) -> sa.ColumnElement[bool]:
    if key.theme_id is not None:
        return Decision.theme_id == key.theme_id
    return sa.and_(Decision.question_code == key.question_code, Decision.option_code == key.option_code)
