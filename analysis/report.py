"""Findings become what every report prints: counts that may be shown, flags and warnings as codes. Words come later."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import pandas as pd

from analysis.campaign_counts import CampaignCounts
from analysis.campaigns import Campaign
from analysis.naming import Name
from analysis.personal import points_at_a_person
from analysis.pipeline import Findings
from analysis.protection import named_languages
from analysis.settings import AUTOMATIC
from analysis.tables import LANGUAGE, CountTable, count_reasons
from analysis.theme_pairs import ThemePair
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
    shown). ``language`` is the one all its answers are in where each language was grouped by itself, "" otherwise.
    """

    number: int
    names: Mapping[str, Name]
    people: int | None
    share: float | None
    cohesion: float
    stability: float
    quotes: tuple[Quote, ...]
    flags: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True)
class ReportedCampaign:
    """Nearly the same long text from so many people, as it may be shown.

    ``people`` is None where that, or what is left without it, would give a small count away: then nothing else is
    said of it. ``text`` is its beginning, as enough people sent it and one who agreed to be quoted; None where there is
    no such text or where it could point at somebody. ``without`` is, for the number of each theme it speaks in, the
    people that are left without it.
    """

    people: int | None
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
        By language (when there are two, in the same themes) and by each column that was asked for.
    set_aside, set_aside_total
        Rows in no theme, by reason and in all; None where too few to show.
    ideas_aside
        Ideas that were set aside in rows that are in themes, by reason; None where too few to show.
    several
        Whether an answer stands in several themes, so that people and shares of themes come to more than all.
    weak
        The share of ideas that are only weakly attached, 0 to 1.
    campaigns
        Long texts that at least so many people sent as may be shown, in nearly the same words.
    warnings
        Codes: "by_language" (each language was grouped by itself, and ``pairs`` are the themes that may be one),
        "no_encoder" (the engine was not chosen: what compares meanings cannot run here), "follows_language",
        "words_only", "languages_detected", "one_language", "consent_unknown", "campaign".
    parts
        By number of theme, the names of what it is made of, the part with most people first.
    pairs
        Themes of two languages that may be one, of those whose people are shown.
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
    pairs: tuple[ThemePair, ...] = ()
    ideas_aside: Mapping[str, int | None] = field(default_factory=dict)
    parts: Mapping[int, tuple[Mapping[str, Name], ...]] = field(default_factory=dict)


def make_report(findings: Findings) -> Report:
    """Decide what of the findings a report may show."""
    kept = findings.kept
    table = findings.tables[0]
    least = findings.settings.least_people
    languages = tuple(sorted(kept["language"].unique()))
    campaigns = tuple(_campaigns(findings, table))
    reasons, aside = count_reasons(findings.corpus.rows["set_aside"], least)
    themes = tuple(_reported(theme, table, kept, least) for theme in findings.themes)
    shown = {theme.number for theme in themes if theme.people is not None}
    if findings.languages:
        themes = tuple(replace(theme, language=findings.languages[theme.number - 1]) for theme in themes)
    return Report(
        themes=themes,
        people=table.counts[-1][-1],
        tables=findings.tables if len(languages) > 1 and not findings.languages else findings.tables[1:],
        set_aside=reasons,
        set_aside_total=aside,
        languages=languages,
        warnings=(*_warnings(findings, languages), *(["campaign"] if campaigns else [])),
        several=not bool(findings.is_main.all()),
        weak=float(findings.is_weak.mean()),
        campaigns=campaigns,
        ideas_aside=count_reasons(findings.corpus.ideas_set_aside, least)[0],
        pairs=tuple(pair for pair in findings.pairs if {pair.fr, pair.en} <= shown),
        parts={theme.number: named for theme in themes if (named := _named_parts(findings, theme))},
    )


def _named_parts(findings: Findings, theme: ReportedTheme) -> tuple[Mapping[str, Name], ...]:
    """Return the names of a theme's parts, in the languages in which the theme itself has one; no counts.

    Somebody may speak in several parts: how many do, which is often one or two, would be what their people come to
    beyond the theme's.
    """
    if theme.people is None:
        return ()
    named = [code for code, name in theme.names.items() if name.label]
    parts = [
        {code: part.names[code] if code in named else Name("", ()) for code in theme.names}
        for part in findings.parts.get(theme.number, ())
    ]
    return tuple(parts) if all(any(name.label for name in names.values()) for names in parts) else ()


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
    """Say what campaigns are and what is left without each; only that there is one where this could tell of a few."""
    least = findings.settings.least_people
    taken: Counter[int] = Counter()
    counts = CampaignCounts(findings.ideas, findings.labels)
    few_others = cache(lambda languages: _themes_of_few_others(findings, languages))
    for campaign in findings.campaigns:
        if campaign.people < least:
            continue
        without = counts.without(campaign)
        spoken = frozenset(findings.corpus.rows.loc[list(campaign.rows), "language"])
        about = spoken, few_others(spoken)
        tells = _tells_of_hidden_themes(without, table) or _tells_of_few(campaign, without, taken, least)
        if tells or any(_tells_of_a_part(without, taken, each, about, least) for each in findings.tables):
            yield ReportedCampaign(None, None, "", {})
            continue
        taken.update({number: people - left for number, (people, left) in without.items()})
        text, language = _campaign_text(findings.corpus.rows.loc[list(campaign.rows)], least)
        yield ReportedCampaign(campaign.people, text, language, {number: left for number, (_, left) in without.items()})


