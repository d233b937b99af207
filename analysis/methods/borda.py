"""Borda's count, where people may stop ranking when they like.

A ballot gives each candidate one point for each other one that it stands above: of n, the first choice has n - 1, the
next n - 2 (Borda 1781). Candidates that were left out share what remains: with k ranked, each of the n - k others has
the mean of the points of the free places, (n - k - 1) / 2. That is one point for each candidate that it stands above
and half a point for each that the ballot does not tell it from, which Dummett (1997, "Principles of Electoral Reform")
gives for ties and Cullinan, Hsiao & Polett (2014, "A Borda count for partially ordered ballots", Social Choice and
Welfare 42: 913-926) single out for partial orders: no other rule is consistent, faithful, neutral and has equal and
opposite ballots cancel, which are Young's conditions for the full count (1974, Journal of Economic Theory 9: 43-52).

Why this one: the survey says that three choices are enough, so a short ballot is a whole answer, and what it leaves out
was put below the others but in no order. The other usual rules read something into that:

- nothing for those left out, full points for those ranked: three choices move more than eight do, so that stopping
  early pays;
- Emerson's modified count (2013, "The original Borda count and partial voting", Social Choice and Welfare 40: 353-358)
  counts the first of k as k points: made to reward full ballots, it gives who ranks one candidate an eighth of the
  voice of who ranks eight. Here nobody was asked for eight.

Every ballot gives out n (n - 1) / 2 points, however short. Saari (1995, "Basic Geometry of Voting") shows what of
Borda's count remains true of every count of points: put above another by everybody is above in the ranking; but a
candidate that most people put above each other one need not be first, and adding candidates that nobody likes can turn
the order of others.
"""

import numpy as np
from numpy.typing import NDArray


def borda(places: NDArray[np.int_], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean points of each candidate in each sample, from 0 to n - 1.

    A candidate's score is how many of the others it stands above on a ballot, on average. Points are counted in halves,
    as whole numbers, so that what is tied is exactly tied.

    Parameters
    ----------
    places
        Shape (distinct ballots, candidates): 1 for the first choice, 0 where not ranked.
    counts
        Shape (samples, distinct ballots): how often each occurs in each sample; each sample holds at least one.
    """
    candidates = places.shape[1]
    ranked = (places > 0).sum(axis=1, keepdims=True)
    halves = np.where(places > 0, 2 * (candidates - places), candidates - ranked - 1)
    totals = counts @ halves.astype(np.float64)
    return np.asarray(totals / (2 * counts.sum(axis=1, keepdims=True)), dtype=np.float64)
