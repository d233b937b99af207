"""Short codes that are typed, from a form or from somebody on the telephone; then all is as with a personal link."""

from datetime import date

from flask import redirect, render_template, request, url_for

from consult.access import public
from consult.extensions import db
from consult.language_urls import hold_policy
from consult.limits import WRONG, typed_code_limit
from consult.record.consultation import Consultation
from consult.record.database import begin
from consult.record.draft import find_draft
from consult.record.invitation import Invitation, find_link
from consult.record.keys import normalise_code, write_code
from consult.record.typed_code import is_code
from consult.respond.blueprint import blueprint
from consult.respond.device import held_link, hold_link
from consult.respond.pages import Page, stopped
from consult.respond.places import keyring, why_not

_LONGEST = 40


@blueprint.get("/code")
@public
def code() -> Page:
    """Ask for a code."""
    return render_template("respond/code.html", typed="")


@blueprint.post("/code")
@typed_code_limit
@public
def open_code() -> Page:
    """Show where a code leads, with a button, as a link does; pressed, put it on this device.

    The code is in no address: neither the browser's history nor a proxy keeps it.
    """
    typed = request.form.get("code", "")[:_LONGEST]
    found = _find(typed)
    if found is None:
        return render_template("respond/code.html", typed=typed, wrong=True), WRONG
    invitation, consultation = found
    hold_policy(consultation)
    if invitation.is_used:
        return render_template("respond/code_used.html", consultation=consultation)
    if reason := why_not(consultation, date.today()):
        return stopped(consultation, reason)
    token = normalise_code(typed).lower()
    held = held_link(consultation.code)
    if request.form.get("do") != "continue":
        is_shared = held is not None and held.token != token and _has_begun(held.token)
        return render_template(
            "respond/code_found.html", consultation=consultation, typed=write_code(token), is_shared=is_shared
        )
    if held is None or held.token != token:
        hold_link(consultation.code, token, is_recent=False, is_personal=True)
    return redirect(url_for("respond.landing", code=consultation.code), 303)


def _find(typed: str) -> tuple[Invitation, Consultation] | None:
    begin(db.session(), read_only=True)
    found = find_link(db.session(), keyring(), typed) if is_code(typed) else None
    return found if found is not None and found[0].is_code else None


def _has_begun(token: str) -> bool:
    return find_draft(db.session(), keyring().open_link(token)) is not None
