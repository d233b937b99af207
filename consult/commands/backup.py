"""`consult backup` and `consult restore`: the whole database in one file, and back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations
from pathlib import Path

import click
import sqlalchemy as sa

from consult.errors import InputError
from consult.record.backup import back_up, restore
from consult.record.database import create_record_engine
from consult.record.errors import RecordError
from consult.settings import read_settings


def add(cli: click.Group, words: NullTranslations) -> None:
    """Add both commands."""
    _ = words.gettext

    @cli.command("backup", help=_("Save the whole database to a file, while people answer."))
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--replace", is_flag=True, help=_("Replace a file of this name."))
    def save(file: Path, replace: bool) -> None:
        with _database(file) as engine:
            back_up(engine, file, replace=replace)
        click.echo(_("Saved and checked: %(file)s") % {"file": file})
        click.echo(
            _(
                "Keep CONSULT_SECRET_KEY too, but not beside it: links and receipts need both, and who has both can"
                " follow the links that were not used yet."
            )
        )

    @cli.command("restore", help=_("Make the database what it was when a file was saved, while people answer."))
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--replace", is_flag=True, help=_("Even if the database holds responses: they are lost."))
    def bring_back(file: Path, replace: bool) -> None:
        with _database(file) as engine:
            restore(engine, file, replace=replace)
        click.echo(_("Restored from %(file)s. Servers that run read it from now on.") % {"file": file})


@contextmanager
def _database(file: Path) -> Iterator[sa.Engine]:
    """Give the database of the settings, and say as bad input what the file or the database is not fit for."""
    settings = read_settings(os.environ)
    try:
        engine = create_record_engine(settings.database_url)
    except (sa.exc.ArgumentError, ModuleNotFoundError):
        raise InputError("database.address", "CONSULT_DATABASE_URL") from None
    try:
        yield engine
    except RecordError as error:
        if error.code.startswith(("backup.", "restore.")):
            place = "CONSULT_DATABASE_URL" if error.code.startswith("restore.") else str(file)
            raise InputError(error.code, place, **error.values) from error
        raise
    except sa.exc.DBAPIError:
        # what the driver says may hold the password
        raise InputError("database.unreachable", engine.url.database or "") from None
    finally:
        engine.dispose()
