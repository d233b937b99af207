"""A phone in a workshop: joining without an account, ideas, votes, results once a round has ended."""

import re
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import abort, g, jsonify, redirect, render_template, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from consult.access import public
from consult.extensions import db
from consult.language_urls import hold_policy
from consult.languages import interface_words
from consult.limits import typed_code_limit
from consult.record.consultation import Consultation, list_groups
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.keys import new_token, normalise_code
from consult.record.workshop import VoteMethod, Workshop, WorkshopParticipant, find_by_code
from consult.record.workshop_part import (
    LONGEST_IDEA,
    cast_vote,
    find_participant,
    find_vote,
    join_workshop,
    leave_workshop,
    list_own_ideas,
    send_idea,
    take_idea_back,
)
from consult.workshop.blueprint import blueprint
from consult.workshop.shown import read_shown
from consult.workshop.words import explain_refusal
from surveys.cleaning import clean_text
from surveys.localised import LANGUAGES

Page = str | Response | tuple[str, int]
_HELD = "workshops"
_MOST_HELD = 4  # a cookie has 4,096 bytes
_KEY = re.compile("[0-9a-f]{32}")
_LONGEST_CODE = 32


@blueprint.route("/w", methods=["GET", "POST"])
@typed_code_limit
@public
def enter_code() -> Page:
    """Ask for the code that the screen shows."""
    typed = request.form.get("code", "")
    if request.method == "GET":
        return render_template("workshop/code.html", typed="", problem="")
    begin(db.session(), read_only=True)
    found = find_by_code(db.session(), typed[:_LONGEST_CODE])
    if found is not None:
        return redirect(url_for("workshop.phone", join=found[0].join_code), 303)
    problem = interface_words(g.language).gettext("No workshop has this code. Check each character on the screen.")
    return render_template("workshop/code.html", typed=typed, problem=problem), 422


@blueprint.get("/w/<join>")
@public
def phone(join: str) -> Page:
    """Show what there is to do now."""
    begin(db.session(), read_only=True)
    workshop, consultation = _find(db.session(), join)
    return _show(db.session(), workshop, consultation, {}, "")


@blueprint.get("/w/<join>/state")
@public
def phone_state(join: str) -> Response:
    """Say whether anything changed, and how many take part; never what anybody sent."""
    begin(db.session(), read_only=True)
    workshop, _consultation = _find(db.session(), join)
    shown = read_shown(db.session(), workshop, g.language)
    return jsonify(revision=workshop.revision, said=shown.said)


@blueprint.post("/w/<join>")
@public
def join_here(join: str) -> Page:
    """Take part; pressed twice, it is one participant."""
    begin(db.session())
    records = db.session()
    workshop, consultation = _find(records, join)
    token = _held(workshop) or new_token()
    groups = {str(each.id): each.id for each in list_groups(records, consultation)}
    language = request.form.get("language", g.language)
    language = language if language in LANGUAGES else g.language
    try:
        group = groups.get(request.form.get("group", ""))
        join_workshop(records, workshop, token, language, group, date.today())
        records.commit()
    except RecordError as error:
        return _refused(join, error, {})
    _hold(workshop, token)
    return redirect(url_for("workshop.phone", join=workshop.join_code, language=language), 303)


@blueprint.route("/w/<join>/idea", methods=["GET", "POST"])
@public
def give_idea(join: str) -> Page:
    """Send an idea, or take one back."""
    if request.method == "GET":
        return redirect(url_for("workshop.phone", join=join), 303)
    key = request.form.get("key", "")
    if not _KEY.fullmatch(key):
        abort(400)
    begin(db.session())
    workshop, mine = _find_mine(db.session(), join)
    text = clean_text(request.form.get("text", ""))
    try:
        if request.form.get("do") == "take_back":
            take_idea_back(db.session(), workshop, mine, key)
        else:
            send_idea(db.session(), workshop, mine, key, text)
        db.session.commit()
    except RecordError as error:
        return _refused(join, error, {"text": text})
    return redirect(url_for("workshop.phone", join=join), 303)


