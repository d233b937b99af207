"""Discussion prompts and those who take part: who may, once each, and what a receipt finds.

A participant's key is derived from the link, under a label of its own: no stored column joins it to an invitation
or to a response. Whoever takes part by a personal link is one participant on any device; on an open link, each
browser is one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Anonymity, Consultation, group_ids
from consult.record.database import (
    Base,
    CodeText,
    DigestText,
    KeyText,
    LocalisedText,
    check_language,
    enum_type,
    insert_or_keep,
)
from consult.record.errors import RecordError
from consult.record.invitation import Invitation, find_invitation
from consult.record.keys import Keyring
from surveys.localised import NOTHING, Localised
from surveys.problems import Problem

MAXIMUM_TITLE = 300
MAXIMUM_INTRODUCTION = 2_000
LEAST_REACTIONS = 5
MOST_REACTIONS = 100
_CODE = "discussion_"


class Moderation(StrEnum):
    """When a person looks at a statement."""

    BEFORE = "before"
    AFTER = "after"


class Results(StrEnum):
    """When participants see what others think."""

    REACTED = "reacted"
    ALWAYS = "always"
    NEVER = "never"


class Prompt(Base):
    """An open question where people post statements and react to those of others."""

    __tablename__ = "discussion_prompts"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    code: Mapped[str] = mapped_column(CodeText)
    title: Mapped[Localised] = mapped_column(LocalisedText)
    introduction: Mapped[Localised] = mapped_column(LocalisedText)
    position: Mapped[int]
    is_open: Mapped[bool]
    moderation: Mapped[Moderation] = mapped_column(enum_type(Moderation))
    may_reply: Mapped[bool]
    results: Mapped[Results] = mapped_column(enum_type(Results))
    # How many statements somebody reacts to before seeing the results, where they are shown after reacting.
    least_reactions: Mapped[int]
    # Whether a browser without a personal link may take part.
    is_for_all: Mapped[bool]
    # The question of a survey that it goes with: what is said then counts there, for the themes.
    question_code: Mapped[str | None] = mapped_column(CodeText)
    # Counts the changes, so that two people who edit at once see each other.
    revision: Mapped[int]

    @property
    def contribution_code(self) -> str:
        """The question that the contributions of this prompt answer."""
        return self.question_code or self.code


class DiscussionParticipant(Base):
    """Somebody who takes part: a key from their link, a group, a day; nothing that leads to an invitation."""

    __tablename__ = "discussion_participants"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(KeyText, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("groups.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    # Whether the link was personal: it then counts once for all devices, and may join what is for the invited only.
    is_invited: Mapped[bool]
    may_quote: Mapped[bool]
    joined_on: Mapped[date]
    receipt_hash: Mapped[str] = mapped_column(DigestText, unique=True)
    # Who it is, in an identified consultation only; always empty in an anonymous one.
    respondent: Mapped[str | None] = mapped_column(sa.Text)
    # Somebody who looked and said nothing is not one of those we heard.
    has_taken_part: Mapped[bool]
    is_withdrawn: Mapped[bool]


@dataclass(frozen=True)
class NewPrompt:
    """What a facilitator says about a prompt."""

    title: Localised
    introduction: Localised = NOTHING
    moderation: Moderation = Moderation.BEFORE
    may_reply: bool = False
    results: Results = Results.REACTED
    least_reactions: int = LEAST_REACTIONS
    is_for_all: bool = True
    question_code: str | None = None


@dataclass(frozen=True)
class Joining:
    """What somebody says when they begin to take part."""

    token: str
    language: str
    may_quote: bool = False
    group_id: int | None = None


def create_prompt(session: Session, consultation: Consultation, new: NewPrompt) -> Prompt:
    """Add a prompt, closed, after the others; raises `prompt.refused` with each problem.

    Its code is made here ("discussion_1"): people never read it, only files do. The consultation must be locked.
    """
    _check_texts(new, ())
    prompts = list_prompts(session, consultation)
    numbers = [int(number) for each in prompts if (number := each.code.removeprefix(_CODE)).isdigit()]
    prompt = Prompt(
        consultation_id=consultation.id,
        code=f"{_CODE}{max(numbers, default=0) + 1}",
        position=1 + max((each.position for each in prompts), default=-1),
        is_open=False,
        revision=1,
        **_settings(new),
    )
    session.add(prompt)
    session.flush()
    return prompt


def change_prompt(session: Session, prompt: Prompt, new: NewPrompt, revision: int) -> Prompt:
    """Change what a prompt says; its code stays. The prompt must be locked.

    Raises `prompt.changed` when somebody else saved since `revision` was read, and `prompt.refused`.
    """
    if prompt.revision != revision:
        raise RecordError("prompt.changed")
    _check_texts(new, ())
    for name, value in _settings(new).items():
        setattr(prompt, name, value)
    prompt.revision += 1
    session.flush()
    return prompt


def open_prompt(session: Session, consultation: Consultation, prompt: Prompt) -> None:
    """Let people post and react, while the consultation accepts; raises `prompt.refused` where a text is missing."""
    new = NewPrompt(prompt.title, prompt.introduction, least_reactions=prompt.least_reactions)
    _check_texts(new, consultation.required_languages())
    prompt.is_open = True
    session.flush()


def close_prompt(session: Session, prompt: Prompt) -> None:
    """Let nobody post or react any more; what was said stays to be read."""
    prompt.is_open = False
    session.flush()


def move_prompt(session: Session, consultation: Consultation, prompt: Prompt, by: int) -> None:
    """Move a prompt up (-1) or down (1) among the others."""
    prompts = list_prompts(session, consultation)
    at = prompts.index(prompt)
    to = min(max(at + by, 0), len(prompts) - 1)
    prompts.insert(to, prompts.pop(at))
    for position, each in enumerate(prompts):
        each.position = position
    session.flush()


def find_prompt(session: Session, consultation: Consultation, code: str, *, lock: bool = False) -> Prompt | None:
    """Return the prompt with this code, if any."""
    query = sa.select(Prompt).where(Prompt.consultation_id == consultation.id, Prompt.code == code)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def get_prompt(session: Session, consultation: Consultation, code: str, *, lock: bool = False) -> Prompt:
    """Return the prompt with this code; raises `prompt.missing`."""
    prompt = find_prompt(session, consultation, code, lock=lock)
    if prompt is None:
        raise RecordError("prompt.missing")
    return prompt


def list_prompts(session: Session, consultation: Consultation) -> list[Prompt]:
    """Return a consultation's prompts in their order."""
    query = sa.select(Prompt).where(Prompt.consultation_id == consultation.id)
    return list(session.scalars(query.order_by(Prompt.position, Prompt.id)))


