"""Counts that a run stored are protected as those of the rows they were counted from."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.protection import OTHER_VALUES
from analysis.stored_counts import StoredTheme, protect_counts, protect_list
from analysis.tables import LANGUAGE, count_people

ROWS = st.lists(
    st.tuples(
        st.integers(0, 3), st.sampled_from(["fr", "en"]), st.sampled_from(["citizen", "patient", "manager", "rare", ""])
    ),
    min_size=1,
    max_size=90,
)


def _store(rows, number):
    def one(inside):
        by = {"language": {}, "group": {}}
        for _, language, group in inside:
            by["language"][language] = by["language"].get(language, 0) + 1
            by["group"][group] = by["group"].get(group, 0) + 1
        return StoredTheme(len(inside), by)

    return [one([row for row in rows if row[0] == theme]) for theme in range(number)], one(rows)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_a_page_shows_what_a_report_of_the_same_people_shows(rows):
    number = 4
    themes, everybody = _store(rows, number)
    shown = protect_counts(themes, everybody, ("language", "group"))
    people = pd.Series([str(at) for at in range(len(rows))])
    columns = {LANGUAGE: pd.Series([row[1] for row in rows]), "group": pd.Series([row[2] for row in rows])}
    tables = count_people(people, np.array([row[0] for row in rows]), number, columns, 5)
    for ours, theirs in zip((shown.tables["language"], shown.tables["group"]), tables, strict=True):
        seen = {(row, value) for row, counts in enumerate(ours.counts) for value in _values(ours, counts)}
        reported = {(row, value) for row, counts in enumerate(theirs.counts) for value in _values(theirs, counts)}
        assert seen == reported
    assert shown.people == tuple(row[-1] for row in tables[0].counts[:-1])
    assert shown.everybody == tables[0].counts[-1][-1]


@settings(max_examples=30, deadline=None)
@given(ROWS, st.permutations(range(4)))
def test_what_is_hidden_does_not_depend_on_the_order_of_the_themes(rows, order):
    themes, everybody = _store(rows, 4)
    shown = protect_counts(themes, everybody, ("language", "group"))
    again = protect_counts([themes[at] for at in order], everybody, ("language", "group"))
    assert again.people == tuple(shown.people[at] for at in order) or _has_equals(themes)
    assert sorted(map(str, again.people)) == sorted(map(str, shown.people))


def _has_equals(themes):
    """Of two themes with the same counts either may be hidden for the other: nothing tells them apart."""
    return len({repr(theme) for theme in themes}) < len(themes)


def _values(table, counts):
    return set(zip((*table.values, "total"), counts, strict=True))


def test_no_small_count_is_shown_and_none_can_be_worked_out_from_its_line():
    themes = [
        StoredTheme(20, {"language": {"fr": 18, "en": 2}}),
        StoredTheme(30, {"language": {"fr": 10, "en": 20}}),
        StoredTheme(25, {"language": {"fr": 15, "en": 10}}),
    ]
    everybody = StoredTheme(75, {"language": {"fr": 43, "en": 32}})
    table = protect_counts(themes, everybody, ("language",)).tables["language"]
    assert table.values == ("fr", "en")
    assert table.counts[0] == (None, None, 20)
    hidden = [row for row in table.counts[:-1] if None in row]
    assert len(hidden) > 1  # else the column would tell
    assert all(count is None or count >= 5 for row in table.counts for count in row)


def test_a_theme_of_few_is_hidden_in_every_table():
    themes = [StoredTheme(4, {"language": {"fr": 4}}), StoredTheme(60, {"language": {"fr": 30, "en": 30}})]
    shown = protect_counts(themes, StoredTheme(64, {"language": {"fr": 34, "en": 30}}), ("language",))
    assert shown.people[0] is None
    assert None in (shown.people[1], shown.everybody)


def test_groups_of_few_people_are_one_column_and_no_answer_keeps_its_own():
    by = {"group": {"citizen": 30, "patient": 20, "rare": 2, "scarce": 9, "": 3}}
    themes = [StoredTheme(64, by)]
    table = protect_counts(themes, StoredTheme(64, by), ("group",)).tables["group"]
    assert table.values == ("citizen", "patient", "scarce", "", OTHER_VALUES)


def test_a_table_that_does_not_come_to_its_people_is_left_out():
    themes = [StoredTheme(20, {"group": {"citizen": 12}, "language": {"fr": 20}})]
    everybody = StoredTheme(20, {"group": {"citizen": 20}, "language": {"fr": 20}})
    assert set(protect_counts(themes, everybody, ("group", "language")).tables) == {"language"}


def test_people_in_several_themes_are_protected_as_such():
    """Columns are then no sums: what stands in the last row is distinct people, or nothing."""
    themes = [StoredTheme(20, {"language": {"fr": 12, "en": 8}}), StoredTheme(25, {"language": {"fr": 22, "en": 3}})]
    everybody = StoredTheme(40, {"language": {"fr": 30, "en": 10}})
    shown = protect_counts(themes, everybody, ("language",))
    assert shown.tables["language"].counts[1][:2] == (None, None)
    assert shown.tables["language"].counts[-1][:2] == (None, None)


@pytest.mark.parametrize(
    ("counts", "shown", "total"),
    [
        ({}, {}, 0),
        ({"a": 9}, {"a": 9}, 9),
        ({"a": 3}, {"a": None}, None),
        ({"a": 20, "b": 3, "c": 30}, {"a": None, "b": None, "c": 30}, 53),
    ],
)
def test_a_list_and_its_total(counts, shown, total):
    assert protect_list(counts) == (shown, total)


def test_nothing_at_all():
    shown = protect_counts([], StoredTheme(0, {}), ("language",))
    assert (shown.people, shown.everybody) == ((), None)
