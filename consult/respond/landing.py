"""The first page: the promise, the consents, and for who comes back "Continue, or not me?"."""

from datetime import date

from flask import abort, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from consult.access import public
from consult.extensions import db
from consult.record.database import begin
from consult.record.draft import open_draft
from consult.record.errors import RecordError
from consult.record.invitation import find_invitation
from consult.record.keys import new_token
from consult.respond.blueprint import blueprint
from consult.respond.device import drop_link, drop_receipt, hold_link
from consult.respond.places import Asked, Standing, answers_of, find_place, keyring, why_not
from consult.respond.question_views import view_questions
from consult.respond.saving import SavedPage, check_page, read_page, save_page, shown_page
from surveys.definition import Question
from surveys.duration import estimate_minutes
from surveys.problems import Problem

Page = str | Response | tuple[str, int]


@blueprint.get("/c/<code>/")
@public
def landing(code: str) -> Page:
    """Say what taking part means and ask for the consents, or ask whether it is the same person again."""
    begin(db.session(), read_only=True)
    asked, standing = find_place(db.session(), code)
    if reason := why_not(asked.consultation, date.today()):
        return stopped(asked, reason)
    is_recent = standing.held is not None and standing.held.is_recent
    if standing.is_sent or (standing.draft is not None and not is_recent):
        return render_template("respond/again.html", asked=asked, standing=standing, consultation=asked.consultation)
    return _show(asked, standing, shown_page(_consents(asked), answers_of(db.session(), standing)), [])


@blueprint.post("/c/<code>/")
@public
def start(code: str) -> Page:
    """Begin, or change the language with what is ticked kept."""
    action = request.form.get("do", "continue")
    begin(db.session())
    asked, standing = find_place(db.session(), code)
    if reason := why_not(asked.consultation, date.today()):
        return stopped(asked, reason), 409
    if standing.is_sent:
        return redirect(url_for("respond.done", code=code), 303)
    page = read_page(_consents(asked), request.form)
    problems = check_page(_consents(asked), page) if action == "continue" else []
    if problems:
        return _show(asked, standing, page, problems), 422
    if action == "continue" or any("1" in cells.values() for cells in page.typed.values()):
        reached = asked.first_page if action == "continue" else 0
        _begin_draft(db.session(), asked, standing, page, reached)
        db.session.commit()
    if action == "language":
        return redirect(url_for("respond.landing", code=code, language=other_language()), 303)
    return redirect(asked.address(asked.first_page), 303)


@blueprint.post("/c/<code>/resume")
@public
def resume(code: str) -> Page:
    """Go on where this device stopped: the person says that it is them."""
    begin(db.session(), read_only=True)
    asked, standing = find_place(db.session(), code)
    if standing.held is None or not standing.has_begun:
        return redirect(url_for("respond.landing", code=code), 303)
    hold_link(code, standing.held.token)
    if standing.draft is None:
        return redirect(url_for("respond.done", code=code), 303)
    return redirect(asked.address(standing.draft.page), 303)


@blueprint.post("/c/<code>/leave")
@public
def leave(code: str) -> Page:
    """Forget on this device who was answering; what they saved stays theirs."""
    drop_link(code)
    drop_receipt()
    return redirect(url_for("respond.landing", code=code), 303)


def stopped(asked: Asked, reason: str) -> str:
    """Return the page for a consultation that cannot be answered today; `reason` as `why_not` gives it."""
    return render_template("respond/stopped.html", asked=asked, consultation=asked.consultation, reason=reason)


def other_language() -> str:
    """Return the language that is not the page's."""
    return "en" if g.language == "fr" else "fr"


def _begin_draft(session: Session, asked: Asked, standing: Standing, page: SavedPage, reached: int) -> None:
    token = standing.held.token if standing.held else new_token()
    keys = keyring().open_link(token)
    invitation = find_invitation(session, keyring(), token)
    group = invitation.group_id if invitation else None
    today = date.today()
    try:
        draft = open_draft(session, keys, asked.version, language=g.language, today=today, group_id=group)
    except RecordError as error:
        if error.code == "draft.submitted":  # sent from another tab a moment ago
            abort(redirect(url_for("respond.done", code=asked.consultation.code), 303))
        raise
    stored = answers_of(session, standing)
    reached = max(draft.page, reached)
    save_page(session, keys, page, stored, today=today, reached=reached, language=g.language)
    hold_link(asked.consultation.code, token)


def _consents(asked: Asked) -> tuple[Question, ...]:
    return asked.consents.questions if asked.consents else ()


def _show(asked: Asked, standing: Standing, page: SavedPage, problems: list[Problem]) -> str:
    return render_template(
        "respond/landing.html",
        asked=asked,
        standing=standing,
        consultation=asked.consultation,
        minutes=estimate_minutes(asked.survey),
        views=view_questions(_consents(asked), g.language, page.typed, page.revisions, problems),
    )
