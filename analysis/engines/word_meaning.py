"""What the words of a text mean, one by one: each word's vector from the sentence encoder, weighted by TF-IDF.

The encoder reads a sentence mostly for what it is about in general; its rare words say what sets it apart from the
other answers of the same consultation. A word is encoded once, however many texts it stands in, and needs no dictionary
to lie near its translation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

Encode = Callable[[Sequence[str]], NDArray[np.float64]]

# Most words of thousands of answers stand in one of them; the rarest are mostly mistypings, and each costs a reading.
_TEXTS_FOR_EVERY_WORD = 2_000


@dataclass(frozen=True)
class WordMeaningView:
    """Words, their weights, shape (words,), and their vectors, shape (words, 512)."""

    counts: CountVectorizer
    weights: NDArray[np.float64]
    vectors: NDArray[np.float64]

    @classmethod
    def fit(cls, words: Sequence[Sequence[str]], languages: Sequence[str], encode: Encode) -> "WordMeaningView | None":
        """Learn from the words of each text; None where no text holds any."""
        counts = CountVectorizer(analyzer=_as_they_are, min_df=1 if len(words) <= _TEXTS_FOR_EVERY_WORD else 2)
        try:
            found = csr_matrix(counts.fit_transform(_tagged(words, languages)))
        except ValueError:  # scikit-learn's way of saying that no word is left
            return None
        terms = counts.get_feature_names_out()
        texts_in = {language: list(languages).count(language) for language in set(languages)}
        texts = np.array([texts_in[term[:2]] for term in terms], dtype=np.float64)
        holding = np.bincount(found.indices, minlength=len(terms))
        # a word that all texts of its language hold weighs nothing
        weights = np.log((1 + texts) / (1 + holding))
        written = sorted({term[3:] for term in terms})
        row = {word: i for i, word in enumerate(written)}
        vectors = encode(written)[[row[term[3:]] for term in terms]]
        return cls(counts, weights, vectors)

    def of(self, words: Sequence[Sequence[str]], languages: Sequence[str]) -> NDArray[np.float64]:
        """Return unit vectors, shape (n, 512), zeros for texts without a known word."""
        found = csr_matrix(self.counts.transform(_tagged(words, languages)), dtype=np.float64)
        return np.asarray(normalize(found @ diags(self.weights) @ self.vectors), dtype=np.float64)


def _tagged(words: Sequence[Sequence[str]], languages: Sequence[str]) -> list[list[str]]:
    """Return the words with their language in front: "pain" is bread to one and hurts the other."""
    return [[f"{language} {word}" for word in text] for text, language in zip(words, languages, strict=True)]


def _as_they_are(words: Sequence[str]) -> Sequence[str]:
    return words
