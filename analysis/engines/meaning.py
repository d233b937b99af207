"""What whole texts mean: the encoder's vectors without the direction in which they move with the length of the text.

Left in, half of the groups are "short ones" and "long ones", whatever they say.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize


@dataclass(frozen=True)
class MeaningView:
    """The mean of the encoder's vectors and the direction of length, both of shape (512,)."""

    mean: NDArray[np.float64]
    length: NDArray[np.float64]

    @classmethod
    def fit(cls, texts: Sequence[str], encoded: NDArray[np.float64]) -> "MeaningView":
        """Learn from texts and their vectors, shape (n, 512)."""
        mean = encoded.mean(axis=0)
        return cls(mean, _direction_of_length(texts, encoded - mean))

    def of(self, encoded: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return unit vectors, shape (n, 512), of the encoder's."""
        centred = encoded - self.mean
        centred -= np.outer(centred @ self.length, self.length)
        return np.asarray(normalize(centred), dtype=np.float64)


def _direction_of_length(texts: Sequence[str], centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the unit vector along which vectors move with the logarithm of their text's number of words."""
    words = np.log1p([len(text.split()) for text in texts])
    direction = (words - words.mean()) @ centred
    size = np.linalg.norm(direction)
    return np.asarray(direction / size if size > 0 else direction, dtype=np.float64)
