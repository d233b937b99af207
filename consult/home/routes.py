"""Addresses of the first pages."""

from datetime import date

from flask import Blueprint, render_template
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from consult.access import public
from consult.extensions import db
from consult.record.consultation import list_consultations
from consult.record.database import begin
from consult.record.errors import RecordError

blueprint = Blueprint("home", __name__)
_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/")
@public
def choose_language() -> str:
    """Offer both languages, neither first by size or colour."""
    return render_template("home/choose_language.html")


@blueprint.get("/<language:language>/")
@public
def index() -> str:
    """List the consultations that people can answer now."""
    begin(db.session(), read_only=True)
    today = date.today()
    consultations = [c for c in list_consultations(db.session()) if c.is_accepting(today)]
    return render_template("home/index.html", consultations=consultations)


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
