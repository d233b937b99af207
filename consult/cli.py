"""The command `consult`: ends with 0 when done, 2 for bad input (one line says what to do), 1 for anything else."""

import os
import signal
import sys
from datetime import date
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from analysis.engines.encoding_process import load_ahead
from analysis.errors import AnalysisError
from consult.commands import commands_for
from consult.commands.findings import print_result, watched
from consult.commands.help_words import translate_help
from consult.commands.outcome import Outcome
from consult.errors import InputError
from consult.languages import interface_words, terminal_language
from consult.messages import problem_sentence
from consult.record.errors import RecordError
from surveys.problems import SurveyError

LANGUAGE = terminal_language()
WORDS = interface_words(LANGUAGE)
_ = WORDS.gettext

BAD_INPUT, FAILED = 2, 1


@click.group(
    cls=commands_for(WORDS),
    help=_("Turn what people say, in French and in English, into themes and priorities."),
    invoke_without_command=True,
)
@click.version_option(package_name="consult", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Group the commands."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command(help=_("Find themes in the answers of a CSV or XLSX file and write them to a folder."))
@click.argument("answers", type=click.Path(path_type=Path))
@click.option(
    "--text",
    "texts",
    metavar="COLUMN",
    multiple=True,
    help=_(
        "The column that holds the answers. Given several times, the answers to several questions are read together."
    ),
)
@click.option(
    "--language",
    metavar="COLUMN|fr|en",
    help=_("The column that says the language of each answer, or the language of all. Detected if left out."),
)
@click.option(
    "--id",
    "identifier",
    metavar="COLUMN",
    help=_("The column that says whose answer it is: several rows of one person count as one person."),
)
@click.option(
    "--group",
    "groups",
    metavar="COLUMN",
    multiple=True,
    help=_("A column to count by. May be given several times."),
)
@click.option(
    "--quotable",
    metavar="COLUMN",
    help=_("The column that says who agreed to be quoted (1, yes, oui); nobody else is quoted."),
)
@click.option(
    "--themes", type=int, metavar="N", help=_("How many themes to make. Chosen from the answers if left out.")
)
@click.option(
    "--engine",
    default="auto",
    metavar="NAME",
    show_default=True,
    help=_(
        "How answers are compared: hybrid (meaning and words), sentence (meaning), tfidf (words), or auto (the best"
        " that is installed)."
    ),
)
@click.option(
    "--seed", type=int, metavar="N", help=_("Start of the random draws: the same seed gives the same themes.")
)
@click.option(
    "--join",
    "joins",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help=_(
        "The folder of an earlier result: the answers join its themes, which stay as they are. Columns and settings are"
        " then those of that result."
    ),
)
@click.option(
    "--earlier",
    type=click.Path(path_type=Path),
    metavar="FILE",
    multiple=True,
    help=_("With --join: the file of answers that the earlier result was made of."),
)
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FOLDER", help=_("The folder to make."))
@click.option(
    "--keep-vectors",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help=_(
        "Keep what was read in this folder: the next analysis of the same answers is faster. It holds no words but"
        " tells what was said: keep and delete it like the answers. Nothing is kept if left out."
    ),
)
@click.pass_obj
def themes(
    outcome: Outcome,
    answers: Path,
    texts: tuple[str, ...],
    language: str | None,
    identifier: str | None,
    groups: tuple[str, ...],
    quotable: str | None,
    themes: int | None,
    engine: str,
    seed: int | None,
    joins: Path | None,
    earlier: tuple[Path, ...],
    out: Path,
    keep_vectors: Path | None,
) -> None:
    """Run the analysis on a file."""
    outcome.expect(out)
    if engine != "tfidf":
        load_ahead()
    from analysis.settings import DEFAULT_SEED, Settings  # noqa: PLC0415 - scikit-learn and pandas take seconds to load
    from consult.exports.answer_rows import Columns  # noqa: PLC0415 - the same
    from consult.theme_command import Request, run_themes  # noqa: PLC0415 - the same

    chosen = [*texts, *groups, language, identifier, quotable, themes, seed, None if engine == "auto" else engine]
    _check_joining(joins, earlier, texts, is_chosen=any(choice is not None for choice in chosen))
    try:
        settings = Settings(themes, engine, DEFAULT_SEED if seed is None else seed)
    except AnalysisError as error:
        raise InputError(error.code, "", **error.values) from error
    columns = Columns(tuple(dict.fromkeys(texts)), language, identifier, groups, quotable)
    request = Request(answers, columns, out, settings, kept=keep_vectors, joins=joins, earlier=earlier)
    with watched(WORDS) as progress:
        result = run_themes(request, progress, date.today())
    print_result(result, WORDS, LANGUAGE)


def _check_joining(joins: Path | None, earlier: tuple[Path, ...], texts: tuple[str, ...], *, is_chosen: bool) -> None:
    """Refuse options that say nothing together: what joins an earlier result is read and compared as it was."""
    missing = {
        "texts": joins is None and not texts,
        "joins": joins is None and earlier,
        "earlier": joins and not earlier,
    }
    context = click.get_current_context()
    for parameter in context.command.params:
        if missing.get(str(parameter.name)):
            raise click.MissingParameter(ctx=context, param=parameter)
    if joins is not None and is_chosen:
        raise InputError("join.chosen")


translate_help(cli, WORDS)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command and leave with its code."""
    signal.signal(signal.SIGTERM, _interrupt)
    outcome = Outcome()
    try:
        code = cli.main(args=arguments, prog_name="consult", standalone_mode=False, obj=outcome)
    except (click.Abort, KeyboardInterrupt):
        _stop(FAILED, "interrupted", outcome=outcome.sentence(WORDS))
    except click.ClickException as error:
        _stop(BAD_INPUT, "usage", message=_usage(error), command=_command(error))
    except SurveyError as error:
        problem = error.problems[0]
        _stop(BAD_INPUT, problem.code, problem.place, **problem.values)
    except InputError as error:
        _stop(BAD_INPUT, error.code, error.place, **error.values)
    except RecordError as error:
        _stop(FAILED, error.code, "", **error.values)
    except Exception as error:
        # the name of the failure only: its message could hold a person's words
        if os.environ.get("CONSULT_DEBUG"):
            raise
        _stop(FAILED, "unexpected", error=type(error).__name__, outcome=outcome.sentence(WORDS))
    sys.exit(code if isinstance(code, int) else 0)


def _stop(status: int, code: str, place: str = "", **values: str | int) -> NoReturn:
    """Leave with one line on standard error."""
    sentence = problem_sentence(code, place, values, WORDS)
    click.echo("consult: " + " ".join(sentence.split()), err=True)
    sys.exit(status)


def _usage(error: click.ClickException) -> str:
    """Say in our own words what is wrong with the command line."""
    if isinstance(error, click.MissingParameter) and error.param is not None:
        is_option = error.param.param_type_name == "option"
        name = error.param.opts[0] if is_option else error.param.metavar or error.param.name.upper()
        return _("%(name)s is missing.") % {"name": name}
    if isinstance(error, click.NoSuchOption):
        return _("There is no option %(name)s.") % {"name": error.option_name}
    if isinstance(error, click.BadParameter) and error.param is not None:
        return _("%(name)s needs a whole number.") % {"name": error.param.opts[0]}
    if isinstance(error, click.exceptions.NoSuchCommand):
        return _("There is no command %(name)s.") % {"name": error.command_name}
    return _("This command cannot be understood.")


def _command(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return context.command_path if context else "consult"


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
