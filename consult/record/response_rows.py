"""Responses as rows that stream: plain tuples in the order of random keys, whatever their number.

One row holds all the answers of a response as one JSON text, put together by the database: a hundred thousand
answers cost ten thousand rows, and nothing is built that is not written.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Group
from consult.record.contribution import Channel
from consult.record.response import Response, ResponseAnswer
from consult.record.survey import Survey, SurveyVersion

_PARTITION = 500


class ResponseRow(NamedTuple):
    """A response; `answers` is a JSON object of stored values, each as JSON text again, by question code."""

    key: str
    submitted_on: date
    language: str
    group: str | None
    channel: Channel
    version: int
    respondent: str | None
    answers: str


def see_one_snapshot(session: Session) -> None:
    """Make all statements of a transaction see the same rows; to be called before the first of them.

    SQLite's transactions do so by themselves.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def stream_responses(session: Session, survey: Survey) -> Iterator[ResponseRow]:
    """Yield the responses to a survey that were not withdrawn; the rows stay in the database until they are asked for.

    The transaction must stay open as long as rows are asked for.
    """
    query = (
        sa.select(
            Response.id,
            Response.submitted_on,
            Response.language,
            Group.code,
            Response.channel,
            SurveyVersion.number,
            Response.respondent,
            _all_answers(session),
        )
        .join(SurveyVersion, Response.version_id == SurveyVersion.id)
        .outerjoin(Group, Response.group_id == Group.id)
        .where(SurveyVersion.survey_id == survey.id, Response.is_withdrawn.is_(False))
        .order_by(Response.id)
    )
    for row in session.execute(query.execution_options(yield_per=_PARTITION)):
        yield ResponseRow._make(row)


def count_survey_responses(session: Session, survey: Survey) -> int:
    """Return the number of responses to a survey that were not withdrawn."""
    query = (
        sa.select(sa.func.count())
        .select_from(Response)
        .join(SurveyVersion, Response.version_id == SurveyVersion.id)
        .where(SurveyVersion.survey_id == survey.id, Response.is_withdrawn.is_(False))
    )
    return session.execute(query).scalar_one()


def _all_answers(session: Session) -> sa.ColumnElement[str]:
    """Return the expression for all answers of a response, in the words of the session's database."""
    value = sa.cast(ResponseAnswer.value, sa.Text)
    if session.get_bind().dialect.name == "sqlite":
        whole: sa.ColumnElement[str] = sa.func.json_group_object(ResponseAnswer.question_code, value)
    else:
        whole = sa.cast(sa.func.json_object_agg(ResponseAnswer.question_code, value), sa.Text)
    mine = sa.select(sa.func.coalesce(whole, "{}")).where(ResponseAnswer.response_id == Response.id)
    return mine.correlate(Response).scalar_subquery()
