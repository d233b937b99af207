"""Consultations and their groups: the exercise, its promise, its dates, whom it wants to hear."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column, relationship

from consult.record.database import Base, CodeText, LocalisedText, enum_type
from consult.record.errors import RecordError
from surveys.localised import Localised


class ConsultationState(StrEnum):
    """Where a consultation is in its life; see TRANSITIONS."""

    DRAFT = "draft"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class Anonymity(StrEnum):
    """What participants were promised; fixed from the opening."""

    ANONYMOUS = "anonymous"
    IDENTIFIED = "identified"


class LanguagePolicy(StrEnum):
    """How the two languages are offered: law and policy differ by province."""

    EQUAL = "equal"
    FRENCH_FIRST = "french_first"
    FRENCH_ONLY = "french_only"
    ENGLISH_FIRST = "english_first"


# Closing erases invitations' tokens, so nothing comes back from it; pausing is for the rest.
TRANSITIONS: dict[ConsultationState, frozenset[ConsultationState]] = {
    ConsultationState.DRAFT: frozenset({ConsultationState.OPEN}),
    ConsultationState.OPEN: frozenset({ConsultationState.PAUSED, ConsultationState.CLOSED}),
    ConsultationState.PAUSED: frozenset({ConsultationState.OPEN, ConsultationState.CLOSED}),
    ConsultationState.CLOSED: frozenset(),
}


class Consultation(Base):
    """The whole exercise, with a mandate, a promise to participants, dates and groups."""

    __tablename__ = "consultations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(CodeText, unique=True)
    title: Mapped[Localised] = mapped_column(LocalisedText)
    mandate: Mapped[Localised] = mapped_column(LocalisedText)
    promise: Mapped[Localised] = mapped_column(LocalisedText)
    contact: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[ConsultationState] = mapped_column(enum_type(ConsultationState))
    anonymity: Mapped[Anonymity] = mapped_column(enum_type(Anonymity))
    language_policy: Mapped[LanguagePolicy] = mapped_column(enum_type(LanguagePolicy))
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    # The code of the question whose answer is the group one speaks for; the invitation's group otherwise.
    group_question: Mapped[str | None] = mapped_column(CodeText)
    # The code of the consent question by which people agree to be quoted; nobody is quoted without one.
    quote_question: Mapped[str | None] = mapped_column(CodeText)
    is_fictional: Mapped[bool]

    groups: Mapped[list["Group"]] = relationship(
        back_populates="consultation", order_by="Group.position", cascade="all, delete-orphan"
    )

    def is_accepting(self, today: date) -> bool:
        """Tell whether participants may answer today."""
        return (
            self.state is ConsultationState.OPEN
            and (self.opens_on is None or self.opens_on <= today)
            and (self.closes_on is None or today <= self.closes_on)
        )

    def required_languages(self) -> tuple[str, ...]:
        """Return the languages that must be complete before anything is published."""
        return ("fr",) if self.language_policy is LanguagePolicy.FRENCH_ONLY else ("en", "fr")


class Group(Base):
    """A kind of stakeholder, with the number of people that the facilitator hopes to hear."""

    __tablename__ = "groups"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    code: Mapped[str] = mapped_column(CodeText)
    name: Mapped[Localised] = mapped_column(LocalisedText)
    target: Mapped[int]
    position: Mapped[int]

    consultation: Mapped[Consultation] = relationship(back_populates="groups")


@dataclass(frozen=True)
class NewGroup:
    """A group to create; its place in the list is its order."""

    code: str
    name: Localised
    target: int = 0


@dataclass(frozen=True)
class NewConsultation:
    """What a consultation is made from."""

    code: str
    title: Localised
    mandate: Localised
    promise: Localised
    contact: str
    anonymity: Anonymity = Anonymity.ANONYMOUS
    language_policy: LanguagePolicy = LanguagePolicy.EQUAL
    opens_on: date | None = None
    closes_on: date | None = None
    group_question: str | None = None
    quote_question: str | None = None
    is_fictional: bool = False
    groups: tuple[NewGroup, ...] = ()


def create_consultation(session: Session, new: NewConsultation) -> Consultation:
    """Create a consultation in draft; raises `consultation.exists`, `consultation.bad_dates`."""
    if find_consultation(session, new.code) is not None:
        raise RecordError("consultation.exists", code=new.code)
    check_dates(new.opens_on, new.closes_on)
    consultation = Consultation(
        code=new.code,
        title=new.title,
        mandate=new.mandate,
        promise=new.promise,
        contact=new.contact,
        state=ConsultationState.DRAFT,
        anonymity=new.anonymity,
        language_policy=new.language_policy,
        opens_on=new.opens_on,
        closes_on=new.closes_on,
        group_question=new.group_question,
        quote_question=new.quote_question,
        is_fictional=new.is_fictional,
    )
    session.add(consultation)
    set_groups(session, consultation, new.groups)
    return consultation


def set_groups(session: Session, consultation: Consultation, groups: tuple[NewGroup, ...]) -> None:
    """Make these the groups, in this order; a group that is no longer listed goes.

    Raises `group.duplicate`, and `group.fixed` when one would go after the opening: answers name it.
    """
    codes = [group.code for group in groups]
    if len(set(codes)) != len(codes):
        raise RecordError("group.duplicate")
    present = {group.code: group for group in consultation.groups}
    if consultation.state is not ConsultationState.DRAFT and present.keys() - set(codes):
        raise RecordError("group.fixed")
    listed = []
    for position, new in enumerate(groups):
        group = present.get(new.code) or Group(code=new.code)
        group.name, group.target, group.position = new.name, new.target, position
        listed.append(group)
    consultation.groups = listed
    session.flush()


def get_consultation(session: Session, code: str, *, lock: bool = False) -> Consultation:
    """Return the consultation, its row locked if asked; raises `consultation.missing`."""
    consultation = find_consultation(session, code, lock=lock)
    if consultation is None:
        raise RecordError("consultation.missing", code=code)
    return consultation


def find_consultation(session: Session, code: str, *, lock: bool = False) -> Consultation | None:
    """Return the consultation with this code, if any."""
    query = sa.select(Consultation).where(Consultation.code == code)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def list_consultations(session: Session) -> list[Consultation]:
    """Return every consultation, newest first."""
    return list(session.scalars(sa.select(Consultation).order_by(Consultation.id.desc())))


def list_groups(session: Session, consultation: Consultation) -> list[Group]:
    """Return the consultation's groups in their order."""
    query = sa.select(Group).where(Group.consultation_id == consultation.id).order_by(Group.position)
    return list(session.scalars(query))


