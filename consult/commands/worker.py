"""`consult worker`: carries out jobs until Ctrl-C."""

import os
import signal
import threading
from gettext import NullTranslations
from types import FrameType

import click

from consult.record.database import create_record_engine
from consult.serve import log_discreetly, prepare_database
from consult.settings import read_settings
from consult.worker import Worker


def add(cli: click.Group, words: NullTranslations) -> None:
    """Add the command."""
    _ = words.gettext

    @cli.command(
        "worker",
        help=_(
            "Find themes and do the work of every night, until Ctrl-C. “consult serve” starts one by itself: this is"
            " for several hosts."
        ),
    )
    @click.option("--beside", type=int, hidden=True)  # the process to end with
    def command(beside: int | None) -> None:
        stopping = _stop_with_signals()  # from the first moment: the server may end right after it began
        settings = read_settings(os.environ)
        prepare_database(settings)
        log_discreetly()
        engine = create_record_engine(settings.database_url)
        worker = Worker(engine, beside=beside, settings=settings, stopping=stopping)
        if beside is None:
            click.echo(_("The worker waits for jobs. Ctrl-C stops it."))
        try:
            worker.run()
        finally:
            engine.dispose()


def _stop_with_signals() -> threading.Event:
    """Return what is set by a signal to end: the job then goes back. The second time the process ends at once."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    return stopping
