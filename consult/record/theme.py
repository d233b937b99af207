"""Runs of the analysis and what they proposed: candidate themes, assignments, quotes. Never overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.database import (
    Base,
    CodeText,
    DigestText,
    JsonValue,
    KeyText,
    LocalisedText,
    OptionalJson,
    UtcDateTime,
    enum_type,
    random_key,
)
from surveys.localised import Localised


class RunState(StrEnum):
    """Where a run is; a done or failed run never changes."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Run(Base):
    """One execution of the analysis: with the same input, settings and seed it gives the same result."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"), index=True)
    # None: every open question together.
    question_code: Mapped[str | None] = mapped_column(CodeText)
    engine: Mapped[str] = mapped_column(CodeText)
    settings: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    seed: Mapped[int] = mapped_column(sa.BigInteger)
    # Library name → version.
    versions: Mapped[dict[str, str]] = mapped_column(JsonValue)
    input_digest: Mapped[str] = mapped_column(DigestText)
    state: Mapped[RunState] = mapped_column(enum_type(RunState))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Numbers and codes only: a withdrawal does not look for words in here.
    summary: Mapped[dict[str, Any] | None] = mapped_column(OptionalJson)
    error_code: Mapped[str | None] = mapped_column(CodeText)
    # When a facilitator let the committee read it.
    shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RunContribution(Base):
    """A contribution that a run read, pinned to the revision that it read."""

    __tablename__ = "run_contributions"
    __table_args__ = ({"sqlite_with_rowid": False},)

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"), primary_key=True, autoincrement=False)
    contribution_id: Mapped[str] = mapped_column(
        KeyText, sa.ForeignKey("contributions.id"), primary_key=True, index=True
    )
    revision: Mapped[int]


class CandidateTheme(Base):
    """What several contributions say, as proposed by a run; what people decide is kept elsewhere."""

    __tablename__ = "candidate_themes"
    __table_args__ = (sa.UniqueConstraint("run_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"))
    number: Mapped[int]
    # Labels and terms outlive a withdrawal, so no phrase of one person alone may stand in them.
    labels: Mapped[Localised] = mapped_column(LocalisedText)
    # {"en": [term, …], "fr": [term, …]}
    terms: Mapped[dict[str, list[str]]] = mapped_column(JsonValue)
    # Contributions by language, group and channel, as published.
    counts: Mapped[dict[str, Any]] = mapped_column(JsonValue)


class Assignment(Base):
    """A part of a contribution put in a theme, or set aside with the reason's code."""

    __tablename__ = "assignments"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["run_id", "contribution_id"], ["run_contributions.run_id", "run_contributions.contribution_id"]
        ),
        sa.CheckConstraint("(theme_id IS NULL) <> (reason IS NULL)", name="theme_or_reason"),
        {"sqlite_with_rowid": False},
    )

    run_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    contribution_id: Mapped[str] = mapped_column(KeyText, primary_key=True)
    # The number of the idea in the contribution, from 0, and its place in the pinned text (characters).
    unit: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starts_at: Mapped[int | None]
    ends_at: Mapped[int | None]
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("candidate_themes.id"), index=True)
    reason: Mapped[str | None] = mapped_column(CodeText)
    # Between 0 and 1; how sure the engine is.
    strength: Mapped[float]


class QuoteSnapshot(Base):
    """Words chosen to illustrate a theme, in the form that a person redacted and approved.

    Nothing leaves the facilitator's pages without `approved_at`; withdrawal empties the text.
    """

    __tablename__ = "quote_snapshots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(KeyText, primary_key=True, default=random_key)
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("candidate_themes.id"), index=True)
    contribution_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("contributions.id"), index=True)
    text: Mapped[str | None] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(2))
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class NewRun:
    """What a run is made from."""

    engine: str
    seed: int
    question_code: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ProposedTheme:
    """A theme that the analysis found; `number` is its name inside the run.

    Labels and terms are phrases that at least two people used: withdrawal does not erase them.
    """

    number: int
    labels: Localised
    terms: Mapping[str, Sequence[str]]
    counts: Mapping[str, Any]


@dataclass(frozen=True)
class ProposedAssignment:
    """Where a part of a contribution goes: to a theme's number, or aside with a reason."""

    contribution_id: str
    strength: float
    theme: int | None = None
    reason: str | None = None
    unit: int = 0
    starts_at: int | None = None
    ends_at: int | None = None


@dataclass(frozen=True)
class ProposedQuote:
    """Words that illustrate a theme."""

    theme: int
    contribution_id: str
    text: str
    language: str


@dataclass(frozen=True)
class RunResults:
    """Everything that a run found, saved in one operation or not at all."""

    themes: Sequence[ProposedTheme]
    assignments: Sequence[ProposedAssignment]
    quotes: Sequence[ProposedQuote] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)


def list_themes(session: Session, run: Run) -> list[CandidateTheme]:
    """Return the themes that a run proposed, by number."""
    query = sa.select(CandidateTheme).where(CandidateTheme.run_id == run.id)
    return list(session.scalars(query.order_by(CandidateTheme.number)))


def list_quotes(session: Session, theme: CandidateTheme, *, approved: bool = True) -> list[QuoteSnapshot]:
    """Return a theme's quotes that were not withdrawn; only those that a person approved, unless asked."""
    query = sa.select(QuoteSnapshot).where(QuoteSnapshot.theme_id == theme.id, QuoteSnapshot.text.is_not(None))
    if approved:
        query = query.where(QuoteSnapshot.approved_at.is_not(None))
    return list(session.scalars(query.order_by(QuoteSnapshot.id)))
