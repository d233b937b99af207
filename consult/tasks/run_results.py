"""Findings become what a run stores: true counts, codes and keys; labels, terms and quotes are the only words."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.pipeline import Findings
from analysis.report import Report, make_report
from analysis.themes import Quote, Theme
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
            ProposedQuote(theme.number, str(about["id"].iloc[quote.row]), _stored(quote, about), quote.language)
            for theme in findings.themes
            for quote in theme.quotes
        ],
        summary=_summarise(findings, report, about, seconds),
    )


def _stored(quote: Quote, about: pd.DataFrame) -> str:
    """Return a quote as it is stored: the analysis reads it with its white space made even."""
    return str(about["text"].iloc[quote.row])[quote.starts_at : quote.ends_at]


def _propose(theme: Theme, about: pd.DataFrame, flags: tuple[str, ...]) -> ProposedTheme:
    inside = about.iloc[theme.rows]
    return ProposedTheme(
        number=theme.number,
        labels=Localised(**{language: theme.names[language].label for language in LANGUAGES}),
        terms={language: [term.text for term in theme.names[language].terms] for language in LANGUAGES},
        counts={
            "people": theme.people,
            "firm_people": theme.firm_people,
            "contributions": len(inside),
            **_count_people(inside),
            "cohesion": round(theme.cohesion, 4),
            "stability": round(theme.stability, 4),
            "flags": list(flags),
        },
    )


def _assign(findings: Findings, about: pd.DataFrame) -> list[ProposedAssignment]:
    """Give each idea its theme, or its reason; an answer that is set aside whole is one idea without a place."""
    keys = about["id"].tolist()
    reasons = findings.corpus.rows["set_aside"].tolist()
    aside = [ProposedAssignment(key, 0.0, reason=reason) for key, reason in zip(keys, reasons, strict=True) if reason]
    # rounding may put a cosine a hair outside
    strengths = np.clip(findings.strengths, 0, 1).round(4).tolist()
    where = zip(findings.rows.tolist(), findings.ideas["unit"].tolist(), strict=True)
    placed = dict(zip(where, zip((findings.labels + 1).tolist(), strengths, strict=True), strict=True))
    ideas = findings.corpus.units[["row", "unit", "starts_at", "ends_at", "set_aside"]]
    for row, unit, starts_at, ends_at, reason in ideas.itertuples(index=False, name=None):
        if not reasons[row]:
            theme, strength = placed.get((row, unit), (None, 0.0))
            aside.append(ProposedAssignment(keys[row], strength, theme, reason or None, unit, starts_at, ends_at))
    return aside


def _summarise(
    findings: Findings, report: Report, about: pd.DataFrame, seconds: Mapping[str, float]
) -> dict[str, object]:
    inside = about.iloc[findings.ideas["row"].unique()]
    reasons = findings.corpus.rows["set_aside"]
    return {
        "people": int(inside["person"].nunique()),
        "rows": len(about),
        "contributions": len(inside),
        "ideas": len(findings.ideas),
        "weak_ideas": int(findings.is_weak.sum()),
        "campaigns": [campaign.people for campaign in findings.campaigns],
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
