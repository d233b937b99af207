"""What the lines of a board show, and to whom: true counts to a facilitator, protected ones to the committee.

The committee's counts are those that were kept (`consult.record.board_counts`): no act changes them. A theme whose
people are hidden is not listed to a member who may not read, unless people named or accepted it: its name would be made
of the words of a few. Nothing is numbered by size but what is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.audience import Audience
from analysis.protection import named_languages
from analysis.stored_counts import ShownTable, StoredTheme
from analysis.trust import Trust
from consult.disclosure import Rule, protect_themes
from consult.record.board_counts import KeptCounts
from consult.record.quote import ShownQuote
from consult.record.theme import CandidateTheme
from consult.record.theme_board import ON_BOARD, Theme, ThemeCounts, ThemeState
from consult.theme_tables import CHANNEL, GROUP, LANGUAGE
from surveys.localised import LANGUAGES, Localised

# As analysis.report says that a theme is nearly all in one language, of at least ten people.
_NEARLY_ALL = 0.9
_ENOUGH = 10
# Where everybody writes French, a theme in French is no finding.
_MORE_THAN_USUAL = 0.1

Spread = Mapping[str, Sequence[tuple[str, int | None]]]


@dataclass(frozen=True)
class BoardLine:
    """A theme on a board.

    Attributes
    ----------
    people
        How many speak in it; None where that may not be shown, or nobody counted yet.
    family
        How many speak in it or in those below it, for a facilitator; None where nothing stands below it.
    spread
        People by value, by what they are counted by: language, group, channel; None where hidden.
    stability
        How well it came back in its run, 0 to 1; None for one that people made.
    mostly
        The language that nearly all its people speak, where that may be said; "" otherwise.
    twin
        The code of a near-equal theme in the other language, "" where there is none.
    below
        The codes of those below it.
    holding
        How many of its contributions hold what is looked for, for those who may read.
    is_listed
        Whether the reader may know of it.
    trust
        What was measured of the machine's placing in it, by hand; None where nobody did, or it is not accepted.
    """

    theme: Theme
    labels: Localised
    people: int | None = None
    family: int | None = None
    spread: Spread | None = None
    stability: float | None = None
    mostly: str = ""
    twin: str = ""
    below: tuple[str, ...] = ()
    quotes: tuple[ShownQuote, ...] = ()
    holding: int = 0
    is_listed: bool = True
    trust: Trust | None = None

    @property
    def gaps(self) -> tuple[str, ...]:
        """The languages in which it has no name; a name that this reader may not see is no gap."""
        return self.theme.labels.missing()


@dataclass(frozen=True)
class Material:
    """What lines are made from, as the record has it."""

    themes: Sequence[Theme]
    candidates: Mapping[int, CandidateTheme]
    pairs: Sequence[tuple[int, int]]
    quotes: Mapping[int, Sequence[ShownQuote]]
    trust: Mapping[str, Trust | None] = field(default_factory=dict)


def true_lines(
    material: Material, counts: Mapping[int, ThemeCounts], family: Mapping[int, ThemeCounts], everybody: ThemeCounts
) -> list[BoardLine]:
    """Return the lines as a facilitator sees them."""
    lines = []
    for theme in material.themes:
        own = counts.get(theme.id, ThemeCounts())
        line = replace(
            _plain(theme, material),
            people=own.people,
            spread={column: sorted(by.items()) for column, by in own.values.items()},
            mostly=_mostly(own.people, own.values.get(LANGUAGE, {}), everybody),
            quotes=tuple(material.quotes.get(theme.id, ())),
        )
        with_below = family.get(theme.id, ThemeCounts()).people if line.below else None
        lines.append(replace(line, family=with_below))
    return _with_twins(lines, material)


def shown_lines(
    material: Material, kept: KeptCounts, least: int, *, has_counts: bool, may_read: bool
) -> list[BoardLine]:
    """Return the lines as the committee sees them; `least` is the fewest people that a number may count."""
    keys = list(kept.themes)
    stored = [_store(kept.themes[key]) for key in keys]
    shown = protect_themes(stored, _store(kept.everybody), (LANGUAGE, GROUP), Rule(Audience.COMMITTEE, least))
    row = {key: place for place, key in enumerate(keys)}
    lines = []
    for theme in material.themes:
        place = row.get(theme.id)
        people = shown.people[place] if place is not None else None
        by_language = _values(shown.tables.get(LANGUAGE), place)
        line = replace(
            _plain(theme, material),
            people=people if has_counts else None,
            spread={
                LANGUAGE: sorted(by_language.items()),
                GROUP: sorted(_values(shown.tables.get(GROUP), place).items()),
            }
            if has_counts and people is not None and not kept.is_spread_kept_back
            else None,
        )
        lines.append(_protected(line, material, kept, by_language, people, least, may_read=may_read))
    return _with_twins(lines, material)


def _protected(
    line: BoardLine,
    material: Material,
    kept: KeptCounts,
    by_language: Mapping[str, int | None],
    people: int | None,
    least: int,
    *,
    may_read: bool,
) -> BoardLine:
    """Keep of a theme's name and quotes what tells no more than its shown counts do."""
    spoken = {language: count for language, count in by_language.items() if count is not None}
    quotes = tuple(quote for quote in material.quotes.get(line.theme.id, ()) if spoken.get(quote.language, 0) >= least)
    mostly = _mostly(people or 0, spoken, kept.everybody) if len(spoken) == len(by_language) else ""
    line = replace(line, quotes=quotes, mostly=mostly)
    if may_read or _is_peoples(line.theme, material):
        return line
    true = kept.themes.get(line.theme.id, ThemeCounts()).values.get(LANGUAGE, {})
    named = named_languages(people, true, spoken, least)
    labels = Localised(**{code: line.labels.get(code) if code in named else "" for code in LANGUAGES})
    return replace(line, labels=labels, is_listed=people is not None)


