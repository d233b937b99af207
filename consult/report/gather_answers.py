"""Who took part by what people said of themselves, where a facilitator had said how many were hoped for.

Each question stands alone: no table crosses two of them, nor one of them with groups or themes, and all come to the
people of the survey. A question about something sensitive has the higher smallest count.
"""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy.orm import Session

from analysis.audience import Audience
from analysis.stored_counts import StoredTheme
from consult.disclosure import protect_themes, rule_of, sensitive_questions
from consult.record.consultation import Consultation
from consult.record.participation import Attribute, count_answers, list_attributes, list_targets
from consult.report.contents import ANSWER, Tally
from consult.report.gather_people import UNKNOWN, tell_tally
from consult.settings import Settings


def gather_answers(session: Session, consultation: Consultation, people: int, settings: Settings) -> tuple[Tally, ...]:
    """Return the people of the survey by each single-choice question for which targets were set.

    Parameters
    ----------
    people
        How many the survey heard, as it is told. A question whose people come to another number is left out: beside
        the number that is told, its own could not be protected.
    """
    sensitive = sensitive_questions(session, consultation)
    found = []
    for attribute in list_attributes(session, consultation):
        targets = _targets(session, consultation, attribute)
        if targets:
            is_sensitive = attribute.code in sensitive
            tally = _tally(session, consultation, attribute, targets, people, settings, is_sensitive=is_sensitive)
            found += [tally] if tally is not None else []
    return tuple(found)


def _targets(session: Session, consultation: Consultation, attribute: Attribute) -> dict[str, int]:
    """Return how many are hoped for by choice: of any group or, where that was not said, of all groups together."""
    hoped: Counter[str] = Counter()
    overall = {}
    for (group, value), number in list_targets(session, consultation, attribute.code).items():
        if group is None:
            overall[value] = number
        else:
            hoped[value] += number
    return {**hoped, **overall}


def _tally(
    session: Session,
    consultation: Consultation,
    attribute: Attribute,
    targets: Mapping[str, int],
    people: int,
    settings: Settings,
    *,
    is_sensitive: bool,
) -> Tally | None:
    rule = rule_of(settings, Audience.PUBLIC, is_sensitive=is_sensitive)
    counts: Counter[str] = Counter()
    for (_group, value), number in count_answers(session, consultation, attribute.code).items():
        counts[value or ""] += number
    column = f"{ANSWER}{attribute.code}"
    everybody = StoredTheme(counts.total(), {column: dict(counts)})
    shown = protect_themes([everybody], everybody, (column,), rule)
    if shown.everybody != people:
        return None
    names = {**attribute.choices, "": UNKNOWN}
    return tell_tally(column, attribute.text, names, shown, rule.least, targets)
