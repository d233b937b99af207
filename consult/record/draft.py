"""Drafts: what a participant has answered so far, saved at every change, gone at submission."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from consult.record.database import (
    Base,
    CodeText,
    JsonValue,
    KeyText,
    check_language,
    conflict_insert,
    dialect_of,
    insert_or_keep,
)
from consult.record.errors import RecordError
from consult.record.keys import LinkKeys
from consult.record.response import is_submitted
from consult.record.survey import SurveyVersion, get_version_consultation, read_definition
from surveys.choice_order import SEEDS, has_random_order
from surveys.localised import LANGUAGES

# Far above the longest answer that surveys accept: a draft keeps what was typed, valid or not, within reason.
MAXIMUM_JSON = 100_000


class Draft(Base):
    """One unfinished response. Its key is derived from the link, so the link resumes it on any device."""

    __tablename__ = "drafts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(KeyText, primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("survey_versions.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("groups.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    page: Mapped[int]
    # The day, for retention; never finer.
    touched_on: Mapped[date]
    # The order of the choices, where the survey has any that is each person's own (surveys/choice_order.py).
    order_seed: Mapped[int | None]


class DraftAnswer(Base):
    """The newest input to one question, as it was typed: only submission decides what is valid."""

    __tablename__ = "draft_answers"
    __table_args__ = ({"sqlite_with_rowid": False},)

    draft_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True)
    question_code: Mapped[str] = mapped_column(CodeText, primary_key=True)
    value: Mapped[Any] = mapped_column(JsonValue)
    revision: Mapped[int]


@dataclass(frozen=True)
class AnswerChange:
    """An input to save: `revision` is one more than the revision that the person was looking at."""

    question: str
    value: Any
    revision: int


@dataclass(frozen=True)
class SavedAnswer:
    """What the record holds after a save; `is_stale` when something newer had been saved and was kept."""

    question: str
    value: Any
    revision: int
    is_stale: bool

    @property
    def language(self) -> str | None:
        """The language of the page on which it was typed, where a form sent it."""
        given = self.value.get("language") if isinstance(self.value, dict) else None
        return given if given in LANGUAGES else None


def open_draft(
    session: Session,
    keys: LinkKeys,
    version: SurveyVersion,
    *,
    language: str,
    today: date,
    group_id: int | None = None,
) -> Draft:
    """Return the link's draft, begun now if there is none; it stays on the version that it began with.

    Raises `draft.submitted`, and `consultation.not_accepting` when participants may not answer today.
    """
    if is_submitted(session, keys):
        raise RecordError("draft.submitted")
    consultation = get_version_consultation(session, version)
    if not consultation.is_accepting(today):
        raise RecordError("consultation.not_accepting", state=str(consultation.state))
    values = {
        "id": keys.draft_id,
        "version_id": version.id,
        "group_id": group_id,
        "language": check_language(language),
        "page": 0,
        "touched_on": today,
        "order_seed": secrets.randbelow(SEEDS) if has_random_order(read_definition(version).survey) else None,
    }
    insert_or_keep(session, Draft, values, "id")
    return lock_draft(session, keys)


def find_draft(session: Session, keys: LinkKeys, *, lock: bool = False) -> Draft | None:
    """Return the link's draft, if one was begun and not submitted; its row locked if asked."""
    return session.scalars(_LOCKED_DRAFT if lock else _DRAFT, {"key": keys.draft_id}).one_or_none()


def lock_draft(session: Session, keys: LinkKeys) -> Draft:
    """Return the link's draft for writing; raises `draft.submitted`, `draft.missing`.

    The response is looked for after the row is locked: a submission that ended while we waited is seen.
    """
    draft = find_draft(session, keys, lock=True)
    if is_submitted(session, keys):
        raise RecordError("draft.submitted")
    if draft is None:
        raise RecordError("draft.missing")
    return draft


def save_answers(
    session: Session,
    keys: LinkKeys,
    changes: Sequence[AnswerChange],
    *,
    today: date,
    page: int | None = None,
    language: str | None = None,
    draft: Draft | None = None,
) -> list[SavedAnswer]:
    """Save the inputs of a page, and where the person is; return what the record now holds for each.

    Of two saves of one question the higher revision stays, whatever order they arrive in; of two with the
    same revision the first stays, and the same input again is a retry, not a conflict.
    `draft` is what `lock_draft` has just returned, where it was called already in this transaction.
    Raises `draft.submitted`, `draft.missing`, `question.unknown`, `answer.too_long`; then nothing is saved.
    """
    draft = draft or lock_draft(session, keys)
    _check_changes(session, draft, changes)
    saved = _save_all(session, draft.id, changes)
    now = {
        "touched_on": today,
        "page": draft.page if page is None else page,
        "language": draft.language if language is None else check_language(language),
    }
    if now != {name: getattr(draft, name) for name in now}:
        session.execute(_TOUCH, now | {"key": draft.id}, execution_options={"synchronize_session": False})
        session.expire(draft)
    return saved


