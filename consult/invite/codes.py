"""Short codes, made in a number and shown once: as a page, as cards to cut out, as a table."""

from datetime import date

from flask import Response, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from consult.access import needs
from consult.exports.csv_text import csv_bytes
from consult.exports.poster import make_code_cards
from consult.extensions import db
from consult.invite.blueprint import blueprint
from consult.invite.links import CodeForm, offered_languages, show_links
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.consultation import Consultation, get_consultation, list_groups
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.keys import Keyring, write_code
from consult.record.typed_code import create_codes
from consult.record_messages import refusal

_LONGEST_SEED = 64


@blueprint.route("/<code:code>/links/codes", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def make_codes(code: str) -> Response | WerkzeugResponse | str | tuple[str, int]:
    """Make codes and list them, the only time that they are listed; asked twice, they are made once."""
    if request.method == "GET":  # signed in again: what was sent is not there any more
        return redirect(url_for("invite.links", code=code), 303)
    asked = {name: request.form.get(name, "").strip() for name in ("seed", "count", "language", "group")}
    form = CodeForm(**asked)
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    keyring: Keyring = current_app.extensions["keyring"]
    try:
        if form.language not in offered_languages(consultation) or not 0 < len(form.seed) <= _LONGEST_SEED:
            raise RecordError("language.unknown")
        codes = create_codes(
            db.session(),
            keyring,
            consultation,
            form.seed,
            count=int(form.count) if form.count.isascii() and form.count.isdigit() and len(form.count) < 6 else 0,
            language=form.language,
            group=form.group or None,
        )
    except RecordError as error:
        db.session.rollback()
        return _refused(code, form, error)
    group = next(
        (
            each.name.shown(form.language)[1]
            for each in list_groups(db.session(), consultation)
            if each.code == form.group
        ),
        "",
    )
    db.session.commit()
    return _answer(consultation, codes, form, group)


def _answer(consultation: Consultation, codes: list[str], form: CodeForm, group: str) -> Response | str:
    address = url_for("respond.code", language=form.language, _external=True)
    name = f"{consultation.code}-codes-{form.group or 'all'}-{form.language}"
    match request.form.get("do"):
        case "pdf":
            content = make_code_cards(consultation, codes, form.language, address, group, date.today())
            return _download(content, "application/pdf", f"{name}.pdf")
        case "csv":
            rows = [(write_code(each), form.language, group, address) for each in codes]
            header = (_("code"), _("language"), _("group"), _("address"))
            content = csv_bytes(header, rows, delimiter=";" if g.language == "fr" else ",")
            return _download(content, "text/csv; charset=utf-8", f"{name}.csv")
    return render_template(
        "invite/codes.html",
        consultation=consultation,
        codes=[write_code(each) for each in codes],
        form=form,
        group=group,
        address=address,
    )


def _refused(code: str, form: CodeForm, error: RecordError) -> tuple[str, int]:
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    sentence = refusal(error, interface_words(g.language))
    if sentence is None:
        raise error
    again = CodeForm(form.seed, form.count, form.language, form.group, sentence)
    return show_links(db.session(), consultation, again), 422


def _download(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
