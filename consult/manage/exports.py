"""Export: the responses as CSV, XLSX, SPSS or JSON, alone or with what the columns mean and the manifest of the file.

The file is whole before its first byte leaves: a failure gives an error page, never half a file that looks whole.
"""

import tempfile
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

from flask import abort, g, render_template, request, send_file
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from consult.access import needs
from consult.exports.codebook import CODEBOOK_NAME, make_codebook
from consult.exports.manifest import MANIFEST_NAME, Job, Layout
from consult.exports.response_columns import file_columns
from consult.exports.response_table import ResponseTable
from consult.exports.responses import FORMATS, file_name, write_table
from consult.extensions import db
from consult.languages import LANGUAGES
from consult.manage.blueprint import blueprint
from consult.manage.export_sentences import export_sentence
from consult.manage.private_files import private_folder
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import Anonymity, Consultation, get_consultation
from consult.record.database import begin
from consult.record.response_rows import count_survey_responses, see_one_snapshot
from consult.record.survey import Survey, list_surveys, list_versions, read_definition
from surveys.problems import SurveyError

_CODES = "codes"
_DELIMITERS = {"comma": ",", "semicolon": ";"}
_PACKAGES = ("file", "zip")


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
    return _show_form(get_consultation(db.session(), code))


@blueprint.post("/<code:code>/export")
@needs(Role.FACILITATOR)
def download(code: str) -> Response | tuple[str, int]:
    """Send the file, once it is whole."""
    wanted = _read_wanted(request.form)
    with ExitStack() as stack:
        target = stack.enter_context(tempfile.TemporaryFile(dir=private_folder(db.engine)))
        try:
            name = _write_file(target, code, wanted)
        except SurveyError as error:
            problem = export_sentence(error.problems[0], wanted.layout.format, g.language)
            return _show_form(get_consultation(db.session(), code), problem), 422
        stack.pop_all()  # from here on the answer closes it
    size = target.tell()
    target.seek(0)
    kind = "application/zip" if wanted.package == "zip" else FORMATS[wanted.layout.format]
    response = send_file(target, mimetype=kind, as_attachment=True, download_name=name, etag=False)
    response.content_length = size
    return response


def _show_form(consultation: Consultation, problem: str = "") -> str:
    offered, published = _find_offered(consultation)
    return render_template(
        "manage/export.html",
        consultation=consultation,
        offered=offered,
        published=published,
        is_identified=consultation.anonymity is Anonymity.IDENTIFIED,
        usual_delimiter="semicolon" if g.language == "fr" else "comma",
        problem=problem,
    )


def _write_file(target: IO[bytes], code: str, wanted: _Wanted) -> str:
    """Write the file on one snapshot, then note who took it; return the file's name."""
    session, today = db.session(), date.today()
    begin(session, read_only=True)
    see_one_snapshot(session)
    consultation = get_consultation(session, code)
    surveys = {survey.code: survey for survey in list_surveys(session, consultation)}
    survey = surveys.get(wanted.survey) or abort(400)
    layout, several = wanted.layout, len(surveys) > 1
    name = file_name(consultation, survey, layout.labels, several=several, day=today, kind=layout.format)
    folder = private_folder(db.engine)
    table = ResponseTable.open(session, consultation, survey)
    job = Job(table, layout, name, today, target, Path(folder) if folder else None)
    if wanted.package == "zip":
        name = _write_zip(job)
    else:
        write_table(job)
    session.commit()  # ends the reading
    begin(session)
    record_action(session, current_user.id, "responses.exported", consultation, now=datetime.now(UTC))
    session.commit()
    return name


def _write_zip(job: Job) -> str:
    """Write the file, its codebook and its manifest into an archive; return the archive's name."""
    when = (job.day.year, job.day.month, job.day.day, 0, 0, 0)
    with zipfile.ZipFile(job.target, "w") as archive:
        about = zipfile.ZipInfo(job.name, when)
        about.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(about, "w", force_zip64=True) as entry:
            manifest = write_table(replace(job, target=entry))
        codebook = make_codebook(job.table, job.layout.delimiter)
        archive.writestr(zipfile.ZipInfo(CODEBOOK_NAME, when), codebook)
        archive.writestr(zipfile.ZipInfo(MANIFEST_NAME, when), manifest.to_json())
    return f"{Path(job.name).stem}.zip"


def _find_offered(consultation: Consultation) -> tuple[list[Offered], list[tuple[str, str]]]:
    """Return the surveys that have responses, and the code and title of all that are published."""
    session = db.session()
    offered, published = [], []
    for survey in list_surveys(session, consultation):
        versions = [read_definition(version).survey for version in list_versions(session, survey)]
        if not versions:
            continue
        title = versions[-1].title.shown(g.language)[1]
        published.append((survey.code, title))
        if responses := count_survey_responses(session, survey):
            offered.append(Offered(survey, title, responses, len(file_columns(consultation, versions))))
    return offered, published


def _read_wanted(form: ImmutableMultiDict[str, str]) -> _Wanted:
    """Return the choices; a value that the form does not offer is no choice of a person's."""
    cells, delimiter, package = form.get("cells"), form.get("delimiter"), form.get("package")
    kind = form.get("format", "csv")
    if cells not in (_CODES, *LANGUAGES) or delimiter not in _DELIMITERS or package not in _PACKAGES:
        abort(400)
    if kind not in FORMATS:
        abort(400)
    return _Wanted(form.get("survey", ""), _fit_layout(kind, None if cells == _CODES else cells, delimiter), package)


def _fit_layout(kind: str, labels: str | None, delimiter: str) -> Layout:
    """Return the layout as the format has it: an SPSS file always has labels, a JSON file never has."""
    if kind == "sav":
        labels = labels or g.language
    return Layout(None if kind == "json" else labels, _DELIMITERS[delimiter], kind)
