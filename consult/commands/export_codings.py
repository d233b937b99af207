"""`consult export codings|qdpx`: what was coded by hand, as files for researchers with their manifest."""

import os
import tempfile
from datetime import UTC, date, datetime
from gettext import NullTranslations
from pathlib import Path

from consult.errors import InputError
from consult.exports.codings import KINDS, CodingFiles, CodingLayout, make_coding_files, write_coding_files
from consult.languages import Formats, terminal_language
from consult.record.audit import record_action
from consult.record.consultation import list_consultations
from consult.record.database import create_record_engine, unit_of_work
from consult.record.response_rows import see_one_snapshot
from consult.serve import prepare_database
from consult.settings import read_settings


def export_codings(code: str, layout: CodingLayout, out: Path, words: NullTranslations) -> str:
    """Write the files of a consultation to a folder and return the sentence about them.

    Raises InputError (export.kind, export.consultation, export.no_codings, out.file, out.denied).
    """
    if layout.kind not in KINDS:
        raise InputError("export.kind", layout.kind)
    settings = read_settings(os.environ)
    prepare_database(settings, must_exist=True)
    engine = create_record_engine(settings.database_url)
    usual = os.umask(0o077)  # what is written is for the eyes of whoever runs the command
    try:
        with unit_of_work(engine, read_only=True) as session:
            see_one_snapshot(session)
            there = {each.code: each for each in list_consultations(session)}
            if code not in there:
                raise InputError("export.consultation", code, codes=", ".join(there) or "–")
            files = make_coding_files(session, there[code], layout, date.today())
            if files is None:
                raise InputError("export.no_codings", code)
        _write(files, out)
        with unit_of_work(engine) as session:
            record_action(session, None, "codings.exported", there[code], now=datetime.now(UTC))
    finally:
        os.umask(usual)
        engine.dispose()
    said = words.ngettext("%(path)s: %(rows)s coding", "%(path)s: %(rows)s codings", files.rows)
    return said % {"path": out / files.name, "rows": Formats(terminal_language()).number(files.rows)}


def _write(files: CodingFiles, out: Path) -> None:
    """Write every file beside its place first: what stands in the folder under its name is whole."""
    if out.exists() and not out.is_dir():
        raise InputError("out.file", str(out))
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".export-") as hidden:
            write_coding_files(files, Path(hidden))
            for path in sorted(Path(hidden).iterdir()):
                path.chmod(0o600)  # what people said is for this account's eyes
                path.replace(out / path.name)
    except OSError:
        raise InputError("out.denied", str(out)) from None
