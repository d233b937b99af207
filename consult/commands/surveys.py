"""`consult survey`: check a survey, bring one in from another tool's file, take one out as an XLSForm."""

from collections.abc import Sequence
from gettext import NullTranslations
from pathlib import Path

import click

from consult.errors import InputError
from consult.languages import LANGUAGES, interface_words
from consult.messages import problem_sentence
from consult.question_words import question_words
from surveys.completeness import check_survey
from surveys.definition import dump_survey
from surveys.exchange.imported import ImportedSurvey
from surveys.exchange.survey_file import read_survey
from surveys.exchange.survey_import import read_survey_file
from surveys.exchange.xlsform_writer import write_xlsform
from surveys.problems import Problem

_FORMATS = ("json", "xlsform")


def add(cli: click.Group, words: NullTranslations) -> None:
    """Add the commands."""
    _ = words.gettext

    @cli.group("survey", help=_("Check a survey, bring one in or take one out."), invoke_without_command=True)
    @click.pass_context
    def group(context: click.Context) -> None:
        if context.invoked_subcommand is None:
            click.echo(context.get_help())

    @group.command("check", help=_("Say whether a survey file (JSON) could be published, and what is missing."))
    @click.argument("file", type=click.Path(path_type=Path))
    def check(file: Path) -> None:
        _check(file, words)

    _add_exchange(group, words)


def _add_exchange(group: click.Group, words: NullTranslations) -> None:
    _ = words.gettext

    @group.command(
        "import",
        help=_(
            "Read a survey from an XLSForm (.xlsx), LimeSurvey (.lss or .txt) or Qualtrics (.qsf) file and write it as"
            " JSON. Whatever cannot be carried over is named."
        ),
    )
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help=_("The file to write."))
    def bring_in(file: Path, out: Path) -> None:
        read = _read(file)
        write_whole(out, dump_survey(read.survey).encode())
        _tell(read.notices, f"{file.name}", words)
        said = _("%(path)s: sections: %(sections)s, questions: %(questions)s, remarks: %(remarks)s.")
        counts = {"sections": len(read.survey.sections), "questions": len(read.survey.questions)}
        click.echo(said % {"path": out, "remarks": len(read.notices), **counts})

    @group.command("export", help=_("Write a survey as an XLSForm, which ODK and KoboToolbox take, or as JSON."))
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help=_("The file to write."))
    @click.option(
        "--format",
        "wanted",
        default="xlsform",
        metavar="xlsform|json",
        show_default=True,
        help=_("The format to write."),
    )
    def take_out(file: Path, out: Path, wanted: str) -> None:
        if wanted not in _FORMATS:
            raise InputError("export.format", f"--format {wanted}", formats=", ".join(_FORMATS))
        read = _read(file)
        notices: Sequence[Problem] = read.notices
        content = dump_survey(read.survey).encode()
        if wanted == "xlsform":
            written = write_xlsform(read.survey, _all_words())
            content, notices = written.content, (*notices, *written.notices)
        write_whole(out, content)
        _tell(notices, out.name, words)
        click.echo(_("%(path)s is written. Remarks: %(remarks)s.") % {"path": out, "remarks": len(notices)})


def _check(file: Path, words: NullTranslations) -> None:
    """Say everything that stops a survey from being published; raises InputError with the first."""
    checked = read_survey(file)
    problems = check_survey(checked)
    for problem in problems[1:]:
        click.echo(problem_sentence(problem.code, f"{file.name}, {problem.place}", problem.values, words))
    if problems:
        first = problems[0]
        raise InputError(first.code, f"{file.name}, {first.place}", **first.values)
    said = words.gettext("%(file)s: ready to publish. Sections: %(sections)s. Questions: %(questions)s.")
    counts = {"sections": len(checked.sections), "questions": len(checked.questions)}
    click.echo(said % {"file": file.name, **counts})


def _all_words() -> dict[str, dict[str, str]]:
    """Return the platform's own labels in each language: “other”, what stands for not answering, yes and no."""
    return {language: question_words(interface_words(language)) for language in LANGUAGES}


def _read(file: Path) -> ImportedSurvey:
    return read_survey_file(file, words=_all_words())


def _tell(notices: Sequence[Problem], file: str, words: NullTranslations) -> None:
    """Print each notice on one line of standard error, its place in front."""
    for notice in notices:
        place = f"{file}, {notice.place}" if notice.place else file
        click.echo(problem_sentence(notice.code, place, notice.values, words), err=True)


def write_whole(out: Path, content: bytes) -> None:
    """Write a file whole or not at all; an earlier one of that name is replaced."""
    if out.is_dir():
        raise InputError("survey.out_is_folder", str(out))
    beside = out.with_name(f".{out.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(out)
    except OSError:
        raise InputError("survey.out_denied", str(out)) from None
