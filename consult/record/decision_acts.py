"""Deciding: what there is to decide on, and writing down what was decided, once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.account import find_membership_role, get_account
from consult.record.audit import record_action
from consult.record.consultation import Consultation
from consult.record.decision import (
    Decision,
    KeptOut,
    MeetingDecision,
    Outcome,
    SubjectKey,
    list_decisions,
    list_history,
    read_circumstances,
)
from consult.record.decision_conflict import list_kept_out
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.meeting import Meeting, get_meeting
from consult.record.ranking import is_shown_to_committee
from consult.record.run_request import read_question_texts
from consult.record.stored_ballots import REACTIONS, list_ranking_questions
from consult.record.theme_board import ACROSS, list_board_themes, list_boards
from surveys.localised import LANGUAGES, NOTHING, Localised
from surveys.problems import Problem

MADE = "decision.made"
LONGEST_REASON = 5_000
LONGEST_WHERETO = 300
NEEDS_WHERETO = frozenset({Outcome.MERGED, Outcome.PASSED_ON})
"""The outcomes that say nothing without what it was merged into, or to whom it was passed."""


@dataclass(frozen=True)
class Subject:
    """Something to decide on, as it is called today."""

    key: SubjectKey
    name: Localised


@dataclass(frozen=True)
class SubjectList:
    """The accepted themes of a board, or the options of a ranking question.

    `name` is the question's text; nothing for the board across all questions.
    """

    question_code: str
    name: Localised
    is_ranking: bool
    subjects: tuple[Subject, ...]


@dataclass(frozen=True)
class NewDecision:
    """What was decided; the day is the meeting's where there was one."""

    outcome: Outcome
    reason: Localised
    whereto: Localised = NOTHING
    meeting_id: int | None = None
    decided_on: date | None = None


def list_subjects(session: Session, consultation: Consultation) -> list[SubjectList]:
    """Return what there is to decide on: accepted themes by board, then options by question.

    Statements of discussions are not among the options: they are people's own words, and are decided on as themes.
    """
    return [*_list_themes(session, consultation), *_list_options(session, consultation)]


def decide(
    session: Session, consultation: Consultation, key: SubjectKey, new: NewDecision, by: By, *, seen: int
) -> Decision:
    """Write down a decision, in the place of the one that stood; sent twice by one person it is written once.

    Parameters
    ----------
    seen
        The key of the decision that stood when the person looked, 0 where there was none.

    Raises
    ------
    RecordError
        ``decision.not_yet`` while people still answer, ``subject.missing``, ``decision.conflict`` for a member with a
        conflict of interest, ``decision.changed`` where somebody decided meanwhile, ``meeting.missing``,
        ``decision.refused`` with each field and why.
    """
    _lock(session, consultation)
    if not is_shown_to_committee(consultation):
        raise RecordError("decision.not_yet")
    question_code, subject = _find_subject(session, consultation, key)
    _check_part(session, consultation, by)
    kept_out = [account.id for account, _conflict in list_kept_out(session, consultation, key)]
    if by.account_id in kept_out:
        raise RecordError("decision.conflict")
    meeting = None if new.meeting_id is None else get_meeting(session, consultation, new.meeting_id)
    day = meeting.held_on if meeting else new.decided_on or by.now.date()
    _check(new, day, by)
    standing = next(iter(list_history(session, consultation, key)), None)
    if standing is not None and standing.id != seen:
        if _is_the_same(session, standing, new, day, by):
            return standing
        raise RecordError("decision.changed")
    decision = Decision(
        consultation_id=consultation.id,
        theme_id=key.theme_id,
        question_code=question_code,
        option_code=key.option_code or None,
        subject=subject.name,
        outcome=new.outcome,
        reason=new.reason,
        whereto=new.whereto if new.outcome in NEEDS_WHERETO else NOTHING,
        decided_on=day,
        account_id=by.account_id,
        at=by.now,
        replaces_id=standing.id if standing else None,
    )
    _keep(session, decision, meeting, kept_out)
    record_action(session, by.account_id, MADE, decision, now=by.now)
    return decision


def find_subject(session: Session, consultation: Consultation, key: SubjectKey) -> Subject:
    """Return what there is to decide on by its key; raises `subject.missing`."""
    return _find_subject(session, consultation, key)[1]


