"""What the minutes of a meeting say, from the record."""

from sqlalchemy.orm import Session

from consult.committee.decisions_words import decided_names
from consult.exports.minutes import Minutes, MinutesDecision
from consult.languages import interface_words
from consult.record.account import Account
from consult.record.consultation import Consultation
from consult.record.decision import Decision, SubjectKey, list_history, list_meeting_decisions, read_circumstances
from consult.record.decision_acts import list_standing, list_subjects
from consult.record.decision_conflict import list_conflicts_at
from consult.record.decision_dissent import list_dissents
from consult.record.meeting import Attendance, Meeting, read_attendance
from consult.record.ranking import is_shown_to_committee
from surveys.localised import Localised


def read_minutes(session: Session, consultation: Consultation, meeting: Meeting, language: str) -> Minutes:
    """Return the minutes of a meeting, its outcomes in the words of a language."""
    there = read_attendance(session, meeting)
    decisions = list_meeting_decisions(session, meeting.id)
    listed = list_subjects(session, consultation) if is_shown_to_committee(consultation) else []
    names = {subject.key: subject.name for each in listed for subject in each.subjects}
    standing = list_standing(session, consultation)
    return Minutes(
        consultation=consultation.title,
        title=meeting.title,
        held_on=meeting.held_on,
        place=meeting.place,
        quorum=meeting.quorum,
        present=tuple(account.name for account in there.present),
        absent=tuple(account.name for account in there.absent),
        guests=meeting.guests,
        conflicts=_list_conflicts(session, consultation, meeting, decisions, names),
        decisions=tuple(_tell(session, consultation, decisions, there, language)),
        notes=meeting.notes,
        still_open=tuple(name for key, name in names.items() if key not in standing),
    )


def _list_conflicts(
    session: Session,
    consultation: Consultation,
    meeting: Meeting,
    decisions: list[Decision],
    names: dict[SubjectKey, Localised],
) -> tuple[tuple[str, Localised, str], ...]:
    """List what had been declared by that day, and what kept a member out of its decisions, often noted afterwards."""
    how = read_circumstances(session, [each.id for each in decisions])
    out = {(account, each.subject_key) for each in decisions for account in how[each.id].kept_out}
    found = []
    for each in list_conflicts_at(session, consultation, meeting.held_on, out):
        history = list_history(session, consultation, each.subject_key)
        subject = names.get(each.subject_key) or (history[0].subject if history else None)
        if subject is not None:
            found.append((session.get_one(Account, each.account_id).name, subject, each.interest))
    return tuple(found)


def _tell(
    session: Session, consultation: Consultation, decisions: list[Decision], there: Attendance, language: str
) -> list[MinutesDecision]:
    keys = [each.id for each in decisions]
    how, dissents = read_circumstances(session, keys), list_dissents(session, keys)
    names = decided_names(interface_words(language))
    standing = {each.id for each in list_standing(session, consultation).values()}

    def name(account_id: int) -> str:
        return session.get_one(Account, account_id).name

    return [
        MinutesDecision(
            subject=each.subject,
            outcome=names[each.outcome],
            whereto=each.whereto,
            reason=each.reason,
            voices=there.voices_without(how[each.id].kept_out),
            kept_out=tuple(sorted(name(account) for account in how[each.id].kept_out)),
            dissents=tuple((name(one.account_id), one.text) for one in dissents.get(each.id, ())),
            is_replaced=each.id not in standing,
        )
        for each in decisions
    ]
