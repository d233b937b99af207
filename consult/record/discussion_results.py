"""What a discussion came to, as plain rows for the analysis: one for each statement, one for each reaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.discussion import DiscussionParticipant, Prompt
from consult.record.reaction import Reaction
from consult.record.statement import DiscussionStatement, StatementState, list_statements

STANDS = ("agree", "disagree", "pass")


@dataclass(frozen=True)
class DiscussionCounts:
    """Of each published statement that was not a reply, how many agree, disagree and pass, by group.

    `counts[statement][group]` are three numbers in the order of `STANDS`; the group is a key, or None.
    """

    statements: tuple[DiscussionStatement, ...]
    counts: tuple[dict[int | None, tuple[int, int, int]], ...]
    people: int
    invited: int


def count_reactions(session: Session, prompt: Prompt) -> DiscussionCounts:
    """Return the counts of a prompt, the statements in the order of their days, then of their keys."""
    statements = [each for each in list_statements(session, prompt, StatementState.PUBLISHED) if not each.reply_to_id]
    query = (
        sa.select(Reaction.statement_id, DiscussionParticipant.group_id, Reaction.stand, sa.func.count())
        .join(DiscussionParticipant, Reaction.participant_id == DiscussionParticipant.id)
        .join(DiscussionStatement, Reaction.statement_id == DiscussionStatement.id)
        .where(DiscussionStatement.prompt_id == prompt.id)
        .group_by(Reaction.statement_id, DiscussionParticipant.group_id, Reaction.stand)
    )
    found: dict[str, dict[int | None, Counter[str]]] = {}
    for key, group, stand, count in session.execute(query):
        found.setdefault(key, {}).setdefault(group, Counter())[stand.value] = count
    counts = tuple(
        {
            group: (stands["agree"], stands["disagree"], stands["pass"])
            for group, stands in found.get(statement.id, {}).items()
        }
        for statement in statements
    )
    people, invited = _count_people(session, prompt)
    return DiscussionCounts(tuple(statements), counts, people, invited)


def list_reactions(session: Session, prompt: Prompt, statements: Sequence[DiscussionStatement]) -> list[list[int]]:
    """Return a row for each participant and a column for each statement: 1 agree, -1 disagree, 0 pass, 2 not seen.

    The rows are in the order of their random keys, which are not told.
    """
    place = {statement.id: at for at, statement in enumerate(statements)}
    query = (
        sa.select(Reaction.participant_id, Reaction.statement_id, Reaction.stand)
        .join(DiscussionStatement, Reaction.statement_id == DiscussionStatement.id)
        .where(DiscussionStatement.prompt_id == prompt.id)
        .order_by(Reaction.participant_id)
    )
    value = {"agree": 1, "disagree": -1, "pass": 0}
    rows: dict[str, list[int]] = {}
    for participant, statement, stand in session.execute(query):
        if statement in place:
            rows.setdefault(participant, [2] * len(place))[place[statement]] = value[stand.value]
    return list(rows.values())


def _count_people(session: Session, prompt: Prompt) -> tuple[int, int]:
    """Return how many people posted or reacted in a prompt, and how many of these by a personal link."""
    posted = sa.select(DiscussionStatement.participant_id).where(
        DiscussionStatement.prompt_id == prompt.id, DiscussionStatement.state != StatementState.WITHDRAWN
    )
    reacted = (
        sa.select(Reaction.participant_id)
        .join(DiscussionStatement, Reaction.statement_id == DiscussionStatement.id)
        .where(DiscussionStatement.prompt_id == prompt.id)
    )
    invited = sa.func.sum(sa.case((DiscussionParticipant.is_invited, 1), else_=0))
    query = sa.select(sa.func.count(), invited).where(DiscussionParticipant.id.in_(posted.union(reacted)))
    people, by_link = session.execute(query).one()
    return people, by_link or 0
