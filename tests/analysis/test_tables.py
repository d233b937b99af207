"""Counts of people by theme and column: each person once, and no table says what another hides."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.protection import MOST_COLUMNS, OTHER_VALUES
from analysis.tables import (
    LANGUAGE,
    CountTable,
    count_by_question,
    count_people,
    count_reasons,
    public_order,
)

_LEAST = 5
_WIDTH = 3 - 1e-6  # four values


def _series(values) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def _people(number: int) -> pd.Series:
    return _series(f"p{i}" for i in range(number))


def _true_numbers(people, themes, number, by, values):
    """Count distinct people the slow way, totals included; whoever stands under no heading of their own is "others"."""
    headed = [value if value in values else OTHER_VALUES for value in by]
    frame = pd.DataFrame({"person": people, "theme": themes, "value": headed})

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
    persons = draw(st.one_of(st.integers(4, 40), st.integers(40, 120)))  # of few people nearly all is hidden
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    who = np.repeat(np.arange(persons), rng.integers(1, most_per_person + 1, persons))
    themes = rng.choice(number, len(who), p=rng.dirichlet(np.ones(number)))
    columns = {}
    for name in (LANGUAGE, "group", "region")[: draw(st.integers(1, 3))]:
        known = ["fr", "en"] if name == LANGUAGE else [*"abcd"]
        values = rng.choice(known[: draw(st.integers(1, len(known)))], persons)
        columns[name] = _series(values[who])
    return _series(f"p{i}" for i in who), themes, number, columns


def _tables(people, themes, number, columns):
    tables = count_people(people, themes, number, columns, _LEAST)
    true = [_true_numbers(people, themes, number, columns[table.column], table.values) for table in tables]
    return tables, true, [_shown(table) for table in tables]


def _told(tables):
    """Tell of which tables the names and quotes of a report say which numbers are small."""
    return [table.column == LANGUAGE for table in tables]


def _small(true, shown):
    """List the small numbers of each table of which anything is shown: what nothing protects is hidden whole."""
    some = [t for t, seen in enumerate(shown) if seen.any()]
    return [(t, int(i), int(j)) for t in some for i, j in np.argwhere(true[t] < _LEAST)]


@settings(max_examples=20)
@given(answers=st.one_of(_answers(), _answers(most_per_person=3)))
def test_what_is_shown_is_true_and_five_or_more(answers):
    tables, true, shown = _tables(*answers)
    for table, numbers, seen in zip(tables, true, shown, strict=True):
        assert [cell for row in table.counts for cell in row if cell is not None] == numbers[seen].tolist()
        assert (numbers[seen] >= _LEAST).all()


@settings(max_examples=25)
@given(answers=_answers())
def test_all_tables_together_do_not_give_a_small_number_away(outsider, answers):
    tables, true, shown = _tables(*answers)
    reader = outsider(true, shown, told=_told(tables))
    assert [cell for cell in _small(true, shown) if reader.possible_values(*cell) < _WIDTH] == []


@settings(max_examples=25)
@given(answers=_answers(most_per_person=3))
def test_each_theme_hides_its_small_numbers_where_people_speak_in_several(outsider, answers):
    tables, true, shown = _tables(*answers)
    reader = outsider(true, shown, "overlap", _told(tables))
    assert [cell for cell in _small(true, shown) if reader.possible_values(*cell) < _WIDTH] == []


@settings(max_examples=20)
@given(answers=st.one_of(_answers(), _answers(most_per_person=3)))
def test_a_total_that_one_table_hides_is_hidden_in_all(answers):
    _, _, shown = _tables(*answers)
    assert all(seen[:, -1].tolist() == shown[0][:, -1].tolist() for seen in shown)


def test_tables_made_one_by_one_give_away_what_together_they_hide(outsider):
    """The control: each table is safe by itself, and what one hides of the totals stands in the other."""
    themes = np.repeat([0, 1, 2], [8, 4, 4])
    languages = [*["fr"] * 5, *["en"] * 3, *["fr"] * 2, *["en"] * 2, *["fr"] * 3, "en"]
    columns = {LANGUAGE: _series(languages), "group": _series("aabbbbbb" + "aabb" + "bbbb")}
    apart = [count_people(_people(16), themes, 3, {name: by}, _LEAST)[0] for name, by in columns.items()]
    together = count_people(_people(16), themes, 3, columns, _LEAST)
    true = [_true_numbers(_people(16), themes, 3, columns[t.column], t.values) for t in together]
    told = _told(together)
    alone = outsider(true[:1], [_shown(apart[0])], told=told)
    assert alone.possible_values(0, 1, 2) >= _WIDTH  # the four people of the second theme
    assert outsider(true, [_shown(t) for t in apart], told=told).possible_values(0, 1, 2) < 1e-6
    assert outsider(true, [_shown(t) for t in together], told=told).possible_values(0, 1, 2) >= _WIDTH


def test_a_number_of_one_table_does_not_say_how_large_a_hidden_theme_of_another_is_at_least(outsider):
    themes = np.repeat([0, 1], [12, 6])
    columns = {LANGUAGE: _series(["fr", "en"] * 9), "group": _series("a" * 6 + "b" * 6 + "b" * 6)}
    tables, true, shown = _tables(_people(18), themes, 2, columns)
    of_b = tables[1].values.index("b")
    assert not shown[0][1, -1]
    assert true[1][1, of_b] == 6
    naive = [seen.copy() for seen in shown]
    naive[1][1, of_b] = True  # the control: six at least, of two languages that count four at most
    told = _told(tables)
    assert outsider(true, naive, told=told).possible_values(0, 1, 0) < _WIDTH
    assert outsider(true, shown, told=told).possible_values(0, 1, 0) >= _WIDTH


@settings(max_examples=20)
@given(answers=st.one_of(_answers(), _answers(most_per_person=3)))
def test_of_a_theme_whose_people_are_hidden_no_table_shows_anything(answers):
    _, _, shown = _tables(*answers)
    assert not any(seen[~seen[:, -1]].any() for seen in shown)


def test_where_people_speak_in_several_themes_the_last_row_does_not_bound_a_small_number(outsider):
    # of ten people nine speak in the first theme and all in the second, so four or five of "a" speak in the first
    who = [0, 1, 2, 3, 5, 6, 7, 8, 9, *range(10)]
    people, themes = _series(f"p{i}" for i in who), np.repeat([0, 1], [9, 10])
    (table,), true, shown = _tables(people, themes, 2, {"group": _series("a" if i < 5 else "b" for i in who)})
    of_a = table.values.index("a")
    assert true[0][0, of_a] == 4
    assert outsider(true, shown, "overlap").possible_values(0, 0, of_a) >= _WIDTH


def test_where_people_speak_in_several_themes_no_columns_total_bounds_a_small_number(outsider):
    # five people of "a", five of "b", forty of "c"; four of "a" and all of "b" speak in the first theme
    who = [*range(4), *range(5, 10), *range(10, 20), *range(10), *range(10, 30), *range(10), *range(30, 50)]
    people, themes = _series(f"p{i}" for i in who), np.repeat([0, 1, 2], [19, 30, 30])
    by = _series("a" if i < 5 else "b" if i < 10 else "c" for i in who)
    (table,), true, shown = _tables(people, themes, 3, {"group": by})
    of_a = table.values.index("a")
    assert (true[0][0, of_a], shown[0][0, -1]) == (4, True)
    assert outsider(true, shown, "overlap").possible_values(0, 0, of_a) >= _WIDTH
    naive = shown[0].copy()
    naive[-1] = True  # the control: no more than five of "b" leave four of "a" at least
    assert outsider(true, [naive], "overlap").possible_values(0, 0, of_a) < _WIDTH


def test_where_people_speak_in_several_themes_their_number_does_not_say_how_large_a_hidden_theme_is(outsider):
    # of forty people 37 speak in the first theme, so the second has three at least, and fewer than five
    people, themes = _series(f"p{i}" for i in [*range(37), *range(36, 40)]), np.repeat([0, 1], [37, 4])
    (table,), true, shown = _tables(people, themes, 2, {LANGUAGE: _series(["fr", "en"] * 18 + ["fr"] * 2 + ["en"] * 3)})
    naive = shown[0].copy()
    naive[-1, -1] = True
    assert outsider(true, [naive], "overlap", [True]).possible_values(0, 1, 2) < _WIDTH
    assert outsider(true, shown, "overlap", [True]).possible_values(0, 1, 2) >= _WIDTH
    assert [row[-1] for row in table.counts] == [37, None, None]


def test_the_number_of_all_people_does_not_say_how_many_speak_the_language_that_few_speak(outsider):
    people = _series(["p0", "p0", "p1", "p2", "p3", "p3", "p4", "p5", "p6"])
    themes = np.array([0, 1, 0, 0, 0, 2, 0, 0, 0])
    by = _series(["en", "en", "fr", "en", "en", "en", "en", "fr", "en"])
    _, true, shown = _tables(people, themes, 3, {LANGUAGE: by})
    assert true[0][-1].tolist() == [5, 2, 7]
    naive = shown[0].copy()
    naive[-1, -1] = True  # of seven people, five at least speak the language that is not known to be small
    assert outsider(true, [naive], "overlap", [True]).possible_values(0, 3, 1) < _WIDTH
    assert not shown[0][-1, -1]


def test_who_speaks_twice_in_one_theme_changes_nothing():
    once = _series(f"p{i}" for i in range(40)), np.repeat([0, 1], [30, 10])
    twice = _series(f"p{i}" for i in [*range(40), 0, 39]), np.append(once[1], [0, 1])
    by = ["fr", "en"] * 20
    tables = [
        _tables(people, themes, 2, {LANGUAGE: _series([*by, "fr", "en"][: len(people)])})[0][0]
        for people, themes in (once, twice)
    ]
    assert tables[0] == tables[1]
    assert None not in tables[0].counts[-1]


def test_the_number_of_all_people_is_shown_where_it_says_nothing_of_a_hidden_theme():
    # the three people of the second theme speak in the first too
    people, themes = _series(f"p{i}" for i in [*range(40), 0, 1, 2]), np.repeat([0, 1], [40, 3])
    (table,), _, _ = _tables(people, themes, 2, {LANGUAGE: _series(["fr", "en"] * 20 + ["fr", "en", "fr"])})
    assert [row[-1] for row in table.counts] == [40, None, 40]


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


def test_columns_whose_totals_are_hidden_stand_by_name_after_the_others():
    orders = set()
    for french, english in ((3, 4), (4, 3)):
        by = _series(["fr"] * french + ["en"] * english + ["x"] * 6 + ["y"] * 7 + [""] * 9)
        (table,) = count_people(_people(29), np.zeros(29, dtype=int), 1, {"group": by}, _LEAST)
        hidden = [cell is None for cell in table.counts[-1]]
        assert hidden == sorted(hidden[:-2]) + hidden[-2:]
        orders.add(table.values)
    assert orders == {("y", "x", "en", "fr", "")}  # the same, whichever of the two hidden ones is larger


def test_a_value_of_fewer_than_five_people_has_no_heading():
    by = _series(["Kuujjuaq"] * 4 + ["Gatineau"] * 9 + ["Laval"] * 5 + ["Alma"] * 2)
    (table,) = count_people(_people(20), np.zeros(20, dtype=int), 1, {"town": by}, _LEAST)
    assert table.values == ("Gatineau", "Laval", OTHER_VALUES)
    assert table.counts[0] == (9, 5, 6, 20)


def test_a_language_of_few_people_and_what_was_not_said_keep_their_headings():
    by = _series(["fr"] * 20 + ["en"] * 2 + [""] * 3)
    (table,) = count_people(_people(25), np.zeros(25, dtype=int), 1, {LANGUAGE: by}, _LEAST)
    assert set(table.values) == {"fr", "en", ""}
    assert all(count is None or count >= _LEAST for row in table.counts for count in row)


def test_themes_stand_from_the_largest_and_hidden_ones_last_as_they_came():
    table = CountTable("group", ("a",), ((None, 7), (None, None), (None, 9), (None, None), (None, 7), (None, None)))
    # three has the most people; of zero and four, equal, and of one and three, hidden, the first seen comes first
    assert public_order(table, [3, 4, 2, 1, 0]) == [2, 4, 0, 3, 1]


def test_the_order_of_themes_tells_nothing_of_hidden_totals():
    orders = set()
    for first, second in ((1, 4), (4, 1), (2, 3)):
        themes = np.array([2] * 20 + [1, 0] + [0] * (first - 1) + [1] * (second - 1) + [3] * 30)
        columns = {LANGUAGE: _series(["fr", "en"] * (len(themes) // 2) + ["fr"] * (len(themes) % 2))}
        (table,) = count_people(_people(len(themes)), themes, 4, columns, _LEAST)
        assert [row[-1] for row in table.counts[:2]] == [None, None]
        orders.add(tuple(public_order(table, np.unique(themes, return_index=True)[1].tolist())))
    assert len(orders) == 1


def test_reordered_themes_keep_their_counts_and_the_last_row():
    table = CountTable("group", ("a",), ((1, 1), (2, 2), (3, 3), (6, 6)))
    assert table.reordered([2, 0, 1]).counts == ((3, 3), (1, 1), (2, 2), (6, 6))


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


@given(
    said=st.lists(
        st.tuples(st.integers(0, 29), st.integers(0, 2), st.sampled_from(["a", "b", "c"])), min_size=1, max_size=120
    )
)
def test_what_a_table_by_question_hides_can_be_anything_under_the_least(said):
    """People may stand under several questions: a row's people lie between its largest number and the sum of all."""
    frame = pd.DataFrame(said, columns=["person", "theme", "question"])
    true = frame.drop_duplicates().groupby(["theme", "question"]).size()
    people = frame.groupby("theme")["person"].nunique()
    totals = [int(n) if (n := people.get(theme, 0)) >= 5 else None for theme in range(3)]
    table = count_by_question(
        frame["person"], frame["theme"].to_numpy(), frame["question"], [*totals, frame["person"].nunique()], 5
    )
    for theme, (*cells, total) in enumerate(table.counts[:-1]):
        assert total == totals[theme]
        hidden = [place for place, cell in enumerate(cells) if cell is None]
        for place, cell in enumerate(cells):
            truth = int(true.get((theme, table.values[place]), 0))
            assert cell in (None, truth)
            assert truth >= 5 or cell is None
            if cell is None and total is not None:
                # how much of the row's people this one must at least hold: the others hold all they can
                others = sum(known for known in cells if known is not None) + total * (len(hidden) - 1)
                assert others >= total
    for place in range(len(table.values)):
        if table.counts[-1][place] is not None:
            assert None not in [row[place] for row in table.counts[:-1]]
