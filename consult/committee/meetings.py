"""Meetings of the committee: who was there, the quorum, the minutes as a page and as a Word document."""

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.decisions_words import explain_problem, explain_refusal
from consult.committee.meetings_minutes import read_minutes
from consult.exports.minutes import make_minutes, quorum_sentence, voices_sentence
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Account, Role, find_membership, list_members
from consult.record.consultation import Consultation, get_consultation
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.meeting import (
    Meeting,
    NewMeeting,
    change_meeting,
    get_meeting,
    list_meetings,
    make_meeting,
    read_attendance,
)
from surveys.cleaning import clean_text
from surveys.localised import LANGUAGES, Localised
from surveys.problems import Problem

Page = str | Response | tuple[str, int]
_BOTH = needs(Role.FACILITATOR, Role.COMMITTEE)
_KEY = re.compile("[0-9a-f]{32}")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/<code:code>/meetings")
@_BOTH
def meetings(code: str) -> str:
    """List the meetings, the latest first."""
    begin(db.session(), read_only=True)
    session = db.session()
    consultation = get_consultation(session, code)
    listed = [(each, read_attendance(session, each)) for each in list_meetings(session, consultation)]
    return _render("committee/meetings.html", consultation, meetings=listed)


@blueprint.route("/<code:code>/meetings/new", methods=["GET", "POST"])
@_BOTH
def new_meeting(code: str) -> Page:
    """Note a meeting."""
    if request.method == "GET":
        begin(db.session(), read_only=True)
        consultation = get_consultation(db.session(), code)
        members = len(_members(db.session(), consultation))
        typed = {"held_on": date.today().isoformat(), "quorum": str(members // 2 + 1), "key": secrets.token_hex(16)}
        return _show_form(db.session(), consultation, None, typed, frozenset())
    key = request.form.get("key", "")
    if not _KEY.fullmatch(key):
        abort(400)
    return _save(code, None, key)


@blueprint.route("/<code:code>/meetings/<int:meeting_id>/edit", methods=["GET", "POST"])
@_BOTH
def edit_meeting(code: str, meeting_id: int) -> Page:
    """Change a meeting."""
    if request.method == "POST":
        return _save(code, meeting_id, "")
    begin(db.session(), read_only=True)
    session = db.session()
    consultation = get_consultation(session, code)
    meeting = _find(session, consultation, meeting_id)
    present = frozenset(account.id for account in read_attendance(session, meeting).present)
    return _show_form(session, consultation, meeting, _fill(meeting), present)


@blueprint.get("/<code:code>/meetings/<int:meeting_id>")
@_BOTH
def minutes(code: str, meeting_id: int) -> str:
    """Show the minutes."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    meeting = _find(db.session(), consultation, meeting_id)
    found = read_minutes(db.session(), consultation, meeting, g.language)
    return _render(
        "committee/meeting.html",
        consultation,
        meeting=meeting,
        minutes=found,
        quorum=quorum_sentence(found, g.language),
        voices=lambda count: voices_sentence(count, g.language),
    )


@blueprint.get("/<code:code>/meetings/<int:meeting_id>/minutes.docx")
@_BOTH
def minutes_docx(code: str, meeting_id: int) -> Response:
    """Hand on the minutes as a Word document, in the page's language."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    meeting = _find(db.session(), consultation, meeting_id)
    found = read_minutes(db.session(), consultation, meeting, g.language)
    name = f"{code}-{meeting.held_on.isoformat()}-{g.language}.docx"
    response = Response(make_minutes(found, g.language), mimetype=_WORD)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _save(code: str, meeting_id: int | None, key: str) -> Page:
    begin(db.session())
    session = db.session()
    consultation = get_consultation(session, code)
    if meeting_id is not None:
        _find(session, consultation, meeting_id)
    form = request.form
    present = frozenset(int(each) for each in form.getlist("present") if each.isascii() and each.isdecimal())
    try:
        new = _read(form, present)
        by = By(current_user.id, datetime.now(UTC))
        if meeting_id is None:
            meeting = make_meeting(session, consultation, new, by, key)
        else:
            meeting = change_meeting(session, consultation, meeting_id, new, by)
        number = meeting.id
        session.commit()
    except RecordError as error:
        problem, errors = _explain(error)
        session.rollback()
        begin(session, read_only=True)
        consultation = get_consultation(session, code)
        now = _find(session, consultation, meeting_id) if meeting_id else None
        typed = form.to_dict() | ({"seen": str(now.revision)} if now and error.code == "meeting.changed" else {})
        return _show_form(session, consultation, now, typed, present, problem, errors), 422
    flash(_("The meeting is saved."))
    return redirect(url_for("committee.minutes", code=code, meeting_id=number), 303)


def _read(form: MultiDict[str, str], present: frozenset[int]) -> NewMeeting:
    problems = []
    try:
        held_on = date.fromisoformat(form.get("held_on", "").strip())
    except ValueError:
        problems.append(Problem("meeting.bad_day", "held_on"))
    quorum = form.get("quorum", "").strip()
    if problems:
        raise RecordError.of("meeting.refused", problems)
    return NewMeeting(
        held_on,
        int(quorum) if quorum.isascii() and quorum.isdecimal() and len(quorum) < 6 else 0,
        _both(form, "title"),
        clean_text(form.get("place", "")),
        clean_text(form.get("guests", "")),
        _both(form, "notes"),
        present,
        _number(form.get("seen", "")),
    )


def _both(form: Mapping[str, str], name: str) -> Localised:
    return Localised(**{each: clean_text(form.get(f"{name}.{each}", "")) for each in LANGUAGES})


def _fill(meeting: Meeting) -> dict[str, str]:
    texts = {"title": meeting.title, "notes": meeting.notes}
    typed = {f"{name}.{each}": text.get(each) for name, text in texts.items() for each in LANGUAGES}
    return typed | {
        "held_on": meeting.held_on.isoformat(),
        "quorum": str(meeting.quorum),
        "place": meeting.place,
        "guests": meeting.guests,
        "seen": str(meeting.revision),
    }


def _show_form(
    session: Session,
    consultation: Consultation,
    meeting: Meeting | None,
    typed: Mapping[str, str],
    present: frozenset[int],
    problem: str = "",
    errors: Mapping[str, str] | None = None,
) -> str:
    members = {each.id: each for each in _members(session, consultation)}
    if meeting is not None:
        there = read_attendance(session, meeting)
        members |= {each.id: each for each in (*there.present, *there.absent)}
    return _render(
        "committee/meeting_form.html",
        consultation,
        meeting=meeting,
        members=sorted(members.values(), key=lambda each: each.name),
        present=present,
        typed=typed,
        problem=problem,
        errors=errors or {},
    )


def _members(session: Session, consultation: Consultation) -> list[Account]:
    return [account for account, role in list_members(session, consultation) if role is Role.COMMITTEE]


def _find(session: Session, consultation: Consultation, meeting_id: int) -> Meeting:
    try:
        return get_meeting(session, consultation, meeting_id)
    except RecordError:
        abort(404)


def _explain(error: RecordError) -> tuple[str, dict[str, str]]:
    words = interface_words(g.language)
    if error.code == "meeting.refused":
        return "", {each.place: explain_problem(each, words) for each in error.problems}
    sentence = explain_refusal(error, words)
    if sentence is None:
        raise error
    return sentence, {}


def _render(template: str, consultation: Consultation, **values: object) -> str:
    is_facilitator = find_membership(db.session(), current_user.id, consultation.code) is Role.FACILITATOR
    return render_template(
        template,
        consultation=consultation,
        is_facilitator=is_facilitator,
        frame="manage/layout.html" if is_facilitator else "committee/layout.html",
        **values,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
