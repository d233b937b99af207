"""The sample consultation: its files, and the way they enter a record, which is the way of any import."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from consult.consultation_file import read_consultation
from consult.exports.response_columns import file_words
from consult.exports.response_reader import read_responses
from consult.record.consultation import Consultation, create_consultation
from consult.record.keys import Keyring
from consult.record.lifecycle import open_consultation
from consult.record.response_import import import_responses
from consult.record.survey import create_survey, publish_version
from surveys.exchange.survey_file import read_survey
from surveys.localised import Localised

FOLDER = Path(__file__).resolve().parent
CONSULTATION = FOLDER / "consultation.json"
RESPONSES = FOLDER / "responses.csv"
DAYS_TO_COME = timedelta(days=14)
OPEN_QUESTIONS = ("hardest", "protect", "one_change")


def load_sample(session: Session, keyring: Keyring, today: date, *, is_running: bool = False) -> Consultation:
    """Create the consultation, publish its survey and import its responses.

    With `is_running` everything is moved in time and the consultation is open: its last response came yesterday,
    and it closes in two weeks. Else it is a draft, with its own dates.

    Raises `consultation.exists` where it is there already, and what an import raises.
    """
    survey = read_survey(FOLDER / "survey.json")
    new = read_consultation(CONSULTATION)
    later = timedelta(0)
    if is_running and new.opens_on and new.closes_on:
        later = today - timedelta(days=1) - new.closes_on
        new = replace(new, opens_on=new.opens_on + later, closes_on=today + DAYS_TO_COME)
    consultation = create_consultation(session, new)
    version = publish_version(session, create_survey(session, consultation, survey), today)
    words = file_words(consultation.groups, [survey])
    read = read_responses(RESPONSES, {version.number: survey}, version.number, words, date.max)
    rows = [replace(row, submitted_on=row.submitted_on + later) for row in read.rows]
    import_responses(session, keyring, version, rows)
    if is_running:
        open_consultation(session, consultation.code, today=today)
    return consultation


def group_names() -> dict[str, Localised]:
    """Return what each group is called, by code."""
    return {group.code: group.name for group in read_consultation(CONSULTATION).groups}
