"""Groups of contributions become themes: names in each language, people and shares, mixes, typical quotes."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.label_pairs import Place, pair_labels
from analysis.languages import LANGUAGES
from analysis.naming import Name, name_groups
from analysis.personal import points_at_a_person
from analysis.placing import Placed

_QUOTES = 4
_SHORTEST_QUOTE = 4
_LONGEST_QUOTE = 400
# How much a quote loses for saying again what another quote says (maximal marginal relevance, Carbonell & Goldstein
# 1998).
_AGAIN = 0.5
# Cosine above which two ideas are copies of one another but for a few words.
_NEAR_COPY = 0.98
_CANDIDATES = 200
_FEWEST_FOR_ONE_APART = 8
# Words by which people deny, in folded text.
_DENIES = {
    "fr": re.compile(r"\b(?:ne|n|pas|jamais|aucune?|sans|contre|non|plus jamais|desaccord|inutile)\b"),
    "en": re.compile(
        r"\b(?:not?|never|none|nothing|without|against|disagree|don t|doesn t|isn t|aren t|can t|won t)\b"
    ),
}
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
    """An idea that shows what a theme is about, as written.

    Attributes
    ----------
    row
        Its row in the input.
    starts_at, ends_at
        Its place in that row's text as it came in, in Unicode code points.
    is_apart
        Whether it was chosen for being unlike the typical ones: the furthest from the theme's centre among those that
        firmly belong to it, first among those that deny what the others affirm, or the reverse.
    """

    row: int
    text: str
    language: str
    starts_at: int = 0
    ends_at: int = 0
    is_apart: bool = False


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
        Input rows of the answers that speak of it, each once, in input order.
    people, firm_people
        How many persons they come from, and how many of these are not only weakly attached.
    share
        Its people among all people in themes, 0 to 1; shares of several themes may come to more than 1.
    cohesion
        Mean cosine of its ideas to its centre, 0 to 1.
    stability
        Mean best overlap with the themes of subsamples, 0 to 1; under 0.6 it may be an accident.
    quotes
        At most five ideas that differ, no two from one person, all of people who agreed: typical ones, in each
        language, then one that stands apart.
    """

    number: int
    names: dict[str, Name]
    rows: NDArray[np.intp]
    people: int
    firm_people: int
    share: float
    cohesion: float
    stability: float
    quotes: tuple[Quote, ...]


