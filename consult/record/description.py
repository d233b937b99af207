"""What a consultation says of itself (mandate, promise, groups…), as its facilitators found and change it."""

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from consult.record.account import Role, get_account, join_consultation
from consult.record.audit import record_action
from consult.record.consultation import (
    Anonymity,
    Consultation,
    ConsultationState,
    LanguagePolicy,
    NewConsultation,
    NewGroup,
    create_consultation,
    get_consultation,
    list_groups,
    set_anonymity,
    set_groups,
)
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from surveys.localised import Localised

FOUNDED, DESCRIBED = "consultation.founded", "consultation.described"


@dataclass(frozen=True)
class Description:
    """Everything about a consultation that is not its dates and not its state."""

    title: Localised
    mandate: Localised
    promise: Localised
    contact: str
    anonymity: Anonymity
    language_policy: LanguagePolicy
    group_question: str | None
    quote_question: str | None
    groups: tuple[NewGroup, ...]

    @property
    def digest(self) -> str:
        """What tells one description from another."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def found_consultation(session: Session, new: NewConsultation, account_id: int, by: By) -> Consultation:
    """Create a consultation in draft, with the person who makes it as its facilitator.

    Raises `consultation.exists`, `consultation.bad_dates`, `group.duplicate`.
    """
    consultation = create_consultation(session, new)
    join_consultation(session, get_account(session, account_id), consultation, Role.FACILITATOR)
    record_action(session, by.account_id, FOUNDED, consultation, now=by.now)
    return consultation


def read_description(session: Session, consultation: Consultation) -> Description:
    """Return what a consultation says of itself."""
    groups = (NewGroup(each.code, each.name, each.target) for each in list_groups(session, consultation))
    return Description(
        title=consultation.title,
        mandate=consultation.mandate,
        promise=consultation.promise,
        contact=consultation.contact,
        anonymity=consultation.anonymity,
        language_policy=consultation.language_policy,
        group_question=consultation.group_question,
        quote_question=consultation.quote_question,
        groups=tuple(groups),
    )


def describe_consultation(session: Session, code: str, wanted: Description, *, seen: str, by: By) -> Consultation:
    """Change what a consultation says of itself; `seen` is the digest of what the person was looking at.

    Raises `consultation.described` (somebody else changed it meanwhile), `consultation.closed`,
    `consultation.anonymity_fixed`, `group.duplicate`, `group.fixed`.
    """
    consultation = get_consultation(session, code, lock=True)
    if consultation.state is ConsultationState.CLOSED:
        raise RecordError("consultation.closed")
    present = read_description(session, consultation)
    if wanted == present:
        return consultation
    if seen != present.digest:
        raise RecordError("consultation.described")
    if wanted.anonymity is not present.anonymity:
        set_anonymity(session, consultation, wanted.anonymity)
    consultation.title, consultation.mandate, consultation.promise = wanted.title, wanted.mandate, wanted.promise
    consultation.contact, consultation.language_policy = wanted.contact, wanted.language_policy
    consultation.group_question, consultation.quote_question = wanted.group_question, wanted.quote_question
    set_groups(session, consultation, wanted.groups)
    record_action(session, by.account_id, DESCRIBED, consultation, now=by.now)
    return consultation


def point_questions(session: Session, consultation: Consultation, group: str | None, quote: str | None) -> None:
    """Say which question gives the group and which the consent to be quoted, where nothing was said before."""
    consultation.group_question = consultation.group_question or group
    consultation.quote_question = consultation.quote_question or quote
    session.flush()
