"""Each language grouped by itself, where the engine cannot compare texts of two languages; else all together.

Every step of grouping is done part by part, a part being the ideas of one language, or all ideas where the engine reads
both. The number of themes is shared out among the parts by their answers, each having at least two: one theme for a
language would be the language.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.clusters import Clusters, cluster
from analysis.errors import AnalysisError
from analysis.placing import Placed, place_ideas
from analysis.stability import (
    NUMBERS_TRIED,
    Agreement,
    Choice,
    Ground,
    Group,
    agreement_curve,
    choose_number,
    theme_stability,
)

Values = NDArray[np.float64]
_FEWEST_EACH = 2


@dataclass(frozen=True)
class Parts:
    """n rows in p parts: the rows of each in the order in which they are grouped, and how many answers it has."""

    rows: tuple[NDArray[np.intp], ...]
    answers: tuple[int, ...]

    @classmethod
    def of(cls, order: NDArray[np.intp], answers: NDArray[np.intp], languages: Sequence[str] | None) -> "Parts":
        """Part rows by language; all in one part without.

        Parameters
        ----------
        order
            Shape (n,): the order in which rows are grouped, which decides the draws.
        answers
            Shape (n,): a number for the answer that each row is part of.
        languages
            Of length n, or None where the engine reads all of them together.
        """
        spoken = np.asarray([""] * len(order) if languages is None else languages, dtype=object)
        rows = tuple(order[spoken[order] == language] for language in sorted(set(spoken.tolist())))
        return cls(rows, tuple(len(np.unique(answers[own])) for own in rows))

    @property
    def fewest(self) -> int:
        """The smallest number of themes: with several parts, two for each."""
        return _FEWEST_EACH * len(self.rows)

    def share_out(self, number: int) -> tuple[int, ...]:
        """Share a number of themes out by answers (largest remainders; Hamilton 1792), at least two to each of several.

        A number that is too small for that is raised to :attr:`fewest`.
        """
        if len(self.rows) == 1:
            return (number,)
        number = max(number, self.fewest)
        wanted = np.array(self.answers) / sum(self.answers) * number
        shares = np.maximum(np.floor(wanted).astype(int), _FEWEST_EACH)
        while shares.sum() != number:
            step = 1 if shares.sum() < number else -1
            can = np.ones(len(shares), dtype=bool) if step > 0 else shares > _FEWEST_EACH
            shares[int(np.where(can, step * (wanted - shares), -np.inf).argmax())] += step
        return tuple(shares.tolist())


def number_of_themes(
    values: Values, parts: Parts, asked_for: int | None, seed: int, group: Group, progress: Callable[[int, int], None]
) -> tuple[Choice, tuple[Agreement, ...]]:
    """Return how many themes to make in all, and the numbers that were tried.

    A number's agreement is the mean of its parts': groups that only kept languages apart would seem to come back.

    Parameters
    ----------
    values, parts
        Whole answers, shape (n, dimensions), and their parts.
    asked_for
        The number that a person gave; None lets the answers say.

    Raises
    ------
    AnalysisError
        ``settings.too_many_themes``, ``answers.too_alike``.
    """
    distinct = [len(np.unique(values[own].round(9), axis=0)) for own in parts.rows]
    if asked_for is not None:
        if any(share > most for share, most in zip(parts.share_out(asked_for), distinct, strict=True)):
            raise AnalysisError("settings.too_many_themes", themes=asked_for, distinct=sum(distinct))
        if len(parts.rows) > 1 and asked_for < parts.fewest:
            return Choice(parts.fewest, Ground.TWO_EACH), ()
        return Choice(asked_for, Ground.ASKED_FOR), ()
    if min(distinct) < _FEWEST_EACH:
        raise AnalysisError("answers.too_alike", contributions=len(values))
    shares = {number: parts.share_out(number) for number in NUMBERS_TRIED if number >= parts.fewest}
    tried = []
    for place, own in enumerate(parts.rows):
        numbers = sorted({share[place] for share in shares.values()})
        curve = agreement_curve(values[own], numbers, seed, group, _told_from(place, len(parts.rows), progress))
        tried.append({point.themes: point for point in curve})
    curve = tuple(
        _together(number, [points[k] for points, k in zip(tried, share, strict=True)], parts.answers)
        for number, share in shares.items()
        if all(k in points for points, k in zip(tried, share, strict=True))
    )
    return (choose_number(curve, len(values)) if curve else Choice(parts.fewest, Ground.FEW_ANSWERS)), curve


def _told_from(part: int, parts: int, progress: Callable[[int, int], None]) -> Callable[[int, int], None]:
    return lambda done, total: progress(part * total + done, parts * total)


def _together(number: int, points: Sequence[Agreement], answers: Sequence[int]) -> Agreement:
    if len(points) == 1:
        return points[0]
    agreement, separation = (
        round(float(np.average(values, weights=answers)), 4)
        for values in ([point.agreement for point in points], [point.separation for point in points])
    )
    return Agreement(number, agreement, min(point.smallest for point in points), separation)


def group_parts(
    values: Values,
    parts: Parts,
    number: int,
    seed: int,
    people: NDArray[np.intp],
    knots: Sequence[NDArray[np.intp]] = (),
) -> Clusters:
    """Group the rows of each part; groups are numbered part by part, the largest of each first.

    Parameters
    ----------
    values, people
        Shapes (n, dimensions) and (n,): unit vectors, and a number for who wrote each.
    knots
        Rows that may have a group besides, as for :func:`analysis.clusters.cluster`.
    """
    labels, strengths = np.empty(len(values), dtype=np.intp), np.empty(len(values))
    centres: list[Values] = []
    for own, share in zip(parts.rows, parts.share_out(number), strict=True):
        inside = [np.flatnonzero(np.isin(own, rows)) for rows in knots if np.isin(rows, own).all()]
        found = cluster(values[own], share, seed, people=people[own], knots=inside)
        labels[own], strengths[own] = found.labels + sum(map(len, centres)), found.strengths
        centres.append(found.centres)
    return Clusters(labels, np.vstack(centres), strengths)


def place_parts(ideas: Values, answers: Values, of: NDArray[np.intp], parts: Parts, clusters: Clusters) -> Placed:
    """Place each idea in a theme of its part; see :func:`analysis.placing.place_ideas`."""
    size = len(ideas)
    placed = Placed(np.empty(size, np.intp), np.empty(size), np.empty(size, np.bool_), np.empty(size, np.bool_))
    for rows in parts.rows:
        own = np.sort(rows)
        groups = np.unique(clusters.labels[own])
        whole, part_of = np.unique(of[own], return_inverse=True)
        grouped = np.searchsorted(groups, clusters.labels[own])
        found = place_ideas(ideas[own], answers[whole], part_of, clusters.centres[groups], grouped)
        placed.labels[own], placed.strengths[own] = groups[found.labels], found.strengths
        placed.is_main[own], placed.is_weak[own] = found.is_main, found.is_weak
    return placed


def stability_of(
    values: Values, parts: Parts, labels: NDArray[np.intp], of: NDArray[np.intp], seed: int, group: Group
) -> Values:
    """Return how well each group comes back among its part's answers, shape (k,)."""
    scores = np.zeros(int(labels.max()) + 1)
    for own in parts.rows:
        groups = np.unique(labels[own])
        answers = pd.factorize(of[own])[0]
        scores[groups] = theme_stability(values[own], np.searchsorted(groups, labels[own]), seed, group, answers)
    return scores


def languages_of(labels: NDArray[np.intp], spoken: Sequence[str]) -> tuple[str, ...]:
    """Return the language of each theme, of length k, where each holds one language alone."""
    _, first = np.unique(labels, return_index=True)
    return tuple(spoken[place] for place in first)
