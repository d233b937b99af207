"""What participants of a discussion read of its reactions: counts that were kept, renewed by whole batches of people.

Numbers that followed each reaction would tell it to whoever looks before and after. So everybody reads counts that were
kept, for each statement and group by itself, and these are renewed when enough people of the group have reacted, have
changed their mind or are gone since. Who reads all of them learns how a batch of so many people was divided, and of
nobody which part was theirs. Facilitators read what is there (`consult.record.discussion_results.count_reactions`).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.database import Base, KeyText, conflict_insert, dialect_of
from consult.record.discussion import DiscussionParticipant, Prompt
from consult.record.discussion_results import STANDS, DiscussionCounts, count_reactions
from consult.record.reaction import Reaction
from consult.record.statement import DiscussionStatement

Counts = tuple[int, int, int]
_NOBODY: Counts = (0, 0, 0)


class ReactionCount(Base):
    """How many of a group agree with a statement, disagree and pass, as it was kept; no date."""

    __tablename__ = "discussion_reaction_counts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    statement_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("discussion_statements.id"), primary_key=True)
    # 0 for those of whom no group is known: a key can hold no NULL
    group_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agree: Mapped[int]
    disagree: Mapped[int]
    passed: Mapped[int]

    @property
    def counts(self) -> Counts:
        """The three numbers, in the order of `STANDS`."""
        return self.agree, self.disagree, self.passed


def renew_count(session: Session, participant: DiscussionParticipant, statement_id: str, fewest: int) -> bool:
    """Keep the counts of a statement anew in a participant's group; return whether enough people changed for that.

    To be called after each reaction and each one taken back. `fewest` is how many people must have come or gone.
    """
    if not _is_due(session, participant.group_id, statement_id, fewest):
        return False
    # Of two reactions at the same time only the first renews: else the two counts would differ by one person.
    # A lock that those who are reacting, and so refer to the statement, need not wait for: both would wait otherwise.
    session.execute(
        sa.select(DiscussionStatement.id).where(DiscussionStatement.id == statement_id).with_for_update(key_share=True)
    )
    if not _is_due(session, participant.group_id, statement_id, fewest):
        return False
    now = dict(zip(("agree", "disagree", "passed"), _count(session, participant.group_id, statement_id), strict=True))
    insert = conflict_insert(dialect_of(session), ReactionCount).values(
        statement_id=statement_id, group_id=participant.group_id or 0, **now
    )
    session.execute(insert.on_conflict_do_update(index_elements=["statement_id", "group_id"], set_=now))
    return True


def read_kept(session: Session, prompt: Prompt) -> DiscussionCounts:
    """Return the counts of a prompt as they were kept, in the order of `count_reactions`; no group of nobody."""
    now = count_reactions(session, prompt)
    query = (
        sa.select(ReactionCount)
        .join(DiscussionStatement, DiscussionStatement.id == ReactionCount.statement_id)
        .where(DiscussionStatement.prompt_id == prompt.id)
        .execution_options(populate_existing=True)
    )
    kept: dict[str, dict[int | None, Counts]] = {}
    for line in session.scalars(query):
        if any(line.counts):
            kept.setdefault(line.statement_id, {})[line.group_id or None] = line.counts
    return replace(now, counts=tuple(kept.get(statement.id, {}) for statement in now.statements))


def _is_due(session: Session, group: int | None, statement_id: str, fewest: int) -> bool:
    now = _count(session, group, statement_id)
    before = session.get(ReactionCount, (statement_id, group or 0), populate_existing=True)
    return _count_changed(before.counts if before else _NOBODY, now) >= fewest


def _count_changed(before: Counts, now: Counts) -> int:
    """Return of how many people at least a count tells: of those who came, or of those who are gone."""
    changes = [new - old for old, new in zip(before, now, strict=True)]
    return max(sum(each for each in changes if each > 0), -sum(each for each in changes if each < 0))


def _count(session: Session, group: int | None, statement_id: str) -> Counts:
    query = (
        sa.select(Reaction.stand, sa.func.count())
        .join(DiscussionParticipant, DiscussionParticipant.id == Reaction.participant_id)
        .where(Reaction.statement_id == statement_id, DiscussionParticipant.group_id.is_not_distinct_from(group))
        .group_by(Reaction.stand)
    )
    found: Mapping[str, int] = Counter({stand.value: count for stand, count in session.execute(query)})
    agree, disagree, passed = (found[each] for each in STANDS)
    return agree, disagree, passed
