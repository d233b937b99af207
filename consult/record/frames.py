"""The only door from tables to pandas. Frames are sorted by random keys, so that order tells nothing."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation, Group
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.response import Response, ResponseAnswer
from consult.record.survey import Survey, SurveyVersion
from consult.record.theme import Run, RunContribution

CONTRIBUTION_COLUMNS = ["id", "revision", "text", "language", "group", "channel", "question", "person"]
RESPONSE_COLUMNS = ["id", "survey", "version", "language", "group", "channel", "submitted_on", "answers"]


def contributions_frame(session: Session, consultation: Consultation, question_code: str | None = None) -> pd.DataFrame:
    """Return the current text of each contribution that was not withdrawn.

    Returns
    -------
    DataFrame of one row for each contribution, sorted by id. `group` is the group's code or None; `person` is
    the response it was written in, else the key that its texts share (its own id when it was imported alone), so
    that several texts of one person count once.
    """
    query = _select_contributions(ContributionRevision.number == Contribution.revision).where(
        Contribution.consultation_id == consultation.id, Contribution.is_withdrawn.is_(False)
    )
    if question_code is not None:
        query = query.where(Contribution.question_code == question_code)
    return pd.DataFrame(_plain(session, query), columns=CONTRIBUTION_COLUMNS)


def run_contributions_frame(session: Session, run: Run) -> pd.DataFrame:
    """Return what a run reads: the pinned revision of each contribution, as `contributions_frame` does.

    What was withdrawn since the run began is absent.
    """
    query = _select_contributions(
        ContributionRevision.number == RunContribution.revision,
        sa.and_(RunContribution.contribution_id == Contribution.id, RunContribution.run_id == run.id),
    )
    return pd.DataFrame(_plain(session, query), columns=CONTRIBUTION_COLUMNS)


def responses_frame(session: Session, consultation: Consultation) -> pd.DataFrame:
    """Return the responses that were not withdrawn.

    Returns
    -------
    DataFrame of one row for each response, sorted by id. `version` is the number of the survey's version,
    `submitted_on` a date, `answers` a dict of stored value by question code.
    """
    mine = (Response.consultation_id == consultation.id, Response.is_withdrawn.is_(False))
    query = (
        sa.select(
            Response.id,
            Survey.code,
            SurveyVersion.number,
            Response.language,
            Group.code,
            Response.channel,
            Response.submitted_on,
        )
        .join(SurveyVersion, Response.version_id == SurveyVersion.id)
        .join(Survey, SurveyVersion.survey_id == Survey.id)
        .outerjoin(Group, Response.group_id == Group.id)
        .where(*mine)
        .order_by(Response.id)
    )
    rows = _plain(session, query)
    answers: dict[object, dict[str, object]] = {row[0]: {} for row in rows}
    said = sa.select(ResponseAnswer.response_id, ResponseAnswer.question_code, ResponseAnswer.value)
    for key, code, value in session.execute(said.join(Response).where(*mine)):
        answers[key][code] = value
    return pd.DataFrame([(*row, answers[row[0]]) for row in rows], columns=RESPONSE_COLUMNS)


def _select_contributions(
    revision: sa.ColumnElement[bool], pin: sa.ColumnElement[bool] | None = None
) -> sa.Select[*tuple[Any, ...]]:
    source = sa.join(Contribution, ContributionRevision, ContributionRevision.contribution_id == Contribution.id)
    if pin is not None:
        source = source.join(RunContribution, pin)
    return (
        sa.select(
            Contribution.id,
            ContributionRevision.number,
            ContributionRevision.text,
            Contribution.language,
            Group.code,
            Contribution.channel,
            Contribution.question_code,
            sa.func.coalesce(Contribution.response_id, Contribution.person, Contribution.id),
        )
        .select_from(source.outerjoin(Group, Contribution.group_id == Group.id))
        .where(revision)
        .order_by(Contribution.id)
    )


def _plain(session: Session, query: sa.Select[*tuple[Any, ...]]) -> list[tuple[object, ...]]:
    """Return the rows with the enumerations as plain text: pandas should not meet our classes."""
    return [tuple(str(value) if isinstance(value, str) else value for value in row) for row in session.execute(query)]
