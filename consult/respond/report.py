"""The published report of a consultation, for everybody: the page, and each of its files."""

from flask import Response as FileResponse
from flask import abort, g, render_template
from sqlalchemy.orm import Session

from consult.access import public
from consult.exports.report_files import FORMS, file_name, read_document
from consult.extensions import db
from consult.record.consultation import Consultation, find_consultation
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.report import ReportSnapshot, get_snapshot
from consult.respond.blueprint import blueprint
from consult.respond.pages import Page


@blueprint.get("/c/<code:code>/report/<snapshot>")
@public
def report(code: str, snapshot: str) -> Page:
    """Show a report; one that was taken back says so, and why."""
    begin(db.session(), read_only=True)
    consultation, found = _find(db.session(), code, snapshot)
    if not found.is_public:
        return render_template("report/taken_back.html", consultation=consultation, found=found), 410
    return render_template(
        "report/public.html",
        consultation=consultation,
        found=found,
        document=read_document(db.session(), found, g.language),
        forms=tuple(FORMS),
        kind=lambda block: type(block).__name__,
    )


@blueprint.get("/c/<code:code>/report/<snapshot>/<form>")
@public
def report_file(code: str, snapshot: str, form: str) -> FileResponse:
    """Hand a published report over as a file."""
    if form not in FORMS:
        abort(404)
    begin(db.session(), read_only=True)
    _consultation, found = _find(db.session(), code, snapshot)
    if not found.is_public:
        abort(404)
    document = read_document(db.session(), found, g.language)
    _ending, media, write = FORMS[form]
    answer = FileResponse(write(document), mimetype=media)
    answer.headers.set("Content-Disposition", "attachment", filename=file_name(document, form))
    return answer


def _find(session: Session, code: str, snapshot: str) -> tuple[Consultation, ReportSnapshot]:
    """Return a snapshot that everybody can read or could; 404 for any other."""
    consultation = find_consultation(session, code)
    if consultation is None:
        abort(404)
    try:
        found = get_snapshot(session, consultation, snapshot)
    except RecordError:
        abort(404)
    if found.published_at is None:
        abort(404)
    return consultation, found
