"""The file run.json of a result: how it was made, enough to make it again."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version

import pandas as pd

from analysis.campaign_counts import CampaignCounts
from analysis.engines import ENGINE_NAMES
from analysis.languages import LANGUAGES
from analysis.pipeline import Findings
from analysis.report import Report
from analysis.settings import AUTOMATIC
from analysis.theme_review import Review, review_themes
from analysis.themes import Theme

MADE_BY = "consult"
"""The key that only a file of ours has: its value is the version that made it."""


def run_json(findings: Findings, report: Report, made_from: Mapping[str, object]) -> bytes:
    """How the result was made, enough to make it again, and what checking the themes found."""
    review = review_themes(findings, report)
    reasons = findings.corpus.rows["set_aside"]
    run = {
        MADE_BY: version("consult"),
        **made_from,
        "settings": asdict(findings.settings),
        "engine": {"name": findings.engine, "why": _why_engine(findings), **findings.engine_settings},
        "number_of_themes": {
            "themes": len(findings.themes),
            "without_small": findings.choice.themes,
            "ground": str(findings.choice.ground),
            "tried": [asdict(point) for point in findings.curve],
        },
        "rows": len(reasons),
        "contributions": findings.answers,
        "ideas": len(findings.ideas),
        "weak_ideas": int(findings.is_weak.sum()),
        "campaigns": _campaigns_in_run(findings),
        "people": int(findings.kept["person"].nunique()),
        "set_aside": _by_reason(reasons[reasons != ""]),
        "ideas_set_aside": _by_reason(findings.corpus.ideas_set_aside),
        "languages_detected": findings.corpus.detected,
        "theme_language_agreement": findings.language_agreement,
        "warnings": list(report.warnings),
        **_joined(findings),
        "themes": [_theme_in_run(theme, review) for theme in findings.themes],
        "pairs": [asdict(pair) for pair in findings.pairs],
        "findings": [
            {"check": str(found.check), "themes": found.themes, "remedy": str(found.remedy), **found.values}
            for found in review.findings
        ],
        "versions": findings.versions,
        "seconds": findings.seconds,
    }
    return (json.dumps(run, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _by_reason(reasons: pd.Series) -> dict[str, int]:
    return {str(reason): int(count) for reason, count in reasons.value_counts().sort_index().items()}


def _why_engine(findings: Findings) -> str:
    """Return why this engine ran: "asked_for", "best" of those there are, or the best one was "not_importable"."""
    if findings.settings.engine != AUTOMATIC:
        return "asked_for"
    return "best" if findings.engine == ENGINE_NAMES[0] else "not_importable"


def _joined(findings: Findings) -> dict[str, object]:
    """Return what became of new answers, where there were themes before them."""
    joining = findings.joining
    if joining is None:
        return {}
    possible = [
        {
            "number": theme.number,
            "labels": {language: theme.names[language].label for language in LANGUAGES},
            "people": theme.people,
        }
        for theme in joining.possible
    ]
    return {"joining": {"joined": joining.joined, "fit_none": joining.none, "possible_new_themes": possible}}


def _campaigns_in_run(findings: Findings) -> list[dict[str, object]]:
    counts = CampaignCounts(findings.ideas, findings.labels)
    return [
        {
            "people": campaign.people,
            "rows": [row + 1 for row in campaign.rows],
            "themes": [
                {"theme": theme, "people": people, "people_without": left}
                for theme, (people, left) in counts.without(campaign).items()
            ],
        }
        for campaign in findings.campaigns
    ]


def _theme_in_run(theme: Theme, review: Review) -> dict[str, object]:
    nearest = review.nearest[theme.number]
    return {
        "theme": theme.number,
        "labels": {language: theme.names[language].label for language in LANGUAGES},
        "terms": {
            language: [{"term": term.text, "strength": term.weight} for term in theme.names[language].terms]
            for language in LANGUAGES
        },
        "nearest": nearest and {"theme": nearest[0], "cosine": nearest[1]},
        "mix": [asdict(mix) for mix in review.mixes[theme.number]],
    }
