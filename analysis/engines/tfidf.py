"""Words and their weights: TF-IDF of stems, reduced by latent semantic analysis, each language by itself.

Words alone cannot join two languages: what they put together first is what is written in one of them. So each language
has dimensions of its own, in which the other has zeros, and is grouped by itself (``language_by_language``). Where
people use the same words for the same thing nothing is lost: adjusted mutual information of theme and label is 0.90 on
616 answers to one question in English, where the hybrid engine has 0.88. On short texts on seven subjects it is 0.12
with 1,000 texts, where the hybrid has 0.54.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.engines import Progress, Vectors
from analysis.engines.latent import LatentView, told_in_thousands
from analysis.errors import AnalysisError
from analysis.words import stems_of

_DIMENSIONS = 20
# Beside another language, one with fewer texts cannot be grouped by itself.
_FEWEST_TEXTS = 10


class TfidfEngine:
    """Texts to twenty dimensions of weighted word stems for each language."""

    name = "tfidf"
    needs = ("numpy", "scikit-learn", "scipy", "snowballstemmer")

    def vectors(self, texts: Sequence[str], languages: Sequence[str], seed: int, progress: Progress) -> Vectors:
        """Weigh and reduce. A text none of whose words another text of its language uses has a row of zeros.

        So have the texts of a language of fewer than ten, or of which fewer than ten can be read, where another
        language has more.

        Raises
        ------
        AnalysisError
            ``answers.no_shared_words`` or ``answers.too_alike`` where the answers are in one language,
            ``answers.too_few_by_language`` where no language has enough.
        """
        tell = told_in_thousands(len(texts), progress)
        # in an order of their own: the random start of the reduction is drawn by row
        documents = sorted(zip(texts, languages, range(len(texts)), strict=True))
        stems, rows = [], np.array([row for _, _, row in documents], dtype=np.intp)
        for done, (text, language, _) in enumerate(documents, start=1):
            stems.append(stems_of(text, language))
            tell(done)
        spoken = np.array([language for _, language, _ in documents], dtype=object)
        present = sorted(set(languages))
        views: dict[str, LatentView] = {}
        parts: dict[str, NDArray[np.float64]] = {}
        for language in present:
            own = [stems[place] for place in np.flatnonzero(spoken == language).tolist()]
            if fitted := _fit(own, language, seed, alone=len(present) == 1):
                views[language], parts[language] = fitted
        if not views:
            raise AnalysisError("answers.too_few_by_language", contributions=len(texts), least=_FEWEST_TEXTS)
        space = _Space(views)
        values = np.zeros((len(texts), space.dimensions))
        for language, part in parts.items():
            values[rows[spoken == language], space.own(language)] = part
        few = frozenset(present) - set(views)
        return Vectors(values, space.settings, space.place, apart=len(views) > 1, few=few)


def _fit(
    stems: Sequence[Sequence[str]], language: str, seed: int, *, alone: bool
) -> tuple[LatentView, NDArray[np.float64]] | None:
    """Return the view of one language's texts and their vectors; None where, beside another language, too few."""
    spoken = [language] * len(stems)
    try:
        view, weights = LatentView.fit(stems, spoken, _DIMENSIONS, seed)
    except AnalysisError:
        if alone:
            raise
        return None
    vectors = view.of_weights(weights, spoken)
    return None if not alone and vectors.any(axis=1).sum() < _FEWEST_TEXTS else (view, vectors)


@dataclass(frozen=True)
class _Space:
    """The views of the languages, side by side."""

    views: Mapping[str, LatentView]

    @property
    def dimensions(self) -> int:
        """As many for each language as the one with most has; in the others the last ones stay zeros."""
        return len(self.views) * max(view.dimensions for view in self.views.values())

    def own(self, language: str) -> slice:
        """Return the dimensions of a language: they take turns, so that the first few tell any two texts apart."""
        at = list(self.views).index(language)
        return slice(at, at + len(self.views) * self.views[language].dimensions, len(self.views))

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        terms = sum(view.terms for view in self.views.values())
        return {"dimensions": self.dimensions, "terms": terms, "language_by_language": len(self.views) > 1}

    def place(self, texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float64]:
        """Return the vectors of further texts; zeros in a language that was not grouped."""
        found = np.zeros((len(texts), self.dimensions))
        spoken = np.asarray(languages, dtype=object)
        for language, view in self.views.items():
            rows = np.flatnonzero(spoken == language)
            if len(rows):
                stems = [stems_of(texts[row], language) for row in rows.tolist()]
                found[rows, self.own(language)] = view.of(stems, [language] * len(rows))
        return found
