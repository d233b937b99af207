"""`consult paper`: the published surveys of a consultation as PDF, to be filled in by hand."""

import os
from datetime import date
from gettext import NullTranslations
from pathlib import Path

import click
from sqlalchemy.orm import Session

from consult.commands.export import choose_surveys, find_consultation, make_folder
from consult.errors import InputError
from consult.exports.paper import make_paper, paper_name
from consult.languages import LANGUAGES
from consult.record.consultation import Consultation
from consult.record.database import create_record_engine, unit_of_work
from consult.record.survey import Survey, list_surveys, list_versions, read_definition
from consult.serve import prepare_database
from consult.settings import read_settings


def add(cli: click.Group, words: NullTranslations) -> None:
    """Add the command."""
    _ = words.gettext

    @cli.command("paper", help=_("Write the published survey as PDF in each language, to be filled in by hand."))
    @click.argument("consultation", metavar="CODE")
    @click.option(
        "--out", required=True, type=click.Path(path_type=Path), metavar="FOLDER", help=_("The folder to write to.")
    )
    @click.option("--survey", metavar="CODE", help=_("One survey of the consultation. All of them if left out."))
    def command(consultation: str, out: Path, survey: str | None) -> None:
        settings = read_settings(os.environ)
        prepare_database(settings, must_exist=True)
        engine = create_record_engine(settings.database_url)
        try:
            with unit_of_work(engine, read_only=True) as session:
                found = find_consultation(session, consultation)
                surveys = choose_surveys(list_surveys(session, found), survey)
                made = {name: content for each in surveys for name, content in _make(session, found, *each).items()}
        finally:
            engine.dispose()
        folder = make_folder(out)
        for name, content in made.items():
            try:
                (folder / name).write_bytes(content)
            except OSError:
                raise InputError("out.denied", str(folder)) from None
            click.echo(str(out / name))


def _make(session: Session, consultation: Consultation, survey: Survey, several: bool) -> dict[str, bytes]:
    """Return the PDF of the published version in each language, by name; none where nothing is published."""
    published = list_versions(session, survey)
    if not published:
        return {}
    definition, number = read_definition(published[-1]).survey, published[-1].number
    return {
        paper_name(consultation, definition, language, several=several): make_paper(
            consultation, definition, number, language, date.today()
        )
        for language in LANGUAGES
    }
