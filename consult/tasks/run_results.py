"""Findings become what a run stores: true counts, codes and keys; labels, terms and quotes are the only words."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.campaign_counts import CampaignCounts
from analysis.naming import Name
from analysis.pipeline import Findings
from analysis.report import Report, make_report
from analysis.theme_review import review_themes
from analysis.themes import Quote, Theme
from consult.record.theme import ProposedAssignment, ProposedQuote, ProposedTheme, RunResults
from surveys.localised import LANGUAGES, Localised

_COLUMNS = ("group", "language", "channel", "question")


def make_results(findings: Findings, frame: pd.DataFrame, seconds: Mapping[str, float]) -> RunResults:
    """Return what is saved of the findings; row by row, `frame` is what their corpus was made of."""
    about = frame.assign(group=frame["group"].fillna(""))
    report = make_report(findings)
    beside = _beside(findings, report, about)
    return RunResults(
        themes=[_propose(theme, about, beside[theme.number]) for theme in findings.themes],
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


def _beside(findings: Findings, report: Report, about: pd.DataFrame) -> dict[int, dict[str, object]]:
    """Return what is kept of each theme beside its counts: codes and numbers, and the keys of what is weakly attached.

    ``weak`` are the contributions whose every idea in the theme hardly belongs there; ``spoken`` is the language of a
    theme that has one by construction.
    """
    review = review_themes(findings, report)
    placed = pd.DataFrame({"row": findings.rows, "theme": findings.labels + 1, "is_weak": findings.is_weak})
    firm = placed.groupby(["theme", "row"])["is_weak"].min()
    weak = firm[firm].reset_index()
    # sorted, for keys are random and their order then tells nothing
    keys = {
        theme.number: sorted(about["id"].iloc[weak["row"][weak["theme"] == theme.number]].tolist())
        for theme in report.themes
    }
    return {
        theme.number: {
            "flags": list(theme.flags),
            "nearest": near[0] if (near := review.nearest[theme.number]) else None,
            "spoken": theme.language,
            "weak": keys[theme.number],
            "parts": _parts(findings.parts.get(theme.number, ()), report.parts.get(theme.number, ())),
        }
        for theme in report.themes
    }


def _parts(parts: Sequence[Theme], named: Sequence[Mapping[str, Name]]) -> list[dict[str, object]]:
    """Return the names of a theme's parts, as they may be shown, and their people."""
    return [
        {"people": part.people, "labels": {code: name.label for code, name in names.items()}}
        for part, names in zip(parts, named, strict=False)
    ]


def _propose(theme: Theme, about: pd.DataFrame, beside: Mapping[str, object]) -> ProposedTheme:
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
            "weights": {
                language: [round(term.weight, 4) for term in theme.names[language].terms] for language in LANGUAGES
            },
            **beside,
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
        "campaigns": _campaigns(findings, about),
        "pairs": [[pair.fr, pair.en] for pair in findings.pairs],
        **_count_people(inside),
        "set_aside": _by_reason(reasons[reasons != ""]),
        "ideas_set_aside": _by_reason(findings.corpus.ideas_set_aside),
        "warnings": _warnings(findings, report),
        "themes": len(findings.themes),
        "ground": str(findings.choice.ground),
        "language_agreement": findings.language_agreement,
        "engine": findings.engine,
        "seconds": dict(seconds),
    }


def _campaigns(findings: Findings, about: pd.DataFrame) -> list[dict[str, object]]:
    """Return the people with and without each campaign, and a contribution that holds it: never its words."""
    counts = CampaignCounts(findings.ideas, findings.labels)
    return [
        {
            "people": campaign.people,
            "contribution": str(about["id"].iloc[campaign.rows[0]]),
            "themes": [[number, people, left] for number, (people, left) in counts.without(campaign).items()],
        }
        for campaign in findings.campaigns
    ]


def _warnings(findings: Findings, report: Report) -> list[str]:
    """Return the report's warnings; a run takes the best engine there is, so words alone mean that no other can run."""
    no_encoder = ["no_encoder"] if findings.engine == "tfidf" and "no_encoder" not in report.warnings else []
    return [*report.warnings, *no_encoder]


def _by_reason(reasons: "pd.Series[str]") -> dict[str, int]:
    return {str(reason): int(count) for reason, count in reasons.value_counts().items()}


def _count_people(inside: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return the distinct people by group, language, channel and question: under several, if they answer several."""
    return {
        column: {str(value): int(count) for value, count in inside.groupby(column)["person"].nunique().items()}
        for column in _COLUMNS
        if column in inside
    }
