"""What most pages of the builder begin with: the consultation, its survey as it is written, who acts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import abort
from flask_login import current_user

from consult.extensions import db
from consult.languages import Formats
from consult.record.consultation import Consultation, get_consultation
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.survey import Survey, find_survey
from consult.record.survey_edit import Working, lock_survey, read_working


@dataclass(frozen=True)
class Place:
    """A consultation and one of its surveys, as it is being written."""

    consultation: Consultation
    working: Working

    @property
    def survey(self) -> Survey:
        """The survey's row."""
        return self.working.survey

    @property
    def values(self) -> dict[str, Any]:
        """What the addresses of its pages need."""
        return {"code": self.consultation.code, "survey": self.survey.code}


def find_place(code: str, survey: str) -> Place:
    """Begin to read, and return the place; 404 where there is no such survey."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    found = find_survey(db.session(), consultation, survey)
    if found is None:
        abort(404)
    return Place(consultation, read_working(db.session(), found))


def lock_place(code: str, survey: str) -> tuple[Consultation, Survey]:
    """Begin to write, and return the consultation and the survey, locked; 404 where there is no such survey."""
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    try:
        return consultation, lock_survey(db.session(), consultation, survey)
    except RecordError:
        db.session.rollback()
        abort(404)


def acting() -> By:
    """Return who acts, and when."""
    return By(current_user.id, datetime.now(UTC))


def saved_at(moment: datetime, language: str) -> str:
    """Return when something was saved: the time, with the day before it unless it is today."""
    formats = Formats(language)
    if moment.astimezone().date() == datetime.now().astimezone().date():
        return formats.time(moment)
    return f"{formats.day(moment)}, {formats.time(moment)}"
