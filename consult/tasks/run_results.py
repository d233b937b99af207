"""Findings become what a run stores: true counts, codes and keys; labels, terms and quotes are the only words."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.pipeline import Findings
from analysis.report import Report, make_report
from analysis.themes import Theme
from consult.record.theme import ProposedAssignment, ProposedQuote, ProposedTheme, RunResults
from surveys.localised import LANGUAGES, Localised

_COLUMNS = ("group", "language", "channel")


def make_results(findings: Findings, frame: pd.DataFrame, seconds: Mapping[str, float]) -> RunResults:
    """Return what is saved of the findings; row by row, `frame` is what their corpus was made of."""
    about = frame.assign(group=frame["group"].fillna(""))
    report = make_report(findings)
    flags = {theme.number: theme.flags for theme in report.themes}
    return RunResults(
        themes=[_propose(theme, about, flags[theme.number]) for theme in findings.themes],
        assignments=_assign(findings, about),
        quotes=[
            # as it is stored: the analysis reads it with its white space made even
            ProposedQuote(
                theme.number, str(about["id"].iloc[quote.row]), str(about["text"].iloc[quote.row]), quote.language
            )
            for theme in findings.themes
            for quote in theme.quotes
        ],
        summary=_summarise(findings, report, about, seconds),
    )


def _propose(theme: Theme, about: pd.DataFrame, flags: tuple[str, ...]) -> ProposedTheme:
    inside = about.iloc[theme.rows]
    return ProposedTheme(
        number=theme.number,
        labels=Localised(**{language: theme.names[language].label for language in LANGUAGES}),
        terms={language: [term.text for term in theme.names[language].terms] for language in LANGUAGES},
        counts={
            "people": theme.people,
            "contributions": len(inside),
            **_count_people(inside),
            "cohesion": round(theme.cohesion, 4),
            "stability": round(theme.stability, 4),
            "flags": list(flags),
        },
    )


def _assign(findings: Findings, about: pd.DataFrame) -> list[ProposedAssignment]:
    theme = dict(zip(findings.rows.tolist(), (findings.labels + 1).tolist(), strict=True))
    # rounding may put a cosine a hair outside
    strength = dict(zip(findings.rows.tolist(), np.clip(findings.strengths, 0, 1).round(4).tolist(), strict=True))
    return [
        ProposedAssignment(key, strength.get(row, 0.0), theme.get(row), None if row in theme else reason)
        for row, (key, reason) in enumerate(
            zip(about["id"].tolist(), findings.corpus.rows["set_aside"].tolist(), strict=True)
        )
    ]


def _summarise(
    findings: Findings, report: Report, about: pd.DataFrame, seconds: Mapping[str, float]
) -> dict[str, object]:
    inside = about.iloc[findings.rows]
    reasons = findings.corpus.rows["set_aside"]
    return {
        "people": int(inside["person"].nunique()),
        "rows": len(about),
        "contributions": len(inside),
        **_count_people(inside),
        "set_aside": {str(key): int(count) for key, count in reasons[reasons != ""].value_counts().items()},
        "warnings": list(report.warnings),
        "themes": len(findings.themes),
        "ground": str(findings.choice.ground),
        "language_agreement": findings.language_agreement,
        "engine": findings.engine,
        "seconds": dict(seconds),
    }


def _count_people(inside: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return the distinct people by group, language and channel."""
    return {
        column: {str(value): int(count) for value, count in inside.groupby(column)["person"].nunique().items()}
        for column in _COLUMNS
    }
