"""What one agreed to, with the receipt: each purpose in the words that were shown, and taking one of them back."""

from flask import abort, redirect, render_template, url_for

from consult.access import public
from consult.extensions import db
from consult.limits import code_limit
from consult.record.consent import Agreement, list_agreements, withdraw_consent
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.response import get_answers
from consult.record.storage import scrub_storage
from consult.respond.blueprint import blueprint
from consult.respond.device import hold_receipt
from consult.respond.kept import Kept, find_kept
from consult.respond.pages import Page
from consult.respond.places import keyring


@blueprint.get("/receipt/agreements/<question>")
@public
def ask_agreement_withdrawal(question: str) -> Page:
    """Say what taking an agreement back does, before it is done."""
    begin(db.session(), read_only=True)
    kept = find_kept(db.session())
    agreement = _find(kept, question)
    if not agreement.is_given or agreement.is_needed:
        return redirect(url_for("respond.own_answers", _anchor="agreements"), 303)
    return render_template(
        "respond/agreement.html", kept=kept, consultation=kept.consultation, agreement=agreement, is_open=kept.is_open
    )


@blueprint.post("/receipt/agreements/<question>")
@code_limit
@public
def withdraw_agreement(question: str) -> Page:
    """Take it back, and erase the bytes of quotes that it emptied; pressed twice, it is done once."""
    begin(db.session())
    kept = find_kept(db.session())
    agreement = _find(kept, question)
    try:
        withdraw_consent(db.session(), keyring(), kept.receipt, question)
    except RecordError as error:
        if error.code != "consent.needed":
            raise
        db.session.rollback()
        return redirect(url_for("respond.ask_withdrawal"), 303)
    db.session.commit()
    hold_receipt(kept.receipt)
    if agreement.is_about_quotes:
        _scrub()
    return redirect(url_for("respond.own_answers", taken=question, _anchor="agreements"), 303)


def _find(kept: Kept, code: str) -> Agreement:
    """Return the purpose that an address names; 404 where the survey asks about none such."""
    agreements = list_agreements(kept.consultation, kept.survey, get_answers(db.session(), kept.response))
    return next((each for each in agreements if each.question.code == code), None) or abort(404)


def _scrub() -> None:
    """Erase the bytes now; where the tables are in use, the batch of the night does it."""
    db.session.remove()
    try:
        scrub_storage(db.engine, wait_seconds=5.0)
    except RecordError as error:
        if error.code != "record.busy":
            raise
