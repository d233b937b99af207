"""A consultation founded, and what it says of itself changed later."""

from typing import TypeAlias

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.build import description_form
from consult.build.blueprint import blueprint
from consult.build.description_form import USUAL_GROUPS, Form, fill, fill_groups, forget_usual_codes, short_name
from consult.build.found import acting
from consult.build.messages import form_sentence, refusal
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.consultation import (
    Anonymity,
    Consultation,
    ConsultationState,
    LanguagePolicy,
    NewConsultation,
    get_consultation,
    list_consultations,
)
from consult.record.database import begin
from consult.record.description import describe_consultation, found_consultation, read_description
from consult.record.errors import RecordError
from consult.record.survey import list_surveys
from surveys.definition import Question
from surveys.definition_reader import load_survey

Answer: TypeAlias = Response | tuple[str, int]


@blueprint.get("/new")
@needs(Role.FACILITATOR)
def new() -> Answer:
    """Ask what the consultation is."""
    usual = fill_groups(USUAL_GROUPS)
    policy, anonymity = LanguagePolicy.EQUAL.value, Anonymity.ANONYMOUS.value
    return _show_new(Form(usual | {"language_policy": policy, "anonymity": anonymity}))


@blueprint.post("/new")
@needs(Role.FACILITATOR)
def found() -> Answer:
    """Make the consultation, as a draft."""
    form = Form({name: request.form[name] for name in request.form})
    if form.typed.get("do") == "add":
        return _show_new(_more_groups(form))
    forget_usual_codes(form)
    description = description_form.read(form)
    opens_on, closes_on = form.days()
    begin(db.session())
    code = short_name(form, description.title, [each.code for each in list_consultations(db.session())])
    if form.errors:
        db.session.rollback()
        return _show_new(form, status=422)
    wanted = NewConsultation(
        code=code,
        title=description.title,
        mandate=description.mandate,
        promise=description.promise,
        contact=description.contact,
        anonymity=description.anonymity,
        language_policy=description.language_policy,
        opens_on=opens_on,
        closes_on=closes_on,
        groups=description.groups,
    )
    try:
        found_consultation(db.session(), wanted, current_user.id, acting())
        db.session.commit()
    except RecordError as error:
        db.session.rollback()
        form.errors |= {_INPUTS.get(error.code, ""): error.code}
        if refusal(error, interface_words(g.language)) is None:
            raise
        return _show_new(form, status=422)
    flash(_("The consultation is there, as a draft. Now write its survey."))
    return redirect(url_for("build.surveys", code=code), 303)


# What is missing in both languages is asked for in that of the page.
_IN_EITHER = {"title.en": "title.{}", "groups.0.en": "groups.0.{}"}
# Which input a refusal of the record is about.
_INPUTS = {"consultation.exists": "code", "consultation.bad_dates": "closes_on", "group.duplicate": "groups.0.en"}


@blueprint.get("/<code:code>/settings")
@needs(Role.FACILITATOR)
def settings(code: str) -> Answer:
    """Show what the consultation says of itself."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    return _show_settings(consultation, Form(fill(read_description(db.session(), consultation))))


@blueprint.post("/<code:code>/settings")
@needs(Role.FACILITATOR)
def change_settings(code: str) -> Answer:
    """Change what the consultation says of itself."""
    form = Form({name: request.form[name] for name in request.form})
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    if form.typed.get("do") == "add":
        return _show_settings(consultation, _more_groups(form))
    if consultation.state is not ConsultationState.DRAFT:
        form.typed["anonymity"] = consultation.anonymity.value
    description = description_form.read(form, {each.code: each.type for each in _questions(consultation)})
    if form.errors:
        return _show_settings(consultation, form, status=422)
    try:
        describe_consultation(db.session(), code, description, seen=form.typed.get("seen", ""), by=acting())
        db.session.commit()
    except RecordError as error:
        return _refuse(code, form, error)
    flash(_("The settings were saved."))
    return redirect(url_for("build.settings", code=code), 303)


def _refuse(code: str, form: Form, error: RecordError) -> Answer:
    db.session.rollback()
    sentence = refusal(error, interface_words(g.language))
    if sentence is None:
        raise error
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    if error.code == "consultation.described":
        form.typed["seen"] = read_description(db.session(), consultation).digest
    return _show_settings(consultation, form, problem=sentence, status=409)


def _more_groups(form: Form) -> Form:
    form.typed["groups.count"] = str(form.groups + 3)
    return form


def _questions(consultation: Consultation) -> list[Question]:
    """Return the questions of the consultation's surveys, as they are written now."""
    rows = list_surveys(db.session(), consultation)
    return [question for row in rows for question in load_survey(row.working_definition).questions]


def _sentences(form: Form) -> dict[str, str]:
    words = interface_words(g.language)
    inputs = {name: _IN_EITHER.get(name, name).format(g.language) for name in form.errors}
    return {inputs[name]: form_sentence(code, words) for name, code in form.errors.items()}


def _show_new(form: Form, status: int = 200) -> Answer:
    page = render_template("build/new.html", form=form, typed=form.typed, errors=_sentences(form), problem="")
    return page, status


def _show_settings(consultation: Consultation, form: Form, problem: str = "", status: int = 200) -> Answer:
    questions = _questions(consultation)
    page = render_template(
        "build/settings.html",
        consultation=consultation,
        form=form,
        typed=form.typed,
        errors=_sentences(form),
        problem=problem,
        of_groups=[each for each in questions if each.type == "single_choice"],
        of_quotes=[each for each in questions if each.type == "consent"],
    )
    return page, status
