"""The command's parts, one module for each noun: each has ``add(cli, words)``."""

from collections.abc import Callable
from gettext import NullTranslations

import click

from consult.commands import backup, consultations, demo, export, paper, serve, surveys, users, worker

COMMANDS: tuple[Callable[[click.Group, NullTranslations], None], ...] = (
    demo.add,
    serve.add,
    worker.add,
    backup.add,
    users.add,
    consultations.add,
    export.add,
    surveys.add,
    paper.add,
)