def _tells_of_hidden_themes(without: Mapping[int, tuple[int, int]], table: CountTable) -> bool:
    """Whether a campaign's numbers tell of a theme whose people are hidden.

    It may not speak in one. Nor in several of the others: how many people these share would tell how many of all are
    left for the hidden one.
    """
    hidden = {number for number, row in enumerate(table.counts[:-1], start=1) if row[-1] is None}
    return bool(hidden) and (len(without) > 1 or not hidden.isdisjoint(without))


def _tells_of_few(
    campaign: Campaign, without: Mapping[int, tuple[int, int]], taken: Mapping[int, int], least: int
) -> bool:
    """Whether a campaign's numbers tell of a few people.

    They are those who sent it in a theme, those who are left there without it and without those shown before it
    (``taken``), and those who sent it and say the same in a theme without it.
    """
    sent = {number: people - left for number, (people, left) in without.items()}
    few_here = any(sent[n] < least or left - taken.get(n, 0) < least for n, (_, left) in without.items())
    return few_here or 0 < campaign.people - sum(sent.values()) < least


def _tells_of_a_part(
    without: Mapping[int, tuple[int, int]],
    taken: Mapping[int, int],
    table: CountTable,
    spoken: tuple[frozenset[str], set[int]],
    least: int,
) -> bool:
    """Whether a campaign's numbers, beside a table, tell of a few people under one of its headings.

    Its text tells in which language all who sent it wrote: taken off that language's people in a theme, they leave the
    others of that language. Where that is hidden because few people of the theme speak the other language, which the
    theme's names tell anyway, it says nothing more of these: enough are left without it for any small number of them.
    Who of a group sent it is told by nothing but the numbers: of each shown number as many as ``least`` different ones
    may have sent it.

    Parameters
    ----------
    spoken
        The languages it was sent in, and the numbers of the themes in which few people speak any other.
    """
    languages, few_others = spoken
    if len(table.values) < 2:
        return False
    for number, (people, left) in without.items():
        before = taken.get(number, 0)
        sent, others = people - left + before, left - before
        row = dict(zip(table.values, table.counts[number - 1], strict=False))
        if table.column == LANGUAGE:
            of_language = next(iter(row.get(language) for language in languages), None)
            is_left = number in few_others if of_language is None else of_language - sent >= least
            if len(languages) != 1 or not is_left:
                return True
            continue
        for count in (count for count in row.values() if count is not None and count < people):
            if min(count, sent) - max(0, count - others) + 1 < least:
                return True
    return False


def _themes_of_few_others(findings: Findings, languages: frozenset[str]) -> set[int]:
    """Return the numbers of the themes in which few people, or nobody, speak another language than these."""
    ideas = pd.DataFrame({"person": findings.ideas["person"], "theme": findings.labels + 1})
    others = ideas[~findings.ideas["language"].isin(languages)].groupby("theme")["person"].nunique()
    many = set(others[others >= findings.settings.least_people].index)
    return {theme.number for theme in findings.themes} - many


def _campaign_text(sent: pd.DataFrame, least: int) -> tuple[str | None, str]:
    """Return the beginning of a campaign's text and its language, or None and "" where it may not be quoted.

    It is the version that most people sent, of those that enough people sent in the same words: what one person added
    to it could tell who that is. One of them agreed to be quoted, and none wrote it so that it points at a person.
    """
    points = sent["text"].map(lambda text: points_at_a_person(" ".join(text.split())))
    versions = sent.assign(points=points).groupby("folded", sort=False)
    may_be_quoted = [
        version
        for _, version in versions
        if version["person"].nunique() >= least and version["can_be_quoted"].any() and not version["points"].any()
    ]
    if not may_be_quoted:
        return None, ""
    most = max(may_be_quoted, key=lambda version: int(version["person"].nunique()))
    first = most[most["can_be_quoted"]].iloc[0]
    return _beginning(str(first["text"])), str(first["language"])


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
    if findings.languages:
        warnings.append("by_language")
    elif findings.language_agreement > _FOLLOWS_LANGUAGE:
        warnings.append("follows_language")
    if findings.engine == "tfidf" and findings.settings.engine == AUTOMATIC:
        warnings.append("no_encoder")
    if findings.engine == "tfidf":
        warnings.append("words_only")
    if findings.corpus.detected:
        warnings.append("languages_detected")
    if not findings.corpus.consent_known:
        warnings.append("consent_unknown")
    if len(languages) == 1:
        warnings.append("one_language")
    return tuple(warnings)
