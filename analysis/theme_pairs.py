"""Which French theme and which English theme may be one, where only words could be compared: pairs to be checked.

The two languages share words: "transport", "clinique" and "clinic", 811, the names of places. Words are compared by the
first four letters of their stems (cut short, words of related languages match; McNamee and Mayfield 2004, "Character
n-gram tokenization for European language text retrieval"): how many more of a theme's ideas hold each beginning than of
the other themes in its language. Two themes are proposed as a pair where each is the other's nearest (cosine), and at
least two beginnings that several people used in both make them so. Where the languages share too little there is no
pair, and many themes that say the same have none; that some do is no proof, for words can look alike and mean something
else.

Measured on themes made by people, so that each has one true counterpart (seven subjects, half of the texts in each
language, eight samples of each size): of 1,000 texts 54 of the 56 pairs are proposed, of 300 texts 28, all of them
right; of the 23 themes of three questions of about 200 short answers 2, both right. Whole stems find 48, 14 and none.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from analysis.personal import points_at_a_person
from analysis.words import stems_of, words_of

FIRST, SECOND = "fr", "en"
# How many letters of its stem a word is compared by.
_LETTERS = 4
# Cosine under which two themes are near to nothing: a word or two that many themes hold.
_NEAR = 0.05
_FEWEST_PEOPLE = 2
_FEWEST_WORDS = 2
_WORDS_SHOWN = 4
# The share of the longer stem that two words must have in common to be shown as alike.
_MOSTLY = 0.6


@dataclass(frozen=True)
class SharedWord:
    """A word that both themes use, as most people write it in each language."""

    fr: str
    en: str


@dataclass(frozen=True)
class ThemePair:
    """A theme in French and one in English that may be one.

    Attributes
    ----------
    fr, en
        Numbers of the two themes, from 1.
    closeness
        Cosine of their shared words, 0 to 1.
    words
        At most four words that are alike in both, those that say most first, where they may be shown: at least two
        people of each theme wrote them in small letters, or ``least`` in any way, as proper names are.
    """

    fr: int
    en: int
    closeness: float
    words: tuple[SharedWord, ...]


def propose_pairs(
    ideas: pd.DataFrame, labels: NDArray[np.intp], languages: Sequence[str], least: int
) -> tuple[ThemePair, ...]:
    """Propose which themes of the two languages may be one.

    Parameters
    ----------
    ideas
        n ideas: ``text``, ``language``, ``person``.
    labels
        Shape (n,): the theme of each, 0 to k - 1.
    languages
        Of length k: the language of each theme.
    least
        A word that may be somebody's name is shown only where so many people wrote it in each of the two themes.

    Returns
    -------
    The closest pair first; a theme stands in one pair at most.
    """
    sides = {code: [theme for theme, language in enumerate(languages) if language == code] for code in (FIRST, SECOND)}
    if not all(sides.values()):
        return ()
    used = _Used(ideas, labels)
    weights = {code: used.weights(themes, code) for code, themes in sides.items()}
    stems = sorted(set(weights[FIRST].columns) & set(weights[SECOND].columns))
    if len(stems) < _FEWEST_WORDS:
        return ()
    # of unit length over all words, not only those both languages have: a theme of other words is near to none
    ours, theirs = (_unit(weights[code]).loc[:, stems].to_numpy() for code in (FIRST, SECOND))
    close = ours @ theirs.T
    pairs = []
    for i, j in zip(range(len(close)), close.argmax(axis=1), strict=True):
        shared = ours[i] * theirs[j]
        if close[:, j].argmax() == i and close[i, j] >= _NEAR and (shared > 0).sum() >= _FEWEST_WORDS:
            first, second = sides[FIRST][i], sides[SECOND][j]
            best = [stems[place] for place in np.argsort(-shared, kind="stable") if shared[place] > 0]
            words = tuple(word for stem in best if (word := used.shared(stem, first, second, least)))
            pairs.append(ThemePair(first + 1, second + 1, round(float(close[i, j]), 3), words[:_WORDS_SHOWN]))
    return tuple(sorted(pairs, key=lambda pair: (-pair.closeness, pair.fr)))


def _unit(weights: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(normalize(weights.to_numpy()), columns=weights.columns)


class _Used:
    """Which beginnings of words the ideas of each theme hold, how many people wrote them, and how."""

    def __init__(self, ideas: pd.DataFrame, labels: NDArray[np.intp]) -> None:
        self.ideas: Counter[int] = Counter(labels.tolist())
        self.holding: dict[int, Counter[str]] = defaultdict(Counter)
        self.people: dict[tuple[int, str], set[str]] = defaultdict(set)
        self.in_small: dict[tuple[int, str], set[str]] = defaultdict(set)
        self.written: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
        cells = zip(ideas["text"], ideas["language"], ideas["person"], labels.tolist(), strict=True)
        for text, language, person, theme in cells:
            said = {word.stem[:_LETTERS]: word.written for word in words_of(text, language) if not word.is_small}
            self.holding[theme].update(said.keys())
            for stem, written in said.items():
                self.people[theme, stem].add(person)
                if written.islower():
                    self.in_small[theme, stem].add(person)
                self.written[theme, stem][written.casefold().replace("'", "’")] += 1

    def weights(self, themes: Sequence[int], language: str) -> pd.DataFrame:
        """Return how many more of each theme's ideas hold each of them than of the others', shape (themes, stems)."""
        shares = pd.DataFrame(
            [
                {
                    stem: count / self.ideas[theme]
                    for stem, count in self.holding[theme].items()
                    if len(self.people[theme, stem]) >= _FEWEST_PEOPLE
                }
                for theme in themes
            ]
        ).fillna(0.0)
        elsewhere = (shares.sum() - shares) / max(len(themes) - 1, 1)
        return (shares - elsewhere).clip(lower=0.0)

    def shared(self, stem: str, first: int, second: int, least: int) -> SharedWord | None:
        """Return how most people write a word in each of two themes; None where it may not be shown."""
        for theme in (first, second):
            if len(self.people[theme, stem]) < least and len(self.in_small[theme, stem]) < _FEWEST_PEOPLE:
                return None
        fr, en = (min(self.written[t, stem].items(), key=lambda way: (-way[1], way[0]))[0] for t in (first, second))
        is_alike = _alike(stems_of(fr, FIRST), stems_of(en, SECOND))
        return SharedWord(fr, en) if is_alike and not points_at_a_person(fr) and not points_at_a_person(en) else None


def _alike(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Tell whether two words begin alike for most of their length: not "difficile" and "different"."""
    one, other = "".join(ours), "".join(theirs)
    same = len(list(takewhile(lambda letters: letters[0] == letters[1], zip(one, other, strict=False))))
    return same >= _MOSTLY * max(len(one), len(other), 1)
