"""How ballots will be read: signed for each question before anybody answers, and kept with every later change.

A rule is a row that is added and never changes; the newest of a question is the one that counts. Until people can
answer, a rule is simply replaced. From then on it is locked: a change needs a reason, is marked as one, and the report
prints it. Once the ranking is made for good it stays as it is made, and no rule of it can be signed any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from consult.record.account import Account
from consult.record.consultation import Consultation, ConsultationState, list_groups
from consult.record.database import Base, CodeText, JsonValue, LocalisedText, UtcDateTime
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.survey import Survey, SurveyVersion, read_definition
from surveys.definition_reader import load_survey
from surveys.localised import Localised

USUAL_TOP = 3
MOST_TOP = 20
USUAL_SURE = 90
LEAST_SURE, MOST_SURE = 50, 99
LONGEST_WORDS = 2_000


class Small(StrEnum):
    """What is decided of a group should few of it answer: it has its voice all the same, or is reported in words."""

    INCLUDED = "included"
    IN_WORDS = "in_words"


class PriorityRule(Base):
    """What was signed for one question, or for one prompt of a discussion."""

    __tablename__ = "priority_rules"
    __table_args__ = (sa.Index(None, "consultation_id", "question_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    question_code: Mapped[str] = mapped_column(CodeText)
    # A name of `analysis.methods`.
    method: Mapped[str] = mapped_column(CodeText)
    # How many of the first are the priorities.
    top: Mapped[int]
    # From how many of a hundred resamples on a choice is said to be surely among the first.
    sure: Mapped[int]
    # What each criterion is worth, by the code of its question; empty for other kinds of ballots.
    weights: Mapped[dict[str, float]] = mapped_column(JsonValue)
    # Of a question whose choices are steps: whether the first one is the highest.
    first_is_highest: Mapped[bool]
    # By the code of a group: a member of `Small`.
    small: Mapped[dict[str, str]] = mapped_column(JsonValue)
    # Whether a facilitator signed for the committee.
    is_for_committee: Mapped[bool]
    # Whether it was signed when people could answer already, and why.
    is_change: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class GroupWords(Base):
    """What is said in words of a group that is too small for numbers; the newest of a question and group counts."""

    __tablename__ = "group_words"
    __table_args__ = (sa.Index(None, "consultation_id", "question_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    question_code: Mapped[str] = mapped_column(CodeText)
    group_code: Mapped[str] = mapped_column(CodeText)
    words: Mapped[Localised] = mapped_column(LocalisedText)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class NewRule:
    """What is to be signed; see `PriorityRule`."""

    method: str
    top: int = USUAL_TOP
    sure: int = USUAL_SURE
    weights: Mapping[str, float] = field(default_factory=dict)
    first_is_highest: bool = False
    small: Mapping[str, str] = field(default_factory=dict)
    is_for_committee: bool = False


@dataclass(frozen=True)
class RuleChange:
    """A rule that was signed when people could answer already, the one that it took the place of, and who signed."""

    rule: PriorityRule
    before: PriorityRule | None
    name: str | None


def sign_rule(
    session: Session, consultation: Consultation, question_code: str, new: NewRule, by: By, *, seen: int
) -> PriorityRule:
    """Sign how a question's ballots will be read; the same again is the rule that stands.

    Parameters
    ----------
    seen
        The key of the rule that the person was looking at, 0 for none.

    Raises
    ------
    RecordError
        ``rule.changed`` (somebody else signed meanwhile), ``rule.needs_reason`` (people can answer already),
        ``rule.out_of_range``.
    """
    session.execute(sa.select(Consultation.id).where(Consultation.id == consultation.id).with_for_update())
    _check(session, consultation, new)
    present = find_rule(session, consultation, question_code)
    if present is not None and _says_the_same(present, new):
        return present  # sent twice: nothing to sign
    if (present.id if present else 0) != seen:
        raise RecordError("rule.changed")
    is_change = is_locked(session, consultation, question_code)
    if is_change and not by.reason:
        raise RecordError("rule.needs_reason")
    rule = PriorityRule(
        consultation_id=consultation.id,
        question_code=question_code,
        method=new.method,
        top=new.top,
        sure=new.sure,
        weights=dict(new.weights),
        first_is_highest=new.first_is_highest,
        small=dict(new.small),
        is_for_committee=new.is_for_committee,
        is_change=is_change,
        reason=by.reason,
        account_id=by.account_id,
        at=by.now,
    )
    session.add(rule)
    session.flush()
    return rule


def find_rule(session: Session, consultation: Consultation, question_code: str) -> PriorityRule | None:
    """Return the rule that stands for a question, None where nobody signed any."""
    return list_rules(session, consultation).get(question_code)


def list_rules(session: Session, consultation: Consultation) -> dict[str, PriorityRule]:
    """Return the rule that stands for each question, by code."""
    return {rule.question_code: rule for rule in _list_all(session, consultation)}


def list_signed(session: Session, consultation: Consultation, question_code: str) -> list[RuleChange]:
    """Return every rule of a question, in the order in which they were signed, with who signed."""
    return [each for each in _with_names(session, consultation) if each.rule.question_code == question_code]


def list_rule_changes(session: Session, consultation: Consultation) -> list[RuleChange]:
    """Return the rules that were signed when people could answer already, for the report to print."""
    return [each for each in _with_names(session, consultation) if each.rule.is_change]


def is_locked(session: Session, consultation: Consultation, question_code: str) -> bool:
    """Tell whether people can, or could, answer a question: it is published, and the consultation was opened.

    A question that is in no survey is a discussion's: it is locked with the opening.
    """
    if consultation.state is ConsultationState.DRAFT:
        return False
    query = sa.select(Survey).where(Survey.consultation_id == consultation.id)
    versions = sa.select(SurveyVersion).join(Survey).where(Survey.consultation_id == consultation.id)
    if any(question_code in read_definition(each).question_codes for each in session.scalars(versions)):
        return True
    working = (load_survey(survey.working_definition) for survey in session.scalars(query))
    return all(survey.find_question(question_code) is None for survey in working)


def write_group_words(
    session: Session, consultation: Consultation, question_code: str, group_code: str, words: Localised, by: By
) -> GroupWords:
    """Say in words what a small group put first; raises ``group.unknown``, ``rule.words_too_long``."""
    if group_code not in {group.code for group in list_groups(session, consultation)}:
        raise RecordError("group.unknown")
    if max(len(words.en), len(words.fr)) > LONGEST_WORDS:
        raise RecordError("rule.words_too_long", most=LONGEST_WORDS)
    said = GroupWords(
        consultation_id=consultation.id,
        question_code=question_code,
        group_code=group_code,
        words=words,
        account_id=by.account_id,
        at=by.now,
    )
    session.add(said)
    session.flush()
    return said


def list_group_words(session: Session, consultation: Consultation, question_code: str) -> dict[str, Localised]:
    """Return what is said in words of each group, by its code; what was emptied is left out."""
    query = sa.select(GroupWords).where(
        GroupWords.consultation_id == consultation.id, GroupWords.question_code == question_code
    )
    newest = {each.group_code: each.words for each in session.scalars(query.order_by(GroupWords.id))}
    return {code: words for code, words in newest.items() if words}


def _check(session: Session, consultation: Consultation, new: NewRule) -> None:
    groups = {group.code for group in list_groups(session, consultation)}
    is_well = (
        1 <= new.top <= MOST_TOP
        and LEAST_SURE <= new.sure <= MOST_SURE
        and new.small.keys() <= groups
        and set(new.small.values()) <= set(Small)
        and all(0 <= weight < float("inf") for weight in new.weights.values())
        and (not new.weights or sum(new.weights.values()) > 0)
    )
    if not is_well:
        raise RecordError("rule.out_of_range")


def _says_the_same(present: PriorityRule, new: NewRule) -> bool:
    return (
        present.method == new.method
        and present.top == new.top
        and present.sure == new.sure
        and present.weights == dict(new.weights)
        and present.first_is_highest == new.first_is_highest
        and present.small == dict(new.small)
    )


def _list_all(session: Session, consultation: Consultation) -> list[PriorityRule]:
    query = sa.select(PriorityRule).where(PriorityRule.consultation_id == consultation.id)
    return list(session.scalars(query.order_by(PriorityRule.id)))


def _with_names(session: Session, consultation: Consultation) -> list[RuleChange]:
    names = dict(session.execute(sa.select(Account.id, Account.name)).all())
    before: dict[str, PriorityRule] = {}
    found = []
    for rule in _list_all(session, consultation):
        name = None if rule.account_id is None else names.get(rule.account_id)
        found.append(RuleChange(rule, before.get(rule.question_code), name))
        before[rule.question_code] = rule
    return found


@event.listens_for(PriorityRule, "before_update")
@event.listens_for(PriorityRule, "before_delete")
def _keep_rule(_mapper: Mapper[PriorityRule], _connection: Connection, _rule: PriorityRule) -> None:
    """Refuse what nobody may do: what was signed is what the report prints."""
    raise RecordError("rule.permanent")
