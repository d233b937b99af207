"""Those who can be written to, by what is known of them: how many there are, were sent a link, and used it.

That a link was used says that somebody took part, never what they said; still, in an anonymous consultation values
with few contacts are put together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from consult.record.consultation import Anonymity, Consultation, list_groups
from consult.record.contact_counts import ContactCount, count_contacts_by
from surveys.localised import Localised

INVITED_BY = ("group", "region", "organisation", "language")
_MOST_LINES = 30


@dataclass(frozen=True)
class InvitedLine:
    """One value: a group's name, or words that the list of contacts has; both empty where nothing is known."""

    name: Localised | None
    words: str
    count: ContactCount


@dataclass(frozen=True)
class Invited:
    """Contacts by one thing about them; `others` are values that have too few each, `values` how many such."""

    by: str
    lines: tuple[InvitedLine, ...]
    others: ContactCount
    values: int
    total: ContactCount


def count_invited(session: Session, consultation: Consultation, by: str, least: int) -> Invited:
    """Count the contacts by group, region, organisation or language; of values, those of ``least`` contacts."""
    counts = count_contacts_by(session, consultation, by)
    names = {str(group.id): group.name for group in list_groups(session, consultation)} if by == "group" else {}
    is_protected = consultation.anonymity is Anonymity.ANONYMOUS and by != "group"
    large = sorted(counts, key=lambda value: (-counts[value].contacts, value))
    few = [value for value in large if is_protected and counts[value].contacts < least]
    kept = [value for value in large if value not in few][:_MOST_LINES]
    rest = [value for value in large if value not in kept]
    return Invited(
        by,
        tuple(_line(value, names, counts[value]) for value in kept),
        sum((counts[value] for value in rest), ContactCount()),
        len(rest),
        sum(counts.values(), ContactCount()),
    )


def _line(value: str, names: Mapping[str, Localised], count: ContactCount) -> InvitedLine:
    return InvitedLine(names.get(value), "" if names else value, count)
