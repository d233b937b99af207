"""What is shown together: as evenly as can be, and the same for ever."""

from collections import Counter
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.balanced_design import item_pairs, item_sets

_SEEDS = st.integers(-3, 10**9)


def _items(count: int) -> tuple[str, ...]:
    return tuple(f"item_{number}" for number in range(count))


def _spread(counts: Counter, of: list) -> int:
    return max(counts[each] for each in of) - min(counts[each] for each in of)


def _together(sets) -> Counter:
    return Counter(frozenset(pair) for shown in sets for pair in combinations(shown, 2))


@st.composite
def _designs(draw):
    count = draw(st.integers(3, 14))
    return _items(count), draw(st.integers(2, min(6, count))), draw(st.integers(1, 20)), draw(_SEEDS)


@settings(max_examples=30, deadline=None)
@given(_designs())
def test_every_item_is_shown_as_often_as_every_other(drawn):
    items, size, sets, seed = drawn
    design = item_sets(*drawn)
    assert len(design) == sets
    assert all(len(set(shown)) == size and set(shown) <= set(items) for shown in design)
    assert _spread(Counter(each for shown in design for each in shown), list(items)) <= 1
    assert item_sets(tuple(reversed(items)), size, sets, seed) == design  # whatever order they are written in


@settings(max_examples=20, deadline=None)
@given(st.integers(5, 12), st.integers(3, 5), _SEEDS)
def test_pairs_of_items_come_together_about_equally_often(count, size, seed):
    items = _items(count)
    pairs = [frozenset(pair) for pair in combinations(items, 2)]
    sets = -(-3 * count // size)
    assert _spread(_together(item_sets(items, size, sets, seed)), pairs) <= 3


def test_the_balance_is_better_than_that_of_a_draw():
    """The control: sets drawn at random have items and pairs far less even."""
    items = _items(9)
    pairs = [frozenset(pair) for pair in combinations(items, 2)]
    draw = Random(1)
    drawn = [draw.sample(items, 3) for _ in range(12)]
    assert _spread(Counter(each for shown in drawn for each in shown), list(items)) > 1
    assert _spread(_together(drawn), pairs) > 1
    assert _spread(_together(item_sets(items, 3, 12, 1)), pairs) <= 1  # near the perfect design of 9 items


@settings(max_examples=30, deadline=None)
@given(st.data(), st.integers(2, 12), _SEEDS)
def test_a_part_of_the_pairs_compares_everything(data, count, seed):
    items = _items(count)
    number = data.draw(st.integers(count - 1, count * (count - 1) // 2))
    design = item_pairs(items, number, seed)
    assert len({frozenset(pair) for pair in design}) == len(design) == number
    times = Counter(each for pair in design for each in pair)
    assert _spread(times, list(items)) <= 1
    left = Counter(pair[0] for pair in design)
    assert all(abs(2 * left[each] - times[each]) <= 3 for each in items)
    reached, grew = {items[0]}, True
    while grew:
        found = {each for pair in design if reached & set(pair) for each in pair}
        grew = not found <= reached
        reached |= found
    assert reached == set(items)


def test_more_pairs_than_there_are_give_all_of_them():
    assert len(item_pairs(_items(4), 99, 0)) == 6


def test_another_seed_gives_another_design():
    assert len({item_sets(_items(8), 4, 6, seed) for seed in range(5)}) == 5
    assert len({item_pairs(_items(8), 12, seed) for seed in range(5)}) == 5


def test_these_designs_never_change():
    """Stored answers name the number of a set: what it showed is known only from here."""
    assert item_sets(("a", "b", "c", "d", "e"), 3, 5, 0) == SETS
    assert item_pairs(("a", "b", "c", "d", "e"), 5, 7) == PAIRS


SETS = (("c", "e", "a"), ("b", "d", "c"), ("a", "d", "e"), ("b", "c", "e"), ("d", "a", "b"))
PAIRS = (("a", "c"), ("d", "a"), ("e", "d"), ("c", "b"), ("b", "e"))
