"""Addresses of the first pages."""

from datetime import date

from flask import Blueprint, render_template
from sqlalchemy import text

from consult.extensions import db
from consult.record.consultation import list_consultations
from consult.record.database import begin

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def choose_language() -> str:
    """Offer both languages, neither first by size or colour."""
    return render_template("home/choose_language.html")


@blueprint.get("/<language:language>/")
def index() -> str:
    """List the consultations that people can answer now."""
    begin(db.session(), read_only=True)
    today = date.today()
    consultations = [c for c in list_consultations(db.session()) if c.is_accepting(today)]
    return render_template("home/index.html", consultations=consultations)


@blueprint.get("/healthz")
def healthz() -> tuple[str, int, dict[str, str]]:
    """Answer when the database does."""
    begin(db.session(), read_only=True)
    db.session.execute(text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
