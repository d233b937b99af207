"""Sessions: focus groups and interviews, who was there by group, what was agreed, and their slips.

No name is kept of anybody who took part: how many of each group, nothing else. Of those who held the session, the
names of the note-taker and of the person who explained the consent are kept: they act for the consultation.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation, group_ids
from consult.record.contribution import Channel
from consult.record.database import Base, DigestText, JsonValue, KeyText, LocalisedText, enum_type, random_key
from consult.record.errors import RecordError
from consult.record.keys import Keyring
from consult.record.session_guide import Guide
from surveys.localised import LANGUAGES, NOTHING, Localised
from surveys.problems import Problem

LONGEST_LINE = 200
LONGEST_CONSENT = 10_000
MOST_PEOPLE = 1_000


class SessionKind(StrEnum):
    """How people were heard; the values are those of the channels."""

    FOCUS_GROUP = "focus_group"
    INTERVIEW = "interview"

    @property
    def channel(self) -> Channel:
        """The channel of what is said in such a session."""
        return Channel(self.value)


class SessionState(StrEnum):
    """Whether the notes are still being taken, or count as contributions."""

    NOTES = "notes"
    READY = "ready"


class ListeningSession(Base):
    """A focus group or an interview, to the day."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"), index=True)
    kind: Mapped[SessionKind] = mapped_column(enum_type(SessionKind))
    state: Mapped[SessionState] = mapped_column(enum_type(SessionState))
    # What the session is about, where it has a subject of its own.
    title: Mapped[Localised] = mapped_column(LocalisedText)
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(sa.Text)
    is_remote: Mapped[bool]
    guide_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guides.id"), index=True)
    languages: Mapped[list[str]] = mapped_column(JsonValue)
    note_taker: Mapped[str] = mapped_column(sa.Text)
    # Who explained what people agreed to, the text as it was read, and what they agreed to.
    consent_by: Mapped[str] = mapped_column(sa.Text)
    consent_text: Mapped[str] = mapped_column(sa.Text)
    has_agreed: Mapped[bool]
    may_quote: Mapped[bool]
    # In an interview with one person, what their several texts have in common as contributions.
    person: Mapped[str] = mapped_column(KeyText, default=random_key)
    # The slip's code comes from the seed by way of the installation's secret: it is stored nowhere.
    slip_seed: Mapped[str] = mapped_column(KeyText)
    slip_hash: Mapped[str] = mapped_column(DigestText, unique=True)
    # Counts the changes, so that two people who write at once see each other.
    revision: Mapped[int]


