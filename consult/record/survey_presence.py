"""Who is working on a survey at this moment, so that two facilitators see each other."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.account import Account
from consult.record.database import Base, CodeText, UtcDateTime, conflict_insert, dialect_of
from consult.record.survey import Survey

# A page says every 20 seconds that somebody looks at it: after this long they have left, or lost the network.
_AWAY = timedelta(seconds=75)


class SurveyPresence(Base):
    """When an account last had a survey before it, and which question; one row a person, overwritten."""

    __tablename__ = "survey_presences"

    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False, index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The code of the question that is open, or ''.
    place: Mapped[str] = mapped_column(CodeText)


@dataclass(frozen=True)
class Present:
    """Somebody who works on the survey now."""

    name: str
    place: str


def note_presence(session: Session, survey: Survey, account_id: int, place: str, now: datetime) -> None:
    """Note that an account has the survey before it."""
    values = {"survey_id": survey.id, "account_id": account_id, "at": now, "place": place}
    statement = conflict_insert(dialect_of(session), SurveyPresence).values(values)
    session.execute(
        statement.on_conflict_do_update(index_elements=["survey_id", "account_id"], set_={"at": now, "place": place})
    )


def list_present(session: Session, survey: Survey, account_id: int, now: datetime) -> list[Present]:
    """Return the others who have the survey before them now, by name."""
    query = (
        sa.select(Account.name, SurveyPresence.place)
        .join(Account, SurveyPresence.account_id == Account.id)
        .where(
            SurveyPresence.survey_id == survey.id,
            SurveyPresence.account_id != account_id,
            SurveyPresence.at > now - _AWAY,
        )
        .order_by(Account.name)
    )
    return [Present(*row) for row in session.execute(query)]
