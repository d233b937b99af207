"""New answers join themes that are there already: nothing is grouped again, and what fits none may be a new theme.

Each idea of a new answer goes where :mod:`analysis.placing` puts it among the themes' centres, and stays there if what
it says is as close to what the others say there (cosine to their mean) as all but the furthest fiftieth of them are,
each of these measured against the others without itself. Words that the earlier answers do not hold make new ones
look further: of new answers that do belong, 3 to 8 % fit none.

What one answer says that fits none may be chance; what five people say is not. Ideas among the 15 % that fit least
are grouped (average linkage, Sokal & Michener 1958) as long as they stay as near one another as two ideas of one theme
usually are (the median); a group of at least five people that is clearly closer to itself than to the themes is a
possible new theme.

Measured with the hybrid engine and eight themes, eight draws of each of four labelled sets: twelve answers on a label
that the themes do not know, among a hundred others, are found as a possible new theme in 5 draws of 8 (sentences on
seven subjects), 4 (short consultation answers), 2 (longer ones) and none (a few words of practitioners); where nothing
is new, a draw has such a group in one of eight, or none. It is a place to look, not a finding.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering
from sklearn.preprocessing import normalize

from analysis.naming import Name
from analysis.themes import Theme

Vectors = NDArray[np.float64]

FEWEST_PEOPLE = 5
_FURTHEST = 0.02
_FITS_LEAST = 0.15
# How much closer (cosine) to one another than to their themes those of a possible new theme are.
_CLEARLY_CLOSER = 0.15
# With fewer ideas than this a theme has no twentieth of its own: all themes' are then taken together.
_ENOUGH_TO_SAY = 20
_PAIRS_OF = 100
_MOST_TO_GROUP = 3_000


@dataclass(frozen=True)
class Earlier:
    """The themes that are there, and what is in them.

    Attributes
    ----------
    rows
        So many first rows of the corpus were read when the themes were found.
    main
        The main theme (0 to k - 1) of each of these rows that is in any. A row that is not here is placed like a new
        one, unless it is set aside.
    places
        The theme of each of its ideas, by row and by where the idea begins and ends in the text as it came in; one that
        is cut otherwise today goes to its row's main theme.
    names, stability
        Of each theme: its names by language, and how well it came back (0 to 1), as they were.
    ground
        Why there are as many themes as there are (:class:`analysis.stability.Ground`).
    """

    rows: int
    main: Mapping[int, int]
    places: Mapping[tuple[int, int, int], int]
    names: tuple[dict[str, Name], ...]
    stability: tuple[float, ...]
    ground: str


@dataclass(frozen=True)
class Joining:
    """What became of new answers.

    Attributes
    ----------
    since
        The first row of the corpus that is new; earlier rows that had no theme, but are placed now, are new too.
    joined, none
        How many new answers joined a theme, and how many say something that fits none, in whole or in part.
    possible
        What several of these say together, most people first: perhaps new themes. They are in no other count.
    """

    since: int
    joined: int
    none: int
    possible: tuple[Theme, ...]


@dataclass(frozen=True)
class Fit:
    """How n new ideas fit.

    Attributes
    ----------
    fits
        Shape (n,): whether each stays in the theme where it was placed.
    group
        Shape (n,): the possible new theme of each, 0 for the one with the most people; -1 for none.
    """

    fits: NDArray[np.bool_]
    group: NDArray[np.intp]


def centres_of(vectors: Vectors, labels: NDArray[np.intp], themes: int) -> Vectors:
    """Return the mean direction of each theme, shape (themes, dimensions), unit length; zeros for an empty one.

    Parameters
    ----------
    vectors, labels
        Shapes (n, dimensions) and (n,): the ideas in themes, and the theme of each.
    """
    sums = np.zeros((themes, vectors.shape[1]))
    np.add.at(sums, labels, vectors)
    return np.asarray(normalize(sums), dtype=np.float64)


def fit_new(
    said: Vectors, labels: NDArray[np.intp], new: Vectors, placed: NDArray[np.intp], people: NDArray[np.intp]
) -> Fit:
    """Tell of each new idea whether it fits the theme it was placed in, and find what several say that fits none.

    The order of neither changes anything.

    Parameters
    ----------
    said, labels
        Shapes (m, dimensions) and (m,): what the ideas in themes say, unit length, and the theme of each.
    new, placed
        Shapes (n, dimensions) and (n,): what new ideas say, unit length or zeros, and the theme each was placed in.
    people
        Shape (n,): a number for who said each.
    """
    themes = max(int(labels.max()), int(placed.max(initial=0))) + 1
    close = np.einsum("ij,ij->i", new, centres_of(said, labels, themes)[placed])
    own = _without_itself(said, labels, themes)
    lowest, low = (_least_of_each(own, labels, themes, share) for share in (_FURTHEST, _FITS_LEAST))
    group = np.full(len(new), -1, dtype=np.intp)
    candidates = np.flatnonzero((close < low[placed]) & new.any(axis=1))
    # what fits least first, and equal ones by what they say
    order = np.lexsort((*new[candidates].round(9).T, (close - lowest[placed])[candidates]))
    candidates = candidates[order][:_MOST_TO_GROUP]
    found = [
        candidates[inside]
        for inside in _near_one_another(new[candidates], _usual_nearness(said, labels, themes))
        if _is_new(new[candidates[inside]], close[candidates[inside]], people[candidates[inside]])
    ]
    found.sort(key=lambda inside: -len(np.unique(people[inside])))
    for number, inside in enumerate(found):
        group[inside] = number
    return Fit((close >= lowest[placed]) & (group < 0), group)


def _without_itself(said: Vectors, labels: NDArray[np.intp], themes: int) -> Vectors:
    """Return the cosine of each idea to the mean of the others in its theme, shape (m,)."""
    sums = np.zeros((themes, said.shape[1]))
    np.add.at(sums, labels, said)
    return np.asarray(np.einsum("ij,ij->i", said, normalize(sums[labels] - said)), dtype=np.float64)


def _least_of_each(own: Vectors, labels: NDArray[np.intp], themes: int, share: float) -> Vectors:
    """Return of each theme the closeness that so small a share of its ideas stays under, shape (themes,)."""
    everywhere = float(np.quantile(own, share))
    inside = [own[labels == theme] for theme in range(themes)]
    return np.array([np.quantile(each, share) if len(each) >= _ENOUGH_TO_SAY else everywhere for each in inside])


def _usual_nearness(said: Vectors, labels: NDArray[np.intp], themes: int) -> float:
    """Return the median cosine of two ideas of one theme."""
    pairs = []
    for theme in range(themes):
        inside = said[labels == theme]
        inside = inside[np.lexsort(inside.round(9).T)][:: max(1, len(inside) // _PAIRS_OF)]
        pairs.append((inside @ inside.T)[np.triu_indices(len(inside), 1)])
    every = np.concatenate(pairs)
    return float(np.median(every)) if len(every) else 1.0


def _near_one_another(vectors: Vectors, nearness: float) -> list[NDArray[np.intp]]:
    """Return the rows of each group of ideas that are near one another."""
    if len(vectors) < FEWEST_PEOPLE:
        return []
    linked = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - nearness
    ).fit_predict(vectors)
    return [np.flatnonzero(linked == number) for number in range(int(linked.max()) + 1)]


def _is_new(vectors: Vectors, close: Vectors, people: NDArray[np.intp]) -> bool:
    if len(np.unique(people)) < FEWEST_PEOPLE:
        return False
    together = _without_itself(vectors, np.zeros(len(vectors), dtype=np.intp), 1)
    return bool(together.mean() - close.mean() > _CLEARLY_CLOSER)
