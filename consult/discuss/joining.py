"""The first page of the discussions: what they are, the promise, the consent to be quoted, the group if unknown."""

from datetime import date

from flask import g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from consult.access import public
from consult.discuss.blueprint import blueprint
from consult.discuss.places import Place, drop_discussion_receipt, find_place, hold_discussion_receipt, readable_prompts
from consult.extensions import db
from consult.language_urls import hold_policy
from consult.limits import code_limit
from consult.record.consultation import Consultation, list_groups
from consult.record.database import begin
from consult.record.discussion import Joining, check_taking_part, join_discussion
from consult.record.errors import RecordError
from consult.record.invitation import find_invitation, find_link
from consult.record.keys import new_token, normalise_code
from consult.record.reaction import measure_progress
from consult.respond.device import drop_link, held_link, hold_link
from consult.respond.pages import Page
from consult.respond.places import keyring

_LONGEST = 64


@blueprint.get("/d/<code:code>/")
@public
def home(code: str) -> Page:
    """Show the prompts to who takes part; to others, what taking part means; ask who it is where that is unsure."""
    begin(db.session(), read_only=True)
    place = find_place(db.session(), code)
    if place.must_ask:
        return render_template("discuss/again.html", place=place, consultation=place.consultation)
    if place.participant is not None:
        return _show_prompts(db.session(), place)
    if place.reason:
        return render_template("discuss/stopped.html", place=place, consultation=place.consultation)
    return _show_joining(db.session(), place)


@blueprint.post("/d/<code:code>/")
@public
def join(code: str) -> Page:
    """Begin to take part; pressed twice, it is one participant."""
    begin(db.session())
    place = find_place(db.session(), code, lock=True)
    if place.must_ask or place.reason:
        db.session.commit()
        return redirect(url_for("discuss.home", code=code), 303)
    token = place.held.token if place.held else new_token()
    group = {str(each.id): each.id for each in list_groups(db.session(), place.consultation)}.get(
        request.form.get("group", "")
    )
    joining = Joining(token, g.language, request.form.get("quote") == "1", group)
    try:
        join_discussion(db.session(), keyring(), place.consultation, joining, date.today())
    except RecordError as error:
        if error.code != "discussion.withdrawn":
            raise
    db.session.commit()
    hold_link(code, token)
    return redirect(url_for("discuss.home", code=code), 303)


@blueprint.post("/d/<code:code>/resume")
@public
def resume(code: str) -> Page:
    """Go on: the person says that it is them."""
    held = held_link(code)
    if held is not None:
        hold_link(code, held.token)
    return redirect(url_for("discuss.home", code=code), 303)


@blueprint.post("/d/<code:code>/leave")
@public
def leave(code: str) -> Page:
    """Forget on this device who took part; what they said stays theirs."""
    drop_link(code)
    drop_discussion_receipt()
    return redirect(url_for("discuss.home", code=code), 303)


@blueprint.get("/d/<code:code>/own")
@public
def own_here(code: str) -> Page:
    """Lead who takes part here to what they said."""
    begin(db.session(), read_only=True)
    place = find_place(db.session(), code)
    if not place.is_here or place.held is None:
        return redirect(url_for("discuss.home", code=code), 303)
    hold_discussion_receipt(keyring().open_discussion(place.held.token).receipt)
    return redirect(url_for("discuss.own"), 303)


@blueprint.get("/d/i/<token>")
@code_limit
@public
def link(token: str) -> Page:
    """Show where a personal link leads in the discussions, also once it has sent its answers to the survey.

    With a button: what opens links by itself, such as a mail scanner, stops here.
    """
    consultation = _find(token)
    if consultation is None:
        return render_template("respond/bad_link.html"), 404
    return render_template("discuss/link.html", consultation=consultation)


@blueprint.post("/d/i/<token>")
@code_limit
@public
def follow(token: str) -> Page:
    """Put the link on this device and go on at an address that does not hold it."""
    consultation = _find(token)
    if consultation is None:
        return render_template("respond/bad_link.html"), 404
    token = normalise_code(token[:_LONGEST]).lower()
    held = held_link(consultation.code)
    if held is None or held.token != token:
        hold_link(consultation.code, token, is_recent=False, is_personal=True)
    return redirect(url_for("discuss.home", code=consultation.code), 303)


def _find(token: str) -> Consultation | None:
    begin(db.session(), read_only=True)
    found = find_link(db.session(), keyring(), token[:_LONGEST])
    if found is None or found[0].is_code:  # a short code is typed on a page of its own, which counts the wrong ones
        return None
    hold_policy(found[1])
    return found[1]


def _show_prompts(session: Session, place: Place) -> Page:
    participant = place.participant
    if participant is None or participant.is_withdrawn:
        return render_template("discuss/withdrawn.html", consultation=place.consultation)
    lines = []
    for prompt in readable_prompts(session, place.consultation):
        try:
            check_taking_part(place.consultation, prompt, participant, date.today())
            may = True
        except RecordError:
            may = False
        lines.append((prompt, measure_progress(session, prompt, participant), may))
    return render_template(
        "discuss/home.html", place=place, consultation=place.consultation, lines=lines, participant=participant
    )


def _show_joining(session: Session, place: Place) -> str:
    """Draw the first page; from now on this device has a link, so that pressing Begin twice begins once."""
    if place.held is None:
        hold_link(place.consultation.code, new_token())
    invitation = find_invitation(session, keyring(), place.held.token) if place.held else None
    prompts = readable_prompts(session, place.consultation)
    return render_template(
        "discuss/join.html",
        consultation=place.consultation,
        prompts=[each for each in prompts if each.is_for_all or invitation is not None],
        is_for_invited=bool(prompts) and not any(each.is_for_all for each in prompts) and invitation is None,
        is_invited=invitation is not None,
        groups=[] if invitation is not None and invitation.group_id else list_groups(session, place.consultation),
    )
