"""People are drawn again, many times, to see how far scores depend on who happened to answer.

The bootstrap (Efron 1979, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7: 1-26): as many
ballots as there are, with replacement. Of ranks it is not exact: where many candidates are nearly equal their places
look steadier than they are (Hall & Miller 2009, "Using the Bootstrap to Quantify the Authority of an Empirical
Ranking", Annals of Statistics 37: 3929-3959), and of a few ballots it shows too little doubt, of one none at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.ballots import Profile
from analysis.methods import Method

# Scores nearer than this are tied: means of groups of different sizes are not exact.
_EQUAL = 1e-9
# Larger, and the methods of pairs are faster with very many ballots, but it takes more memory: 64 MB for this one.
_CELLS_AT_ONCE = 2**22
# Counting how often each distinct ballot is drawn takes about six times as long for a ballot as drawing one person.
_PEOPLE_PER_BALLOT = 6


Draw = Callable[[int], NDArray[np.int_]]
"""How many samples → how often each distinct ballot was drawn in each, shape (samples, ballots)."""


@dataclass(frozen=True)
class Scores:
    """Scores of all ballots, shape (candidates,), and of each resample, shape (resamples, candidates)."""

    observed: NDArray[np.float64]
    resampled: NDArray[np.float64]
    ballots: int


@dataclass(frozen=True)
class Comparison:
    """How candidates compare in each of several rows of scores.

    Attributes
    ----------
    higher
        Shape (rows, candidates): how many score higher than each.
    level
        Shape (rows, candidates): how many score the same as each, itself among them.
    above
        Shape (candidates, candidates): the share of rows in which the first scores higher than the second.
    """

    higher: NDArray[np.intp]
    level: NDArray[np.intp]
    above: NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """One way to read the people drawn: a method, and what each ballot weighs, shape (ballots,); 1 if left out."""

    method: Method
    weights: NDArray[np.float64] | None = None


def draw_scores(profile: Profile, readings: Mapping[str, Reading], resamples: int, draw: Draw) -> dict[str, Scores]:
    """Score the ballots, and as many resamples as asked for, in each way; the same people are drawn for all ways."""
    drawn: dict[str, list[NDArray[np.float64]]] = {name: [] for name in readings}
    step = max(1, _CELLS_AT_ONCE // max(1, profile.people))
    for start in range(0, resamples, step):
        counts = draw(min(step, resamples - start)).astype(np.float64)
        for name, reading in readings.items():
            drawn[name].append(_score(profile, reading, counts))
    observed = profile.counts[None, :].astype(np.float64)
    return {
        name: Scores(_score(profile, reading, observed)[0], np.vstack(drawn[name]), _people(profile, reading))
        for name, reading in readings.items()
    }


def draw_from_all(profile: Profile, rng: np.random.Generator) -> Draw:
    """Draw as many people as there are, among all."""
    return lambda size: _draw(profile.counts, size, rng)


def draw_within(parts: Sequence[tuple[Profile, np.random.Generator]]) -> Draw:
    """Draw as many people as there are in each part, within it; ballots follow one another part by part."""
    return lambda size: np.hstack([_draw(profile.counts, size, rng) for profile, rng in parts])


def _score(profile: Profile, reading: Reading, counts: NDArray[np.float64]) -> NDArray[np.float64]:
    return reading.method(profile.values, counts if reading.weights is None else counts * reading.weights)


def _people(profile: Profile, reading: Reading) -> int:
    return profile.people if reading.weights is None else int(profile.counts[reading.weights > 0].sum())


def compare(scores: NDArray[np.float64]) -> Comparison:
    """Compare the scores of each row, shape (rows, candidates)."""
    is_above = scores[:, :, None] - scores[:, None, :] > _EQUAL
    higher = is_above.sum(axis=1)
    level = scores.shape[1] - higher - is_above.sum(axis=2)
    return Comparison(higher, level, np.asarray(is_above.mean(axis=0), dtype=np.float64))


def _draw(counts: NDArray[np.int_], size: int, rng: np.random.Generator) -> NDArray[np.int_]:
    """Draw people with replacement, ``size`` times, and count their ballots: shape (size, distinct ballots)."""
    people, distinct = int(counts.sum()), len(counts)
    if people > _PEOPLE_PER_BALLOT * distinct:
        return rng.multinomial(people, counts / people, size)
    ballots = np.repeat(np.arange(distinct), counts)[rng.integers(0, people, (size, people))]
    ballots += distinct * np.arange(size)[:, None]
    return np.bincount(ballots.ravel(), minlength=size * distinct).reshape(size, distinct)
