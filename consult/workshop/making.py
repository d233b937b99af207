"""The workshops of a consultation, and the form that makes one."""

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
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.consultation import Consultation, get_consultation
from consult.record.database import begin
from consult.record.decision import SubjectKey
from consult.record.decision_acts import list_subjects
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.workshop import VoteMethod, count_people, list_workshops
from consult.record.workshop_leading import NewWorkshop, make_workshop
from consult.workshop.blueprint import blueprint
from consult.workshop.words import explain_problem
from surveys.cleaning import clean_text
from surveys.localised import LANGUAGES, Localised
from surveys.problems import Problem

Page = str | Response | tuple[str, int]
_KEY = re.compile("[0-9a-f]{32}")
_BETWEEN = "|"


@blueprint.get("/manage/<code:code>/workshops")
@needs(Role.FACILITATOR)
def workshops(code: str) -> str:
    """List the workshops, the latest first."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    listed = [(each, count_people(db.session(), each)) for each in list_workshops(db.session(), consultation)]
    return render_template("workshop/workshops.html", consultation=consultation, workshops=listed)


@blueprint.route("/manage/<code:code>/workshops/new", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def new_workshop(code: str) -> Page:
    """Make a workshop: its question, how people vote, where its options come from."""
    begin(db.session(), read_only=request.method == "GET")
    session = db.session()
    consultation = get_consultation(session, code)
    if request.method == "GET":
        typed = {"method": "ranking", "most": "5", "votes": "2", "ideas": "1", "held_on": date.today().isoformat()}
        typed["key"] = secrets.token_hex(16)
        return _show(session, consultation, typed, frozenset(), {})
    key = request.form.get("key", "")
    if not _KEY.fullmatch(key):
        abort(400)
    chosen = frozenset(request.form.getlist("subject"))
    try:
        new = _read(request.form, chosen)
        made = make_workshop(session, consultation, new, By(current_user.id, datetime.now(UTC)), key)
        number = made.id
        session.commit()
    except RecordError as error:
        if error.code not in {"workshop.refused", "subject.missing"}:
            raise
        words = interface_words(g.language)
        errors = {_input(each.place): explain_problem(each, words) for each in error.problems}
        if error.code == "subject.missing":
            errors = {"": _("A theme or a choice is no longer there. Choose again.")}
        session.rollback()
        begin(session, read_only=True)
        return _show(session, get_consultation(session, code), request.form.to_dict(), chosen, errors), 422
    flash(_("The workshop is made. Open the screen for the room, then begin the first round."))
    return redirect(url_for("workshop.lead", code=code, workshop_id=number), 303)


def _read(form: MultiDict[str, str], chosen: frozenset[str]) -> NewWorkshop:
    try:
        held_on = date.fromisoformat(form.get("held_on", "").strip())
    except ValueError:
        raise RecordError.of("workshop.refused", [Problem("workshop.bad_day", "held_on")]) from None
    method = form.get("method", "")
    if method not in set(VoteMethod):
        abort(400)
    return NewWorkshop(
        _both(form, "title"),
        _both(form, "question"),
        VoteMethod(method),
        _number(form.get("most", "")),
        held_on,
        form.get("ideas") == "1",
        _number(form.get("votes", "")),
        tuple(SubjectKey.read(each) for each in sorted(chosen)),
        tuple(read_lines(form.get("lines", ""))),
    )


def read_lines(text: str) -> list[Localised]:
    """Return the options that were written one a line, French and English with a bar between them."""
    found = []
    for line in clean_text(text).splitlines():
        french, _bar, english = (part.strip() for part in line.partition(_BETWEEN))
        if french or english:
            found.append(Localised(fr=french, en=english))
    return found


def _both(form: Mapping[str, str], name: str) -> Localised:
    return Localised(**{each: clean_text(form.get(f"{name}.{each}", "")) for each in LANGUAGES})


def _input(place: str) -> str:
    return f"{place}.{g.language}" if place in {"title", "question"} else place


def _show(
    session: Session,
    consultation: Consultation,
    typed: Mapping[str, str],
    chosen: frozenset[str],
    errors: Mapping[str, str],
) -> str:
    return render_template(
        "workshop/form.html",
        consultation=consultation,
        typed=typed,
        chosen=chosen,
        lists=list_subjects(session, consultation),
        problem=errors.get("", ""),
        errors={name: sentence for name, sentence in errors.items() if name},
    )


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
