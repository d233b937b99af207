"""The French and the English label of each theme, chosen together so that both say the same thing.

Each language proposes a few labels for each theme; of these the pair is taken that is good in each language, whose
vectors are near to one another and farther from the labels of other themes, and that no other theme has. Themes take
turns, each seeing what the others have, until nothing changes (coordinate ascent).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.naming import Label, Name, is_same, with_capital

Place = Callable[[Sequence[str], str], NDArray[np.float64]]
"""Texts and their language → their vectors, shape (texts, dimensions), of unit length."""

_TURNS = 4
# What it is worth, beside a label's own worth, that the two are near (a cosine), and what it costs that one is nearer
# to another theme's label, and that another theme has the same.
_TOGETHER = 1.5
_CONFUSED = 3.0
_CLEAR_BY = 0.05
_SAME = 1.0
_EQUAL = 5.0


@dataclass(frozen=True)
class _Option:
    """One label of one theme in each language, by place among those weighed; the worth of both and their cosine."""

    first: int
    second: int
    worth: float
    together: float


def pair_labels(names: Mapping[str, Sequence[Name]], place: Place) -> dict[str, list[Name]]:
    """Choose the labels of all themes in two languages.

    Parameters
    ----------
    names
        For each of two languages, the name of each of k themes with the labels that were weighed.
    place
        Texts and their language → unit vectors in one space.

    Returns
    -------
    The names with the labels chosen; a theme without labels in a language has none there. With labels in one language
    only, the names as they are.
    """
    if sum(any(name.others for name in of) for of in names.values()) != 2:
        return {language: list(of) for language, of in names.items()}
    (first, ours), (second, theirs) = names.items()
    choice = _Choice(_Side.of(ours, place, first), _Side.of(theirs, place, second))
    for _ in range(_TURNS):
        if not choice.take_turns():
            break
    return {
        first: [_chosen(name, place) for name, place in zip(ours, choice.first_chosen, strict=True)],
        second: [_chosen(name, place) for name, place in zip(theirs, choice.second_chosen, strict=True)],
    }


def _chosen(name: Name, place: int) -> Name:
    """Return the name with the label at that place of those weighed."""
    return replace(name, label=with_capital(name.others[place].text)) if name.others else name


@dataclass(frozen=True)
class _Side:
    """The labels weighed in one language and their vectors, by theme."""

    labels: tuple[tuple[Label, ...], ...]
    vectors: tuple[NDArray[np.float64], ...]

    @classmethod
    def of(cls, names: Sequence[Name], place: Place, language: str) -> "_Side":
        texts = [with_capital(label.text) for name in names for label in name.others]
        vectors = place(texts, language)
        ends = np.cumsum([len(name.others) for name in names])
        return cls(tuple(name.others for name in names), tuple(np.split(vectors, ends[:-1])))

    def doubles(self, theme: int, option: int, chosen: Sequence[int]) -> float:
        """Return the cost of a label that other themes have, or one that says the same."""
        keys = self.labels[theme][option].keys
        cost = 0.0
        for other, place in enumerate(chosen):
            if other != theme and self.labels[other]:
                others = self.labels[other][place].keys
                cost = max(cost, _EQUAL if keys == others else _SAME if is_same(keys, others) else 0.0)
        return cost


class _Choice:
    def __init__(self, first: _Side, second: _Side) -> None:
        self.first, self.second = first, second
        self.first_chosen = [0] * len(first.labels)
        self.second_chosen = [0] * len(second.labels)

    def take_turns(self) -> bool:
        """Let each theme choose again; tell whether any changed."""
        before = [*self.first_chosen, *self.second_chosen]
        for theme in range(len(self.first.labels)):
            self._choose(theme)
        return before != [*self.first_chosen, *self.second_chosen]

    def _choose(self, theme: int) -> None:
        ours, theirs = self.first.labels[theme], self.second.labels[theme]
        gains = np.zeros((max(len(ours), 1), max(len(theirs), 1)))
        for i, label in enumerate(ours):
            gains[i, :] += label.worth - self.first.doubles(theme, i, self.first_chosen)
        for j, label in enumerate(theirs):
            gains[:, j] += label.worth - self.second.doubles(theme, j, self.second_chosen)
        if ours and theirs:
            together = self.first.vectors[theme] @ self.second.vectors[theme].T
            taken_second = self._vectors_elsewhere(self.second, self.second_chosen, theme)
            taken_first = self._vectors_elsewhere(self.first, self.first_chosen, theme)
            confused = np.maximum(
                _nearest(self.first.vectors[theme], taken_second)[:, None],
                _nearest(self.second.vectors[theme], taken_first)[None, :],
            )
            gains += _TOGETHER * together - _CONFUSED * np.maximum(confused + _CLEAR_BY - together, 0.0)
        best = int(gains.argmax())
        self.first_chosen[theme], self.second_chosen[theme] = divmod(best, gains.shape[1])

    @staticmethod
    def _vectors_elsewhere(side: _Side, chosen: Sequence[int], theme: int) -> NDArray[np.float64]:
        taken = [
            v[place]
            for other, (v, place) in enumerate(zip(side.vectors, chosen, strict=True))
            if other != theme and len(v)
        ]
        return np.array(taken)


def _nearest(vectors: NDArray[np.float64], taken: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each vector its cosine to the nearest of those taken; -1 where none is."""
    return np.asarray((vectors @ taken.T).max(axis=1) if len(taken) else np.full(len(vectors), -1.0))
