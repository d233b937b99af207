"""`consult export`: the responses of a consultation as CSV, with the manifest by which each file can be checked."""

import os
import tempfile
from collections.abc import Sequence
from datetime import date
from gettext import NullTranslations
from pathlib import Path

import click
from sqlalchemy.orm import Session

from consult.errors import InputError
from consult.exports.responses import Layout, Manifest, file_name, write_responses
from consult.languages import LANGUAGES, Formats, terminal_language
from consult.record.consultation import Consultation, list_consultations
from consult.record.database import create_record_engine, unit_of_work
from consult.record.response_rows import see_one_snapshot
from consult.record.survey import Survey, list_surveys
from consult.serve import prepare_database
from consult.settings import read_settings


def add(cli: click.Group, words: NullTranslations) -> None:
    """Add the command."""
    _ = words.gettext

    @cli.command("export", help=_("Write the responses of a consultation to a folder, as CSV with a manifest."))
    @click.argument("consultation", metavar="CODE")
    @click.option(
        "--out", required=True, type=click.Path(path_type=Path), metavar="FOLDER", help=_("The folder to write to.")
    )
    @click.option("--survey", metavar="CODE", help=_("One survey of the consultation. All of them if left out."))
    @click.option("--labels", metavar="fr|en", help=_("Write what people read, in this language, instead of codes."))
    @click.option("--semicolon", is_flag=True, help=_("Put semicolons between the cells instead of commas."))
    def command(consultation: str, out: Path, survey: str | None, labels: str | None, semicolon: bool) -> None:
        if labels is not None and labels not in LANGUAGES:
            raise InputError("export.labels", f"--labels {labels}")
        layout = Layout(labels, ";" if semicolon else ",")
        settings = read_settings(os.environ)
        prepare_database(settings, must_exist=True)
        engine = create_record_engine(settings.database_url)
        usual = os.umask(0o077)  # what is written is for the eyes of whoever runs the command
        try:
            with unit_of_work(engine, read_only=True) as session:
                see_one_snapshot(session)
                found = _find_consultation(session, consultation)
                surveys = _choose(list_surveys(session, found), survey)
                made = _write_all(session, found, surveys, layout, _make_folder(out))
        finally:
            os.umask(usual)
            engine.dispose()
        formats = Formats(terminal_language())
        for each in made:
            said = words.ngettext("%(path)s: %(rows)s response", "%(path)s: %(rows)s responses", each.rows)
            click.echo(said % {"path": out / each.file, "rows": formats.number(each.rows)})


def _find_consultation(session: Session, code: str) -> Consultation:
    there = {each.code: each for each in list_consultations(session)}
    if code not in there:
        raise InputError("export.consultation", code, codes=", ".join(there) or "–")
    return there[code]


def _choose(surveys: Sequence[Survey], code: str | None) -> list[tuple[Survey, bool]]:
    """Return the surveys to write, each with whether its file is named after it."""
    if code is not None and code not in {each.code for each in surveys}:
        raise InputError("export.survey", f"--survey {code}", codes=", ".join(each.code for each in surveys) or "–")
    return [(each, len(surveys) > 1) for each in surveys if code in (None, each.code)]


def _make_folder(out: Path) -> Path:
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
    name = file_name(consultation, survey, layout.labels, several=several, day=date.today())
    with (folder / name).open("xb") as target:
        manifest = write_responses(session, consultation, survey, layout, name, date.today(), target)
    (folder / (name.removesuffix(".csv") + "-manifest.json")).write_bytes(manifest.to_json())
    return manifest
