"""What a participant of a discussion may do with what they said: see it, withdraw a part or all, change a consent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.contribution import Contribution
from consult.record.discussion import DiscussionParticipant, Prompt
from consult.record.errors import RecordError
from consult.record.moderation import PastAct, forget_words, list_acts
from consult.record.reaction import Reaction, Stand
from consult.record.statement import DiscussionStatement, StatementState, lock_own
from consult.record.statement_translation import erase_translations
from consult.record.withdrawal import empty_quotes, erase_texts


@dataclass(frozen=True)
class OwnStatement:
    """Something one said, what was done with it, and the versions that stand in its place."""

    statement: DiscussionStatement
    prompt: Prompt
    acts: tuple[PastAct, ...]
    versions: tuple[DiscussionStatement, ...]


@dataclass(frozen=True)
class OwnReaction:
    """What one thinks of a statement; the statement's text is shown while it is published."""

    statement: DiscussionStatement
    prompt: Prompt
    stand: Stand


def list_own_statements(session: Session, participant: DiscussionParticipant) -> list[OwnStatement]:
    """Return what somebody said and did not withdraw, as they wrote it, in the order of prompts and days."""
    query = (
        sa.select(DiscussionStatement, Prompt)
        .join(Prompt, DiscussionStatement.prompt_id == Prompt.id)
        .where(
            DiscussionStatement.participant_id == participant.id,
            DiscussionStatement.state != StatementState.WITHDRAWN,
        )
        .order_by(Prompt.position, DiscussionStatement.posted_on, DiscussionStatement.id)
    )
    rows = [(statement, prompt) for statement, prompt in session.execute(query)]
    acts = list_acts(session, [statement.id for statement, _ in rows])
    written = [(statement, prompt) for statement, prompt in rows if statement.made_from_id is None]
    every = [statement for statement, _ in rows]
    return [
        OwnStatement(
            statement,
            prompt,
            tuple(act for act in acts.get(statement.id, []) if not act.is_undone),
            tuple(
                version for version in _descend(every, statement.id) if version.state is not StatementState.SET_ASIDE
            ),
        )
        for statement, prompt in written
    ]


def list_own_reactions(session: Session, participant: DiscussionParticipant) -> list[OwnReaction]:
    """Return what somebody thinks of the statements that are published."""
    query = (
        sa.select(DiscussionStatement, Prompt, Reaction.stand)
        .join(Reaction, Reaction.statement_id == DiscussionStatement.id)
        .join(Prompt, DiscussionStatement.prompt_id == Prompt.id)
        .where(Reaction.participant_id == participant.id, DiscussionStatement.state == StatementState.PUBLISHED)
        .order_by(Prompt.position, DiscussionStatement.id)
    )
    return [OwnReaction(*row) for row in session.execute(query)]


def withdraw_statement(session: Session, participant: DiscussionParticipant, statement_id: str) -> None:
    """Erase one's statement with every version of it; raises `statement.missing`, `statement.withdrawn`.

    The bytes in the files are `storage.scrub_storage`'s to erase, once this is committed.
    """
    statement = lock_own(session, participant, statement_id)
    query = sa.select(DiscussionStatement).where(DiscussionStatement.participant_id == participant.id)
    every = list(session.scalars(query))
    _erase(session, [statement.id, *(version.id for version in _descend(every, statement.id))])


def withdraw_participant(session: Session, participant: DiscussionParticipant) -> None:
    """Erase all that somebody said and all their reactions; raises `discussion.withdrawn`.

    The participant must be locked. The row stays, empty: the same link brings nothing back.
    """
    if participant.is_withdrawn:
        raise RecordError("discussion.withdrawn")
    query = sa.select(DiscussionStatement.id).where(DiscussionStatement.participant_id == participant.id)
    _erase(session, list(session.scalars(query)))
    session.execute(
        sa.delete(Reaction)
        .where(Reaction.participant_id == participant.id)
        .execution_options(synchronize_session="fetch")
    )
    participant.is_withdrawn, participant.respondent, participant.may_quote = True, None, False
    session.flush()


def change_consent(session: Session, participant: DiscussionParticipant, may_quote: bool) -> None:
    """Let one's words be quoted, or not any more: quotes of them are then emptied. Nothing else is withdrawn."""
    participant.may_quote = may_quote
    mine = _contributions_of(participant)
    session.execute(
        sa.update(Contribution).where(mine).values(may_quote=may_quote).execution_options(synchronize_session="fetch")
    )
    if not may_quote:
        empty_quotes(session, mine)
    session.flush()


def download_own(session: Session, participant: DiscussionParticipant) -> dict[str, Any]:
    """Return all that somebody said and thinks, as plain values."""
    return {
        "joined_on": participant.joined_on.isoformat(),
        "language": participant.language,
        "may_be_quoted": participant.may_quote,
        "statements": [
            {
                "discussion": own.prompt.title.to_json(),
                "text": own.statement.text,
                "language": own.statement.language,
                "posted_on": own.statement.posted_on.isoformat(),
                "state": own.statement.state.value,
                "reasons": [
                    {"act": act.act.value, "reason": act.reason.value if act.reason else None, "words": act.words}
                    for act in own.acts
                ],
                "versions": [version.text for version in own.versions],
            }
            for own in list_own_statements(session, participant)
        ],
        "reactions": [
            {
                "discussion": own.prompt.title.to_json(),
                "text": own.statement.text,
                "reaction": own.stand.value,
            }
            for own in list_own_reactions(session, participant)
        ],
    }


def _contributions_of(participant: DiscussionParticipant) -> sa.ColumnElement[bool]:
    # by the statements, for a key of another kind may one day stand in `person`
    mine = sa.select(DiscussionStatement.contribution_id).where(
        DiscussionStatement.participant_id == participant.id, DiscussionStatement.contribution_id.is_not(None)
    )
    return Contribution.id.in_(mine)


def _erase(session: Session, keys: Sequence[str]) -> None:
    """Erase statements, one by one: nobody has many, and a statement of a query takes few parameters."""
    for key in keys:
        statement = session.get_one(DiscussionStatement, key)
        contribution = statement.contribution_id
        statement.text, statement.state, statement.contribution_id = "", StatementState.WITHDRAWN, None
        session.flush()
        erase_translations(session, DiscussionStatement.id == key)
        forget_words(session, key)
        if contribution is not None:
            erase_texts(session, Contribution.id == contribution)


def _descend(statements: Sequence[DiscussionStatement], root: str) -> list[DiscussionStatement]:
    """Return what was made of a statement, directly or in turn, among these."""
    found: list[DiscussionStatement] = []
    wanted = {root}
    while wanted:
        versions = [each for each in statements if each.made_from_id in wanted]
        found += versions
        wanted = {version.id for version in versions}
    return found
