"""Who may read contributions: a facilitator gives and takes back the right, a member accepts what it asks of them."""

from datetime import UTC, datetime

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.board_places import find_place
from consult.extensions import db
from consult.record.account import Role
from consult.record.board_reading import accept_reading, find_reader, let_read, list_readers, take_back_reading
from consult.record.errors import RecordError
from consult.record.findings import LARGEST_NUMBER
from consult.record.lifecycle import By
from surveys.cleaning import clean_text


@blueprint.route("/<code:code>/readers", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def readers(code: str) -> str | Response:
    """Show who may read contributions; give or take back the right."""
    if request.method == "GET":
        place = find_place(code)
        return place.render("committee/readers.html", readers=list_readers(db.session(), place.consultation))
    place = find_place(code, read_only=False)
    by = By(current_user.id, datetime.now(UTC), clean_text(request.form.get("reason", ""))[:500])
    member = min(request.form.get("member", 0, type=int), LARGEST_NUMBER)
    change = take_back_reading if request.form.get("do") == "take_back" else let_read
    try:
        change(db.session(), place.consultation, member, by)
    except RecordError as error:
        if error.code != "membership.missing":
            raise
        db.session.rollback()
        flash(_("Nothing was changed: this person is not on the committee any more."))
    else:
        db.session.commit()
        flash(_("Done. It is kept in the audit."))
    return redirect(url_for("committee.readers", code=code), 303)


@blueprint.route("/<code:code>/reading", methods=["GET", "POST"])
@needs(Role.COMMITTEE)
def reading(code: str) -> str | Response:
    """Show a member what reading contributions asks of them; note that they accept."""
    if request.method == "GET":
        place = find_place(code)
        return place.render(
            "committee/reading.html", reader=find_reader(db.session(), place.consultation, current_user.id)
        )
    place = find_place(code, read_only=False)
    if request.form.get("accepted") != "1":
        db.session.rollback()
        flash(_("Nothing was changed: tick the box to say that you accept."))
        return redirect(url_for("committee.reading", code=code), 303)
    try:
        accept_reading(db.session(), place.consultation, current_user.id, datetime.now(UTC))
    except RecordError as error:
        if error.code != "reading.not_given":
            raise
        db.session.rollback()
        flash(_("Nothing was changed: a facilitator has not let you read contributions, or has taken that back."))
        return redirect(url_for("committee.reading", code=code), 303)
    db.session.commit()
    flash(_("You may now read contributions on the boards."))
    return redirect(url_for("committee.boards", code=code), 303)
