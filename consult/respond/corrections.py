"""Correcting one's answers with the receipt, a section at a time, until the consultation closes."""

import json
from collections.abc import Collection, Mapping, Sequence
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
from consult.respond.shown import Shown, shown_by_values
from surveys.answers import check_answer
from surveys.definition import Question
from surveys.problems import Problem
from surveys.question_type import Value
from surveys.question_types import get_type
from surveys.routing import Route, follow_values


@blueprint.get("/receipt/answers/<section>")
@public
def correct(section: str) -> Page:
    """Show the answers of a section, to be changed."""
    begin(db.session(), read_only=True)
    kept = find_kept(db.session())
    index = _index(kept, section)
    if not kept.is_open:
        return redirect(url_for("respond.own_answers"), 303)
    values = get_answers(db.session(), kept.response)
    shown = shown_by_values(kept.survey, values, g.language, kept.response.order_seed)
    if index not in shown.route.sections:
        return redirect(url_for("respond.own_answers"), 303)
    new = frozenset(request.args.get("new", "").split())
    return _show(kept, shown, index, dict(_stored(shown.route.shown_in(index), values)), values, [], new)


@blueprint.post("/receipt/answers/<section>")
@public
def save_correction(section: str) -> Page:
    """Change the answers of a section that were changed on this page, all or none."""
    is_language = request.form.get("do") == "language"  # sent in the other language: what was typed comes along
    begin(db.session(), read_only=is_language)
    kept = find_kept(db.session(), OPEN_PAGE_SECONDS)
    index = _index(kept, section)
    here = [each for each in kept.survey.sections[index].questions if f"revision.{each.code}" in request.form]
    typed = read_page(here, request.form).typed
    values = get_answers(db.session(), kept.response)
    shown = shown_by_values(kept.survey, values, g.language, kept.response.order_seed)
    if is_language:
        return _show(kept, shown, index, typed, values, [])
    changed, conflicts = _changed_here(here, typed, values)
    # what was not touched here is shown as it is now: another tab may have changed it
    stored = dict(_stored(shown.route.shown_in(index), values))
    typed = stored | {code: cells for code, cells in typed.items() if code in changed}
    if conflicts:
        db.session.commit()  # nothing was changed; the page is not drawn while others wait to write
        return _show(kept, shown, index, typed, values, conflicts), 422
    try:
        correct_answers(db.session(), keyring(), kept.receipt, changed, date.today())
    except RecordError as error:
        if error.code == "consultation.not_accepting":
            return redirect(url_for("respond.own_answers"), 303)
        if error.code != "response.refused":
            raise
        db.session.commit()
        return _show(kept, shown, index, typed, values, list(error.problems)), 422
    after = get_answers(db.session(), kept.response)
    db.session.commit()
    hold_receipt(kept.receipt)
    return redirect(_next(kept, shown.route, after, values), 303)


def _next(kept: Kept, before: Route, after: Mapping[str, Value], values: Mapping[str, Value]) -> str:
    """Return where to go after a correction: to what it newly asks, or to all the answers."""
    route = follow_values(kept.survey, after)
    for index in route.sections:
        new = [each.code for each in route.shown_in(index) if each.code not in before.questions]
        if any(get_type(kept.survey.find_question(code)).takes_answer for code in new):  # type: ignore[arg-type]
            code = kept.survey.sections[index].code
            return url_for("respond.correct", section=code, new=" ".join(new))
    gone = sum(code not in route.questions for code in values)
    return url_for("respond.own_answers", saved=1, gone=gone or None)


def _changed_here(
    questions: Sequence[Question], typed: Mapping[str, Cells], values: Mapping[str, Value]
) -> tuple[dict[str, Any], list[Problem]]:
    """Return what this page changed, and where another tab changed the same since the page was drawn.

    The page carries a digest of each answer as it was shown: what still has it was not touched here.
    """
    changed: dict[str, Any] = {}
    conflicts = []
    for question in questions:
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


def _index(kept: Kept, code: str) -> int:
    codes = [each.code for each in kept.survey.sections]
    return codes.index(code) if code in codes else abort(404)


def _stored(questions: Sequence[Question], values: Mapping[str, Value]) -> list[tuple[str, Cells]]:
    """Return the stored answers to some questions, by code, as the cells of a form."""
    return [
        (each.code, get_type(each).to_parts(each, values[each.code]) if each.code in values else {})
        for each in questions
    ]


def _show(
    kept: Kept,
    shown: Shown,
    index: int,
    typed: Mapping[str, Cells],
    values: Mapping[str, Value],
    problems: list[Problem],
    new: Collection[str] = (),
) -> str:
    digests = {each.code: _digest(values.get(each.code)) for each in shown.route.shown_in(index)}
    views = view_questions(shown.questions(index), g.language, typed, digests, problems)
    return render_template(
        "respond/correct.html",
        kept=kept,
        consultation=kept.consultation,
        section=shown.section(index),
        views=views,
        first_new=next((view.code for view in views if view.code in new), None),
    )
