"""Rankings that were made of ballots, and kept: the numbers as they may be shown, never the ballots.

A ranking is made once a consultation is closed, and stays as it is: two of them with one ballot between them would
give that ballot away, also where the ballot was withdrawn. Of a fictional consultation one is made at once; it is made
again when the consultation is closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation, ConsultationState, Group
from consult.record.database import Base, CodeText, JsonValue, UtcDateTime
from consult.record.job import Job, JobState, enqueue_once, find_jobs
from consult.record.response import Response, ResponseAnswer
from consult.record.survey import list_surveys, list_versions, read_definition
from surveys.definition import Question
from surveys.localised import Localised

MAKE_RANKINGS = "make_rankings"
RANKING = "ranking"
_TRY_AGAIN_AFTER = timedelta(hours=1)


class StoredRanking(Base):
    """The rankings of one question: everybody's, each group's, with equal voices."""

    __tablename__ = "rankings"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "question_code", "is_final"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    question_code: Mapped[str] = mapped_column(CodeText)
    # Whether the consultation was closed when it was made.
    is_final: Mapped[bool]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Codes and numbers as `analysis.stored_rankings` writes them.
    result: Mapped[dict[str, Any]] = mapped_column(JsonValue)


@dataclass(frozen=True)
class Ranked:
    """What people answered to a ranking question: what could be ranked, each stored answer with its group's code."""

    candidates: tuple[str, ...]
    answers: tuple[tuple[Any, str], ...]


@dataclass(frozen=True)
class RankingQuestion:
    """A ranking question, as asked today where it still is, with everything that could be ranked in any version."""

    question: Question
    candidates: Mapping[str, Localised]


def is_shown_to_committee(consultation: Consultation) -> bool:
    """Tell whether the committee may read findings: once it is closed, or at once where nobody has to be protected.

    While answers come in, two readings with one person between them would tell what that person answered.
    """
    return consultation.is_fictional or consultation.state is ConsultationState.CLOSED


def list_ranking_questions(session: Session, consultation: Consultation) -> dict[str, RankingQuestion]:
    """Return the ranking questions of all versions, the newest version's first, by code.

    Those that ever allowed ties are left out: no method here counts shared ranks, and a ranking made of the other
    ballots alone would pass for the whole.
    """
    newest: dict[str, Question] = {}
    tied: set[str] = set()
    choices: dict[str, dict[str, Localised]] = {}
    for survey in list_surveys(session, consultation):
        for version in reversed(list_versions(session, survey)):
            for question in read_definition(version).survey.questions:
                if question.type == RANKING and question.flag("ties"):
                    tied.add(question.code)
                elif question.type == RANKING:
                    newest.setdefault(question.code, question)
                    found = choices.setdefault(question.code, {})
                    for choice in question.choices:
                        found.setdefault(choice.code, choice.label)
    return {code: RankingQuestion(question, choices[code]) for code, question in newest.items() if code not in tied}


def find_ranking(session: Session, consultation: Consultation, question_code: str) -> StoredRanking | None:
    """Return what was made last; once the consultation is closed, only what was made since."""
    query = sa.select(StoredRanking).where(
        StoredRanking.consultation_id == consultation.id, StoredRanking.question_code == question_code
    )
    if consultation.state is ConsultationState.CLOSED:
        query = query.where(StoredRanking.is_final)
    return session.scalars(query.order_by(StoredRanking.id.desc()).limit(1)).one_or_none()


def find_ranking_job(session: Session, consultation: Consultation) -> Job | None:
    """Return the job that makes, or made, what `find_ranking` looks for."""
    key = _key(consultation)
    return find_jobs(session, [key]).get(key)


def request_rankings(session: Session, now: datetime) -> int:
    """Ask for the rankings that are due and that nobody has asked for; one that failed is tried again after an hour.

    Return how many consultations they were asked for.
    """
    asked = 0
    due = sa.or_(Consultation.state == ConsultationState.CLOSED, Consultation.is_fictional)
    for consultation in session.scalars(sa.select(Consultation).where(due).order_by(Consultation.id)):
        asked_for = list_ranking_questions(session, consultation)
        is_made = all(find_ranking(session, consultation, code) for code in asked_for)
        if not is_made and _may_be_asked(find_ranking_job(session, consultation), now):
            arguments = {"consultation": consultation.id}
            asked += enqueue_once(session, MAKE_RANKINGS, arguments, _key(consultation), now, again=True) is not None
    return asked


def list_stored_answers(session: Session, consultation: Consultation, question_code: str) -> list[tuple[Any, str]]:
    """Return each person's stored answer to a question with the code of the person's group, "" where it has none."""
    query = (
        sa.select(ResponseAnswer.value, Group.code)
        .join(Response, Response.id == ResponseAnswer.response_id)
        .outerjoin(Group, Group.id == Response.group_id)
        .where(
            Response.consultation_id == consultation.id,
            Response.is_withdrawn.is_(False),
            ResponseAnswer.question_code == question_code,
        )
        .order_by(Response.id)
    )
    return [(value, group or "") for value, group in session.execute(query)]


def read_ranked(session: Session, consultation: Consultation) -> dict[str, Ranked]:
    """Return what people ranked, by question; not those who said “I don’t know”."""
    return {
        code: Ranked(
            tuple(asked.candidates),
            tuple(
                (value, group)
                for value, group in list_stored_answers(session, consultation, code)
                if isinstance(value, dict) and "ranking" in value
            ),
        )
        for code, asked in list_ranking_questions(session, consultation).items()
    }


def save_rankings(
    session: Session, consultation_id: int, results: Mapping[str, Mapping[str, Any]], *, is_final: bool, now: datetime
) -> None:
    """Keep what was made of each question; what is final is never made again."""
    for code, result in results.items():
        query = sa.select(StoredRanking).where(
            StoredRanking.consultation_id == consultation_id,
            StoredRanking.question_code == code,
            StoredRanking.is_final.is_(is_final),
        )
        if session.scalars(query).one_or_none() is None:
            session.add(
                StoredRanking(
                    consultation_id=consultation_id,
                    question_code=code,
                    is_final=is_final,
                    made_at=now,
                    result=dict(result),
                )
            )
    session.flush()


def _may_be_asked(job: Job | None, now: datetime) -> bool:
    """Tell whether nobody is at work on it; one that failed a short while ago would only fail again."""
    if job is None or job.state is JobState.DONE:
        return True
    return job.state is JobState.FAILED and (job.finished_at is None or now - job.finished_at >= _TRY_AGAIN_AFTER)


def _key(consultation: Consultation) -> str:
    when = "closed" if consultation.state is ConsultationState.CLOSED else "open"
    return f"{MAKE_RANKINGS}:{consultation.id}:{when}"
