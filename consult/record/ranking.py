"""Rankings that were made of ballots, and kept: the numbers as they may be shown, never the ballots.

A ranking is made once a consultation is closed, and stays as it is: two of them with one ballot between them would
give that ballot away, also where the ballot was withdrawn. Of a fictional consultation one is made at once; it is made
again when the consultation is closed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation, ConsultationState
from consult.record.database import Base, CodeText, JsonValue, UtcDateTime
from consult.record.errors import RecordError
from consult.record.job import Job, JobState, enqueue_once, find_jobs
from consult.record.lifecycle import By
from consult.record.priority_rule import NewRule, PriorityRule, sign_rule
from consult.record.stored_ballots import (
    Ranked,
    RankingQuestion,
    list_ranking_questions,
    list_stored_answers,
    read_ranked,
)

__all__ = [
    "MAKE_RANKINGS",
    "Ranked",
    "RankingQuestion",
    "StoredRanking",
    "find_ranking",
    "find_ranking_job",
    "is_made_for_good",
    "is_shown_to_committee",
    "list_ranking_questions",
    "list_stored_answers",
    "read_ranked",
    "request_rankings",
    "save_rankings",
    "sign_priorities",
]

MAKE_RANKINGS = "make_rankings"
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


def is_shown_to_committee(consultation: Consultation) -> bool:
    """Tell whether the committee may read findings: once it is closed, or at once where nobody has to be protected.

    While answers come in, two readings with one person between them would tell what that person answered.
    """
    return consultation.is_fictional or consultation.state is ConsultationState.CLOSED


def find_ranking(session: Session, consultation: Consultation, question_code: str) -> StoredRanking | None:
    """Return what was made last; once the consultation is closed, only what was made since."""
    query = sa.select(StoredRanking).where(
        StoredRanking.consultation_id == consultation.id, StoredRanking.question_code == question_code
    )
    if consultation.state is ConsultationState.CLOSED:
        query = query.where(StoredRanking.is_final)
    return session.scalars(query.order_by(StoredRanking.id.desc()).limit(1)).one_or_none()


def sign_priorities(
    session: Session, consultation: Consultation, question_code: str, new: NewRule, by: By, *, seen: int
) -> PriorityRule:
    """Sign how a question's ballots will be read, as `priority_rule.sign_rule` does.

    Raises ``rule.made`` besides: the ranking was made for good, and what was signed then is what it was made by.
    """
    if is_made_for_good(session, consultation, question_code):
        raise RecordError("rule.made")
    rule = sign_rule(session, consultation, question_code, new, by, seen=seen)
    # what was made of a fictional consultation that is still open is made again by the new rule
    session.execute(
        sa.delete(StoredRanking).where(
            StoredRanking.consultation_id == consultation.id, StoredRanking.question_code == question_code
        )
    )
    return rule


def is_made_for_good(session: Session, consultation: Consultation, question_code: str) -> bool:
    """Tell whether the ranking of a question was made after the closing."""
    query = sa.select(StoredRanking.id).where(
        StoredRanking.consultation_id == consultation.id,
        StoredRanking.question_code == question_code,
        StoredRanking.is_final,
    )
    return session.scalar(query) is not None


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
