"""Where a participant is: the consultation, what it asks, their draft, and the pages before and after.

Everything here is read in the transaction that the view has begun.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from flask import abort, current_app, url_for
from sqlalchemy.orm import Session

from consult.language_urls import hold_policy
from consult.record.consultation import Consultation, ConsultationState
from consult.record.draft import Draft, SavedAnswer, draft_answers, find_draft
from consult.record.keys import Keyring, LinkKeys
from consult.record.response import is_submitted
from consult.record.survey import SurveyVersion, find_asked, read_definition
from consult.respond.device import Held, held_link
from surveys.definition import Section, Survey
from surveys.routing import Route


@dataclass(frozen=True)
class Asked:
    """A consultation and the version of its survey that this person answers."""

    consultation: Consultation
    version: SurveyVersion
    survey: Survey

    @property
    def consents(self) -> Section | None:
        """The first section where it asks for consents only: the landing page asks them."""
        first = self.survey.sections[0]
        return first if first.questions and all(each.type == "consent" for each in first.questions) else None

    @property
    def first_page(self) -> int:
        """The index of the first section that is a page of its own."""
        return 1 if self.consents else 0

    def index_of(self, section_code: str) -> int:
        """Return the index of a section, or answer that there is none (404)."""
        codes = [section.code for section in self.survey.sections]
        if section_code not in codes:
            abort(404)
        return codes.index(section_code)

    def address(self, index: int) -> str:
        """Return the address of a section's page: before the first is the landing page, after the last the check."""
        code = self.consultation.code
        if index < 0:
            return url_for("respond.landing", code=code)
        if index >= len(self.survey.sections):
            return url_for("respond.check", code=code)
        return url_for("respond.questions", code=code, section=self.survey.sections[index].code)


@dataclass(frozen=True)
class Standing:
    """What this device has done so far: a link, perhaps a draft, perhaps a response that was sent."""

    held: Held | None = None
    keys: LinkKeys | None = None
    draft: Draft | None = None
    is_sent: bool = False

    @property
    def seed(self) -> int | None:
        """The seed of the order of choices."""
        return self.draft.order_seed if self.draft is not None else None

    def reached(self, route: Route) -> int:
        """Return the furthest page that may be seen; as many as there are sections: the page before sending.

        A page that has come to be hidden since it was reached is stepped over.
        """
        return route.from_section(self.draft.page) if self.draft is not None else 0

    @property
    def has_begun(self) -> bool:
        """Whether there is something that only its author may see."""
        return self.draft is not None or self.is_sent

    @property
    def mark(self) -> str:
        """What a form carries to say whose answers it is about; it leads nowhere."""
        return sha256(f"form {self.keys.draft_id}".encode()).hexdigest()[:16] if self.keys else ""

    def with_link(self, keys: Keyring, token: str) -> "Standing":
        """Return the standing of a device that has just been given a link."""
        return replace(self, keys=keys.open_link(token))


def is_this_page(standing: Standing, posted: Mapping[str, str]) -> bool:
    """Tell whether a form that was sent is about the answers that the device holds now, not an earlier person's."""
    return bool(standing.mark) and posted.get("draft") == standing.mark


def keyring() -> Keyring:
    """Return the installation's keys."""
    keys: Keyring = current_app.extensions["keyring"]
    return keys


def find_place(session: Session, code: str, *, lock: bool = False) -> tuple[Asked, Standing]:
    """Return what is asked and where this device stands, its draft locked if asked; 404 where nothing is asked."""
    found = find_asked(session, code)
    if found is None or found[0].state is ConsultationState.DRAFT:
        abort(404)
    consultation, version = found
    hold_policy(consultation)
    standing = _find_standing(session, code, lock)
    if standing.draft is not None and standing.draft.version_id != version.id:
        version = session.get_one(SurveyVersion, standing.draft.version_id)
    return Asked(consultation, version, read_definition(version).survey), standing


def _find_standing(session: Session, code: str, lock: bool) -> Standing:
    held = held_link(code)
    if held is None:
        return Standing()
    keys = keyring().open_link(held.token)
    draft = find_draft(session, keys, lock=lock)
    # after the row is locked: a submission that ended while we waited is seen
    is_sent = is_submitted(session, keys) if lock or draft is None else False
    return Standing(held, keys, None if is_sent else draft, is_sent)


def answers_of(session: Session, standing: Standing) -> Mapping[str, SavedAnswer]:
    """Return what the draft holds, by question code."""
    return draft_answers(session, standing.keys) if standing.keys and standing.draft else {}


def why_not(consultation: Consultation, today: date) -> str | None:
    """Return why nobody may answer today: "paused", "early", "closed"; None where they may."""
    if consultation.is_accepting(today):
        return None
    if consultation.state is ConsultationState.PAUSED:
        return "paused"
    if consultation.state is ConsultationState.OPEN and consultation.opens_on and today < consultation.opens_on:
        return "early"
    return "closed"
