"""Contacts: who can be written to, with what the facilitator knows of them.

A contact leads to its invitation, and the invitation says only that its link was used: nothing leads on to what was
said with it, save in an identified consultation, where the response names the contact's address.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.account import normalise_email
from consult.record.consultation import Anonymity, Consultation, ConsultationState, LanguagePolicy, group_ids
from consult.record.database import Base, KeyText, check_language, random_key
from consult.record.errors import RecordError
from consult.record.invitation import Invitation, InvitationRequest, create_invitations, delete_invitations, erase_token
from consult.record.keys import Keyring
from surveys.problems import Problem

MOST_CONTACTS = 20_000
LONGEST_NAME = 200
_IN_ONE_STATEMENT = 500
# One plain address: two with a comma between them, or one in angle brackets, would go to somebody else than it seems.
_PLAIN = re.compile(r"[^@<>()\[\]\\,;:\"]+@[^@<>()\[\]\\,;:\"]+")


class Contact(Base):
    """Somebody who can be written to. It has a random key, no date, and no order that tells anything."""

    __tablename__ = "contacts"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "email"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(KeyText, primary_key=True, default=random_key)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    name: Mapped[str] = mapped_column(sa.String(LONGEST_NAME))
    # As account.normalise_email returns it.
    email: Mapped[str] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(2))
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("groups.id"), index=True)
    region: Mapped[str] = mapped_column(sa.String(LONGEST_NAME))
    organisation: Mapped[str] = mapped_column(sa.String(LONGEST_NAME))
    invitation_id: Mapped[str | None] = mapped_column(sa.ForeignKey("invitations.id"), unique=True)
    is_unsubscribed: Mapped[bool]


@dataclass(frozen=True)
class ContactDetails:
    """What is known of somebody; `group` is the group's code, and `place` says where it stands (a line)."""

    email: str
    name: str = ""
    language: str = "fr"
    group: str | None = None
    region: str = ""
    organisation: str = ""
    place: str = ""

    def __repr__(self) -> str:
        return "ContactDetails(…)"  # a name and an address are in here


@dataclass(frozen=True)
class Repeated:
    """A row left out because its address is there already; `first` is the line of the first, '' where it is stored."""

    place: str
    email: str
    first: str = ""

    def __repr__(self) -> str:
        return f"Repeated({self.place})"


@dataclass(frozen=True)
class Refused:
    """A row that cannot be stored, and why."""

    place: str
    problem: Problem


@dataclass(frozen=True)
class ContactPlan:
    """What storing rows would do: those to add, those left out, those refused."""

    fresh: tuple[ContactDetails, ...]
    repeated: tuple[Repeated, ...]
    refused: tuple[Refused, ...]


def plan_contacts(session: Session, consultation: Consultation, rows: Iterable[ContactDetails]) -> ContactPlan:
    """Say what storing these rows would do; nothing is written.

    A row is refused for `contact.bad_email`, `contact.too_long`, `language.unknown`, `group.unknown`.
    """
    groups = group_ids(session, consultation)
    stored = set(session.scalars(sa.select(Contact.email).where(Contact.consultation_id == consultation.id)))
    first: dict[str, str] = {}
    fresh, repeated, refused = [], [], []
    for row in rows:
        try:
            checked = _check(consultation, groups, row)
        except RecordError as error:
            refused.append(Refused(row.place, Problem(error.code, str(error.values.get("field", "")))))
            continue
        if checked.email in stored or checked.email in first:
            repeated.append(Repeated(row.place, checked.email, first.get(checked.email, "")))
            continue
        first[checked.email] = row.place
        fresh.append(checked)
    return ContactPlan(tuple(fresh), tuple(repeated), tuple(refused))


