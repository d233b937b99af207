"""Words and their weights: TF-IDF of stems, reduced by latent semantic analysis.

Words alone cannot join two languages. Each language's mean is taken out; what remains follows subjects, in each
language weakly: on short texts on seven subjects, half in each language, the adjusted mutual information of theme and
subject is 0.12 with 1,000 texts and 0.09 with 300, where the hybrid engine has 0.54 and 0.52. Where people use the same
words for the same thing it loses nothing: 0.90 on 616 answers to one question in English, the hybrid 0.88. The report
measures how far the themes follow the language, and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.engines import Progress, Vectors
from analysis.engines.latent import LatentView, told_in_thousands
from analysis.words import stems_of

_DIMENSIONS = 20


class TfidfEngine:
    """Texts to twenty dimensions of weighted word stems."""

    name = "tfidf"
    needs = ("numpy", "scikit-learn", "scipy", "snowballstemmer")

    def vectors(self, texts: Sequence[str], languages: Sequence[str], seed: int, progress: Progress) -> Vectors:
        """Weigh, reduce and centre. A text none of whose words another text uses has a row of zeros."""
        tell = told_in_thousands(len(texts), progress)
        # in an order of their own: the random start of the reduction is drawn by row
        documents = sorted(zip(texts, languages, range(len(texts)), strict=True))
        spoken = [language for _, language, _ in documents]
        stems = []
        for done, (text, language, _) in enumerate(documents, start=1):
            stems.append(stems_of(text, language))
            tell(done)
        view, weights = LatentView.fit(stems, spoken, _DIMENSIONS, seed)
        settings = {"dimensions": view.dimensions, "terms": view.terms, "centred_by_language": bool(view.centres)}
        back = np.argsort([row for _, _, row in documents])
        return Vectors(view.of_weights(weights, spoken)[back], settings, _Space(view).place)


@dataclass(frozen=True)
class _Space:
    view: LatentView

    def place(self, texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float64]:
        """Return the vectors of further texts."""
        stems = [stems_of(text, language) for text, language in zip(texts, languages, strict=True)]
        return self.view.of(stems, languages)