def describe_themes(
    ideas: pd.DataFrame,
    placed: Placed,
    vectors: NDArray[np.float64],
    stability: NDArray[np.float64],
    closeness: Closeness,
    place: Place | None = None,
) -> tuple[Theme, ...]:
    """Describe each group of ideas.

    Parameters
    ----------
    ideas
        n ideas: ``row``, ``starts_at``, ``ends_at``, ``text``, ``folded``, ``person``, ``language``, ``can_be_quoted``,
        and ``answer``, the whole text they are part of.
    placed
        The theme of each, in the order themes are shown in, and how firmly it belongs there.
    vectors
        Shape (n, dimensions), unit length.
    stability
        Shape (k,): how well each group comes back.
    closeness, place
        Terms and their language → shape (terms, k): cosine of each to each group's centre; → their vectors.
    """
    names = _names(ideas, placed.labels, placed.strengths, len(stability), closeness, place)
    everybody = ideas["person"].nunique()
    ideas = ideas.assign(can_be_quoted=_points_at_nobody(ideas) & ideas["can_be_quoted"])
    themes = []
    for group in range(len(stability)):
        inside = np.flatnonzero(placed.labels == group)
        own, strengths, is_weak = ideas.iloc[inside], placed.strengths[inside], placed.is_weak[inside]
        people = int(own["person"].nunique())
        themes.append(
            Theme(
                number=group + 1,
                names=_name_where_enough({language: names[language][group] for language in LANGUAGES}, own),
                rows=own["row"].drop_duplicates().to_numpy(dtype=np.intp),
                people=people,
                firm_people=int(own["person"][~is_weak].nunique()),
                share=people / everybody,
                cohesion=float(strengths.mean()),
                stability=float(stability[group]),
                quotes=_quotes(own, vectors[inside], strengths, is_weak),
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
    ideas: pd.DataFrame,
    labels: NDArray[np.intp],
    strengths: NDArray[np.float64],
    groups: int,
    closeness: Closeness,
    place: Place | None,
) -> dict[str, list[Name]]:
    names = {}
    for language in LANGUAGES:
        spoken = np.flatnonzero(ideas["language"] == language)
        spoken = spoken[:: max(1, -(-len(spoken) // _TEXTS_TO_NAME))]
        names[language] = name_groups(
            ideas["text"].iloc[spoken].tolist(),
            labels[spoken],
            strengths[spoken],
            pd.factorize(ideas["person"].iloc[spoken])[0],
            groups,
            language,
            partial(closeness, language=language),
        )
    return pair_labels(names, place) if place else names


class _Said(NamedTuple):
    row: int
    starts_at: int
    ends_at: int
    text: str
    folded: str
    language: str
    person: str
    can_be_quoted: bool


def _quotes(
    inside: pd.DataFrame, vectors: NDArray[np.float64], strengths: NDArray[np.float64], is_weak: NDArray[np.bool_]
) -> tuple[Quote, ...]:
    """Choose the closest to the centre, others that say it differently, one for each language, and one apart."""
    said = [_Said(*cells) for cells in inside[list(_Said._fields)].itertuples(index=False, name=None)]
    closest = sorted(range(len(said)), key=lambda i: (-strengths[i], said[i].row, said[i].starts_at))
    order = [i for i in closest if _can_be_quoted(said[i])]
    chosen: list[int] = []
    for language in _by_size(said):
        spoken = _sentences_first([i for i in order if said[i].language == language], said)
        chosen += _differing(spoken, chosen, said, vectors, strengths, limit=1)
    chosen += _differing(_sentences_first(order, said), chosen, said, vectors, strengths, limit=_QUOTES - len(chosen))
    apart = _apart([i for i in order if not is_weak[i]], chosen, said)
    return tuple(
        Quote(one.row, one.text, one.language, one.starts_at, one.ends_at, i in apart)
        for i in (*chosen, *apart)
        for one in (said[i],)
    )


def _apart(firm: Sequence[int], chosen: Sequence[int], said: Sequence[_Said]) -> list[int]:
    """Choose one that firmly belongs and yet stands apart: it denies where the others affirm, or is just the furthest.

    Which of two ideas disagrees with a theme no vector tells: this is where to look, not a finding.
    """
    people = {said[i].person for i in chosen}
    texts = {said[i].folded for i in chosen}
    left = [i for i in _sentences_first(firm, said) if said[i].person not in people and said[i].folded not in texts]
    if not chosen or len(firm) < _FEWEST_FOR_ONE_APART or not left:
        return []
    denials = [bool(_DENIES[said[i].language].search(said[i].folded)) for i in firm]
    usually_denies = 2 * sum(denials) > len(denials)
    other_side = {i for i, denies in zip(firm, denials, strict=True) if denies != usually_denies}
    # the order is from the closest to the furthest
    return [max(left, key=lambda i: (i in other_side, firm.index(i)))]


def _sentences_first(order: Sequence[int], said: Sequence[_Said]) -> Sequence[int]:
    """Keep what is long enough to say something, and begins where a sentence does; others only where there is no such.

    A part that goes on from what its author wrote before ("and I’m told to book them") reads badly alone.
    """
    long_enough = [i for i in order if len(said[i].text.split()) >= _SHORTEST_QUOTE]
    sentences = [i for i in long_enough if not _goes_on(said[i])]
    return (sentences or long_enough or order)[:_CANDIDATES]


def _goes_on(one: _Said) -> bool:
    """Tell whether a text begins inside a sentence: not where its answer does, and with a small letter."""
    first = next((sign for sign in one.text if sign.isalnum()), "")
    return one.starts_at > 0 and first.islower()


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
        worth = np.where(again < _NEAR_COPY, strengths[left] - _AGAIN * again, -np.inf)
        if not np.isfinite(worth.max()):
            break
        added.append(left[int(np.argmax(worth))])
    return added


def _points_at_nobody(ideas: pd.DataFrame) -> "pd.Series[bool]":
    """Tell of each idea whether its whole answer points at nobody: a cut may fall between a title and a name."""
    answers = ideas.drop_duplicates("row")
    pointing = answers["row"][[points_at_a_person(answer) for answer in answers["answer"]]]
    return ~ideas["row"].isin(pointing)


def _can_be_quoted(one: _Said) -> bool:
    return one.can_be_quoted and len(one.text) <= _LONGEST_QUOTE and not points_at_a_person(one.text)
