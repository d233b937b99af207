"""Groups that people put together: two readings of the same people, at two dates, give nothing away together."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.attacker import Attacker
from analysis.bands import Band
from analysis.disclosure import with_totals
from analysis.merging import Earlier, join_sets, name_joined, parts_of
from analysis.protection import OTHER_VALUES
from analysis.stored_counts import StoredTheme, protect_counts

LEAST, PUBLIC = 5, 11
GROUPS = "abcdef"
COUNTS = st.tuples(st.integers(1, 3), st.integers(3, 6)).flatmap(
    lambda shape: st.lists(
        st.lists(st.one_of(st.integers(0, 8), st.integers(0, 30)), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)
SETS = st.lists(st.frozensets(st.sampled_from(GROUPS), min_size=1, max_size=4), max_size=3)


@settings(max_examples=30, deadline=None)
@given(sets=SETS, fixed=SETS)
def test_sets_take_in_whatever_they_would_cut_through(sets, fixed):
    joined = join_sets(sets, fixed)
    members = [value for each in joined for value in each]
    assert len(members) == len(set(members))
    assert all(len(each) > 1 for each in joined)
    assert all(any(each <= one for one in joined) for each in sets if len(each) > 1)
    assert all(block <= one or not block & one for block in fixed for one in joined)
    assert join_sets(joined, fixed) == joined
    assert join_sets(sets[::-1], fixed[::-1]) == joined


def test_a_heading_says_what_is_under_it():
    assert parts_of(name_joined({"b", "a", ""})) == ("", "a", "b")
    assert name_joined(["alone"]) == "alone"


def _stored(rows):
    counts = np.array(rows, dtype=np.int_)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    by = [dict(zip(GROUPS, map(int, row), strict=False)) for row in counts]
    everybody = dict(zip(GROUPS, map(int, counts.sum(axis=0)), strict=False))
    themes = [StoredTheme(sum(each.values()), {"group": each}) for each in by]
    return counts, themes, StoredTheme(int(counts.sum()), {"group": everybody})


def _public(themes, everybody, sets, earlier=(), *, others=LEAST, least=PUBLIC, may_merge=()):
    return protect_counts(
        themes,
        everybody,
        ("group",),
        told=("group",),
        least=least,
        others_least=others,
        may_merge=may_merge,
        together={"group": sets},
        earlier=earlier,
    ).tables.get("group")


def _published(table):
    others = [block for value, block in zip(table.values, table.behind, strict=True) if value == OTHER_VALUES]
    return Earlier(PUBLIC, {"group": table.behind}, dict(zip(["group"], others, strict=False)))


def _reader(counts):
    attacker, numbers = Attacker(), with_totals(counts)
    rows, columns = numbers.shape
    for i in range(rows):
        attacker.add_up((i, columns - 1), [(i, j) for j in range(columns - 1)])
    for j in range(columns):
        attacker.add_up((rows - 1, j), [(i, j) for i in range(rows - 1)])
    return attacker


def _read(attacker, counts, table, tag, least):
    last = counts.shape[1]
    behind = [[GROUPS.index(value) for value in block] for block in table.behind]
    for i, row in enumerate(table.counts):
        for j, (columns, count) in enumerate(zip([*behind, [last]], row, strict=True)):
            attacker.add_up((tag, i, j), [(i, column) for column in columns])
            if count is not None:
                attacker.read((tag, i, j), count)
            elif table.bands[i][j] is Band.FEW:
                attacker.bound((tag, i, j), 0, least - 1)
            elif table.bands[i][j] is Band.SOME:
                attacker.bound((tag, i, j), least)


def _says_something(table):
    return any(count is not None for row in table.counts for count in row)


def _small(counts, least):
    return [(int(i), int(j)) for i, j in np.argwhere(counts < least)]


@settings(max_examples=10, deadline=None)
@given(rows=COUNTS, first=SETS, second=SETS, is_by_rule=st.booleans())
def test_two_reports_with_two_mergings_tell_no_more_than_one(rows, first, second, is_by_rule):
    counts, themes, everybody = _stored(rows)
    assume(counts.size and counts.shape[1] > 1)
    one = _public(themes, everybody, first, may_merge=("group",) if is_by_rule else ())
    earlier = [_published(one)]
    two = _public(themes, everybody, second, earlier)
    committee = protect_counts(themes, everybody, ("group",), told=("group",), least=LEAST).tables["group"]
    outsider, member = _reader(counts), _reader(counts)
    for reader in (outsider, member):
        _read(reader, counts, one, "one", PUBLIC)
        _read(reader, counts, two, "two", PUBLIC)
    _read(member, counts, committee, "committee", LEAST)
    if _says_something(one) or _says_something(two):
        assert outsider.narrow(_small(counts, PUBLIC), PUBLIC - 1) == {}
    if _says_something(committee):
        assert member.narrow(_small(counts, LEAST), LEAST - 1) == {}
    assert all(count >= PUBLIC for row in two.counts for count in row if count is not None)


def test_two_reports_that_know_nothing_of_each_other_tell():
    """The control: the same two tables, each safe by itself."""
    rng, found = np.random.default_rng(3), 0
    for _ in range(4):
        counts, themes, everybody = _stored(rng.integers(0, 26, (3, 4)))
        if counts.shape[1] < 4:
            continue
        reader = _reader(counts)
        for tag, sets in (("one", [{"a", "b"}]), ("two", [{"b", "c"}])):
            _read(reader, counts, _public(themes, everybody, sets, others=None), tag, PUBLIC)
        found += len(reader.narrow(_small(counts, PUBLIC), PUBLIC - 1))
    assert found


@settings(max_examples=10, deadline=None)
@given(rows=COUNTS, sets=SETS, is_by_rule=st.booleans(), order=st.randoms(use_true_random=False))
def test_the_same_choice_makes_the_same_table_again(rows, sets, is_by_rule, order):
    counts, themes, everybody = _stored(rows)
    assume(counts.size)
    merge = ("group",) if is_by_rule else ()
    one = _public(themes, everybody, sets, may_merge=merge)
    again = _public(themes, everybody, sets, [_published(one)], may_merge=merge)
    assert (again.values, again.counts, again.bands, again.behind) == (one.values, one.counts, one.bands, one.behind)
    assert is_by_rule or again == one
    at = list(range(len(themes)))
    order.shuffle(at)
    mixed = _public([themes[place] for place in at], everybody, sets, may_merge=merge)
    assert mixed.behind == one.behind
    # of two themes with the same numbers either can be the one that is hidden
    assert sorted(mixed.counts, key=repr) == sorted(one.counts, key=repr)


def test_what_was_published_together_stays_so():
    counts, themes, everybody = _stored([[40, 12, 9, 7, 30], [35, 14, 8, 9, 28]])
    one = _public(themes, everybody, [{"b", "c", "d"}])
    assert ("b", "c", "d") in one.behind
    apart = _public(themes, everybody, [], [_published(one)])
    assert all(not {"b", "c", "d"} & set(block) or {"b", "c", "d"} <= set(block) for block in apart.behind)
    more = _public(themes, everybody, [{"d", "e"}], [_published(one)])
    assert ("b", "c", "d", "e") in more.behind
    assert more.counts[-1][-1] == counts.sum()


@pytest.mark.parametrize("is_careful", [True, False])
def test_where_both_audiences_have_one_smallest_count_the_second_table_is_protected_all_the_same(is_careful):
    """As of sensitive groups; the control reads a merged table that knows nothing of the other."""
    rng, found = np.random.default_rng(5), 0
    for _ in range(5):
        counts, themes, everybody = _stored(rng.integers(0, 60, (3, 4)))
        apart = protect_counts(themes, everybody, ("group",), told=("group",), least=20).tables["group"]
        merged = _public(themes, everybody, [{"a", "b"}], others=20 if is_careful else None, least=20)
        reader = _reader(counts)
        _read(reader, counts, apart, "apart", 20)
        _read(reader, counts, merged, "merged", 20)
        found += len(reader.narrow(_small(counts, 20), 19)) if _says_something(apart) else 0
    assert (found == 0) is is_careful