def group_ids(session: Session, consultation: Consultation) -> dict[str, int]:
    """Return the key of each group by its code."""
    query = sa.select(Group.code, Group.id).where(Group.consultation_id == consultation.id)
    return dict(session.execute(query).all())


def set_dates(session: Session, consultation: Consultation, opens_on: date | None, closes_on: date | None) -> None:
    """Change the first and last day for answering; raises `consultation.bad_dates`."""
    check_dates(opens_on, closes_on)
    consultation.opens_on, consultation.closes_on = opens_on, closes_on
    session.flush()


def set_anonymity(session: Session, consultation: Consultation, anonymity: Anonymity) -> None:
    """Change what participants are promised; raises `consultation.anonymity_fixed` from the opening on."""
    if consultation.state is not ConsultationState.DRAFT:
        raise RecordError("consultation.anonymity_fixed")
    consultation.anonymity = anonymity
    session.flush()


def check_transition(consultation: Consultation, state: ConsultationState) -> None:
    """Raise `consultation.bad_transition` when the consultation cannot go to this state."""
    if state not in TRANSITIONS[consultation.state]:
        raise RecordError("consultation.bad_transition", state=str(consultation.state), wanted=str(state))


def check_dates(opens_on: date | None, closes_on: date | None) -> None:
    """Raise `consultation.bad_dates` when the last day is before the first."""
    if opens_on and closes_on and closes_on < opens_on:
        raise RecordError("consultation.bad_dates")


@event.listens_for(Consultation, "before_update")
def _keep_anonymity(_mapper: Mapper[Any], _connection: Connection, consultation: Consultation) -> None:
    """Hold the promise against any code that sets the attribute; a trigger holds it against SQL."""
    state = sa.inspect(consultation).attrs
    changed = state.anonymity.history.deleted
    was = (state.state.history.deleted or [consultation.state])[0]
    if changed and changed[0] is not consultation.anonymity and was is not ConsultationState.DRAFT:
        raise RecordError("consultation.anonymity_fixed")
