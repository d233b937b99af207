"""Snapshots of reports: what a report said on a day, kept for good; published by a facilitator, and taken back.

A snapshot's numbers never change, and a new one takes no older one's place: both can be read. It holds no words of
participants, only the keys of quotes: their words are read beside it each time, so that who withdraws them takes them
out of every report.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.audit import record_action
from consult.record.consultation import Consultation
from consult.record.database import Base, CodeText, JsonValue, UtcDateTime
from consult.record.errors import RecordError
from consult.record.lifecycle import By

MADE, PUBLISHED, TAKEN_BACK = "report.made", "report.published", "report.taken_back"
LONGEST_REASON = 1_000


class ReportSnapshot(Base):
    """A report as it was made."""

    __tablename__ = "report_snapshots"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "public_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    # The beginning of the digest of its contents: the same data make the same one.
    public_id: Mapped[str] = mapped_column(CodeText)
    # What `consult.report.snapshot` writes.
    contents: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # None: the command line made it.
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    # Everybody reads the reason where the report stood.
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_because: Mapped[str] = mapped_column(sa.Text)

    @property
    def is_public(self) -> bool:
        """Tell whether everybody may read it now."""
        return self.published_at is not None and self.taken_back_at is None


def save_snapshot(
    session: Session, consultation: Consultation, public_id: str, contents: dict[str, Any], by: By
) -> ReportSnapshot:
    """Keep a report; the one that there is already where it says the same."""
    session.execute(sa.select(Consultation.id).where(Consultation.id == consultation.id).with_for_update())
    present = _find(session, consultation, public_id)
    if present is not None:
        return present
    made = ReportSnapshot(
        consultation_id=consultation.id,
        public_id=public_id,
        contents=contents,
        made_at=by.now,
        made_by_id=by.account_id,
        taken_back_because="",
    )
    session.add(made)
    session.flush()
    record_action(session, by.account_id, MADE, made, now=by.now)
    return made


def list_snapshots(session: Session, consultation: Consultation) -> list[ReportSnapshot]:
    """Return the snapshots of a consultation, the newest first."""
    query = sa.select(ReportSnapshot).where(ReportSnapshot.consultation_id == consultation.id)
    return list(session.scalars(query.order_by(ReportSnapshot.id.desc())))


def get_snapshot(session: Session, consultation: Consultation, public_id: str, *, lock: bool = False) -> ReportSnapshot:
    """Return a snapshot by its public id; raises `report.missing`."""
    found = _find(session, consultation, public_id, lock=lock)
    if found is None:
        raise RecordError("report.missing")
    return found


def publish_snapshot(session: Session, consultation: Consultation, public_id: str, by: By) -> ReportSnapshot:
    """Let everybody read a snapshot; one that is public already stays as it is.

    Raises `report.missing`, and `report.merged_otherwise` where another that everybody could read puts groups together
    otherwise, and this one was made without regard to it: two tables of the same people can give away together what
    each hides.
    """
    session.execute(sa.select(Consultation.id).where(Consultation.id == consultation.id).with_for_update())
    found = get_snapshot(session, consultation, public_id, lock=True)
    if not found.is_public:
        before = [each for each in list_snapshots(session, consultation) if each.published_at is not None]
        if not all(_may_stand_beside(found, each) for each in before):
            raise RecordError("report.merged_otherwise")
        found.published_at, found.published_by_id = by.now, by.account_id
        found.taken_back_at, found.taken_back_because = None, ""
        session.flush()
        record_action(session, by.account_id, PUBLISHED, found, now=by.now)
    return found


def take_back_snapshot(
    session: Session, consultation: Consultation, public_id: str, reason: str, by: By
) -> ReportSnapshot:
    """Take a public snapshot back; its address then says why. Raises `report.missing`, `report.no_reason`."""
    found = get_snapshot(session, consultation, public_id, lock=True)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise RecordError("report.no_reason")
    if found.is_public:
        found.taken_back_at, found.taken_back_because = by.now, reason
        session.flush()
        record_action(session, by.account_id, TAKEN_BACK, found, now=by.now, reason=reason)
    return found


def _may_stand_beside(one: ReportSnapshot, other: ReportSnapshot) -> bool:
    """Tell whether two reports have the same groups together, or one was made within what the other shows."""
    if one.public_id in _made_within(other) or other.public_id in _made_within(one):
        return True
    mine, theirs = _list_columns(one), _list_columns(other)
    return all(mine[code] == theirs[code] for code in mine.keys() & theirs.keys())


def _made_within(snapshot: ReportSnapshot) -> list[str]:
    within: list[str] = snapshot.contents.get("together", {}).get("within", [])
    return within


def _list_columns(snapshot: ReportSnapshot) -> dict[str, list[list[str]]]:
    """Return the groups behind each column of the tables by group, by question."""
    questions = snapshot.contents.get("questions", [])
    return {each["code"]: sorted(each["behind"]) for each in questions if each.get("behind")}


def _find(session: Session, consultation: Consultation, public_id: str, *, lock: bool = False) -> ReportSnapshot | None:
    query = sa.select(ReportSnapshot).where(
        ReportSnapshot.consultation_id == consultation.id, ReportSnapshot.public_id == public_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()
