"""What a participant said and thinks: read it, change what nobody has read yet, download it, withdraw a part or all."""

import json
import re
from datetime import date

from flask import Response as HttpResponse
from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from consult.access import public
from consult.discuss.blueprint import blueprint
from consult.discuss.places import drop_discussion_receipt, find_own, mark
from consult.discuss.words import personal_parts, reason_names, refusal, stand_names
from consult.exports.csv_text import csv_bytes
from consult.extensions import db
from consult.languages import interface_words
from consult.limits import code_limit
from consult.record.consultation import Consultation
from consult.record.database import begin
from consult.record.discussion import DiscussionParticipant
from consult.record.discussion_rights import (
    change_consent,
    download_own,
    list_own_reactions,
    list_own_statements,
    withdraw_participant,
    withdraw_statement,
)
from consult.record.errors import RecordError
from consult.record.statement import MAXIMUM_STATEMENT, edit_statement
from consult.record.storage import scrub_storage
from consult.respond.device import drop_link, drop_receipt, held_link
from consult.respond.pages import Page
from consult.respond.places import keyring
from surveys.cleaning import storable_text

_KEY = re.compile("[0-9a-f]{32}")
_LONGEST_TYPED = 600


@blueprint.get("/d/own")
@public
def own() -> Page:
    """Show what somebody said, what became of it, and what they think of others' statements."""
    return _show()


@blueprint.post("/d/own/statements/<statement>")
@public
def change_own(statement: str) -> Page:
    """Change a statement that nobody has read yet, or withdraw one."""
    if not _KEY.fullmatch(statement):
        abort(404)
    begin(db.session())
    participant = _find_sent()
    text = storable_text(request.form.get("text", ""))[:_LONGEST_TYPED]
    is_withdrawal = request.form.get("do") == "withdraw"
    try:
        if is_withdrawal:
            withdraw_statement(db.session(), participant, statement)
        else:
            consultation = db.session.get_one(Consultation, participant.consultation_id)
            if not consultation.is_accepting(date.today()):
                raise RecordError("consultation.not_accepting", state=str(consultation.state))
            is_flagged = bool(personal_parts(text, interface_words(g.language)))
            edit_statement(db.session(), participant, statement, text, is_flagged=is_flagged)
    except RecordError as error:
        db.session.rollback()
        sentence = refusal(error, interface_words(g.language))
        if sentence is None:
            raise
        return _show(statement, text, sentence), 422
    db.session.commit()
    if is_withdrawal:
        _scrub()
    flash(_("The statement is withdrawn: its words are erased.") if is_withdrawal else _("Your statement is changed."))
    return redirect(url_for("discuss.own"), 303)


@blueprint.post("/d/own/consent")
@public
def consent_own() -> Page:
    """Agree to be quoted, or not any more; nothing else changes."""
    begin(db.session())
    participant = _find_sent()
    change_consent(db.session(), participant, request.form.get("quote") == "1")
    db.session.commit()
    if not participant.may_quote:
        _scrub()
    flash(_("Your words may be quoted.") if participant.may_quote else _("Your words will not be quoted."))
    return redirect(url_for("discuss.own"), 303)


@blueprint.get("/d/own/withdraw")
@public
def ask_withdrawal() -> Page:
    """Say what withdrawing everything does, before it is done."""
    begin(db.session(), read_only=True)
    _receipt, participant = find_own(db.session())
    consultation = db.session.get_one(Consultation, participant.consultation_id)
    return render_template("discuss/withdraw.html", consultation=consultation, who=mark(participant))


@blueprint.post("/d/own/withdraw")
@code_limit
@public
def withdraw() -> Page:
    """Erase all statements and reactions, then their bytes; pressed twice, it is done once."""
    begin(db.session())
    receipt, participant = find_own(db.session(), lock=True)
    if request.form.get("who") != mark(participant):
        return redirect(url_for("discuss.own"), 303)
    withdraw_participant(db.session(), participant)
    code = db.session.get_one(Consultation, participant.consultation_id).code
    db.session.commit()
    _scrub()
    _forget(code, receipt)
    return redirect(url_for("discuss.withdrawn"), 303)


@blueprint.get("/d/withdrawn")
@public
def withdrawn() -> str:
    """Say that it is done."""
    return render_template("discuss/withdrawn.html")


@blueprint.get("/d/own.json")
@public
def own_json() -> HttpResponse:
    """Download all of it as JSON."""
    begin(db.session(), read_only=True)
    _receipt, participant = find_own(db.session())
    consultation = db.session.get_one(Consultation, participant.consultation_id)
    said = {"consultation": consultation.title.to_json()} | download_own(db.session(), participant)
    return _download(json.dumps(said, ensure_ascii=False, indent=2).encode(), "application/json", "json")


@blueprint.get("/d/own.csv")
@public
def own_csv() -> HttpResponse:
    """Download all of it as a table: one row for each statement and each reaction."""
    begin(db.session(), read_only=True)
    _receipt, participant = find_own(db.session())
    stands = stand_names(interface_words(g.language))
    rows = [
        (own.prompt.title.shown(g.language)[1], _("statement"), own.statement.text, own.statement.state.value)
        for own in list_own_statements(db.session(), participant)
    ] + [
        (own.prompt.title.shown(g.language)[1], _("reaction"), own.statement.text, stands[own.stand])
        for own in list_own_reactions(db.session(), participant)
    ]
    header = (_("discussion"), _("kind"), _("text"), _("state or reaction"))
    table = csv_bytes(header, rows, delimiter=";" if g.language == "fr" else ",")
    return _download(table, "text/csv; charset=utf-8", "csv")


def _show(wrong: str = "", typed: str = "", error: str = "") -> str:
    begin(db.session(), read_only=True)
    receipt, participant = find_own(db.session())
    consultation = db.session.get_one(Consultation, participant.consultation_id)
    held = held_link(consultation.code)
    is_here = held is not None and keyring().open_discussion(held.token).participant_id == participant.id
    words = interface_words(g.language)
    return render_template(
        "discuss/own.html",
        consultation=consultation,
        participant=participant,
        who=mark(participant),
        receipt=receipt,
        is_here=is_here,
        is_open=consultation.is_accepting(date.today()),
        statements=list_own_statements(db.session(), participant),
        reactions=list_own_reactions(db.session(), participant),
        reasons=reason_names(words),
        stands=stand_names(words),
        most=MAXIMUM_STATEMENT,
        wrong=wrong,
        typed=typed,
        error=error,
    )


def _find_sent() -> DiscussionParticipant:
    """Return who sent a form; one of an earlier person on this device leads back."""
    _receipt, participant = find_own(db.session(), lock=True)
    if request.form.get("who") != mark(participant):
        abort(redirect(url_for("discuss.own"), 303))
    return participant


def _forget(code: str, receipt: str) -> None:
    """Forget the receipts, and the link where it is the one that said what is now withdrawn."""
    held = held_link(code)
    if held is not None and keyring().open_discussion(held.token).receipt == receipt:
        drop_link(code)
    drop_discussion_receipt()
    drop_receipt()


def _scrub() -> None:
    """Remove the bytes; where the database is busy, every row is erased all the same, and the batch does the rest."""
    try:
        scrub_storage(db.engine)
    except RecordError as error:
        if error.code != "record.busy":
            raise


def _download(content: bytes, kind: str, extension: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="consult-discussions.{extension}"'}
    return HttpResponse(content, headers=headers, content_type=kind)
