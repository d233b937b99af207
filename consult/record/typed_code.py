"""Short codes for paper and telephone: invitations like others, made in numbers, and shown once."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation, ConsultationState, group_ids
from consult.record.database import check_language, random_key
from consult.record.errors import RecordError
from consult.record.invitation import Invitation, find_invitation
from consult.record.keys import CODE_SIGNS, Keyring, normalise_code

MOST_CODES = 500  # in one sheet


@dataclass(frozen=True)
class CodeCount:
    """The codes that were made for a group (its key, None: no group) in a language, and those that were used."""

    group_id: int | None
    language: str
    made: int
    used: int


def create_codes(
    session: Session,
    keyring: Keyring,
    consultation: Consultation,
    seed: str,
    *,
    count: int,
    language: str,
    group: str | None = None,
) -> list[str]:
    """Make short codes and return them; they are kept as digests only, so nobody can list them again.

    The same seed, number, language and group give the same codes, which are made once. Raises `code.count`,
    `group.unknown`, `language.unknown`, and `consultation.closed`, for nobody could use them.
    """
    if not 1 <= count <= MOST_CODES:
        raise RecordError("code.count", maximum=MOST_CODES)
    if consultation.state is ConsultationState.CLOSED:
        raise RecordError("consultation.closed")
    groups = group_ids(session, consultation)
    if group is not None and group not in groups:
        raise RecordError("group.unknown")
    codes = keyring.typed_codes(f"{consultation.code}/{check_language(language)}/{group or ''}/{seed}", count)
    digests = {keyring.hash_token(code) for code in codes}
    known = set(session.scalars(sa.select(Invitation.token_hash).where(Invitation.token_hash.in_(digests))))
    rows = [
        {
            "id": random_key(),
            "consultation_id": consultation.id,
            "group_id": groups[group] if group is not None else None,
            "language": language,
            "contact": None,
            "token_hash": digest,
            "token_encrypted": None,
            "is_used": False,
            "is_code": True,
        }
        for digest in sorted(digests - known)
    ]
    if rows:
        session.execute(sa.insert(Invitation), rows)
    return codes


def find_code(session: Session, keyring: Keyring, consultation: Consultation, typed: str) -> Invitation:
    """Return the invitation of a code of this consultation, however it was typed; raises `code.unknown`."""
    token = normalise_code(typed)
    invitation = find_invitation(session, keyring, token) if is_code(token) else None
    if invitation is None or not invitation.is_code or invitation.consultation_id != consultation.id:
        raise RecordError("code.unknown")
    return invitation


def count_codes(session: Session, consultation: Consultation) -> list[CodeCount]:
    """Return the codes made and used, by group and language."""
    used = sa.func.sum(sa.case((Invitation.is_used, 1), else_=0))
    query = (
        sa.select(Invitation.group_id, Invitation.language, sa.func.count(), used)
        .where(Invitation.consultation_id == consultation.id, Invitation.is_code)
        .group_by(Invitation.group_id, Invitation.language)
    )
    return [CodeCount(*row) for row in session.execute(query)]


def is_code(typed: str) -> bool:
    """Tell whether something has the length of a short code."""
    return len(normalise_code(typed)) == CODE_SIGNS
