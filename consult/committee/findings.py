"""What of a run a committee may be shown: protected counts, names and approved quotes that these counts allow.

The rules are those of `analysis.report`: a theme whose people are hidden is neither named nor quoted, and not even
listed, only counted among the others; a language whose people are hidden gives a theme no quote, and a name only where
that tells nothing (:func:`analysis.protection.named_languages`). Themes are numbered by their place on the page: a
number missing between two others would say how large the one in between is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.protection import named_languages
from analysis.stored_counts import ShownTable, StoredTheme, protect_list
from consult.disclosure import Rule, groups_told, protect_themes, quotes_shown
from consult.record.findings import RunSummary
from consult.record.quote import ShownQuote
from consult.record.theme import CandidateTheme
from consult.theme_tables import GROUP, LANGUAGE, ThemeLine, ThemeTable, line_of, named_parts
from surveys.localised import LANGUAGES, Localised


@dataclass(frozen=True)
class ShownFindings:
    """What may be shown of a run.

    Attributes
    ----------
    lines
        The themes that may be shown, the one raised most often first.
    left_out
        How many themes have too few people to be shown.
    people
        Everybody in themes; None where hidden.
    tables
        By language (where there are several) and by group.
    quotes
        Approved ones, by the number of their line.
    set_aside, set_aside_total
        Answers in no theme, by reason; None where hidden.
    pairs
        The numbers of a French and an English line that may be one.
    keeps_tables_back
        Whether there would be tables, but those of an earlier analysis were read, and the two would tell of a few.
    """

    lines: tuple[ThemeLine, ...]
    left_out: int
    people: int | None
    tables: tuple[ThemeTable, ...]
    quotes: Mapping[int, Sequence[ShownQuote]]
    set_aside: Mapping[str, int | None]
    set_aside_total: int | None
    pairs: tuple[tuple[int, int], ...] = ()
    keeps_tables_back: bool = False

    @property
    def has_hidden(self) -> bool:
        """Tell whether a dash stands anywhere in the tables."""
        numbers = [count for table in self.tables for row in (*table.rows, table.totals) for count in row]
        return self.people is None or None in numbers


def show_findings(
    themes: Sequence[CandidateTheme],
    summary: RunSummary,
    approved: Mapping[int, Sequence[ShownQuote]],
    headings: Mapping[str, tuple[str, Mapping[str, str]]],
    rule: Rule,
    *,
    is_second: bool = False,
) -> ShownFindings:
    """Decide what may be shown to whom the rule is for; `is_second` where another analysis was read before.

    Where nobody stands in two themes, the themes that two analyses have in common come to the same people in each
    column, and the tables of both together tell what each hides: those of the second are kept back.

    `headings` has, for "language" and "group", the caption of its table and the names of its values.
    """
    everybody = StoredTheme(summary.people, {LANGUAGE: summary.languages, GROUP: summary.groups})
    stored = [_store(theme.counts) for theme in themes]
    # counted by language, the themes of one language by construction would seem to hide small counts
    shown = protect_themes(stored, everybody, (GROUP,) if summary.is_by_language else (LANGUAGE, GROUP), rule)
    seen = [row for row, people in enumerate(shown.people) if people is not None]
    seen.sort(key=lambda row: (-(shown.people[row] or 0), themes[row].number))
    by_language, by_group = shown.tables.get(LANGUAGE), shown.tables.get(GROUP)
    spoken = {row: _spoken(by_language, row) for row in seen}
    if summary.is_by_language:
        spoken = {row: {str(themes[row].counts.get("spoken")): shown.people[row] or 0} for row in seen}
    places = {themes[row].number: place for place, row in enumerate(seen, start=1)}
    lines = [_line(themes[row], shown.people[row], shown.everybody, spoken[row], places, rule) for row in seen]
    tables = [
        _table(table, seen, *headings[column], rule) for column, table in shown.tables.items() if len(table.values) > 1
    ]
    keeps_back = is_second and bool(tables) and sum(theme.people for theme in stored) == everybody.people
    aside, total = protect_list(summary.set_aside, rule.least)
    return ShownFindings(
        lines=tuple(lines),
        left_out=len(themes) - len(lines),
        people=shown.everybody,
        tables=() if keeps_back else tuple(tables),
        quotes={
            place: quotes_shown(approved.get(themes[row].number, ()), spoken[row], groups_told(by_group, row), rule)
            for place, row in enumerate(seen, start=1)
        },
        set_aside=aside,
        set_aside_total=total,
        pairs=tuple((places[one], places[other]) for one, other in summary.pairs if {one, other} <= set(places)),
        keeps_tables_back=keeps_back,
    )


def _store(counts: Mapping[str, Any]) -> StoredTheme:
    return StoredTheme(counts.get("people", 0), {column: counts.get(column, {}) for column in (LANGUAGE, GROUP)})


def _spoken(table: ShownTable | None, row: int) -> dict[str, int]:
    """Return in which languages enough people speak in a theme for it to be named and quoted in them."""
    if table is None:
        return {}
    return {value: count for value, count in zip(table.values, table.counts[row], strict=False) if count is not None}


def _line(
    theme: CandidateTheme,
    people: int | None,
    everybody: int | None,
    spoken: Mapping[str, int],
    places: Mapping[int, int],
    rule: Rule,
) -> ThemeLine:
    """Keep of a theme what tells no more than its shown counts do; its number is its place on the page."""
    named = named_languages(people, theme.counts.get(LANGUAGE, {}), spoken, rule.least)
    line = line_of(theme, everybody or 0)
    return replace(
        line,
        number=places[theme.number],
        people=people,
        firm=None,
        nearest=places.get(line.nearest or 0),
        share=people / everybody if people is not None and everybody else None,
        labels=Localised(
            **{language: theme.labels.get(language) if language in named else "" for language in LANGUAGES}
        ),
        terms={language: terms for language, terms in theme.terms.items() if language in named},
        parts=named_parts(line.parts, named) if people is not None else (),
        weights={language: weights for language, weights in line.weights.items() if language in named},
        flags=tuple(
            flag for flag in line.flags if not flag.startswith("mostly_") or flag.removeprefix("mostly_") in spoken
        ),
    )


def _table(table: ShownTable, seen: Sequence[int], caption: str, names: Mapping[str, str], rule: Rule) -> ThemeTable:
    """Return a table of the themes that are shown; its columns in the order of their names."""
    place = {value: at for at, value in enumerate(names)}
    order = sorted(range(len(table.values)), key=lambda at: place.get(table.values[at], len(place)))
    places = [*order, len(table.values)]
    rows = [tuple(row[place] for place in places) for row in table.counts]
    bands = [tuple(row[place] for place in places) for row in table.bands]
    return ThemeTable(
        caption=caption,
        headings=tuple(names.get(table.values[at], table.values[at]) for at in order),
        rows=tuple(rows[row] for row in seen),
        totals=rows[-1],
        bands=(*(bands[row] for row in seen), bands[-1]),
        least=rule.least,
        merged=tuple(names.get(value, value) for value in table.merged) if table.is_merged else (),
        hidden_share=table.hidden_share,
    )
