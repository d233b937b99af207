"""The prompts of a consultation: written in both languages, opened, closed and put in order."""

from dataclasses import replace

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from consult.access import needs
from consult.discuss.blueprint import blueprint
from consult.discuss.prompt_form import fill, read_prompt
from consult.discuss.words import prompt_problem, refusal
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.consultation import Consultation, get_consultation
from consult.record.database import begin
from consult.record.discussion import (
    NewPrompt,
    Prompt,
    change_prompt,
    close_prompt,
    count_participants,
    create_prompt,
    find_prompt,
    list_prompts,
    move_prompt,
    open_prompt,
)
from consult.record.errors import RecordError
from consult.record.run_request import list_open_questions
from consult.record.statement import count_states
from consult.respond.pages import Page
from surveys.localised import Localised
from surveys.problems import Problem

Errors = dict[str, str]


@blueprint.get("/manage/<code:code>/discussions")
@needs(Role.FACILITATOR)
def prompts(code: str) -> Page:
    """Show the prompts, with what waits in each."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    listed = list_prompts(db.session(), consultation)
    return render_template(
        "discuss/prompts.html",
        consultation=consultation,
        prompts=listed,
        counts=count_states(db.session(), listed),
        people=sum(count_participants(db.session(), consultation).values()),
    )


@blueprint.route("/manage/<code:code>/discussions/new", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def new_prompt(code: str) -> Page:
    """Write a prompt; it is made closed, and opened once it is complete."""
    begin(db.session(), read_only=request.method == "GET")
    consultation = get_consultation(db.session(), code, lock=request.method == "POST")
    if request.method == "GET":
        return _show_form(db.session(), consultation, fill(NewPrompt(Localised())), {})
    typed = request.form.to_dict()
    new, errors = read_prompt(typed, _questions(db.session(), consultation))
    if not errors:
        try:
            create_prompt(db.session(), consultation, new)
        except RecordError as error:
            errors = _errors(error)
    if errors:
        return _show_form(db.session(), consultation, typed, errors), 422
    db.session.commit()
    flash(_("The prompt is saved. Nobody sees it until you open it."))
    return redirect(url_for("discuss.prompts", code=code), 303)


@blueprint.route("/manage/<code:code>/discussions/<code:prompt>/edit", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def edit_prompt(code: str, prompt: str) -> Page:
    """Change a prompt's words and rules."""
    begin(db.session(), read_only=request.method == "GET")
    consultation = get_consultation(db.session(), code)
    found = find_prompt(db.session(), consultation, prompt, lock=request.method == "POST") or abort(404)
    if request.method == "GET":
        return _show_form(db.session(), consultation, fill(_settings_of(found)), {}, found)
    typed = request.form.to_dict()
    new, errors = read_prompt(typed, _questions(db.session(), consultation))
    seen = request.form.get("revision", "")
    if found.question_code != new.question_code and count_states(db.session(), [found])[found.id]:
        new = replace(new, question_code=found.question_code)  # what was said already counts there
    if found.is_open:
        errors = {
            f"{name}.{language}": "translation.missing"
            for name, text in (("title", new.title), ("introduction", new.introduction))
            for language in consultation.required_languages()
            if (text or name == "title") and not text.get(language)
        } | errors
    if not errors:
        try:
            change_prompt(db.session(), found, new, int(seen) if seen.isdecimal() and len(seen) < 9 else 0)
        except RecordError as error:
            errors = _errors(error)
    if errors:
        db.session.rollback()
        begin(db.session(), read_only=True)
        consultation = get_consultation(db.session(), code)
        found = find_prompt(db.session(), consultation, prompt) or abort(404)
        return _show_form(db.session(), consultation, typed, errors, found), 422
    db.session.commit()
    flash(_("The prompt is saved."))
    return redirect(url_for("discuss.prompts", code=code), 303)


@blueprint.route("/manage/<code:code>/discussions/<code:prompt>/state", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def change_state(code: str, prompt: str) -> Page:
    """Open or close a prompt, or move it among the others."""
    if request.method == "GET":  # the other language of a page that was refused here
        return redirect(url_for("discuss.prompts", code=code), 303)
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    found = find_prompt(db.session(), consultation, prompt, lock=True) or abort(404)
    do = request.form.get("do", "")
    said = {"open": _("The discussion is open."), "close": _("The discussion is closed. What was said stays.")}
    try:
        if do == "open":
            open_prompt(db.session(), consultation, found)
        elif do == "close":
            close_prompt(db.session(), found)
        elif do in {"up", "down"}:
            move_prompt(db.session(), consultation, found, -1 if do == "up" else 1)
        else:
            abort(400)
    except RecordError as error:
        if error.code != "prompt.refused":
            raise
        problem = prompt_problem(error.problems[0], interface_words(g.language))
        db.session.rollback()
        flash(_("It cannot be opened yet.") + " " + problem)
        return redirect(url_for("discuss.edit_prompt", code=code, prompt=prompt), 303)
    db.session.commit()
    if do in said:
        flash(said[do])
    return redirect(url_for("discuss.prompts", code=code), 303)


def _settings_of(found: Prompt) -> NewPrompt:
    return NewPrompt(
        found.title,
        found.introduction,
        found.moderation,
        found.may_reply,
        found.results,
        found.least_reactions,
        found.is_for_all,
        found.question_code,
    )


def _questions(session: Session, consultation: Consultation) -> dict[str, Localised]:
    """Return the open questions of the survey, with which a prompt can go."""
    own = {each.code for each in list_prompts(session, consultation)}
    return {each.code: each.text for each in list_open_questions(session, consultation) if each.code not in own}


def _errors(error: RecordError) -> Errors:
    """Return what is wrong, by input; what is about no input stands under ""."""
    if error.code == "prompt.refused":
        return {_input(problem.place): problem.code for problem in error.problems}
    return {"": error.code}


def _input(place: str) -> str:
    return f"{place}.{g.language}" if place == "title" else place


def _show_form(
    session: Session, consultation: Consultation, typed: dict[str, str], errors: Errors, found: Prompt | None = None
) -> str:
    words = interface_words(g.language)
    problem = refusal(RecordError(errors[""]), words) if "" in errors else ""
    return render_template(
        "discuss/prompt_form.html",
        consultation=consultation,
        prompt=found,
        typed=typed,
        questions=_questions(session, consultation),
        has_statements=found is not None and bool(count_states(session, [found])[found.id]),
        problem=problem,
        errors={name: _sentence(name, code) for name, code in errors.items() if name},
    )


def _sentence(name: str, code: str) -> str:
    return prompt_problem(Problem(code, name), interface_words(g.language))
