"""Themes as pages show them, for the facilitator and for the committee: lines, tables, their headings in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from analysis.bands import Band
from analysis.protection import OTHER_VALUES
from consult import messages
from consult.messages import Words
from consult.record.consultation import Group
from consult.record.findings import RunSummary
from consult.record.theme import CandidateTheme
from consult.theme_reasons import Reasons, Writer, how_it_comes_back, how_weak, why_together
from surveys.localised import Localised

GROUP, LANGUAGE, CHANNEL, QUESTION = "group", "language", "channel", "question"


@dataclass(frozen=True)
class PartLine:
    """A part of a theme; `people` is None where it is not to be shown."""

    number: int
    labels: Localised
    people: int | None


@dataclass(frozen=True)
class ThemeLine:
    """A theme on a page; `people` and `share` are None where they may not be shown.

    `firm` are the people who are not only weakly attached (None where that was not kept or may not be shown), `nearest`
    is the number of the theme nearest to it, `spoken` its language where it has one by construction, "" otherwise, and
    `cohesion` and `weights` are as in `consult.theme_reasons`.
    """

    number: int
    labels: Localised
    terms: Mapping[str, Sequence[str]]
    people: int | None
    share: float | None
    stability: float
    flags: tuple[str, ...]
    cohesion: float | None = None
    weights: Mapping[str, Sequence[float]] = field(default_factory=dict)
    firm: int | None = None
    nearest: int | None = None
    spoken: str = ""
    parts: tuple[PartLine, ...] = ()

    @property
    def is_firm(self) -> bool:
        """Tell whether nothing says that it may be a coincidence."""
        return not {"unstable", "loose"} & set(self.flags)


@dataclass(frozen=True)
class Told:
    """Sentences about a theme: why it is one, how well it comes back, how many hardly belong; "" where not known."""

    why: Markup
    comes_back: str
    weak: str


@dataclass(frozen=True)
class ThemeTable:
    """People by theme and by one thing about them; the last row and column are totals, None where hidden.

    The column of totals is missing where `has_totals` is not. Of a table that hides, `bands` are the words for what is
    hidden, those of the totals last, `least` the smallest count that may be shown, `hidden_share` the share of cells
    that are hidden, and `merged` the names of what was put together among the others so that fewer are.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int | None, ...], ...]
    totals: tuple[int | None, ...]
    has_totals: bool = True
    bands: tuple[tuple[Band | None, ...], ...] = ()
    least: int = 0
    merged: tuple[str, ...] = ()
    hidden_share: float = 0.0

    def band(self, row: int, column: int) -> Band | None:
        """Return the word for a hidden number, the row of totals being -1; None where there is none."""
        return self.bands[row][column] if self.bands else None


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
        cohesion=counts.get("cohesion"),
        weights=counts.get("weights", {}),
        firm=counts.get("firm_people"),
        nearest=counts.get("nearest"),
        spoken=counts.get("spoken", ""),
        parts=tuple(
            PartLine(number, Localised(**part["labels"]), part["people"])
            for number, part in enumerate(counts.get("parts", ()), start=1)
        ),
    )


def named_parts(parts: Sequence[PartLine], languages: Collection[str]) -> tuple[PartLine, ...]:
    """Return the parts of a theme without their people, named in these languages only; none where one has no name left.

    Somebody may speak in several parts: how many do would be what their people come to beyond the theme's.
    """
    named = tuple(
        replace(
            part,
            people=None,
            labels=Localised(
                **{code: part.labels.get(code) if code in languages else "" for code in ("en", "fr")},
            ),
        )
        for part in parts
    )
    return named if all(part.labels for part in named) else ()


def tell(line: ThemeLine, engine: str, writer: Writer) -> Told:
    """Return the sentences about a theme, as far as its line tells."""
    reasons = Reasons(line.terms, line.weights, line.cohesion, by_words=engine == "tfidf")
    return Told(
        why=why_together(reasons, writer),
        comes_back=how_it_comes_back(line.stability, writer),
        weak=how_weak(line.people, line.firm, writer) if line.people is not None and line.firm is not None else "",
    )


def true_table(
    themes: Sequence[CandidateTheme],
    everybody: RunSummary,
    column: str,
    names: Mapping[str, str],
    caption: str,
) -> ThemeTable:
    """Return a table of true counts, its columns in the order of `names`, then what has no name; none is empty."""
    everybody_by = {
        GROUP: everybody.groups,
        LANGUAGE: everybody.languages,
        CHANNEL: everybody.channels,
        QUESTION: everybody.questions,
    }[column]
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


def without_totals(table: ThemeTable) -> ThemeTable:
    """Return a table without the totals of its rows: its columns stand side by side and are not added up."""
    return replace(table, rows=tuple(row[:-1] for row in table.rows), totals=table.totals[:-1], has_totals=False)


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
