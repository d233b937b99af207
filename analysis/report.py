"""Findings become what every report prints: counts that may be shown, flags and warnings as codes. Words come later."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.campaigns import Campaign
from analysis.naming import Name
from analysis.personal import points_at_a_person
from analysis.pipeline import Findings
from analysis.protection import named_languages
from analysis.tables import CountTable, count_reasons
from analysis.themes import Quote, Theme

_FOLLOWS_LANGUAGE = 0.10
_NEARLY_ALL = 0.9
_MAY_BE_AN_ACCIDENT = 0.6
_LOOSE = 0.45
_LONGEST_BEGINNING = 240


@dataclass(frozen=True)
class ReportedTheme:
    """A theme as it may be shown: ``people`` and ``share`` are None where they are too few.

    ``flags`` are codes a reader should be told: "unstable" (may be an accident), "loose" (its answers have little in
    common), "mostly_en" or "mostly_fr" (nearly all its people speak that language, and the counts that say so are
    shown).
    """

    number: int
    names: Mapping[str, Name]
    people: int | None
    share: float | None
    cohesion: float
    stability: float
    quotes: tuple[Quote, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True)
class ReportedCampaign:
    """Nearly the same long text from so many people, as it may be shown.

    ``text`` is its beginning, None where none of its authors agreed to be quoted or where it could point at somebody.
    ``without`` is, for the number of each theme it speaks in, the people that are left without it.
    """

    people: int
    text: str | None
    language: str
    without: Mapping[int, int]


@dataclass(frozen=True)
class Report:
    """What a report may show of an analysis, in numbers and codes.

    Attributes
    ----------
    people
        People in themes; None where that would give a small count away.
    tables
        By language (when there are two) and by each column that was asked for.
    set_aside, set_aside_total
        Rows in no theme, by reason and in all; None where too few to show.
    several
        Whether an answer stands in several themes, so that people and shares of themes come to more than all.
    weak
        The share of ideas that are only weakly attached, 0 to 1.
    campaigns
        Long texts that at least so many people sent as may be shown, in nearly the same words.
    warnings
        Codes: "follows_language", "words_only", "languages_detected", "one_language", "consent_unknown", "campaign".
    """

    themes: tuple[ReportedTheme, ...]
    people: int | None
    tables: tuple[CountTable, ...]
    set_aside: Mapping[str, int | None]
    set_aside_total: int | None
    languages: tuple[str, ...]
    warnings: tuple[str, ...]
    several: bool = False
    weak: float = 0.0
    campaigns: tuple[ReportedCampaign, ...] = ()


def make_report(findings: Findings) -> Report:
    """Decide what of the findings a report may show."""
    kept = findings.kept
    table = findings.tables[0]
    least = findings.settings.least_people
    languages = tuple(sorted(kept["language"].unique()))
    campaigns = tuple(_campaigns(findings, table))
    reasons, aside = count_reasons(findings.corpus.rows["set_aside"], least)
    return Report(
        themes=tuple(_reported(theme, table, kept, least) for theme in findings.themes),
        people=table.counts[-1][-1],
        tables=findings.tables if len(languages) > 1 else findings.tables[1:],
        set_aside=reasons,
        set_aside_total=aside,
        languages=languages,
        warnings=(*_warnings(findings, languages), *(["campaign"] if campaigns else [])),
        several=not bool(findings.is_main.all()),
        weak=float(findings.is_weak.mean()),
        campaigns=campaigns,
    )


def _reported(theme: Theme, table: CountTable, kept: pd.DataFrame, least: int) -> ReportedTheme:
    """Keep of a theme what tells no more than the table of languages does.

    Of a theme whose people are hidden neither names nor quotes are shown: its few authors could be told by their
    words. In a language whose people are hidden only the language most of the theme is in has a name, and it too only
    where that tells nothing (:func:`analysis.protection.named_languages`).
    """
    counts = dict(zip(table.values, table.counts[theme.number - 1], strict=False))
    people, everybody = table.counts[theme.number - 1][-1], table.counts[-1][-1]
    spoken = kept.loc[theme.rows.tolist()].groupby("language")["person"].nunique()
    by_language = {str(code): int(count) for code, count in spoken.items()}
    shown = {code for code, count in counts.items() if count is not None}
    named = named_languages(people, by_language, shown, least)
    return ReportedTheme(
        number=theme.number,
        names={code: name if code in named else Name("", ()) for code, name in theme.names.items()},
        people=people,
        share=None if people is None or not everybody else people / everybody,
        cohesion=theme.cohesion,
        stability=theme.stability,
        quotes=tuple(q for q in theme.quotes if q.language in named and spoken.get(q.language, 0) >= least),
        flags=_flags(theme, counts, people),
    )


def _campaigns(findings: Findings, table: CountTable) -> Iterator[ReportedCampaign]:
    """Say what campaigns are and what is left without each, where neither that nor the difference is a small count."""
    least = findings.settings.least_people
    about = findings.corpus.rows
    for campaign in findings.campaigns:
        if campaign.people < least:
            continue
        first = about.loc[list(campaign.rows)]
        agreed = first[first["can_be_quoted"] & ~first["text"].map(points_at_a_person)]
        without = count_without(findings.ideas, findings.labels, campaign)
        shown = {
            number: left
            for number, (people, left) in without.items()
            if table.counts[number - 1][-1] is not None and left >= least and people - left >= least
        }
        yield ReportedCampaign(
            people=campaign.people,
            text=_beginning(str(agreed["text"].iloc[0])) if len(agreed) else None,
            language=str(first["language"].iloc[0]),
            without=shown,
        )


def count_without(ideas: pd.DataFrame, labels: NDArray[np.intp], campaign: Campaign) -> dict[int, tuple[int, int]]:
    """Return for the number of each theme that a campaign speaks in its people, and those that are left without it."""
    frame = pd.DataFrame({"person": ideas["person"], "theme": labels + 1, "sent": ideas["row"].isin(campaign.rows)})
    people = frame.groupby("theme")["person"].nunique()
    left = frame[~frame["sent"]].groupby("theme")["person"].nunique()
    spoken = sorted(frame["theme"][frame["sent"]].unique())
    return {int(number): (int(people[number]), int(left.get(number, 0))) for number in spoken}


def _beginning(text: str) -> str:
    return text if len(text) <= _LONGEST_BEGINNING else f"{text[:_LONGEST_BEGINNING].rsplit(' ', 1)[0]} […]"


def _flags(theme: Theme, counts: Mapping[str, int | None], people: int | None) -> tuple[str, ...]:
    flags = []
    if theme.stability < _MAY_BE_AN_ACCIDENT:
        flags.append("unstable")
    if theme.cohesion < _LOOSE:
        flags.append("loose")
    shown = {code: count for code, count in counts.items() if count is not None}
    if people is not None and len(counts) > 1:
        flags += [f"mostly_{code}" for code, count in shown.items() if count >= _NEARLY_ALL * people]
    return tuple(flags)


def _warnings(findings: Findings, languages: tuple[str, ...]) -> tuple[str, ...]:
    warnings = []
    if findings.language_agreement > _FOLLOWS_LANGUAGE:
        warnings.append("follows_language")
    if findings.engine == "tfidf":
        warnings.append("words_only")
    if findings.corpus.detected:
        warnings.append("languages_detected")
    if not findings.corpus.consent_known:
        warnings.append("consent_unknown")
    if len(languages) == 1:
        warnings.append("one_language")
    return tuple(warnings)
