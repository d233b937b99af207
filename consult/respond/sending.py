"""Check your answers, send them, and the receipt."""

from datetime import date

from flask import g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from consult.access import public
from consult.answer_messages import answer_sentence
from consult.extensions import db
from consult.languages import interface_words
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.response import find_submitted
from consult.record.submission import submit_draft
from consult.respond.answers_read import read_answers
from consult.respond.blueprint import blueprint
from consult.respond.device import hold_link
from consult.respond.landing import Page, other_language, stopped
from consult.respond.places import Asked, Standing, answers_of, find_place, keyring, why_not
from consult.respond.saving import cells_of
from surveys.answers import check_answers
from surveys.problems import Problem


@blueprint.get("/c/<code>/check")
@public
def check(code: str) -> Page:
    """Show every answer before it is sent."""
    begin(db.session(), read_only=True)
    asked, standing = find_place(db.session(), code)
    if away := _elsewhere(asked, standing):
        return redirect(away, 303)
    return _show(db.session(), asked, standing, [])


@blueprint.post("/c/<code>/check")
@public
def send(code: str) -> Page:
    """Send the answers: twice, in two tabs or after the network dropped, it is one response and one receipt."""
    if request.form.get("do") == "language":
        return redirect(url_for("respond.check", code=code, language=other_language()), 303)
    begin(db.session())
    asked, standing = find_place(db.session(), code)
    if standing.held is None or not standing.has_begun:
        return redirect(url_for("respond.landing", code=code), 303)
    if standing.draft is not None and standing.draft.page < len(asked.survey.sections):
        address = asked.address(standing.draft.page)
        return render_template("respond/out_of_order.html", consultation=asked.consultation, address=address), 409
    try:
        submit_draft(db.session(), keyring(), standing.held.token, date.today())
    except RecordError as error:
        db.session.rollback()
        return _refused(code, error)
    db.session.commit()
    hold_link(code, standing.held.token)
    return redirect(url_for("respond.done", code=code), 303)


@blueprint.get("/c/<code>/done")
@public
def done(code: str) -> Page:
    """Show the receipt to who has just sent their answers."""
    begin(db.session(), read_only=True)
    asked, standing = find_place(db.session(), code)
    if not standing.is_sent or standing.keys is None or standing.held is None or not standing.held.is_recent:
        return redirect(url_for("respond.landing", code=code), 303)
    response = find_submitted(db.session(), standing.keys)
    return render_template(
        "respond/done.html",
        consultation=asked.consultation,
        receipt=standing.keys.receipt,
        is_withdrawn=response is not None and response.is_withdrawn,
        is_open=why_not(asked.consultation, date.today()) is None,
    )


def _elsewhere(asked: Asked, standing: Standing) -> str | None:
    """Return where the person belongs, if not on the page before sending."""
    code = asked.consultation.code
    if standing.is_sent and standing.held is not None and standing.held.is_recent:
        return url_for("respond.done", code=code)
    if why_not(asked.consultation, date.today()) or standing.held is None or not standing.held.is_recent:
        return url_for("respond.landing", code=code)
    if standing.draft is None:
        return url_for("respond.landing", code=code)
    return asked.address(standing.draft.page) if standing.draft.page < len(asked.survey.sections) else None


def _refused(code: str, error: RecordError) -> Page:
    """Return the page that says why nothing was sent."""
    begin(db.session(), read_only=True)
    asked, standing = find_place(db.session(), code)
    if error.code == "response.refused":
        return _show(db.session(), asked, standing, list(error.problems)), 422
    if error.code == "consultation.not_accepting":
        return stopped(asked, why_not(asked.consultation, date.today()) or "closed"), 409
    raise error


def _show(session: Session, asked: Asked, standing: Standing, problems: list[Problem]) -> str:
    raw = {code: {"cells": cells_of(answer)} for code, answer in answers_of(session, standing).items()}
    values, _ = check_answers(asked.survey, raw, final=False)
    words = interface_words(g.language)
    errors = []
    for problem in problems:
        question = asked.survey.find_question(problem.place.partition(".")[0])
        errors.append((question, answer_sentence(problem, question, g.language, words)))
    return render_template(
        "respond/check.html",
        asked=asked,
        consultation=asked.consultation,
        sections=read_answers(asked.survey, values, g.language),
        draft=standing.draft,
        errors=errors,
        refused={question.code for question, _ in errors if question},
    )
