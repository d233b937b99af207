"""From many numbers to few: principal components of views side by side, and no language where it only gets in the way.

Fewer dimensions make k-means on short answers better and steadier; unit length makes it compare directions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.preprocessing import normalize

from analysis.engines.language_guard import Look, look, two_languages

_ROUNDS = 3
# Above this many rows the components are found by random projections (Halko, Martinsson & Tropp 2011).
_ROWS_FOR_ALL = 1_500


@dataclass(frozen=True)
class Projection:
    """What was fitted: the mean, what is taken out of each language, and the components.

    Attributes
    ----------
    offsets
        Language → shape (wide,): what is taken out of its texts; empty where nothing is.
    looks
        What each look at clusters and languages found, the last one after the last correction.
    """

    mean: NDArray[np.float64]
    offsets: Mapping[str, NDArray[np.float64]]
    components: PCA
    looks: tuple[Look, ...]

    @classmethod
    def fit(cls, stacked: NDArray[np.float64], languages: Sequence[str], dimensions: int, seed: int) -> "Projection":
        """Learn from rows of shape (n, wide)."""
        projection = cls._components(stacked, {}, dimensions, seed, ())
        pair = two_languages(languages)
        if pair is None:
            return projection
        is_first = np.asarray(languages, dtype=object) == pair[0]
        for _ in range(_ROUNDS):
            found = look(projection._centred(stacked, languages), projection.reduce(stacked, languages), is_first, seed)
            looks = (*projection.looks, found)
            if not (projection.offsets or found.follows) or found.agreement <= 0:
                return cls(projection.mean, projection.offsets, projection.components, looks)
            # each language moves towards the other by the other's share, so that the whole stays where it is
            moved = {pair[0]: (~is_first).mean() * found.offset, pair[1]: -is_first.mean() * found.offset}
            offsets = {name: offset + projection.offsets.get(name, 0.0) for name, offset in moved.items()}
            projection = cls._components(_without(stacked, languages, offsets), offsets, dimensions, seed, looks)
        return projection

    @classmethod
    def _components(
        cls,
        rows: NDArray[np.float64],
        offsets: Mapping[str, NDArray[np.float64]],
        dimensions: int,
        seed: int,
        looks: tuple[Look, ...],
    ) -> "Projection":
        mean = rows.mean(axis=0)
        wanted = min(dimensions, *rows.shape)
        solver = "full" if len(rows) <= _ROWS_FOR_ALL else "randomized"
        return cls(mean, offsets, PCA(wanted, svd_solver=solver, random_state=seed).fit(rows - mean), looks)

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        """What was done, in plain values."""
        done: dict[str, str | int | float | bool] = {
            "dimensions": int(self.components.n_components_),
            "variance_kept": round(float(self.components.explained_variance_ratio_.sum()), 4),
            "language_taken_out": bool(self.offsets),
        }
        if self.looks:
            done |= {"clusters_follow_language": self.looks[0].agreement, "languages_apart": self.looks[0].apart}
        return done

    def reduce(self, stacked: NDArray[np.float64], languages: Sequence[str]) -> NDArray[np.float64]:
        """Return unit vectors, shape (n, dimensions), of rows of shape (n, wide)."""
        reduced = self.components.transform(self._centred(stacked, languages))
        return np.asarray(normalize(reduced), dtype=np.float64)

    def _centred(self, stacked: NDArray[np.float64], languages: Sequence[str]) -> NDArray[np.float64]:
        return _without(stacked, languages, self.offsets) - self.mean


def _without(
    stacked: NDArray[np.float64], languages: Sequence[str], offsets: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.float64]:
    rows = stacked.copy()
    spoken = np.asarray(languages, dtype=object)
    for language, offset in offsets.items():
        rows[spoken == language] -= offset
    return rows
