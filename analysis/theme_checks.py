"""Checks of a set of themes: what a committee would send back, each with its numbers and the remedy it suggests.

The faults are those that reviewers of proposed themes name most: themes that are essentially the same, catch-alls that
hold a little of everything, themes too small to stand alone, themes of one language or one group only, and agreement
mixed with disagreement. Findings are codes with numbers; the words for them come later.

Every count comes from tables of what may be shown. Where a number is hidden nothing is checked that rests on it, so
that neither a finding nor its absence tells anything that the tables hide.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analysis.corpus import fold
from analysis.protection import OTHER_VALUES

# Cosine between two centres: how close the answers of one theme are to the other's centre, to their own being 1.
_SAME_THING = 0.7
_RELATED = 0.4
# A catch-all has so many times a theme's usual share of the people, and answers this much less alike than usual.
_LARGE, _LOOSER = 1.6, 0.85
_TINY_PEOPLE, _TINY_SHARE = 8, 0.02
_NEARLY_ALL, _MOST = 0.9, 0.8
# How much of everybody a language or a group may be for nearly all of a theme to be remarkable.
_MAJORITY = {"language": 0.85, "group": 0.6}
# The smaller of the two positions in a theme that is said to hold both.
_BOTH = 0.25

# How people who agree and people who do not are written in a closed question, folded. Not yes and no: these answer any
# question, such as whether one has a family doctor.
_FOR = """
agree|strongly agree|somewhat agree|for|in favour|in favor|favourable|support|supports
d accord|tout a fait d accord|plutot d accord|fortement d accord|pour|favorable|en faveur
"""
_AGAINST = """
disagree|strongly disagree|somewhat disagree|against|opposed|oppose|not in favour
pas d accord|en desaccord|pas du tout d accord|plutot pas d accord|plutot en desaccord
fortement en desaccord|contre|defavorable
"""
_SIDES = {
    side: frozenset(word for line in words.split("\n") for word in line.split("|") if word)
    for side, words in (("for", _FOR), ("against", _AGAINST))
}


class Check(StrEnum):
    """What is wrong, or should at least be looked at."""

    NEAR_DUPLICATES = "near_duplicates"
    SAME_LABEL = "same_label"
    CATCH_ALL = "catch_all"
    TINY = "tiny"
    LANGUAGE_TWINS = "language_twins"
    ONE_LANGUAGE = "one_language"
    ONE_GROUP = "one_group"
    POSITIONS_MIXED = "positions_mixed"


class Remedy(StrEnum):
    """What a person could do about it."""

    MERGE = "merge"
    RENAME = "rename"
    SPLIT = "split"
    READ = "read"
    SPLIT_BY_POSITION = "split_by_position"


_REMEDIES = {
    Check.NEAR_DUPLICATES: Remedy.MERGE,
    Check.SAME_LABEL: Remedy.RENAME,
    Check.CATCH_ALL: Remedy.SPLIT,
    Check.TINY: Remedy.READ,
    Check.LANGUAGE_TWINS: Remedy.MERGE,
    Check.ONE_LANGUAGE: Remedy.READ,
    Check.ONE_GROUP: Remedy.READ,
    Check.POSITIONS_MIXED: Remedy.SPLIT_BY_POSITION,
}


@dataclass(frozen=True)
class Finding:
    """One thing to look at: ``themes`` are numbers of themes, ``values`` the numbers and names that it rests on."""

    check: Check
    themes: tuple[int, ...]
    values: Mapping[str, str | int | float]

    @property
    def remedy(self) -> Remedy:
        """What it suggests."""
        return _REMEDIES[self.check]


@dataclass(frozen=True)
class Checked:
    """A theme as it is checked: its number, its labels by language, its cohesion (0 to 1), and people where shown."""

    number: int
    labels: Mapping[str, str]
    cohesion: float
    people: int | None


@dataclass(frozen=True)
class Counts:
    """People by theme and by one thing about them, as they may be shown: None where a number is hidden.

    Attributes
    ----------
    column
        What is counted by; ``is_language`` where it is the language.
    values
        The headings.
    rows
        Shape (themes + 1, values + 1): the last row and column are totals.
    """

    column: str
    values: tuple[str, ...]
    rows: tuple[tuple[int | None, ...], ...]
    is_language: bool = False


@dataclass(frozen=True)
class Mix:
    """How many of a theme's people have a value, beside everybody's: both counts and totals may be shown.

    ``ratio`` is the value's share in the theme over its share in all: 1 where the theme is as everybody. ``firm`` is
    how many of them are not only weakly attached to the theme; None where that is unknown or may not be shown.
    """

    column: str
    value: str
    people: int
    of: int
    ratio: float
    firm: int | None = None


def check_themes(
    themes: Sequence[Checked], nearness: NDArray[np.float64], everybody: int | None, tables: Sequence[Counts]
) -> tuple[Finding, ...]:
    """Return what should be looked at before a set of themes is used, the gravest kind first.

    Parameters
    ----------
    themes
        k themes, in the order of the tables' rows.
    nearness
        Shape (k, k): cosine of each centre to each other.
    everybody
        People in themes; None where that is hidden.
    tables
        Counts of people by language and by groups or closed questions.

    Nothing is found of a theme whose people are hidden: where it stands would tell what they say.
    """
    shown = [i for i, theme in enumerate(themes) if theme.people is not None]
    themes, nearness = [themes[i] for i in shown], nearness[np.ix_(shown, shown)]
    tables = [replace(table, rows=(*(table.rows[i] for i in shown), table.rows[-1])) for table in tables]
    found = [*_duplicates(themes, nearness), *_labels(themes), *_catch_alls(themes), *_tiny(themes, everybody)]
    for table in tables:
        if table.is_language:
            found += _languages(themes, nearness, table)
        else:
            found += [*_groups(themes, table), *_positions(themes, table)]
    order = list(Check)
    return tuple(sorted(found, key=lambda one: (order.index(one.check), one.themes)))


def nearest_themes(nearness: NDArray[np.float64]) -> list[tuple[int, float] | None]:
    """Return for each of k themes which other is nearest, 0 to k - 1, and how near; None where there is no other."""
    if len(nearness) < 2:
        return [None] * len(nearness)
    others = nearness.copy()
    np.fill_diagonal(others, -np.inf)
    return [(int(row.argmax()), round(float(row.max()), 3)) for row in others]


def mixes_of(theme: int, table: Counts) -> tuple[Mix, ...]:
    """Return how a theme (0 to k - 1) is made up beside everybody, of the values whose four numbers are shown."""
    inside, whole = table.rows[theme], table.rows[-1]
    people, everybody = inside[-1], whole[-1]
    if not people or not everybody:
        return ()
    return tuple(
        Mix(table.column, value, count, of, round((count / people) / (of / everybody), 2))
        for value, count, of in zip(table.values, inside, whole, strict=False)
        if count is not None and of
    )


def _duplicates(themes: Sequence[Checked], nearness: NDArray[np.float64]) -> Iterator[Finding]:
    for i, theme in enumerate(themes):
        for j in range(i + 1, len(themes)):
            if nearness[i, j] >= _SAME_THING:
                values = {"nearness": round(float(nearness[i, j]), 2)}
                yield Finding(Check.NEAR_DUPLICATES, (theme.number, themes[j].number), values)


def _labels(themes: Sequence[Checked]) -> Iterator[Finding]:
    for language in ("fr", "en"):
        named: dict[str, list[int]] = {}
        for theme in themes:
            if folded := fold(theme.labels.get(language, "")):
                named.setdefault(folded, []).append(theme.number)
        for numbers in named.values():
            if len(numbers) > 1:
                yield Finding(Check.SAME_LABEL, tuple(numbers), {"language": language})


def _catch_alls(themes: Sequence[Checked]) -> Iterator[Finding]:
    counted = [theme for theme in themes if theme.people is not None]
    if len(counted) < 3:
        return
    usual = float(np.median([theme.people for theme in counted if theme.people is not None]))
    alike = float(np.median([theme.cohesion for theme in counted]))
    for theme in counted:
        if theme.people is not None and theme.people >= _LARGE * usual and theme.cohesion <= _LOOSER * alike:
            values = {"people": theme.people, "usual": round(usual), "cohesion": round(theme.cohesion, 2)}
            yield Finding(Check.CATCH_ALL, (theme.number,), values)


def _tiny(themes: Sequence[Checked], everybody: int | None) -> Iterator[Finding]:
    limit = max(_TINY_PEOPLE, _TINY_SHARE * (everybody or 0))
    tiny = {theme.number: theme.people for theme in themes if theme.people is not None and theme.people < limit}
    if tiny:
        yield Finding(Check.TINY, tuple(tiny), {"people": max(tiny.values())})


def _languages(themes: Sequence[Checked], nearness: NDArray[np.float64], table: Counts) -> Iterator[Finding]:
    nearly_all = {i: mix for i in range(len(themes)) if (mix := _nearly_all(i, table, _NEARLY_ALL, "language"))}
    told: set[int] = set()
    for i, mix in nearly_all.items():
        twins = [j for j, other in nearly_all.items() if other.value != mix.value and nearness[i, j] >= _RELATED]
        twin = max(twins, key=lambda j: float(nearness[i, j]), default=None)
        if twin is None:
            yield Finding(Check.ONE_LANGUAGE, (themes[i].number,), _numbers(mix, table.rows[i][-1]))
        elif i not in told:
            told |= {i, twin}
            values = {"nearness": round(float(nearness[i, twin]), 2)}
            yield Finding(Check.LANGUAGE_TWINS, (themes[i].number, themes[twin].number), values)


def _groups(themes: Sequence[Checked], table: Counts) -> Iterator[Finding]:
    for i, theme in enumerate(themes):
        if mix := _nearly_all(i, table, _MOST, "group"):
            yield Finding(Check.ONE_GROUP, (theme.number,), _numbers(mix, table.rows[i][-1]))


def _nearly_all(theme: int, table: Counts, share: float, kind: str) -> Mix | None:
    """Return the value that nearly all of a theme's people have, where not nearly everybody has it."""
    people, everybody = table.rows[theme][-1], table.rows[-1][-1]
    if not people or not everybody:
        return None
    for mix in mixes_of(theme, table):
        is_one = mix.value not in ("", OTHER_VALUES)
        if is_one and mix.people >= share * people and mix.of < _MAJORITY[kind] * everybody:
            return mix
    return None


def _numbers(mix: Mix, people: int | None) -> dict[str, str | int | float]:
    return {"column": mix.column, "value": mix.value, "people": mix.people, "of": people or 0, "ratio": mix.ratio}


def _positions(themes: Sequence[Checked], table: Counts) -> Iterator[Finding]:
    """Find themes that hold both those who agree and those who do not, where the column is a closed question."""
    sides = {side: [i for i, value in enumerate(table.values) if fold(value) in said] for side, said in _SIDES.items()}
    if not all(sides.values()):
        return
    mixed = []
    for i, theme in enumerate(themes):
        shown = {side: [table.rows[i][place] for place in places] for side, places in sides.items()}
        if any(count is None for counts in shown.values() for count in counts):
            continue
        people = [sum(count or 0 for count in counts) for counts in shown.values()]
        if min(people) >= _BOTH * sum(people) > 0:
            mixed.append((theme.number, people))
    if len(mixed) == 1:
        (number, people), *_ = mixed
        yield Finding(
            Check.POSITIONS_MIXED, (number,), {"column": table.column, "for": people[0], "against": people[1]}
        )
    elif mixed:
        yield Finding(Check.POSITIONS_MIXED, tuple(number for number, _ in mixed), {"column": table.column})
