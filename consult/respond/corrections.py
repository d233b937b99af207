"""Correcting one's answers with the receipt, a section at a time, until the consultation closes."""

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from flask import abort, g, redirect, render_template, request, url_for

from consult.access import public
from consult.answer_messages import CHANGED_ELSEWHERE
from consult.extensions import db
from consult.record.correction import correct_answers
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.response import get_answers
from consult.respond.blueprint import blueprint
from consult.respond.device import OPEN_PAGE_SECONDS, hold_receipt
from consult.respond.kept import Kept, find_kept
from consult.respond.pages import Page
from consult.respond.places import keyring
from consult.respond.question_views import Cells, view_questions
from consult.respond.saving import read_page
from surveys.answers import check_answer
from surveys.definition import Question, Section
from surveys.problems import Problem
from surveys.question_type import Value
from surveys.question_types import get_type


@blueprint.get("/receipt/answers/<section>")
@public
def correct(section: str) -> Page:
    """Show the answers of a section, to be changed."""
    begin(db.session(), read_only=True)
    kept = find_kept(db.session())
    here = _section(kept, section)
    if not kept.is_open:
        return redirect(url_for("respond.own_answers"), 303)
    values = get_answers(db.session(), kept.response)
    return _show(kept, here, {each.code: cells for each, cells in _stored(here, values)}, values, [])


@blueprint.post("/receipt/answers/<section>")
@public
def save_correction(section: str) -> Page:
    """Change the answers of a section that were changed on this page, all or none."""
    is_language = request.form.get("do") == "language"  # sent in the other language: what was typed comes along
    begin(db.session(), read_only=is_language)
    kept = find_kept(db.session(), OPEN_PAGE_SECONDS)
    here = _section(kept, section)
    typed = read_page(here.questions, request.form).typed
    values = get_answers(db.session(), kept.response)
    if is_language:
        return _show(kept, here, typed, values, [])
    changed, conflicts = _changed_here(here, typed, values)
    # what was not touched here is shown as it is now: another tab may have changed it
    typed = {each.code: typed[each.code] if each.code in changed else shown for each, shown in _stored(here, values)}
    if conflicts:
        db.session.commit()  # nothing was changed; the page is not drawn while others wait to write
        return _show(kept, here, typed, values, conflicts), 422
    try:
        correct_answers(db.session(), keyring(), kept.receipt, changed, date.today())
    except RecordError as error:
        if error.code == "consultation.not_accepting":
            return redirect(url_for("respond.own_answers"), 303)
        if error.code != "response.refused":
            raise
        db.session.commit()
        return _show(kept, here, typed, values, list(error.problems)), 422
    db.session.commit()
    hold_receipt(kept.receipt)
    return redirect(url_for("respond.own_answers", saved=1), 303)


def _changed_here(
    section: Section, typed: Mapping[str, Cells], values: Mapping[str, Value]
) -> tuple[dict[str, Any], list[Problem]]:
    """Return what this page changed, and where another tab changed the same since the page was drawn.

    The page carries a digest of each answer as it was shown: what still has it was not touched here.
    """
    changed: dict[str, Any] = {}
    conflicts = []
    for question in section.questions:
        raw = {"cells": dict(typed[question.code])}
        shown = request.form.get(f"revision.{question.code}")
        checked = check_answer(question, raw)
        if not checked.problems and _digest(checked.value) in {shown, _digest(values.get(question.code))}:
            continue
        changed[question.code] = raw
        if shown != _digest(values.get(question.code)):
            conflicts.append(Problem(CHANGED_ELSEWHERE, question.code))
    return changed, conflicts


def _digest(value: Value | None) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]


def _section(kept: Kept, code: str) -> Section:
    return next((each for each in kept.survey.sections if each.code == code), None) or abort(404)


def _stored(section: Section, values: Mapping[str, Value]) -> list[tuple[Question, Cells]]:
    """Return each question of a section with its stored answer as the cells of a form."""
    return [
        (each, get_type(each).to_parts(each, values[each.code]) if each.code in values else {})
        for each in section.questions
    ]


def _show(
    kept: Kept, section: Section, typed: Mapping[str, Cells], values: Mapping[str, Value], problems: list[Problem]
) -> str:
    digests = {each.code: _digest(values.get(each.code)) for each in section.questions}
    return render_template(
        "respond/correct.html",
        kept=kept,
        consultation=kept.consultation,
        section=section,
        views=view_questions(section.questions, g.language, typed, digests, problems),
    )
