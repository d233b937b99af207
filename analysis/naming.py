"""Names for groups of answers, in each language from that language's own words.

Terms are what people wrote, one to three words long, never stems, never beginning or ending with a small word. A term
is worth the share of the theme's answers that use it, those close to its centre counting more, times how rare it is
in all other answers: TF-IDF with each theme as one document (after Grootendorst 2022, "BERTopic: Neural topic
modeling with a class-based TF-IDF procedure"). Of the terms that TF-IDF finds, those nearest to the theme's centre
come first: on a few dozen short answers, a word that three people happen to use weighs as much as the word for what
they all mean.

The label is the term that reads most like a name and lies nearer to its own theme's centre than to any other's,
completed by a second one where that says more (nearness of a phrase to the centre: after Bennani-Smires et al. 2018,
"Simple unsupervised keyphrase extraction using sentence embeddings"; a phrase that nearly always stands in a longer
one gives way to it: after Frantzi, Ananiadou and Mima 2000, "Automatic recognition of multi-word terms: the
C-value/NC-value method"). No two themes get the same label.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from analysis.phrases import Key, Phrase, Vocabulary

_TERMS = 8
_CANDIDATES = 24
# What a term's weight is multiplied by at least, however far from the centre it is.
_FAR = 0.02
# The share of a theme's answers that a term should stand in, where enough do.
_SHARED_BY = 0.08
_ENOUGH = 3
# A phrase that reads at least so well may be a label.
_WELL = 0.4
# One that reads worse is no part of a label where there is another.
_PASSABLE = 0.2
# How much more a phrase of one, two or three words tells than its words apart.
_WORTH = {1: 1.0, 2: 1.5, 3: 1.7}
# A phrase that stands in a longer one this often is a piece of it.
_PIECE = 0.7
# How many terms may stand in a label, and how many labels are weighed for each theme.
_TERMS_FOR_LABELS = 8
_TERMS_TO_JOIN = 5
_PAIRS = 6
_LABELS_WEIGHED = 8
# What a label is worth: its nearness to the theme's centre (a cosine), how much nearer it is than to any other (up to
# a limit), and besides that it is rare elsewhere, that many of the theme's answers hold it, that it reads well.
_CLEARER, _CLEAR_ENOUGH = 1.5, 0.4
_RARITY, _COVER, _READING = 0.25, 0.3, 0.9
_SHAPE = {"phrase": 0.3, "word": -0.05, "two": 0.1}
# What it costs that only one person of the theme wrote it, others elsewhere.
_ALONE = 0.25

Closeness = Callable[[Sequence[str]], NDArray[np.float64]]


@dataclass(frozen=True)
class Term:
    """A word or phrase as people write it, and how much it sets the theme apart (0 and up)."""

    text: str
    weight: float
    answers: int


@dataclass(frozen=True)
class Label:
    """What a theme could be called; ``worth`` orders those of one theme, ``keys`` are the stems of its phrases."""

    text: str
    worth: float
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Name:
    """What a theme is called in one language; no label and no terms where none of its answers is in that language.

    ``others`` are the labels that were weighed, the best first, for :func:`analysis.label_pairs.pair_labels`.
    """

    label: str
    terms: tuple[Term, ...]
    others: tuple[Label, ...] = ()


@dataclass(frozen=True)
class _Candidate:
    phrase: Phrase
    weight: float
    close: NDArray[np.float64]

    @property
    def is_shared(self) -> bool:
        return self.phrase.people > 1

    def own(self, group: int) -> float:
        return max(float(self.close[group]), _FAR)


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
        n texts in ``language``, answers or parts of answers.
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
    found = Vocabulary(language)
    for text, group, strength, person in zip(texts, labels.tolist(), strengths.tolist(), people.tolist(), strict=True):
        found.add(text, group, max(strength, 0.0) ** 2, person)
    sizes = np.bincount(labels, minlength=groups) if len(labels) else np.zeros(groups, dtype=int)
    weighed = [_strongest(found, group, int(sizes[group])) for group in range(groups)]
    near = _lookup({phrase.text for one in weighed for phrase, _ in one}, closeness)
    candidates = [[_Candidate(phrase, weight, near[phrase.text]) for phrase, weight in one] for one in weighed]
    drafts = [_drafts(group, int(sizes[group]), one) for group, one in enumerate(candidates)]
    near |= _lookup({text for one in drafts for text in one} - set(near), closeness)
    names = []
    for group, one in enumerate(candidates):
        weighed_labels = _weigh(group, drafts[group], near)
        label = weighed_labels[0].text if weighed_labels else ""
        names.append(Name(with_capital(label), _terms(group, one), weighed_labels))
    return without_doubles(names)


def without_doubles(names: Sequence[Name]) -> list[Name]:
    """Give each theme a label that no earlier one has, where it has another.

    The theme that a label fits best keeps it.
    """
    order = sorted(range(len(names)), key=lambda i: (-(names[i].others[0].worth if names[i].others else 0.0), i))
    taken: list[tuple[Key, ...]] = []
    chosen = list(names)
    for i in order:
        free = [label for label in names[i].others if not any(is_same(label.keys, other) for other in taken)]
        if not free:
            free = [label for label in names[i].others if label.keys not in taken]
        if free:
            taken.append(free[0].keys)
            chosen[i] = replace(names[i], label=with_capital(free[0].text))
    return chosen


def is_same(keys: tuple[Key, ...], others: tuple[Key, ...]) -> bool:
    """Tell whether two labels say the same: the phrase that one begins with is the other's."""
    return keys[0] == others[0] or set(keys) <= set(others) or set(others) <= set(keys)