def has_open_prompts(session: Session, consultation: Consultation) -> bool:
    """Tell whether there is a discussion to take part in."""
    query = sa.select(Prompt.id).where(Prompt.consultation_id == consultation.id, Prompt.is_open).limit(1)
    return session.scalar(query) is not None


def walk_prompts(session: Session, consultation: Consultation) -> Iterator[tuple[bool, str, Localised]]:
    """Yield (asked today, code, text) of each prompt that goes with no question of a survey, for the analysis."""
    for prompt in list_prompts(session, consultation):
        if prompt.question_code is None:
            yield prompt.is_open, prompt.code, prompt.title


def join_discussion(
    session: Session, keyring: Keyring, consultation: Consultation, joining: Joining, today: date
) -> DiscussionParticipant:
    """Begin to take part by a link; a second time changes nothing and returns the first.

    The group is the invitation's, else the one that the person gives. Nothing is written in the invitation.
    Raises `consultation.not_accepting`, `group.unknown`, `language.unknown`, `invitation.elsewhere`,
    `discussion.withdrawn`.
    """
    keys = keyring.open_discussion(joining.token)
    present = find_by_link(session, keyring, joining.token)
    if present is not None:
        return _not_withdrawn(present)
    if not consultation.is_accepting(today):
        raise RecordError("consultation.not_accepting", state=str(consultation.state))
    invitation = find_invitation(session, keyring, joining.token)
    if invitation is not None and invitation.consultation_id != consultation.id:
        raise RecordError("invitation.elsewhere")
    if joining.group_id is not None and joining.group_id not in group_ids(session, consultation).values():
        raise RecordError("group.unknown")
    row = {
        "id": keys.participant_id,
        "consultation_id": consultation.id,
        "group_id": (invitation.group_id if invitation else None) or joining.group_id,
        "language": check_language(joining.language),
        "is_invited": invitation is not None,
        "may_quote": joining.may_quote,
        "joined_on": today,
        "receipt_hash": keys.receipt_hash,
        "respondent": _name(consultation, invitation),
        "has_taken_part": False,
        "is_withdrawn": False,
    }
    insert_or_keep(session, DiscussionParticipant, row, "id")
    return _not_withdrawn(session.get_one(DiscussionParticipant, keys.participant_id))


