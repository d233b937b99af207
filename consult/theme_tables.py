"""Themes as pages show them, for the facilitator and for the committee: lines, tables, their headings in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.protection import OTHER_VALUES
from consult import messages
from consult.messages import Words
from consult.record.consultation import Group
from consult.record.findings import RunSummary
from consult.record.theme import CandidateTheme
from surveys.localised import Localised

GROUP, LANGUAGE, CHANNEL = "group", "language", "channel"


@dataclass(frozen=True)
class ThemeLine:
    """A theme on a page; `people` and `share` are None where they may not be shown."""

    number: int
    labels: Localised
    terms: Mapping[str, Sequence[str]]
    people: int | None
    share: float | None
    stability: float
    flags: tuple[str, ...]

    @property
    def is_firm(self) -> bool:
        """Tell whether nothing says that it may be a coincidence."""
        return not {"unstable", "loose"} & set(self.flags)


@dataclass(frozen=True)
class ThemeTable:
    """People by theme and by one thing about them; the last row and column are totals, None where hidden."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int | None, ...], ...]
    totals: tuple[int | None, ...]


def line_of(theme: CandidateTheme, people: int) -> ThemeLine:
    """Return a theme with its true counts; `people` is everybody in themes."""
    counts = theme.counts
    own = int(counts.get("people", 0))
    return ThemeLine(
        number=theme.number,
        labels=theme.labels,
        terms=theme.terms,
        people=own,
        share=own / people if people else None,
        stability=float(counts.get("stability", 1.0)),
        flags=tuple(counts.get("flags", ())),
    )


def true_table(
    themes: Sequence[CandidateTheme],
    everybody: RunSummary,
    column: str,
    names: Mapping[str, str],
    caption: str,
) -> ThemeTable:
    """Return a table of true counts, its columns in the order of `names`, then what has no name; none is empty."""
    everybody_by = {GROUP: everybody.groups, LANGUAGE: everybody.languages, CHANNEL: everybody.channels}[column]
    counted = [theme.counts.get(column, {}) for theme in themes]
    given = {value for counts in (*counted, everybody_by) for value, count in counts.items() if count}
    values = [value for value in (*names, *sorted(given - set(names))) if value in given]
    return ThemeTable(
        caption=caption,
        headings=tuple(names.get(value, value) for value in values),
        rows=tuple(
            (*(counts.get(value, 0) for value in values), theme.counts.get("people", 0))
            for counts, theme in zip(counted, themes, strict=True)
        ),
        totals=(*(everybody_by.get(value, 0) for value in values), everybody.people),
    )


def group_names(groups: Sequence[Group], language: str, words: Words) -> dict[str, str]:
    """Return what the groups are called, in their order, with the heading for nobody's and for the others."""
    _ = words.gettext
    names = {group.code: group.name.shown(language)[1] for group in groups}
    return names | {OTHER_VALUES: _("Others"), "": _("Not given")}


def language_names(words: Words) -> dict[str, str]:
    """Return what the languages are called, and nobody's."""
    _ = words.gettext
    return {code: messages.language_name(code, words) for code in ("fr", "en")} | {
        OTHER_VALUES: _("Others"),
        "": _("Not given"),
    }
