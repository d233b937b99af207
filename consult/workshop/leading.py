"""Leading a workshop: its rounds, the screen for the room, its end."""

import secrets

from flask import abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from analysis.audience import Audience
from consult.access import needs
from consult.disclosure import rule_for
from consult.exports.poster import plain_address, qr_modules
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.consultation import Consultation, get_consultation, list_groups
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.workshop import Workshop, get_workshop, list_options, list_rounds
from consult.record.workshop_leading import (
    count_hidden_ideas,
    end_round,
    end_workshop,
    list_set_aside,
    list_votes,
    must_count,
    open_round,
    save_result,
    show_next_idea,
)
from consult.record.workshop_results import keep_ideas
from consult.respond.places import keyring
from consult.workshop.blueprint import blueprint
from consult.workshop.counting import count_votes
from consult.workshop.shown import read_shown
from consult.workshop.words import explain_refusal

Page = str | Response | tuple[str, int]
_ROUND = ("open", "end")


@blueprint.get("/manage/<code:code>/workshops/<int:workshop_id>")
@needs(Role.FACILITATOR)
def lead(code: str, workshop_id: int) -> Page:
    """Show where the workshop is, and what can be done next."""
    begin(db.session(), read_only=True)
    session = db.session()
    consultation, workshop = _find(session, code, workshop_id)
    shown = read_shown(session, workshop, g.language)
    return render_template(
        "workshop/lead.html",
        consultation=consultation,
        workshop=workshop,
        shown=shown,
        hidden=count_hidden_ideas(session, workshop),
        set_aside=list_set_aside(session, workshop),
        address=_address(workshop),
        groups={group.code: group.name for group in list_groups(session, consultation)},
    )


@blueprint.get("/manage/<code:code>/workshops/<int:workshop_id>/screen")
@needs(Role.FACILITATOR)
def screen(code: str, workshop_id: int) -> Page:
    """Show the room where the workshop is: closed and opened again, it is the same."""
    begin(db.session(), read_only=True)
    consultation, workshop = _find(db.session(), code, workshop_id)
    address = _address(workshop)
    return render_template(
        "workshop/screen.html",
        consultation=consultation,
        workshop=workshop,
        shown=read_shown(db.session(), workshop, g.language),
        address=plain_address(address),
        qr=qr_modules(address),
    )


@blueprint.get("/manage/<code:code>/workshops/<int:workshop_id>/state")
@needs(Role.FACILITATOR)
def state(code: str, workshop_id: int) -> Response:
    """Say whether anything changed, and how many have sent; never what."""
    begin(db.session(), read_only=True)
    _consultation, workshop = _find(db.session(), code, workshop_id)
    shown = read_shown(db.session(), workshop, g.language)
    return jsonify(revision=workshop.revision, said=shown.said)


@blueprint.route("/manage/<code:code>/workshops/<int:workshop_id>/round", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def change_round(code: str, workshop_id: int) -> Response:
    """Begin a round, end it, show one more idea, or end the workshop."""
    there = redirect(url_for("workshop.lead", code=code, workshop_id=workshop_id), 303)
    if request.method == "GET":
        return there
    begin(db.session())
    session = db.session()
    consultation, workshop = _find(session, code, workshop_id, lock=True)
    do, _colon, number = request.form.get("do", "").partition(":")
    try:
        if do in _ROUND and number.isdecimal() and len(number) < 4:
            (open_round if do == "open" else end_round)(session, workshop, int(number))
        elif do == "next":
            _show_next(session, workshop)
        elif do == "over":
            end_workshop(session, workshop)
        elif do == "keep":
            keep_ideas(session, keyring(), consultation, workshop, _consent())
            flash(_("The ideas are now notes of a focus group: read them there before they count."))
        else:
            abort(400)
        session.commit()
    except RecordError as error:
        session.rollback()
        flash(explain_refusal(error, interface_words(g.language)) or abort(404))
        return there
    _count_ended(code, workshop_id)
    return there


def _show_next(session: Session, workshop: Workshop) -> None:
    """Show one more idea; a page that was drawn before the last one was shown shows none."""
    if request.form.get("seen") == str(workshop.revision):
        show_next_idea(session, workshop)


def _count_ended(code: str, workshop_id: int) -> None:
    """Count every vote that ended and is not counted yet; nothing is held open while it is computed."""
    session = db.session()
    begin(session, read_only=True)
    consultation, workshop = _find(session, code, workshop_id)
    codes = [each.code for each in list_options(session, workshop)]
    ended = [
        (each.number, list_votes(session, each)) for each in list_rounds(session, workshop) if must_count(session, each)
    ]
    least, method = rule_for(session, consultation, Audience.COMMITTEE).least, workshop.method
    session.rollback()
    for number, votes in ended:
        result = count_votes(votes, codes, method, secrets.randbits(31), least)
        begin(session)
        _consultation, workshop = _find(session, code, workshop_id, lock=True)
        save_result(session, workshop, number, result)
        session.commit()


def _consent() -> str:
    return str(_("Those who joined by phone were told that their ideas can be kept as notes of this session."))


def _address(workshop: Workshop) -> str:
    return url_for("workshop.phone", join=workshop.join_code, _external=True)


def _find(session: Session, code: str, workshop_id: int, *, lock: bool = False) -> tuple[Consultation, Workshop]:
    consultation = get_consultation(session, code)
    try:
        return consultation, get_workshop(session, consultation, workshop_id, lock=lock)
    except RecordError:
        abort(404)
