"""Who else is at work on this survey: asked every few seconds by build.js."""

from datetime import UTC, datetime

from flask import g, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.build.blueprint import blueprint
from consult.build.found import lock_place, saved_at
from consult.extensions import db
from consult.record.account import Role
from consult.record.presence import Present
from consult.record.survey_edit import digest_of_part, read_working
from consult.record.survey_presence import list_present, note_presence
from surveys.answers import CODE


@blueprint.route("/<code:code>/surveys/<survey>/presence", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def presence(code: str, survey: str) -> Response:
    """Note that somebody looks at the survey; say who else does, and what the open question has become."""
    if request.method == "GET":
        return redirect(url_for("build.outline", code=code, survey=survey), 303)
    place = request.form.get("place", "")
    place = place if CODE.fullmatch(place) else ""
    _consultation, row = lock_place(code, survey)
    now = datetime.now(UTC)
    note_presence(db.session(), row, current_user.id, place, now)
    others = list_present(db.session(), row, current_user.id, now)
    working = read_working(db.session(), row)
    db.session.commit()
    asked = working.definition.find_question(place) if place else None
    return jsonify(
        said=" ".join(_sentence(each, place) for each in others),
        seen=digest_of_part(asked) if asked else "",
        saved=saved_at(working.undo.at, g.language) if working.undo else "",
    )


def _sentence(other: Present, place: str) -> str:
    if place and other.place == place:
        return str(_("%(name)s is editing this question too.", name=other.name))
    return str(_("%(name)s is editing this survey.", name=other.name))
