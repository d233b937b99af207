"""Adding questions: of a type, ready-made ones about who answers, or copies of questions that were asked before."""

from typing import TypeAlias

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.build.blueprint import blueprint
from consult.build.found import acting, find_place, lock_place
from consult.build.question_page import NEW
from consult.build.words import type_words
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role, list_consultations_of
from consult.record.survey import list_surveys
from consult.record.survey_edit import edit_survey, list_published, read_working
from consult.survey_templates import TEMPLATES, read_template
from surveys.definition import Question, Survey
from surveys.definition_reader import load_survey
from surveys.edit import add_question, convert_question, copy_questions, free_code, replace_question
from surveys.localised import Localised
from surveys.presets import ABOUT_YOU, PRESETS, add_about_you
from surveys.question_types import QUESTION_TYPES

Answer: TypeAlias = Response | tuple[str, int]
Source: TypeAlias = tuple[str, Localised, Survey]  # a name for forms, what to call it, the survey


@blueprint.get("/<code:code>/surveys/<survey>/add/<section>")
@needs(Role.FACILITATOR)
def add(code: str, survey: str, section: str) -> Answer:
    """Ask what kind of question."""
    return _show(code, survey, section)


def _show(code: str, survey: str, section: str, problem: str = "") -> Answer:
    place = find_place(code, survey)
    definition = place.working.definition
    found = next((each for each in definition.sections if each.code == section), None)
    if found is None:
        return redirect(url_for("build.outline", **place.values, gone=1), 303)
    page = render_template(
        "build/add.html",
        place=place,
        consultation=place.consultation,
        section=found,
        types=type_words(interface_words(g.language)),
        presets=list(PRESETS.values()),
        asked={each.code for each in definition.questions},
        problem=problem,
    )
    return page, 422 if problem else 200


@blueprint.post("/<code:code>/surveys/<survey>/add/<section>")
@needs(Role.FACILITATOR)
def add_one(code: str, survey: str, section: str) -> Answer:
    """Add an empty question of a type, and open it."""
    kind = request.form.get("type", "")
    if kind not in QUESTION_TYPES:
        abort(400)
    _consultation, row = lock_place(code, survey)
    definition = read_working(db.session(), row).definition
    if all(each.code != section for each in definition.sections):
        db.session.rollback()
        return redirect(url_for("build.outline", code=code, survey=survey, gone=1), 303)
    taken = {*(each.code for each in definition.questions), *list_published(db.session(), row)}
    question = Question(free_code(NEW, taken), kind, Localised())
    edit_survey(
        db.session(),
        row,
        "question.added",
        question.code,
        lambda now: add_question(now, section, question),
        acting(),
    )
    db.session.commit()
    return redirect(url_for("build.question", code=code, survey=survey, question=question.code), 303)


@blueprint.route("/<code:code>/surveys/<survey>/presets/<section>", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def add_presets(code: str, survey: str, section: str) -> Answer:
    """Add the ready-made questions that were ticked to the section about the person, wherever one came from."""
    if request.method == "GET":
        return redirect(url_for("build.add", code=code, survey=survey, section=section), 303)
    chosen = [each for each in PRESETS if each in request.form.getlist("preset")]
    if not chosen:
        return _show(code, survey, section, problem=_("Tick at least one question."))
    _consultation, row = lock_place(code, survey)
    taken = list_published(db.session(), row)
    edit_survey(
        db.session(),
        row,
        "presets.added",
        ABOUT_YOU,
        lambda now: add_about_you(now, chosen, taken),
        acting(),
    )
    db.session.commit()
    flash(ngettext("%(num)d question was added.", "%(num)d questions were added.", len(chosen)))
    return redirect(url_for("build.outline", code=code, survey=survey, _anchor=f"section.{ABOUT_YOU}"), 303)


@blueprint.route("/<code:code>/surveys/<survey>/convert/<question>", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def convert(code: str, survey: str, question: str) -> Answer:
    """Ask a question in another way; one that was published keeps its type."""
    if request.method == "GET":
        return redirect(url_for("build.question", code=code, survey=survey, question=question), 303)
    _consultation, row = lock_place(code, survey)
    asked = read_working(db.session(), row).definition.find_question(question)
    kind = request.form.get("type", "")
    if asked is None or kind not in QUESTION_TYPES or question in list_published(db.session(), row):
        db.session.rollback()
        return redirect(url_for("build.question", code=code, survey=survey, question=question), 303)
    edit_survey(
        db.session(),
        row,
        "question.converted",
        question,
        lambda now: replace_question(now, question, convert_question(asked, kind)),
        acting(),
    )
    db.session.commit()
    return redirect(url_for("build.question", code=code, survey=survey, question=question), 303)


@blueprint.get("/<code:code>/surveys/<survey>/bank/<section>")
@needs(Role.FACILITATOR)
def bank(code: str, survey: str, section: str) -> Answer:
    """Show the questions of one's other surveys and of the templates."""
    place = find_place(code, survey)
    found = next((each for each in place.working.definition.sections if each.code == section), None)
    if found is None:
        return redirect(url_for("build.outline", **place.values, gone=1), 303)
    page = render_template(
        "build/bank.html",
        place=place,
        consultation=place.consultation,
        section=found,
        sources=_sources(place.survey.id),
        types=type_words(interface_words(g.language)),
    )
    return page, 200


@blueprint.post("/<code:code>/surveys/<survey>/bank/<section>")
@needs(Role.FACILITATOR)
def copy(code: str, survey: str, section: str) -> Answer:
    """Copy the questions that were ticked to the end of a section."""
    _consultation, row = lock_place(code, survey)
    sources = {name: asked for name, _title, asked in _sources(row.id)}
    chosen = []
    for ticked in request.form.getlist("question"):
        name, _slash, wanted = ticked.rpartition("/")
        question = sources[name].find_question(wanted) if name in sources else None
        if question is not None:
            chosen.append(question)
    definition = read_working(db.session(), row).definition
    if not chosen or all(each.code != section for each in definition.sections):
        db.session.rollback()
        return redirect(url_for("build.outline", code=code, survey=survey), 303)
    taken = list_published(db.session(), row)
    edit_survey(
        db.session(),
        row,
        "questions.copied",
        section,
        lambda now: copy_questions(now, section, chosen, taken),
        acting(),
    )
    db.session.commit()
    flash(ngettext("%(num)d question was added.", "%(num)d questions were added.", len(chosen)))
    return redirect(url_for("build.outline", code=code, survey=survey, _anchor=f"section.{section}"), 303)


def _sources(besides: int) -> list[Source]:
    """Return the surveys to copy from: those of the person's consultations, then the templates."""
    found: list[Source] = []
    for each in list_consultations_of(db.session(), current_user.id, Role.FACILITATOR):
        for row in list_surveys(db.session(), each):
            if row.id != besides:
                found.append((f"{each.code}/{row.code}", each.title, load_survey(row.working_definition)))
    return [*found, *((f"template/{name}", read_template(name).title, read_template(name)) for name in TEMPLATES)]
