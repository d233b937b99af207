"""What was coded by hand, as files for researchers: facilitators only, and every file taken is in the audit."""

import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

from flask import abort, g, render_template, request, send_file
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.exports.coding_segments import read_coded_boards
from consult.exports.codings import KINDS, CodingFiles, CodingLayout, make_coding_files
from consult.extensions import db
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import get_consultation
from consult.record.database import begin
from consult.record.response_rows import see_one_snapshot

_DELIMITERS = {"comma": ",", "semicolon": ";"}
EXPORTED = "codings.exported"


@blueprint.get("/<code:code>/coding/files")
@needs(Role.FACILITATOR)
def coding_files(code: str) -> str:
    """Say what can be taken, and how."""
    begin(db.session(), read_only=True)
    return _show(code)


@blueprint.post("/<code:code>/coding/files")
@needs(Role.FACILITATOR)
def download_codings(code: str) -> Response | tuple[str, int]:
    """Send the files, once they are whole and the taking is noted."""
    session, layout = db.session(), _read_layout(request.form)
    begin(session, read_only=True)
    see_one_snapshot(session)
    consultation = get_consultation(session, code)
    files = make_coding_files(session, consultation, layout, date.today())
    if files is None:
        return _show(code, _("No round of coding is finished yet: there is nothing to export.")), 422
    session.commit()  # ends the reading
    begin(session)
    record_action(session, current_user.id, EXPORTED, consultation, now=datetime.now(UTC))
    session.commit()
    if request.form.get("package") == "file":
        name, content = files.name, files.content
    else:
        name, content = f"{Path(files.name).stem}.zip", _pack(files)
    return send_file(BytesIO(content), "application/octet-stream", as_attachment=True, download_name=name, etag=False)


def _show(code: str, problem: str = "") -> str:
    session = db.session()
    consultation = get_consultation(session, code)
    return render_template(
        "committee/coding_files.html",
        consultation=consultation,
        is_facilitator=True,
        is_there=bool(read_coded_boards(session, consultation)),
        usual_delimiter="semicolon" if g.language == "fr" else "comma",
        problem=problem,
    )


def _read_layout(form: Mapping[str, str]) -> CodingLayout:
    """Return the choices; a value that the form does not offer is no choice of a person's."""
    if form.get("kind") not in KINDS or form.get("delimiter") not in _DELIMITERS:
        abort(400)
    return CodingLayout(form["kind"], g.language, form.get("text") == "1", _DELIMITERS[form["delimiter"]])


def _pack(files: CodingFiles) -> bytes:
    """Return an archive of a file and those that go with it."""
    target = BytesIO()
    today = date.today()
    when = (today.year, today.month, today.day, 0, 0, 0)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in {files.name: files.content, **files.others}.items():
            entry = zipfile.ZipInfo(name, when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return target.getvalue()
