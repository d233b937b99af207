"""The survey on paper: a PDF in each language, to be printed, filled in by hand and typed in."""

from datetime import date

from flask import Response, abort, g, request

from consult.access import needs
from consult.exports.paper import make_paper, paper_name
from consult.extensions import db
from consult.languages import LANGUAGES
from consult.manage.blueprint import blueprint
from consult.record.account import Role
from consult.record.consultation import get_consultation
from consult.record.database import begin
from consult.record.survey import list_surveys, list_versions, read_definition


@blueprint.get("/<code:code>/paper/<code:survey>")
@needs(Role.FACILITATOR)
def paper(code: str, survey: str) -> Response:
    """Give the version that is published, in the language of the page or in that of `in`."""
    tongue = request.args.get("in", g.language)
    if tongue not in LANGUAGES:
        abort(404)
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    surveys = {each.code: each for each in list_surveys(db.session(), consultation)}
    published = list_versions(db.session(), surveys.get(survey) or abort(404))
    if not published:
        abort(404)
    definition = read_definition(published[-1]).survey
    db.session.commit()  # ends the reading: nothing stays open while the page is set
    content = make_paper(consultation, definition, published[-1].number, tongue, date.today())
    response = Response(content, mimetype="application/pdf")
    name = paper_name(consultation, definition, tongue, several=len(surveys) > 1)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
