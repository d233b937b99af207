"""People are drawn again, many times, to see how far scores depend on who happened to answer.

The bootstrap (Efron 1979, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7: 1-26): as many
ballots as there are, with replacement. Of ranks it is not exact: where many candidates are nearly equal their places
look steadier than they are (Hall & Miller 2009, "Using the Bootstrap to Quantify the Authority of an Empirical
Ranking", Annals of Statistics 37: 3929-3959), and of a few ballots it shows too little doubt, of one none at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.ballots import Profile
from analysis.methods import Method

# Scores nearer than this are tied: means of groups of different sizes are not exact.
_EQUAL = 1e-9
_CELLS_AT_ONCE = 2**18
# Counting how often each distinct ballot is drawn takes about six times as long for a ballot as drawing one person.
_PEOPLE_PER_BALLOT = 6


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


def draw_scores(profile: Profile, method: Method, resamples: int, rng: np.random.Generator) -> Scores:
    """Score the ballots and as many resamples as asked for."""
    observed = method(profile.places, profile.counts[None, :].astype(np.float64))[0]
    step = max(1, _CELLS_AT_ONCE // profile.people)
    sizes = [min(step, resamples - start) for start in range(0, resamples, step)]
    drawn = [method(profile.places, _draw(profile.counts, size, rng).astype(np.float64)) for size in sizes]
    return Scores(observed, np.vstack(drawn), profile.people)


def equal_voice(groups: Sequence[Scores]) -> Scores:
    """Return the mean of the groups' scores, whatever their sizes, and of their resamples one by one."""
    return Scores(
        np.mean([group.observed for group in groups], axis=0),
        np.mean([group.resampled for group in groups], axis=0),
        sum(group.ballots for group in groups),
    )


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
