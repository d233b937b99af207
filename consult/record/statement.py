"""Statements: what people post to a discussion prompt, from the first word to the contribution that themes read.

A statement that is published is a contribution too; hidden or withdrawn, its contribution is erased. Nothing in a
statement tells more than the day: its key is random in effect (a digest of the author's key and of the form's own
random key, so that a form sent twice posts once), and lists are in the order of the days, then of the keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.contribution import Channel, Contribution, NewContribution, add_contributions
from consult.record.database import Base, KeyText, check_language, enum_type, insert_or_keep
from consult.record.discussion import DiscussionParticipant, Moderation, Prompt
from consult.record.errors import RecordError
from consult.record.withdrawal import erase_texts
from surveys.cleaning import clean_text

MAXIMUM_STATEMENT = 280


class StatementState(StrEnum):
    """Where a statement is; only a published one is seen by others."""

    WAITING = "waiting"
    PUBLISHED = "published"
    HIDDEN = "hidden"
    # Another version stands in its place: reworded, split, or a version that was taken back.
    SET_ASIDE = "set_aside"
    WITHDRAWN = "withdrawn"


class DiscussionStatement(Base):
    """One short text: one idea, by one participant, perhaps in reply to another statement."""

    __tablename__ = "discussion_statements"
    __table_args__ = (sa.Index(None, "prompt_id", "state"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(KeyText, primary_key=True)
    prompt_id: Mapped[int] = mapped_column(sa.ForeignKey("discussion_prompts.id"))
    participant_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("discussion_participants.id"), index=True)
    reply_to_id: Mapped[str | None] = mapped_column(KeyText, sa.ForeignKey("discussion_statements.id"), index=True)
    # The version that this one stands in place of.
    made_from_id: Mapped[str | None] = mapped_column(KeyText, sa.ForeignKey("discussion_statements.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    # Empty once withdrawn.
    text: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[StatementState] = mapped_column(enum_type(StatementState))
    # Something in it may point at a person: its author was told, and a person reads it before anybody else does.
    is_flagged: Mapped[bool]
    posted_on: Mapped[date]
    contribution_id: Mapped[str | None] = mapped_column(KeyText, sa.ForeignKey("contributions.id"), index=True)


@dataclass(frozen=True)
class NewStatement:
    """A statement as its form sends it; `form_key` is random, the same however often the form is sent."""

    text: str
    language: str
    form_key: str
    is_flagged: bool = False
    reply_to: str | None = None


def post_statement(
    session: Session, prompt: Prompt, participant: DiscussionParticipant, new: NewStatement, today: date
) -> DiscussionStatement:
    """Keep a statement, once for each form; published at once where a person looks afterwards, and nothing is flagged.

    Whether the person may post is `discussion.check_taking_part`'s to say. Raises `statement.empty`,
    `statement.too_long`, `language.unknown`, `prompt.no_replies`, `statement.missing` (what it replies to).
    """
    text = check_statement(new.text)
    if new.reply_to is not None:
        _check_reply(session, prompt, new.reply_to)
    waits = new.is_flagged or prompt.moderation is Moderation.BEFORE
    key = sha256(f"{participant.id}:{new.form_key}".encode()).hexdigest()[:32]
    row = {
        "id": key,
        "prompt_id": prompt.id,
        "participant_id": participant.id,
        "reply_to_id": new.reply_to,
        "made_from_id": None,
        "language": check_language(new.language),
        "text": text,
        "state": StatementState.WAITING,
        "is_flagged": new.is_flagged,
        "posted_on": today,
        "contribution_id": None,
    }
    is_new = insert_or_keep(session, DiscussionStatement, row, "id")
    statement = session.get_one(DiscussionStatement, key)
    if is_new:
        note_taken_part(session, participant)
        if not waits:
            put_out(session, statement)
    return statement


def edit_statement(
    session: Session, participant: DiscussionParticipant, statement_id: str, text: str, *, is_flagged: bool
) -> DiscussionStatement:
    """Change one's own statement before anybody else has read it.

    Raises `statement.missing`, `statement.not_waiting`, and what `post_statement` says of a text.
    """
    statement = lock_own(session, participant, statement_id)
    if statement.state is not StatementState.WAITING:
        raise RecordError("statement.not_waiting")
    statement.text, statement.is_flagged = check_statement(text), is_flagged or statement.is_flagged
    session.flush()
    return statement


def check_statement(text: str) -> str:
    """Return a text as it is kept, on one line; raises `statement.empty`, `statement.too_long`."""
    text = " ".join(clean_text(text).split())
    if not text:
        raise RecordError("statement.empty")
    if len(text) > MAXIMUM_STATEMENT:
        raise RecordError("statement.too_long", maximum=MAXIMUM_STATEMENT, length=len(text))
    return text


def put_out(session: Session, statement: DiscussionStatement) -> None:
    """Publish a statement and make it a contribution; one that is published already stays as it is."""
    if statement.state is StatementState.PUBLISHED:
        return
    prompt = session.get_one(Prompt, statement.prompt_id)
    author = session.get_one(DiscussionParticipant, statement.participant_id)
    new = NewContribution(
        statement.text,
        statement.language,
        prompt.contribution_code,
        Channel.DISCUSSION,
        group_id=author.group_id,
        person=author.id,
        may_quote=author.may_quote,
    )
    statement.state = StatementState.PUBLISHED
    statement.contribution_id = add_contributions(session, prompt.consultation_id, [new])[0]
    session.flush()


def take_in(session: Session, statement: DiscussionStatement, state: StatementState) -> None:
    """Let others see a statement no more, and erase its contribution: the next run does without it."""
    key = statement.contribution_id
    statement.state, statement.contribution_id = state, None
    session.flush()
    if key is not None:
        erase_texts(session, Contribution.id == key)


def lock_statement(session: Session, prompt: Prompt, statement_id: str) -> DiscussionStatement:
    """Return a statement of a prompt for writing; raises `statement.missing`, `statement.withdrawn`."""
    return _lock(session, statement_id, DiscussionStatement.prompt_id == prompt.id)


def lock_own(session: Session, participant: DiscussionParticipant, statement_id: str) -> DiscussionStatement:
    """Return one's own statement for writing; raises `statement.missing`, `statement.withdrawn`."""
    return _lock(session, statement_id, DiscussionStatement.participant_id == participant.id)