@blueprint.route("/w/<join>/vote", methods=["GET", "POST"])
@public
def vote(join: str) -> Page:
    """Vote, or change one's vote."""
    if request.method == "GET":
        return redirect(url_for("workshop.phone", join=join), 303)
    typed = request.form.to_dict()
    begin(db.session())
    workshop, mine = _find_mine(db.session(), join)
    number = typed.get("round", "")
    try:
        value = _read_vote(workshop, typed)
        cast_vote(db.session(), workshop, mine, int(number) if number.isdecimal() and len(number) < 5 else 0, value)
        db.session.commit()
    except RecordError as error:
        return _refused(join, error, typed)
    return redirect(url_for("workshop.phone", join=join), 303)


@blueprint.route("/w/<join>/leave", methods=["GET", "POST"])
@public
def leave(join: str) -> Page:
    """Leave: be waited for no more, and be forgotten by this phone."""
    if request.method == "POST":
        begin(db.session())
        workshop, mine = _find_mine(db.session(), join)
        leave_workshop(db.session(), mine)
        db.session.commit()
        session[_HELD] = {code: token for code, token in session.get(_HELD, {}).items() if code != workshop.join_code}
    return redirect(url_for("workshop.phone", join=join), 303)


def _show(
    records: Session, workshop: Workshop, consultation: Consultation, typed: Mapping[str, str], problem: str
) -> str:
    token = _held(workshop)
    mine = find_participant(records, workshop, token) if token else None
    shown = read_shown(records, workshop, g.language)
    if mine is None and not workshop.is_over:
        return render_template(
            "workshop/join.html",
            consultation=consultation,
            workshop=workshop,
            groups=list_groups(records, consultation),
            problem=problem,
        )
    voted = find_vote(records, shown.current, mine) if mine and shown.current and shown.is_open else None
    return render_template(
        "workshop/phone.html",
        consultation=consultation,
        workshop=workshop,
        shown=shown,
        mine=mine,
        ideas=list_own_ideas(records, mine) if mine else [],
        voted=voted,
        filled=typed or _fill(voted),
        typed=typed,
        problem=problem,
        form_key=secrets.token_hex(16),
        most=LONGEST_IDEA,
    )


def _fill(voted: Mapping[str, Any] | None) -> dict[str, str]:
    """Return what stands in the form of who voted."""
    if not voted:
        return {}
    places = {f"place-{at}": code for at, code in enumerate(voted.get("ranking", []), start=1)}
    return places | {f"points-{code}": str(number) for code, number in voted.get("points", {}).items()}


def _read_vote(workshop: Workshop, typed: Mapping[str, str]) -> dict[str, Any]:
    if workshop.method is VoteMethod.RANKING:
        return {"ranking": [typed.get(f"place-{at}", "") for at in range(1, workshop.most + 1)]}
    points = {}
    for name, text in typed.items():
        if name.startswith("points-") and text.strip():
            if not (text.strip().isascii() and text.strip().isdecimal() and len(text.strip()) < 5):
                raise RecordError("vote.sum", limit=workshop.most)
            points[name.removeprefix("points-")] = int(text)
    return {"points": points}


def _refused(join: str, error: RecordError, typed: Mapping[str, str]) -> Page:
    """Draw the page as it stands now with what was typed, and why nothing was kept."""
    sentence = explain_refusal(error, interface_words(g.language))
    if sentence is None:
        raise error
    db.session.rollback()
    begin(db.session(), read_only=True)
    workshop, consultation = _find(db.session(), join)
    return _show(db.session(), workshop, consultation, typed, sentence), 422


def _find(records: Session, join: str) -> tuple[Workshop, Consultation]:
    found = find_by_code(records, join[:_LONGEST_CODE])
    if found is None:
        abort(404)
    hold_policy(found[1])
    return found


def _find_mine(records: Session, join: str) -> tuple[Workshop, WorkshopParticipant]:
    """Return who takes part on this phone; others are led to the first page."""
    workshop, _consultation = _find(records, join)
    token = _held(workshop)
    mine = find_participant(records, workshop, token) if token else None
    if mine is None:
        abort(redirect(url_for("workshop.phone", join=join), 303))
    return workshop, mine


def _held(workshop: Workshop) -> str | None:
    token = session.get(_HELD, {}).get(workshop.join_code)
    return normalise_code(str(token)).lower() if token else None


def _hold(workshop: Workshop, token: str) -> None:
    others = {code: held for code, held in session.get(_HELD, {}).items() if code != workshop.join_code}
    session[_HELD] = dict(list(others.items())[-(_MOST_HELD - 1) :]) | {workshop.join_code: token}
    session.permanent = True
