"""Workshops: 12 to 30 people in a room with their phones, a question, rounds that a facilitator leads.

Rounds follow the nominal group technique (Delbecq & Van de Ven 1971, "A Group Process Model for Problem Identification
and Program Planning", Journal of Applied Behavioral Science 7: 466-492): silent ideas, ideas shown one by one, talk and
merging, a vote, a second vote. A phone takes part under a random key that leads to nobody; nothing here has a clock
finer than a day but what the facilitator made.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation
from consult.record.database import (
    Base,
    CodeText,
    JsonValue,
    KeyText,
    LocalisedText,
    OptionalJson,
    UtcDateTime,
    enum_type,
)
from consult.record.errors import RecordError
from consult.record.keys import ALPHABET, normalise_code
from surveys.localised import Localised

JOIN_SIGNS = 8  # 40 bits
MOST_PEOPLE = 200


class RoundKind(StrEnum):
    """What people do in a round."""

    IDEAS = "ideas"
    SHARING = "sharing"
    DISCUSSION = "discussion"
    VOTE = "vote"


class RoundState(StrEnum):
    """Where a round is."""

    WAITING = "waiting"
    OPEN = "open"
    ENDED = "ended"


class VoteMethod(StrEnum):
    """How people vote: they choose a few and put them in order, or give out points."""

    RANKING = "ranking"
    POINTS = "points"


class Workshop(Base):
    """A workshop, with the short code by which phones join it."""

    __tablename__ = "workshops"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"), index=True)
    title: Mapped[Localised] = mapped_column(LocalisedText)
    question: Mapped[Localised] = mapped_column(LocalisedText)
    join_code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    method: Mapped[VoteMethod] = mapped_column(enum_type(VoteMethod))
    # How many options a person puts in order, or how many points a person gives out.
    most: Mapped[int]
    held_on: Mapped[date] = mapped_column(sa.Date)
    # Nobody joins, and nothing more is sent.
    is_over: Mapped[bool]
    # What a form was made with: sent twice, it makes one workshop.
    form_key: Mapped[str] = mapped_column(KeyText, unique=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Where its ideas were kept as notes, if they were.
    session_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sessions.id"), index=True)
    # Counts what the facilitator did: phones and the screen look at it to know when to draw themselves again.
    revision: Mapped[int]


class WorkshopRound(Base):
    """A round; the result of a vote is there once it ended, and shown to nobody before."""

    __tablename__ = "workshop_rounds"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"))
    number: Mapped[int]
    kind: Mapped[RoundKind] = mapped_column(enum_type(RoundKind))
    state: Mapped[RoundState] = mapped_column(enum_type(RoundState))
    times_reopened: Mapped[int]
    # Of a vote: {"ranking": what analysis.stored_rankings writes, "people": …, "places": {option: [rank, of]}}.
    result: Mapped[dict[str, Any] | None] = mapped_column(OptionalJson)


class WorkshopParticipant(Base):
    """A phone that takes part: a random key, a group, a language, a day."""

    __tablename__ = "workshop_participants"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(KeyText, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("groups.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    joined_on: Mapped[date] = mapped_column(sa.Date)
    # Whoever left is waited for no more; what they sent counts.
    has_left: Mapped[bool]


class WorkshopIdea(Base):
    """An idea in its author's words; None once it was taken back, or kept as a note."""

    __tablename__ = "workshop_ideas"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(KeyText, primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"), index=True)
    participant_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("workshop_participants.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    text: Mapped[str | None] = mapped_column(sa.Text)


class WorkshopOption(Base):
    """Something to vote on: a theme, a choice of a ranking question, an idea, or words of the facilitator.

    An idea's words stay in its own row: as long as the facilitator has not worded it, the option is called by them.
    """

    __tablename__ = "workshop_options"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshops.id"))
    # "o1", "o2"…, never given twice in a workshop.
    code: Mapped[str] = mapped_column(CodeText)
    label: Mapped[Localised] = mapped_column(LocalisedText)
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("themes.id"), index=True)
    question_code: Mapped[str] = mapped_column(CodeText)
    option_code: Mapped[str | None] = mapped_column(CodeText)
    idea_id: Mapped[str | None] = mapped_column(KeyText, sa.ForeignKey("workshop_ideas.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workshop_options.id"), index=True)
    # Whether it was taken off the list.
    is_out: Mapped[bool]


class WorkshopVote(Base):
    """What one phone voted in a round: {"ranking": [codes]} or {"points": {code: number}}, as ballots are stored."""

    __tablename__ = "workshop_votes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("workshop_rounds.id"), primary_key=True, autoincrement=False)
    participant_id: Mapped[str] = mapped_column(
        KeyText, sa.ForeignKey("workshop_participants.id"), primary_key=True, index=True
    )
    value: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    # Whether it came or changed since the votes were last counted.
    is_new: Mapped[bool]


@dataclass(frozen=True)
class NamedOption:
    """An option that stands, as it is called today; `is_worded` unless it is called by the words of an idea."""

    id: int
    code: str
    name: Localised
    is_worded: bool
    is_idea: bool


def new_join_code() -> str:
    """Return a short code that nobody guesses: 40 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(JOIN_SIGNS)).lower()


def find_by_code(session: Session, join_code: str) -> tuple[Workshop, Consultation] | None:
    """Return the workshop that a code opens, however it was typed, and its consultation."""
    query = (
        sa.select(Workshop, Consultation)
        .join(Consultation, Consultation.id == Workshop.consultation_id)
        .where(Workshop.join_code == normalise_code(join_code).lower())
    )
    found = session.execute(query).first()
    return None if found is None else (found[0], found[1])


def get_workshop(session: Session, consultation: Consultation, workshop_id: int, *, lock: bool = False) -> Workshop:
    """Return a workshop of a consultation, its row locked if asked; raises `workshop.missing`."""
    query = sa.select(Workshop).where(Workshop.id == workshop_id, Workshop.consultation_id == consultation.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    workshop = session.scalars(query).one_or_none()
    if workshop is None:
        raise RecordError("workshop.missing")
    return workshop


def list_workshops(session: Session, consultation: Consultation) -> list[Workshop]:
    """Return the workshops of a consultation, the latest first."""
    query = sa.select(Workshop).where(Workshop.consultation_id == consultation.id)
    return list(session.scalars(query.order_by(Workshop.held_on.desc(), Workshop.id.desc())))


def list_rounds(session: Session, workshop: Workshop) -> list[WorkshopRound]:
    """Return the rounds in their order."""
    query = sa.select(WorkshopRound).where(WorkshopRound.workshop_id == workshop.id).order_by(WorkshopRound.number)
    return list(session.scalars(query))


def current_round(rounds: list[WorkshopRound]) -> WorkshopRound | None:
    """Return the round that is open, or else the last that ended; None where nothing has begun."""
    begun = [each for each in rounds if each.state is not RoundState.WAITING]
    return next((each for each in begun if each.state is RoundState.OPEN), begun[-1] if begun else None)


def list_options(session: Session, workshop: Workshop) -> list[NamedOption]:
    """Return the options that stand, neither merged nor taken off, in the order in which they came."""
    query = (
        sa.select(WorkshopOption, WorkshopIdea)
        .outerjoin(WorkshopIdea, WorkshopIdea.id == WorkshopOption.idea_id)
        .where(
            WorkshopOption.workshop_id == workshop.id,
            WorkshopOption.is_out.is_(False),
            WorkshopOption.merged_into_id.is_(None),
        )
        .order_by(WorkshopOption.id)
    )
    found = []
    for option, idea in session.execute(query):
        name = option.label
        if not name and idea is not None:
            name = Localised(**{idea.language: idea.text or ""})
        found.append(NamedOption(option.id, option.code, name, bool(option.label), idea is not None))
    return found


def count_people(session: Session, workshop: Workshop) -> int:
    """Count who takes part and has not left."""
    query = sa.select(sa.func.count()).where(
        WorkshopParticipant.workshop_id == workshop.id, WorkshopParticipant.has_left.is_(False)
    )
    return session.scalar(query) or 0


def count_sent(session: Session, workshop: Workshop, current: WorkshopRound | None) -> int:
    """Count who of those here has sent something in a round: an idea, or a vote."""
    if current is None or current.kind not in (RoundKind.IDEAS, RoundKind.VOTE):
        return 0
    here = sa.select(WorkshopParticipant.id).where(
        WorkshopParticipant.workshop_id == workshop.id, WorkshopParticipant.has_left.is_(False)
    )
    if current.kind is RoundKind.VOTE:
        query = sa.select(sa.func.count()).where(
            WorkshopVote.round_id == current.id, WorkshopVote.participant_id.in_(here)
        )
    else:
        query = sa.select(sa.func.count(WorkshopIdea.participant_id.distinct())).where(
            WorkshopIdea.workshop_id == workshop.id,
            WorkshopIdea.text.is_not(None),
            WorkshopIdea.participant_id.in_(here),
        )
    return session.scalar(query) or 0
