"""The question that gives a person's group, made of the groups of the consultation: their codes are not for typing."""

from dataclasses import replace
from typing import TypeAlias

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from consult.access import needs
from consult.build.blueprint import blueprint
from consult.build.description_form import USUAL_GROUPS
from consult.build.found import acting, lock_place
from consult.extensions import db
from consult.record.account import Role
from consult.record.consultation import Consultation
from consult.record.survey_edit import edit_survey, list_published, read_working
from consult.survey_templates import read_template
from surveys.definition import Choice, Question, Survey
from surveys.edit import add_question, free_code

Answer: TypeAlias = Response | tuple[str, int]
# The template whose question about the group has the words that suit any consultation, and that question.
_TEMPLATE, _CODE = "strategic_plan", "answer_as"


@blueprint.route("/<code:code>/surveys/<survey>/group-question", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def add_group_question(code: str, survey: str) -> Answer:
    """Add the question that gives the group, after the agreements, and open it."""
    if request.method == "GET":
        return redirect(url_for("build.check", code=code, survey=survey), 303)
    consultation, row = lock_place(code, survey)
    definition = read_working(db.session(), row).definition
    if not consultation.groups or not definition.sections:
        db.session.rollback()
        return redirect(url_for("build.outline", code=code, survey=survey), 303)
    taken = {*(each.code for each in definition.questions), *list_published(db.session(), row)}
    question = replace(_ask_group(consultation), code=free_code(_CODE, taken))
    section = _home(definition)
    edit_survey(
        db.session(),
        row,
        "question.added",
        question.code,
        lambda now: add_question(now, section, question, 0),
        acting(),
    )
    db.session.commit()
    flash(_("The question was added, with one choice for each group. Word them as one person would say it."))
    return redirect(url_for("build.question", code=code, survey=survey, question=question.code), 303)


def offer_own_groups(survey: Survey, consultation: Consultation) -> Survey:
    """Return a template whose question about the usual groups has the choices of this consultation instead."""
    usual = {group.code for group in USUAL_GROUPS}
    own = _choices(consultation)

    def fit(question: Question) -> Question:
        is_about_groups = question.type == "single_choice" and usual <= {each.code for each in question.choices}
        return replace(question, choices=own) if is_about_groups else question

    if not own or {each.code for each in own} == usual:
        return survey
    sections = (replace(each, questions=tuple(map(fit, each.questions))) for each in survey.sections)
    return replace(survey, sections=tuple(sections))


def _ask_group(consultation: Consultation) -> Question:
    return replace(_usual_question(), choices=_choices(consultation))


def _usual_question() -> Question:
    asked = read_template(_TEMPLATE).find_question(_CODE)
    if asked is None:
        raise LookupError(_CODE)
    return asked


def _choices(consultation: Consultation) -> tuple[Choice, ...]:
    """Return a choice for each group: in the words of one person where the group has its usual name."""
    usual_names = {group.code: group.name for group in USUAL_GROUPS}
    labels = {each.code: each.label for each in _usual_question().choices}
    return tuple(
        Choice(group.code, labels[group.code] if usual_names.get(group.code) == group.name else group.name)
        for group in consultation.groups
    )


def _home(survey: Survey) -> str:
    """Return the section for it: the first where more is asked than agreements, else the last."""
    asking = (each for each in survey.sections if any(asked.type != "consent" for asked in each.questions))
    return next(asking, survey.sections[-1]).code
