"""The first page: the promise and the consents; and for who comes back, whether it is them."""

from datetime import date

from flask import abort, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from consult.access import public
from consult.extensions import db
from consult.record.database import begin
from consult.record.draft import open_draft
from consult.record.errors import RecordError
from consult.record.invitation import find_invitation
from consult.record.keys import new_token
from consult.respond.blueprint import blueprint
from consult.respond.device import drop_link, drop_receipt, hold_link, keep_ticks, take_ticks
from consult.respond.pages import Page, other_language, show_section, stopped
from consult.respond.places import Asked, Standing, answers_of, find_place, is_this_page, keyring, why_not
from consult.respond.question_views import Cells, view_questions
from consult.respond.saving import SavedPage, check_page, read_page, save_page
from consult.respond.shown import shown_by_draft
from surveys.definition import Question
from surveys.duration import estimate_minutes
from surveys.problems import Problem


@blueprint.get("/c/<code:code>/")
@public
def landing(code: str) -> Page:
    """Say what taking part means and ask for the consents; ask who it is where somebody has begun."""
    begin(db.session(), read_only=True)
    asked, standing = find_place(db.session(), code)
    if reason := why_not(asked.consultation, date.today()):
        return stopped(asked.consultation, reason)
    if standing.has_begun:
        return render_template("respond/again.html", asked=asked, standing=standing, consultation=asked.consultation)
    ticked = set(take_ticks())
    typed: dict[str, Cells] = {each.code: {"": "1" if each.code in ticked else ""} for each in _consents(asked)}
    return _show(asked, standing, SavedPage(typed, {}), [])


@blueprint.post("/c/<code:code>/")
@public
def start(code: str) -> Page:
    """Begin, or change the language with what is ticked kept."""
    if request.form.get("do") == "language":
        keep_ticks([name for name, value in request.form.items(multi=True) if value == "1"])
        return redirect(url_for("respond.landing", code=code, language=other_language()), 303)
    begin(db.session())
    asked, standing = find_place(db.session(), code, lock=True)
    if reason := why_not(asked.consultation, date.today()):
        db.session.commit()  # nothing was changed; the page is not drawn while others wait to write
        return stopped(asked.consultation, reason), 409
    if standing.has_begun and not (standing.held and standing.held.is_recent and is_this_page(standing, request.form)):
        return redirect(url_for("respond.landing", code=code), 303)
    if standing.is_sent:
        return redirect(url_for("respond.done", code=code), 303)
    page = read_page(_consents(asked), request.form)
    if problems := check_page(_consents(asked), page):
        db.session.commit()
        return _show(asked, standing, page, problems), 422
    _begin_draft(db.session(), asked, standing, page)
    db.session.commit()
    if unsaved := [*page.refused, *page.conflicts]:  # begun in another tab meanwhile, with other boxes ticked
        shown = shown_by_draft(asked.survey, {}, g.language, standing.seed, page.typed)
        return show_section(asked, standing, 0, page, shown, unsaved), 422
    return redirect(asked.address(asked.first_page), 303)


@blueprint.post("/c/<code:code>/resume")
@public
def resume(code: str) -> Page:
    """Go on where this device stopped: the person says that it is them."""
    begin(db.session(), read_only=True)
    asked, standing = find_place(db.session(), code)
    if standing.held is None or standing.draft is None:
        return redirect(url_for("respond.landing", code=code), 303)
    hold_link(code, standing.held.token)
    return redirect(asked.address(standing.draft.page), 303)


@blueprint.post("/c/<code:code>/leave")
@public
def leave(code: str) -> Page:
    """Forget on this device who was answering; what they saved stays theirs."""
    drop_link(code)
    drop_receipt()
    return redirect(url_for("respond.landing", code=code), 303)


def _begin_draft(session: Session, asked: Asked, standing: Standing, page: SavedPage) -> None:
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
    reached = max(draft.page, asked.first_page)
    stored = answers_of(session, standing)
    save_page(session, keys, page, stored, today=today, reached=reached, typed_in=g.language, draft=draft)
    hold_link(asked.consultation.code, token)


def _consents(asked: Asked) -> tuple[Question, ...]:
    return asked.consents.questions if asked.consents else ()


def _show(asked: Asked, standing: Standing, page: SavedPage, problems: list[Problem]) -> str:
    """Draw the first page; from now on this device has a link, so that pressing Begin twice begins once."""
    if standing.held is None:
        hold_link(asked.consultation.code, token := new_token())
        standing = standing.with_link(keyring(), token)
    return render_template(
        "respond/landing.html",
        asked=asked,
        standing=standing,
        consultation=asked.consultation,
        minutes=estimate_minutes(asked.survey),
        views=view_questions(_consents(asked), g.language, page.typed, page.revisions, problems),
    )