def list_statements(session: Session, prompt: Prompt, *states: StatementState) -> list[DiscussionStatement]:
    """Return a prompt's statements in these states (all but withdrawn ones if none is named), oldest day first."""
    query = sa.select(DiscussionStatement).where(DiscussionStatement.prompt_id == prompt.id)
    wanted = states or tuple(state for state in StatementState if state is not StatementState.WITHDRAWN)
    query = query.where(DiscussionStatement.state.in_(wanted))
    return list(session.scalars(query.order_by(DiscussionStatement.posted_on, DiscussionStatement.id)))


def list_replies(session: Session, statement_ids: Sequence[str]) -> dict[str, list[DiscussionStatement]]:
    """Return the published replies to each of these statements, which are those of one page."""
    query = (
        sa.select(DiscussionStatement)
        .where(
            DiscussionStatement.reply_to_id.in_(statement_ids),
            DiscussionStatement.state == StatementState.PUBLISHED,
        )
        .order_by(DiscussionStatement.posted_on, DiscussionStatement.id)
    )
    replies: dict[str, list[DiscussionStatement]] = {}
    for reply in session.scalars(query):
        replies.setdefault(str(reply.reply_to_id), []).append(reply)
    return replies


def count_states(session: Session, prompts: Sequence[Prompt]) -> dict[int, dict[StatementState, int]]:
    """Return how many statements each prompt has in each state."""
    query = (
        sa.select(DiscussionStatement.prompt_id, DiscussionStatement.state, sa.func.count())
        .where(DiscussionStatement.prompt_id.in_([prompt.id for prompt in prompts]))
        .group_by(DiscussionStatement.prompt_id, DiscussionStatement.state)
    )
    counts: dict[int, dict[StatementState, int]] = {prompt.id: {} for prompt in prompts}
    for prompt_id, state, count in session.execute(query):
        counts[prompt_id][state] = count
    return counts


def note_taken_part(session: Session, participant: DiscussionParticipant) -> None:
    """Note that somebody said something, once: the row is not written again at every reaction."""
    if not participant.has_taken_part:
        participant.has_taken_part = True
        session.flush()


def _check_reply(session: Session, prompt: Prompt, statement_id: str) -> None:
    """One level of replies, to what everybody can read."""
    if not prompt.may_reply:
        raise RecordError("prompt.no_replies")
    found = session.get(DiscussionStatement, statement_id)
    if (
        found is None
        or found.prompt_id != prompt.id
        or found.reply_to_id is not None
        or found.state is not StatementState.PUBLISHED
    ):
        raise RecordError("statement.missing")


def _lock(session: Session, statement_id: str, which: sa.ColumnElement[bool]) -> DiscussionStatement:
    query = sa.select(DiscussionStatement).where(DiscussionStatement.id == statement_id, which).with_for_update()
    statement = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if statement is None:
        raise RecordError("statement.missing")
    if statement.state is StatementState.WITHDRAWN:
        raise RecordError("statement.withdrawn")
    return statement
