"""The audit: who did what, when and why. Rows are added and never change; no participant appears in it."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from consult.record.database import Base, CodeText, UtcDateTime
from consult.record.errors import RecordError

# A page that is opened again and again, or refreshed, is one reading.
ONE_READING = timedelta(minutes=10)


class AuditEntry(Base):
    """One act of a person with an account. None for a response: its time would tell whose it is."""

    __tablename__ = "audit_entries"
    __table_args__ = (sa.Index(None, "object_type", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # None: the command line or a job acted.
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    action: Mapped[str] = mapped_column(CodeText)
    object_type: Mapped[str] = mapped_column(CodeText)
    object_id: Mapped[str] = mapped_column(CodeText)
    # The words of the person who acted, where the page asks for a reason.
    reason: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def record_action(
    session: Session,
    account_id: int | None,
    action: str,
    subject: Base,
    *,
    now: datetime,
    reason: str = "",
) -> AuditEntry:
    """Add what was done to a row ("consultation.opened"); raises `audit.participant` for a participant's."""
    table = type(subject).__tablename__
    if table in PARTICIPANT_TABLES:
        raise RecordError("audit.participant", table=table)
    key = sa.inspect(subject).identity or ()
    entry = AuditEntry(
        account_id=account_id,
        action=action,
        object_type=table,
        object_id=":".join(str(part) for part in key),
        reason=reason,
        at=now,
    )
    session.add(entry)
    session.flush()
    return entry


def record_reading(session: Session, account_id: int, action: str, subject: Base, *, now: datetime) -> None:
    """Add that somebody read what is confidential; once for what one account reads within ten minutes."""
    key = ":".join(str(part) for part in sa.inspect(subject).identity or ())
    recent = sa.select(AuditEntry.id).where(
        AuditEntry.account_id == account_id,
        AuditEntry.action == action,
        AuditEntry.object_type == type(subject).__tablename__,
        AuditEntry.object_id == key,
        AuditEntry.at > now - ONE_READING,
    )
    if session.scalar(recent.limit(1)) is None:
        record_action(session, account_id, action, subject, now=now)


def list_entries(session: Session, *, subject: Base | None = None, limit: int = 200) -> list[AuditEntry]:
    """Return the newest entries, of one row if given."""
    query = sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if subject is not None:
        key = ":".join(str(part) for part in sa.inspect(subject).identity or ())
        query = query.where(AuditEntry.object_type == type(subject).__tablename__, AuditEntry.object_id == key)
    return list(session.scalars(query))


# An exact time beside one of these keys would say when somebody answered.
PARTICIPANT_TABLES = frozenset(
    {
        "invitations",
        "drafts",
        "draft_answers",
        "responses",
        "response_answers",
        "contributions",
        "contribution_revisions",
        "results_notices",
        "contacts",
        "messages",
        "discussion_participants",
        "discussion_statements",
        "discussion_reactions",
        "discussion_reaction_counts",
        "discussion_acts",
        "statement_translations",
        "session_statements",
        "session_remarks",
        "typed_forms",
        "concerns",
        "concern_readings",
        "coding_items",
        "hand_codings",
        "coding_settlements",
        "workshop_participants",
        "workshop_ideas",
        "workshop_votes",
    }
)


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _keep_entry(_mapper: Mapper[Any], _connection: Connection, _entry: AuditEntry) -> None:
    """Refuse what the database would refuse too."""
    raise RecordError("audit.permanent")
