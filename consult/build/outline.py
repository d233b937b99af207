"""The outline of a survey: its sections and questions in order, and what is done to them as wholes."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.build.blueprint import blueprint
from consult.build.checking import count_gaps
from consult.build.condition_words import say_condition
from consult.build.found import acting, find_place, lock_place
from consult.build.messages import refusal
from consult.build.words import act_words, type_words
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.errors import RecordError
from consult.record.survey import Survey as SurveyRow
from consult.record.survey import list_versions
from consult.record.survey_edit import check_sight, edit_survey, list_published, read_working, redo, undo
from surveys.definition import Section, Survey
from surveys.duration import estimate_minutes
from surveys.edit import (
    add_section,
    delete_question,
    delete_section,
    duplicate_question,
    duplicate_section,
    find_section,
    free_code,
    move_question,
    move_section,
    shift_question,
    shift_section,
)
from surveys.localised import Localised
from surveys.problems import SurveyError

Change: TypeAlias = Callable[[Survey], Survey]


@blueprint.get("/<code:code>/surveys/<survey>")
@needs(Role.FACILITATOR)
def outline(code: str, survey: str) -> str:
    """Show what is asked, in order."""
    place = find_place(code, survey)
    words = interface_words(g.language)
    gone = refusal(RecordError("survey.question_gone"), words) if "gone" in request.args else ""
    return render_template(
        "build/outline.html",
        place=place,
        consultation=place.consultation,
        types=type_words(words),
        minutes=estimate_minutes(place.working.definition),
        gaps=count_gaps(db.session(), place),
        versions=list_versions(db.session(), place.survey),
        problem=gone,
        in_words=partial(say_condition, survey=place.working.definition, language=g.language, words=words),
    )


@blueprint.route("/<code:code>/surveys/<survey>/act", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def act(code: str, survey: str) -> Response:
    """Move, duplicate, delete, undo or do again: ``verb:noun:code``."""
    if request.method == "GET":
        return redirect(url_for("build.outline", code=code, survey=survey), 303)
    verb, _colon, rest = request.form.get("do", "").partition(":")
    noun, _colon, subject = rest.partition(":")
    _consultation, row = lock_place(code, survey)
    try:
        anchor, said = _act(row, verb, noun, subject)
        db.session.commit()
    except (RecordError, SurveyError) as error:
        db.session.rollback()
        anchor, said = "", refusal(error, interface_words(g.language)) or abort(400)
    flash(said)
    there = request.form.get("from", "")
    if verb in ("undo", "redo") and there.startswith("question."):  # from the page of a question: back to it
        return redirect(url_for("build.question", code=code, survey=survey, question=there[9:]), 303)
    return redirect(url_for("build.outline", code=code, survey=survey, _anchor=anchor or None), 303)


def _act(row: SurveyRow, verb: str, noun: str, subject: str) -> tuple[str, str]:
    """Do it; return the anchor of what to look at, and what to say."""
    if verb in ("undo", "redo"):
        return _travel(row, verb)
    if (verb, noun) == ("add", "section"):
        return _add_section(row, subject)
    if verb == "duplicate":
        return _duplicate(row, noun, subject)
    changes = _changes(noun, subject)
    if verb not in changes:
        abort(400)
    change, action, said = changes[verb]
    edit_survey(db.session(), row, f"{noun}.{action}", subject, change, acting())
    return (f"{noun}.{subject}" if action != "deleted" else ""), said


def _changes(noun: str, subject: str) -> dict[str, tuple[Change, str, str]]:
    """Return what each verb does to a question or a section."""
    to = request.form.get("to", "")
    if noun == "question":
        section, _colon, at = to.partition(":")
        return {
            "up": (lambda survey: shift_question(survey, subject, -1), "moved", _("Moved up.")),
            "down": (lambda survey: shift_question(survey, subject, 1), "moved", _("Moved down.")),
            "move": (
                lambda survey: move_question(survey, subject, section, int(at[:4]) if at.isdecimal() else None),
                "moved",
                _("Moved."),
            ),
            "delete": (
                lambda survey: delete_question(survey, subject),
                "deleted",
                _("The question was deleted. “Undo” brings it back."),
            ),
        }
    if noun == "section":
        return {
            "up": (lambda survey: shift_section(survey, subject, -1), "moved", _("Moved up.")),
            "down": (lambda survey: shift_section(survey, subject, 1), "moved", _("Moved down.")),
            "move": (
                lambda survey: move_section(survey, subject, int(to[:4]) if to.isdecimal() else 0),
                "moved",
                _("Moved."),
            ),
            "delete": (
                lambda survey: delete_section(survey, subject),
                "deleted",
                _("The section was deleted with its questions. “Undo” brings it back."),
            ),
        }
    return {}


def _travel(row: SurveyRow, verb: str) -> tuple[str, str]:
    working, words = read_working(db.session(), row), interface_words(g.language)
    about = working.undo if verb == "undo" else working.redo
    if about is not None:
        check_sight(working, about, current_user.id, request.form.get("state", ""))
    (undo if verb == "undo" else redo)(db.session(), row)
    what = act_words(about.action, about.subject, words) if about else ""
    said = _("Undone: %(what)s.", what=what) if verb == "undo" else _("Done again: %(what)s.", what=what)
    subject = about.subject if about else ""
    return (f"{about.action.partition('.')[0]}.{subject}" if about and subject else ""), said


def _add_section(row: SurveyRow, after: str) -> tuple[str, str]:
    definition = read_working(db.session(), row).definition
    code = free_code("section", (each.code for each in definition.sections))
    section = Section(code, Localised())
    edit_survey(db.session(), row, "section.added", code, lambda survey: add_section(survey, section, after), acting())
    return f"section.{code}", _("A section was added. Give it a title.")


def _duplicate(row: SurveyRow, noun: str, subject: str) -> tuple[str, str]:
    definition, taken = read_working(db.session(), row).definition, list_published(db.session(), row)
    if noun == "section":
        find_section(definition, subject)
        changed, new = duplicate_section(definition, subject, taken)
    else:
        changed, new = duplicate_question(definition, subject, taken)
    edit_survey(db.session(), row, f"{noun}.duplicated", subject, lambda survey: changed, acting())
    return f"{noun}.{new}", _("Duplicated.")
