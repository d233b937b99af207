"""`consult report`: makes the report of a consultation and writes it as a file, in the form that is asked for."""

import os
from datetime import UTC, datetime
from gettext import NullTranslations
from pathlib import Path

import click
from sqlalchemy.orm import Session

from consult.commands.export import find_consultation
from consult.commands.surveys import write_whole
from consult.errors import InputError
from consult.exports.report_files import FORMS, file_name, read_document
from consult.languages import LANGUAGES, terminal_language
from consult.record.consultation import Consultation
from consult.record.database import create_record_engine, unit_of_work
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.report import ReportSnapshot
from consult.report.gather import make_snapshot
from consult.serve import prepare_database
from consult.settings import Settings, read_settings


def add(cli: click.Group, words: NullTranslations) -> None:
    """Add the command."""
    _ = words.gettext

    @cli.command("report", help=_("Make the report of a consultation and write it to a file."))
    @click.argument("code", metavar="CODE")
    @click.option("--language", metavar="fr|en", help=_("The language of the report. The terminal’s if left out."))
    @click.option(
        "--format", "form", default="pdf", metavar="pdf|docx|xlsx|csv", help=_("The form of the file. PDF if left out.")
    )
    @click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help=_("The file to write."))
    @click.option("--replace", is_flag=True, help=_("Replace a file of this name."))
    def command(code: str, language: str | None, form: str, output: Path | None, replace: bool) -> None:
        if language is not None and language not in LANGUAGES:
            raise InputError("export.labels", f"--language {language}")
        if form not in FORMS:
            raise InputError("export.format", f"--format {form}", formats=", ".join(FORMS))
        if output is not None and output.exists() and not replace:
            raise InputError("backup.exists", str(output))
        click.echo(_write(code, language or terminal_language(), form, output))


def _write(code: str, language: str, form: str, output: Path | None) -> Path:
    """Make the snapshot, or find the one that says the same, and write it whole; return the path of the file.

    A name of its own holds the id of the snapshot: what stands there is the same report, less what was withdrawn since.
    """
    settings = read_settings(os.environ)
    prepare_database(settings, must_exist=True)
    engine = create_record_engine(settings.database_url)
    try:
        with unit_of_work(engine) as session:
            consultation = find_consultation(session, code)
            made = _make(session, consultation, settings)
            document = read_document(session, made, language)
        path = output or Path(file_name(document, form))
        write_whole(path, FORMS[form][2](document))
        return path
    finally:
        engine.dispose()


def _make(session: Session, consultation: Consultation, settings: Settings) -> ReportSnapshot:
    try:
        return make_snapshot(session, consultation, settings, By(None, datetime.now(UTC)))
    except RecordError as error:
        raise InputError(error.code, consultation.code) from error
