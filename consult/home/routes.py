"""Addresses of the first pages."""

from datetime import date

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from consult.access import public
from consult.extensions import db
from consult.language_urls import first_language
from consult.record.consultation import ConsultationState, find_consultation, list_consultations
from consult.record.database import begin
from consult.record.errors import RecordError

blueprint = Blueprint("home", __name__)
_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/")
@public
def choose_language() -> str | Response:
    """Offer both languages, neither first by size or colour; French where all that is open is in French only."""
    if _is_all_in_french():
        return redirect(url_for("home.index", language="fr"), 303)
    return render_template("home/choose_language.html", consultation=None)


@blueprint.get("/c/<code:code>/")
@public
def choose_language_of(code: str) -> str | Response:
    """Lead from an address without a language, as one is on a poster in both, by the consultation's policy."""
    begin(db.session(), read_only=True)
    consultation = find_consultation(db.session(), code)
    if consultation is None or consultation.state is ConsultationState.DRAFT:
        abort(404)
    language = first_language(consultation.language_policy)
    if language is None:
        return render_template("home/choose_language.html", consultation=consultation)
    return redirect(url_for("respond.landing", code=code, language=language), 303)


@blueprint.get("/<language:language>/")
@public
def index() -> str:
    """List the consultations that people can answer now."""
    begin(db.session(), read_only=True)
    today = date.today()
    consultations = [c for c in list_consultations(db.session()) if c.is_accepting(today)]
    return render_template("home/index.html", consultations=consultations)


def _is_all_in_french() -> bool:
    try:
        begin(db.session(), read_only=True)
        today = date.today()
        open_now = [each for each in list_consultations(db.session()) if each.is_accepting(today)]
    except (SQLAlchemyError, RecordError):
        return False  # whatever the database does, a language can be chosen
    return bool(open_now) and all(each.required_languages() == ("fr",) for each in open_now)


@blueprint.get("/healthz")
@public
def healthz() -> tuple[str, int, dict[str, str]]:
    """Answer when the database does; 503 when it does not, for whoever watches the server."""
    try:
        begin(db.session(), read_only=True)
        db.session.execute(text("SELECT 1"))
    except (SQLAlchemyError, RecordError):
        return "the database does not answer\n", 503, _PLAIN
    return "ok\n", 200, _PLAIN
