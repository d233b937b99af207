"""Reactions: agree, disagree or pass, once for each participant and statement; and which statement comes next.

The rule of what comes next: a statement's chance is in proportion to 1 / (1 + s)², where s is how many people have
reacted to it. Every statement keeps a chance, one seen half as often has about four times that of another, and a late
one catches up without filling everybody's screen. In the long run the counts of statements vary by a fifth of what
pure chance would leave (for a chance in proportion to 1 / s^k, variance = mean / (2k + 1); pure chance is k = 0), and a
latecomer's shortage shrinks as 1 / mean². Nobody gets their own statements, nor one twice.

The draw is a weighted one without a random generator: each participant has a number of their own for each statement
(from a digest), and the smallest -ln(u)·(1 + s)² wins (Efraimidis and Spirakis 2006, "Weighted random sampling with a
reservoir", Information Processing Letters 97: 181-185). So the page that is opened again shows the same statement,
unless others have reacted meanwhile.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.database import Base, KeyText, conflict_insert, dialect_of, enum_type
from consult.record.discussion import DiscussionParticipant, Prompt
from consult.record.errors import RecordError
from consult.record.statement import DiscussionStatement, StatementState, note_taken_part

_DIGITS = 64


class Stand(StrEnum):
    """What somebody thinks of a statement."""

    AGREE = "agree"
    DISAGREE = "disagree"
    PASS = "pass"  # noqa: S105  # no password: somebody has no opinion


class Reaction(Base):
    """What one participant thinks of one statement; no date, no order."""

    __tablename__ = "discussion_reactions"
    __table_args__ = ({"sqlite_with_rowid": False},)

    participant_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("discussion_participants.id"), primary_key=True)
    statement_id: Mapped[str] = mapped_column(
        KeyText, sa.ForeignKey("discussion_statements.id"), primary_key=True, index=True
    )
    stand: Mapped[Stand] = mapped_column(enum_type(Stand))


@dataclass(frozen=True)
class Progress:
    """How many statements of others a participant can react to, and how many they have."""

    reacted: int
    available: int

    @property
    def left(self) -> int:
        """How many are still to come."""
        return max(self.available - self.reacted, 0)


def react(
    session: Session, prompt: Prompt, participant: DiscussionParticipant, statement_id: str, stand: Stand
) -> None:
    """Keep what somebody thinks of a statement; a second reaction to it takes the place of the first.

    Whether the person may react is `discussion.check_taking_part`'s to say. Raises `statement.missing`,
    `statement.own`.
    """
    statement = session.get(DiscussionStatement, statement_id)
    if statement is None or statement.prompt_id != prompt.id or not _can_be_judged(statement):
        raise RecordError("statement.missing")
    if statement.participant_id == participant.id:
        raise RecordError("statement.own")
    insert = conflict_insert(dialect_of(session), Reaction).values(
        participant_id=participant.id, statement_id=statement_id, stand=stand
    )
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["participant_id", "statement_id"], set_={"stand": insert.excluded.stand}
        )
    )
    note_taken_part(session, participant)


def take_reaction_back(session: Session, participant: DiscussionParticipant, statement_id: str) -> None:
    """Undo a reaction: the statement may come again. Nothing happens where there is none."""
    session.execute(
        sa.delete(Reaction).where(Reaction.participant_id == participant.id, Reaction.statement_id == statement_id)
    )


def find_reaction(session: Session, participant: DiscussionParticipant, statement_id: str) -> Stand | None:
    """Return what a participant thinks of a statement, if they said."""
    query = sa.select(Reaction.stand).where(
        Reaction.participant_id == participant.id, Reaction.statement_id == statement_id
    )
    return session.scalar(query)


def next_statement(
    session: Session, prompt: Prompt, participant: DiscussionParticipant, *, skip: str | None = None
) -> DiscussionStatement | None:
    """Return the statement that a participant sees next; None where they have reacted to all of them."""
    mine = sa.select(Reaction.statement_id).where(Reaction.participant_id == participant.id)
    query = (
        sa.select(DiscussionStatement.id, sa.func.count(Reaction.statement_id))
        .outerjoin(Reaction, Reaction.statement_id == DiscussionStatement.id)
        .where(*_judged_by(prompt, participant), DiscussionStatement.id.not_in(mine))
        .group_by(DiscussionStatement.id)
    )
    seen = {key: count for key, count in session.execute(query) if key != skip}
    chosen = choose(seen, participant.id)
    return None if chosen is None else session.get_one(DiscussionStatement, chosen)


def choose(seen: Mapping[str, int], participant: str) -> str | None:
    """Return one of the statements, given how many people have reacted to each; the rule is the module's."""

    def score(statement: str) -> float:
        digest = sha256(f"{participant}:{statement}".encode()).digest()
        chance = (int.from_bytes(digest[: _DIGITS // 8]) + 1) / 2**_DIGITS
        # the draw that is almost 1 makes zero: the statement seen least still goes first among such
        return max(-math.log(chance), 1e-18) * (1 + seen[statement]) ** 2

    return min(sorted(seen), key=score, default=None)


def measure_progress(session: Session, prompt: Prompt, participant: DiscussionParticipant) -> Progress:
    """Return how far a participant is with the statements of others."""
    query = (
        sa.select(sa.func.count(Reaction.statement_id), sa.func.count())
        .select_from(DiscussionStatement)
        .outerjoin(
            Reaction,
            sa.and_(Reaction.statement_id == DiscussionStatement.id, Reaction.participant_id == participant.id),
        )
        .where(*_judged_by(prompt, participant))
    )
    reacted, available = session.execute(query).one()
    return Progress(reacted, available)


def _can_be_judged(statement: DiscussionStatement) -> bool:
    return statement.state is StatementState.PUBLISHED and statement.reply_to_id is None


def _judged_by(prompt: Prompt, participant: DiscussionParticipant) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        DiscussionStatement.prompt_id == prompt.id,
        DiscussionStatement.state == StatementState.PUBLISHED,
        DiscussionStatement.reply_to_id.is_(None),
        DiscussionStatement.participant_id != participant.id,
    )
