"""What those who were there say of a session's notes, with the slip that they were given; never who says it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation, ConsultationState
from consult.record.contribution import check_text
from consult.record.database import Base, KeyText, check_language, conflict_insert, dialect_of, enum_type
from consult.record.errors import RecordError
from consult.record.session import ListeningSession, SessionAttendance, SessionState, get_session
from consult.record.session_notes import Statement, erase_statements

LONGEST_REMARK = 2_000
MOST_REMARKS = 500


class RemarkKind(StrEnum):
    """What is said of a statement, or of the notes as a whole."""

    RIGHT = "right"
    WRONG = "wrong"
    REMOVE = "remove"
    MISSING = "missing"


class Remark(Base):
    """One remark. Its key comes from a secret of the browser, so that changing one's mind changes the remark."""

    __tablename__ = "session_remarks"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(KeyText, primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("sessions.id"), index=True)
    # What is said of a statement goes with it.
    statement_id: Mapped[str | None] = mapped_column(
        KeyText, sa.ForeignKey("session_statements.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[RemarkKind] = mapped_column(enum_type(RemarkKind))
    text: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(2))
    is_handled: Mapped[bool]


@dataclass(frozen=True)
class NewRemark:
    """A remark to keep; `statement` is a statement's key, None for what is missing."""

    kind: RemarkKind
    statement: str | None = None
    text: str = ""
    language: str = "fr"


def may_remark(consultation: Consultation, listening: ListeningSession, today: date) -> bool:
    """Tell whether remarks are taken: once the notes are ready, until the consultation closes."""
    is_over = consultation.closes_on is not None and today > consultation.closes_on
    return listening.state is SessionState.READY and consultation.state is not ConsultationState.CLOSED and not is_over


def keep_remark(
    session: Session, consultation: Consultation, session_id: int, key: str, new: NewRemark, today: date
) -> None:
    """Keep a remark under a key, in place of an earlier one under the same key.

    Raises `session.remarks_closed`, `remark.empty` (what is missing must be said), `statement.missing`,
    `text.too_long`, `text.bad_character`, `remark.too_many`, `language.unknown`.
    """
    listening = get_session(session, consultation, session_id, lock=True)
    if not may_remark(consultation, listening, today):
        raise RecordError("session.remarks_closed")
    _check(session, listening, new)
    query = sa.select(sa.func.count()).where(Remark.session_id == listening.id)
    if int(session.execute(query).scalar_one()) >= MOST_REMARKS:
        raise RecordError("remark.too_many")
    values = {
        "id": key,
        "session_id": listening.id,
        "statement_id": new.statement,
        "kind": new.kind,
        "text": new.text,
        "language": new.language,
        "is_handled": new.kind is RemarkKind.RIGHT,
    }
    insert = conflict_insert(dialect_of(session), Remark).values(values)
    changed = {name: insert.excluded[name] for name in ("kind", "text", "language", "is_handled")}
    session.execute(
        insert.on_conflict_do_update(index_elements=["id"], set_=changed).execution_options(populate_existing=True)
    )


def list_remarks(session: Session, listening: ListeningSession) -> list[Remark]:
    """Return the remarks on a session, those that wait first, in no order that tells when they came."""
    query = sa.select(Remark).where(Remark.session_id == listening.id)
    return list(session.scalars(query.order_by(Remark.is_handled, Remark.id)))


def find_own(session: Session, keys: list[str]) -> dict[str, Remark]:
    """Return the remarks that are there under these keys."""
    return {each.id: each for each in session.scalars(sa.select(Remark).where(Remark.id.in_(keys)))}


def count_waiting(session: Session, consultation: Consultation) -> dict[int, int]:
    """Return how many remarks of each session wait for the facilitator."""
    query = (
        sa.select(Remark.session_id, sa.func.count())
        .join(ListeningSession, Remark.session_id == ListeningSession.id)
        .where(ListeningSession.consultation_id == consultation.id, Remark.is_handled.is_(False))
        .group_by(Remark.session_id)
    )
    return dict(session.execute(query).all())


def handle_remark(
    session: Session, consultation: Consultation, session_id: int, remark_id: str, *, is_handled: bool
) -> None:
    """Note that a remark was dealt with, or that it waits again; raises `remark.missing`, `session.missing`."""
    listening = get_session(session, consultation, session_id)
    remark = session.get(Remark, remark_id)
    if remark is None or remark.session_id != listening.id:
        raise RecordError("remark.missing")
    remark.is_handled = is_handled
    session.flush()


def erase_session(session: Session, consultation: Consultation, session_id: int) -> None:
    """Erase a session with its notes, remarks and slip, and the texts of its contributions; raises `session.missing`.

    Published counts stay, as after any withdrawal: the contributions' empty rows stay.
    """
    listening = get_session(session, consultation, session_id, lock=True)
    session.execute(sa.delete(Remark).where(Remark.session_id == listening.id))
    erase_statements(session, Statement.session_id == listening.id)
    session.execute(sa.delete(SessionAttendance).where(SessionAttendance.session_id == listening.id))
    session.delete(listening)
    session.flush()


def _check(session: Session, listening: ListeningSession, new: NewRemark) -> None:
    check_language(new.language)
    if new.kind is RemarkKind.MISSING and not new.text.strip():
        raise RecordError("remark.empty")
    if new.text.strip():
        check_text(new.text)
    if len(new.text) > LONGEST_REMARK:
        raise RecordError("text.too_long", maximum=LONGEST_REMARK)
    if (new.statement is None) is not (new.kind is RemarkKind.MISSING):
        raise RecordError("statement.missing")
    if new.statement is not None:
        statement = session.get(Statement, new.statement)
        if statement is None or statement.session_id != listening.id or statement.is_removed:
            raise RecordError("statement.missing")
