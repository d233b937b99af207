"""Which items are shown together: sets for best-worst questions, and pairs, balanced and always the same for a seed.

Answers are stored by the number of a set or the name of a pair, and the definition of a published survey is what says
which items those showed. So this file draws from digests of (seed, item), which are the same on every machine and in
every version of Python, and what it returns for given arguments must never change (a test holds some designs fast).

Pairs: a graph whose degrees differ by one at most, by the construction of Havel (1955) and Hakimi (1962) from the
smallest degree up, which gives a connected graph wherever there is one (Horvát and Modes, 2021, on that variant).
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import combinations, permutations
from typing import Final

_STARTS: Final = 4  # designs drawn, of which the best is kept
_ROUNDS: Final = 12  # of exchanges between sets; each round tries every exchange

Sets = tuple[tuple[str, ...], ...]


@lru_cache(maxsize=64)
def item_sets(items: tuple[str, ...], size: int, sets: int, seed: int) -> Sets:
    """Return which items each set shows, in the order of showing.

    Parameters
    ----------
    items
        The codes, in any order: the design depends on which they are, not on their order.
    size
        Items in a set, 2 to ``len(items)``.
    sets
        How many sets, at least 1.
    seed
        Another seed gives another design of the same balance.

    Returns
    -------
    sets
        No item twice in a set; every item as often as every other, or once more; pairs of items together as evenly
        as exchanges between the sets can make them.

    """
    codes = sorted(items)
    drawn = [_exchange(_draw_sets(codes, size, sets, seed, start)) for start in range(_STARTS)]
    best = min(drawn, key=_unevenness)
    return tuple(
        tuple(sorted(shown, key=lambda code: _digest(seed, "place", number, code)))
        for number, shown in enumerate(best, start=1)
    )


@lru_cache(maxsize=64)
def item_pairs(items: tuple[str, ...], pairs: int, seed: int) -> tuple[tuple[str, str], ...]:
    """Return `pairs` different pairs, in the order of showing, the left item first.

    Every item is in as many pairs as every other, or in one more; on the left about as often as on the right. From
    ``len(items) - 1`` pairs on, every item can be compared with every other through the pairs between them. More
    pairs than there are (n(n-1)/2) give all of them.
    """
    codes = sorted(items)
    everything = list(combinations(codes, 2))
    chosen = everything if pairs >= len(everything) else _near_regular(codes, pairs, seed)
    chosen.sort(key=lambda pair: _digest(seed, "pair", *sorted(pair)))
    left: Counter[str] = Counter()
    ordered = []
    for pair in chosen:
        first, second = sorted(pair, key=lambda code: (left[code], _digest(seed, "side", code)))
        left[first] += 1
        left[second] -= 1
        ordered.append((first, second))
    return tuple(ordered)


def _draw_sets(codes: Sequence[str], size: int, sets: int, seed: int, start: int) -> list[set[str]]:
    """Fill set after set with the items shown least so far, and of those the ones least seen together."""
    shown: Counter[str] = Counter()
    together: Counter[frozenset[str]] = Counter()
    drawn: list[set[str]] = []
    for number in range(sets):
        chosen: set[str] = set()
        while len(chosen) < size:
            code = min(
                (code for code in codes if code not in chosen),
                key=lambda code: (
                    shown[code],
                    sum(together[frozenset((code, other))] for other in chosen),
                    _digest(seed, start, number, code),
                ),
            )
            together.update(frozenset((code, other)) for other in chosen)
            shown[code] += 1
            chosen.add(code)
        drawn.append(chosen)
    return drawn


def _exchange(sets: list[set[str]]) -> list[set[str]]:
    """Exchange items between two sets as long as pairs become more even; how often each is shown stays the same."""
    together = Counter(pair for shown in sets for pair in permutations(shown, 2))
    for _ in range(_ROUNDS):
        if sum(_exchange_between(one, other, together) for one, other in combinations(sets, 2)) == 0:
            break
    return sets


def _exchange_between(one: set[str], other: set[str], together: Counter[tuple[str, str]]) -> bool:
    """Make the first exchange between two sets that helps; return whether there was one.

    `together` counts in how many sets two items are, in both orders. Pairs with what both sets show stay the same.
    """
    only_one, only_other = sorted(one - other), sorted(other - one)
    for here in only_one:
        for there in only_other:
            apart = [(there, here, each) for each in only_one if each != here]
            apart += [(here, there, each) for each in only_other if each != there]
            # half of what the sum of the squares of the counts grows by
            if sum(together[new, each] - together[old, each] + 1 for new, old, each in apart) < 0:
                for new, old, each in apart:
                    together.update([(new, each), (each, new)])
                    together.subtract([(old, each), (each, old)])
                one ^= {here, there}
                other ^= {here, there}
                return True
    return False


def _unevenness(sets: Sequence[set[str]]) -> int:
    together = Counter(pair for shown in sets for pair in combinations(sorted(shown), 2))
    return sum(count**2 for count in together.values())


def _near_regular(codes: Sequence[str], pairs: int, seed: int) -> list[tuple[str, str]]:
    """Return pairs in which every item stands equally often, or once more."""
    least, extra = divmod(2 * pairs, len(codes))
    by_lot = sorted(codes, key=lambda code: _digest(seed, "degree", code))
    left = {code: least + (at < extra) for at, code in enumerate(by_lot)}
    chosen: list[tuple[str, str]] = []
    while any(left.values()):
        code = min((code for code in left if left[code]), key=lambda code: (left[code], _digest(seed, "next", code)))
        wanted = left.pop(code)
        others = sorted(left, key=lambda other: (-left[other], _digest(seed, code, other)))
        for other in others[:wanted]:
            left[other] -= 1
            chosen.append((code, other))
    return chosen


def _digest(*parts: object) -> bytes:
    return sha256("\0".join(map(str, parts)).encode()).digest()