def find_by_link(session: Session, keyring: Keyring, token: str, *, lock: bool = False) -> DiscussionParticipant | None:
    """Return who takes part by a link, withdrawn or not."""
    key = keyring.open_discussion(token).participant_id
    query = sa.select(DiscussionParticipant).where(DiscussionParticipant.id == key)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def find_participant(
    session: Session, keyring: Keyring, receipt: str, *, lock: bool = False
) -> DiscussionParticipant | None:
    """Return the participant of a receipt, however it was typed; a withdrawn one is found, and says so."""
    query = sa.select(DiscussionParticipant).where(DiscussionParticipant.receipt_hash == keyring.hash_receipt(receipt))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def count_participants(session: Session, consultation: Consultation) -> dict[int | None, int]:
    """Return how many people said something or reacted, by group key (None: no group); withdrawn ones do not count."""
    query = (
        sa.select(DiscussionParticipant.group_id, sa.func.count())
        .where(
            DiscussionParticipant.consultation_id == consultation.id,
            DiscussionParticipant.has_taken_part,
            DiscussionParticipant.is_withdrawn.is_(False),
        )
        .group_by(DiscussionParticipant.group_id)
    )
    return dict(session.execute(query).all())


def check_taking_part(
    consultation: Consultation, prompt: Prompt, participant: DiscussionParticipant, today: date
) -> None:
    """Raise what keeps somebody from posting and reacting today.

    `consultation.not_accepting`, `prompt.closed`, `prompt.invited_only`, `discussion.withdrawn`.
    """
    if not consultation.is_accepting(today):
        raise RecordError("consultation.not_accepting", state=str(consultation.state))
    if not prompt.is_open:
        raise RecordError("prompt.closed")
    if not (prompt.is_for_all or participant.is_invited):
        raise RecordError("prompt.invited_only")
    _not_withdrawn(participant)


def _not_withdrawn(participant: DiscussionParticipant) -> DiscussionParticipant:
    if participant.is_withdrawn:
        raise RecordError("discussion.withdrawn")
    return participant


def _name(consultation: Consultation, invitation: Invitation | None) -> str | None:
    if consultation.anonymity is Anonymity.ANONYMOUS or invitation is None:
        return None
    return invitation.contact


def _settings(new: NewPrompt) -> Mapping[str, Any]:
    return {
        "title": new.title,
        "introduction": new.introduction,
        "moderation": new.moderation,
        "may_reply": new.may_reply,
        "results": new.results,
        "least_reactions": new.least_reactions,
        "is_for_all": new.is_for_all,
        "question_code": new.question_code or None,
    }


def _check_texts(new: NewPrompt, required: tuple[str, ...]) -> None:
    """Refuse what cannot be kept; a prompt may begin in one language, and opens in all that are asked for."""
    problems = [
        Problem("translation.missing", f"title.{language}") for language in required if not new.title.get(language)
    ]
    if new.introduction:
        problems += [
            Problem("translation.missing", f"introduction.{language}")
            for language in required
            if not new.introduction.get(language)
        ]
    if not new.title:
        problems = [Problem("text.empty", "title")]
    for name, text, most in (
        ("title", new.title, MAXIMUM_TITLE),
        ("introduction", new.introduction, MAXIMUM_INTRODUCTION),
    ):
        problems += [
            Problem("text.too_long", f"{name}.{code}") for code, words in text.to_json().items() if len(words) > most
        ]
    if not 1 <= new.least_reactions <= MOST_REACTIONS:
        problems.append(Problem("number.outside", "least_reactions"))
    if problems:
        raise RecordError.of("prompt.refused", problems)
