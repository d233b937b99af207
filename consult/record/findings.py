"""What a run found, as pages read it: its summary, a theme's words page by page, what two runs share."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from consult.record.consultation import Consultation, Group
from consult.record.contribution import Channel, Contribution, ContributionRevision
from consult.record.errors import RecordError
from consult.record.theme import Assignment, CandidateTheme, Run, RunContribution, RunState

LARGEST_NUMBER = 2**31 - 1
"""The largest key that the databases' columns hold: PostgreSQL refuses to compare one with more."""


@dataclass(frozen=True)
class CampaignCounts:
    """Nearly the same long text from so many people; for each theme it speaks in, all its people and those without it.

    `contribution` is the key of one that holds the text; "" where a run kept none.
    """

    people: int
    contribution: str
    themes: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, kept: int | Mapping[str, Any]) -> "CampaignCounts":
        """Read one of a run's summary; early runs kept only how many people."""
        if isinstance(kept, int):
            return cls(kept, "", ())
        themes = tuple((theme, people, left) for theme, people, left in kept.get("themes", ()))
        return cls(kept.get("people", 0), kept.get("contribution", ""), themes)


@dataclass(frozen=True)
class RunSummary:
    """The numbers and codes that a run keeps of itself; true counts, for the facilitator.

    `people` and `contributions` are those in themes, `rows` is what was read, `groups` has "" for those whose group is
    not known. `ideas` are those in themes, `weak_ideas` those of them that hardly belong, `pairs` the numbers of a
    French and an English theme that may be one.
    """

    people: int = 0
    contributions: int = 0
    rows: int = 0
    groups: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    channels: Mapping[str, int] = field(default_factory=dict)
    questions: Mapping[str, int] = field(default_factory=dict)
    set_aside: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    themes: int = 0
    ground: str = ""
    language_agreement: float = 0.0
    ideas: int = 0
    weak_ideas: int = 0
    ideas_set_aside: Mapping[str, int] = field(default_factory=dict)
    pairs: tuple[tuple[int, int], ...] = ()
    campaigns: tuple[CampaignCounts, ...] = ()

    @property
    def is_by_language(self) -> bool:
        """Tell whether each language was grouped by itself."""
        return "by_language" in self.warnings

    @property
    def weak_share(self) -> float | None:
        """Return the share of ideas that hardly belong where they are; None where the run did not keep it."""
        return self.weak_ideas / self.ideas if self.ideas else None

    @classmethod
    def of(cls, run: Run) -> "RunSummary":
        """Read the summary of a run; one that is not done has an empty one."""
        kept: Mapping[str, Any] = run.summary or {}
        return cls(
            people=kept.get("people", 0),
            contributions=kept.get("contributions", 0),
            rows=kept.get("rows", 0),
            groups=kept.get("group", {}),
            languages=kept.get("language", {}),
            channels=kept.get("channel", {}),
            questions=kept.get("question", {}),
            set_aside=kept.get("set_aside", {}),
            warnings=tuple(kept.get("warnings", ())),
            themes=kept.get("themes", 0),
            ground=kept.get("ground", ""),
            language_agreement=kept.get("language_agreement", 0.0),
            ideas=kept.get("ideas", 0),
            weak_ideas=kept.get("weak_ideas", 0),
            ideas_set_aside=kept.get("ideas_set_aside", {}),
            pairs=tuple((first, second) for first, second in kept.get("pairs", ())),
            campaigns=tuple(CampaignCounts.of(each) for each in kept.get("campaigns", ())),
        )


@dataclass(frozen=True)
class Said:
    """A contribution in a theme, as it reads today.

    `is_changed` when the run read an earlier text, `is_weak` when nothing it says firmly belongs to the theme.
    """

    text: str
    language: str
    group: str
    channel: Channel
    strength: float
    is_changed: bool
    is_weak: bool = False


@dataclass(frozen=True)
class PageOfWords:
    """Some of a theme's contributions, closest to its centre first; `total` is how many there are on all pages."""

    said: tuple[Said, ...]
    total: int


def find_run(session: Session, consultation: Consultation, run_id: int) -> Run:
    """Return a run of this consultation; raises `run.missing`."""
    if run_id > LARGEST_NUMBER:
        raise RecordError("run.missing", run=run_id)
    query = sa.select(Run).where(Run.id == run_id, Run.consultation_id == consultation.id)
    run = session.scalars(query).one_or_none()
    if run is None:
        raise RecordError("run.missing", run=run_id)
    return run


def find_newest_runs(
    session: Session, consultation: Consultation, state: RunState | None = None
) -> dict[str | None, Run]:
    """Return the newest run of each question, of one state if given; None is the key of all questions together."""
    newest = sa.select(sa.func.max(Run.id)).where(Run.consultation_id == consultation.id)
    if state is not None:
        newest = newest.where(Run.state == state)
    query = sa.select(Run).where(Run.id.in_(newest.group_by(Run.question_code)))
    return {run.question_code: run for run in session.scalars(query)}


