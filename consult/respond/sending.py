"""Check your answers, send them, and the receipt."""

from datetime import date

from flask import g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from consult.access import public
from consult.answer_messages import answer_sentence
from consult.extensions import db
from consult.languages import interface_words
from consult.record.database import begin
from consult.record.discussion import has_open_prompts
from consult.record.errors import RecordError
from consult.record.response import find_submitted
from consult.record.submission import submit_draft
from consult.respond.answers_read import read_answers
from consult.respond.blueprint import blueprint
from consult.respond.device import hold_link
from consult.respond.pages import Page, out_of_order, stopped
from consult.respond.places import Asked, Standing, answers_of, find_place, is_this_page, keyring, why_not
from consult.respond.saving import cells_of
from consult.respond.shown import shown_by_draft, shown_by_values
from surveys.answers import check_answers
from surveys.problems import Problem


@blueprint.get("/c/<code:code>/check")
@public
def check(code: str) -> Page:
    """Show every answer before it is sent."""
    begin(db.session(), read_only=True)
    asked, standing = find_place(db.session(), code)
    if away := _elsewhere(db.session(), asked, standing):
        return redirect(away, 303)
    return _show(db.session(), asked, standing, [])


@blueprint.post("/c/<code:code>/check")
@public
def send(code: str) -> Page:
    """Send the answers: twice, in two tabs or after the network dropped, it is one response and one receipt."""
    begin(db.session())
    asked, standing = find_place(db.session(), code, lock=True)
    is_ours = is_this_page(standing, request.form)
    if standing.held is None or not standing.has_begun or not is_ours:
        return redirect(url_for("respond.landing", code=code), 303)
    if standing.draft is not None and (reached := _reached(db.session(), asked, standing)) < len(asked.survey.sections):
        db.session.commit()  # nothing was changed; the page is not drawn while others wait to write
        return out_of_order(asked, asked.address(reached)), 409
    try:
        submit_draft(db.session(), keyring(), standing.held.token, date.today())
    except RecordError as error:
        db.session.rollback()
        return _refused(code, error)
    db.session.commit()
    hold_link(code, standing.held.token)
    return redirect(url_for("respond.done", code=code), 303)


@blueprint.get("/c/<code:code>/done")
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
        is_open=(is_open := why_not(asked.consultation, date.today()) is None),
        may_discuss=is_open and has_open_prompts(db.session(), asked.consultation),
    )


def _elsewhere(session: Session, asked: Asked, standing: Standing) -> str | None:
    """Return where the person belongs, if not on the page before sending."""
    code = asked.consultation.code
    if standing.is_sent and standing.held is not None and standing.held.is_recent:
        return url_for("respond.done", code=code)
    if why_not(asked.consultation, date.today()) or standing.held is None or not standing.held.is_recent:
        return url_for("respond.landing", code=code)
    if standing.draft is None:
        return url_for("respond.landing", code=code)
    reached = _reached(session, asked, standing)
    return asked.address(reached) if reached < len(asked.survey.sections) else None


def _reached(session: Session, asked: Asked, standing: Standing) -> int:
    answers = answers_of(session, standing)
    return standing.reached(shown_by_draft(asked.survey, answers, g.language, standing.seed).route)


def _refused(code: str, error: RecordError) -> Page:
    """Return the page that says why nothing was sent."""
    begin(db.session(), read_only=True)
    asked, standing = find_place(db.session(), code)
    if error.code == "response.refused":
        return _show(db.session(), asked, standing, list(error.problems)), 422
    if error.code == "consultation.not_accepting":
        return stopped(asked.consultation, why_not(asked.consultation, date.today()) or "closed"), 409
    raise error


def _show(session: Session, asked: Asked, standing: Standing, problems: list[Problem]) -> str:
    """Draw every answer; what is wrong with one is said beside it, as it was typed, before anything is sent."""
    answers = answers_of(session, standing)
    raw = {code: answer.value for code, answer in answers.items()}
    values, wrong = check_answers(asked.survey, raw, final=True)
    problems = problems or list(wrong)
    shown = shown_by_values(asked.survey, values, g.language, standing.seed)
    words = interface_words(g.language)
    errors = []
    for problem in problems:
        question = asked.survey.find_question(problem.place.partition(".")[0])
        question = shown.draw(question) if question is not None else None
        errors.append((question, answer_sentence(problem, question, g.language, words)))
    refused = {question.code for question, _ in errors if question}
    typed = {code: list(cells_of(answers[code]).values()) for code in refused if code in answers}
    return render_template(
        "respond/check.html",
        asked=asked,
        standing=standing,
        consultation=asked.consultation,
        sections=read_answers(asked.survey, values, g.language, typed),
        languages={code: answer.language or g.language for code, answer in answers.items()},
        errors=errors,
        back=asked.address(shown.route.before(len(asked.survey.sections))),
        refused=refused,
    )
