"""Contacts from a file: read and checked, shown, and only then stored, all of them or none.

As with responses (consult/manage/imports.py) the server keeps nothing of a file between the two steps: the
confirmation brings it again, and its SHA-256 must be that of the file that was shown.
"""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from consult.access import needs
from consult.exports.csv_text import csv_bytes
from consult.extensions import db
from consult.invite.blueprint import blueprint
from consult.invite.contact_file import ContactFile, read_contacts
from consult.languages import Formats, interface_words
from consult.manage.import_sentences import file_sentence, form_sentence
from consult.manage.private_files import private_folder
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import Consultation, get_consultation, list_groups
from consult.record.contact import ContactPlan, plan_contacts, store_contacts
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record_messages import refusal
from consult.uploads import allow_large_forms
from surveys.problems import SurveyError

MOST_BYTES = 5_000_000
_SHOWN = 50
_LONGEST_NAME = 80
_HEADINGS = {
    "fr": ("nom", "courriel", "langue", "milieu", "région", "organisation"),
    "en": ("name", "email", "language", "group", "region", "organization"),
}
Answer: TypeAlias = Response | tuple[str, int]
_Reader: TypeAlias = Callable[[Path], ContactFile]


@dataclass(frozen=True)
class _Upload:
    """A file as it was sent."""

    name: str
    digest: str
    read: ContactFile


allow_large_forms(blueprint, MOST_BYTES, "invite.receive_contacts")


@blueprint.get("/<code:code>/invitations/import")
@needs(Role.FACILITATOR)
def import_contacts(code: str) -> Answer:
    """Ask for the file."""
    begin(db.session(), read_only=True)
    return _show_form(get_consultation(db.session(), code))


@blueprint.post("/<code:code>/invitations/import")
@needs(Role.FACILITATOR)
def receive_contacts(code: str) -> Answer:
    """Show what a file would bring; where it comes with the digest of what was shown, store it."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    groups = list_groups(db.session(), consultation)
    db.session.commit()  # ends the reading: files are read outside of transactions
    words = interface_words(g.language)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _show_form(consultation, form_sentence("import.no_file", words))
    tongue = request.form.get("tongue", g.language)
    if tongue not in _HEADINGS:
        abort(400)
    try:
        upload = _read(sent, lambda path: read_contacts(path, groups, tongue))
    except SurveyError as error:
        return _show_form(consultation, file_sentence(error.problems[0], _shown_name(sent), words))
    begin(db.session(), read_only=True)
    plan = plan_contacts(db.session(), consultation, upload.read.rows)
    db.session.commit()
    if "digest" not in request.form or plan.refused or not plan.fresh:
        return _show_preview(consultation, upload, plan, tongue)
    if request.form["digest"] != upload.digest:
        return _show_form(consultation, form_sentence("import.other_file", words))
    return _store(code, upload)


@blueprint.get("/<code:code>/invitations/template")
@needs(Role.FACILITATOR)
def contacts_template(code: str) -> Response:
    """Give a file with nothing but its heading, to be filled in."""
    content = csv_bytes(_HEADINGS[g.language], [], delimiter=";" if g.language == "fr" else ",")
    response = Response(content, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{code}-contacts.csv")
    return response


def _store(code: str, upload: _Upload) -> Answer:
    try:
        begin(db.session())
        consultation = get_consultation(db.session(), code, lock=True)
        count = store_contacts(db.session(), consultation, upload.read.rows)
        record_action(db.session(), current_user.id, "contacts.imported", consultation, now=datetime.now(UTC))
        db.session.commit()
    except RecordError as error:
        db.session.rollback()
        sentence = refusal(error, interface_words(g.language))
        if sentence is None:
            raise
        begin(db.session(), read_only=True)
        return _show_form(get_consultation(db.session(), code), sentence)
    number = Formats(g.language).number(count)
    flash(ngettext("%(number)s person was added.", "%(number)s people were added.", count, number=number))
    return redirect(url_for("invite.people", code=code), 303)


def _read(sent: FileStorage, read: _Reader) -> _Upload:
    """Read a file from a folder that nobody else can open, and that is gone at the end."""
    with tempfile.TemporaryDirectory(dir=private_folder(db.engine)) as folder:
        path = Path(folder) / "file"
        sent.save(path)
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        return _Upload(_shown_name(sent), digest, read(path))


def _shown_name(sent: FileStorage) -> str:
    name = (sent.filename or "").replace("\\", "/").rpartition("/")[2]
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"


def _show_form(consultation: Consultation, problem: str = "") -> Answer:
    page = render_template(
        "invite/import.html",
        consultation=consultation,
        problem=problem,
        tongue=request.form.get("tongue", g.language),
        groups=consultation.groups,
        headings=_HEADINGS[g.language],
        most_megabytes=MOST_BYTES // 1_000_000,
    )
    return page, 422 if problem else 200


def _show_preview(consultation: Consultation, upload: _Upload, plan: ContactPlan, tongue: str) -> Answer:
    words = interface_words(g.language)
    given = {row.place: row for row in upload.read.rows}
    reasons = [
        (each.place, refusal(RecordError(each.problem.code, most=200), words) or each.problem.code,
         _given(given[each.place], each.problem.place))
        for each in plan.refused[:_SHOWN]
    ]  # fmt: skip
    page = render_template(
        "invite/import_preview.html",
        consultation=consultation,
        upload=upload,
        plan=plan,
        tongue=tongue,
        reasons=reasons,
        hidden=max(0, len(plan.refused) - _SHOWN),
        repeated=plan.repeated[:_SHOWN],
        hidden_repeated=max(0, len(plan.repeated) - _SHOWN),
        sample=plan.fresh[:5],
        groups={group.code: group for group in consultation.groups},
    )
    return page, 422 if plan.refused else 200


def _given(row: object, field: str) -> str:
    value = str(getattr(row, field, "") or "")
    return value if len(value) <= _LONGEST_NAME else value[:_LONGEST_NAME] + "…"
