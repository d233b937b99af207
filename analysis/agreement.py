"""How far two people who coded the same texts agree, theme by theme and over all: kappa, alpha, and what they hide.

Both measures compare what differs with what would differ by chance: 1 is full agreement, 0 is no better than chance.
Kappa takes chance from each coder's own habits (Cohen 1960, "A Coefficient of Agreement for Nominal Scales",
Educational and Psychological Measurement 20: 37-46), alpha from both together, with a correction for few texts
(Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", University of Pennsylvania). As a text can be about
several themes, each theme is a variable of its own, yes or no, and over all themes alpha compares sets of themes by
the distance MASI (Passonneau 2006, "Measuring Agreement on Set-valued Items", LREC): sets that share something differ
by less, and one inside the other by less again. A mean over themes would let ten that nobody uses hide one in dispute.

Where a theme is rare both measures are low though coders hardly ever differ (Feinstein & Cicchetti 1990, "High
Agreement but Low Kappa", Journal of Clinical Epidemiology 43: 543-549): raw agreement and how common the theme is
stand beside them. Intervals draw the texts again (Zapf, Castell, Morawietz & Karch 2016, BMC Medical Research
Methodology 16: 93, who find this to hold for both); as only counts matter, the draws are of counts.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError

DRAWS = 1_000
LEVEL = 0.95
RELIABLE, TENTATIVE = 0.8, 0.667
"""From which value of alpha one may rely on codes, and draw tentative conclusions (Krippendorff 2004, p. 241)."""
FEWEST = 5
"""A theme that the two coders together gave fewer texts says nothing by kappa or alpha."""

Codes = frozenset[str]
_Measure = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True)
class Measured:
    """A value between -1 and 1, and the interval that holds it in 95 % of draws; None where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ThemeAgreement:
    """How two coders agree on one theme.

    Attributes
    ----------
    both, first, second, neither
        How many texts both gave the theme, only the first, only the second, neither.
    raw
        Share of texts of which they say the same.
    kappa, alpha
        The same, corrected for chance.
    """

    both: int
    first: int
    second: int
    neither: int
    raw: float
    kappa: Measured
    alpha: Measured

    @property
    def given(self) -> int:
        """How many texts one of them, or both, gave the theme."""
        return self.both + self.first + self.second

    @property
    def prevalence(self) -> float:
        """Share of texts with the theme, the mean of both coders."""
        return (2 * self.both + self.first + self.second) / (2 * (self.given + self.neither))

    @property
    def is_rare(self) -> bool:
        """Tell whether too few texts have the theme for kappa and alpha to say anything."""
        return self.given < FEWEST


@dataclass(frozen=True)
class Agreement:
    """How two coders agree: by theme, and over all by sets; `same` counts the texts with the same set."""

    texts: int
    same: int
    alpha: Measured
    themes: dict[str, ThemeAgreement]


def compare_coders(first: Sequence[Codes], second: Sequence[Codes], themes: Sequence[str], seed: int) -> Agreement:
    """Compare what two coders said of the same texts.

    Parameters
    ----------
    first, second
        The codes that each gave each text, in the same order; an empty set is "none of these".
    themes
        The codes of the theme book.
    seed
        Start of the draws for the intervals.

    Raises
    ------
    AnalysisError
        ``coding.no_texts``: there is no text that both coded.
    """
    if not first or len(first) != len(second):
        raise AnalysisError("coding.no_texts")
    rng = np.random.default_rng(seed)
    pairs = Counter(zip(first, second, strict=True))
    cells = sorted(pairs, key=lambda pair: [sorted(codes) for codes in pair])
    counts = np.array([pairs[cell] for cell in cells], dtype=np.int_)
    over_all = _measure(counts, _set_alpha(cells), rng)
    found = {theme: _theme_agreement(theme, pairs, rng) for theme in themes}
    same = sum(count for (one, other), count in pairs.items() if one == other)
    return Agreement(len(first), same, over_all, found)


