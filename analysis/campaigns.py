"""Long answers that several people sent in the same words: a letter that was passed around, perhaps.

Short answers are the same by chance: twenty people who write "lack of doctors" are twenty people. Long ones are not.
Nothing is taken out: the campaign is named, with counts as they are and without it, and a person judges.

Texts are compared by their runs of four words. Near copies are found by the smallest hashes of those runs (Broder 1997,
"On the resemblance and containment of documents"), and what shares some is compared whole, so the work grows with the
number of texts and not with its square.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

_FEWEST_WORDS = 15
_FEWEST_PEOPLE = 3
_RUN = 4
_NEAR = 0.7
_HASHES, _IN_A_BAND = 24, 3
_PRIME = 2**31 - 1


@dataclass(frozen=True)
class Campaign:
    """Nearly the same long text, from several people: its rows in input order, and how many people they come from."""

    rows: tuple[int, ...]
    people: int


def find_campaigns(rows: Sequence[int], folded: Sequence[str], people: Sequence[str]) -> tuple[Campaign, ...]:
    """Find long texts of at least fifteen words that at least three people sent in nearly the same words.

    Parameters
    ----------
    rows
        n rows of the input.
    folded
        The text of each without case, accents or punctuation.
    people
        Who wrote each.

    Returns
    -------
    The one with the most people first; of equal ones the one seen first.
    """
    copies: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(folded):
        if text.count(" ") + 1 >= _FEWEST_WORDS:
            copies[text].append(place)
    texts = sorted(copies)  # which copy is compared with which must not depend on the order of the rows
    groups: dict[int, list[int]] = defaultdict(list)
    for i, head in enumerate(_heads(texts)):
        groups[head] += copies[texts[i]]
    found = []
    for places in groups.values():
        senders = len({people[place] for place in places})
        if senders >= _FEWEST_PEOPLE:
            found.append(Campaign(tuple(sorted(rows[place] for place in places)), senders))
    return tuple(sorted(found, key=lambda campaign: (-campaign.people, campaign.rows)))


def _heads(texts: Sequence[str]) -> list[int]:
    """Return for each text the first of those that it is a near copy of, itself where there is none."""
    heads = list(range(len(texts)))
    runs = [_runs(text) for text in texts]
    seen: dict[tuple[int, ...], int] = {}
    for i, mine in enumerate(runs):
        bands = _bands(mine)
        for band in bands:
            other = seen.get(band)
            if other is not None and len(mine & runs[other]) >= _NEAR * len(mine | runs[other]):
                heads[i] = heads[other]
                break
        for band in bands:
            seen.setdefault(band, heads[i])
    return heads


def _runs(text: str) -> frozenset[int]:
    words = text.split()
    return frozenset(crc32(" ".join(words[i : i + _RUN]).encode()) for i in range(len(words) - _RUN + 1))


def _bands(runs: frozenset[int]) -> list[tuple[int, ...]]:
    """Return the smallest of the runs under several orders, a few together: near copies share one or more of these."""
    values = np.fromiter(runs, dtype=np.int64, count=len(runs)) % _PRIME
    smallest = ((values[:, None] * _FACTORS + _SHIFTS) % _PRIME).min(axis=0)
    return [(start, *smallest[start : start + _IN_A_BAND].tolist()) for start in range(0, _HASHES, _IN_A_BAND)]


_RNG = np.random.default_rng(1997)
_FACTORS = _RNG.integers(1, _PRIME, _HASHES, dtype=np.int64)
_SHIFTS = _RNG.integers(0, _PRIME, _HASHES, dtype=np.int64)
