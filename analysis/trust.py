"""How far the machine's placing can be trusted, theme by theme: precision and recall against people, with intervals.

Precision: of what the machine placed in a theme, the share that people put there too. Recall: of what people put
there, the share that the machine had placed in it. Intervals are Wilson's (1927, "Probable Inference, the Law of
Succession, and Statistical Inference", Journal of the American Statistical Association 22: 209-212), which Brown, Cai &
DasGupta (2001, "Interval Estimation for a Binomial Proportion", Statistical Science 16: 101-133) recommend for samples
of forty and fewer, as those of one theme are: the usual interval would be of no width where all of a handful are right.

They hold for a random sample. Several parts of one contribution resemble one another, so that of parts the intervals
are somewhat too narrow.
"""

import math
from dataclasses import dataclass

_Z = 1.959963984540054
FEWEST = 10
"""A share of fewer than so many says nothing: its interval is wider than half of all there is."""


@dataclass(frozen=True)
class Share:
    """A share of `of`, with the ends of its 95 % interval; `is_enough` tells whether it says anything."""

    hits: int
    of: int
    value: float | None
    low: float
    high: float

    @property
    def is_enough(self) -> bool:
        """Tell whether it rests on enough to say anything."""
        return self.of >= FEWEST


@dataclass(frozen=True)
class Trust:
    """What was measured of one theme on a sample of `items`."""

    items: int
    precision: Share
    recall: Share

    @property
    def is_measured(self) -> bool:
        """Tell whether one may write that contributions "speak of" the theme: both shares rest on enough."""
        return self.precision.is_enough and self.recall.is_enough


def measure(items: int, placed: int, coded: int, both: int) -> Trust:
    """Return precision and recall of one theme.

    Parameters
    ----------
    items
        Size of the sample.
    placed, coded, both
        How many of it are in the theme by the machine, by people, and by both.
    """
    return Trust(items, share(both, placed), share(both, coded))


def share(hits: int, of: int) -> Share:
    """Return a share with its Wilson interval at 95 %; of none, nothing is known: 0 to 1."""
    if of == 0:
        return Share(hits, of, None, 0.0, 1.0)
    value = hits / of
    scale = 1 + _Z**2 / of
    middle = (value + _Z**2 / (2 * of)) / scale
    half = _Z * math.sqrt(value * (1 - value) / of + _Z**2 / (4 * of**2)) / scale
    return Share(hits, of, value, 0.0 if hits == 0 else middle - half, 1.0 if hits == of else middle + half)
