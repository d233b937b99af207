"""Contributions: one piece of free text from any channel, with its revisions, until it is withdrawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation, group_ids
from consult.record.database import Base, CodeText, KeyText, enum_type, random_key
from consult.record.errors import RecordError
from surveys.localised import LANGUAGES
from surveys.problems import Problem

MAXIMUM_TEXT = 100_000


class Channel(StrEnum):
    """How something was said to us."""

    WEB = "web"
    PAPER = "paper"
    PHONE = "phone"
    IMPORT = "import"
    DISCUSSION = "discussion"
    FOCUS_GROUP = "focus_group"
    INTERVIEW = "interview"


# Those by which somebody answers a survey; what is said elsewhere never enters a survey's percentages.
SURVEY_CHANNELS = (Channel.WEB, Channel.PAPER, Channel.PHONE, Channel.IMPORT)


class Contribution(Base):
    """One piece of text, with its language, channel and group as they were that day.

    Its key is random and it has no date: what a date may tell is told by the response alone, to the day.
    After withdrawal the row stays, empty, so that what was counted and published still adds up.
    """

    __tablename__ = "contributions"
    __table_args__ = (
        sa.Index(None, "consultation_id", "question_code"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(KeyText, primary_key=True, default=random_key)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    # The response it was written in; none when a list of texts was imported: each is then a person's.
    response_id: Mapped[str | None] = mapped_column(KeyText, sa.ForeignKey("responses.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("groups.id"), index=True)
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    language: Mapped[str] = mapped_column(sa.String(2))
    # The question of a survey that it answers, or the prompt or the question of a guide that it was said to.
    question_code: Mapped[str] = mapped_column(CodeText)
    # Where there is no response: several texts of one person have one key here, and count as one person.
    person: Mapped[str | None] = mapped_column(KeyText)
    # Where there is no response: whether the person who said it agreed to be quoted.
    may_quote: Mapped[bool | None]
    # The revision that counts today.
    revision: Mapped[int]
    is_withdrawn: Mapped[bool]


class ContributionRevision(Base):
    """The text of a contribution, as first written or as corrected by its author."""

    __tablename__ = "contribution_revisions"
    __table_args__ = ({"sqlite_with_rowid": False},)

    contribution_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("contributions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(sa.Text)


@dataclass(frozen=True)
class NewContribution:
    """A text to keep, with all that is known about it."""

    text: str
    language: str
    question_code: str
    channel: Channel
    group_id: int | None = None
    response_id: str | None = None
    person: str | None = None
    may_quote: bool | None = None


@dataclass(frozen=True)
class ImportedText:
    """A row of a list from elsewhere; `place` is how the file names it ("line 12")."""

    place: str
    text: str
    language: str
    group: str | None = None


@dataclass(frozen=True)
class ImportReport:
    """What an import did: rows read, and of these what was kept, was there already, or said nothing."""

    rows: int
    responses: int
    contributions: int
    repeated: int
    empty: int


def add_contributions(session: Session, consultation_id: int, new: Iterable[NewContribution]) -> list[str]:
    """Write contributions with their first revision, in one statement for each table; return their keys."""
    contributions, revisions = contribution_rows(consultation_id, new)
    if contributions:
        session.execute(sa.insert(Contribution), contributions)
        session.execute(sa.insert(ContributionRevision), revisions)
    return [row["id"] for row in contributions]


def contribution_rows(
    consultation_id: int, new: Iterable[NewContribution]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of contributions, under fresh keys, and those of their first revisions."""
    contributions: list[dict[str, Any]] = []
    revisions: list[dict[str, Any]] = []
    for each in new:
        key = random_key()
        contributions.append(
            {
                "id": key,
                "consultation_id": consultation_id,
                "response_id": each.response_id,
                "group_id": each.group_id,
                "channel": each.channel,
                "language": each.language,
                "question_code": each.question_code,
                "person": each.person,
                "may_quote": each.may_quote,
                "revision": 1,
                "is_withdrawn": False,
            }
        )
        revisions.append({"contribution_id": key, "number": 1, "text": each.text})
    return contributions, revisions


def import_contributions(
    session: Session, consultation: Consultation, question_code: str, rows: Sequence[ImportedText]
) -> ImportReport:
    """Import a list of texts from elsewhere, all or nothing; empty ones are counted, not kept.

    Raises `import.refused` with each place and why: `group.unknown`, `language.unknown`, `text.too_long`,
    `text.bad_character`.
    """
    groups = group_ids(session, consultation)
    if refused := [problem for row in rows if (problem := _refuse_text(row, groups)) is not None]:
        raise RecordError.of("import.refused", refused)
    spoken = [row for row in rows if row.text.strip()]
    new = (
        NewContribution(
            text=row.text,
            language=row.language,
            question_code=question_code,
            channel=Channel.IMPORT,
            group_id=groups[row.group] if row.group else None,
        )
        for row in spoken
    )
    kept = add_contributions(session, consultation.id, new)
    return ImportReport(len(rows), 0, len(kept), 0, len(rows) - len(spoken))


def list_contributions(session: Session, response_id: str) -> list[Contribution]:
    """Return what a response contributed and did not withdraw."""
    query = sa.select(Contribution).where(Contribution.response_id == response_id, Contribution.is_withdrawn.is_(False))
    return list(session.scalars(query.order_by(Contribution.question_code, Contribution.id)))


def current_text(session: Session, contribution: Contribution) -> str:
    """Return the text that counts today; raises `contribution.withdrawn`."""
    revision = session.get(ContributionRevision, (contribution.id, contribution.revision))
    if revision is None:
        raise RecordError("contribution.withdrawn")
    return revision.text


def lock_contribution(session: Session, contribution_id: str, response_id: str) -> Contribution:
    """Return a contribution of this response for writing; raises `contribution.missing`, `…withdrawn`."""
    query = (
        sa.select(Contribution)
        .where(Contribution.id == contribution_id, Contribution.response_id == response_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    contribution = session.scalars(query).one_or_none()
    if contribution is None:
        raise RecordError("contribution.missing")
    if contribution.is_withdrawn:
        raise RecordError("contribution.withdrawn")
    return contribution


def add_revision(session: Session, contribution: Contribution, text: str) -> int:
    """Add a text that replaces the current one from now on; return its number. The row must be locked."""
    check_text(text)
    contribution.revision += 1
    session.add(ContributionRevision(contribution_id=contribution.id, number=contribution.revision, text=text))
    session.flush()
    return contribution.revision


def check_text(text: str) -> None:
    """Raise `text.empty`, `text.too_long` or `text.bad_character` for a text that cannot be kept."""
    if not text.strip():
        raise RecordError("text.empty")
    if code := _text_problem(text):
        raise RecordError(code, maximum=MAXIMUM_TEXT)


def _text_problem(text: str) -> str | None:
    if len(text) > MAXIMUM_TEXT:
        return "text.too_long"
    # PostgreSQL has no NUL in a text, and half of a surrogate pair is not UTF-8.
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        return "text.bad_character"
    return None


def _refuse_text(row: ImportedText, groups: dict[str, int]) -> Problem | None:
    if row.group and row.group not in groups:
        return Problem("group.unknown", row.place)
    if row.language not in LANGUAGES:
        return Problem("language.unknown", row.place)
    code = _text_problem(row.text)
    return Problem(code, row.place) if code else None
