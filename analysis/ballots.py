"""Stored answers become ballots: what each person ranked, first choice first; what was left out is not last."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError


@dataclass(frozen=True)
class Ballot:
    """What one person ranked; every ballot counts once.

    Attributes
    ----------
    ranking
        Codes of candidates, first choice first; at least one, none twice.
    group
        The person's group as it was that day; "" where it is not known.
    """

    ranking: tuple[str, ...]
    group: str = ""

    def __post_init__(self) -> None:
        if not self.ranking:
            raise AnalysisError("ballot.empty")
        if len(set(self.ranking)) < len(self.ranking):
            raise AnalysisError("ballot.ranked_twice")


@dataclass(frozen=True)
class Profile:
    """The distinct ballots and how many people gave each, in an order that does not depend on who answered first.

    Attributes
    ----------
    places
        Shape (distinct ballots, candidates): 1 for the first choice, 2 for the second…, 0 where not ranked.
    counts
        Shape (distinct ballots,): people.
    """

    places: NDArray[np.int_]
    counts: NDArray[np.int_]

    @property
    def people(self) -> int:
        """How many people voted."""
        return int(self.counts.sum())

    @property
    def first_choices(self) -> NDArray[np.int_]:
        """How many people put each candidate first, shape (candidates,)."""
        return np.asarray(self.counts @ (self.places == 1), dtype=np.int_)

    @property
    def times_ranked(self) -> NDArray[np.int_]:
        """How many people gave each candidate any place, shape (candidates,)."""
        return np.asarray(self.counts @ (self.places > 0), dtype=np.int_)


def read_ballots(answers: Iterable[tuple[object, str]]) -> tuple[Ballot, ...]:
    """Read each person's stored answer, with the person's group; who ranked nothing has no ballot.

    Parameters
    ----------
    answers
        ``{"ranking": [codes, first choice first]}`` as the record keeps it, or None where the question was skipped.

    Raises
    ------
    AnalysisError
        ``ballot.malformed`` or ``ballot.ranked_twice``: the record holds no such answers, so the input is no ranking.
    """
    read = ((_ranking(value), group) for value, group in answers)
    return tuple(Ballot(ranking, group) for ranking, group in read if ranking)


def profile_of(ballots: Iterable[Ballot], candidates: Sequence[str]) -> Profile:
    """Put equal ballots together.

    Parameters
    ----------
    candidates
        Everything that could be ranked, in the survey's order; over all versions of the survey, where a choice came
        later or was retired: who never saw it has not ranked it.

    Raises
    ------
    AnalysisError
        ``ranking.too_few_candidates``, ``ranking.candidate_twice``, or ``ballot.unknown_candidate``.
    """
    if len(candidates) < 2:
        raise AnalysisError("ranking.too_few_candidates", least=2)
    column = {code: at for at, code in enumerate(candidates)}
    if len(column) < len(candidates):
        raise AnalysisError("ranking.candidate_twice")
    people = Counter(ballot.ranking for ballot in ballots)
    places = np.zeros((len(people), len(candidates)), dtype=np.int_)
    for row, ranking in enumerate(sorted(people)):
        for place, code in enumerate(ranking, start=1):
            if code not in column:
                raise AnalysisError("ballot.unknown_candidate", candidate=code)
            places[row, column[code]] = place
    return Profile(places, np.array([people[ranking] for ranking in sorted(people)], dtype=np.int_))


def _ranking(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    codes = value.get("ranking") if isinstance(value, Mapping) else None
    if not isinstance(codes, list | tuple) or not all(isinstance(code, str) for code in codes):
        raise AnalysisError("ballot.malformed")
    return tuple(codes)
