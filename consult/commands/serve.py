"""`consult serve`: the pages and a worker, until Ctrl-C."""

import os
from gettext import NullTranslations

import click

from consult.application import create_app
from consult.errors import InputError
from consult.serve import address_of, default_workers, open_port, prepare_database, serve
from consult.settings import read_settings

_MOST_WORKERS = 64


def add(cli: click.Group, words: NullTranslations) -> None:
    """Add the command."""
    _ = words.gettext

    @cli.command("serve", help=_("Serve the pages until Ctrl-C, with a worker beside."))
    @click.option(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        show_default=True,
        help=_("The address to answer on: this machine only, or 0.0.0.0 for everybody who can reach it."),
    )
    @click.option("--port", default=8000, type=int, metavar="N", show_default=True, help=_("The port to answer on."))
    @click.option("--workers", type=int, metavar="N", help=_("How many processes. As many as processors if left out."))
    @click.option("--no-worker", is_flag=True, help=_("Start no worker: “consult worker” runs elsewhere."))
    def command(host: str, port: int, workers: int | None, no_worker: bool) -> None:
        if not 0 <= port <= 65535:
            raise InputError("serve.port", f"--port {port}")
        if workers is not None and not 1 <= workers <= _MOST_WORKERS:
            raise InputError("serve.workers", f"--workers {workers}", most=_MOST_WORKERS)
        settings = read_settings(os.environ)
        # the port first: a database is not touched for nothing
        with open_port(host, port) as listener:
            prepare_database(settings)
            address = address_of(listener)

            def say() -> None:
                click.echo(_("Consult answers at %(address)s Ctrl-C stops it.") % {"address": address})

            number = workers or default_workers()
            serve(create_app(settings), listener, settings, number, say, has_worker=not no_worker)
