"""Personal links. Opening one uses nothing, nor does pressing its button: only the answers that are sent do."""

from datetime import date

from flask import redirect, render_template, url_for

from consult.access import public
from consult.extensions import db
from consult.language_urls import hold_policy
from consult.limits import code_limit
from consult.record.consultation import Consultation
from consult.record.database import begin
from consult.record.discussion import has_open_prompts
from consult.record.draft import find_draft
from consult.record.invitation import find_link
from consult.record.keys import normalise_code
from consult.respond.blueprint import blueprint
from consult.respond.device import held_link, hold_link
from consult.respond.pages import Page, stopped
from consult.respond.places import keyring, why_not

_LONGEST = 64


@blueprint.get("/i/<token>")
@code_limit
@public
def link(token: str) -> Page:
    """Show where the link leads, with a button: what opens links by itself, such as a mail scanner, stops here."""
    consultation = _find(token)
    if consultation is None:
        if _may_discuss(token):  # the answers are sent, and the discussions go on
            return redirect(url_for("discuss.link", token=token), 303)
        return render_template("respond/bad_link.html"), 404
    if reason := why_not(consultation, date.today()):
        return stopped(consultation, reason)
    is_shared = _somebody_else_began(consultation.code, token)
    return render_template("respond/link.html", consultation=consultation, is_shared=is_shared)


@blueprint.post("/i/<token>")
@code_limit
@public
def follow(token: str) -> Page:
    """Put the link on this device and go on at an address that does not hold it."""
    consultation = _find(token)
    if consultation is None:
        return render_template("respond/bad_link.html"), 404
    token = normalise_code(token[:_LONGEST]).lower()  # as it was looked for: what follows would be another link
    held = held_link(consultation.code)
    if held is None or held.token != token:
        hold_link(consultation.code, token, is_recent=False, is_personal=True)
    return redirect(url_for("respond.landing", code=consultation.code), 303)


def _find(token: str) -> Consultation | None:
    """Return where a link leads; None when it is unknown, used, or its consultation is over, with one query each.

    A short code is no link: it is typed on a page of its own, which counts the wrong ones.
    """
    begin(db.session(), read_only=True)
    found = find_link(db.session(), keyring(), token[:_LONGEST])
    if found is None:
        return None
    invitation, consultation = found
    if invitation.is_code:
        return None
    hold_policy(consultation)
    is_over = why_not(consultation, date.today()) == "closed"
    return None if invitation.is_used or is_over else consultation


def _may_discuss(token: str) -> bool:
    """Tell whether a link that sent its answers still leads to open discussions."""
    found = find_link(db.session(), keyring(), token[:_LONGEST])
    if found is None or found[0].is_code or not found[0].is_used:
        return False
    return why_not(found[1], date.today()) is None and has_open_prompts(db.session(), found[1])


def _somebody_else_began(code: str, token: str) -> bool:
    held = held_link(code)
    if held is None or normalise_code(held.token) == normalise_code(token[:_LONGEST]):
        return False
    return find_draft(db.session(), keyring().open_link(held.token)) is not None