def krippendorff_alpha(
    values: Sequence[Sequence[Hashable | None]], distance: Callable[[Hashable, Hashable], float] | None = None
) -> float | None:
    """Return alpha of any number of coders; None where nothing differs from anything, so that chance is not defined.

    Parameters
    ----------
    values
        For each coder, the value given to each unit; None where the coder gave none.
    distance
        How far two values differ, 0 for equal ones; nominal (1 for any others) if left out.
    """
    said = [[value for value in unit if value is not None] for unit in zip(*values, strict=True)]
    units = [unit for unit in said if len(unit) > 1]
    kinds = list(dict.fromkeys(value for unit in units for value in unit))
    place = {kind: at for at, kind in enumerate(kinds)}
    together = np.zeros((len(kinds), len(kinds)))
    for unit in units:
        for at, one in enumerate(unit):
            for other in unit[:at] + unit[at + 1 :]:
                together[place[one], place[other]] += 1 / (len(unit) - 1)
    far = np.array([[distance(one, other) if distance else float(one != other) for other in kinds] for one in kinds])
    totals = together.sum(axis=1)
    expected = totals @ far @ totals / (totals.sum() - 1) if units else 0.0
    return None if expected == 0 else float(1 - (together * far).sum() / expected)


def masi_distance(one: Codes, other: Codes) -> float:
    """Return how far two sets differ: 0 for the same, 1 where they share nothing."""
    if one == other:
        return 0.0
    shared = one & other
    monotone = 2 / 3 if one < other or other < one else 1 / 3
    return 1 - len(shared) / len(one | other) * monotone


def _theme_agreement(theme: str, pairs: Counter[tuple[Codes, Codes]], rng: np.random.Generator) -> ThemeAgreement:
    cells = np.zeros(4, dtype=np.int_)  # both, first only, second only, neither
    for (one, other), count in pairs.items():
        cells[(theme not in one) * 2 + (theme not in other)] += count
    both, first, second, neither = (int(cell) for cell in cells)
    return ThemeAgreement(
        both,
        first,
        second,
        neither,
        (both + neither) / int(cells.sum()),
        _measure(cells, _kappa, rng),
        _measure(cells, _binary_alpha, rng),
    )


def _measure(counts: NDArray[np.int_], measure: _Measure, rng: np.random.Generator) -> Measured:
    """Return a measure of counts with its interval: texts drawn again, as many as there are.

    A draw in which it is not defined, as when no text has the theme, says nothing; with more than half of them there is
    no interval. Nor is there one where all draws say the same, as with full agreement: that is no certainty.
    """
    value = float(measure(counts[None, :].astype(np.float64))[0])
    if np.isnan(value):
        return Measured(None)
    total = int(counts.sum())
    drawn = measure(rng.multinomial(total, counts / total, DRAWS).astype(np.float64))
    defined = drawn[~np.isnan(drawn)]
    if len(defined) * 2 < DRAWS:
        return Measured(value)
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Measured(value) if low == high else Measured(value, float(low), float(high))


def _kappa(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Cohen's kappa of each row of (both, first only, second only, neither)."""
    total = cells.sum(axis=1)
    yes_first, yes_second = (cells[:, 0] + cells[:, 1]) / total, (cells[:, 0] + cells[:, 2]) / total
    by_chance = yes_first * yes_second + (1 - yes_first) * (1 - yes_second)
    return _beyond_chance((cells[:, 1] + cells[:, 2]) / total, 1 - by_chance)


def _binary_alpha(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return nominal alpha of two coders of each row of (both, first only, second only, neither)."""
    values = 2 * cells.sum(axis=1)
    yes = 2 * cells[:, 0] + cells[:, 1] + cells[:, 2]
    by_chance = 2 * yes * (values - yes) / (values * (values - 1))
    return _beyond_chance(2 * (cells[:, 1] + cells[:, 2]) / values, by_chance)


def _set_alpha(cells: Sequence[tuple[Codes, Codes]]) -> _Measure:
    """Return what gives alpha with MASI of each row of counts of these pairs of sets."""
    kinds = list(dict.fromkeys(codes for cell in cells for codes in cell))
    place = {kind: at for at, kind in enumerate(kinds)}
    far = np.array([[masi_distance(one, other) for other in kinds] for one in kinds])
    differs = np.array([masi_distance(*cell) for cell in cells])
    holds = np.zeros((len(cells), len(kinds)))
    for at, cell in enumerate(cells):
        for codes in cell:
            holds[at, place[codes]] += 1

    def alpha(counts: NDArray[np.float64]) -> NDArray[np.float64]:
        values = counts @ holds
        total = values.sum(axis=1)
        by_chance = ((values @ far) * values).sum(axis=1) / (total * (total - 1))
        return _beyond_chance(2 * (counts @ differs) / total, by_chance)

    return alpha


def _beyond_chance(observed: NDArray[np.float64], by_chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 - observed / expected disagreement; NaN where none is expected."""
    expected = np.where(by_chance > 0, by_chance, np.nan)
    return np.asarray(1 - observed / expected, dtype=np.float64)
