"""The notes page, on a phone or a laptop while people speak; it works by its forms, and better with notes.js.

The script keeps what was written on the device until the server has it, and sends it again when the network is back.
Each statement has a key that the device makes: what arrives twice is kept once.
"""

import re
from dataclasses import asdict
from typing import Any

from flask import Response as JsonResponse
from flask import abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from consult.access import needs
from consult.extensions import db
from consult.listen.blueprint import blueprint
from consult.listen.places import Place, by_heading, find_place, not_found_as_404
from consult.listen.words import LIMITS, kind_names, problem_words, refusal_words, said_by_names
from consult.record.account import Role
from consult.record.consultation import Consultation, get_consultation
from consult.record.database import begin, random_key
from consult.record.errors import RecordError
from consult.record.session_notes import (
    NewStatement,
    Noted,
    SaidBy,
    StatementChangedError,
    list_statements,
    remove_statement,
    restore_statement,
    save_statement,
)
from surveys.cleaning import clean_text

_KEY = re.compile("[0-9a-f]{32}")


@blueprint.get("/manage/<code:code>/sessions/<int:session_id>/notes")
@needs(Role.FACILITATOR)
@not_found_as_404
def notes(code: str, session_id: int) -> str:
    """Show the notes, with one box to write the next statement in; `edit` brings a statement into it."""
    begin(db.session(), read_only=True)
    place = find_place(code, session_id)
    statements = list_statements(db.session(), place.listening)
    edited = next((each for each in statements if each.id == request.args.get("edit")), None)
    if edited is not None:
        return _show(place, statements, _typed(edited))
    return _show(place, statements, _blank(place, request.args.get("question", "")))


@blueprint.get("/manage/<code:code>/sessions/<int:session_id>/notes.json")
@needs(Role.FACILITATOR)
@not_found_as_404
def notes_now(code: str, session_id: int) -> JsonResponse:
    """Tell a page that is open what other devices have written since."""
    begin(db.session(), read_only=True)
    statements = list_statements(db.session(), find_place(code, session_id).listening)
    return jsonify(statements=[asdict(each) for each in statements if not each.is_removed])


@blueprint.post("/manage/<code:code>/sessions/<int:session_id>/notes")
@needs(Role.FACILITATOR)
@not_found_as_404
def change_notes(code: str, session_id: int) -> Answer | JsonResponse | tuple[str | JsonResponse, int]:
    """Save, remove or put back one statement; the answer is JSON for the script (``do=autosave``), else a page."""
    if not _KEY.fullmatch(request.form.get("key", "")):
        abort(400)
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    try:
        noted = _act(consultation, session_id, request.form.get("act", "save"))
        db.session.commit()
    except RecordError as error:
        db.session.rollback()
        if error.code not in ("statement.changed", "statement.missing", "statement.refused", "statement.too_many"):
            raise
        return _tell(code, session_id, error)
    if _is_script():
        return jsonify(saved=True, statement=asdict(noted) if noted else None)
    return redirect(_address(code, session_id), 303)


def _act(consultation: Consultation, session_id: int, act: str) -> Noted | None:
    """Do what the form asks for; return the statement that was saved."""
    key, seen = request.form["key"], request.form.get("seen", 0, type=int)
    session = db.session()
    if act == "remove":
        remove_statement(session, consultation, session_id, key, seen)
        if not _is_script():
            flash(_("The statement was removed. It can be put back below, until the session is ready."))
        return None
    if act == "restore":
        restore_statement(session, consultation, session_id, key)
        return None
    return save_statement(session, consultation, session_id, key, seen, _read())


def _read() -> NewStatement:
    said_by = request.form.get("said_by", "")
    return NewStatement(
        text=clean_text(request.form.get("text", "")),
        language=request.form.get("language", ""),
        question=request.form.get("question") or None,
        said_by=SaidBy(said_by) if said_by in set(SaidBy) else SaidBy.ONE,
        is_quote=request.form.get("is_quote") == "1",
        may_quote=request.form.get("may_quote") == "1",
        group=request.form.get("group") or None,
    )


def _tell(code: str, session_id: int, error: RecordError) -> tuple[str | JsonResponse, int]:
    """Say why nothing was kept, with what the statement says now where somebody else changed it."""
    current = error.current if isinstance(error, StatementChangedError) else None
    errors = {each.place: problem_words(each) for each in error.problems}
    if _is_script():
        reason = error.code.partition(".")[2]
        sentence = next(iter(errors.values()), None) or refusal_words(error) or ""
        return jsonify(
            saved=False, reason=reason, message=sentence, statement=asdict(current) if current else None
        ), 200
    typed = dict(request.form.items())
    if current is not None:
        typed["seen"] = str(current.revision)
    elif error.code == "statement.missing":
        typed |= {"seen": "0", "key": random_key()}
        errors["text"] = _("Somebody has removed this statement meanwhile. Save it to write it anew, or leave it.")
    begin(db.session(), read_only=True)
    place = find_place(code, session_id)
    statements = list_statements(db.session(), place.listening)
    sentence = "" if errors or current else refusal_words(error) or ""
    return _show(place, statements, typed, errors, current, sentence), 409 if current else 422


def _address(code: str, session_id: int) -> str:
    question = request.form.get("question", "")
    return url_for("listen.notes", code=code, session_id=session_id, question=question, _anchor="write")


def _is_script() -> bool:
    return request.form.get("do") == "autosave"


def _blank(place: Place, question: str) -> dict[str, str]:
    first = place.asked[0].code if place.asked else ""
    known = {each.code for each in place.asked} | {""}
    spoken = place.listening.languages
    return {
        "key": random_key(),
        "seen": "0",
        "question": question if "question" in request.args and question in known else first,
        "said_by": "one",
        "language": g.language if g.language in spoken or not spoken else spoken[0],
        "may_quote": "1" if place.listening.may_quote else "",
    }


def _typed(noted: Noted) -> dict[str, str]:
    return {
        "key": noted.id,
        "seen": str(noted.revision),
        "text": noted.text,
        "question": noted.question or "",
        "said_by": str(noted.said_by),
        "is_quote": "1" if noted.is_quote else "",
        "may_quote": "1" if noted.may_quote else "",
        "language": noted.language,
        "group": noted.group or "",
    }


def _show(
    place: Place,
    statements: list[Noted],
    typed: dict[str, str],
    errors: dict[str, str] | None = None,
    theirs: Noted | None = None,
    problem: str = "",
) -> str:
    kept: list[Any] = [each for each in statements if not each.is_removed]
    return render_template(
        "listen/notes.html",
        place=place,
        consultation=place.consultation,
        headings=by_heading(place, kept),
        count=len(kept),
        removed=[each for each in statements if each.is_removed],
        typed=typed,
        errors=errors or {},
        problem=problem,
        theirs=theirs,
        is_edited=typed["seen"] != "0",
        kinds=kind_names(),
        said_by=said_by_names(),
        limits=LIMITS,
        who=current_user.id,
        as_json=asdict,
    )
