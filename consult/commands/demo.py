"""`consult demo`: reports of the sample's open questions, then a server on which the sample is being answered."""

from datetime import date
from gettext import NullTranslations
from pathlib import Path

import click

from consult.application import create_app
from consult.commands.findings import print_result, watched
from consult.commands.outcome import Outcome
from consult.demo.freshness import is_fresh
from consult.demo.installation import Demonstration, prepare_demonstration
from consult.demo.themes import find_sample_themes
from consult.languages import terminal_language
from consult.sample import OPEN_QUESTIONS
from consult.serve import address_of, default_workers, open_first_port, serve

_HOST, _FIRST_PORT = "127.0.0.1", 8000


def add(cli: click.Group, words: NullTranslations) -> None:
    """Add the command."""
    _ = words.gettext

    @cli.command(
        "demo",
        help=_("Analyse the sample consultation that comes with Consult, then serve it until Ctrl-C."),
    )
    @click.option("--out", default="demo", show_default=True, type=click.Path(path_type=Path), metavar="FOLDER")
    @click.option("--no-serve", is_flag=True, help=_("Make everything and end: no server."))
    @click.pass_obj
    def command(outcome: Outcome, out: Path, no_serve: bool) -> None:
        stale = [question for question in OPEN_QUESTIONS if not is_fresh(out / question / "report.html")]
        for question in stale:
            outcome.expect(out / question)
            _report(question, out, words)
        for question in OPEN_QUESTIONS:
            if question not in stale:
                click.echo(_("Already made: %(path)s") % {"path": out / question / "report.html"})
        click.echo(_("These answers are fictional. Open a report in a browser to read it."))
        shown = prepare_demonstration(out, date.today(), terminal_language())
        with watched(words) as progress:
            find_sample_themes(shown.settings, shown.code, lambda step, share: progress(step, round(100 * share), 100))
        if not no_serve:
            _serve(shown, words)


def _report(question: str, out: Path, words: NullTranslations) -> None:
    """Find the themes of one question and say what was found."""
    from consult.demo.reports import run_demo  # noqa: PLC0415 - scikit-learn and pandas take seconds to load

    with watched(words) as progress:
        result = run_demo(question, out, progress, date.today())
    language = terminal_language()
    click.secho(result.source.question(language), bold=True)
    print_result(result, words, language)
    click.echo()


def _serve(shown: Demonstration, words: NullTranslations) -> None:
    """Serve the demonstration and say who may go where."""
    listener = open_first_port(_HOST, _FIRST_PORT)
    address = address_of(listener)
    language = terminal_language()
    _ = words.gettext

    def say() -> None:
        home = f"{address}{language}"
        click.echo()
        click.secho(_("The fictional consultation is open at %(address)s") % {"address": address}, bold=True)
        click.echo(_("  Participant: %(address)s") % {"address": f"{home}/c/{shown.code}/"})
        click.echo(_("  Participant with a personal link: %(address)s") % {"address": f"{home}/i/{shown.token}"})
        click.echo(
            _("  Facilitator: %(address)s with %(email)s and the password %(password)s")
            % {"address": f"{home}/sign-in", "email": shown.email, "password": shown.password}
        )
        click.echo(
            _("  Committee: %(address)s with %(email)s and the same password")
            % {"address": f"{home}/sign-in", "email": shown.committee_email}
        )
        click.echo(_("Ctrl-C stops everything."))

    serve(create_app(shown.settings), listener, shown.settings, default_workers(), say)
