"""Meetings of the committee: when, how many had to be there, who was, and what else was said, for the minutes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.account import Account, Role, list_members
from consult.record.audit import record_action
from consult.record.consultation import Consultation
from consult.record.database import Base, LocalisedText, UtcDateTime
from consult.record.decision import list_meeting_decisions
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from surveys.localised import LANGUAGES, NOTHING, Localised
from surveys.problems import Problem

MADE, CHANGED = "meeting.made", "meeting.changed"
LONGEST_LINE = 300
LONGEST_NOTES = 20_000
MOST_QUORUM = 200


class Meeting(Base):
    """A meeting; what was decided in it are rows of their own that name it."""

    __tablename__ = "meetings"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"), index=True)
    held_on: Mapped[date] = mapped_column(sa.Date)
    title: Mapped[Localised] = mapped_column(LocalisedText)
    place: Mapped[str] = mapped_column(sa.Text)
    # How many members have to be there for the committee to decide.
    quorum: Mapped[int]
    # Who else was there, as a line of text.
    guests: Mapped[str] = mapped_column(sa.Text)
    notes: Mapped[Localised] = mapped_column(LocalisedText)
    # What a form was made with: sent twice, it makes one meeting.
    form_key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Counts the changes, so that two people who write at once see each other.
    revision: Mapped[int]


class MeetingMember(Base):
    """A member of the committee as it was that day, and whether they were there."""

    __tablename__ = "meeting_members"

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meetings.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False, index=True
    )
    is_present: Mapped[bool]


@dataclass(frozen=True)
class NewMeeting:
    """A meeting as it is wanted; `present` are the keys of the members who were there.

    `seen` is the revision that the person was looking at, 0 for a new meeting.
    """

    held_on: date
    quorum: int
    title: Localised = NOTHING
    place: str = ""
    guests: str = ""
    notes: Localised = NOTHING
    present: frozenset[int] = frozenset()
    seen: int = 0


@dataclass(frozen=True)
class Attendance:
    """Who of the committee was at a meeting and who was not, by name."""

    quorum: int
    present: tuple[Account, ...]
    absent: tuple[Account, ...]

    @property
    def has_quorum(self) -> bool:
        """Whether enough members were there."""
        return len(self.present) >= self.quorum

    def voices_without(self, kept_out: Collection[int]) -> int:
        """How many members were there and not kept out of a decision."""
        return sum(account.id not in kept_out for account in self.present)


def make_meeting(session: Session, consultation: Consultation, new: NewMeeting, by: By, form_key: str) -> Meeting:
    """Add a meeting with the committee as it is now; raises `meeting.refused` with each field and why."""
    made = session.scalars(sa.select(Meeting).where(Meeting.form_key == form_key)).one_or_none()
    if made is not None and made.consultation_id == consultation.id:
        return made
    _check(session, consultation, new, by, frozenset())
    meeting = Meeting(
        consultation_id=consultation.id, form_key=form_key, account_id=by.account_id, made_at=by.now, revision=0
    )
    _fill(meeting, new)
    session.add(meeting)
    session.flush()
    members = [account for account, role in list_members(session, consultation) if role is Role.COMMITTEE]
    session.add_all(
        MeetingMember(meeting_id=meeting.id, account_id=each.id, is_present=each.id in new.present) for each in members
    )
    session.flush()
    record_action(session, by.account_id, MADE, meeting, now=by.now)
    return meeting


def change_meeting(session: Session, consultation: Consultation, meeting_id: int, new: NewMeeting, by: By) -> Meeting:
    """Make a meeting what is wanted; raises `meeting.missing`, `meeting.changed`, `meeting.refused`.

    Its day stays once something was decided in it: the decisions bear it.
    """
    meeting = get_meeting(session, consultation, meeting_id, lock=True)
    listed = {row.account_id: row for row in _list_rows(session, meeting)}
    _check(session, consultation, new, by, frozenset(listed))
    if meeting.revision != new.seen:
        raise RecordError("meeting.changed")
    if meeting.held_on != new.held_on and list_meeting_decisions(session, meeting.id):
        raise RecordError.of("meeting.refused", [Problem("meeting.has_decisions", "held_on")])
    _fill(meeting, new)
    for account, role in list_members(session, consultation):
        if role is Role.COMMITTEE and account.id in new.present and account.id not in listed:
            session.add(MeetingMember(meeting_id=meeting.id, account_id=account.id, is_present=True))
    for key, row in listed.items():
        row.is_present = key in new.present
    session.flush()
    record_action(session, by.account_id, CHANGED, meeting, now=by.now)
    return meeting


def get_meeting(session: Session, consultation: Consultation, meeting_id: int, *, lock: bool = False) -> Meeting:
    """Return a meeting of a consultation, its row locked if asked; raises `meeting.missing`."""
    query = sa.select(Meeting).where(Meeting.id == meeting_id, Meeting.consultation_id == consultation.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    meeting = session.scalars(query).one_or_none()
    if meeting is None:
        raise RecordError("meeting.missing")
    return meeting


def list_meetings(session: Session, consultation: Consultation) -> list[Meeting]:
    """Return the meetings, the latest first."""
    query = sa.select(Meeting).where(Meeting.consultation_id == consultation.id)
    return list(session.scalars(query.order_by(Meeting.held_on.desc(), Meeting.id.desc())))


def read_attendance(session: Session, meeting: Meeting) -> Attendance:
    """Return who was there, by name; members who left the committee since are still named."""
    query = (
        sa.select(Account, MeetingMember.is_present)
        .join(MeetingMember, MeetingMember.account_id == Account.id)
        .where(MeetingMember.meeting_id == meeting.id)
        .order_by(Account.name, Account.id)
    )
    rows = [(account, is_present) for account, is_present in session.execute(query)]
    return Attendance(
        meeting.quorum,
        tuple(account for account, is_present in rows if is_present),
        tuple(account for account, is_present in rows if not is_present),
    )


def _list_rows(session: Session, meeting: Meeting) -> list[MeetingMember]:
    return list(session.scalars(sa.select(MeetingMember).where(MeetingMember.meeting_id == meeting.id)))


def _fill(meeting: Meeting, new: NewMeeting) -> None:
    meeting.held_on, meeting.title, meeting.place = new.held_on, new.title, new.place
    meeting.quorum, meeting.guests, meeting.notes = new.quorum, new.guests, new.notes
    meeting.revision += 1


def _check(session: Session, consultation: Consultation, new: NewMeeting, by: By, already: frozenset[int]) -> None:
    members = {account.id for account, role in list_members(session, consultation) if role is Role.COMMITTEE}
    problems = []
    if new.held_on > by.now.date():
        problems.append(Problem("meeting.in_future", "held_on"))
    if not 1 <= new.quorum <= MOST_QUORUM:
        problems.append(Problem("meeting.quorum", "quorum", {"most": MOST_QUORUM}))
    if not new.present <= members | already:
        problems.append(Problem("meeting.not_member", "present"))
    lines = {"place": new.place, "guests": new.guests} | {f"title.{each}": new.title.get(each) for each in LANGUAGES}
    problems += [
        Problem("text.too_long", place, {"limit": LONGEST_LINE})
        for place, text in lines.items()
        if len(text) > LONGEST_LINE
    ]
    problems += [
        Problem("text.too_long", f"notes.{each}", {"limit": LONGEST_NOTES})
        for each in LANGUAGES
        if len(new.notes.get(each)) > LONGEST_NOTES
    ]
    if problems:
        raise RecordError.of("meeting.refused", problems)
