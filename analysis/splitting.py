"""A theme is cut into as many parts as somebody asks for: k-means on what is said in it, each part named.

Unlike :mod:`analysis.nesting`, which says whether a theme has parts that come back, this cuts wherever it is told to:
a person who has read the theme decides that it is two, and adjusts what is proposed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from analysis.clusters import cluster
from analysis.corpus import build_corpus
from analysis.engines import Progress, load_engine
from analysis.errors import AnalysisError
from analysis.joining import centres_of
from analysis.languages import LANGUAGES
from analysis.pipeline import closeness_to
from analysis.placing import Placed
from analysis.reading import read_answers
from analysis.settings import Settings
from analysis.themes import describe_themes

# With fewer texts than this for each part, reading them is quicker and better.
FEWEST_FOR_EACH = 3


@dataclass(frozen=True)
class Split:
    """n texts in k parts.

    Attributes
    ----------
    parts
        Shape (n,): the part of each text, 0 for the one with the most people; -1 for what could not be read.
    labels
        Of each part, its name by language, "" where too few people use one phrase.
    """

    parts: NDArray[np.intp]
    labels: tuple[dict[str, str], ...]


def split_texts(
    texts: Sequence[str],
    languages: Sequence[str],
    people: Sequence[str],
    parts: int,
    settings: Settings,
    progress: Progress,
) -> Split:
    """Cut texts into parts; their order changes nothing.

    Parameters
    ----------
    texts, languages, people
        What was said in the theme, "fr" or "en", and whose it is; n of each.
    parts
        How many parts to make.

    Raises
    ------
    AnalysisError
        ``split.too_few`` where there are not three texts for each part, ``split.too_alike`` where there are not so many
        different ones, or what the engine raises.
    """
    if len(texts) < FEWEST_FOR_EACH * parts:
        raise AnalysisError("split.too_few", least=FEWEST_FOR_EACH * parts)
    corpus = build_corpus(texts, ids=people, languages=languages, whole=True)
    with threadpool_limits(1):
        read = read_answers(load_engine(settings.engine), corpus, settings.seed, progress)
        order = np.lexsort(read.vectors.round(9).T)
        vectors, ideas = read.vectors[order], read.ideas.iloc[order].reset_index(drop=True)
        if len(np.unique(vectors.round(9), axis=0)) < parts:
            raise AnalysisError("split.too_alike")
        labels = cluster(vectors, parts, settings.seed, people=pd.factorize(ideas["person"])[0]).labels
        number = int(labels.max()) + 1
        centres = centres_of(vectors, labels, number)
        sure = np.ones(len(labels), dtype=np.bool_)
        placed = Placed(labels, np.einsum("ij,ij->i", vectors, centres[labels]), sure, ~sure)
        described = describe_themes(ideas, placed, vectors, np.ones(number), *closeness_to(read.space, centres))
    found = np.full(len(texts), -1, dtype=np.intp)
    found[ideas["row"].to_numpy(dtype=np.intp)] = labels
    return Split(
        _with_repeated(found, corpus.rows["folded"].tolist()),
        tuple({language: part.names[language].label or "" for language in LANGUAGES} for part in described),
    )


def _with_repeated(parts: NDArray[np.intp], folded: Sequence[str]) -> NDArray[np.intp]:
    """Put what a person says again, which is read once, where the same words are."""
    known = {words: int(part) for words, part in zip(folded, parts, strict=True) if part >= 0}
    return np.array([known.get(words, part) for words, part in zip(folded, parts, strict=True)], dtype=np.intp)
