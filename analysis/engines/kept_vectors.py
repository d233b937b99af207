"""Vectors of texts that were read before, so that a second analysis of the same answers need not read them again.

Off unless a folder is given. What is kept is personal data and must be kept and deleted like the answers themselves:
a vector holds no word, but with the same encoder it tells what was said about (Song & Raghunathan 2020, "Information
Leakage in Embedding Models"), and of a short answer nearly the answer. Texts are known by a keyed digest (BLAKE2b, a
key drawn for each folder), so two folders cannot be compared and nobody without the folder can try out what somebody
may have said. Whoever holds the folder can. To forget everything, delete the folder.
"""

import secrets
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_DIGEST = 16
_KEY = "key"
_KEY_BYTES = 32


class KeptVectors:
    """A folder of vectors by keyed digest of their text.

    Parameters
    ----------
    folder
        Made if it is not there, readable by its owner only.
    encoder
        What made the vectors, with its version: another encoder's are not read.
    width
        Numbers in a vector.
    """

    def __init__(self, folder: Path, encoder: str, width: int) -> None:
        self._folder = folder
        self._width = width
        self.missing = 0
        """How many texts the last call had to have encoded."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._key = _read_key(folder / _KEY)
        self._prefix = blake2b(f"{encoder} {width}".encode(), digest_size=4).hexdigest()

    def complete(
        self, texts: Sequence[str], encode: Callable[[Sequence[str]], NDArray[np.float16]]
    ) -> NDArray[np.float16]:
        """Return the vectors of the texts, shape (n, width); those that are not kept are encoded, then kept."""
        digests = np.array([self._digest(text) for text in texts], dtype=f"S{_DIGEST * 2}")
        vectors = np.zeros((len(texts), self._width), dtype=np.float16)
        known = np.zeros(len(texts), dtype=np.bool_)
        for names, values in self._shards():
            at = np.minimum(np.searchsorted(names, digests), len(names) - 1)
            found = (names[at] == digests) & ~known
            vectors[found] = values[at[found]]
            known |= found
        absent = np.flatnonzero(~known)
        self.missing = len(absent)
        if len(absent):
            vectors[absent] = encode([texts[int(i)] for i in absent])
            self._keep(digests[absent], vectors[absent])
        return vectors

    def _digest(self, text: str) -> str:
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=_DIGEST).hexdigest()

    def _shards(self) -> list[tuple[NDArray[np.bytes_], NDArray[np.float16]]]:
        shards = []
        for path in sorted(self._folder.glob(f"{self._prefix}-*.vectors.npy")):
            try:
                names = np.load(path.with_name(path.name.replace(".vectors.", ".digests.")), allow_pickle=False)
                values = np.load(path, mmap_mode="r", allow_pickle=False)
            except (OSError, EOFError, ValueError):  # cut short by a full disk: what it held is read anew
                continue
            if len(names) and values.shape == (len(names), self._width):
                shards.append((names, values))
        return shards

    def _keep(self, digests: NDArray[np.bytes_], vectors: NDArray[np.float16]) -> None:
        names, first = np.unique(digests, return_index=True)
        stem = self._folder / f"{self._prefix}-{secrets.token_hex(8)}"
        # the vectors last: a shard is read only when they are there
        for kind, values in (("digests", names), ("vectors", vectors[first])):
            part = stem.with_name(f"{stem.name}.{kind}.part")
            part.touch(mode=0o600)
            with part.open("wb") as file:
                np.save(file, values)
            part.rename(stem.with_name(f"{stem.name}.{kind}.npy"))


def _read_key(path: Path) -> bytes:
    """Return the folder's key, drawn the first time; a file that is cut short is no key, and is drawn again."""
    if not path.exists() or path.stat().st_size != _KEY_BYTES:
        drawn = path.with_name(f"{_KEY}-{secrets.token_hex(8)}.part")
        drawn.touch(mode=0o600)
        drawn.write_bytes(secrets.token_bytes(_KEY_BYTES))
        drawn.replace(path)
    return path.read_bytes()
