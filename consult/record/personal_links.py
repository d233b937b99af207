"""Personal links in clear, for those who give them by other means than e-mail."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation, LanguagePolicy
from consult.record.contact import Contact, give_links
from consult.record.invitation import Invitation
from consult.record.keys import Keyring


@dataclass(frozen=True)
class PersonalLink:
    """Whose link it is, and its token."""

    name: str
    email: str
    language: str
    group_id: int | None
    token: str

    def __repr__(self) -> str:
        return "PersonalLink(…)"


def make_personal_links(session: Session, keyring: Keyring, consultation: Consultation) -> list[PersonalLink]:
    """Return the link of everybody whose link is not used, made where there was none, by name.

    Those who unsubscribed and those who were sent everything already have none that could be shown again.
    """
    mine = Contact.consultation_id == consultation.id
    lacking = session.scalars(sa.select(Contact).where(mine, Contact.invitation_id.is_(None)))
    give_links(session, keyring, consultation, lacking.all())
    query = (
        sa.select(Contact, Invitation.token_encrypted)
        .join(Invitation, Contact.invitation_id == Invitation.id)
        .where(mine, Invitation.is_used.is_(False), Invitation.token_encrypted.is_not(None))
    )
    is_french = consultation.language_policy is LanguagePolicy.FRENCH_ONLY
    links = [
        PersonalLink(
            contact.name,
            contact.email,
            "fr" if is_french else contact.language,
            contact.group_id,
            keyring.decrypt_token(sealed),
        )
        for contact, sealed in session.execute(query)
        if sealed is not None
    ]
    return sorted(links, key=lambda link: (link.name.casefold(), link.email))
