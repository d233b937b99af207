"""What the committee decided of each theme or option, with its reason; rows are added and never change.

A decision that was thought over is replaced by another, which says which one: the earlier stays to be read.
"""

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


def list_decisions(session: Session, consultation: Consultation) -> list[Decision]:
    """Return the decisions that stand, in the order in which they were made."""
    replaced = sa.select(Decision.replaces_id).where(Decision.replaces_id.is_not(None))
    query = sa.select(Decision).where(Decision.consultation_id == consultation.id, Decision.id.not_in(replaced))
    return list(session.scalars(query.order_by(Decision.id)))
