"""The consultations of a committee member, and what there is to read in one."""

from dataclasses import dataclass

from flask import render_template
from flask_login import current_user

from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.extensions import db
from consult.record.account import Role, list_consultations_of
from consult.record.consultation import get_consultation
from consult.record.database import begin
from consult.record.ranking import is_shown_to_committee, list_ranking_questions
from consult.record.run_request import list_open_questions
from surveys.localised import Localised


@dataclass(frozen=True)
class Readable:
    """A question that there is, or will be, something to read about."""

    code: str
    text: Localised
    is_ready: bool


@blueprint.get("/")
@needs(Role.COMMITTEE)
def consultations() -> str:
    """List them, newest first."""
    begin(db.session(), read_only=True)
    mine = list_consultations_of(db.session(), current_user.id, Role.COMMITTEE)
    return render_template("committee/consultations.html", listed=mine)


@blueprint.get("/<code:code>/")
@needs(Role.COMMITTEE)
def overview(code: str) -> str:
    """Say what there is to read: the mandate, the rankings, the themes of each open question."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    is_shown = is_shown_to_committee(consultation)
    rankings = list_ranking_questions(db.session(), consultation)
    written = list_open_questions(db.session(), consultation)
    return render_template(
        "committee/overview.html",
        consultation=consultation,
        is_shown=is_shown,
        rankings=[Readable(code, asked.question.text, is_shown) for code, asked in rankings.items()],
        open_questions=[
            Readable(each.code, each.text or Localised(each.code, each.code), is_shown and each.run is not None)
            for each in written
        ],
    )
