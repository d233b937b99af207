"""Responses: one person's whole set of answers, findable by its receipt alone."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation
from consult.record.contribution import Channel
from consult.record.database import Base, CodeText, DigestText, JsonValue, KeyText, enum_type, random_key
from consult.record.errors import RecordError
from consult.record.keys import Keyring, LinkKeys


class Response(Base):
    """One person's answers to one version of a survey.

    Its key is random, its clock stops at the day, and nothing in it leads to an invitation. After withdrawal
    the row stays without its answers: it stops a late retry of the submission from bringing them back.
    """

    __tablename__ = "responses"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(KeyText, primary_key=True, default=random_key)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("survey_versions.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("groups.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    submitted_on: Mapped[date]
    submission_key: Mapped[str] = mapped_column(DigestText, unique=True)
    receipt_hash: Mapped[str | None] = mapped_column(DigestText, unique=True)
    # Who answered, in an identified consultation only; always empty in an anonymous one.
    respondent: Mapped[str | None] = mapped_column(sa.Text)
    is_withdrawn: Mapped[bool]
    # The order in which its author saw choices. It was the draft's, which is gone when this row is there; sixteen
    # bits at most, and only where the survey has an order of each person's own.
    order_seed: Mapped[int | None]


class ResponseAnswer(Base):
    """The valid answer to one question, as `surveys.answers` stores it."""

    __tablename__ = "response_answers"
    __table_args__ = ({"sqlite_with_rowid": False},)

    response_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("responses.id"), primary_key=True)
    question_code: Mapped[str] = mapped_column(CodeText, primary_key=True)
    value: Mapped[Any] = mapped_column(JsonValue)


def is_submitted(session: Session, keys: LinkKeys) -> bool:
    """Tell whether the link's response was submitted, withdrawn or not."""
    return session.execute(_SUBMITTED, {"key": keys.submission_key}).first() is not None


def find_submitted(session: Session, keys: LinkKeys) -> Response | None:
    """Return the response that the link submitted, if any."""
    query = sa.select(Response).where(Response.submission_key == keys.submission_key)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def find_response(session: Session, keyring: Keyring, receipt: str, *, lock: bool = False) -> Response | None:
    """Return the response of a receipt, however it was typed; a withdrawn one is found, and says so."""
    query = sa.select(Response).where(Response.receipt_hash == keyring.hash_receipt(receipt))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def get_response(session: Session, keyring: Keyring, receipt: str, *, lock: bool = False) -> Response:
    """Return the response of a receipt; raises `receipt.unknown`, `response.withdrawn`."""
    response = find_response(session, keyring, receipt, lock=lock)
    if response is None:
        raise RecordError("receipt.unknown")
    if response.is_withdrawn:
        raise RecordError("response.withdrawn")
    return response


def get_answers(session: Session, response: Response) -> dict[str, Any]:
    """Return the stored answers by question code."""
    query = sa.select(ResponseAnswer.question_code, ResponseAnswer.value)
    query = query.where(ResponseAnswer.response_id == response.id)
    return dict(session.execute(query).all())


def write_answers(session: Session, answers: Iterable[tuple[str, str, Any]]) -> None:
    """Write (response key, question code, value) rows in one statement."""
    if rows := answer_rows(answers):
        session.execute(sa.insert(ResponseAnswer), rows)


def answer_rows(answers: Iterable[tuple[str, str, Any]]) -> list[dict[str, Any]]:
    """Return (response key, question code, value) as rows of the table."""
    return [{"response_id": key, "question_code": code, "value": value} for key, code, value in answers]


def count_responses(session: Session, consultation: Consultation) -> dict[tuple[int | None, Channel], int]:
    """Return the responses by group key (None: no group) and channel; withdrawn ones no longer count."""
    query = (
        sa.select(Response.group_id, Response.channel, sa.func.count())
        .where(Response.consultation_id == consultation.id, Response.is_withdrawn.is_(False))
        .group_by(Response.group_id, Response.channel)
    )
    return {(group, channel): count for group, channel, count in session.execute(query)}


# Made once: to make a statement costs more than to run it.
_SUBMITTED = sa.select(Response.id).where(Response.submission_key == sa.bindparam("key"))
