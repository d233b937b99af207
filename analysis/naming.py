"""Names for groups of answers, in each language from that language's own words.

Terms are what people wrote, one to three words long, never stems, never beginning or ending with a small word. A term
is worth the share of the theme's answers that use it, those close to its centre counting more, times how rare it is
in all other answers: TF-IDF with each theme as one document (after Grootendorst 2022, "BERTopic: Neural topic
modeling with a class-based TF-IDF procedure"). Of the terms that TF-IDF finds, those nearest to the theme's centre
come first: on a few dozen short answers, a word that three people happen to use weighs as much as the word for what
they all mean.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.personal import points_at_a_person
from analysis.words import Word, without_accents, words_of

_LONGEST = 3
_TERMS = 8
_CANDIDATES = 40
# What a term's weight is multiplied by at least, however far from the centre it is.
_FAR = 0.02
_TERMS_IN_LABEL = 3
_LONGEST_ACRONYM = 5
_ACRONYM_SHARE = 0.25
# The share of a theme's answers that a term should stand in, where one does.
_SHARED_BY = 0.08
_FEWEST_PEOPLE = 2
_FEWEST_FOR_A_NAME = 5
# How much more a phrase of one, two or three words tells than its words apart.
_WORTH = {1: 1.0, 2: 1.5, 3: 1.7}

Closeness = Callable[[Sequence[str]], NDArray[np.float64]]
Key = tuple[str, ...]
"""The stems of a phrase without its small words: "temps d'attente" and "temps attente" are one."""


@dataclass(frozen=True)
class Term:
    """A word or phrase as people write it, and how much it sets the theme apart (0 and up)."""

    text: str
    weight: float
    answers: int


@dataclass(frozen=True)
class Name:
    """What a theme is called in one language; no label and no terms where none of its answers is in that language."""

    label: str
    terms: tuple[Term, ...]


def name_groups(
    texts: Sequence[str],
    labels: NDArray[np.intp],
    strengths: NDArray[np.float64],
    people: NDArray[np.intp],
    groups: int,
    language: str,
    closeness: Closeness,
) -> list[Name]:
    """Name each group from its texts, all in one language.

    Parameters
    ----------
    texts
        n texts in ``language``.
    labels, strengths
        Shape (n,): the group of each, and how close it is to its group's centre.
    people
        Shape (n,): a number for who wrote each. No phrase of one person alone names anything, and no proper name that
        fewer than five people wrote.
    groups
        How many groups there are; one without texts, or whose people share no word, gets an empty name.
    closeness
        Terms → shape (terms, groups): cosine of each term to each group's centre.
    """
    found = _Vocabulary(language)
    for text, group, strength, person in zip(texts, labels.tolist(), strengths.tolist(), people.tolist(), strict=True):
        found.add(text, group, max(strength, 0.0) ** 2, person)
    sizes = np.bincount(labels, minlength=groups) if len(labels) else np.zeros(groups, dtype=int)
    candidates = [found.candidates(group, int(sizes[group])) for group in range(groups)]
    written = sorted({found.spelling(group, key) for group, keys in enumerate(candidates) for key in keys})
    close = dict(zip(written, closeness(written), strict=True)) if written else {}
    return [
        found.name(group, {k: w * max(float(close[found.spelling(group, k)][group]), _FAR) for k, w in keys.items()})
        for group, keys in enumerate(candidates)
    ]


class _Vocabulary:
    """Every phrase of one language: in how many answers of each group, and how people write it."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.everywhere: Counter[Key] = Counter()
        self.inside: dict[int, Counter[Key]] = defaultdict(Counter)
        self.weights: dict[int, dict[Key, float]] = defaultdict(lambda: defaultdict(float))
        self.whole: dict[int, float] = defaultdict(float)
        self.forms: dict[str, Counter[str]] = defaultdict(Counter)
        self.people: dict[tuple[int, Key], set[int]] = defaultdict(set)
        self.written: dict[tuple[int, Key], Counter[str]] = defaultdict(Counter)
        self.texts = 0

    def add(self, text: str, group: int, weight: float, person: int) -> None:
        """Count each phrase of a text once."""
        self.texts += 1
        self.whole[group] += weight
        if not text.isupper():
            for word in words_of(text, self.language):
                if not _begins_a_sentence(text, word.start) or word.written.isupper():
                    form = word.written.replace("'", "’")
                    self.forms[form.casefold()][form] += 1
        said: dict[Key, str] = {}
        for words in _phrases(text, self.language):
            key = tuple(word.stem for word in words if not word.is_small)
            said.setdefault(key, text[words[0].start : words[-1].end])
        for key, written in said.items():
            self.everywhere[key] += 1
            self.inside[group][key] += 1
            self.weights[group][key] += weight
            self.written[group, key][written] += 1
            self.people[group, key].add(person)

    def candidates(self, group: int, size: int) -> dict[Key, float]:
        """Return the group's strongest terms by TF-IDF: of what several people wrote, where they share anything."""
        found = {key: count for key, count in self.inside[group].items() if self._may_be_shown(group, key)}
        shared = [key for key, count in found.items() if count >= _SHARED_BY * size]
        if len(shared) < _TERMS_IN_LABEL:
            shared = list(found)
        weights = {key: self._weight(key, group, size) for key in shared}
        strongest = sorted(weights, key=lambda key: (-weights[key], key))[:_CANDIDATES]
        return {key: weights[key] for key in strongest}

    def name(self, group: int, weights: Mapping[Key, float]) -> Name:
        """Return the group's terms, the strongest first, none of which says again what a stronger one said."""
        chosen: list[Key] = []
        for key in sorted(weights, key=lambda key: (-weights[key], key)):
            if len(chosen) == _TERMS:
                break
            if not any(_overlap(key, other) for other in chosen):
                chosen.append(key)
        terms = [Term(self.spelling(group, k), round(weights[k], 4), self.inside[group][k]) for k in chosen]
        label = ", ".join(term.text for term in terms[:_TERMS_IN_LABEL])
        return Name(label[:1].upper() + label[1:], tuple(terms))

    def _may_be_shown(self, group: int, key: Key) -> bool:
        """Tell whether a phrase is several people's, and no name or address that could identify somebody."""
        people = len(self.people[group, key])
        if people < _FEWEST_PEOPLE:
            return False
        spelling = self.spelling(group, key)
        written = [word.written for word in words_of(spelling, self.language)]
        is_name = any(word[:1].isupper() and not word.isupper() for word in written)
        return (people >= _FEWEST_FOR_A_NAME or not is_name) and not points_at_a_person(spelling)

    def _weight(self, key: Key, group: int, size: int) -> float:
        share = self.weights[group][key] / (self.whole[group] or 1.0)
        outside = self.everywhere[key] - self.inside[group][key]
        rarity = math.log(1 + (1 + self.texts - size) / (1 + outside))
        return share * rarity * _WORTH[len(key)]

    def spelling(self, group: int, key: Key) -> str:
        """Return a group's commonest way of writing a phrase, without the capitals of a sentence's start."""
        ways: Counter[str] = Counter()
        for written, count in self.written[group, key].items():
            ways[written.casefold().replace("'", "’")] += count
        best = max(ways, key=lambda way: (ways[way], way != without_accents(way), way))
        for word in reversed(words_of(best, self.language)):
            best = best[: word.start] + self._with_capitals(word.written) + best[word.end :]
        return best

    def _with_capitals(self, word: str) -> str:
        """Write CLSC and English as people do in the middle of a sentence."""
        forms = self.forms.get(word)
        if not forms:
            return word
        capitals = sum(count for form, count in forms.items() if form.isupper())
        # "Roy", which somebody also shouts, is a name and no acronym
        as_names = sum(count for form, count in forms.items() if form[:1].isupper() and not form.isupper())
        if 2 <= len(word) <= _LONGEST_ACRONYM and capitals >= max(_ACRONYM_SHARE * forms.total(), as_names):
            return word.upper()
        usual = max(forms, key=lambda form: (forms[form], form))
        return usual if usual[:1].isupper() and not usual.isupper() else word


def _begins_a_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \"'’“«\u00a0-–•(")
    return not before or before[-1] in ".!?…:\n"


def _phrases(text: str, language: str) -> Iterator[list[Word]]:
    words = words_of(text, language)
    for i, first in enumerate(words):
        if first.is_small:
            continue
        for j in range(i, min(i + _LONGEST + 1, len(words))):
            if j > i and not _joined(text, words[j - 1], words[j]):
                break
            inside = words[i : j + 1]
            if not words[j].is_small and sum(not word.is_small for word in inside) <= _LONGEST and len(inside) <= 4:
                yield inside


def _joined(text: str, left: Word, right: Word) -> bool:
    """Tell whether only a space, or an elided article, stands between two words: a comma ends a phrase."""
    between = text[left.end : right.start]
    return not any(c in between for c in '.,;:!?()[]«»"/@–—…\n') and len(between) <= 4


def _overlap(key: Key, other: Key) -> bool:
    """Tell whether two phrases share a word that carries meaning."""
    return bool(set(key) & set(other))
