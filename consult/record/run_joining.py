"""The themes of a run, and what is in them, for answers that came later to join; and what became of those."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from consult.record.contribution import Contribution, ContributionRevision
from consult.record.theme import (
    Assignment,
    CandidateTheme,
    ProposedQuote,
    QuoteSnapshot,
    Run,
    RunContribution,
    list_themes,
)

_MOST_SHOWN = 12


@dataclass(frozen=True)
class JoinedRun:
    """An earlier run as far as a later one still reads the same.

    Attributes
    ----------
    keys
        The contributions that both read in the same words.
    main, places
        Number of the theme of each of them that is in any, the one it is closest to; and of each idea of it, by where
        it begins and ends.
    themes
        The themes by number.
    quotes
        Words of theirs that nobody has approved; approved ones are taken over as decisions are.
    ground
        The code of why it has as many themes.
    """

    keys: frozenset[str]
    main: Mapping[str, int]
    places: Mapping[tuple[str, int, int], int]
    themes: Sequence[CandidateTheme]
    quotes: Sequence[ProposedQuote]
    ground: str


@dataclass(frozen=True)
class PossibleTheme:
    """What several people say that fits no theme: how many, and some of their texts as they read today."""

    people: int
    said: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class JoinedCounts:
    """What a run that joined an earlier one keeps of it.

    Attributes
    ----------
    run
        The number of the earlier run.
    joined, none
        How many new contributions joined a theme, and how many say something that fits none.
    possible
        What several people among these say.
    """

    run: int
    joined: int
    none: int
    possible: Sequence[PossibleTheme]


def read_joined_run(session: Session, run: Run, earlier: Run) -> JoinedRun:
    """Return what an earlier run found of what a later one reads in the same words."""
    here, there = aliased(RunContribution), aliased(RunContribution)
    same = sa.and_(
        there.run_id == earlier.id,
        there.contribution_id == here.contribution_id,
        there.revision == here.revision,
    )
    keys = frozenset(session.scalars(sa.select(here.contribution_id).join(there, same).where(here.run_id == run.id)))
    query = (
        sa.select(Assignment.contribution_id, Assignment.starts_at, Assignment.ends_at, CandidateTheme.number)
        .join(CandidateTheme, CandidateTheme.id == Assignment.theme_id)
        .where(Assignment.run_id == earlier.id)
        .order_by(Assignment.contribution_id, Assignment.strength, Assignment.unit.desc())
    )
    main: dict[str, int] = {}
    places: dict[tuple[str, int, int], int] = {}
    for key, starts_at, ends_at, number in session.execute(query):
        if key in keys:
            main[key] = number  # the closest comes last
            if starts_at is not None and ends_at is not None:
                places[key, starts_at, ends_at] = number
    ground = str((earlier.summary or {}).get("ground", ""))
    return JoinedRun(keys, main, places, list_themes(session, earlier), _list_proposed(session, earlier, keys), ground)


def _list_proposed(session: Session, earlier: Run, keys: frozenset[str]) -> list[ProposedQuote]:
    query = (
        sa.select(CandidateTheme.number, QuoteSnapshot.contribution_id, QuoteSnapshot.text, QuoteSnapshot.language)
        .join(CandidateTheme, CandidateTheme.id == QuoteSnapshot.theme_id)
        .where(
            CandidateTheme.run_id == earlier.id,
            QuoteSnapshot.text.is_not(None),
            QuoteSnapshot.approved_at.is_(None),
        )
        .order_by(CandidateTheme.number, QuoteSnapshot.id)
    )
    return [
        ProposedQuote(number, key, str(text), language)
        for number, key, text, language in session.execute(query)
        if key in keys
    ]


def read_joined_counts(session: Session, run: Run) -> JoinedCounts | None:
    """Return what became of the new answers of a run; None where it found its themes anew."""
    kept: Mapping[str, Any] | None = (run.summary or {}).get("joining")
    if kept is None:
        return None
    possible = [PossibleTheme(each["people"], _read_texts(session, each["contributions"])) for each in kept["possible"]]
    return JoinedCounts(kept["run"], kept["joined"], kept["none"], possible)


def _read_texts(session: Session, keys: Sequence[str]) -> list[tuple[str, str]]:
    """Return some texts and their languages; what was withdrawn is not there any more."""
    today = sa.and_(
        ContributionRevision.contribution_id == Contribution.id, ContributionRevision.number == Contribution.revision
    )
    query = (
        sa.select(ContributionRevision.text, Contribution.language)
        .join(Contribution, today)
        .where(Contribution.id.in_(list(keys)[:_MOST_SHOWN]), Contribution.is_withdrawn.is_(False))
        .order_by(Contribution.id)
    )
    return [(text, language) for text, language in session.execute(query)]
