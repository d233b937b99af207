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
from consult.record.findings import find_newest_runs
from consult.record.submission import OPEN_TYPES
from consult.record.survey import find_asked, read_definition
from consult.record.theme import RunState
from surveys.definition import Question

RANKING = "ranking"


@dataclass(frozen=True)
class Readable:
    """A question that there is, or will be, something to read about."""

    question: Question
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
    asked = find_asked(db.session(), code)
    questions = read_definition(asked[1]).survey.questions if asked else ()
    done = find_newest_runs(db.session(), consultation, RunState.DONE)
    return render_template(
        "committee/overview.html",
        consultation=consultation,
        rankings=[question for question in questions if question.type == RANKING],
        open_questions=[Readable(each, each.code in done) for each in questions if each.type in OPEN_TYPES],
    )
