"""What a receipt gives: read, correct until closing, download, withdraw."""

import json
from dataclasses import dataclass
from datetime import date

from flask import Response as HttpResponse
from flask import abort, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from consult.access import public
from consult.exports.csv_text import csv_bytes
from consult.extensions import db
from consult.limits import code_limit
from consult.record.consultation import Consultation
from consult.record.correction import correct_answers
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.response import Response, find_response, get_answers
from consult.record.storage import withdraw_and_scrub
from consult.record.survey import SurveyVersion, read_definition
from consult.respond.answers_read import read_answers
from consult.respond.blueprint import blueprint
from consult.respond.device import drop_link, drop_receipt, held_receipt, hold_receipt
from consult.respond.landing import Page
from consult.respond.places import keyring
from consult.respond.question_views import Cells, view_questions
from consult.respond.saving import SavedPage, read_page
from surveys.definition import Section, Survey
from surveys.problems import Problem
from surveys.question_type import Value
from surveys.question_types import get_type

_LONGEST = 40


@dataclass(frozen=True)
class Kept:
    """What a receipt leads to."""

    receipt: str
    response: Response
    consultation: Consultation
    survey: Survey

    @property
    def is_open(self) -> bool:
        """Whether answers can still be corrected."""
        return self.consultation.is_accepting(date.today())


@blueprint.get("/receipt")
@public
def receipt() -> Page:
    """Ask for a receipt."""
    return render_template("respond/receipt.html", typed="")


@blueprint.post("/receipt")
@code_limit
@public
def open_receipt() -> Page:
    """Open what a receipt leads to; an unknown one, however it is wrong, gets the same page."""
    typed = request.form.get("receipt", "")[:_LONGEST]
    begin(db.session(), read_only=True)
    if find_response(db.session(), keyring(), typed) is None:
        return render_template("respond/receipt.html", typed=typed, wrong=True), 422
    hold_receipt(typed)
    return redirect(url_for("respond.own_answers"), 303)


@blueprint.get("/receipt/answers")
@public
def own_answers() -> Page:
    """Show a person what they said."""
    begin(db.session(), read_only=True)
    kept = _find(db.session())
    values = get_answers(db.session(), kept.response)
    return render_template(
        "respond/own_answers.html",
        kept=kept,
        consultation=kept.consultation,
        answer_language=kept.response.language,
        sections=read_answers(kept.survey, values, g.language),
        is_saved=request.args.get("saved") == "1",
    )


@blueprint.get("/receipt/answers/<section>")
@public
def correct(section: str) -> Page:
    """Show the answers of a section, to be changed."""
    begin(db.session(), read_only=True)
    kept = _find(db.session())
    here = _section(kept, section)
    if not kept.is_open:
        return redirect(url_for("respond.own_answers"), 303)
    values = get_answers(db.session(), kept.response)
    return _show(kept, here, SavedPage(_cells(here, values), {}), [])


@blueprint.post("/receipt/answers/<section>")
@public
def save_correction(section: str) -> Page:
    """Change the answers of a section, all or none."""
    begin(db.session())
    kept = _find(db.session())
    here = _section(kept, section)
    page = read_page(here.questions, request.form)
    if request.form.get("do") == "language":  # sent to this address in the other language: nothing is saved yet
        return _show(kept, here, page, [])
    raw = {code: {"cells": dict(cells)} for code, cells in page.typed.items()}
    try:
        correct_answers(db.session(), keyring(), kept.receipt, raw, date.today())
    except RecordError as error:
        if error.code == "response.refused":
            return _show(kept, here, page, list(error.problems)), 422
        if error.code == "consultation.not_accepting":
            return redirect(url_for("respond.own_answers"), 303)
        raise
    db.session.commit()
    hold_receipt(kept.receipt)
    return redirect(url_for("respond.own_answers", saved=1), 303)


