"""What a facilitator does in a workshop: makes it, leads its rounds, shows ideas, words and merges options."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.audit import record_action
from consult.record.consultation import Consultation, Group
from consult.record.decision import SubjectKey
from consult.record.decision_acts import list_subjects
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.workshop import (
    RoundKind,
    RoundState,
    VoteMethod,
    Workshop,
    WorkshopIdea,
    WorkshopOption,
    WorkshopParticipant,
    WorkshopRound,
    WorkshopVote,
    list_options,
    list_rounds,
    new_join_code,
)
from surveys.localised import LANGUAGES, NOTHING, Localised
from surveys.problems import Problem

MADE = "workshop.made"
LONGEST_TITLE, LONGEST_QUESTION, LONGEST_LABEL = 200, 500, 300
MOST_OPTIONS = 60
MOST_CHOICES, MOST_POINTS = 10, 100
FEWEST_CHANGES = 5
"""After a vote was opened again, fewer votes that changed leave the earlier result: two of them would tell whose."""
_WITH_IDEAS = (RoundKind.IDEAS, RoundKind.SHARING, RoundKind.DISCUSSION)
_WITHOUT = (RoundKind.DISCUSSION,)


@dataclass(frozen=True)
class NewWorkshop:
    """A workshop as it is wanted; `subjects` become options, `lines` too, in both languages."""

    title: Localised
    question: Localised
    method: VoteMethod
    most: int
    held_on: date
    has_ideas: bool = True
    votes: int = 2
    subjects: tuple[SubjectKey, ...] = ()
    lines: tuple[Localised, ...] = ()


def make_workshop(session: Session, consultation: Consultation, new: NewWorkshop, by: By, form_key: str) -> Workshop:
    """Add a workshop with its rounds and options; sent twice with one key it is made once.

    Raises `workshop.refused` with each field and why, `subject.missing`.
    """
    made = session.scalars(sa.select(Workshop).where(Workshop.form_key == form_key)).one_or_none()
    if made is not None and made.consultation_id == consultation.id:
        return made
    _check(new)
    names = {each.key: each.name for listed in list_subjects(session, consultation) for each in listed.subjects}
    if not set(new.subjects) <= set(names):
        raise RecordError("subject.missing")
    workshop = Workshop(
        consultation_id=consultation.id,
        title=new.title,
        question=new.question,
        join_code=new_join_code(),
        method=new.method,
        most=new.most,
        held_on=new.held_on,
        is_over=False,
        form_key=form_key,
        account_id=by.account_id,
        made_at=by.now,
        revision=1,
    )
    session.add(workshop)
    session.flush()
    kinds = (*(_WITH_IDEAS if new.has_ideas else _WITHOUT), *(RoundKind.VOTE,) * new.votes)
    session.add_all(
        WorkshopRound(workshop_id=workshop.id, number=at, kind=kind, state=RoundState.WAITING, times_reopened=0)
        for at, kind in enumerate(kinds, start=1)
    )
    for key in new.subjects:
        _add(session, workshop, names[key], key=key)
    for line in new.lines:
        _add(session, workshop, line)
    session.flush()
    record_action(session, by.account_id, MADE, workshop, now=by.now)
    return workshop


def open_round(session: Session, workshop: Workshop, number: int) -> WorkshopRound:
    """Begin a round, ending the one that is open; pressed twice it is done once. The workshop must be locked.

    Raises `round.missing`, `workshop.over`, `round.too_few_options` for a vote on fewer than two.
    """
    _check_going(workshop)
    rounds = list_rounds(session, workshop)
    wanted = _find(rounds, number)
    if wanted.state is RoundState.OPEN:
        return wanted
    if wanted.kind is RoundKind.VOTE and len(list_options(session, workshop)) < 2:
        raise RecordError("round.too_few_options")
    for each in rounds:
        if each.state is RoundState.OPEN:
            each.state = RoundState.ENDED
    if wanted.state is RoundState.ENDED:
        wanted.times_reopened += 1
    wanted.state = RoundState.OPEN
    _changed(session, workshop)
    return wanted


def end_round(session: Session, workshop: Workshop, number: int) -> WorkshopRound:
    """End a round that is open: what people sent stays as it is. The workshop must be locked."""
    wanted = _find(list_rounds(session, workshop), number)
    if wanted.state is RoundState.OPEN:
        wanted.state = RoundState.ENDED
        _changed(session, workshop)
    return wanted


def end_workshop(session: Session, workshop: Workshop) -> None:
    """End a workshop: nobody joins, nothing more is sent. The workshop must be locked."""
    if workshop.is_over:
        return
    for each in list_rounds(session, workshop):
        if each.state is RoundState.OPEN:
            each.state = RoundState.ENDED
    workshop.is_over = True
    _changed(session, workshop)


def list_votes(session: Session, ended: WorkshopRound) -> list[tuple[dict[str, Any], str]]:
    """Return what each person voted with the code of their group, in the order of keys, which are random."""
    query = (
        sa.select(WorkshopVote.value, Group.code)
        .join(WorkshopParticipant, WorkshopParticipant.id == WorkshopVote.participant_id)
        .outerjoin(Group, Group.id == WorkshopParticipant.group_id)
        .where(WorkshopVote.round_id == ended.id)
        .order_by(WorkshopVote.participant_id)
    )
    return [(value, group or "") for value, group in session.execute(query)]


def must_count(session: Session, ended: WorkshopRound) -> bool:
    """Tell whether the votes of a round that ended are to be counted.

    After it was opened again, only where at least `FEWEST_CHANGES` votes came or changed since.
    """
    if ended.kind is not RoundKind.VOTE or ended.state is not RoundState.ENDED:
        return False
    query = sa.select(sa.func.count()).where(WorkshopVote.round_id == ended.id, WorkshopVote.is_new)
    return ended.result is None or (session.scalar(query) or 0) >= FEWEST_CHANGES


def save_result(session: Session, workshop: Workshop, number: int, result: Mapping[str, Any]) -> None:
    """Keep what was made of a round's votes, where it is still to be counted. The workshop must be locked."""
    ended = _find(list_rounds(session, workshop), number)
    if not must_count(session, ended):
        return
    ended.result = dict(result)
    session.execute(sa.update(WorkshopVote).where(WorkshopVote.round_id == ended.id).values(is_new=False))
    _changed(session, workshop)


