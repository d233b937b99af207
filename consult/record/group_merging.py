"""Which groups everybody reads together: chosen by people, with a reason, before small numbers are hidden.

A choice is a row that is added and never changes, but for being taken back; the newest that was not is the one that
counts. Without any, small groups go together by rule. What a report was published with can no longer be taken back:
another choice can take its place, and what was published together stays so
(`analysis.stored_counts.protect_counts` sees to that).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.account import Account
from consult.record.audit import record_action
from consult.record.consultation import Consultation, list_groups
from consult.record.database import Base, JsonValue, LocalisedText, UtcDateTime, enum_type
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.ranking import is_shown_to_committee
from consult.record.report import ReportSnapshot, list_snapshots
from surveys.localised import LANGUAGES, NOTHING, Localised
from surveys.problems import Problem

CHOSEN, TAKEN_BACK = "merging.chosen", "merging.taken_back"
LONGEST_REASON = 2_000
LONGEST_NAME = 60
FEWEST_LEFT = 2


class Merge(StrEnum):
    """What becomes of small groups: put together by rule where much would be hidden, each apart, or as chosen."""

    AUTOMATIC = "automatic"
    APART = "apart"
    TOGETHER = "together"


@dataclass(frozen=True)
class GroupSet:
    """Groups that go together, by code, and what they are called then; without a name, by theirs."""

    groups: tuple[str, ...]
    name: Localised = NOTHING


@dataclass(frozen=True)
class NewMerging:
    """What is chosen; `sets` where groups go together."""

    merge: Merge
    sets: tuple[GroupSet, ...] = ()
    reason: Localised = NOTHING


class GroupMerging(Base):
    """A choice of which groups go together in what everybody reads."""

    __tablename__ = "group_mergings"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"), index=True)
    merge: Mapped[Merge] = mapped_column(enum_type(Merge))
    # A list of {"groups": codes, "name": in both languages}.
    stored_sets: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)
    # The report prints it.
    reason: Mapped[Localised] = mapped_column(LocalisedText)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)

    @property
    def sets(self) -> tuple[GroupSet, ...]:
        """The groups that go together."""
        return tuple(GroupSet(tuple(each["groups"]), Localised.from_json(each["name"])) for each in self.stored_sets)


@dataclass(frozen=True)
class PastChoice:
    """A choice, and the names of who chose and who took it back; None for the command line."""

    choice: GroupMerging
    name: str | None
    taken_back_by: str | None


def choose_merging(session: Session, consultation: Consultation, new: NewMerging, by: By, *, seen: int) -> GroupMerging:
    """Choose which groups go together; the same again is the choice that stands.

    Parameters
    ----------
    seen
        The key of the choice that stood when the person looked, 0 where there was none.

    Raises
    ------
    RecordError
        ``merging.not_yet`` while people still answer, ``merging.changed`` where somebody chose meanwhile,
        ``merging.refused`` with each field and why.
    """
    _lock(session, consultation)
    if not is_shown_to_committee(consultation):
        raise RecordError("merging.not_yet")
    _check(new, [group.code for group in list_groups(session, consultation)])
    sets = new.sets if new.merge is Merge.TOGETHER else ()
    stored = [{"groups": list(each.groups), "name": each.name.to_json()} for each in sets]
    standing = find_merging(session, consultation)
    if standing is not None and (standing.merge, standing.stored_sets, standing.reason) == (
        new.merge,
        stored,
        new.reason,
    ):
        return standing  # sent twice
    if (standing.id if standing else 0) != seen:
        raise RecordError("merging.changed")
    choice = GroupMerging(
        consultation_id=consultation.id,
        merge=new.merge,
        stored_sets=stored,
        reason=new.reason,
        account_id=by.account_id,
        at=by.now,
    )
    session.add(choice)
    session.flush()
    record_action(session, by.account_id, CHOSEN, choice, now=by.now)
    return choice


def take_back_merging(session: Session, consultation: Consultation, choice_id: int, by: By) -> GroupMerging | None:
    """Take the choice that stands back, and return the one that stands then; taken back already, nothing happens.

    Raises
    ------
    RecordError
        ``merging.missing``, ``merging.changed`` for one that another took the place of, ``merging.published`` where a
        report was published with it.
    """
    _lock(session, consultation)
    choice = session.get(GroupMerging, choice_id)
    if choice is None or choice.consultation_id != consultation.id:
        raise RecordError("merging.missing")
    standing = find_merging(session, consultation)
    if choice.taken_back_at is not None:
        return standing
    if standing is not choice:
        raise RecordError("merging.changed")
    if is_published_with(session, consultation, choice):
        raise RecordError("merging.published")
    choice.taken_back_at, choice.taken_back_by_id = by.now, by.account_id
    session.flush()
    record_action(session, by.account_id, TAKEN_BACK, choice, now=by.now)
    return find_merging(session, consultation)


def find_merging(session: Session, consultation: Consultation) -> GroupMerging | None:
    """Return the choice that stands, None where small groups go together by rule because nobody chose."""
    query = sa.select(GroupMerging).where(
        GroupMerging.consultation_id == consultation.id, GroupMerging.taken_back_at.is_(None)
    )
    return session.scalars(query.order_by(GroupMerging.id.desc()).limit(1)).one_or_none()


def list_mergings(session: Session, consultation: Consultation) -> list[PastChoice]:
    """Return every choice, the newest first, with who chose and who took it back."""
    every = sa.select(GroupMerging).where(GroupMerging.consultation_id == consultation.id)
    found = list(session.scalars(every.order_by(GroupMerging.id.desc())))
    keys = {key for each in found for key in (each.account_id, each.taken_back_by_id) if key is not None}
    query = sa.select(Account.id, Account.name).where(Account.id.in_(keys))
    names: dict[int, str] = dict(session.execute(query).all())
    return [PastChoice(each, names.get(each.account_id or 0), names.get(each.taken_back_by_id or 0)) for each in found]


def list_once_published(session: Session, consultation: Consultation) -> list[ReportSnapshot]:
    """Return the reports that everybody reads or could read once, in the order in which they were made."""
    return [each for each in reversed(list_snapshots(session, consultation)) if each.published_at is not None]


def is_published_with(session: Session, consultation: Consultation, choice: GroupMerging) -> bool:
    """Tell whether a report was published with a choice."""
    reports = list_once_published(session, consultation)
    return any(each.contents.get("together", {}).get("choice") == choice.id for each in reports)


def _check(new: NewMerging, groups: Sequence[str]) -> None:
    problems = _check_sets(new.sets, groups) if new.merge is Merge.TOGETHER else []
    if new.merge is not Merge.AUTOMATIC and not new.reason:
        problems.append(Problem("merging.reason_missing", "reason"))
    texts = [("reason", new.reason, LONGEST_REASON)]
    texts += [(f"name-{at}", each.name, LONGEST_NAME) for at, each in enumerate(new.sets, 1)]
    problems += [
        Problem("text.too_long", f"{name}.{each}", {"limit": limit})
        for name, text, limit in texts
        for each in LANGUAGES
        if len(text.get(each)) > limit
    ]
    if problems:
        raise RecordError.of("merging.refused", problems)


def _check_sets(sets: Sequence[GroupSet], groups: Sequence[str]) -> list[Problem]:
    """Return what is wrong with sets of groups; codes that are no groups are a fault of the form and none of a person.

    Raises `merging.unknown_group`.
    """
    chosen = [code for each in sets for code in each.groups]
    if not set(chosen) <= set(groups) or len(chosen) != len(set(chosen)):
        raise RecordError("merging.unknown_group")
    if not sets or any(len(each.groups) < 2 for each in sets):
        return [Problem("merging.too_few", "sets")]
    problems = []
    if len(groups) - len(chosen) + len(sets) < FEWEST_LEFT:
        problems.append(Problem("merging.nothing_left", "sets"))
    for at, each in enumerate(sets, 1):
        missing = each.name.missing()
        problems += [Problem("merging.name_missing", f"name-{at}.{code}") for code in missing if len(missing) == 1]
    return problems


def _lock(session: Session, consultation: Consultation) -> None:
    session.execute(sa.select(Consultation.id).where(Consultation.id == consultation.id).with_for_update())
