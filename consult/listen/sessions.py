"""The list of sessions, one session with what was said and remarked, and what is done to it as a whole."""

import json
from datetime import UTC, datetime

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from consult.access import needs
from consult.exports.csv_text import csv_bytes
from consult.extensions import db
from consult.listen.blueprint import blueprint
from consult.listen.places import Place, by_heading, find_place, heading_words, kept_statements, not_found_as_404
from consult.listen.words import kind_names, refusal_words, remark_names, said_by_names
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import get_consultation, list_groups
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.session import get_session, list_attendance, list_sessions
from consult.record.session_guide import list_guides
from consult.record.session_notes import count_statements, mark_ready
from consult.record.session_remark import count_waiting, erase_session, handle_remark, list_remarks


@blueprint.get("/manage/<code:code>/sessions")
@needs(Role.FACILITATOR)
def sessions(code: str) -> str:
    """Show the sessions with how many were there and what was noted."""
    begin(db.session(), read_only=True)
    session = db.session()
    consultation = get_consultation(session, code)
    listed = list_sessions(session, consultation)
    return render_template(
        "listen/sessions.html",
        consultation=consultation,
        sessions=listed,
        attendance=list_attendance(session, [each.id for each in listed]),
        statements=count_statements(session, consultation),
        waiting=count_waiting(session, consultation),
        groups={each.id: each.name for each in list_groups(session, consultation)},
        guides=list_guides(session, consultation),
        kinds=kind_names(),
    )


@blueprint.get("/manage/<code:code>/sessions/<int:session_id>")
@needs(Role.FACILITATOR)
@not_found_as_404
def session(code: str, session_id: int) -> str:
    """Show a session: what was said under each question, and what those who were there say of the notes."""
    begin(db.session(), read_only=True)
    return _show(find_place(code, session_id))


@blueprint.route("/manage/<code:code>/sessions/<int:session_id>/ready", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
@not_found_as_404
def ready(code: str, session_id: int) -> Answer | tuple[str, int]:
    """Let what was said count."""
    if request.method == "GET":  # the other language of a page that was answered here
        return redirect(url_for("listen.session", code=code, session_id=session_id), 303)
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    listening = get_session(db.session(), consultation, session_id)
    try:
        count = mark_ready(db.session(), consultation, session_id)
    except RecordError as error:
        sentence = refusal_words(error)
        if sentence is None:
            raise
        db.session.rollback()
        begin(db.session(), read_only=True)
        return _show(find_place(code, session_id), sentence), 422
    record_action(db.session(), current_user.id, "session.ready", listening, now=datetime.now(UTC))
    db.session.commit()
    flash(_("%(count)s statements count from now on. Give the slip to those who were there.", count=str(count)))
    return redirect(url_for("listen.session", code=code, session_id=session_id), 303)


@blueprint.route("/manage/<code:code>/sessions/<int:session_id>/delete", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
@not_found_as_404
def delete_session(code: str, session_id: int) -> Answer | str | tuple[str, int]:
    """Ask before deleting a session, then delete it with every word of it."""
    if request.method == "GET" or request.form.get("understood") != "1":
        begin(db.session(), read_only=True)
        place = find_place(code, session_id)
        wrong = request.method == "POST"
        page = render_template(
            "listen/delete.html",
            place=place,
            consultation=place.consultation,
            count=len(kept_statements(place)),
            kinds=kind_names(),
            error=_("Tick the box to say that you understand, or do not delete.") if wrong else "",
        )
        return page, 422 if wrong else 200
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    listening = get_session(db.session(), consultation, session_id)
    record_action(db.session(), current_user.id, "session.deleted", listening, now=datetime.now(UTC))
    erase_session(db.session(), consultation, session_id)
    db.session.commit()
    flash(_("The session and its notes were deleted."))
    return redirect(url_for("listen.sessions", code=code), 303)


@blueprint.route("/manage/<code:code>/sessions/<int:session_id>/remarks", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
@not_found_as_404
def handle(code: str, session_id: int) -> Answer:
    """Note that a remark was dealt with, or that it waits again."""
    if request.method == "GET":  # the other language of a page that was answered here
        return redirect(url_for("listen.session", code=code, session_id=session_id), 303)
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    is_handled = request.form.get("handled") == "1"
    try:
        remark = request.form.get("remark", "")[:32]
        handle_remark(db.session(), consultation, session_id, remark, is_handled=is_handled)
    except RecordError as error:
        if error.code != "remark.missing":
            raise
        abort(404)
    db.session.commit()
    flash(_("The remark is dealt with.") if is_handled else _("The remark waits again."))
    return redirect(url_for("listen.session", code=code, session_id=session_id, _anchor="remarks"), 303)


@blueprint.get("/manage/<code:code>/sessions/<int:session_id>/statements.csv")
@needs(Role.FACILITATOR)
@not_found_as_404
def statements_csv(code: str, session_id: int) -> Response:
    """Give the statements as a table."""
    begin(db.session())
    place = find_place(code, session_id)
    content = statements_table(place)
    record_action(db.session(), current_user.id, "session.exported", place.listening, now=datetime.now(UTC))
    db.session.commit()
    response = Response(content, content_type="text/csv; charset=utf-8")
    name = f"{code}-session-{session_id}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def statements_table(place: Place) -> bytes:
    """Return the statements as CSV: question, text and what was noted of each."""
    names = ("question_code", "question", "text", "language", "said_by", "quote", "may_quote", "group")
    rows = [
        (
            heading.code,
            heading_words(heading)[1],
            each.text,
            each.language,
            str(each.said_by),
            int(each.is_quote),
            int(each.may_quote),
            each.group or "",
        )
        for heading in by_heading(place, kept_statements(place))
        for each in heading.statements
    ]
    return csv_bytes(names, rows, delimiter=";" if g.language == "fr" else ",")


def statements_json(place: Place) -> bytes:
    """Return the session and its statements as JSON, in both languages."""
    said = [
        {
            "question": heading.text.to_json() if heading.code else None,
            "text": each.text,
            "language": each.language,
            "said_by": str(each.said_by),
            "quote": each.is_quote,
            "may_quote": each.may_quote,
        }
        for heading in by_heading(place, kept_statements(place))
        for each in heading.statements
    ]
    about = {
        "consultation": place.consultation.title.to_json(),
        "kind": str(place.listening.kind),
        "held_on": place.listening.held_on.isoformat(),
        "consent": place.listening.consent_text,
        "statements": said,
    }
    return json.dumps(about, ensure_ascii=False, indent=2).encode()


def _show(place: Place, problem: str = "") -> str:
    statements = kept_statements(place)
    remarks = list_remarks(db.session(), place.listening)
    ids = {each.code: each.id for each in list_groups(db.session(), place.consultation)}
    there = list_attendance(db.session(), [place.listening.id])[place.listening.id]
    return render_template(
        "listen/session.html",
        place=place,
        consultation=place.consultation,
        headings=by_heading(place, statements),
        count=len(statements),
        attendance=[(name, there.get(ids[code], 0)) for code, name in place.groups.items() if there.get(ids[code])],
        unknown=there.get(None, 0),
        remarks=[each for each in remarks if each.kind != "right"],
        right=sum(each.kind == "right" for each in remarks),
        texts={each.id: each for each in statements},
        kinds=kind_names(),
        said_by=said_by_names(),
        remark_names=remark_names(),
        problem=problem,
    )