def show_next_idea(session: Session, workshop: Workshop) -> bool:
    """Put one more idea on the list, in the order of keys, which tells of nobody; False where all are there."""
    _check_going(workshop)
    shown = sa.select(WorkshopOption.idea_id).where(
        WorkshopOption.workshop_id == workshop.id, WorkshopOption.idea_id.is_not(None)
    )
    query = sa.select(WorkshopIdea.id).where(
        WorkshopIdea.workshop_id == workshop.id, WorkshopIdea.text.is_not(None), WorkshopIdea.id.not_in(shown)
    )
    key = session.scalars(query.order_by(WorkshopIdea.id).limit(1)).one_or_none()
    if key is None:
        return False
    _add(session, workshop, NOTHING, idea_id=key)
    _changed(session, workshop)
    return True


def count_hidden_ideas(session: Session, workshop: Workshop) -> int:
    """Count the ideas that are not on the list yet."""
    shown = sa.select(WorkshopOption.idea_id).where(
        WorkshopOption.workshop_id == workshop.id, WorkshopOption.idea_id.is_not(None)
    )
    query = sa.select(sa.func.count()).where(
        WorkshopIdea.workshop_id == workshop.id, WorkshopIdea.text.is_not(None), WorkshopIdea.id.not_in(shown)
    )
    return session.scalar(query) or 0


def add_option(session: Session, workshop: Workshop, label: Localised) -> None:
    """Add an option in the facilitator's words; raises `option.empty`, `text.too_long`, `option.voted`."""
    _check_list(session, workshop)
    _check_label(label)
    _add(session, workshop, label)
    _changed(session, workshop)


def word_option(session: Session, workshop: Workshop, option_id: int, label: Localised) -> None:
    """Call an option otherwise; raises as `add_option`, and `option.missing`."""
    _check_list(session, workshop)
    _check_label(label)
    _option(session, workshop, option_id).label = label
    _changed(session, workshop)


def merge_options(session: Session, workshop: Workshop, option_ids: Collection[int], into: int) -> None:
    """Put options together under one; raises `option.missing`, `option.voted`."""
    _check_list(session, workshop)
    target = _option(session, workshop, into)
    for each in option_ids:
        if each != into:
            _option(session, workshop, each).merged_into_id = target.id
    _changed(session, workshop)


