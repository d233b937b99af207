"""The consultations of the person who has signed in."""

from datetime import date

from flask import render_template
from flask_login import current_user

from consult.access import needs
from consult.extensions import db
from consult.manage.blueprint import blueprint
from consult.manage.standing import find_standing
from consult.record.account import Role, list_consultations_of
from consult.record.database import begin
from consult.record.monitoring import count_receptions


@blueprint.get("/")
@needs(Role.FACILITATOR)
def consultations() -> str:
    """List them, newest first, with what each has received."""
    begin(db.session(), read_only=True)
    today = date.today()
    mine = list_consultations_of(db.session(), current_user.id, Role.FACILITATOR)
    receptions = count_receptions(db.session(), mine)
    listed = [(each, find_standing(each, today), receptions[each.id]) for each in mine]
    return render_template("manage/consultations.html", listed=listed, today=today)
