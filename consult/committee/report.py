"""The report: made with one button, read before it is published, published by a facilitator, taken back with a reason.

Making one takes well under a second, so that it is made while the page waits; the files are made when asked for.
"""

from datetime import UTC, datetime

from flask import Response as FileResponse
from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.exports.report_files import FORMS, file_name, read_document
from consult.extensions import db
from consult.record.account import Role, find_membership
from consult.record.consultation import Consultation, get_consultation
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.ranking import is_shown_to_committee
from consult.record.report import (
    LONGEST_REASON,
    ReportSnapshot,
    get_snapshot,
    list_snapshots,
    publish_snapshot,
    take_back_snapshot,
)
from consult.report.gather import make_snapshot
from consult.report.merging_words import find_much_hidden
from consult.report.snapshot import read_contents

_BOTH = needs(Role.FACILITATOR, Role.COMMITTEE)


@blueprint.get("/<code:code>/report")
@_BOTH
def reports(code: str) -> str:
    """List the snapshots that were made, and offer to make one."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    return _render(
        "report/list.html",
        consultation,
        snapshots=list_snapshots(db.session(), consultation),
        may_make=is_shown_to_committee(consultation),
    )


@blueprint.route("/<code:code>/report/make", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def make_report(code: str) -> Response:
    """Make a report of what there is now; the same data give the same one."""
    if request.method == "GET":
        return redirect(url_for("committee.reports", code=code), 303)
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    try:
        made = make_snapshot(db.session(), consultation, current_app.extensions["settings"], _by())
    except RecordError as error:
        if error.code != "report.not_yet":
            raise
        db.session.rollback()
        flash(_("No report was made: this waits until the consultation is closed."))
        return redirect(url_for("committee.reports", code=code), 303)
    snapshot = made.public_id
    db.session.commit()
    return redirect(url_for("committee.report", code=code, snapshot=snapshot), 303)


@blueprint.get("/<code:code>/report/<snapshot>")
@_BOTH
def report(code: str, snapshot: str) -> str:
    """Show a report as everybody will read it, with what can be done with it."""
    return _show(code, snapshot)


@blueprint.get("/<code:code>/report/<snapshot>/<form>")
@_BOTH
def report_file(code: str, snapshot: str, form: str) -> FileResponse:
    """Hand a report over as a file."""
    if form not in FORMS:
        abort(404)
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    document = read_document(db.session(), _found(consultation, snapshot), g.language)
    _ending, media, write = FORMS[form]
    answer = FileResponse(write(document), mimetype=media)
    answer.headers.set("Content-Disposition", "attachment", filename=file_name(document, form))
    return answer


@blueprint.route("/<code:code>/report/<snapshot>/publish", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def publish_report(code: str, snapshot: str) -> Response:
    """Let everybody read a report."""
    back = redirect(url_for("committee.report", code=code, snapshot=snapshot), 303)
    if request.method == "GET":
        return back
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    _found(consultation, snapshot)
    try:
        publish_snapshot(db.session(), consultation, snapshot, _by())
    except RecordError as error:
        if error.code != "report.merged_otherwise":
            raise
        db.session.rollback()
        flash(
            _(
                "This report was not published: another that everybody could read puts groups together otherwise. Make"
                " the report again, so that the two cannot be compared to find people."
            )
        )
        return back
    db.session.commit()
    flash(_("The report is published: everybody can read it at the address below."))
    return back


@blueprint.route("/<code:code>/report/<snapshot>/take-back", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def take_back_report(code: str, snapshot: str) -> Response | tuple[str, int]:
    """Take a published report back; its address then says why."""
    back = redirect(url_for("committee.report", code=code, snapshot=snapshot), 303)
    if request.method == "GET":
        return back
    reason = request.form.get("reason", "")
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    _found(consultation, snapshot)
    try:
        take_back_snapshot(db.session(), consultation, snapshot, reason, _by())
    except RecordError as error:
        if error.code != "report.no_reason":
            raise
        db.session.rollback()
        return _show(code, snapshot, wrong=True, reason=reason[:LONGEST_REASON]), 422
    db.session.commit()
    flash(_("The report is taken back: its address says so, with your reason."))
    return back


def _show(code: str, snapshot: str, *, wrong: bool = False, reason: str = "") -> str:
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    found = _found(consultation, snapshot)
    return _render(
        "report/preview.html",
        consultation,
        found=found,
        document=read_document(db.session(), found, g.language),
        forms=tuple(FORMS),
        kind=lambda block: type(block).__name__,
        wrong=wrong,
        reason=reason,
        longest=LONGEST_REASON,
        much_hidden=find_much_hidden(read_contents(found.contents)),
    )


def _found(consultation: Consultation, snapshot: str) -> ReportSnapshot:
    try:
        return get_snapshot(db.session(), consultation, snapshot)
    except RecordError:
        abort(404)


def _by() -> By:
    return By(current_user.id, datetime.now(UTC))


def _render(template: str, consultation: Consultation, **values: object) -> str:
    is_facilitator = find_membership(db.session(), current_user.id, consultation.code) is Role.FACILITATOR
    return render_template(
        template,
        consultation=consultation,
        is_facilitator=is_facilitator,
        frame="manage/layout.html" if is_facilitator else "committee/layout.html",
        **values,
    )
