"""`consult consultation`: a consultation from files, until the builder's pages make one."""

import os
from collections.abc import Callable
from datetime import date
from gettext import NullTranslations
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy.orm import Session

from consult.consultation_file import read_consultation
from consult.errors import InputError
from consult.languages import terminal_language
from consult.record.account import Role, join_consultation, list_accounts
from consult.record.consultation import Consultation, NewConsultation, create_consultation, list_consultations
from consult.record.database import create_record_engine, unit_of_work
from consult.record.errors import RecordError
from consult.record.survey import create_survey, publish_version
from consult.serve import prepare_database
from consult.settings import read_settings
from surveys.definition import Survey
from surveys.exchange.survey_file import read_survey

_Result = TypeVar("_Result")


def add(cli: click.Group, words: NullTranslations) -> None:
    """Add the commands."""
    _ = words.gettext

    @cli.group("consultation", help=_("Bring a consultation in from files, or list those that there are."))
    def group() -> None:
        pass

    @group.command(
        "create",
        help=_(
            "Make a consultation and its survey from two JSON files; every facilitator joins it. It is a draft until"
            " one of them opens it."
        ),
    )
    @click.argument("consultation", type=click.Path(path_type=Path), metavar="CONSULTATION.json")
    @click.argument("survey", type=click.Path(path_type=Path), metavar="SURVEY.json")
    def create(consultation: Path, survey: Path) -> None:
        new, asked = read_consultation(consultation), read_survey(survey)
        facilitators = _in_database(lambda session: _create(session, new, asked, survey.name))
        said = words.ngettext(
            "%(code)s is ready, as a draft. %(count)s facilitator can open it.",
            "%(code)s is ready, as a draft. %(count)s facilitators can open it.",
            facilitators,
        )
        click.echo(said % {"code": new.code, "count": facilitators})

    @group.command("list", help=_("Show every consultation: code, state, title."))
    def show() -> None:
        for each in _in_database(list_consultations):
            click.echo(f"{each.code}  {each.state}  {each.title.shown(terminal_language())[1]}")


def _create(session: Session, new: NewConsultation, asked: Survey, file: str) -> int:
    """Create everything or nothing; return how many facilitators joined."""
    try:
        consultation = create_consultation(session, new)
        publish_version(session, create_survey(session, consultation, asked), date.today())
    except RecordError as error:
        if error.problems:  # what stops the survey from being published: the first place, as `survey check` says it
            first = error.problems[0]
            raise InputError(first.code, f"{file}, {first.place}", **first.values) from None
        raise InputError(error.code, new.code) from None
    return _invite_facilitators(session, consultation)


def _invite_facilitators(session: Session, consultation: Consultation) -> int:
    facilitators = [each for each in list_accounts(session) if each.active and Role.FACILITATOR.value in each.roles]
    for each in facilitators:
        join_consultation(session, each, consultation, Role.FACILITATOR)
    return len(facilitators)


def _in_database(work: Callable[[Session], _Result]) -> _Result:
    settings = read_settings(os.environ)
    prepare_database(settings, must_exist=True)
    engine = create_record_engine(settings.database_url)
    try:
        with unit_of_work(engine) as session:
            return work(session)
    finally:
        engine.dispose()