def find_theme(session: Session, run: Run, number: int) -> CandidateTheme:
    """Return a theme by its number; raises `theme.missing`."""
    if number > LARGEST_NUMBER:
        raise RecordError("theme.missing", theme=number)
    query = sa.select(CandidateTheme).where(CandidateTheme.run_id == run.id, CandidateTheme.number == number)
    theme = session.scalars(query).one_or_none()
    if theme is None:
        raise RecordError("theme.missing", theme=number)
    return theme


def read_theme(
    session: Session, run: Run, theme: CandidateTheme, *, page: int, size: int, word: str = ""
) -> PageOfWords:
    """Return one page of what people said in a theme, from 1; only what holds the word, if one is given.

    Capitals and accents do not matter to the word. What was withdrawn is not there any more.
    """
    inside = _inside(run, theme).subquery()
    today = sa.and_(
        ContributionRevision.contribution_id == Contribution.id, ContributionRevision.number == Contribution.revision
    )
    found = (
        sa.select(inside.c.contribution_id)
        .join(Contribution, Contribution.id == inside.c.contribution_id)
        .join(ContributionRevision, today)
        .order_by(inside.c.strength.desc(), inside.c.contribution_id)
    )
    if word.strip():
        texts = session.execute(found.add_columns(ContributionRevision.text))
        wanted = plain_text(word.strip())
        keys = [key for key, text in texts if wanted in plain_text(text)]
        total, keys = len(keys), keys[(page - 1) * size : page * size]
    else:
        total = session.scalar(sa.select(sa.func.count()).select_from(found.order_by(None).subquery())) or 0
        keys = list(session.scalars(found.limit(size).offset((page - 1) * size)))
    weak = frozenset(theme.counts.get("weak", ()))
    said = _said(session, run, keys, inside)
    return PageOfWords(tuple(replace(one, is_weak=key in weak) for key, one in said.items()), total)


def read_campaign(session: Session, campaign: CampaignCounts) -> tuple[str, str] | None:
    """Return a campaign's text as one of its authors wrote it, and its language; None where it was withdrawn."""
    query = (
        sa.select(ContributionRevision.text, Contribution.language)
        .join(Contribution, Contribution.id == ContributionRevision.contribution_id)
        .where(Contribution.id == campaign.contribution, ContributionRevision.number == Contribution.revision)
    )
    found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None


def count_overlap(session: Session, first: Run, second: Run) -> dict[tuple[int, int | None], int]:
    """Count contributions by their theme in one run and in another, by the numbers of both themes.

    None where the other run set the contribution aside, or did not read it.
    """
    here, there = aliased(Assignment), aliased(Assignment)
    mine, theirs = aliased(CandidateTheme), aliased(CandidateTheme)
    same = sa.and_(
        there.run_id == second.id, there.contribution_id == here.contribution_id, there.theme_id.is_not(None)
    )
    query = (
        sa.select(mine.number, theirs.number, sa.func.count(sa.distinct(here.contribution_id)))
        .select_from(here)
        .join(mine, mine.id == here.theme_id)
        .outerjoin(there, same)
        .outerjoin(theirs, theirs.id == there.theme_id)
        .where(here.run_id == first.id)
        .group_by(mine.number, theirs.number)
    )
    return {(one, other): count for one, other, count in session.execute(query)}


def _inside(run: Run, theme: CandidateTheme) -> sa.Select[str, float]:
    """Select the contributions of a theme, each once, with how close its closest part is."""
    return (
        sa.select(Assignment.contribution_id, sa.func.max(Assignment.strength).label("strength"))
        .where(Assignment.theme_id == theme.id, Assignment.run_id == run.id)
        .group_by(Assignment.contribution_id)
    )


def _said(session: Session, run: Run, keys: list[str], inside: sa.Subquery) -> dict[str, Said]:
    """Read contributions by their keys, in this order: one page of them."""
    query = (
        sa.select(
            Contribution.id,
            ContributionRevision.text,
            Contribution.language,
            Group.code,
            Contribution.channel,
            inside.c.strength,
            Contribution.revision != RunContribution.revision,
        )
        .join(inside, inside.c.contribution_id == Contribution.id)
        .join(
            ContributionRevision,
            sa.and_(
                ContributionRevision.contribution_id == Contribution.id,
                ContributionRevision.number == Contribution.revision,
            ),
        )
        .join(
            RunContribution,
            sa.and_(RunContribution.run_id == run.id, RunContribution.contribution_id == Contribution.id),
        )
        .outerjoin(Group, Group.id == Contribution.group_id)
        .where(Contribution.id.in_(keys))
    )
    rows = {
        key: Said(text, language, group or "", channel, strength, bool(changed))
        for key, text, language, group, channel, strength, changed in session.execute(query)
    }
    return {key: rows[key] for key in keys if key in rows}


def plain_text(text: str) -> str:
    """Return the text without capitals and accents, to be searched."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).replace("’", "'")
