"""One contact: added, changed, removed; and all of them removed after closing."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.extensions import db
from consult.invite.blueprint import blueprint
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import get_consultation, list_groups
from consult.record.contact import (
    Contact,
    ContactDetails,
    add_contact,
    edit_contact,
    get_contact,
    remove_contact,
    remove_contacts,
)
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record_messages import refusal

_FIELDS = ("name", "email", "language", "group", "region", "organisation")
_LONGEST = 400
Answer: TypeAlias = Response | tuple[str, int]


@dataclass(frozen=True)
class _Typed:
    """What the form holds, and what is wrong with it at which field."""

    values: dict[str, str]
    problem: str = ""
    place: str = ""


@blueprint.route("/<code:code>/invitations/add", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def add_person(code: str) -> Answer:
    """Add somebody."""
    if request.method == "GET":
        return _show(code, _Typed({"language": g.language}))
    values = _read()
    try:
        begin(db.session())
        consultation = get_consultation(db.session(), code)
        add_contact(db.session(), consultation, _details(values))
        db.session.commit()
    except RecordError as error:
        return _refuse(code, values, error)
    flash(_("The person was added."))
    again = "another" in request.form
    return redirect(url_for("invite.add_person" if again else "invite.people", code=code), 303)


@blueprint.route("/<code:code>/invitations/<key>", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def person(code: str, key: str) -> Answer:
    """Change what is known of somebody."""
    if request.method == "GET":
        return _show(code, None, key)
    values = _read()
    try:
        begin(db.session())
        consultation = get_consultation(db.session(), code)
        edit_contact(db.session(), consultation, key, _details(values))
        db.session.commit()
    except RecordError as error:
        return _refuse(code, values, error, key)
    flash(_("The changes were saved."))
    return redirect(url_for("invite.people", code=code), 303)


@blueprint.route("/<code:code>/invitations/<key>/remove", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def remove_person(code: str, key: str) -> Answer:
    """Remove somebody; pressed twice, the second time there is nobody left to remove."""
    if request.method == "GET":  # after signing in again
        return redirect(url_for("invite.person", code=code, key=key), 303)
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    try:
        remove_contact(db.session(), consultation, key)
    except RecordError as error:
        if error.code != "contact.missing":
            raise
    db.session.commit()
    flash(_("The person was removed."))
    return redirect(url_for("invite.people", code=code), 303)


@blueprint.route("/<code:code>/invitations/remove-all", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def remove_everybody(code: str) -> Answer:
    """Remove everybody, once the consultation is closed, after a confirmation."""
    if request.method == "GET":
        begin(db.session(), read_only=True)
        return render_template("invite/remove_all.html", consultation=get_consultation(db.session(), code)), 200
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    try:
        remove_contacts(db.session(), consultation)
        record_action(db.session(), current_user.id, "contacts.removed", consultation, now=datetime.now(UTC))
        db.session.commit()
    except RecordError as error:
        if error.code != "contacts.still_needed":
            raise
        db.session.rollback()
        flash(_("Contacts can be removed all at once when the consultation is closed."))
        return redirect(url_for("invite.people", code=code), 303)
    flash(_("All contacts were removed."))
    return redirect(url_for("invite.people", code=code), 303)


def _read() -> dict[str, str]:
    return {name: request.form.get(name, "").strip()[:_LONGEST] for name in _FIELDS}


def _details(values: dict[str, str]) -> ContactDetails:
    return ContactDetails(**{**values, "group": values["group"] or None})  # type: ignore[arg-type]


def _fill(contact: Contact, codes: dict[int, str]) -> dict[str, str]:
    values = {name: getattr(contact, name) for name in _FIELDS if name != "group"}
    return values | {"group": codes.get(contact.group_id or 0, "")}


def _refuse(code: str, values: dict[str, str], error: RecordError, key: str = "") -> Answer:
    """Show the form again, with what is wrong where it is wrong; raises what the page has no words for."""
    db.session.rollback()
    sentence = refusal(error, interface_words(g.language))
    if sentence is None or error.code == "contact.missing":
        raise error
    place = str(error.values.get("field", "")) or ("email" if error.code == "contact.exists" else "")
    return _show(code, _Typed(values, sentence, place), key)


def _show(code: str, typed: _Typed | None, key: str = "") -> Answer:
    """Show the form with what was typed, or with what is stored."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    try:
        contact = get_contact(db.session(), consultation, key) if key else None
    except RecordError:  # removed meanwhile, in another tab or by somebody else
        abort(404)
    if typed is None:
        codes = {group.id: group.code for group in list_groups(db.session(), consultation)}
        typed = _Typed(_fill(contact, codes) if contact else {})
    page = render_template(
        "invite/person.html",
        consultation=consultation,
        contact=contact,
        typed=typed,
        groups=list_groups(db.session(), consultation),
        languages=consultation.required_languages(),
    )
    return page, 422 if typed.problem else 200