def store_contacts(session: Session, consultation: Consultation, rows: Iterable[ContactDetails]) -> int:
    """Add the rows that are not there yet and return how many; all of them or none.

    Raises `contacts.refused` with what `plan_contacts` refuses, and `contacts.too_many`.
    """
    plan = plan_contacts(session, consultation, rows)
    if plan.refused:
        raise RecordError.of("contacts.refused", [Problem(each.problem.code, each.place) for each in plan.refused])
    if count_contacts(session, consultation) + len(plan.fresh) > MOST_CONTACTS:
        raise RecordError("contacts.too_many", most=MOST_CONTACTS)
    groups = group_ids(session, consultation)
    values = [_columns(row, groups) | _beginning(consultation) for row in plan.fresh]
    if values:
        session.execute(sa.insert(Contact), values)
    return len(values)


def add_contact(session: Session, consultation: Consultation, details: ContactDetails) -> Contact:
    """Add one; raises `contact.exists`, `contacts.too_many` and what a row can be refused for."""
    groups = group_ids(session, consultation)
    checked = _check(consultation, groups, details)
    if _find_by_email(session, consultation, checked.email) is not None:
        raise RecordError("contact.exists")
    if count_contacts(session, consultation) >= MOST_CONTACTS:
        raise RecordError("contacts.too_many", most=MOST_CONTACTS)
    contact = Contact(**_columns(checked, groups), **_beginning(consultation))
    session.add(contact)
    session.flush()
    return contact


def edit_contact(session: Session, consultation: Consultation, key: str, details: ContactDetails) -> Contact:
    """Change what is known of somebody; raises `contact.missing`, `contact.exists` and what a row is refused for.

    Another address gets another link: the earlier one went to somebody else, or nowhere, and stops working where it
    was not used. The group and the language of a link that was used stay those of the day.
    """
    contact = get_contact(session, consultation, key)
    groups = group_ids(session, consultation)
    checked = _check(consultation, groups, details)
    other = _find_by_email(session, consultation, checked.email)
    if other is not None and other.id != contact.id:
        raise RecordError("contact.exists")
    is_moved = contact.email != checked.email
    for name, value in _columns(checked, groups).items():
        setattr(contact, name, value)
    invitation = session.get(Invitation, contact.invitation_id) if contact.invitation_id else None
    if invitation is not None and not invitation.is_used:
        if is_moved:
            forget_link(session, contact)
        else:
            invitation.group_id, invitation.language = contact.group_id, contact.language
    session.flush()
    return contact


def remove_contact(session: Session, consultation: Consultation, key: str) -> None:
    """Forget somebody and what they were sent; a link that was not used stops working. Raises `contact.missing`."""
    contact = get_contact(session, consultation, key)
    forget_link(session, contact)
    session.delete(contact)
    session.flush()


def remove_contacts(session: Session, consultation: Consultation) -> int:
    """Forget every contact of a closed consultation; return how many. Raises `contacts.still_needed`."""
    if consultation.state is not ConsultationState.CLOSED:
        raise RecordError("contacts.still_needed")
    chosen = sa.select(Contact.id).where(Contact.consultation_id == consultation.id)
    messages = Contact.metadata.tables["messages"]
    session.execute(sa.delete(messages).where(messages.c.contact_id.in_(chosen)))
    removed = session.execute(
        sa.delete(Contact)
        .where(Contact.consultation_id == consultation.id)
        .returning(Contact.id)
        .execution_options(synchronize_session="fetch")
    )
    return len(removed.all())


def forget_link(session: Session, contact: Contact) -> None:
    """Take the link and the messages from a contact; where the link was used, the invitation stays, nobody's."""
    messages = Contact.metadata.tables["messages"]
    session.execute(sa.delete(messages).where(messages.c.contact_id == contact.id))
    session.expire_all()
    key, contact.invitation_id = contact.invitation_id, None
    session.flush()
    if key is not None:
        delete_invitations(session, [key])


