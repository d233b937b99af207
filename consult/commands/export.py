"""`consult export`: the responses of a consultation as files, each with its codebook and its manifest.

`consult export codings` and `consult export qdpx` write what was coded by hand.
"""

import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from gettext import NullTranslations
from pathlib import Path

import click
from sqlalchemy.orm import Session

from consult.commands.export_codings import export_codings
from consult.errors import InputError
from consult.exports.codebook import CODEBOOK_NAME, make_codebook
from consult.exports.codings import CodingLayout
from consult.exports.manifest import MANIFEST_NAME, Job, Layout, Manifest
from consult.exports.response_table import ResponseTable
from consult.exports.responses import FORMATS, file_name, write_table
from consult.languages import LANGUAGES, Formats, terminal_language
from consult.record.audit import record_action
from consult.record.consultation import Consultation, list_consultations
from consult.record.database import create_record_engine, unit_of_work
from consult.record.response_rows import see_one_snapshot
from consult.record.survey import Survey, list_surveys
from consult.serve import prepare_database
from consult.settings import read_settings


def add(cli: click.Group, words: NullTranslations) -> None:
    """Add the command."""
    _ = words.gettext

    @cli.command("export", help=_("Write the responses of a consultation to a folder, with a codebook and a manifest."))
    @click.argument("what", metavar="[codings|qdpx] CODE", nargs=-1, required=True)
    @click.option(
        "--out", required=True, type=click.Path(path_type=Path), metavar="FOLDER", help=_("The folder to write to.")
    )
    @click.option("--survey", metavar="CODE", help=_("One survey of the consultation. All of them if left out."))
    @click.option(
        "--format",
        "kind",
        metavar="csv|xlsx|sav|json",
        default="csv",
        help=_("The format: CSV, Excel, SPSS or JSON. CSV if left out."),
    )
    @click.option("--labels", metavar="fr|en", help=_("Write what people read, in this language, instead of codes."))
    @click.option("--semicolon", is_flag=True, help=_("Put semicolons between the cells instead of commas."))
    @click.option("--text", "has_text", is_flag=True, help=_("With codings: put what people wrote in the file."))
    def command(
        what: tuple[str, ...],
        out: Path,
        survey: str | None,
        kind: str,
        labels: str | None,
        semicolon: bool,
        has_text: bool,
    ) -> None:
        consultation = what[-1]
        layout = _read_layout(kind, labels, semicolon)
        if len(what) > 1:
            coded = CodingLayout(" ".join(what[:-1]), labels or terminal_language(), has_text, layout.delimiter)
            click.echo(export_codings(consultation, coded, out, words))
            return
        made = _export_responses(consultation, survey, layout, out)
        formats = Formats(terminal_language())
        for each in made:
            said = words.ngettext("%(path)s: %(rows)s response", "%(path)s: %(rows)s responses", each.rows)
            click.echo(said % {"path": out / each.file, "rows": formats.number(each.rows)})


def _export_responses(consultation: str, survey: str | None, layout: Layout, out: Path) -> list[Manifest]:
    """Write the responses of a consultation, or of one survey of it, and note that in the audit."""
    settings = read_settings(os.environ)
    prepare_database(settings, must_exist=True)
    engine = create_record_engine(settings.database_url)
    usual = os.umask(0o077)  # what is written is for the eyes of whoever runs the command
    try:
        with unit_of_work(engine, read_only=True) as session:
            see_one_snapshot(session)
            found = find_consultation(session, consultation)
            surveys = choose_surveys(list_surveys(session, found), survey)
            made = _write_all(session, found, surveys, layout, make_folder(out))
        with unit_of_work(engine) as session:
            record_action(session, None, "responses.exported", found, now=datetime.now(UTC))
    finally:
        os.umask(usual)
        engine.dispose()
    return made


def _read_layout(kind: str, labels: str | None, semicolon: bool) -> Layout:
    """Return the layout; an SPSS file always has labels, a JSON file never has."""
    if labels is not None and labels not in LANGUAGES:
        raise InputError("export.labels", f"--labels {labels}")
    if kind not in FORMATS:
        raise InputError("export.format", f"--format {kind}", formats=", ".join(FORMATS))
    if kind == "sav":
        labels = labels or terminal_language()
    return Layout(None if kind == "json" else labels, ";" if semicolon else ",", kind)


def find_consultation(session: Session, code: str) -> Consultation:
    """Return the consultation with a code; raises InputError export.consultation."""
    there = {each.code: each for each in list_consultations(session)}
    if code not in there:
        raise InputError("export.consultation", code, codes=", ".join(there) or "–")
    return there[code]


def choose_surveys(surveys: Sequence[Survey], code: str | None) -> list[tuple[Survey, bool]]:
    """Return the surveys to write, each with whether its file is named after it."""
    if code is not None and code not in {each.code for each in surveys}:
        raise InputError("export.survey", f"--survey {code}", codes=", ".join(each.code for each in surveys) or "–")
    return [(each, len(surveys) > 1) for each in surveys if code in (None, each.code)]


def make_folder(out: Path) -> Path:
    """Make the folder to write to where it is not there; raises InputError (out.file, out.denied)."""
    if out.exists() and not out.is_dir():
        raise InputError("out.file", str(out))
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise InputError("out.denied", str(out)) from None
    return out


def _write_all(
    session: Session, consultation: Consultation, surveys: list[tuple[Survey, bool]], layout: Layout, folder: Path
) -> list[Manifest]:
    """Write every file beside its place first: what stands in the folder under its name is whole."""
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as hidden:
            new = Path(hidden)
            made = [_write(session, consultation, survey, layout, new, several) for survey, several in surveys]
            for path in sorted(new.iterdir()):
                path.chmod(0o600)  # what people said is for this account's eyes
                path.replace(folder / path.name)
    except OSError:
        raise InputError("out.denied", str(folder)) from None
    return made


def _write(
    session: Session, consultation: Consultation, survey: Survey, layout: Layout, folder: Path, several: bool
) -> Manifest:
    today = date.today()
    name = file_name(consultation, survey, layout.labels, several=several, day=today, kind=layout.format)
    table = ResponseTable.open(session, consultation, survey)
    with (folder / name).open("xb") as target:
        manifest = write_table(Job(table, layout, name, today, target, folder))
    stem = Path(name).stem
    (folder / f"{stem}-{CODEBOOK_NAME}").write_bytes(make_codebook(table, layout.delimiter))
    (folder / f"{stem}-{MANIFEST_NAME}").write_bytes(manifest.to_json())
    return manifest
