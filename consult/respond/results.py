"""Ask to be told when the results are out: an address and a language, in a request of its own, joined to no answer."""

from flask import g, redirect, render_template, request, url_for

from consult.access import public
from consult.extensions import db
from consult.languages import LANGUAGES
from consult.limits import code_limit
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.results_notice import ask_for_results
from consult.respond.blueprint import blueprint
from consult.respond.pages import Page
from consult.respond.places import find_place


@blueprint.get("/c/<code:code>/results")
@public
def results(code: str) -> Page:
    """Ask for an address, or say that it is kept."""
    begin(db.session(), read_only=True)
    asked, standing = find_place(db.session(), code)
    is_kept = request.args.get("kept") == "1"
    is_sent = standing.is_sent and standing.held is not None and standing.held.is_recent
    return render_template(
        "respond/results.html", consultation=asked.consultation, is_kept=is_kept, is_sent=is_sent, email=""
    )


@blueprint.post("/c/<code:code>/results")
@code_limit
@public
def ask_results(code: str) -> Page:
    """Keep an address; the same page whether it was there already or not."""
    email, chosen = request.form.get("email", ""), request.form.get("in", g.language)
    begin(db.session())
    asked, _ = find_place(db.session(), code)
    try:
        ask_for_results(db.session(), asked.consultation, email, chosen if chosen in LANGUAGES else g.language)
    except RecordError as error:
        if error.code != "account.bad_email":
            raise
        db.session.rollback()
        begin(db.session(), read_only=True)
        asked, _ = find_place(db.session(), code)
        page = render_template("respond/results.html", consultation=asked.consultation, email=email[:300], wrong=True)
        return page, 422
    db.session.commit()
    return redirect(url_for("respond.results", code=code, kept=1), 303)
