"""The list that a workshop votes on: options added, worded in both languages, merged, taken off and put back."""

from collections.abc import Mapping

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from consult.access import needs
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.consultation import get_consultation
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.workshop import Workshop, get_workshop
from consult.record.workshop_leading import add_option, drop_option, merge_options, word_option
from consult.workshop.blueprint import blueprint
from consult.workshop.words import explain_refusal
from surveys.cleaning import clean_text
from surveys.localised import LANGUAGES, Localised


@blueprint.route("/manage/<code:code>/workshops/<int:workshop_id>/options", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def change_options(code: str, workshop_id: int) -> Response:
    """Change the list."""
    there = redirect(url_for("workshop.lead", code=code, workshop_id=workshop_id) + "#options", 303)
    if request.method == "GET":
        return there
    begin(db.session())
    session = db.session()
    try:
        workshop = get_workshop(session, get_consultation(session, code), workshop_id, lock=True)
        _change(session, workshop)
        session.commit()
    except RecordError as error:
        session.rollback()
        flash(explain_refusal(error, interface_words(g.language)) or abort(404))
    return there


def _change(session: Session, workshop: Workshop) -> None:
    do, _colon, number = request.form.get("do", "").partition(":")
    chosen = [_number(each) for each in request.form.getlist("option")]
    if do == "add":
        add_option(session, workshop, _label(request.form))
    elif do == "word":
        word_option(session, workshop, _number(number), _label(request.form, f"-{number}"))
    elif do == "merge":
        if len(chosen) < 2:
            flash(_("Choose two options or more to merge them."))
        else:
            merge_options(session, workshop, chosen, chosen[0])
    elif do == "drop":
        for each in chosen:
            drop_option(session, workshop, each)
    elif do == "back":
        drop_option(session, workshop, _number(number), is_out=False)
    else:
        abort(400)


def _label(form: Mapping[str, str], end: str = "") -> Localised:
    return Localised(**{each: clean_text(form.get(f"label{end}.{each}", "")) for each in LANGUAGES})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