def list_gaps(decisions: list[Decision], languages: tuple[str, ...]) -> list[tuple[Decision, tuple[str, ...]]]:
    """Return the decisions whose reason, or what they were passed to, waits for a translation, with the languages."""
    found = [
        (each, tuple(sorted({*each.reason.missing(), *(each.whereto.missing() if each.whereto else ())})))
        for each in decisions
    ]
    kept = [(each, tuple(code for code in missing if code in languages)) for each, missing in found]
    return [(each, missing) for each, missing in kept if missing]


def list_standing(session: Session, consultation: Consultation) -> dict[SubjectKey, Decision]:
    """Return the decisions that stand, by what they are about."""
    return {each.subject_key: each for each in list_decisions(session, consultation)}


def _list_themes(session: Session, consultation: Consultation) -> Iterator[SubjectList]:
    names = read_question_texts(session, consultation)
    for board in list_boards(session, consultation):
        subjects = [Subject(SubjectKey(theme.id), theme.labels) for theme in list_board_themes(session, board)]
        if subjects:
            code = board.question_code
            name = NOTHING if code == ACROSS else names.get(code) or Localised(code, code)
            yield SubjectList(code, name, False, tuple(subjects))


def _list_options(session: Session, consultation: Consultation) -> Iterator[SubjectList]:
    for code, asked in list_ranking_questions(session, consultation).items():
        if asked.kind != REACTIONS:
            subjects = [
                Subject(SubjectKey(None, code, option), label or Localised(option, option))
                for option, label in asked.candidates.items()
            ]
            yield SubjectList(code, asked.question.text, True, tuple(subjects))


def _find_subject(session: Session, consultation: Consultation, key: SubjectKey) -> tuple[str, Subject]:
    for each in list_subjects(session, consultation):
        for subject in each.subjects:
            if subject.key == key:
                return each.question_code, subject
    raise RecordError("subject.missing")


def _check_part(session: Session, consultation: Consultation, by: By) -> None:
    """Refuse who is no member; the command line may write down what a committee decided."""
    if by.account_id is not None:
        account = get_account(session, by.account_id)
        if find_membership_role(session, account, consultation) is None:
            raise RecordError("membership.missing")


def _check(new: NewDecision, day: date, by: By) -> None:
    problems = []
    if not new.reason:
        problems.append(Problem("decision.reason_missing", "reason"))
    if new.outcome in NEEDS_WHERETO and not new.whereto:
        problems.append(Problem("decision.whereto_missing", "whereto"))
    if day > by.now.date():
        problems.append(Problem("decision.in_future", "decided_on"))
    for name, text, limit in (("reason", new.reason, LONGEST_REASON), ("whereto", new.whereto, LONGEST_WHERETO)):
        problems += [
            Problem("text.too_long", f"{name}.{each}", {"limit": limit})
            for each in LANGUAGES
            if len(text.get(each)) > limit
        ]
    if problems:
        raise RecordError.of("decision.refused", problems)


def _is_the_same(session: Session, standing: Decision, new: NewDecision, day: date, by: By) -> bool:
    """Tell whether the same person wrote the same before, as by a double click."""
    meeting_id = read_circumstances(session, [standing.id])[standing.id].meeting_id
    whereto = new.whereto if new.outcome in NEEDS_WHERETO else NOTHING
    before = (standing.account_id, standing.outcome, standing.reason, standing.whereto, standing.decided_on, meeting_id)
    return before == (by.account_id, new.outcome, new.reason, whereto, day, new.meeting_id)


def _keep(session: Session, decision: Decision, meeting: Meeting | None, kept_out: list[int]) -> None:
    session.add(decision)
    session.flush()
    if meeting is not None:
        session.add(MeetingDecision(decision_id=decision.id, meeting_id=meeting.id))
    session.add_all(KeptOut(decision_id=decision.id, account_id=each) for each in kept_out)
    session.flush()


def _lock(session: Session, consultation: Consultation) -> None:
    """Put those who decide at once one after the other."""
    session.execute(sa.select(Consultation.id).where(Consultation.id == consultation.id).with_for_update())