def _strongest(found: Vocabulary, group: int, size: int) -> list[tuple[Phrase, float]]:
    """Return the group's strongest phrases by TF-IDF: of what several people wrote, where they share anything."""
    phrases = found.phrases(group)
    shared = [phrase for phrase in phrases if phrase.answers >= _SHARED_BY * size]
    if sum(phrase.reads_well >= _WELL for phrase in shared) < _ENOUGH:
        shared = phrases
    weights = [(phrase, _weight(phrase, found, group, size)) for phrase in shared]
    return sorted(weights, key=lambda one: (-one[1] * (0.1 + one[0].reads_well), one[0].key))[:_CANDIDATES]


def _weight(phrase: Phrase, found: Vocabulary, group: int, size: int) -> float:
    share = phrase.weight / (found.whole[group] or 1.0)
    rarity = math.log(1 + (1 + found.texts - size) / (1 + phrase.elsewhere))
    return share * rarity * _WORTH[len(phrase.key)]


def _lookup(texts: set[str], closeness: Closeness) -> dict[str, NDArray[np.float64]]:
    written = sorted(texts)
    return dict(zip(written, closeness(written), strict=True)) if written else {}


def _terms(group: int, candidates: Sequence[_Candidate]) -> tuple[Term, ...]:
    """Return the group's terms, the strongest first, none of which says again what a stronger one said."""
    weights = {one.phrase.key: one.weight * one.own(group) for one in candidates}
    chosen: list[Phrase] = []
    shared = [one for one in candidates if one.is_shared]
    for one in sorted(shared, key=lambda one: (-weights[one.phrase.key], one.phrase.key)):
        if len(chosen) == _TERMS:
            break
        if not any(set(one.phrase.key) & set(other.key) for other in chosen):
            chosen.append(one.phrase)
    return tuple(Term(phrase.text, round(weights[phrase.key], 4), phrase.answers) for phrase in chosen)


@dataclass(frozen=True)
class _Draft:
    """A label before its nearness is known: the mean of its phrases' rarity and of how they read."""

    keys: tuple[Key, ...]
    rarity: float
    cover: float
    reads_well: float
    shape: str
    is_shared: bool


def _drafts(group: int, size: int, candidates: Sequence[_Candidate]) -> dict[str, _Draft]:
    """Return what a group could be called: its best terms, and the best of them two by two."""
    strongest = max((one.weight for one in candidates), default=1.0)
    drafts: dict[str, _Draft] = {}
    whole = [one for one in candidates if not _is_piece(one.phrase, candidates)]
    good = [one for one in whole if one.phrase.reads_well >= _PASSABLE] or whole
    values = {
        one.phrase.key: _RARITY * math.sqrt(one.weight / strongest)
        + _READING * one.phrase.reads_well
        + one.own(group)
        + _clearness(one.close, group)
        for one in good
    }
    good = sorted(good, key=lambda one: (-values[one.phrase.key], one.phrase.key))[:_TERMS_FOR_LABELS]
    rarities = {one.phrase.key: math.sqrt(one.weight / strongest) for one in good}
    for one in good:
        key = one.phrase.key
        drafts[one.phrase.text] = _Draft(
            (key,),
            rarities[key],
            len(one.phrase.texts) / size,
            one.phrase.reads_well,
            "phrase" if len(key) > 1 else "word",
            one.is_shared,
        )
    pairs = [(a, b) for a, b in combinations(good[:_TERMS_TO_JOIN], 2) if not _akin(a.phrase.key, b.phrase.key)]
    for pair in pairs[:_PAIRS]:
        a, b = sorted(pair, key=lambda one: (-one.weight * one.own(group), one.phrase.key))
        keys = (a.phrase.key, b.phrase.key)
        drafts[f"{a.phrase.text}, {b.phrase.text}"] = _Draft(
            keys,
            (rarities[keys[0]] + rarities[keys[1]]) / 2,
            len(a.phrase.texts | b.phrase.texts) / size,
            (a.phrase.reads_well + b.phrase.reads_well) / 2,
            "two",
            a.is_shared and b.is_shared,
        )
    return drafts


def _is_piece(phrase: Phrase, candidates: Sequence[_Candidate]) -> bool:
    """Tell whether a phrase nearly always stands in a longer one that reads as well."""
    return any(
        len(other.phrase.key) > len(phrase.key)
        and set(phrase.key) < set(other.phrase.key)
        and other.phrase.answers >= _PIECE * phrase.answers
        and other.phrase.reads_well >= 0.8 * phrase.reads_well
        for other in candidates
    )


def _akin(key: Key, other: Key) -> bool:
    """Tell whether two phrases share a word or words of one family ("photo", "photographie")."""
    return any(a[:4] == b[:4] for a in key for b in other)


def _weigh(group: int, drafts: dict[str, _Draft], near: dict[str, NDArray[np.float64]]) -> tuple[Label, ...]:
    labels = []
    for text, draft in drafts.items():
        close = near[text]
        worth = float(close[group]) + _clearness(close, group)
        worth += (
            _RARITY * draft.rarity
            + _COVER * draft.cover
            + _READING * draft.reads_well
            + _SHAPE[draft.shape]
            - _ALONE * (not draft.is_shared)
        )
        labels.append(Label(text, round(worth, 6), draft.keys))
    return tuple(sorted(labels, key=lambda label: (-label.worth, label.text))[:_LABELS_WEIGHED])


def _clearness(close: NDArray[np.float64], group: int) -> float:
    """Return what it is worth that the group's own centre is nearer than the nearest other."""
    others = np.delete(close, group)
    return _CLEARER * min(float(close[group] - others.max()), _CLEAR_ENOUGH) if len(others) else 0.0


def with_capital(label: str) -> str:
    """Return a label as it is shown."""
    return label[:1].upper() + label[1:]