@blueprint.get("/receipt/answers.json")
@public
def own_json() -> HttpResponse:
    """Download one's answers as JSON."""
    begin(db.session(), read_only=True)
    kept = _find(db.session())
    values = get_answers(db.session(), kept.response)
    said = {
        "consultation": kept.consultation.title.to_json(),
        "survey": kept.survey.title.to_json(),
        "language": kept.response.language,
        "submitted_on": kept.response.submitted_on.isoformat(),
        "answers": [
            {
                "code": answer.question.code,
                "question": answer.question.text.to_json(),
                "answer": [line.text for line in answer.lines],
                "value": values[answer.question.code],
            }
            for section in read_answers(kept.survey, values, g.language)
            for answer in section.answers
            if answer.lines
        ],
    }
    return _download(json.dumps(said, ensure_ascii=False, indent=2).encode(), "application/json", "json")


@blueprint.get("/receipt/answers.csv")
@public
def own_csv() -> HttpResponse:
    """Download one's answers as a table: code, question, answer."""
    begin(db.session(), read_only=True)
    kept = _find(db.session())
    values = get_answers(db.session(), kept.response)
    rows = [
        (answer.question.code, answer.text, "\n".join(line.text for line in answer.lines))
        for section in read_answers(kept.survey, values, g.language)
        for answer in section.answers
    ]
    return _download(csv_bytes(("code", "question", "answer"), rows), "text/csv; charset=utf-8", "csv")


@blueprint.get("/receipt/withdraw")
@public
def ask_withdrawal() -> Page:
    """Say what withdrawing does, before it is done."""
    begin(db.session(), read_only=True)
    kept = _find(db.session())
    return render_template("respond/withdraw.html", kept=kept, consultation=kept.consultation)


@blueprint.post("/receipt/withdraw")
@public
def withdraw() -> Page:
    """Erase every answer, then its bytes."""
    begin(db.session(), read_only=True)
    kept = _find(db.session())
    db.session.rollback()
    try:
        withdraw_and_scrub(db.engine, keyring(), kept.receipt)
    except RecordError as error:
        # from the second step: the rows are erased, and the nightly batch removes the bytes
        if error.code != "record.busy" or not _is_withdrawn(kept.receipt):
            raise
    drop_link(kept.consultation.code)
    drop_receipt()
    return redirect(url_for("respond.withdrawn"), 303)


@blueprint.get("/receipt/withdrawn")
@public
def withdrawn() -> str:
    """Say that it is done."""
    return render_template("respond/withdrawn.html")


@blueprint.post("/receipt/close")
@public
def close_receipt() -> Page:
    """Forget the receipt and the link on this device."""
    begin(db.session(), read_only=True)
    kept = _find(db.session())
    drop_link(kept.consultation.code)
    drop_receipt()
    return redirect(url_for("home.index"), 303)


def _find(session: Session) -> Kept:
    """Return what the receipt on this device leads to, or send the person to give it."""
    given = held_receipt()
    response = find_response(session, keyring(), given) if given else None
    if given is None or response is None:
        abort(redirect(url_for("respond.receipt"), 303))
    if response.is_withdrawn:
        abort(redirect(url_for("respond.withdrawn"), 303))
    hold_receipt(given)
    version = session.get_one(SurveyVersion, response.version_id)
    consultation = session.get_one(Consultation, response.consultation_id)
    return Kept(given, response, consultation, read_definition(version).survey)


def _is_withdrawn(given: str) -> bool:
    begin(db.session(), read_only=True)
    response = find_response(db.session(), keyring(), given)
    return response is not None and response.is_withdrawn


def _section(kept: Kept, code: str) -> Section:
    return next((each for each in kept.survey.sections if each.code == code), None) or abort(404)


def _cells(section: Section, values: dict[str, Value]) -> dict[str, Cells]:
    """Return stored answers as the cells of a form."""
    return {
        each.code: get_type(each).to_parts(each, values[each.code]) if each.code in values else {}
        for each in section.questions
    }


def _show(kept: Kept, section: Section, page: SavedPage, problems: list[Problem]) -> str:
    return render_template(
        "respond/correct.html",
        kept=kept,
        consultation=kept.consultation,
        section=section,
        views=view_questions(section.questions, g.language, page.typed, page.revisions, problems),
    )


def _download(content: bytes, kind: str, extension: str) -> HttpResponse:
    name = "consult-answers" if g.language == "en" else "consult-reponses"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{extension}"'}
    return HttpResponse(content, headers=headers, content_type=kind)
