"""What the receipt on this device leads to."""

from dataclasses import dataclass
from datetime import date

from flask import abort, redirect, url_for
from sqlalchemy.orm import Session

from consult.language_urls import hold_policy
from consult.record.consultation import Consultation
from consult.record.response import Response, find_response
from consult.record.survey import SurveyVersion, read_definition
from consult.respond.device import RECENT_SECONDS, held_receipt
from consult.respond.places import keyring
from surveys.definition import Survey


@dataclass(frozen=True)
class Kept:
    """What a receipt leads to."""

    receipt: str
    response: Response
    consultation: Consultation
    survey: Survey

    @property
    def is_open(self) -> bool:
        """Whether answers can still be corrected."""
        return self.consultation.is_accepting(date.today())


def find_kept(session: Session, seconds: float = RECENT_SECONDS) -> Kept:
    """Return what a receipt given within so many seconds leads to, or send the person to give it."""
    given = held_receipt(seconds)
    response = find_response(session, keyring(), given) if given else None
    if given is None or response is None:
        abort(redirect(url_for("respond.receipt"), 303))
    if response.is_withdrawn:
        abort(redirect(url_for("respond.withdrawn"), 303))
    version = session.get_one(SurveyVersion, response.version_id)
    consultation = session.get_one(Consultation, response.consultation_id)
    hold_policy(consultation)
    return Kept(given, response, consultation, read_definition(version).survey)
