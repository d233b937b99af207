"""Findings become what every report prints: counts that may be shown, flags and warnings as codes. Words come later."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.naming import Name
from analysis.pipeline import Findings
from analysis.tables import CountTable, count_people, count_reasons
from analysis.themes import Quote, Theme

LANGUAGE = "language"
_FOLLOWS_LANGUAGE = 0.10
# How many times the least number of people a language should have in a theme before its absence is worth a word.
_EXPECTED = 1.5
_MAY_BE_AN_ACCIDENT = 0.6
_LOOSE = 0.45


@dataclass(frozen=True)
class ReportedTheme:
    """A theme as it may be shown: ``people`` and ``share`` are None where they are too few.

    ``flags`` are codes a reader should be told: "unstable" (may be an accident), "loose" (its answers have little in
    common), "few_en" or "few_fr" (hardly anybody says it in that language, where many would be expected to).
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
    warnings
        Codes: "follows_language", "words_only", "languages_detected", "one_language", "consent_unknown".
    """

    themes: tuple[ReportedTheme, ...]
    people: int | None
    tables: tuple[CountTable, ...]
    set_aside: Mapping[str, int | None]
    set_aside_total: int | None
    languages: tuple[str, ...]
    warnings: tuple[str, ...]


def make_report(findings: Findings) -> Report:
    """Decide what of the findings a report may show."""
    kept = findings.kept
    least = findings.settings.least_people
    columns: dict[str, pd.Series] = {LANGUAGE: kept["language"]}
    columns |= {str(name): findings.corpus.groups[name].iloc[findings.rows] for name in findings.corpus.groups}
    tables = count_people(kept["person"], findings.labels, len(findings.themes), columns, least)
    totals = [row[-1] for row in tables[0].counts]
    languages = tuple(sorted(kept["language"].unique()))
    reasons, aside = count_reasons(findings.corpus.rows["set_aside"], least)
    return Report(
        themes=tuple(_reported(theme, totals[i], totals[-1], kept, least) for i, theme in enumerate(findings.themes)),
        people=totals[-1],
        tables=tables if len(languages) > 1 else tables[1:],
        set_aside=reasons,
        set_aside_total=aside,
        languages=languages,
        warnings=_warnings(findings, languages),
    )


def _reported(theme: Theme, people: int | None, everybody: int | None, kept: pd.DataFrame, least: int) -> ReportedTheme:
    return ReportedTheme(
        number=theme.number,
        names=theme.names,
        people=people,
        share=None if people is None or not everybody else people / everybody,
        cohesion=theme.cohesion,
        stability=theme.stability,
        # what fewer than the least people said is not quoted: its few authors could be told by who they are
        quotes=theme.quotes if people is not None else (),
        flags=_flags(theme, kept, least),
    )


def _flags(theme: Theme, kept: pd.DataFrame, least: int) -> tuple[str, ...]:
    flags = []
    if theme.stability < _MAY_BE_AN_ACCIDENT:
        flags.append("unstable")
    if theme.cohesion < _LOOSE:
        flags.append("loose")
    flags += [f"few_{language}" for language in _hardly_spoken(theme, kept, least)]
    return tuple(flags)


def _hardly_spoken(theme: Theme, kept: pd.DataFrame, least: int) -> list[str]:
    """List the languages that fewer than ``least`` people use in a theme where many would be expected.

    A flag so defined says of the hidden count no more than that it is hidden.
    """
    whole = kept["language"].value_counts(normalize=True)
    inside = kept.loc[theme.rows.tolist()].groupby("language")["person"].nunique()
    return [
        str(language)
        for language, share in whole.sort_index().items()
        if inside.get(language, 0) < least and share * theme.people >= _EXPECTED * least
    ]


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
