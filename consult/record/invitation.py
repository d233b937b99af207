"""Invitations: who was asked and whether the link was used, never by which response."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation, group_ids
from consult.record.database import Base, DigestText, KeyText, check_language, random_key
from consult.record.errors import RecordError
from consult.record.keys import Keyring, new_token
from surveys.problems import Problem


class Invitation(Base):
    """One personal link. It has a random key, no date, and no order that would tell when it was used."""

    __tablename__ = "invitations"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(KeyText, primary_key=True, default=random_key)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("groups.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    # Where reminders go, or the reference of a list that the facilitator keeps elsewhere.
    contact: Mapped[str | None] = mapped_column(sa.Text)
    token_hash: Mapped[str] = mapped_column(DigestText, unique=True)
    # Only while a reminder may need it.
    token_encrypted: Mapped[str | None] = mapped_column(sa.Text)
    is_used: Mapped[bool]
    # A short code, to be typed: it never has a contact, and no reminder.
    is_code: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


@dataclass(frozen=True)
class InvitationRequest:
    """A person to invite."""

    language: str
    group: str | None = None
    contact: str | None = None


@dataclass(frozen=True)
class Reminder:
    """A link that was not used, with where to send it."""

    token: str
    language: str
    contact: str | None


@dataclass(frozen=True)
class InvitationCount:
    """How many links a group received, and how many were used."""

    invited: int
    used: int


def create_invitations(
    session: Session, keyring: Keyring, consultation: Consultation, requests: Iterable[InvitationRequest]
) -> list[Reminder]:
    """Create one link for each person and return them, in the order of the requests.

    Raises `invitation.refused` with the number of each request whose group or language is unknown.
    """
    groups = group_ids(session, consultation)
    requests = list(requests)
    _check_requests(requests, groups)
    issued = [Reminder(new_token(), request.language, request.contact) for request in requests]
    rows = [
        {
            "id": random_key(),
            "consultation_id": consultation.id,
            "group_id": groups[request.group] if request.group else None,
            "language": request.language,
            "contact": request.contact,
            "token_hash": keyring.hash_token(link.token),
            "token_encrypted": keyring.encrypt_token(link.token),
            "is_used": False,
        }
        for request, link in zip(requests, issued, strict=True)
    ]
    if rows:
        session.execute(sa.insert(Invitation), rows)
    return issued


def find_invitation(session: Session, keyring: Keyring, token: str) -> Invitation | None:
    """Return the invitation of a link, if it has one: an open link has none."""
    query = sa.select(Invitation).where(Invitation.token_hash == keyring.hash_token(token))
    return session.scalars(query).one_or_none()


def find_link(session: Session, keyring: Keyring, token: str) -> tuple[Invitation, Consultation] | None:
    """Return what a personal link leads to; one query whether there is such a link or not, as timing could tell."""
    query = (
        sa.select(Invitation, Consultation)
        .join(Consultation, Invitation.consultation_id == Consultation.id)
        .where(Invitation.token_hash == keyring.hash_token(token))
    )
    found = session.execute(query).first()
    return None if found is None else (found[0], found[1])


def mark_used(session: Session, invitation_id: str) -> None:
    """Note that the link was used, and erase the token that could lead to what was said."""
    session.execute(
        sa.update(Invitation)
        .where(Invitation.id == invitation_id)
        .values(is_used=True, token_encrypted=None)
        .execution_options(synchronize_session="fetch")
    )


def erase_tokens(session: Session, consultation: Consultation) -> None:
    """Erase every token of a consultation: no reminder will be sent any more."""
    session.execute(
        sa.update(Invitation)
        .where(Invitation.consultation_id == consultation.id, Invitation.token_encrypted.is_not(None))
        .values(token_encrypted=None)
        .execution_options(synchronize_session="fetch")
    )


def delete_invitations(session: Session, keys: Iterable[str]) -> None:
    """Delete the links with these keys that were not used: they stop working. Those that were used stay."""
    session.execute(
        sa.delete(Invitation)
        .where(Invitation.id.in_(list(keys)), Invitation.is_used.is_(False))
        .execution_options(synchronize_session="fetch")
    )


def erase_token(session: Session, invitation_id: str) -> None:
    """Erase the token of one link: nothing will be sent with it any more. The link goes on working."""
    session.execute(
        sa.update(Invitation)
        .where(Invitation.id == invitation_id)
        .values(token_encrypted=None)
        .execution_options(synchronize_session="fetch")
    )


def list_reminders(session: Session, keyring: Keyring, consultation: Consultation) -> list[Reminder]:
    """Return the links that were not used, with where to send them."""
    query = sa.select(Invitation.token_encrypted, Invitation.language, Invitation.contact).where(
        Invitation.consultation_id == consultation.id,
        Invitation.is_used.is_(False),
        Invitation.token_encrypted.is_not(None),
    )
    return [
        Reminder(keyring.decrypt_token(encrypted), language, contact)
        for encrypted, language, contact in session.execute(query)
        if encrypted is not None
    ]


def count_invitations(session: Session, consultation: Consultation) -> dict[int | None, InvitationCount]:
    """Return the links sent and used, by group key (None: no group)."""
    used = sa.func.sum(sa.case((Invitation.is_used, 1), else_=0))
    query = (
        sa.select(Invitation.group_id, sa.func.count(), used)
        .where(Invitation.consultation_id == consultation.id)
        .group_by(Invitation.group_id)
    )
    return {group: InvitationCount(invited, used) for group, invited, used in session.execute(query)}


def _check_requests(requests: list[InvitationRequest], groups: dict[str, int]) -> None:
    problems = []
    for number, request in enumerate(requests, start=1):
        if request.group is not None and request.group not in groups:
            problems.append(Problem("group.unknown", str(number)))
        try:
            check_language(request.language)
        except RecordError as error:
            problems.append(Problem(error.code, str(number)))
    if problems:
        raise RecordError.of("invitation.refused", problems)
