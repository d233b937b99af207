"""When messages may leave; messages that came back; personal links to give by other means."""

from datetime import UTC, datetime
from typing import TypeAlias

from flask import Response as FlaskResponse
from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.exports.csv_text import csv_bytes
from consult.extensions import db
from consult.invite.blueprint import blueprint
from consult.invite.people import settings
from consult.languages import interface_words
from consult.mail.addresses import personal_link
from consult.mail.returned import MOST_BYTES, Returned, read_returned
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import ConsultationState, get_consultation, list_groups
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.mail_rules import get_rules, set_rules
from consult.record.mail_state import note_bounce
from consult.record.personal_links import make_personal_links
from consult.record_messages import refusal

Answer: TypeAlias = Response | tuple[str, int]
_NUMBERS = ("quiet_from", "quiet_to", "reminder_days")
_PLACES = {"mail.bad_hours": "quiet_from", "mail.bad_days": "reminder_days"}


@blueprint.url_value_preprocessor
def _allow_returned_messages(endpoint: str | None, values: dict[str, object] | None) -> None:
    if endpoint == "invite.returned":
        request.max_content_length = request.max_form_memory_size = MOST_BYTES


@blueprint.get("/<code:code>/invitations/when")
@needs(Role.FACILITATOR)
def mail_hours(code: str) -> Answer:
    """Show the quiet hours, the rest on Sundays, the days before a reminder."""
    begin(db.session(), read_only=True)
    rules = get_rules(db.session(), get_consultation(db.session(), code))
    db.session.commit()  # ends the reading
    return _show_hours(code, {name: str(getattr(rules, name)) for name in _NUMBERS}, sunday=rules.rests_on_sunday)


@blueprint.post("/<code:code>/invitations/when")
@needs(Role.FACILITATOR)
def change_mail_hours(code: str) -> Answer:
    """Change them."""
    typed = {name: request.form.get(name, "").strip()[:10] for name in _NUMBERS}
    sunday = request.form.get("rests_on_sunday") == "1"
    numbers = {name: int(text) if text.isascii() and text.isdigit() else -1 for name, text in typed.items()}
    try:
        begin(db.session())
        set_rules(db.session(), get_consultation(db.session(), code), rests_on_sunday=sunday, **numbers)
        db.session.commit()
    except RecordError as error:
        db.session.rollback()
        if error.code not in _PLACES:
            raise
        sentence = refusal(error, interface_words(g.language)) or ""
        return _show_hours(code, typed, sunday=sunday, problem=sentence, place=_PLACES[error.code])
    flash(_("The changes were saved."))
    return redirect(url_for("invite.people", code=code), 303)


@blueprint.route("/<code:code>/invitations/returned", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def returned(code: str) -> Answer:
    """Take in a message that came back, as a file or pasted, and note whose it is."""
    if request.method == "GET":
        return _show_returned(code)
    sent = request.files.get("file")
    content = sent.read() if sent is not None and sent.filename else request.form.get("text", "").encode()
    if not content.strip():
        return _show_returned(code, _("Choose the message that came back, or paste its text."))
    found = read_returned(content)
    if found.is_delayed:
        return _show_returned(
            code, _("This message only says that the mail server is still trying. Nothing was noted.")
        )
    if not _note(code, found):
        problem = _(
            "No message of this consultation is named in it. Choose the whole message that came back, with its headers."
        )
        return _show_returned(code, problem)
    flash(_("Noted: the message came back. Correct the person’s address, or remove them."))
    return redirect(url_for("invite.people", code=code, reach="bounced"), 303)


@blueprint.post("/<code:code>/invitations/personal-links")
@needs(Role.FACILITATOR)
def personal_links(code: str) -> Response:
    """Give the personal links of those who have not answered, to be sent by other means; the audit notes it."""
    begin(db.session())
    consultation = get_consultation(db.session(), code, lock=True)
    if consultation.state is not ConsultationState.OPEN:
        abort(409)
    links = make_personal_links(db.session(), current_app.extensions["keyring"], consultation)
    names = {group.id: group.name.shown(g.language)[1] for group in list_groups(db.session(), consultation)}
    record_action(db.session(), current_user.id, "links.exported", consultation, now=datetime.now(UTC))
    db.session.commit()
    base = settings().public_url or request.url_root
    rows = [
        (each.name, each.email, each.language, names.get(each.group_id or 0, ""),
         personal_link(base, each.language, each.token))
        for each in links
    ]  # fmt: skip
    header = (_("name"), _("e-mail"), _("language"), _("group"), _("personal link"))
    response = FlaskResponse(
        csv_bytes(header, rows, delimiter=";" if g.language == "fr" else ","), content_type="text/csv; charset=utf-8"
    )
    response.headers.set("Content-Disposition", "attachment", filename=f"{code}-personal-links-confidential.csv")
    return response


def _note(code: str, found: Returned) -> bool:
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    contact = None
    if found.message_id:
        contact = note_bounce(db.session(), consultation, message_id=found.message_id)
    elif found.email:
        contact = note_bounce(db.session(), consultation, email=found.email)
    db.session.commit()
    return contact is not None


def _show_hours(code: str, typed: dict[str, str], *, sunday: bool, problem: str = "", place: str = "") -> Answer:
    begin(db.session(), read_only=True)
    page = render_template(
        "invite/hours.html",
        consultation=get_consultation(db.session(), code),
        typed=typed,
        sunday=sunday,
        problem=problem,
        place=place,
        now=datetime.now().astimezone(),
    )
    return page, 422 if problem else 200


def _show_returned(code: str, problem: str = "") -> Answer:
    begin(db.session(), read_only=True)
    page = render_template("invite/returned.html", consultation=get_consultation(db.session(), code), problem=problem)
    return page, 422 if problem else 200