def _is_peoples(theme: Theme, material: Material) -> bool:
    """Tell whether people made, named or accepted a theme, so that its name is theirs and no more the machine's."""
    candidate = material.candidates.get(theme.candidate_id or 0)
    return candidate is None or theme.state is ThemeState.ACCEPTED or theme.labels != candidate.labels


def _plain(theme: Theme, material: Material) -> BoardLine:
    candidate = material.candidates.get(theme.candidate_id or 0)
    stability = candidate.counts.get("stability") if candidate else None
    return BoardLine(
        theme,
        theme.labels,
        stability=float(stability) if stability is not None else None,
        trust=material.trust.get(theme.code),
        below=tuple(each.code for each in material.themes if each.parent_id == theme.id and each.state in ON_BOARD),
    )


def _store(counts: ThemeCounts) -> StoredTheme:
    return StoredTheme(counts.people, {column: counts.values.get(column, {}) for column in (LANGUAGE, GROUP, CHANNEL)})


def _values(table: ShownTable | None, place: int | None) -> dict[str, int | None]:
    """Return what is shown of a theme's row: by value, None where hidden."""
    if table is None or place is None or len(table.values) <= 1:
        return {}
    return dict(zip(table.values, table.counts[place], strict=False))


def _mostly(people: int, spoken: Mapping[str, int], everybody: ThemeCounts) -> str:
    """Return the language that nearly all people of a theme speak, and clearly more of them than of all people."""
    if people < _ENOUGH:
        return ""
    for language in LANGUAGES:
        share = spoken.get(language, 0) / people
        usual = everybody.values.get(LANGUAGE, {}).get(language, 0) / max(everybody.people, 1)
        if share >= _NEARLY_ALL and share - usual >= _MORE_THAN_USUAL:
            return language
    return ""


def _with_twins(lines: Sequence[BoardLine], material: Material) -> list[BoardLine]:
    """Find for each theme of one language the near-equal one of the other, as its run knew them."""
    by_number = {
        candidate.number: line
        for line in lines
        if (candidate := material.candidates.get(line.theme.candidate_id or 0))
        and line.is_listed
        and line.theme.state in ON_BOARD
    }
    near = {frozenset(pair) for pair in material.pairs}
    for number in by_number:
        nearest = material.candidates[by_number[number].theme.candidate_id or 0].counts.get("nearest")
        if nearest:
            near.add(frozenset((number, int(nearest))))
    found: dict[int, str] = {}
    for pair in near:
        sides = [by_number[number] for number in pair if number in by_number]
        if len(sides) == len(LANGUAGES) and {side.mostly for side in sides} == set(LANGUAGES):
            found[sides[0].theme.id], found[sides[1].theme.id] = sides[1].theme.code, sides[0].theme.code
    return [replace(line, twin=found.get(line.theme.id, "")) for line in lines]
