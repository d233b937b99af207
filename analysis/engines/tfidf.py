"""Words and their weights: TF-IDF of stems, reduced by latent semantic analysis (Deerwester et al. 1990).

Words alone cannot join two languages. Left as they are, the first thing that separates a mixed set is its language, so
each language's mean is taken out; what remains follows subjects, in each language weakly. The report measures how far
the themes follow the language, and says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from analysis.engines import Progress, Vectors
from analysis.errors import AnalysisError
from analysis.words import stems_of

_DIMENSIONS = 20
_TEXTS_TO_FIT = 50_000
# Below this many texts in a language its mean says more about who happened to answer than about the language.
_TEXTS_TO_CENTRE = 10

Document = tuple[str, str]
"""A text and its language."""


class TfidfEngine:
    """Texts to twenty dimensions of weighted word stems."""

    name = "tfidf"
    needs = ("numpy", "scikit-learn", "scipy", "snowballstemmer")

    def vectors(self, texts: Sequence[str], languages: Sequence[str], seed: int, progress: Progress) -> Vectors:
        """Weigh, reduce and centre. A text none of whose words another text uses has a row of zeros."""
        # a stem that stands in one text only joins nothing
        vectoriser = TfidfVectorizer(analyzer=_counted(len(texts), progress), min_df=2, sublinear_tf=True)
        try:
            weights = csr_matrix(vectoriser.fit_transform(list(zip(texts, languages, strict=True))))
        except ValueError as error:  # scikit-learn's way of saying that no word is left
            raise AnalysisError("answers.no_shared_words", contributions=len(texts)) from error
        terms = int(weights.shape[1])
        wanted = min(_DIMENSIONS, terms - 1, len(texts) - 1)
        if wanted < 2:
            raise AnalysisError("answers.too_alike", contributions=len(texts))
        vectoriser.set_params(analyzer=_stems)
        space = _Space(vectoriser, TruncatedSVD(wanted, random_state=seed), {})
        space.reduce.fit(weights[_sample(len(texts), seed)])
        space.learn_centres(weights, languages)
        settings = {"dimensions": wanted, "terms": terms, "centred_by_language": bool(space.centres)}
        return Vectors(space.vectors(weights, languages), settings, space.place)


@dataclass
class _Space:
    """What was fitted: words to weights, weights to dimensions, and the mean of each language where it is taken out."""

    vectoriser: TfidfVectorizer
    reduce: TruncatedSVD
    centres: dict[str, NDArray[np.float64]]

    def learn_centres(self, weights: csr_matrix, languages: Sequence[str]) -> None:
        """Find each language's mean, where there are two languages with enough texts each."""
        reduced = self._reduced(weights)
        spoken = np.asarray(languages, dtype=object)
        present = {language: (spoken == language) & _readable(weights) for language in sorted(set(languages))}
        if len(present) > 1 and min(rows.sum() for rows in present.values()) >= _TEXTS_TO_CENTRE:
            self.centres = {language: reduced[rows].mean(axis=0) for language, rows in present.items()}

    def vectors(self, weights: csr_matrix, languages: Sequence[str]) -> NDArray[np.float64]:
        """Return unit vectors, zeros for texts without a known word."""
        reduced = self._reduced(weights)
        spoken = np.asarray(languages, dtype=object)
        for language, centre in self.centres.items():
            reduced[spoken == language] -= centre
        reduced[~_readable(weights)] = 0.0
        return np.asarray(normalize(reduced), dtype=np.float64)

    def place(self, texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float64]:
        """Return the vectors of further texts."""
        weights = self.vectoriser.transform(list(zip(texts, languages, strict=True)))
        return self.vectors(csr_matrix(weights), languages)

    def _reduced(self, weights: csr_matrix) -> NDArray[np.float64]:
        return np.asarray(normalize(self.reduce.transform(weights)), dtype=np.float64)


def _stems(document: Document) -> list[str]:
    return stems_of(*document)


def _counted(total: int, progress: Progress) -> Callable[[Document], list[str]]:
    """Return :func:`_stems` that tells how far it is."""
    done = 0

    def analyse(document: Document) -> list[str]:
        nonlocal done
        done += 1
        if done % 1_000 == 0 or done == total:
            progress(done, total)
        return _stems(document)

    return analyse


def _readable(weights: csr_matrix) -> NDArray[np.bool_]:
    return np.asarray(np.diff(weights.indptr) > 0, dtype=np.bool_)


def _sample(texts: int, seed: int) -> NDArray[np.intp]:
    if texts <= _TEXTS_TO_FIT:
        return np.arange(texts)
    return np.sort(np.random.default_rng(seed).choice(texts, _TEXTS_TO_FIT, replace=False))
