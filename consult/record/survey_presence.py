"""Who is working on a survey at this moment, so that two facilitators see each other."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.presence import PresenceRow, Present, list_others, note_row
from consult.record.survey import Survey


class SurveyPresence(PresenceRow):
    """When an account last had a survey before it, and which question."""

    __tablename__ = "survey_presences"

    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"), primary_key=True, autoincrement=False)


def note_presence(session: Session, survey: Survey, account_id: int, place: str, now: datetime) -> None:
    """Note that an account has the survey before it."""
    note_row(session, SurveyPresence, {"survey_id": survey.id, "account_id": account_id, "at": now, "place": place})


def list_present(session: Session, survey: Survey, account_id: int, now: datetime) -> list[Present]:
    """Return the others who have the survey before them now, by name."""
    return list_others(session, SurveyPresence, SurveyPresence.survey_id, survey.id, account_id, now)
