"""Export: the responses as CSV, alone or with what its columns mean and the manifest by which it can be checked.

The file is whole before its first byte leaves: a failure gives an error page, never half a file that looks whole.
"""

import tempfile
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO

from flask import abort, g, render_template, request, send_file
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from consult.access import needs
from consult.exports.codebook import CODEBOOK_NAME, make_codebook
from consult.exports.response_columns import file_columns
from consult.exports.responses import MANIFEST_NAME, Layout, file_name, write_responses
from consult.extensions import db
from consult.languages import LANGUAGES
from consult.manage.blueprint import blueprint
from consult.manage.private_files import private_folder
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import Anonymity, Consultation, get_consultation, list_groups
from consult.record.database import begin
from consult.record.response_rows import count_survey_responses, see_one_snapshot
from consult.record.survey import Survey, list_surveys, list_versions, read_definition

_CODES = "codes"
_DELIMITERS = {"comma": ",", "semicolon": ";"}
_PACKAGES = ("csv", "zip")


@dataclass(frozen=True)
class Offered:
    """A survey that has responses to export."""

    survey: Survey
    title: str
    responses: int
    columns: int


@dataclass(frozen=True)
class _Wanted:
    """What was chosen on the form."""

    survey: str
    layout: Layout
    package: str


@blueprint.get("/<code:code>/export")
@needs(Role.FACILITATOR)
def export(code: str) -> str:
    """Say what can be exported and how."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    return render_template(
        "manage/export.html",
        consultation=consultation,
        offered=_find_offered(consultation),
        is_identified=consultation.anonymity is Anonymity.IDENTIFIED,
        usual_delimiter="semicolon" if g.language == "fr" else "comma",
    )


@blueprint.post("/<code:code>/export")
@needs(Role.FACILITATOR)
def download(code: str) -> Response:
    """Send the file, once it is whole."""
    wanted = _read_wanted(request.form)
    with ExitStack() as stack:
        target = stack.enter_context(tempfile.TemporaryFile(dir=private_folder(db.engine)))
        name = _write_file(target, code, wanted)
        stack.pop_all()  # from here on the answer closes it
    size = target.tell()
    target.seek(0)
    kind = "application/zip" if wanted.package == "zip" else "text/csv"
    response = send_file(target, mimetype=kind, as_attachment=True, download_name=name, etag=False)
    response.content_length = size
    return response


def _write_file(target: IO[bytes], code: str, wanted: _Wanted) -> str:
    """Write the file on one snapshot, then note who took it; return the file's name."""
    session, today = db.session(), date.today()
    begin(session, read_only=True)
    see_one_snapshot(session)
    consultation = get_consultation(session, code)
    surveys = {survey.code: survey for survey in list_surveys(session, consultation)}
    survey = surveys.get(wanted.survey) or abort(400)
    name = file_name(consultation, survey, wanted.layout.labels, several=len(surveys) > 1, day=today)
    if wanted.package == "zip":
        name = _write_zip(target, consultation, survey, wanted.layout, name, today)
    else:
        write_responses(session, consultation, survey, wanted.layout, name, today, target)
    session.commit()  # ends the reading
    begin(session)
    record_action(session, current_user.id, "responses.exported", consultation, now=datetime.now(UTC))
    session.commit()
    return name


def _write_zip(
    target: IO[bytes], consultation: Consultation, survey: Survey, layout: Layout, name: str, today: date
) -> str:
    """Write the CSV, its codebook and its manifest into an archive; return the archive's name."""
    session = db.session()
    when = (today.year, today.month, today.day, 0, 0, 0)
    with zipfile.ZipFile(target, "w") as archive:
        about = zipfile.ZipInfo(name, when)
        about.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(about, "w", force_zip64=True) as entry:
            manifest = write_responses(session, consultation, survey, layout, name, today, entry)
        versions = [read_definition(each).survey for each in list_versions(session, survey)]
        codebook = make_codebook(consultation, list_groups(session, consultation), versions, layout.delimiter)
        archive.writestr(zipfile.ZipInfo(CODEBOOK_NAME, when), codebook)
        archive.writestr(zipfile.ZipInfo(MANIFEST_NAME, when), manifest.to_json())
    return name.removesuffix(".csv") + ".zip"


def _find_offered(consultation: Consultation) -> list[Offered]:
    session = db.session()
    offered = []
    for survey in list_surveys(session, consultation):
        versions = [read_definition(version).survey for version in list_versions(session, survey)]
        responses = count_survey_responses(session, survey)
        if versions and responses:
            title = versions[-1].title.shown(g.language)[1]
            offered.append(Offered(survey, title, responses, len(file_columns(consultation, versions))))
    return offered


def _read_wanted(form: ImmutableMultiDict[str, str]) -> _Wanted:
    """Return the choices; a value that the form does not offer is no choice of a person's."""
    cells, delimiter, package = form.get("cells"), form.get("delimiter"), form.get("package")
    if cells not in (_CODES, *LANGUAGES) or delimiter not in _DELIMITERS or package not in _PACKAGES:
        abort(400)
    labels = None if cells == _CODES else cells
    return _Wanted(form.get("survey", ""), Layout(labels, _DELIMITERS[delimiter]), package)
