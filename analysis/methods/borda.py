"""Borda's count, where people may stop ranking when they like.

A ballot gives each candidate one point for each other one that it stands above: of n, the first choice has n - 1, the
next n - 2 (Borda 1781). Candidates that were left out share what remains: with k ranked, each of the n - k others has
the mean of the points of the free places, (n - k - 1) / 2. That is one point for each candidate that it stands above
and half a point for each that the ballot does not tell it from. Cullinan, Hsiao & Polett (2014, "A Borda count for
partially ordered ballots", Social Choice and Welfare 42: 913-926) characterise it among rules for partial orders, as
Young did the full count (1974, "An axiomatization of Borda's rule", Journal of Economic Theory 9: 43-52): it treats
people alike and candidates alike, what two crowds agree on holds for both together, and opposite ballots cancel.

Why this one: the survey says that three choices are enough, so a short ballot is a whole answer, and what it leaves out
was put below the others but in no order. The other usual rules read something into that:

- nothing for those left out, full points for those ranked: who stops early moves them further apart than who ranks
  all, so that stopping pays;
- Emerson's modified count (2013, "The original Borda count and partial voting", Social Choice and Welfare 40: 353-358),
  where the first of k ranked has k points: it rewards full ballots, and the only choice of who ranks one has an eighth
  of the points of who ranks eight. Here nobody was asked for eight.

Candidates that share a place do as those left out do: half a point each for the others beside them.

Every ballot gives out n (n - 1) / 2 points, however short. As with every count of points (Saari 1995, "Basic Geometry
of Voting"), the candidate that a majority puts above each other one need not come first, and the order of two can turn
when a third is added or left out.
"""

import numpy as np
from numpy.typing import NDArray

_NOBODY = 1e-300


def borda(places: NDArray[np.int_], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean points of each candidate in each sample, from 0 to n - 1.

    A candidate's score is how many of the others it stands above on a ballot, on average. Points are counted in halves,
    as whole numbers, so that what is tied is exactly tied.

    Parameters
    ----------
    places
        Shape (distinct ballots, candidates): 1 for the first place, 0 where not ranked; several may share a place.
    counts
        Shape (samples, distinct ballots): how often each occurs in each sample; a sample of nobody scores all 0.
    """
    totals = counts @ _halves(places).astype(np.float64)
    return np.asarray(totals / (2 * np.maximum(counts.sum(axis=1, keepdims=True), _NOBODY)), dtype=np.float64)


def _halves(places: NDArray[np.int_]) -> NDArray[np.int_]:
    """Return twice the points: two for each candidate below, one for each that it is level with."""
    ballots, candidates = places.shape
    at = np.where(places > 0, places, candidates + 1)  # what was left out shares the last place
    sizes = np.zeros((ballots, candidates + 2), dtype=np.int_)
    np.add.at(sizes, (np.arange(ballots)[:, None], at), 1)
    up_to = np.cumsum(sizes, axis=1)
    level = np.take_along_axis(sizes, at, axis=1)
    below = candidates - np.take_along_axis(up_to, at, axis=1)
    return np.asarray(2 * below + level - 1, dtype=np.int_)
