"""The words of the help that are click's own, and the names of what a command takes, in the person's language."""

import re
from collections.abc import Iterable
from gettext import NullTranslations

import click

_DEFAULT = re.compile(r"\[default: (.*)\]$")


def translate_help(command: click.Command, words: NullTranslations) -> None:
    """Say the help of a command, and of every command under it, in the language of the words."""
    command.context_class = _context_class(words)
    command.options_metavar = words.gettext("[OPTIONS]")
    names = _names(words)
    for parameter in command.params:
        name = parameter.metavar or (parameter.name or "").upper()
        if name in names:
            parameter.metavar = names[name]
    if isinstance(command, click.Group):
        command.subcommand_metavar = words.gettext("COMMAND [ARGS]...")
        for each in command.commands.values():
            each.short_help = each.help  # the whole sentence: what click shortens ends in the middle
            translate_help(each, words)


def _names(words: NullTranslations) -> dict[str, str]:
    """Return the names of what is given to arguments and options; others, such as CODE, are left as they are."""
    _ = words.gettext
    return {
        "ADDRESS": _("ADDRESS"),
        "ANSWERS": _("ANSWERS"),
        "COLUMN": _("COLUMN"),
        "COLUMN|fr|en": _("COLUMN|fr|en"),
        "EMAIL": _("EMAIL"),
        "FILE": _("FILE"),
        "FOLDER": _("FOLDER"),
        "NAME": _("NAME"),
        "ROLE": _("ROLE"),
        "SURVEY.json": _("SURVEY.json"),
    }


def _context_class(words: NullTranslations) -> type[click.Context]:
    _ = words.gettext
    headings = {"Options": _("Options:"), "Commands": _("Commands:")}
    helps = {
        "Show this message and exit.": _("Show this message and exit."),
        "Show the version and exit.": _("Show the version and exit."),
    }

    class Formatter(click.HelpFormatter):
        """A page of help whose frame is in the language of the words."""

        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, _("Usage:") + " " if prefix is None else prefix)

        def write_heading(self, heading: str) -> None:
            self.write(" " * self.current_indent + headings.get(heading, f"{heading}:") + "\n")

        def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
            super().write_dl([(name, said(text)) for name, text in rows], col_max, col_spacing)

    def said(text: str) -> str:
        text = helps.get(text, text).replace("[required]", _("[required]"))
        return _DEFAULT.sub(lambda found: _("[default: %(value)s]") % {"value": found[1]}, text)

    return type("HelpContext", (click.Context,), {"formatter_class": Formatter})
