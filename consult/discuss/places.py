"""Where a participant of the discussions is: the consultation, the prompt, and who this device takes part as.

Everything here is read in the transaction that the view has begun. A link is held by the device as it is for the survey
(`consult.respond.device`): who answers and discusses on one device does both with one link, and nothing stored joins
the two.
"""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from flask import abort, redirect, request, session, url_for
from sqlalchemy.orm import Session

from consult.language_urls import hold_policy
from consult.record.consultation import Consultation, ConsultationState, find_consultation
from consult.record.discussion import (
    DiscussionParticipant,
    Prompt,
    find_by_link,
    find_participant,
    find_prompt,
    list_prompts,
)
from consult.record.draft import find_draft
from consult.record.errors import RecordError
from consult.record.response import is_submitted
from consult.record.statement import count_states
from consult.respond.device import Held, held_link, held_receipt, hold_link
from consult.respond.places import keyring, why_not

_RECEIPT = "discussion_receipt"


@dataclass(frozen=True)
class Place:
    """A consultation whose prompts are open or were, and where this device stands in them."""

    consultation: Consultation
    held: Held | None
    participant: DiscussionParticipant | None
    # Whether somebody answers the survey, or did, with the link that this device holds.
    has_answered: bool

    @property
    def is_here(self) -> bool:
        """Whether the person at the keys is surely the one who takes part."""
        return self.participant is not None and self.held is not None and self.held.is_recent

    @property
    def must_ask(self) -> bool:
        """Whether to ask if it is them before anything is shown or said in their name."""
        begun = self.participant is not None or self.has_answered
        return begun and self.held is not None and not self.held.is_recent

    @property
    def reason(self) -> str | None:
        """Why nobody may post or react today; None where they may."""
        return why_not(self.consultation, date.today())


def find_place(records: Session, code: str, *, lock: bool = False) -> Place:
    """Return where this device stands; 404 where there is no such consultation, or no prompt in it was ever opened."""
    consultation = find_consultation(records, code)
    if consultation is None or consultation.state is ConsultationState.DRAFT:
        abort(404)
    hold_policy(consultation)
    held = held_link(code)
    if held is None:
        return Place(consultation, None, None, has_answered=False)
    participant = find_by_link(records, keyring(), held.token, lock=lock)
    keys = keyring().open_link(held.token)
    answered = find_draft(records, keys) is not None or is_submitted(records, keys)
    return Place(consultation, held, participant, answered)


def find_here(records: Session, code: str, *, lock: bool = False) -> tuple[Place, DiscussionParticipant]:
    """Return the place of somebody who takes part now, or lead to the first page of the discussions."""
    place = find_place(records, code, lock=lock)
    if place.participant is None or not place.is_here or place.participant.is_withdrawn:
        abort(redirect(url_for("discuss.home", code=code), 303))
    return place, place.participant


def find_sent(records: Session, code: str) -> tuple[Place, DiscussionParticipant]:
    """Return the place of a form that was sent; one of an earlier person on this device leads to the first page."""
    place, participant = find_here(records, code, lock=True)
    if request.form.get("who") != mark(participant):
        abort(redirect(url_for("discuss.home", code=code), 303))
    if place.held is not None:
        hold_link(code, place.held.token)  # whoever goes on is here
    return place, participant


def find_open_prompt(records: Session, consultation: Consultation, code: str) -> Prompt:
    """Return a prompt that participants may read: open, or closed with something said in it; 404 otherwise."""
    prompt = find_prompt(records, consultation, code)
    if prompt is None or prompt not in readable_prompts(records, consultation):
        abort(404)
    return prompt


def readable_prompts(records: Session, consultation: Consultation) -> list[Prompt]:
    """Return the prompts that participants may read: those that are open, and those where something was said."""
    prompts = list_prompts(records, consultation)
    said = count_states(records, prompts)
    return [prompt for prompt in prompts if prompt.is_open or said[prompt.id]]


def mark(participant: DiscussionParticipant) -> str:
    """Return what a form carries to say in whose name it is sent; it leads nowhere."""
    return sha256(f"discussion {participant.id}".encode()).hexdigest()[:16]


def hold_discussion_receipt(receipt: str) -> None:
    """Hold the receipt of the discussions, beside that of the survey."""
    session[_RECEIPT] = receipt


def drop_discussion_receipt() -> None:
    """Forget it."""
    session.pop(_RECEIPT, None)


def find_own(records: Session, *, lock: bool = False) -> tuple[str, DiscussionParticipant]:
    """Return the receipt on this device that leads to a discussion, and whose it is; else ask for one.

    It was given on the page for receipts within the last half hour, or belongs to who takes part here just now.
    """
    for receipt in (held_receipt(), _held_here(records)):
        participant = find_participant(records, keyring(), receipt, lock=lock) if receipt else None
        if receipt and participant is not None:
            if participant.is_withdrawn:
                abort(redirect(url_for("discuss.withdrawn"), 303))
            return receipt, participant
    return abort(redirect(url_for("respond.receipt"), 303))


def _held_here(records: Session) -> str | None:
    """Return the discussions' receipt while the link that it comes from was used a moment ago."""
    receipt = session.get(_RECEIPT)
    participant = find_participant(records, keyring(), receipt) if receipt else None
    if participant is None:
        return None
    consultation = records.get_one(Consultation, participant.consultation_id)
    held = held_link(consultation.code)
    is_same = held is not None and held.is_recent
    return receipt if is_same and held and keyring().open_discussion(held.token).receipt == receipt else None


def is_refusal(error: RecordError) -> bool:
    """Tell whether a refusal is about what may be done today, which the page then says."""
    return error.code in {"consultation.not_accepting", "prompt.closed", "prompt.invited_only", "discussion.withdrawn"}
