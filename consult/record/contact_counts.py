"""Contacts counted by what is known of them: how many there are, were given a link, and used it."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation
from consult.record.contact import Contact
from consult.record.errors import RecordError
from consult.record.invitation import Invitation

_COLUMNS = {
    "group": Contact.group_id,
    "region": Contact.region,
    "organisation": Contact.organisation,
    "language": Contact.language,
}


@dataclass(frozen=True)
class ContactCount:
    """How many contacts, how many of them have a link, how many used it."""

    contacts: int = 0
    invited: int = 0
    used: int = 0

    def __add__(self, other: "ContactCount") -> "ContactCount":
        return ContactCount(self.contacts + other.contacts, self.invited + other.invited, self.used + other.used)


def count_contacts_by(session: Session, consultation: Consultation, by: str) -> dict[str, ContactCount]:
    """Return the contacts by group (its key as text), region, organisation or language; "" where it is not known.

    Raises `contact.unknown_column`.
    """
    column = _COLUMNS.get(by)
    if column is None:
        raise RecordError("contact.unknown_column")
    query = (
        sa.select(
            column,
            sa.func.count(),
            sa.func.count(Contact.invitation_id),
            sa.func.coalesce(sa.func.sum(sa.case((Invitation.is_used, 1), else_=0)), 0),
        )
        .outerjoin(Invitation, Invitation.id == Contact.invitation_id)
        .where(Contact.consultation_id == consultation.id)
        .group_by(column)
    )
    return {
        "" if value is None else str(value): ContactCount(contacts, invited, int(used))
        for value, contacts, invited, used in session.execute(query)
    }
