"""A run whose themes are known: contributions are dealt to them in turn, without any analysis."""

from collections import Counter
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Engine

from consult.record.consultation import Group, get_consultation
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.database import unit_of_work
from consult.record.run import get_run, list_quotable, save_run_results, start_run
from consult.record.theme import (
    NewRun,
    ProposedAssignment,
    ProposedQuote,
    ProposedTheme,
    RunContribution,
    RunResults,
)
from surveys.localised import Localised

NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
SET_ASIDE = 3


def plant_run(
    engine: Engine,
    code: str,
    weights: tuple[int, ...] = (3, 2, 1),
    *,
    question: str = "hardest",
    offset: int = 0,
    names: str = "Wait",
    quote_anybody: bool = False,
) -> int:
    """Save a run with a theme for each weight, dealt in turn in the order of the texts; return its key.

    The last three contributions are set aside. Each theme has two quotes of people who agreed; with
    `quote_anybody`, one of somebody who did not.
    """
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, code)
        run = start_run(session, consultation, NewRun("tfidf", 7, question, {}, {"numpy": "2.0"}), NOW)
        rows = _rows(session, run.id)
        deal = [theme for theme, weight in enumerate(weights, 1) for _ in range(weight)]
        placed = {row.id: deal[(at + offset) % len(deal)] for at, row in enumerate(rows[:-SET_ASIDE])}
        quotable = list_quotable(session, get_run(session, run.id))
        results = RunResults(
            themes=[_theme(number, rows, placed, names) for number in range(1, len(weights) + 1)],
            assignments=[
                ProposedAssignment(
                    row.id, 1 - at / len(rows), placed.get(row.id), None if row.id in placed else "no_words"
                )
                for at, row in enumerate(rows)
            ],
            quotes=[
                ProposedQuote(number, row.id, row.text, row.language)
                for number in range(1, len(weights) + 1)
                for row in _choose([row for row in rows if placed.get(row.id) == number], quotable, quote_anybody)
            ],
            summary={
                **_count([row for row in rows if row.id in placed]),
                "rows": len(rows),
                "set_aside": {"no_words": SET_ASIDE},
                "warnings": [],
                "themes": len(weights),
                "ground": "comes_back",
                "language_agreement": 0.01,
            },
        )
        save_run_results(session, run.id, results, NOW)
        return run.id


def _choose(rows, quotable, quote_anybody):
    agreed = [row for row in rows if row.id in quotable]
    return [*[row for row in rows if row.id not in quotable][:1], *agreed[:1]] if quote_anybody else agreed[:2]


def _rows(session, run_id):
    query = (
        sa.select(
            Contribution.id,
            ContributionRevision.text,
            Contribution.language,
            Group.code.label("group"),
            Contribution.channel,
        )
        .join(RunContribution, RunContribution.contribution_id == Contribution.id)
        .join(
            ContributionRevision,
            sa.and_(
                ContributionRevision.contribution_id == Contribution.id,
                ContributionRevision.number == RunContribution.revision,
            ),
        )
        .outerjoin(Group, Group.id == Contribution.group_id)
        .where(RunContribution.run_id == run_id)
        .order_by(ContributionRevision.text, Group.code, Contribution.language, Contribution.id)
    )
    return session.execute(query).all()


def _count(rows):
    return {
        "people": len(rows),
        "contributions": len(rows),
        "language": dict(Counter(row.language for row in rows)),
        "group": dict(Counter(row.group or "" for row in rows)),
        "channel": dict(Counter(str(row.channel) for row in rows)),
    }


def _theme(number, rows, placed, names):
    counts = _count([row for row in rows if placed.get(row.id) == number])
    return ProposedTheme(
        number,
        Localised(f"{names} {number}", f"Attente {number}"),
        {"en": [f"term{number}"], "fr": [f"terme{number}"]},
        {
            **counts,
            "cohesion": 0.7,
            "stability": 0.9 if number == 1 else 0.4,
            "flags": [] if number == 1 else ["unstable"],
        },
    )
