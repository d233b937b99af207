"""Ballots, one a person: a ranking, points, best-worst sets, pairs, a scale, reactions, or scores by criteria.

What was left out is not last, and what was not asked is not refused: a number that nobody gave is no number here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError

BEST, WORST, SHOWN = "best", "worst", "shown"
_ENDS = (BEST, WORST, SHOWN)

Place = str | tuple[str, ...]
Cell = tuple[str, ...]


class Kind(StrEnum):
    """The kinds of ballots, and what `Profile.values` holds of each, for n candidates; what was not said is NaN.

    - RANKING, shape (ballots, n), whole numbers: 1 for the first place, 2 for the second…, 0 where not ranked
    - POINTS, (ballots, n): the share of what the person gave out, in hundredths
    - SCALE, (ballots, n): the step of the scale
    - REACTIONS, (ballots, n): 1 agree, -1 disagree, 0 pass
    - BEST_WORST, (ballots, 3, n): how often it was put best, put worst, and shown in a set that was answered
    - PAIRS, (ballots, n, n): 1 where the row's candidate was preferred to the column's, 0 the other way, ½ neither
    - CRITERIA, (ballots, criteria, n): 1, ½ or 0
    """

    RANKING = "ranking"
    POINTS = "points"
    SCALE = "scale"
    REACTIONS = "reactions"
    BEST_WORST = "best_worst"
    PAIRS = "pairs"
    CRITERIA = "criteria"


@dataclass(frozen=True)
class Ballot:
    """What one person ranked; every ballot counts once.

    Attributes
    ----------
    ranking
        Codes of candidates, first choice first; at least one, none twice. Several that share a place are a tuple.
    group
        The person's group as it was that day; "" where it is not known.
    channel
        How it came in (a survey, paper, a workshop…); "" where that is not told apart.
    """

    ranking: tuple[Place, ...]
    group: str = ""
    channel: str = ""

    def __post_init__(self) -> None:
        codes = [code for tier in self.tiers for code in tier]
        if not codes or not all(self.tiers):
            raise AnalysisError("ballot.empty")
        if len(set(codes)) < len(codes):
            raise AnalysisError("ballot.ranked_twice")

    @property
    def kind(self) -> Kind:
        """It is a ranking."""
        return Kind.RANKING

    @property
    def tiers(self) -> tuple[tuple[str, ...], ...]:
        """The codes that share each place, sorted, the first place first."""
        return tuple((place,) if isinstance(place, str) else tuple(sorted(place)) for place in self.ranking)

    @property
    def cells(self) -> tuple[tuple[Cell, float], ...]:
        """The place of each candidate that has one."""
        return tuple(((code,), float(place)) for place, tier in enumerate(self.tiers, start=1) for code in tier)


@dataclass(frozen=True)
class Marks:
    """What one person said of candidates otherwise than by ranking them; `stored_ballots` reads it.

    Attributes
    ----------
    kind
        Any but RANKING.
    cells
        Numbers by what they are about, sorted: the candidate; for BEST_WORST the candidate and "best", "worst" or
        "shown"; for PAIRS two candidates in the order of the alphabet; for CRITERIA the criterion and the candidate.
    group, channel
        As of a `Ballot`.
    """

    kind: Kind
    cells: tuple[tuple[Cell, float], ...]
    group: str = ""
    channel: str = ""

    def __post_init__(self) -> None:
        if not self.cells:
            raise AnalysisError("ballot.empty")


AnyBallot = Ballot | Marks


@dataclass(frozen=True)
class Profile:
    """The distinct ballots and how many people gave each, in an order that does not depend on who answered first.

    Attributes
    ----------
    values
        What each says, first axis (distinct ballots,); the others as :class:`Kind` tells.
    counts
        Shape (distinct ballots,): people.
    kind
        Of all ballots.
    groups, channels
        Shape (distinct ballots,), where equal ballots of different groups or channels were kept apart; empty where
        they were put together.
    """

    values: NDArray[Any]
    counts: NDArray[np.int_]
    kind: Kind = Kind.RANKING
    groups: NDArray[np.str_] = field(default_factory=lambda: np.array([], dtype=np.str_))
    channels: NDArray[np.str_] = field(default_factory=lambda: np.array([], dtype=np.str_))

    @property
    def places(self) -> NDArray[np.int_]:
        """The places that a ranking gives, shape (distinct ballots, candidates)."""
        return self.values

    @property
    def people(self) -> int:
        """How many people voted."""
        return int(self.counts.sum())

    @property
    def first_choices(self) -> NDArray[np.int_]:
        """How many people put each candidate first, alone or with others, shape (candidates,)."""
        return np.asarray(self.counts @ (self.places == 1), dtype=np.int_)

    @property
    def times_ranked(self) -> NDArray[np.int_]:
        """How many people gave each candidate any place, shape (candidates,)."""
        return np.asarray(self.counts @ (self.places > 0), dtype=np.int_)

    @property
    def has_one_first_choice(self) -> bool:
        """Whether ballots are rankings, and each puts exactly one candidate first and one in every other place."""
        if self.kind is not Kind.RANKING:
            return False
        return bool((self.places.max(axis=1, initial=0) == (self.places > 0).sum(axis=1)).all())

    def part(self, rows: NDArray[np.bool_]) -> "Profile":
        """Return the ballots of some rows, shape (distinct ballots,)."""
        split = self.groups[rows] if self.groups.size else self.groups
        channels = self.channels[rows] if self.channels.size else self.channels
        return Profile(self.values[rows], self.counts[rows], self.kind, split, channels)


def read_ballots(answers: Iterable[tuple[object, str]]) -> tuple[Ballot, ...]:
    """Read each person's stored ranking, with the person's group; who ranked nothing has no ballot.

    Parameters
    ----------
    answers
        ``{"ranking": [codes, first choice first]}`` as the record keeps it, ``{"tiers": [[codes that share the first
        place], …]}`` where ties were allowed and made, or None where the question was skipped.

    Raises
    ------
    AnalysisError
        ``ballot.malformed`` or ``ballot.ranked_twice``: the record holds no such answers, so the input is no ranking.
    """
    read = ((_ranking(value), group) for value, group in answers)
    return tuple(Ballot(ranking, group) for ranking, group in read if ranking)


def profile_of(
    ballots: Iterable[AnyBallot], candidates: Sequence[str], criteria: Sequence[str] = (), *, apart: bool = False
) -> Profile:
    """Put equal ballots together.

    Parameters
    ----------
    candidates
        Everything that could be ranked, in the survey's order; over all versions of the survey, where a choice came
        later or was retired: who never saw it has not ranked it.
    criteria
        The criteria by which candidates were scored, where they were.
    apart
        Whether equal ballots of different groups or channels stay apart.

    Raises
    ------
    AnalysisError
        ``ranking.too_few_candidates``, ``ranking.candidate_twice``, ``ballot.unknown_candidate``, or
        ``ballot.mixed_kinds``.
    """
    if len(candidates) < 2:
        raise AnalysisError("ranking.too_few_candidates", least=2)
    if len(set(candidates)) < len(candidates):
        raise AnalysisError("ranking.candidate_twice")
    ballots = tuple(ballots)
    kinds = {ballot.kind for ballot in ballots} or {Kind.RANKING}
    if len(kinds) > 1:
        raise AnalysisError("ballot.mixed_kinds")
    kind = kinds.pop()
    people = Counter((ballot.cells, *((ballot.group, ballot.channel) if apart else ("", ""))) for ballot in ballots)
    rows = sorted(people, key=_in_order)
    values = _values(kind, [cells for cells, _, _ in rows], candidates, criteria)
    counts = np.array([people[row] for row in rows], dtype=np.int_)
    if not apart:
        return Profile(values, counts, kind)
    groups, channels = (np.array([row[at] for row in rows], dtype=np.str_) for at in (1, 2))
    return Profile(values, counts, kind, groups, channels)


def _in_order(row: tuple[tuple[tuple[Cell, float], ...], str, str]) -> tuple[Any, ...]:
    cells, group, channel = row
    return tuple(cell for cell, _ in cells), tuple(number for _, number in cells), group, channel


def _values(
    kind: Kind, rows: Sequence[tuple[tuple[Cell, float], ...]], candidates: Sequence[str], criteria: Sequence[str]
) -> NDArray[Any]:
    column = {code: at for at, code in enumerate(candidates)}
    planes = {code: at for at, code in enumerate(_planes(kind, candidates, criteria))}
    shape = (len(rows), *([len(planes)] if planes else []), len(candidates))
    values = np.full(shape, 0 if kind in (Kind.RANKING, Kind.BEST_WORST) else np.nan)
    where = {cell: _place(kind, cell, column, planes) for cell in {cell for cells in rows for cell, _ in cells}}
    at = np.array([[row, *where[cell]] for row, cells in enumerate(rows) for cell, _ in cells], dtype=np.int_)
    numbers = np.array([number for cells in rows for _, number in cells])
    if len(at):
        values[tuple(at.T)] = numbers
    if len(at) and kind is Kind.PAIRS:
        values[at[:, 0], at[:, 2], at[:, 1]] = 1 - numbers
    return values.astype(np.int_) if kind is Kind.RANKING else values


def _planes(kind: Kind, candidates: Sequence[str], criteria: Sequence[str]) -> Sequence[str]:
    """Return what the middle axis runs over, nothing where there is none."""
    return {Kind.BEST_WORST: _ENDS, Kind.PAIRS: candidates, Kind.CRITERIA: criteria}.get(kind, ())


def _place(kind: Kind, cell: Cell, column: Mapping[str, int], planes: Mapping[str, int]) -> tuple[int, ...]:
    """Return where a number belongs in its row."""
    plane, code = {Kind.BEST_WORST: cell[::-1]}.get(kind, cell if len(cell) > 1 else ("", *cell))
    if code not in column or (plane and plane not in planes):
        raise AnalysisError("ballot.unknown_candidate", candidate=code if code not in column else plane)
    return (planes[plane], column[code]) if plane else (column[code],)


def _ranking(value: object) -> tuple[Place, ...]:
    if value is None:
        return ()
    if isinstance(value, Mapping) and value.keys() == {"tiers"}:
        tiers = value["tiers"]
        if not isinstance(tiers, list | tuple):
            raise AnalysisError("ballot.malformed")
        read = [_codes(tier) for tier in tiers]
        return tuple(tier if len(tier) > 1 else tier[0] for tier in read if tier)
    return _codes(value.get("ranking") if isinstance(value, Mapping) else None)


def _codes(codes: object) -> tuple[str, ...]:
    if not isinstance(codes, list | tuple) or not all(isinstance(code, str) for code in codes):
        raise AnalysisError("ballot.malformed")
    return tuple(codes)
