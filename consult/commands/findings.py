"""How far an analysis is, and what it found, on the terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gettext import NullTranslations
from typing import TYPE_CHECKING

import click

from consult.languages import LANGUAGES, Formats
from consult.messages import ground
from consult.progress import TerminalProgress

if TYPE_CHECKING:
    from consult.theme_command import Result


@contextmanager
def watched(words: NullTranslations) -> Iterator[Callable[[str, int, int], None]]:
    """Give what an analysis tells how far it is, and take the line away at its end."""
    _ = words.gettext
    progress = TerminalProgress(
        {
            "read": _("Reading the file"),
            "corpus": _("Recognizing the languages"),
            "vectors": _("Reading the answers"),
            "number": _("Choosing how many themes"),
            "clusters": _("Grouping the answers"),
            "themes": _("Describing the themes"),
        }
    )
    try:
        yield progress
    finally:
        progress.close()


def print_result(result: "Result", words: NullTranslations, language: str) -> None:
    """Say what was found: how many themes, the three largest, and where to read."""
    _ = words.gettext
    findings, report = result.findings, result.report
    formats = Formats(language)
    click.echo(
        words.ngettext(
            "%(themes)s theme in %(answers)s answers.",
            "%(themes)s themes in %(answers)s answers.",
            len(report.themes),
        )
        % {"themes": len(report.themes), "answers": formats.number(findings.answers)}
        + " "
        + ground(findings.choice.ground, words)
    )
    click.echo(_("The largest:"))
    for theme in report.themes[:3]:
        labels = [theme.names[each].label for each in LANGUAGES if theme.names[each].label]
        labels = labels or [_("Theme %(number)s") % {"number": theme.number}]
        people = _("too few people to say") if theme.people is None else formats.number(theme.people)
        click.echo(_("  %(labels)s (people: %(people)s)") % {"labels": " / ".join(labels), "people": people})
    click.echo(_("Report: %(path)s") % {"path": result.folder / "report.html"})
