"""Latent semantic analysis of TF-IDF (Deerwester et al. 1990), each language's mean taken out.

Left as they are, the first thing that separates a mixed set of words is its language.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from analysis.errors import AnalysisError

_TEXTS_TO_FIT = 50_000
# Below this many texts in a language its mean says more about who happened to answer than about the language.
_TEXTS_TO_CENTRE = 10


@dataclass
class LatentView:
    """What was fitted: words to weights, weights to dimensions, and the mean of each language where it is taken out."""

    vectoriser: TfidfVectorizer
    reduction: TruncatedSVD
    centres: dict[str, NDArray[np.float64]]

    @classmethod
    def fit(
        cls, stems: Sequence[Sequence[str]], languages: Sequence[str], dimensions: int, seed: int
    ) -> tuple["LatentView", csr_matrix]:
        """Learn from the stems of each text; return the view and the texts' weights.

        Raises
        ------
        AnalysisError
            ``answers.no_shared_words``, or ``answers.too_alike`` when fewer than two dimensions could be made.
        """
        # a stem that stands in one text only joins nothing
        vectoriser = TfidfVectorizer(analyzer=_as_they_are, min_df=2, sublinear_tf=True)
        try:
            weights = csr_matrix(vectoriser.fit_transform(stems))
        except ValueError as error:  # scikit-learn's way of saying that no word is left
            raise AnalysisError("answers.no_shared_words", contributions=len(stems)) from error
        wanted = min(dimensions, int(weights.shape[1]) - 1, len(stems) - 1)
        if wanted < 2:
            raise AnalysisError("answers.too_alike", contributions=len(stems))
        view = cls(vectoriser, TruncatedSVD(wanted, random_state=seed), {})
        view.reduction.fit(weights[_sample(len(stems), seed)])
        view._learn_centres(weights, languages)
        return view, weights

    @property
    def dimensions(self) -> int:
        """How many dimensions were made."""
        return int(self.reduction.n_components)

    @property
    def terms(self) -> int:
        """How many stems are weighed."""
        return len(self.vectoriser.vocabulary_)

    def of(self, stems: Sequence[Sequence[str]], languages: Sequence[str]) -> NDArray[np.float64]:
        """Return unit vectors, shape (n, dimensions), zeros for texts without a known stem."""
        return self.of_weights(csr_matrix(self.vectoriser.transform(stems)), languages)

    def of_weights(self, weights: csr_matrix, languages: Sequence[str]) -> NDArray[np.float64]:
        """Return the same for weights, shape (n, terms)."""
        reduced = self._reduced(weights)
        spoken = np.asarray(languages, dtype=object)
        for language, centre in self.centres.items():
            reduced[spoken == language] -= centre
        reduced[~_readable(weights)] = 0.0
        return np.asarray(normalize(reduced), dtype=np.float64)

    def _learn_centres(self, weights: csr_matrix, languages: Sequence[str]) -> None:
        """Find each language's mean, where there are two languages with enough texts each."""
        reduced = self._reduced(weights)
        spoken = np.asarray(languages, dtype=object)
        present = {language: (spoken == language) & _readable(weights) for language in sorted(set(languages))}
        if len(present) > 1 and min(rows.sum() for rows in present.values()) >= _TEXTS_TO_CENTRE:
            self.centres = {language: reduced[rows].mean(axis=0) for language, rows in present.items()}

    def _reduced(self, weights: csr_matrix) -> NDArray[np.float64]:
        return np.asarray(normalize(self.reduction.transform(weights)), dtype=np.float64)


def told_in_thousands(total: int, progress: Callable[[int, int], None]) -> Callable[[int], None]:
    """Return what takes how many are done, and passes it on after every thousand and at the end."""

    def tell(done: int) -> None:
        if done % 1_000 == 0 or done == total:
            progress(done, total)

    return tell


def _as_they_are(stems: Sequence[str]) -> Sequence[str]:
    return stems


def _readable(weights: csr_matrix) -> NDArray[np.bool_]:
    return np.asarray(np.diff(weights.indptr) > 0, dtype=np.bool_)


def _sample(texts: int, seed: int) -> NDArray[np.intp]:
    if texts <= _TEXTS_TO_FIT:
        return np.arange(texts)
    return np.sort(np.random.default_rng(seed).choice(texts, _TEXTS_TO_FIT, replace=False))
