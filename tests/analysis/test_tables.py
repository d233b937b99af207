"""Counts of people by theme and column: each person once, and no table says what another hides."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.tables import MOST_COLUMNS, OTHER_VALUES, count_people, count_reasons

_LEAST = 5
_WIDTH = _LEAST - 1 - 1e-6


def _series(values) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def _people(number: int) -> pd.Series:
    return _series(f"p{i}" for i in range(number))


def _true_numbers(people, themes, number, by, values):
    """Count distinct people the slow way, totals included."""
    frame = pd.DataFrame({"person": people, "theme": themes, "value": by})

    def count(theme, value):
        inside = frame[(frame["theme"] == theme) | (theme is None)]
        return inside[(inside["value"] == value) | (value is None)]["person"].nunique()

    return np.array([[count(theme, value) for value in (*values, None)] for theme in (*range(number), None)])


def _shown(table):
    return np.array([[cell is not None for cell in row] for row in table.counts])


@st.composite
def _answers(draw, most_per_person: int = 1):
    """People with themes, and one value each in one to three columns."""
    number = draw(st.integers(2, 4))
    persons = draw(st.integers(4, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    who = np.repeat(np.arange(persons), rng.integers(1, most_per_person + 1, persons))
    themes = rng.choice(number, len(who), p=rng.dirichlet(np.ones(number)))
    columns = {}
    for name in ("language", "group", "region")[: draw(st.integers(1, 3))]:
        values = rng.choice(list("abcd")[: draw(st.integers(1, 4))], persons)
        columns[name] = _series(values[who])
    return _series(f"p{i}" for i in who), themes, number, columns


def _tables(people, themes, number, columns):
    tables = count_people(people, themes, number, columns, _LEAST)
    true = [_true_numbers(people, themes, number, columns[table.column], table.values) for table in tables]
    return tables, true, [_shown(table) for table in tables]


@settings(max_examples=40)
@given(answers=st.one_of(_answers(), _answers(most_per_person=3)))
def test_what_is_shown_is_true_and_five_or_more(answers):
    tables, true, shown = _tables(*answers)
    for table, numbers, seen in zip(tables, true, shown, strict=True):
        assert [cell for row in table.counts for cell in row if cell is not None] == numbers[seen].tolist()
        assert (numbers[seen] >= _LEAST).all()
        assert table.hides == (not seen.all())


@settings(max_examples=25)
@given(answers=_answers())
def test_all_tables_together_do_not_give_a_small_number_away(outsider, answers):
    _, true, shown = _tables(*answers)
    reader = outsider(true, shown)
    small = [(t, int(i), int(j)) for t, numbers in enumerate(true) for i, j in np.argwhere(numbers < _LEAST)]
    assert [cell for cell in small if reader.possible_values(*cell) < _WIDTH] == []


@settings(max_examples=25)
@given(answers=_answers(most_per_person=3))
def test_each_theme_hides_its_small_numbers_where_people_speak_in_several(outsider, answers):
    _, true, shown = _tables(*answers)
    reader = outsider(true, shown, "apart")
    small = [(t, int(i), int(j)) for t, numbers in enumerate(true) for i, j in np.argwhere(numbers < _LEAST)]
    assert [cell for cell in small if reader.possible_values(*cell) < _WIDTH] == []


@settings(max_examples=40)
@given(answers=st.one_of(_answers(), _answers(most_per_person=3)))
def test_a_total_that_one_table_hides_is_hidden_in_all(answers):
    _, _, shown = _tables(*answers)
    assert all(seen[:, -1].tolist() == shown[0][:, -1].tolist() for seen in shown)


def test_tables_made_one_by_one_give_away_what_together_they_hide(outsider):
    """The control: each table is safe by itself, and what one hides of the totals stands in the other."""
    themes = np.repeat([0, 1, 2], [4, 7, 6])
    columns = {"language": _series("aaab" + "aaaaaab" + "aaaabb"), "group": _series("aabb" + "aaabbbb" + "aaaaaa")}
    apart = [count_people(_people(17), themes, 3, {name: by}, _LEAST)[0] for name, by in columns.items()]
    together = count_people(_people(17), themes, 3, columns, _LEAST)
    true = [_true_numbers(_people(17), themes, 3, columns[t.column], t.values) for t in together]
    possible = [outsider(true, [_shown(t) for t in tables]).possible_values(0, 0, 2) for tables in (apart, together)]
    assert possible[0] < 1e-6
    assert possible[1] >= _WIDTH


def test_where_people_speak_in_several_themes_the_last_row_does_not_bound_a_small_number(outsider):
    # of ten people nine speak in the first theme and all in the second, so four or five of "a" speak in the first
    who = [0, 1, 2, 3, 5, 6, 7, 8, 9, *range(10)]
    people, themes = _series(f"p{i}" for i in who), np.repeat([0, 1], [9, 10])
    _, true, shown = _tables(people, themes, 2, {"group": _series("a" if i < 5 else "b" for i in who)})
    assert true[0][0, 1] == 4
    assert outsider(true, shown, "overlap").possible_values(0, 0, 1) >= _WIDTH


def test_a_person_in_a_theme_twice_counts_once():
    people = _series(["a"] * 3 + [f"p{i}" for i in range(9)])
    (table,) = count_people(people, np.zeros(12, dtype=int), 1, {"group": _series("x" * 12)}, _LEAST)
    assert table.counts == ((10, 10), (10, 10))


def test_a_person_in_two_themes_counts_in_each_and_once_in_all():
    people = _series([*[f"p{i}" for i in range(10)], *[f"p{i}" for i in range(10)]])
    (table,) = count_people(people, np.repeat([0, 1], 10), 2, {"group": _series("x" * 20)}, _LEAST)
    assert table.counts == ((10, 10), (10, 10), (10, 10))


def test_a_person_who_writes_in_both_languages_counts_once_in_every_table():
    people = _series(["both", "both", "both", *[f"p{i}" for i in range(20)]])
    themes = np.array([0] * 13 + [1] * 10)
    columns = {"language": _series(["fr", "en", "en", *["fr", "en"] * 10]), "group": _series("x" * 23)}
    language, group = count_people(people, themes, 2, columns, _LEAST)
    assert [row[-1] for row in language.counts] == [row[-1] for row in group.counts] == [11, 10, 21]
    assert dict(zip(language.values, language.counts[0], strict=False)) == {"en": 6, "fr": 5}


def test_a_value_given_once_is_the_persons_in_all_their_answers():
    people, themes = _series(["a", "a", *[f"p{i}" for i in range(9)]]), np.zeros(11, dtype=int)
    (table,) = count_people(people, themes, 1, {"group": _series(["", *"x" * 10])}, _LEAST)
    assert (table.values, table.counts) == (("x",), ((10, 10), (10, 10)))


def test_columns_stand_from_the_largest_and_what_was_not_given_last():
    by = _series(["b"] * 7 + ["a"] * 6 + [""] * 9)
    (table,) = count_people(_people(22), np.zeros(22, dtype=int), 1, {"group": by}, _LEAST)
    assert table.values == ("b", "a", "")
    assert table.counts == ((7, 6, 9, 22), (7, 6, 9, 22))


def test_the_smallest_of_many_values_are_counted_together():
    by = _series(f"v{i:02}" for i in range(20) for _ in range(25 - i))
    (table,) = count_people(_people(len(by)), np.zeros(len(by), dtype=int), 1, {"town": by}, _LEAST)
    assert len(table.values) == MOST_COLUMNS
    assert table.values[0] == "v00"
    assert table.values[-1] == OTHER_VALUES
    assert table.counts[0][-2] == sum(25 - i for i in range(MOST_COLUMNS - 1, 20))


def test_the_order_of_the_answers_changes_no_table():
    rng = np.random.default_rng(8)
    people, themes = _series(f"p{i}" for i in rng.integers(0, 60, 90)), rng.integers(0, 3, 90)
    by = people.map(lambda person: "abc"[int(person[1:]) % 3])
    order = rng.permutation(90)
    shuffled = [column.iloc[order].reset_index(drop=True) for column in (people, by)]
    expected = count_people(people, themes, 3, {"group": by}, _LEAST)
    assert count_people(shuffled[0], themes[order], 3, {"group": shuffled[1]}, _LEAST) == expected


def test_reasons_are_counted_and_small_counts_hidden_with_what_would_give_them_away():
    reasons = _series(["empty"] * 9 + ["repeated"] * 2 + ["no_words"] * 7 + [""] * 30)
    counts, total = count_reasons(reasons, _LEAST)
    assert list(counts) == ["empty", "no_words", "repeated"]
    assert counts["repeated"] is None
    assert [count for count in (*counts.values(), total) if count is not None] in ([9, 18], [9, 7])


def test_nothing_set_aside_is_no_reason_and_zero():
    assert count_reasons(_series(["", ""]), _LEAST) == ({}, 0)
