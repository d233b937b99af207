"""What a slip opens for those who were at a session: its notes, to be read and remarked on until closing.

Nobody's name is known: a remark is the session's, not a person's. Of a remark the browser alone holds the secret.
"""

from datetime import date

from flask import Response, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from consult.access import public
from consult.extensions import db
from consult.limits import code_limit
from consult.listen.blueprint import blueprint
from consult.listen.places import Place, by_heading, kept_statements, keyring, place_of
from consult.listen.sessions import statements_json, statements_table
from consult.listen.words import kind_names, refusal_words, remark_names, said_by_names
from consult.record.consultation import ConsultationState
from consult.record.database import begin, random_key
from consult.record.errors import RecordError
from consult.record.session import SessionState, find_slip
from consult.record.session_notes import Noted
from consult.record.session_remark import NewRemark, Remark, RemarkKind, find_own, keep_remark, may_remark
from consult.respond.slip_held import drop_slip, held_slip, hold_slip, remark_key
from surveys.cleaning import clean_text

_LONGEST = 40
_OFFERED = (RemarkKind.RIGHT, RemarkKind.WRONG, RemarkKind.REMOVE)


@blueprint.get("/session")
@blueprint.get("/seance")
@public
def slip() -> str | Answer:
    """Show the notes of the session whose slip this device was given, or ask for a slip's code."""
    begin(db.session(), read_only=True)
    place = _find_held()
    if place is None:
        return render_template("listen/slip_code.html", typed="", wrong=False)
    hold_slip(str(held_slip()))
    return _show(place)


@blueprint.post("/session")
@blueprint.post("/seance")
@code_limit
@public
def open_slip() -> Answer | tuple[str, int]:
    """Open what a slip's code leads to; an unknown one, however it is wrong, gets the same page."""
    typed = request.form.get("slip", "")[:_LONGEST]
    begin(db.session(), read_only=True)
    if find_slip(db.session(), keyring(), typed) is None:
        return render_template("listen/slip_code.html", typed=typed, wrong=True), 422
    hold_slip(typed)
    return redirect(url_for("listen.slip"), 303)


@blueprint.route("/session/remark", methods=["GET", "POST"])
@code_limit
@public
def remark() -> Answer | tuple[str, int]:
    """Keep a remark; the same browser's earlier one about the same statement gives way to it."""
    if request.method == "GET":  # the other language of a page that was refused here
        return redirect(url_for("listen.slip"), 303)
    begin(db.session())
    place = _find_held()
    if place is None:
        return redirect(url_for("listen.slip"), 303)
    about, kind = request.form.get("statement", "")[:32], request.form.get("kind", "")
    text = clean_text(request.form.get("text", ""))
    if kind not in set(RemarkKind):
        abort(400)
    key = remark_key(about or f"missing/{request.form.get('key', '')[:32]}")
    new = NewRemark(RemarkKind(kind), about or None, text, g.language)
    try:
        keep_remark(db.session(), place.consultation, place.listening.id, key, new, date.today())
        db.session.commit()
    except RecordError as error:
        db.session.rollback()
        sentence = refusal_words(error)
        if sentence is None:
            raise
        begin(db.session(), read_only=True)
        found = _find_held()
        return (_show(found, sentence, about, text), 422) if found else abort(404)
    return redirect(url_for("listen.slip", said="1", _anchor=f"s-{about}" if about else "missing"), 303)


@blueprint.get("/session/notes.csv")
@public
def slip_csv() -> Response:
    """Download the notes as a table."""
    begin(db.session(), read_only=True)
    return _download(statements_table(_ready_or_404()), "text/csv; charset=utf-8", "csv")


@blueprint.get("/session/notes.json")
@public
def slip_json() -> Response:
    """Download the notes as JSON."""
    begin(db.session(), read_only=True)
    return _download(statements_json(_ready_or_404()), "application/json", "json")


@blueprint.post("/session/close")
@public
def close_slip() -> Answer:
    """Forget the slip on this device."""
    drop_slip()
    return redirect(url_for("listen.slip"), 303)


def _find_held() -> Place | None:
    """Return the session of the slip that this device holds, in the transaction that runs."""
    held = held_slip()
    found = find_slip(db.session(), keyring(), held) if held else None
    return place_of(found[0]) if found else None


def _ready_or_404() -> Place:
    place = _find_held()
    if place is None or place.listening.state is not SessionState.READY:
        abort(404)
    return place


def _download(content: bytes, kind: str, extension: str) -> Response:
    name = _("session-notes")
    headers = {"Content-Disposition": f'attachment; filename="{name}.{extension}"'}
    return Response(content, headers=headers, content_type=kind)


def _show(place: Place, problem: str = "", about: str = "", typed: str = "") -> str:
    statements: list[Noted] = kept_statements(place) if place.listening.state is SessionState.READY else []
    own: dict[str, Remark] = find_own(db.session(), [remark_key(each.id) for each in statements])
    return render_template(
        "listen/slip.html",
        place=place,
        consultation=place.consultation,
        is_ready=place.listening.state is SessionState.READY,
        is_over=place.consultation.state is ConsultationState.CLOSED,
        may_remark=may_remark(place.consultation, place.listening, date.today()),
        headings=by_heading(place, statements),
        count=len(statements),
        own={each.id: own[key] for each in statements if (key := remark_key(each.id)) in own},
        offered=_OFFERED,
        kinds=kind_names(),
        said_by=said_by_names(),
        remark_names=remark_names(),
        problem=problem,
        about=about,
        typed=typed,
        is_said=request.args.get("said") == "1",
        key=random_key(),
    )
