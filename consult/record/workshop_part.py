"""What a phone does in a workshop: it joins, sends ideas, votes once in each round, and leaves."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Group
from consult.record.database import check_language, insert_or_keep
from consult.record.errors import RecordError
from consult.record.workshop import (
    MOST_PEOPLE,
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
)

LONGEST_IDEA = 300
MOST_IDEAS = 10


def participant_key(token: str) -> str:
    """Return the key of whoever holds a random token; the token itself is on their phone only."""
    return sha256(f"workshop participant {token}".encode()).hexdigest()[:32]


def join_workshop(
    session: Session, workshop: Workshop, token: str, language: str, group_id: int | None, today: date
) -> WorkshopParticipant:
    """Take part, or come back: pressed twice it is one participant.

    Raises `workshop.over`, `workshop.full`, `group.unknown`.
    """
    if workshop.is_over:
        raise RecordError("workshop.over")
    if group_id is not None:
        group = session.get(Group, group_id)
        if group is None or group.consultation_id != workshop.consultation_id:
            raise RecordError("group.unknown")
    key = participant_key(token)
    count = sa.select(sa.func.count()).where(WorkshopParticipant.workshop_id == workshop.id)
    if session.get(WorkshopParticipant, key) is None and (session.scalar(count) or 0) >= MOST_PEOPLE:
        raise RecordError("workshop.full", limit=MOST_PEOPLE)
    values = {
        "id": key,
        "workshop_id": workshop.id,
        "group_id": group_id,
        "language": check_language(language),
        "joined_on": today,
        "has_left": False,
    }
    insert_or_keep(session, WorkshopParticipant, values, "id")
    mine = session.get_one(WorkshopParticipant, key)
    mine.has_left = False
    session.flush()
    return mine


def find_participant(session: Session, workshop: Workshop, token: str) -> WorkshopParticipant | None:
    """Return who takes part with a token; None for who has not joined, or left."""
    mine = session.get(WorkshopParticipant, participant_key(token))
    return mine if mine is not None and mine.workshop_id == workshop.id and not mine.has_left else None


def leave_workshop(session: Session, mine: WorkshopParticipant) -> None:
    """Be waited for no more; what was sent stays."""
    mine.has_left = True
    session.flush()


def send_idea(session: Session, workshop: Workshop, mine: WorkshopParticipant, key: str, text: str) -> WorkshopIdea:
    """Keep an idea under a fresh random key; sent twice it is kept once.

    Raises `round.not_open`, `idea.empty`, `idea.too_long`, `idea.too_many`.
    """
    there = session.get(WorkshopIdea, key)
    if there is not None:
        if there.participant_id != mine.id:
            raise RecordError("idea.missing")
        return there
    _find_open(session, workshop, RoundKind.IDEAS)
    text = " ".join(text.split())
    if not text:
        raise RecordError("idea.empty")
    if len(text) > LONGEST_IDEA:
        raise RecordError("idea.too_long", limit=LONGEST_IDEA)
    if len(list_own_ideas(session, mine)) >= MOST_IDEAS:
        raise RecordError("idea.too_many", limit=MOST_IDEAS)
    idea = WorkshopIdea(id=key, workshop_id=workshop.id, participant_id=mine.id, language=mine.language, text=text)
    session.add(idea)
    session.flush()
    return idea


def take_idea_back(session: Session, workshop: Workshop, mine: WorkshopParticipant, key: str) -> None:
    """Erase one's own idea, at any time; an option that is called by its words only goes off the list."""
    idea = session.get(WorkshopIdea, key)
    if idea is None or idea.participant_id != mine.id or idea.text is None:
        return
    idea.text = None
    options = sa.select(WorkshopOption).where(WorkshopOption.idea_id == key)
    for option in session.scalars(options):
        if not option.label:
            option.is_out = True
    # in the database, where the facilitator may be counting up at the same time
    counted = sa.update(Workshop).where(Workshop.id == workshop.id).values(revision=Workshop.revision + 1)
    session.execute(counted)
    session.flush()


def list_own_ideas(session: Session, mine: WorkshopParticipant) -> list[WorkshopIdea]:
    """Return the ideas that somebody sent and did not take back."""
    query = sa.select(WorkshopIdea).where(WorkshopIdea.participant_id == mine.id, WorkshopIdea.text.is_not(None))
    return list(session.scalars(query.order_by(WorkshopIdea.id)))


def cast_vote(
    session: Session, workshop: Workshop, mine: WorkshopParticipant, round_number: int, value: Mapping[str, Any]
) -> None:
    """Vote, or change one's vote: one for each phone and round.

    Raises `round.not_open` where that round is not open any more, and `vote.empty`, `vote.twice`, `vote.too_many`,
    `vote.sum`, `vote.unknown_option`.
    """
    current = _find_open(session, workshop, RoundKind.VOTE)
    if current.number != round_number:
        raise RecordError("round.not_open")
    codes = {each.code for each in list_options(session, workshop)}
    checked = (_check_ranking if workshop.method is VoteMethod.RANKING else _check_points)(workshop, value, codes)
    vote = session.get(WorkshopVote, (current.id, mine.id))
    if vote is None:
        session.add(WorkshopVote(round_id=current.id, participant_id=mine.id, value=checked, is_new=True))
    elif vote.value != checked:
        vote.value, vote.is_new = checked, True
    session.flush()


def find_vote(session: Session, current: WorkshopRound, mine: WorkshopParticipant) -> dict[str, Any] | None:
    """Return one's own vote in a round."""
    vote = session.get(WorkshopVote, (current.id, mine.id))
    return None if vote is None else vote.value


def _find_open(session: Session, workshop: Workshop, kind: RoundKind) -> WorkshopRound:
    """Return the open round of a kind; it cannot end before this transaction does."""
    query = sa.select(WorkshopRound).where(
        WorkshopRound.workshop_id == workshop.id, WorkshopRound.state == RoundState.OPEN, WorkshopRound.kind == kind
    )
    found = session.scalars(query.with_for_update(read=True).execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise RecordError("round.not_open")
    return found


def _check_ranking(workshop: Workshop, value: Mapping[str, Any], codes: set[str]) -> dict[str, Any]:
    ranking = [str(code) for code in value.get("ranking", []) if code]
    if not ranking:
        raise RecordError("vote.empty")
    if len(set(ranking)) < len(ranking):
        raise RecordError("vote.twice")
    if len(ranking) > workshop.most:
        raise RecordError("vote.too_many", limit=workshop.most)
    if not set(ranking) <= codes:
        raise RecordError("vote.unknown_option")
    return {"ranking": ranking}


def _check_points(workshop: Workshop, value: Mapping[str, Any], codes: set[str]) -> dict[str, Any]:
    points = {str(code): int(number) for code, number in dict(value.get("points", {})).items() if number}
    if not points:
        raise RecordError("vote.empty")
    if not set(points) <= codes:
        raise RecordError("vote.unknown_option")
    if min(points.values()) < 0 or sum(points.values()) != workshop.most:
        raise RecordError("vote.sum", limit=workshop.most)
    return {"points": points}
