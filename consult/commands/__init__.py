"""The command's parts, one module for each noun: each has ``add(cli, words)``.

A module is loaded when its command is asked for: the pages and the database take seconds to load, and an analysis of
a file needs neither.
"""

from gettext import NullTranslations
from importlib import import_module

import click

from consult.commands.help_words import translate_help

# The module of each command.
MODULES = {
    "demo": "demo",
    "serve": "serve",
    "worker": "worker",
    "backup": "backup",
    "restore": "backup",
    "user": "users",
    "consultation": "consultations",
    "export": "export",
    "report": "report",
    "survey": "surveys",
    "paper": "paper",
    "db": "database",
}


def commands_for(words: NullTranslations) -> type[click.Group]:
    """Return a group that loads each of the commands when it is asked for, with its help in these words."""

    class Commands(click.Group):
        """The commands, those of MODULES among them."""

        def list_commands(self, ctx: click.Context) -> list[str]:
            return sorted({*super().list_commands(ctx), *MODULES})

        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
            if cmd_name in MODULES and cmd_name not in self.commands:
                import_module(f"consult.commands.{MODULES[cmd_name]}").add(self, words)
                translate_help(self, words)
            return super().get_command(ctx, cmd_name)

    return Commands
