"""Where reading is dear: each distinct text once, a space fitted on some thousands of them, the rest placed in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.engines import Progress, Vectors
from analysis.engines.encoder import Encoder

TEXTS_TO_FIT = 20_000
# As many as are held in memory with all their numbers at a time.
_TEXTS_TO_PLACE = 4_096
# As many as are given to the encoder at a time, so that its processes have work.
_TEXTS_TO_ENCODE = 20_480


class Space(Protocol):
    """What was fitted on the first texts."""

    @property
    def settings(self) -> Mapping[str, str | int | float | bool]:
        """What was done, in plain values."""
        ...

    def reduce(
        self, texts: Sequence[str], languages: Sequence[str], encoded: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return unit vectors of texts and the encoder's vectors of them."""
        ...


Fit = Callable[[Encoder, Sequence[str], Sequence[str], NDArray[np.float64], int], tuple[Space, NDArray[np.float64]]]
"""The encoder, texts, languages, the encoder's vectors and the seed → what was fitted, and the texts in it."""


def vectors_in_parts(
    encoder: Encoder, texts: Sequence[str], languages: Sequence[str], seed: int, fit: Fit, progress: Progress
) -> Vectors:
    """Return the vectors of the texts: of equal texts in one language equal ones, whatever the order of the rows."""
    distinct = sorted(set(zip(texts, languages, strict=True)))
    order = _sample_first(len(distinct), seed)
    read = [distinct[i] for i in order]
    count = _Count(len(read), progress)
    space, values = _fitted(encoder, read[:TEXTS_TO_FIT], seed, fit, count)
    reduced = np.zeros((len(read), values.shape[1]))
    reduced[order[: len(values)]] = values
    at = len(values)
    for part in _parts(read[at:], _TEXTS_TO_ENCODE):
        reduced[order[at : at + len(part)]] = _reduced(space, part, encoder.encode([t for t, _ in part], count))
        at += len(part)
    row = {document: i for i, document in enumerate(distinct)}
    rows = [row[document] for document in zip(texts, languages, strict=True)]

    def place(texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float64]:
        return _reduced(space, list(zip(texts, languages, strict=True)), encoder.encode(texts))

    return Vectors(reduced[rows], space.settings, place, lambda texts, languages: encoder.encode(texts))


class _Count:
    """Adds up how many texts are done."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def __call__(self, more: int) -> None:
        self._done += more
        self._progress(self._done, self._total)


def _fitted(
    encoder: Encoder, documents: Sequence[tuple[str, str]], seed: int, fit: Fit, count: _Count
) -> tuple[Space, NDArray[np.float64]]:
    texts, languages = [text for text, _ in documents], [language for _, language in documents]
    return fit(encoder, texts, languages, encoder.encode(texts, count), seed)


def _reduced(space: Space, documents: Sequence[tuple[str, str]], encoded: NDArray[np.float64]) -> NDArray[np.float64]:
    parts, at = [], 0
    for part in _parts(documents, _TEXTS_TO_PLACE):
        texts, languages = [text for text, _ in part], [language for _, language in part]
        parts.append(space.reduce(texts, languages, encoded[at : at + len(part)]))
        at += len(part)
    return np.vstack(parts)


def _parts(documents: Sequence[tuple[str, str]], size: int) -> Iterator[Sequence[tuple[str, str]]]:
    for start in range(0, len(documents), size):
        yield documents[start : start + size]


def _sample_first(texts: int, seed: int) -> NDArray[np.intp]:
    """Return the order in which to read the texts: those that the space is fitted on first."""
    if texts <= TEXTS_TO_FIT:
        return np.arange(texts)
    return np.random.default_rng(seed).permutation(texts)