def drop_option(session: Session, workshop: Workshop, option_id: int, *, is_out: bool = True) -> None:
    """Take an option off the list, or put it back, from where it was merged too; raises as `merge_options`."""
    _check_list(session, workshop)
    option = session.get(WorkshopOption, option_id)
    if option is None or option.workshop_id != workshop.id:
        raise RecordError("option.missing")
    option.is_out, option.merged_into_id = is_out, None
    _changed(session, workshop)


def list_set_aside(session: Session, workshop: Workshop) -> list[WorkshopOption]:
    """Return the options that were merged or taken off, and can be put back."""
    query = sa.select(WorkshopOption).where(
        WorkshopOption.workshop_id == workshop.id,
        sa.or_(WorkshopOption.is_out, WorkshopOption.merged_into_id.is_not(None)),
    )
    return list(session.scalars(query.order_by(WorkshopOption.id)))


def _add(
    session: Session, workshop: Workshop, label: Localised, key: SubjectKey | None = None, idea_id: str | None = None
) -> None:
    count = session.scalar(sa.select(sa.func.count()).where(WorkshopOption.workshop_id == workshop.id)) or 0
    if count >= MOST_OPTIONS:
        raise RecordError("option.too_many", limit=MOST_OPTIONS)
    session.add(
        WorkshopOption(
            workshop_id=workshop.id,
            code=f"o{count + 1}",
            label=label,
            theme_id=key.theme_id if key else None,
            question_code=key.question_code if key else "",
            option_code=(key.option_code or None) if key else None,
            idea_id=idea_id,
            is_out=False,
        )
    )
    session.flush()


def _option(session: Session, workshop: Workshop, option_id: int) -> WorkshopOption:
    option = session.get(WorkshopOption, option_id)
    if option is None or option.workshop_id != workshop.id or option.is_out or option.merged_into_id is not None:
        raise RecordError("option.missing")
    return option


def _find(rounds: list[WorkshopRound], number: int) -> WorkshopRound:
    wanted = next((each for each in rounds if each.number == number), None)
    if wanted is None:
        raise RecordError("round.missing")
    return wanted


def _changed(session: Session, workshop: Workshop) -> None:
    workshop.revision += 1
    session.flush()


def _check_going(workshop: Workshop) -> None:
    if workshop.is_over:
        raise RecordError("workshop.over")


def _check_list(session: Session, workshop: Workshop) -> None:
    """Refuse to change the list while people vote on it: their votes would be about something else."""
    _check_going(workshop)
    for each in list_rounds(session, workshop):
        if each.kind is RoundKind.VOTE and each.state is RoundState.OPEN:
            raise RecordError("option.voted")


def _check_label(label: Localised) -> None:
    if not label:
        raise RecordError("option.empty")
    if any(len(label.get(each)) > LONGEST_LABEL for each in LANGUAGES):
        raise RecordError("text.too_long", limit=LONGEST_LABEL)


def _check(new: NewWorkshop) -> None:
    problems = []
    for name, text, limit in (("title", new.title, LONGEST_TITLE), ("question", new.question, LONGEST_QUESTION)):
        if not text:
            problems.append(Problem("workshop.empty", name))
        problems += [
            Problem("text.too_long", f"{name}.{each}", {"limit": limit})
            for each in LANGUAGES
            if len(text.get(each)) > limit
        ]
    highest = MOST_CHOICES if new.method is VoteMethod.RANKING else MOST_POINTS
    if not 1 <= new.most <= highest:
        problems.append(Problem("workshop.most", "most", {"most": highest}))
    if new.votes not in (1, 2):
        problems.append(Problem("workshop.votes", "votes"))
    if len(new.subjects) + len(new.lines) > MOST_OPTIONS:
        problems.append(Problem("workshop.too_many", "lines", {"most": MOST_OPTIONS}))
    if any(len(line.get(each)) > LONGEST_LABEL for line in new.lines for each in LANGUAGES):
        problems.append(Problem("text.too_long", "lines", {"limit": LONGEST_LABEL}))
    if problems:
        raise RecordError.of("workshop.refused", problems)
