"""Groups of contributions become themes: names in each language, people and shares, mixes, typical quotes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.corpus import Corpus, fold
from analysis.languages import LANGUAGES
from analysis.naming import Name, name_groups
from analysis.personal import points_at_a_person

_QUOTES = 4
_SHORTEST_QUOTE = 4
_LONGEST_QUOTE = 400
# How much a quote loses for saying again what another quote says (maximal marginal relevance, Carbonell & Goldstein
# 1998).
_AGAIN = 0.5
_CANDIDATES = 200
_FEWEST_TO_NAME = 5
# More texts than this do not change a name, and their phrases fill the memory.
_TEXTS_TO_NAME = 20_000


class Closeness(Protocol):
    """Terms and their language → shape (terms, k): cosine of each to each theme's centre."""

    def __call__(self, terms: Sequence[str], language: str) -> NDArray[np.float64]:
        """Return the cosines."""
        ...


@dataclass(frozen=True)
class Quote:
    """A contribution that is typical of its theme, as written; ``row`` is its row in the input."""

    row: int
    text: str
    language: str


@dataclass(frozen=True)
class Theme:
    """What several contributions say.

    Attributes
    ----------
    number
        1 for the theme with the most people; those whose people may not be shown come last.
    names
        By language: label and terms, made from that language's contributions alone.
    rows
        Input rows of its contributions, shape (contributions,), in input order.
    people
        How many persons they come from.
    share
        Its people among all people in themes, 0 to 1.
    cohesion
        Mean cosine of its contributions to its centre, 0 to 1.
    stability
        Mean best overlap with the themes of subsamples, 0 to 1; under 0.6 it may be an accident.
    quotes
        At most four typical contributions that differ, no two from one person, all of people who agreed.
    """

    number: int
    names: dict[str, Name]
    rows: NDArray[np.intp]
    people: int
    share: float
    cohesion: float
    stability: float
    quotes: tuple[Quote, ...]


def describe_themes(
    corpus: Corpus,
    rows: NDArray[np.intp],
    labels: NDArray[np.intp],
    vectors: NDArray[np.float64],
    strengths: NDArray[np.float64],
    stability: NDArray[np.float64],
    closeness: Closeness,
) -> tuple[Theme, ...]:
    """Describe each group of contributions.

    Parameters
    ----------
    corpus
        All rows.
    rows
        Shape (n,): the input rows that were grouped.
    labels, strengths
        Shape (n,): the group of each, in the order themes are shown in, and how close it is to its centre.
    vectors
        Shape (n, dimensions), unit length.
    stability
        Shape (k,): how well each group comes back.
    closeness
        Terms and their language → shape (terms, k): cosine of each to each group's centre.
    """
    kept = corpus.rows.iloc[rows]
    names = _names(kept, labels, strengths, len(stability), closeness)
    everybody = kept["person"].nunique()
    themes = []
    for group in range(len(stability)):
        inside = np.flatnonzero(labels == group)
        people = int(kept["person"].iloc[inside].nunique())
        themes.append(
            Theme(
                number=group + 1,
                names=_name_where_enough(
                    {language: names[language][group] for language in LANGUAGES}, kept.iloc[inside]
                ),
                rows=rows[inside],
                people=people,
                share=people / everybody,
                cohesion=float(strengths[inside].mean()),
                stability=float(stability[group]),
                quotes=_quotes(kept.iloc[inside], vectors[inside], strengths[inside]),
            )
        )
    return tuple(themes)


def _name_where_enough(names: dict[str, Name], inside: pd.DataFrame) -> dict[str, Name]:
    """Leave a theme unnamed in a language that few speak in it: a few answers are no name for the others.

    In the language that most of its contributions are in it always has its name.
    """
    spoken = inside["language"].value_counts()
    main = max(LANGUAGES, key=lambda language: (int(spoken.get(language, 0)), language))
    return {
        language: name if language == main or spoken.get(language, 0) >= _FEWEST_TO_NAME else Name("", ())
        for language, name in names.items()
    }


def _names(
    kept: pd.DataFrame,
    labels: NDArray[np.intp],
    strengths: NDArray[np.float64],
    groups: int,
    closeness: Closeness,
) -> dict[str, list[Name]]:
    names = {}
    for language in LANGUAGES:
        spoken = np.flatnonzero(kept["language"] == language)
        spoken = spoken[:: max(1, -(-len(spoken) // _TEXTS_TO_NAME))]
        names[language] = name_groups(
            kept["text"].iloc[spoken].tolist(),
            labels[spoken],
            strengths[spoken],
            pd.factorize(kept["person"].iloc[spoken])[0],
            groups,
            language,
            partial(closeness, language=language),
        )
    return names


class _Said(NamedTuple):
    row: int
    text: str
    language: str
    person: str
    folded: str
    agreed: bool


def _quotes(inside: pd.DataFrame, vectors: NDArray[np.float64], strengths: NDArray[np.float64]) -> tuple[Quote, ...]:
    """Choose the closest to the centre, then others that say it differently, one for each language at least."""
    said = [
        _Said(row, text, language, person, fold(text), agreed)
        for row, text, language, person, agreed in zip(
            inside.index.tolist(),
            inside["text"].tolist(),
            inside["language"].tolist(),
            inside["person"].tolist(),
            inside["can_be_quoted"].tolist(),
            strict=True,
        )
    ]
    closest = sorted(range(len(said)), key=lambda i: (-strengths[i], said[i].row))
    order = [i for i in closest if _can_be_quoted(said[i])]
    chosen: list[int] = []
    for language in _by_size(said):
        spoken = _sentences_first([i for i in order if said[i].language == language], said)
        chosen += _differing(spoken, chosen, said, vectors, strengths, limit=1)
    chosen += _differing(_sentences_first(order, said), chosen, said, vectors, strengths, limit=_QUOTES - len(chosen))
    return tuple(Quote(said[i].row, said[i].text, said[i].language) for i in chosen)


def _sentences_first(order: Sequence[int], said: Sequence[_Said]) -> Sequence[int]:
    """Keep what is long enough to say something; catchwords are quoted only where there is nothing longer."""
    sentences = [i for i in order if len(said[i].text.split()) >= _SHORTEST_QUOTE]
    return (sentences or order)[:_CANDIDATES]


def _by_size(said: Sequence[_Said]) -> list[str]:
    counts = Counter(one.language for one in said)
    return sorted(counts, key=lambda language: (-counts[language], language))


def _differing(
    candidates: Sequence[int],
    chosen: Sequence[int],
    said: Sequence[_Said],
    vectors: NDArray[np.float64],
    strengths: NDArray[np.float64],
    limit: int,
) -> list[int]:
    """Add up to ``limit`` candidates, each of another person and in other words than those chosen so far."""
    added: list[int] = []
    for _ in range(limit):
        so_far = [*chosen, *added]
        people = {said[i].person for i in so_far}
        texts = {said[i].folded for i in so_far}
        left = [i for i in candidates if said[i].person not in people and said[i].folded not in texts]
        if not left:
            break
        again = (vectors[left] @ vectors[so_far].T).max(axis=1) if so_far else np.zeros(len(left))
        added.append(left[int(np.argmax(strengths[left] - _AGAIN * again))])
    return added


def _can_be_quoted(one: _Said) -> bool:
    return one.agreed and len(one.text) <= _LONGEST_QUOTE and not points_at_a_person(one.text)
