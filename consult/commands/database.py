"""`consult db`: make the tables, bring them up to date, and do the work of the night at once."""

import os
from datetime import date
from gettext import NullTranslations

import click

from consult.record.database import create_record_engine
from consult.record.migrations import upgrade as migrate
from consult.record.night import run_night
from consult.serve import prepare_database
from consult.settings import read_settings


def add(cli: click.Group, words: NullTranslations) -> None:
    """Add the commands."""
    _ = words.gettext

    @cli.group(help=_("Look after the database."), invoke_without_command=True)
    @click.pass_context
    def db(context: click.Context) -> None:
        """Group the commands about the database."""
        if context.invoked_subcommand is None:
            click.echo(context.get_help())

    @db.command(help=_("Make the tables of the database, or bring them up to this version."))
    def upgrade() -> None:
        """Run the migrations."""
        settings = read_settings(os.environ)
        engine = create_record_engine(settings.database_url)
        try:
            migrate(engine)
        finally:
            engine.dispose()
        click.echo(_("The database is up to date."))

    @db.command(
        help=_(
            "Mix the stored answers, so that their order tells nothing, and delete drafts that nobody touched for sixty"
            " days. The worker does it every night by itself; this is for doing it now."
        )
    )
    def nightly() -> None:
        """Do now what the worker does every night."""
        settings = read_settings(os.environ)
        prepare_database(settings, must_exist=True)
        engine = create_record_engine(settings.database_url)
        try:
            deleted = run_night(engine, date.today(), lambda step, share: None)
        finally:
            engine.dispose()
        said = words.ngettext(
            "The stored answers are mixed. %(count)s draft was deleted.",
            "The stored answers are mixed. %(count)s drafts were deleted.",
            deleted,
        )
        click.echo(said % {"count": deleted})
