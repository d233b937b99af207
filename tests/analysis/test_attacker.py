"""The attacker finds what a careless table gives away; bands, merged groups and a second audience give nothing away."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.attacker import Attacker
from analysis.ballots import Ballot, profile_of
from analysis.bands import Band, in_bands
from analysis.disclosure import shown_cells, with_totals
from analysis.merging import MOST_HIDDEN, hidden_share, merge_columns, merge_neighbours, smallest_first
from analysis.open_tables import open_margins
from analysis.stored_counts import StoredTheme, protect_counts

LEAST, PUBLIC = 5, 11
GROUPS = "abcde"
COUNTS = st.tuples(st.integers(1, 3), st.integers(2, 5)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.one_of(st.integers(0, 8), st.integers(0, 25)))
)


def _attack(counts):
    """Return an attacker who knows that rows and columns add up, and nothing else."""
    attacker, numbers = Attacker(), with_totals(counts)
    rows, columns = numbers.shape
    for i in range(rows):
        attacker.add_up((i, columns - 1), [(i, j) for j in range(columns - 1)])
    for j in range(columns):
        attacker.add_up((rows - 1, j), [(i, j) for i in range(rows - 1)])
    return attacker


def _read(attacker, counts, shown):
    numbers = with_totals(counts)
    for i, j in np.argwhere(shown):
        attacker.read((int(i), int(j)), int(numbers[i, j]))


def _small(counts, least=LEAST):
    return [(int(i), int(j)) for i, j in np.argwhere(with_totals(counts) < least)]


def test_the_attacker_reads_one_cell_off_a_table_without_secondary_suppression():
    counts = np.array([[20, 3, 10], [15, 12, 9], [8, 14, 11]])
    naive, careful = _attack(counts), _attack(counts)
    _read(naive, counts, with_totals(counts) >= LEAST)
    _read(careful, counts, shown_cells(counts))
    assert naive.possible((0, 1)).low == naive.possible((0, 1)).high == 3
    assert careful.narrow(_small(counts), LEAST) == {}


def test_the_attacker_knows_that_people_are_whole():
    attacker = Attacker()
    attacker.weigh({"a": 2.0, "b": 2.0}, 3, 5)
    assert (attacker.possible("a").low, attacker.possible("a").high) == (0, 2)
    attacker.weigh({"a": 3.0}, 4, 5)
    with pytest.raises(ValueError, match="no numbers agree"):
        attacker.possible("a")


def test_between_the_largest_part_and_their_sum():
    attacker = Attacker()
    attacker.add_up_between("all", ["x", "y"])
    attacker.read("x", 7)
    attacker.read("all", 9)
    assert (attacker.possible("y").low, attacker.possible("y").high) == (2, 9)


@settings(max_examples=25, deadline=None)
@given(counts=COUNTS)
def test_words_for_hidden_numbers_do_not_give_them_away(counts):
    shown = shown_cells(counts, LEAST, small_ones_known=True)
    numbers = with_totals(counts)
    words = in_bands(numbers, shown, LEAST, small_ones_known=True)
    attacker = _attack(counts)
    _read(attacker, counts, shown)
    told = []
    for i, j in np.argwhere(~shown):
        cell, word = (int(i), int(j)), words[i][j]
        if word is Band.FEW:
            attacker.bound(cell, 0, LEAST - 1)
            told.append(cell)
        elif word is Band.SOME:
            attacker.bound(cell, LEAST)
    if shown.any():
        assert attacker.narrow([cell for cell in _small(counts) if not shown[cell]], LEAST - 1) == {}
    else:
        assert not told


def test_words_in_a_table_that_is_not_protected_against_them_would_tell():
    counts = np.array([[4, 12], [4, 12], [20, 20]])
    shown = with_totals(counts) >= LEAST
    shown[:2, :2] = False
    attacker = _attack(counts)
    _read(attacker, counts, shown)
    assert attacker.narrow([(0, 0), (1, 0)], LEAST) == {}
    for cell in ((0, 0), (1, 0)):
        attacker.bound(cell, 0, LEAST - 1)
    assert set(attacker.narrow([(0, 0), (1, 0)], LEAST - 1)) == {(0, 0), (1, 0)}
    words = in_bands(with_totals(counts), shown, LEAST, small_ones_known=False)
    assert {words[0][0], words[1][1]} == {Band.UNTOLD}
    assert words[2] == [Band.SOME, Band.SOME, Band.MOST]


def _protect(counts, **options):
    by = [dict(zip(GROUPS, map(int, row), strict=False)) for row in counts]
    all_by = dict(zip(GROUPS, map(int, counts.sum(axis=0)), strict=False))
    themes = [StoredTheme(sum(each.values()), {"group": each}) for each in by]
    return protect_counts(themes, StoredTheme(int(counts.sum()), {"group": all_by}), ("group",), **options)


def _columns(counts, table):
    """Return the columns of the true table that stand behind each heading."""
    named = {value: [GROUPS.index(value)] for value in table.values if value in GROUPS}
    rest = [at for at in range(counts.shape[1]) if GROUPS[at] not in named]
    return [named.get(value, rest) for value in table.values]


def _note(attacker, counts, table, tag, least):
    """Have the attacker read a table whose columns are sums of the true ones, with its words for hidden numbers."""
    behind = _columns(counts, table)
    rows, last = counts.shape
    for i in range(rows + 1):
        for j, (columns, count) in enumerate(zip([*behind, [last]], table.counts[i], strict=True)):
            name = (tag, i, j)
            attacker.add_up(name, [(i, column) for column in columns])
            if count is not None:
                attacker.read(name, count)
            elif table.bands[i][j] is Band.FEW:
                attacker.bound(name, 0, least - 1)
            elif table.bands[i][j] is Band.SOME:
                attacker.bound(name, least)


def _peopled(counts):
    """Leave out groups and themes of nobody: there are none."""
    return counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]


@settings(max_examples=15, deadline=None)
@given(counts=COUNTS, is_merged=st.booleans())
def test_who_reads_the_pages_of_the_committee_and_of_the_public_learns_nothing_more(counts, is_merged):
    counts = _peopled(counts)
    merge = ("group",) if is_merged else ()
    committee = _protect(counts, least=LEAST, told=("group",))
    public = _protect(counts, least=PUBLIC, others_least=LEAST, told=("group",), may_merge=merge)
    if not committee.tables:
        return
    both, outside = _attack(counts), _attack(counts)
    _note(both, counts, committee.tables["group"], "committee", LEAST)
    _note(both, counts, public.tables["group"], "public", PUBLIC)
    _note(outside, counts, public.tables["group"], "public", PUBLIC)
    shown = [count for row in public.tables["group"].counts for count in row if count is not None]
    assert all(count >= PUBLIC for count in shown)
    body = [(int(i), int(j)) for i, j in np.argwhere(counts < LEAST)]
    if any(count is not None for row in committee.tables["group"].counts for count in row):
        assert both.narrow(body, LEAST - 1) == {}
    if shown:
        assert outside.narrow([(int(i), int(j)) for i, j in np.argwhere(counts < PUBLIC)], PUBLIC - 1) == {}


def test_two_audiences_protected_apart_tell_what_each_hides():
    """The control: each page is safe, and the second shows what the first hid besides."""
    rng = np.random.default_rng(4)
    found = 0
    for _ in range(12):
        counts = rng.integers(0, 26, (3, 3))
        both = _attack(counts)
        _note(both, counts, _protect(counts, least=LEAST).tables["group"], "committee", LEAST)
        _note(both, counts, _protect(counts, least=PUBLIC).tables["group"], "public", PUBLIC)
        found += len(both.narrow([(int(i), int(j)) for i, j in np.argwhere(counts < LEAST)], LEAST))
    assert found


# Groups put together


def test_small_groups_go_together_until_no_more_than_a_third_is_hidden():
    counts = np.array([[20, 20, 3, 4, 4], [25, 15, 4, 2, 4], [18, 30, 4, 3, 4]])
    plain, merged = _protect(counts).tables["group"], _protect(counts, may_merge=("group",)).tables["group"]
    assert plain.hidden_share > MOST_HIDDEN >= merged.hidden_share
    assert plain.merged == ()
    assert merged.is_merged
    assert set(merged.merged) <= set("cde")
    assert _protect(counts[:, :2], may_merge=("group",)).tables["group"].is_merged is False


def test_the_smallest_go_first_and_one_is_left_alone():
    assert smallest_first({"a": 9, "b": 3, "c": 5}) == (("b", "c"),)
    assert smallest_first({"a": 1, "b": 1, "c": 5, "d": 1}) == (("a", "b"), ("a", "b", "d"))
    assert smallest_first({"a": 9, "b": 3}) == ()


@settings(max_examples=15, deadline=None)
@given(counts=COUNTS)
def test_neighbours_stay_neighbours_and_nobody_is_lost(counts):
    groups = merge_neighbours(counts)
    assert [column for group in groups for column in group] == list(range(counts.shape[1]))
    merged = merge_columns(counts, groups)
    assert merged.sum() == counts.sum()
    assert len(groups) == 2 or hidden_share(shown_cells(merged)) <= MOST_HIDDEN


def test_bands_of_ages_are_joined_to_the_next():
    counts = np.array([[3, 9, 30, 28, 4], [4, 8, 25, 33, 3]])
    assert merge_neighbours(counts) == ((0, 1), (2,), (3, 4))


# Margins between options, as open data


def test_margins_of_an_open_ranking_leave_first_and_last_choices_in_doubt():
    rng, orders, judged = np.random.default_rng(0), list(permutations("abc")), 0
    for _ in range(20):
        people = int(rng.integers(25, 120))
        counts = rng.multinomial(people, rng.dirichlet(np.full(len(orders), 0.6)))
        ballots = [Ballot(order) for order, number in zip(orders, counts, strict=True) for _ in range(number)]
        table = open_margins(profile_of(ballots, "abc"), "abc")
        if table is None:
            continue
        attacker = Attacker()
        attacker.add_up("people", orders)
        attacker.read("people", people)
        for one, other in ((0, 1), (0, 2), (1, 2)):
            signs = {order: 1.0 if order.index("abc"[one]) < order.index("abc"[other]) else -1.0 for order in orders}
            attacker.weigh(signs, table["margins"][one][other], table["margins"][one][other])
        for name, end in ((name, end) for name in "abc" for end in (0, -1)):
            inside = [order for order in orders if order[end] == name]
            attacker.add_up((name, end), inside)
            if sum(counts[orders.index(order)] for order in inside) < PUBLIC:
                judged += 1
                assert attacker.narrow([(name, end)], PUBLIC) == {}
    assert judged > 5
