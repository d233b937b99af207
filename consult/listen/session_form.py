"""The form of a session: what is planned before it, who came and what was agreed after it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from consult.access import needs
from consult.extensions import db
from consult.languages import LANGUAGES
from consult.listen.blueprint import blueprint
from consult.listen.places import keyring, not_found_as_404
from consult.listen.words import consent_text, kind_names, problem_words, refusal_words
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import Consultation, get_consultation, list_groups
from consult.record.database import begin, random_key
from consult.record.errors import RecordError
from consult.record.session import (
    ListeningSession,
    NewSession,
    SessionKind,
    change_session,
    create_session,
    get_session,
    list_attendance,
)
from consult.record.session_guide import list_guides
from surveys.cleaning import clean_text
from surveys.localised import Localised
from surveys.problems import Problem

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_UNKNOWN = "unknown"


@blueprint.route("/manage/<code:code>/sessions/new", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def new_session(code: str) -> Answer | tuple[str, int]:
    """Create a session."""
    if request.method == "GET":
        begin(db.session(), read_only=True)
        return _show(get_consultation(db.session(), code), None, _blank())
    return _keep(code, None)


@blueprint.route("/manage/<code:code>/sessions/<int:session_id>/edit", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
@not_found_as_404
def edit_session(code: str, session_id: int) -> Answer | tuple[str, int]:
    """Change what is noted of a session."""
    if request.method == "GET":
        begin(db.session(), read_only=True)
        consultation = get_consultation(db.session(), code)
        listening = get_session(db.session(), consultation, session_id)
        return _show(consultation, listening, _typed(consultation, listening))
    return _keep(code, session_id)


def _keep(code: str, session_id: int | None) -> Answer | tuple[str, int]:
    """Keep what the form says, or show it again with what is wrong."""
    begin(db.session())
    session = db.session()
    consultation = get_consultation(session, code)
    listening = get_session(session, consultation, session_id) if session_id is not None else None
    typed = {name: clean_text(text) for name, text in request.form.items()}
    try:
        new = _read(consultation, typed)
        if listening is None:
            kept = create_session(session, keyring(), consultation, new, typed.get("key", "")[:32] or None)
            action = "session.created"
        else:
            kept, action = change_session(session, consultation, listening.id, new), "session.changed"
    except RecordError as error:
        problem = refusal_words(error)
        if problem is None and not error.problems:
            raise
        db.session.rollback()
        begin(session, read_only=True)
        consultation = get_consultation(session, code)
        there = get_session(session, consultation, session_id) if session_id is not None else None
        if error.code == "session.changed" and there is not None:
            typed["seen"] = str(there.revision)  # saved again, it replaces what was shown
        errors = {_field(each): problem_words(each) for each in error.problems}
        return _show(consultation, there, typed, errors, problem or "")[0], 422
    record_action(session, current_user.id, action, kept, now=datetime.now(UTC))
    kept_id = kept.id
    db.session.commit()
    flash(_("The session is saved."))
    return redirect(url_for("listen.session", code=code, session_id=kept_id), 303)


def _read(consultation: Consultation, typed: Mapping[str, str]) -> NewSession:
    """Return what the form says; raises `session.refused` for what cannot be read at all."""
    problems = []
    held_on = _read_day(typed.get("held_on", ""))
    if held_on is None:
        problems.append(Problem("session.no_day", "held_on"))
    attendance: dict[str | None, int] = {}
    for group in (*(each.code for each in list_groups(db.session(), consultation)), _UNKNOWN):
        number = typed.get(f"attendance.{group}", "") or "0"
        if not number.isascii() or not number.isdigit() or len(number) > 6:
            problems.append(Problem("session.bad_number", f"attendance.{group}", {"limit": 1000}))
        else:
            attendance[None if group == _UNKNOWN else group] = int(number)
    if problems or held_on is None:
        raise RecordError.of("session.refused", problems)
    guide, seen, kind = typed.get("guide", ""), typed.get("seen", ""), typed.get("kind", "")
    return NewSession(
        kind=SessionKind(kind) if kind in kind_names() else SessionKind.FOCUS_GROUP,
        held_on=held_on,
        title=Localised(typed.get("title.en", ""), typed.get("title.fr", "")),
        place=typed.get("place", ""),
        is_remote=typed.get("is_remote") == "1",
        guide_id=int(guide) if guide.isdigit() else None,
        languages=tuple(each for each in LANGUAGES if typed.get(f"language.{each}") == "1"),
        note_taker=typed.get("note_taker", ""),
        consent_by=typed.get("consent_by", ""),
        consent_text=typed.get("consent_text", ""),
        has_agreed=typed.get("has_agreed") == "1",
        may_quote=typed.get("may_quote") == "1",
        attendance=attendance,
        seen=int(seen) if seen.isdigit() else 0,
    )


def _read_day(written: str) -> date | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _field(problem: Problem) -> str:
    """Return the input that a problem belongs to."""
    place = f"attendance.{_UNKNOWN}" if problem.place == "attendance." else problem.place
    return {"languages": f"language.{g.language}", "attendance": f"attendance.{_UNKNOWN}"}.get(place, place)


def _blank() -> dict[str, str]:
    return {
        "kind": "focus_group",
        "held_on": date.today().isoformat(),
        f"language.{g.language}": "1",
        "note_taker": current_user.name,
        "consent_text": consent_text(g.language),
        "key": random_key(),
    }


def _typed(consultation: Consultation, listening: ListeningSession) -> dict[str, str]:
    """Return what stands in the form of a session that is there."""
    there = list_attendance(db.session(), [listening.id])[listening.id]
    groups = {each.id: each.code for each in list_groups(db.session(), consultation)}
    typed = {f"attendance.{groups[key] if key else _UNKNOWN}": str(people) for key, people in there.items()}
    typed |= {f"language.{each}": "1" for each in listening.languages}
    return typed | {
        "kind": str(listening.kind),
        "held_on": listening.held_on.isoformat(),
        "title.en": listening.title.en,
        "title.fr": listening.title.fr,
        "place": listening.place,
        "is_remote": "1" if listening.is_remote else "",
        "guide": str(listening.guide_id or ""),
        "note_taker": listening.note_taker,
        "consent_by": listening.consent_by,
        "consent_text": listening.consent_text,
        "has_agreed": "1" if listening.has_agreed else "",
        "may_quote": "1" if listening.may_quote else "",
        "seen": str(listening.revision),
    }


def _show(
    consultation: Consultation,
    listening: ListeningSession | None,
    typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    problem: str = "",
) -> tuple[str, int]:
    page = render_template(
        "listen/session_form.html",
        consultation=consultation,
        listening=listening,
        typed=typed,
        errors=errors or {},
        problem=problem,
        kinds=kind_names(),
        guides=list_guides(db.session(), consultation),
        groups=list_groups(db.session(), consultation),
    )
    return page, 200