def unsubscribe(session: Session, contact: Contact) -> None:
    """Stop writing to somebody about this consultation; their link goes on working, its stored token is erased."""
    contact.is_unsubscribed = True
    session.flush()
    if contact.invitation_id is not None:
        erase_token(session, contact.invitation_id)


def give_links(session: Session, keyring: Keyring, consultation: Consultation, contacts: Iterable[Contact]) -> int:
    """Make an invitation for each of the contacts that has none; return how many were made.

    The invitation names the address only where people are promised no anonymity: it is then the respondent.
    """
    lacking = [contact for contact in contacts if contact.invitation_id is None and not contact.is_unsubscribed]
    codes = {key: code for code, key in group_ids(session, consultation).items()}
    is_named = consultation.anonymity is Anonymity.IDENTIFIED
    requests = [
        InvitationRequest(
            contact.language,
            codes[contact.group_id] if contact.group_id else None,
            contact.email if is_named else None,
        )
        for contact in lacking
    ]
    issued = create_invitations(session, keyring, consultation, requests)
    keys = _keys_of(session, [keyring.hash_token(link.token) for link in issued])
    for contact, link in zip(lacking, issued, strict=True):
        contact.invitation_id = keys[keyring.hash_token(link.token)]
    session.flush()
    return len(lacking)


def get_contact(session: Session, consultation: Consultation, key: str) -> Contact:
    """Return a contact of the consultation; raises `contact.missing`."""
    contact = session.get(Contact, key)
    if contact is None or contact.consultation_id != consultation.id:
        raise RecordError("contact.missing")
    return contact


def count_contacts(session: Session, consultation: Consultation) -> int:
    """Return how many contacts there are."""
    query = sa.select(sa.func.count()).where(Contact.consultation_id == consultation.id)
    return session.scalar(query) or 0


def _find_by_email(session: Session, consultation: Consultation, email: str) -> Contact | None:
    query = sa.select(Contact).where(Contact.consultation_id == consultation.id, Contact.email == email)
    return session.scalars(query).one_or_none()


def _check(consultation: Consultation, groups: dict[str, int], details: ContactDetails) -> ContactDetails:
    """Return the details as they are stored; raises what a row is refused for."""
    try:
        email = normalise_email(details.email)
    except RecordError:
        raise RecordError("contact.bad_email", field="email") from None
    if not _PLAIN.fullmatch(email):
        raise RecordError("contact.bad_email", field="email")
    texts = {name: " ".join(getattr(details, name).split()) for name in ("name", "region", "organisation")}
    for name, text in texts.items():
        if len(text) > LONGEST_NAME:
            raise RecordError("contact.too_long", field=name, most=LONGEST_NAME)
    if details.group is not None and details.group not in groups:
        raise RecordError("group.unknown", field="group")
    language = details.language
    if consultation.language_policy is LanguagePolicy.FRENCH_ONLY:
        language = "fr"
    try:
        check_language(language)
    except RecordError:
        raise RecordError("language.unknown", field="language") from None
    return replace(details, email=email, language=language, **texts)


def _columns(details: ContactDetails, groups: dict[str, int]) -> dict[str, Any]:
    return {
        "email": details.email,
        "name": details.name,
        "language": details.language,
        "group_id": groups[details.group] if details.group else None,
        "region": details.region,
        "organisation": details.organisation,
    }


def _beginning(consultation: Consultation) -> dict[str, Any]:
    return {"id": random_key(), "consultation_id": consultation.id, "is_unsubscribed": False}


def _keys_of(session: Session, hashes: list[str]) -> dict[str, str]:
    """Return the keys of invitations by the digest of their token; statements take only so many parameters."""
    keys: dict[str, str] = {}
    for start in range(0, len(hashes), _IN_ONE_STATEMENT):
        query = sa.select(Invitation.token_hash, Invitation.id).where(
            Invitation.token_hash.in_(hashes[start : start + _IN_ONE_STATEMENT])
        )
        keys.update((digest, key) for digest, key in session.execute(query))
    return keys
