"""Who asked to be told when the results are out: an address and a language, joined to nothing."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.account import normalise_email
from consult.record.consultation import Consultation
from consult.record.database import Base, KeyText, check_language, conflict_insert, dialect_of, random_key


class ResultsNotice(Base):
    """One address to write to when the results are out. It has a random key and no date.

    It is written in a request of its own and rewritten with the anonymous tables: nothing says beside which
    response it was left.
    """

    __tablename__ = "results_notices"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "email"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(KeyText, primary_key=True, default=random_key)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    email: Mapped[str] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(2))


def ask_for_results(session: Session, consultation: Consultation, email: str, language: str) -> None:
    """Keep an address, once; the language given last stays. Raises `account.bad_email`, `language.unknown`."""
    insert = conflict_insert(dialect_of(session), ResultsNotice).values(
        id=random_key(),
        consultation_id=consultation.id,
        email=normalise_email(email),
        language=check_language(language),
    )
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["consultation_id", "email"], set_={"language": insert.excluded.language}
        )
    )


def drop_notice(session: Session, notice: ResultsNotice) -> None:
    """Forget an address that wants no message any more, and the message that waits for it."""
    messages = ResultsNotice.metadata.tables["messages"]
    session.execute(sa.delete(messages).where(messages.c.notice_id == notice.id))
    session.delete(notice)
    session.flush()


def count_results_notices(session: Session, consultation: Consultation) -> int:
    """Return how many people asked to be told."""
    query = sa.select(sa.func.count()).where(ResultsNotice.consultation_id == consultation.id)
    return session.scalar(query) or 0
