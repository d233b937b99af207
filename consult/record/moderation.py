"""Moderation: what facilitators do with statements. Every act is a row: who, which day, why; and can be undone.

The original always stays. A reworded statement starts anew, because nobody has agreed with words that they have not
read; only where the spelling alone was changed do its reactions come along. `is_spelling_only` decides which it is.

An act tells the day and not the minute: a statement published a minute after it was posted would tell when its author
was there. The order of a statement's acts is their number.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.account import Account
from consult.record.database import Base, KeyText, enum_type, random_key
from consult.record.errors import RecordError
from consult.record.reaction import Reaction
from consult.record.statement import (
    DiscussionStatement,
    StatementState,
    check_statement,
    put_out,
    take_in,
)

MAXIMUM_WORDS = 500
MOST_PARTS = 4
_LONG_WORD = 5
_MOST_CHANGES = 2


class Act(StrEnum):
    """What was done to a statement."""

    PUBLISHED = "published"
    HIDDEN = "hidden"
    REWORDED = "reworded"
    # Reworded in its spelling alone: the reactions came along.
    SPELLED = "spelled"
    SPLIT = "split"
    UNDONE = "undone"


class Reason(StrEnum):
    """Why a statement is not shown; its author reads it."""

    PERSONAL = "personal"
    DISRESPECTFUL = "disrespectful"
    OFF_TOPIC = "off_topic"
    REPEATED = "repeated"
    SEVERAL = "several"
    UNCLEAR = "unclear"
    OTHER = "other"


class ModerationAct(Base):
    """One act of a facilitator on a statement."""

    __tablename__ = "discussion_acts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    statement_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("discussion_statements.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[Act] = mapped_column(enum_type(Act))
    was: Mapped[StatementState] = mapped_column(enum_type(StatementState))
    reason: Mapped[Reason | None] = mapped_column(enum_type(Reason))
    # The facilitator's words, for the author.
    words: Mapped[str] = mapped_column(sa.Text)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    done_on: Mapped[date]


@dataclass(frozen=True)
class Moderator:
    """Who acts, on which day, and what they say about it."""

    account_id: int | None
    today: date
    words: str = ""


@dataclass(frozen=True)
class PastAct:
    """An act as it is shown; `name` is None where no account is known. `is_undone` counts no more."""

    number: int
    act: Act
    reason: Reason | None
    words: str
    name: str | None
    done_on: date
    is_undone: bool


def publish_statement(session: Session, statement: DiscussionStatement, by: Moderator) -> None:
    """Let everybody read a statement that waits or is hidden; one that is published already stays as it is.

    The statement must be locked, here and below. Raises `statement.set_aside`.
    """
    if statement.state is StatementState.PUBLISHED:
        return
    _check_current(statement)
    _note(session, statement, Act.PUBLISHED, by)
    put_out(session, statement)


def hide_statement(session: Session, statement: DiscussionStatement, reason: Reason, by: Moderator) -> None:
    """Do not show a statement, before or after its publication; raises `statement.set_aside`, `words.too_long`."""
    if statement.state is StatementState.HIDDEN:
        return
    _check_current(statement)
    _note(session, statement, Act.HIDDEN, by, reason)
    take_in(session, statement, StatementState.HIDDEN)


def reword_statement(session: Session, statement: DiscussionStatement, text: str, by: Moderator) -> DiscussionStatement:
    """Publish a statement in other words, in place of the first; return the new version.

    Raises `statement.set_aside`, `statement.unchanged`, and as `check_statement` does.
    """
    _check_current(statement)
    text = check_statement(text)
    if text == statement.text:
        raise RecordError("statement.unchanged")
    act = Act.SPELLED if is_spelling_only(statement.text, text) else Act.REWORDED
    _note(session, statement, act, by)
    version = _replace(session, statement, [text])[0]
    if act is Act.SPELLED:
        _move_reactions(session, statement, version)
    return version


def split_statement(
    session: Session, statement: DiscussionStatement, texts: Sequence[str], by: Moderator
) -> list[DiscussionStatement]:
    """Publish a statement that holds several ideas as several; return them.

    Raises `statement.set_aside`, `statement.not_split` (fewer than two, or too many), and as `check_statement` does.
    """
    _check_current(statement)
    parts = [check_statement(text) for text in texts if text.strip()]
    if not 1 < len(set(parts)) == len(parts) <= MOST_PARTS:
        raise RecordError("statement.not_split", most=MOST_PARTS)
    _note(session, statement, Act.SPLIT, by)
    return _replace(session, statement, parts)


def undo_act(session: Session, statement: DiscussionStatement, number: int, by: Moderator) -> None:
    """Undo the last act that counts; the statement is again where it was before.

    Versions that were made are set aside, with all that was made of them; reactions that came along with a spelling
    go back. Raises `act.not_last` when somebody has acted since.
    """
    acts = _standing_acts(session, statement.id)
    if not acts or acts[-1].number != number:
        raise RecordError("act.not_last")
    last = acts[-1]
    for version in _list_versions(session, statement.id):
        if version.state is not StatementState.SET_ASIDE:
            if last.act is Act.SPELLED and version.made_from_id == statement.id:
                _move_reactions(session, version, statement)
            take_in(session, version, StatementState.SET_ASIDE)
    _note(session, statement, Act.UNDONE, by)
    if last.was is StatementState.PUBLISHED:
        put_out(session, statement)
    else:
        take_in(session, statement, last.was)


def list_acts(session: Session, statement_ids: Sequence[str]) -> dict[str, list[PastAct]]:
    """Return what was done to each of these statements, which are those of one page, in order."""
    query = (
        sa.select(ModerationAct, Account.name)
        .outerjoin(Account, ModerationAct.account_id == Account.id)
        .where(ModerationAct.statement_id.in_(statement_ids))
        .order_by(ModerationAct.statement_id, ModerationAct.number)
    )
    rows: dict[str, list[tuple[ModerationAct, str | None]]] = {}
    for act, name in session.execute(query):
        rows.setdefault(act.statement_id, []).append((act, name))
    found = {}
    for key, acts in rows.items():
        standing = {each.number for each in _standing([act for act, _ in acts])}
        found[key] = [
            PastAct(act.number, act.act, act.reason, act.words, name, act.done_on, act.number not in standing)
            for act, name in acts
            if act.act is not Act.UNDONE
        ]
    return found


def forget_words(session: Session, statement_id: str) -> None:
    """Erase what facilitators wrote about a statement that is withdrawn: they may have repeated its words."""
    session.execute(
        sa.update(ModerationAct)
        .where(ModerationAct.statement_id == statement_id)
        .values(words="")
        .execution_options(synchronize_session="fetch")
    )


def is_spelling_only(before: str, after: str) -> bool:
    """Tell whether two texts differ in spelling alone: accents, capitals, punctuation, and slips inside long words.

    Word by word: the same up to accents and case; or both of five letters or more, the same first letter, and at most
    two changes. Short words and numbers carry the meaning ("not", "now", "2", "3"), and so does how a word begins
    ("able", "unable"): whoever changes these rewords.
    """
    old, new = _bare_words(before), _bare_words(after)
    return len(old) == len(new) and all(map(_is_same_word, old, new))


def _is_same_word(old: str, new: str) -> bool:
    if old == new:
        return True
    if min(len(old), len(new)) < _LONG_WORD or old[0] != new[0] or not (old + new).isalpha():
        return False
    return _distance(old, new) <= _MOST_CHANGES


def _bare_words(text: str) -> list[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    plain = plain.replace("œ", "oe").replace("Œ", "OE").casefold()
    return "".join(sign if sign.isalnum() else " " for sign in plain).split()


def _distance(old: str, new: str) -> int:
    """Return how many letters to add, remove or change make one word of the other (Levenshtein)."""
    row = list(range(len(new) + 1))
    for at, letter in enumerate(old, start=1):
        above, row = row, [at]
        for (corner, up), other in zip(pairwise(above), new, strict=True):
            row.append(min(up + 1, row[-1] + 1, corner + (letter != other)))
    return row[-1]


def _check_current(statement: DiscussionStatement) -> None:
    if statement.state is StatementState.SET_ASIDE:
        raise RecordError("statement.set_aside")


def _note(
    session: Session, statement: DiscussionStatement, act: Act, by: Moderator, reason: Reason | None = None
) -> None:
    if len(by.words) > MAXIMUM_WORDS:
        raise RecordError("words.too_long", maximum=MAXIMUM_WORDS)
    query = sa.select(sa.func.max(ModerationAct.number)).where(ModerationAct.statement_id == statement.id)
    session.add(
        ModerationAct(
            statement_id=statement.id,
            number=(session.scalar(query) or 0) + 1,
            act=act,
            was=statement.state,
            reason=reason,
            words=by.words,
            account_id=by.account_id,
            done_on=by.today,
        )
    )
    session.flush()


def _replace(session: Session, statement: DiscussionStatement, texts: Sequence[str]) -> list[DiscussionStatement]:
    """Set a statement aside and publish what stands in its place, of the same author and day."""
    take_in(session, statement, StatementState.SET_ASIDE)
    versions = [
        DiscussionStatement(
            id=random_key(),
            prompt_id=statement.prompt_id,
            participant_id=statement.participant_id,
            reply_to_id=statement.reply_to_id,
            made_from_id=statement.id,
            language=statement.language,
            text=text,
            state=StatementState.WAITING,
            is_flagged=False,
            posted_on=statement.posted_on,
            contribution_id=None,
        )
        for text in texts
    ]
    session.add_all(versions)
    session.flush()
    for version in versions:
        put_out(session, version)
    return versions


def _move_reactions(session: Session, source: DiscussionStatement, target: DiscussionStatement) -> None:
    """Let reactions to one version count for another; who has reacted to both keeps their reaction to the other."""
    present = sa.select(Reaction.participant_id).where(Reaction.statement_id == target.id)
    session.execute(
        sa.update(Reaction)
        .where(Reaction.statement_id == source.id, Reaction.participant_id.not_in(present))
        .values(statement_id=target.id)
        .execution_options(synchronize_session=False)
    )


def _list_versions(session: Session, statement_id: str) -> list[DiscussionStatement]:
    """Return all that was made of a statement, directly or in turn."""
    found: list[DiscussionStatement] = []
    wanted = [statement_id]
    while wanted:
        query = sa.select(DiscussionStatement).where(DiscussionStatement.made_from_id.in_(wanted))
        versions = list(session.scalars(query.order_by(DiscussionStatement.id)))
        found += versions
        wanted = [version.id for version in versions]
    return found


def _standing_acts(session: Session, statement_id: str) -> list[ModerationAct]:
    query = sa.select(ModerationAct).where(ModerationAct.statement_id == statement_id).order_by(ModerationAct.number)
    return _standing(list(session.scalars(query)))


def _standing(acts: Sequence[ModerationAct]) -> list[ModerationAct]:
    """Return the acts that were not undone."""
    standing: list[ModerationAct] = []
    for act in acts:
        if act.act is Act.UNDONE:
            standing.pop()
        else:
            standing.append(act)
    return standing
