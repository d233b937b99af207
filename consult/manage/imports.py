"""Import: a file of responses is read and checked, shown, and only then stored, all of it or nothing.

The server keeps nothing of a file between the two steps: the confirmation brings it again (imports.js does so for
the person), and its SHA-256 must be that of the file that was shown. Nothing is then left behind by those who do
not confirm, nothing has to be cleaned up, and any server of an installation can take the second step.
"""

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeAlias

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from consult.access import needs
from consult.exports.response_columns import file_words
from consult.exports.response_reader import ReadFile, Unsaid, read_responses
from consult.exports.response_template import heading_only
from consult.extensions import db
from consult.languages import LANGUAGES, Formats, interface_words
from consult.manage.blueprint import blueprint
from consult.manage.import_preview import make_preview
from consult.manage.import_sentences import file_sentence, form_sentence
from consult.manage.private_files import private_folder
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import Consultation, get_consultation
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.keys import Keyring
from consult.record.response_import import ImportPlan, PreparedImport, plan_import, prepare_import, store_import
from consult.record.survey import Survey, SurveyVersion, list_surveys, list_versions, read_definition
from consult.uploads import allow_large_forms
from surveys.definition import Survey as Definition
from surveys.labels import CellWords
from surveys.problems import SurveyError

MOST_BYTES = 20_000_000
_LONGEST_NAME = 80
Answer: TypeAlias = Response | tuple[str, int]


@dataclass(frozen=True)
class _Target:
    """A survey that responses can be imported into, with all that reading a file of them takes."""

    survey: Survey
    current: SurveyVersion
    versions: dict[int, Definition]
    words: dict[str, CellWords]

    @property
    def definition(self) -> Definition:
        return self.versions[self.current.number]


@dataclass(frozen=True)
class _Upload:
    """A file as it was sent: its name, its digest and what it holds."""

    name: str
    digest: str
    read: ReadFile


allow_large_forms(blueprint, MOST_BYTES, "manage.receive_import")


@blueprint.get("/<code:code>/import")
@needs(Role.FACILITATOR)
def import_responses(code: str) -> Answer:
    """Ask for the file."""
    return _show_form(*_find_targets(code))


@blueprint.post("/<code:code>/import")
@needs(Role.FACILITATOR)
def receive_import(code: str) -> Answer:
    """Show what a file would bring; where it comes with the digest of what was shown, store it."""
    consultation, targets = _find_targets(code)
    target = targets.get(request.form.get("survey", "")) or abort(400)
    words = interface_words(g.language)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _show_form(consultation, targets, form_sentence("import.no_file", words))
    try:
        unsaid = _read_unsaid()
    except ValueError:
        return _show_form(consultation, targets, form_sentence("import.bad_day", words), "day")
    try:
        upload = _read_upload(sent, target, unsaid)
    except SurveyError as error:
        sentence = file_sentence(error.problems[0], _shown_name(sent), words)
        return _show_form(consultation, targets, sentence)
    plan = _plan(target, upload)
    if "digest" not in request.form or plan.refused or upload.read.refused:
        return _show_preview(consultation, target, upload, plan)
    if request.form["digest"] != upload.digest:
        return _show_form(consultation, targets, form_sentence("import.other_file", words))
    if request.form.get("version") != str(target.current.number):
        return _show_form(consultation, targets, form_sentence("import.other_version", words))
    prepared = prepare_import(db.session(), plan)
    try:
        return _store(consultation, prepared)
    except RecordError as error:
        if error.code != "import.refused":
            raise
    db.session.rollback()  # the record changed since the plan was made: another plan says how
    return _show_preview(consultation, target, upload, _plan(target, upload))


def _read_unsaid() -> Unsaid:
    """Return what to take where a file does not say it; raises ValueError for what is no day."""
    language, day = request.form.get("tongue", g.language), request.form.get("day", "").strip()
    return Unsaid(language if language in LANGUAGES else abort(400), date.fromisoformat(day) if day else None)


def _plan(target: _Target, upload: _Upload) -> ImportPlan:
    begin(db.session(), read_only=True)
    keyring: Keyring = current_app.extensions["keyring"]
    plan = plan_import(db.session(), keyring, target.current, upload.read.rows)
    db.session.commit()  # ends the reading
    return plan


def _store(consultation: Consultation, prepared: PreparedImport) -> Response:
    begin(db.session())
    report = store_import(db.session(), prepared)
    record_action(db.session(), current_user.id, "responses.imported", consultation, now=datetime.now(UTC))
    db.session.commit()
    count = Formats(g.language).number(report.responses)
    flash(
        ngettext(
            "%(count)s response was imported.", "%(count)s responses were imported.", report.responses, count=count
        )
    )
    return redirect(url_for("manage.import_responses", code=consultation.code), 303)


@blueprint.get("/<code:code>/import/template")
@needs(Role.FACILITATOR)
def import_template(code: str) -> Response:
    """Give a file with nothing but its heading, to be filled in."""
    consultation, targets = _find_targets(code)
    wanted = request.args.get("survey") or next(iter(targets), "")
    target = targets.get(wanted) or abort(404)
    named = f"-{target.survey.code}" if len(targets) > 1 else ""
    content = heading_only(consultation, target.definition, ";" if g.language == "fr" else ",")
    response = Response(content, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{code}{named}-template.csv")
    return response


def _find_targets(code: str) -> tuple[Consultation, dict[str, _Target]]:
    """Return the consultation and its published surveys by code."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    targets = {}
    for survey in list_surveys(db.session(), consultation):
        published = list_versions(db.session(), survey)
        if published:
            versions = {version.number: read_definition(version).survey for version in published}
            words = file_words(consultation.groups, tuple(versions.values()))
            targets[survey.code] = _Target(survey, published[-1], versions, words)
    db.session.commit()  # ends the reading: files are read outside of transactions
    return consultation, targets


def _read_upload(sent: FileStorage, target: _Target, unsaid: Unsaid) -> _Upload:
    """Read a file from a folder that nobody else can open, and that is gone at the end."""
    with tempfile.TemporaryDirectory(dir=private_folder(db.engine)) as folder:
        path = Path(folder) / "file"
        sent.save(path)
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        read = read_responses(path, target.versions, target.current.number, target.words, date.today(), unsaid)
    return _Upload(_shown_name(sent), digest, read)


def _shown_name(sent: FileStorage) -> str:
    name = (sent.filename or "").replace("\\", "/").rpartition("/")[2]
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"


def _show_form(
    consultation: Consultation, targets: dict[str, _Target], problem: str = "", place: str = "file"
) -> Answer:
    page = render_template(
        "manage/import.html",
        consultation=consultation,
        targets=list(targets.values()),
        chosen=request.form.get("survey"),
        problem=problem,
        place=place,
        tongue=request.form.get("tongue", g.language),
        day=request.form.get("day", ""),
        groups=consultation.groups,
        most_megabytes=MOST_BYTES // 1_000_000,
    )
    return page, 422 if problem else 200


def _show_preview(consultation: Consultation, target: _Target, upload: _Upload, plan: ImportPlan) -> Answer:
    page = render_template(
        "manage/import_preview.html",
        consultation=consultation,
        target=target,
        upload=upload,
        tongue=request.form.get("tongue", g.language),
        day=request.form.get("day", ""),
        preview=make_preview(upload.read, plan, target.definition, target.words, g.language),
    )
    return page, 200
