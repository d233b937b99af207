"""What a receipt gives: read, correct until closing, download, withdraw.

One page takes the code of any channel: the receipt of a response or of a discussion, and the slip of a session.
"""

import json

from flask import Response as HttpResponse
from flask import g, redirect, render_template, request, url_for
from flask_babel import gettext

from consult.access import public
from consult.exports.csv_text import csv_bytes
from consult.extensions import db
from consult.limits import code_limit
from consult.record.consent import is_published, list_agreements
from consult.record.consultation import Consultation
from consult.record.contribution import list_contributions
from consult.record.database import begin
from consult.record.discussion import find_participant
from consult.record.errors import RecordError
from consult.record.response import find_response, get_answers
from consult.record.session import find_slip
from consult.record.storage import withdraw_and_scrub
from consult.respond.answers_read import read_answers
from consult.respond.blueprint import blueprint
from consult.respond.device import drop_link, drop_receipt, held_link, held_receipt, hold_receipt
from consult.respond.kept import Kept, find_kept
from consult.respond.pages import Page
from consult.respond.places import keyring
from consult.respond.slip_held import hold_slip

_LONGEST = 40


@blueprint.get("/receipt")
@public
def receipt() -> Page:
    """Ask for a receipt."""
    return render_template("respond/receipt.html", typed="")


@blueprint.post("/receipt")
@code_limit
@public
def open_receipt() -> Page:
    """Open what a code leads to, whatever the channel; an unknown one, however it is wrong, gets the same page."""
    typed = request.form.get("receipt", "")[:_LONGEST]
    begin(db.session(), read_only=True)
    if find_response(db.session(), keyring(), typed) is not None:
        hold_receipt(typed)
        return redirect(url_for("respond.own_answers"), 303)
    if find_participant(db.session(), keyring(), typed) is not None:
        hold_receipt(typed)
        return redirect(url_for("discuss.own"), 303)
    if find_slip(db.session(), keyring(), typed) is not None:
        hold_slip(typed)
        return redirect(url_for("listen.slip"), 303)
    return render_template("respond/receipt.html", typed=typed, wrong=True), 422


@blueprint.get("/receipt/answers")
@public
def own_answers() -> Page:
    """Show a person what they said."""
    begin(db.session(), read_only=True)
    kept = find_kept(db.session())
    hold_receipt(kept.receipt)
    values = get_answers(db.session(), kept.response)
    return render_template(
        "respond/own_answers.html",
        kept=kept,
        consultation=kept.consultation,
        languages=_languages(kept),
        sections=read_answers(kept.survey, values, g.language),
        agreements=list_agreements(kept.consultation, kept.survey, values),
        taken=request.args.get("taken", ""),
        is_saved=request.args.get("saved") == "1",
        gone=request.args.get("gone", 0, type=int),
    )


def _languages(kept: Kept) -> dict[str, str]:
    """Return the language in which each question was answered in words."""
    written = {each.question_code: each.language for each in list_contributions(db.session(), kept.response.id)}
    return {each.code: written.get(each.code, kept.response.language) for each in kept.survey.questions}


@blueprint.get("/receipt/answers.json")
@public
def own_json() -> HttpResponse:
    """Download one's answers as JSON."""
    begin(db.session(), read_only=True)
    kept = find_kept(db.session())
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
    kept = find_kept(db.session())
    values = get_answers(db.session(), kept.response)
    rows = [
        (answer.question.code, answer.text, "\n".join(line.text for line in answer.lines))
        for section in read_answers(kept.survey, values, g.language)
        for answer in section.answers
    ]
    header = (gettext("code"), gettext("question"), gettext("answer"))
    table = csv_bytes(header, rows, delimiter=";" if g.language == "fr" else ",")
    return _download(table, "text/csv; charset=utf-8", "csv")


@blueprint.get("/receipt/withdraw")
@public
def ask_withdrawal() -> Page:
    """Say what withdrawing does, before it is done."""
    begin(db.session(), read_only=True)
    kept = find_kept(db.session())
    return render_template(
        "respond/withdraw.html",
        kept=kept,
        consultation=kept.consultation,
        is_published=is_published(db.session(), kept.consultation),
    )


@blueprint.post("/receipt/withdraw")
@code_limit
@public
def withdraw() -> Page:
    """Erase every answer, then its bytes; pressed twice, it is done once."""
    begin(db.session(), read_only=True)
    kept = find_kept(db.session())
    db.session.rollback()
    try:
        withdraw_and_scrub(db.engine, keyring(), kept.receipt)
    except RecordError as error:
        # "busy" in the second step: the rows are erased, and the batch removes the bytes
        is_done = error.code == "response.withdrawn" or (error.code == "record.busy" and _is_withdrawn(kept.receipt))
        if not is_done:
            raise
    _forget()
    return redirect(url_for("respond.withdrawn"), 303)


@blueprint.get("/receipt/withdrawn")
@public
def withdrawn() -> str:
    """Say that it is done."""
    return render_template("respond/withdrawn.html")


@blueprint.post("/receipt/close")
@public
def close_receipt() -> Page:
    """Forget the receipt on this device, and the link that sent these answers."""
    _forget()
    return redirect(url_for("respond.forgotten"), 303)


@blueprint.get("/receipt/forgotten")
@public
def forgotten() -> str:
    """Say that the device has forgotten."""
    return render_template("respond/forgotten.html")


def _forget() -> None:
    """Forget the receipt, however long ago it was given, and its link; not the link of somebody else."""
    given = held_receipt(float("inf"))
    drop_receipt()
    if given is None:
        return
    begin(db.session(), read_only=True)
    response = find_response(db.session(), keyring(), given)
    if response is None:
        return
    code = db.session.get_one(Consultation, response.consultation_id).code
    held = held_link(code)
    if held is not None and keyring().open_link(held.token).receipt_hash == response.receipt_hash:
        drop_link(code)


def _is_withdrawn(given: str) -> bool:
    begin(db.session(), read_only=True)
    response = find_response(db.session(), keyring(), given)
    return response is not None and response.is_withdrawn


def _download(content: bytes, kind: str, extension: str) -> HttpResponse:
    name = "consult-answers" if g.language == "en" else "consult-reponses"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{extension}"'}
    return HttpResponse(content, headers=headers, content_type=kind)