class SessionAttendance(Base):
    """How many people of a group were there; no group where it is unknown."""

    __tablename__ = "session_attendance"
    __table_args__ = (sa.UniqueConstraint("session_id", "group_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("sessions.id"))
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("groups.id"), index=True)
    people: Mapped[int]


@dataclass(frozen=True)
class NewSession:
    """A session as it is wanted. `attendance` is by the group's code, None for people of unknown group.

    `seen` is the revision that the person was looking at, 0 for a new session.
    """

    kind: SessionKind
    held_on: date
    title: Localised = NOTHING
    place: str = ""
    is_remote: bool = False
    guide_id: int | None = None
    languages: tuple[str, ...] = ("fr",)
    note_taker: str = ""
    consent_by: str = ""
    consent_text: str = ""
    has_agreed: bool = False
    may_quote: bool = False
    attendance: Mapping[str | None, int] = field(default_factory=dict)
    seen: int = 0


def create_session(
    session: Session, keyring: Keyring, consultation: Consultation, new: NewSession, key: str | None = None
) -> ListeningSession:
    """Create a session with its slip; raises `session.refused` with each field and why.

    A form that is sent twice with one `key`, a random one, makes one session.
    """
    _check(session, consultation, new)
    listening = ListeningSession(consultation_id=consultation.id, state=SessionState.NOTES, revision=0)
    _set_slip(keyring, listening, key)
    there = sa.select(ListeningSession).where(ListeningSession.slip_hash == listening.slip_hash)
    if (first := session.scalars(there).one_or_none()) is not None:
        return first
    _fill(listening, new)
    session.add(listening)
    session.flush()
    _set_attendance(session, consultation, listening, new.attendance)
    return listening


def change_session(session: Session, consultation: Consultation, session_id: int, new: NewSession) -> ListeningSession:
    """Make a session what is wanted; what was said in it keeps its own group, language and consent.

    Raises `session.missing`, `session.changed` when somebody else changed it meanwhile, `session.refused`, and
    `session.kind_fixed`, `session.consent_needed` where its statements are contributions already.
    """
    _check(session, consultation, new)
    listening = get_session(session, consultation, session_id, lock=True)
    if listening.revision != new.seen:
        raise RecordError("session.changed")
    if listening.state is SessionState.READY:
        if new.kind is not listening.kind:
            raise RecordError("session.kind_fixed")
        if not new.has_agreed:
            raise RecordError("session.consent_needed")
    _fill(listening, new)
    _set_attendance(session, consultation, listening, new.attendance)
    return listening


def get_session(
    session: Session, consultation: Consultation, session_id: int, *, lock: bool = False
) -> ListeningSession:
    """Return a session of a consultation, its row locked if asked; raises `session.missing`."""
    query = sa.select(ListeningSession).where(
        ListeningSession.id == session_id, ListeningSession.consultation_id == consultation.id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    listening = session.scalars(query).one_or_none()
    if listening is None:
        raise RecordError("session.missing")
    return listening


def list_sessions(session: Session, consultation: Consultation) -> list[ListeningSession]:
    """Return the sessions of a consultation, the latest first."""
    query = sa.select(ListeningSession).where(ListeningSession.consultation_id == consultation.id)
    return list(session.scalars(query.order_by(ListeningSession.held_on.desc(), ListeningSession.id.desc())))


def list_attendance(session: Session, session_ids: list[int]) -> dict[int, dict[int | None, int]]:
    """Return how many people of each group (None: unknown) were at each of these sessions."""
    query = sa.select(SessionAttendance).where(SessionAttendance.session_id.in_(session_ids))
    found: dict[int, dict[int | None, int]] = {each: {} for each in session_ids}
    for row in session.scalars(query.order_by(SessionAttendance.id)):
        found[row.session_id][row.group_id] = row.people
    return found


def count_attendance(session: Session, consultation: Consultation) -> dict[tuple[int | None, Channel], int]:
    """Return how many people were at sessions, by group key (None: unknown) and channel.

    Whoever came to two sessions is counted twice: no name is kept that could tell.
    """
    query = (
        sa.select(SessionAttendance.group_id, ListeningSession.kind, sa.func.sum(SessionAttendance.people))
        .join(ListeningSession, SessionAttendance.session_id == ListeningSession.id)
        .where(ListeningSession.consultation_id == consultation.id)
        .group_by(SessionAttendance.group_id, ListeningSession.kind)
    )
    return {(group, kind.channel): int(people) for group, kind, people in session.execute(query)}


def find_slip(session: Session, keyring: Keyring, code: str) -> tuple[ListeningSession, Consultation] | None:
    """Return the session that a slip's code opens, however it was typed; None when there is none."""
    query = (
        sa.select(ListeningSession, Consultation)
        .join(Consultation, ListeningSession.consultation_id == Consultation.id)
        .where(ListeningSession.slip_hash == keyring.hash_slip(code))
    )
    found = session.execute(query).first()
    return None if found is None else (found[0], found[1])


def slip_code(keyring: Keyring, listening: ListeningSession) -> str:
    """Return the code of a session's slip, to be printed."""
    return keyring.slip_code(listening.slip_seed)


def renew_slip(session: Session, keyring: Keyring, consultation: Consultation, session_id: int) -> ListeningSession:
    """Give a session another code: from now on the earlier one opens nothing. Raises `session.missing`."""
    listening = get_session(session, consultation, session_id, lock=True)
    _set_slip(keyring, listening)
    session.flush()
    return listening


def _set_slip(keyring: Keyring, listening: ListeningSession, key: str | None = None) -> None:
    listening.slip_seed = key or random_key()
    listening.slip_hash = keyring.hash_slip(keyring.slip_code(listening.slip_seed))


def _fill(listening: ListeningSession, new: NewSession) -> None:
    listening.kind, listening.title, listening.held_on = new.kind, new.title, new.held_on
    listening.place, listening.is_remote, listening.guide_id = new.place, new.is_remote, new.guide_id
    listening.languages, listening.note_taker = list(new.languages), new.note_taker
    listening.consent_by, listening.consent_text = new.consent_by, new.consent_text
    listening.has_agreed, listening.may_quote = new.has_agreed, new.has_agreed and new.may_quote
    listening.revision += 1


def _set_attendance(
    session: Session, consultation: Consultation, listening: ListeningSession, attendance: Mapping[str | None, int]
) -> None:
    groups = group_ids(session, consultation)
    session.execute(sa.delete(SessionAttendance).where(SessionAttendance.session_id == listening.id))
    session.add_all(
        SessionAttendance(session_id=listening.id, group_id=groups[code] if code else None, people=people)
        for code, people in attendance.items()
        if people
    )
    session.flush()


def _check(session: Session, consultation: Consultation, new: NewSession) -> None:
    problems = [*_check_attendance(session, consultation, new.attendance), *_check_texts(new)]
    if not new.languages or not set(new.languages) <= set(LANGUAGES):
        problems.append(Problem("session.no_language", "languages"))
    if new.guide_id is not None:
        guide = session.get(Guide, new.guide_id)
        if guide is None or guide.consultation_id != consultation.id:
            problems.append(Problem("guide.missing", "guide"))
    if problems:
        raise RecordError.of("session.refused", problems)


def _check_attendance(
    session: Session, consultation: Consultation, attendance: Mapping[str | None, int]
) -> Iterator[Problem]:
    groups = group_ids(session, consultation)
    for code, people in attendance.items():
        if code is not None and code not in groups:
            yield Problem("group.unknown", "attendance")
        if not 0 <= people <= MOST_PEOPLE:
            yield Problem("session.bad_number", f"attendance.{code or ''}", {"limit": MOST_PEOPLE})


def _check_texts(new: NewSession) -> Iterator[Problem]:
    lines = {"place": new.place, "note_taker": new.note_taker, "consent_by": new.consent_by}
    lines |= {f"title.{each}": new.title.get(each) for each in LANGUAGES}
    for place, text in lines.items():
        if len(text) > LONGEST_LINE:
            yield Problem("text.too_long", place, {"limit": LONGEST_LINE})
    if len(new.consent_text) > LONGEST_CONSENT:
        yield Problem("text.too_long", "consent_text", {"limit": LONGEST_CONSENT})