def draft_answers(session: Session, keys: LinkKeys) -> dict[str, SavedAnswer]:
    """Return the draft's inputs by question code."""
    found = session.execute(_ANSWERS, {"key": keys.draft_id})
    return {code: SavedAnswer(code, value, revision, False) for code, value, revision in found}


def delete_draft(session: Session, draft_id: str) -> None:
    """Delete a draft and its inputs."""
    # The draft before its inputs, as whoever saves takes them: the other order is a deadlock.
    session.execute(sa.select(Draft.id).where(Draft.id == draft_id).with_for_update())
    session.execute(sa.delete(DraftAnswer).where(DraftAnswer.draft_id == draft_id))
    session.execute(sa.delete(Draft).where(Draft.id == draft_id))


def delete_stale_drafts(session: Session, before: date) -> int:
    """Delete the drafts that nobody touched since a day; return how many.

    Once it is committed, `storage.scrub_storage` removes their bytes.
    """
    stale = sa.select(Draft.id).where(Draft.touched_on < before)
    # Once these rows are locked, none of them can be touched and no other can become stale: the condition
    # finds the same ones each time. A list of their keys would pass the databases' limit of parameters.
    count = len(session.execute(stale.order_by(Draft.id).with_for_update()).all())
    for statement in (
        sa.delete(DraftAnswer).where(DraftAnswer.draft_id.in_(stale)),
        sa.delete(Draft).where(Draft.touched_on < before),
    ):
        session.execute(statement.execution_options(synchronize_session="fetch"))
    return count


def _check_changes(session: Session, draft: Draft, changes: Sequence[AnswerChange]) -> None:
    version = session.get_one(SurveyVersion, draft.version_id)
    known = read_definition(version).question_codes
    for change in changes:
        if change.question not in known:
            raise RecordError("question.unknown")
        if (code := _value_problem(change.value)) is not None:
            raise RecordError(code, question=change.question, maximum=MAXIMUM_JSON)


def _value_problem(value: object) -> str | None:
    """Return why an input cannot be kept on both databases: it is no JSON, has no end, or is no text."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()  # half of a surrogate pair is not UTF-8
        has_nul = any("\0" in each for each in _strings(value))  # PostgreSQL's JSON has no NUL in a text
    except UnicodeEncodeError:
        return "answer.bad_character"
    except (TypeError, ValueError, RecursionError):
        return "answer.malformed"
    if len(text) > MAXIMUM_JSON:
        return "answer.too_long"
    return "answer.bad_character" if has_nul else None


def _strings(value: object) -> Iterator[str]:
    """Yield every string of a JSON value, the names in objects too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _strings(name)
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def _save_all(session: Session, draft_id: str, changes: Sequence[AnswerChange]) -> list[SavedAnswer]:
    """Write the changes that are newer than what is there, in one statement; return what is there now."""
    if not changes:
        return []
    newest = {each.question: each for each in sorted(changes, key=lambda each: each.revision)}
    rows = [
        {"draft_id": draft_id, "question_code": each.question, "value": each.value, "revision": each.revision}
        for each in newest.values()
    ]
    won: set[str] = set(session.scalars(_upsert(dialect_of(session)), rows))
    stale = [code for code in newest if code not in won]
    kept = _read_kept(session, draft_id, stale) if stale else {}
    return [_outcome(newest[each.question], kept.get(each.question)) for each in changes]


def _read_kept(session: Session, draft_id: str, codes: Sequence[str]) -> dict[str, tuple[Any, int]]:
    query = sa.select(DraftAnswer.question_code, DraftAnswer.value, DraftAnswer.revision)
    query = query.where(DraftAnswer.draft_id == draft_id, DraftAnswer.question_code.in_(codes))
    return {code: (value, revision) for code, value, revision in session.execute(query)}


def _outcome(change: AnswerChange, kept: tuple[Any, int] | None) -> SavedAnswer:
    if kept is None:
        return SavedAnswer(change.question, change.value, change.revision, False)
    value, revision = kept
    is_retry = revision == change.revision and value == change.value
    return SavedAnswer(change.question, value, revision, not is_retry)


@cache
def _upsert(dialect: str) -> ReturningInsert[Any]:
    """Return the statement that writes inputs unless newer ones are there, and names those that it wrote."""
    insert = conflict_insert(dialect, DraftAnswer)
    return insert.on_conflict_do_update(
        index_elements=["draft_id", "question_code"],
        set_={"value": insert.excluded.value, "revision": insert.excluded.revision},
        where=DraftAnswer.revision < insert.excluded.revision,
    ).returning(DraftAnswer.question_code)


# Made once: every page of a participant runs them, and to make a statement costs more than to run it.
_DRAFT = sa.select(Draft).where(Draft.id == sa.bindparam("key"))
_LOCKED_DRAFT = _DRAFT.with_for_update().execution_options(populate_existing=True)
_TOUCH = (
    sa.update(Draft)
    .where(Draft.id == sa.bindparam("key"))
    .values({name: sa.bindparam(name) for name in ("touched_on", "page", "language")})
)
_ANSWERS = sa.select(DraftAnswer.question_code, DraftAnswer.value, DraftAnswer.revision).where(
    DraftAnswer.draft_id == sa.bindparam("key")
)
