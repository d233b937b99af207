"""The sample consultation: its files, and the way they enter a record, which is the way of any import."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from consult.record.consultation import (
    Anonymity,
    Consultation,
    LanguagePolicy,
    NewConsultation,
    NewGroup,
    create_consultation,
)
from consult.record.keys import Keyring
from consult.record.submission import ImportedResponse, import_responses
from consult.record.survey import create_survey, publish_version
from surveys.columns import from_row
from surveys.exchange.spreadsheet import iter_rows
from surveys.exchange.survey_file import read_survey
from surveys.localised import Localised

FOLDER = Path(__file__).resolve().parent
RESPONSES = FOLDER / "responses.csv"
OPEN_QUESTIONS = ("hardest", "protect", "one_change")


def load_sample(session: Session, keyring: Keyring, today: date) -> Consultation:
    """Create the consultation, publish its survey and import its responses.

    Raises `consultation.exists` where it is there already, and what an import raises.
    """
    survey = read_survey(FOLDER / "survey.json")
    consultation = create_consultation(session, _new_consultation())
    version = publish_version(session, create_survey(session, consultation, survey), today)
    rows = [
        ImportedResponse(
            place=f"line {line}",
            raw=from_row(survey, row),
            language=row["language"],
            submitted_on=date.fromisoformat(row["submitted_on"]),
            group=row["group"],
            reference=row["response"],
        )
        for line, row in iter_rows(RESPONSES)
    ]
    import_responses(session, keyring, version, rows)
    return consultation


def group_names() -> dict[str, Localised]:
    """Return what each group is called, by code."""
    return {group["code"]: Localised.from_json(group["name"]) for group in _read()["groups"]}


def _read() -> dict[str, Any]:
    definition: dict[str, Any] = json.loads((FOLDER / "consultation.json").read_text("utf-8"))
    return definition


def _new_consultation() -> NewConsultation:
    read = _read()
    return NewConsultation(
        code=read["code"],
        title=Localised.from_json(read["title"]),
        mandate=Localised.from_json(read["mandate"]),
        promise=Localised.from_json(read["promise"]),
        contact=read["contact"],
        anonymity=Anonymity(read["anonymity"]),
        language_policy=LanguagePolicy(read["language_policy"]),
        opens_on=date.fromisoformat(read["opens_on"]),
        closes_on=date.fromisoformat(read["closes_on"]),
        group_question=read["group_question"],
        quote_question=read["quote_question"],
        is_fictional=read["fictional"],
        groups=tuple(
            NewGroup(group["code"], Localised.from_json(group["name"]), group["target"]) for group in read["groups"]
        ),
    )
