"""Translations of statements: written and approved by people, shown beside the words as they were written."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.database import Base, KeyText, insert_or_keep
from consult.record.discussion import Prompt
from consult.record.errors import RecordError
from consult.record.statement import DiscussionStatement, StatementState
from surveys.cleaning import clean_text

MAXIMUM_TRANSLATION = 600  # a translation may be longer than what it translates


class StatementTranslation(Base):
    """The words of one statement in the other language."""

    __tablename__ = "statement_translations"
    __table_args__ = ({"sqlite_with_rowid": False},)

    statement_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("discussion_statements.id"), primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text)
    is_approved: Mapped[bool]
    # Who wrote it last, and who approved it.
    written_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)


@dataclass(frozen=True)
class Translating:
    """A statement in the translator's queue, with what there is of its translation."""

    statement: DiscussionStatement
    text: str
    is_approved: bool


def translate_statement(
    session: Session, statement: DiscussionStatement, text: str, account_id: int | None, *, seen: str, approve: bool
) -> None:
    """Keep a translation and say whether it may be shown; `seen` is the text that its writer had before them.

    The statement must be locked. Raises `translation.changed` when somebody else wrote meanwhile,
    `translation.empty` (nothing to approve), `translation.too_long`. An empty text takes a draft away.
    """
    text = " ".join(clean_text(text).split())
    if len(text) > MAXIMUM_TRANSLATION:
        raise RecordError("translation.too_long", maximum=MAXIMUM_TRANSLATION)
    if approve and not text:
        raise RecordError("translation.empty")
    present = session.get(StatementTranslation, statement.id)
    if present is not None and present.text not in (seen, text):
        raise RecordError("translation.changed")
    if not text:
        erase_translations(session, DiscussionStatement.id == statement.id)
        return
    approved_by = account_id if approve else None
    row = {
        "statement_id": statement.id,
        "text": text,
        "is_approved": approve,
        "written_by_id": account_id,
        "approved_by_id": approved_by,
    }
    if present is None and insert_or_keep(session, StatementTranslation, row, "statement_id"):
        return
    kept = session.get_one(StatementTranslation, statement.id)
    if kept.text != text:
        kept.text, kept.written_by_id = text, account_id
    kept.is_approved, kept.approved_by_id = approve, approved_by
    session.flush()


def list_translations(session: Session, prompt: Prompt) -> list[Translating]:
    """Return what is published and its translations: those to be written first, then to be approved, then done."""
    query = (
        sa.select(DiscussionStatement, StatementTranslation)
        .outerjoin(StatementTranslation, StatementTranslation.statement_id == DiscussionStatement.id)
        .where(DiscussionStatement.prompt_id == prompt.id, DiscussionStatement.state == StatementState.PUBLISHED)
        .order_by(DiscussionStatement.posted_on, DiscussionStatement.id)
    )
    found = [
        Translating(statement, kept.text if kept else "", bool(kept and kept.is_approved))
        for statement, kept in session.execute(query)
    ]
    return sorted(found, key=lambda each: (each.is_approved, bool(each.text)))


def approved_translations(session: Session, statement_ids: Sequence[str]) -> dict[str, str]:
    """Return the approved words in the other language, by statement, for the statements of one page."""
    query = sa.select(StatementTranslation.statement_id, StatementTranslation.text).where(
        StatementTranslation.statement_id.in_(statement_ids), StatementTranslation.is_approved
    )
    return dict(session.execute(query).all())


def erase_translations(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Erase the translations of the statements that answer to a condition."""
    keys = sa.select(DiscussionStatement.id).where(which)
    session.execute(
        sa.delete(StatementTranslation)
        .where(StatementTranslation.statement_id.in_(keys))
        .execution_options(synchronize_session="fetch")
    )
