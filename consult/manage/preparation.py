"""What is left to do before a consultation opens, step by step."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from consult.record.account import Role, list_members
from consult.record.consultation import Consultation
from consult.record.lifecycle import find_gaps
from consult.record.stored_ballots import has_ballots, list_unsigned
from consult.record.survey import find_current_version, list_surveys


@dataclass(frozen=True)
class Step:
    """One thing to do: its code, the page where it is done, and whether it is."""

    code: str
    endpoint: str
    is_done: bool


def list_steps(session: Session, consultation: Consultation) -> list[Step]:
    """Return the steps to the opening, in their order; the last one is the opening itself."""
    surveys = list_surveys(session, consultation)
    gaps = find_gaps(session, consultation)
    is_described = bool(consultation.groups) and not any(gap.code == "translation.missing" for gap in gaps)
    has_committee = any(role is Role.COMMITTEE for _account, role in list_members(session, consultation))
    # nothing waits for it: without a signed rule the usual method is used, and the report says that nobody signed
    rules = [Step("rules", "committee.rules", not list_unsigned(session, consultation))]
    return [
        Step("describe", "build.settings", is_described),
        Step("write", "build.surveys", bool(surveys)),
        Step("publish", "build.surveys", any(find_current_version(session, each) is not None for each in surveys)),
        Step("people", "build.people", has_committee),
        *(rules if has_ballots(session, consultation) else ()),
        Step("open", "manage.dates", False),
    ]
