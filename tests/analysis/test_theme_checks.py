"""Checks of a set: each fault is found where it is planted, not where it is not, and nothing hidden is told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.protection import OTHER_VALUES
from analysis.theme_checks import Check, Checked, Counts, Remedy, check_themes, mixes_of, nearest_themes

_APART = np.eye(3)


def _themes(people=(40, 42, 38), cohesion=(0.5, 0.5, 0.5), fr=("Eau", "Feu", "Air"), en=("Water", "Fire", "Air")):
    columns = zip(people, cohesion, fr, en, strict=True)
    return [Checked(i + 1, {"fr": f, "en": e}, c, p) for i, (p, c, f, e) in enumerate(columns)]


def _counts(*rows, values=("fr", "en"), column="", is_language=True):
    body = [(*row, None if None in row else sum(row)) for row in rows]
    totals = tuple(sum(count or 0 for count in counts) for counts in zip(*body, strict=True))
    return Counts(column, values, (*body, totals), is_language)


def _found(themes=None, nearness=_APART, tables=(), everybody=120):
    return [(one.check, one.themes) for one in check_themes(themes or _themes(), nearness, everybody, tables)]


_EVEN = _counts((20, 20), (21, 21), (19, 19))


def test_a_sound_set_has_no_finding():
    assert _found(tables=[_EVEN]) == []


def test_two_themes_that_are_the_same_thing_are_found():
    near = np.array([[1.0, 0.8, 0.1], [0.8, 1.0, 0.1], [0.1, 0.1, 1.0]])
    found = check_themes(_themes(), near, 120, [])
    assert [(one.check, one.themes, one.remedy) for one in found] == [(Check.NEAR_DUPLICATES, (1, 2), Remedy.MERGE)]
    assert found[0].values == {"nearness": 0.8}


def test_the_same_label_is_found_in_the_language_it_is_the_same_in():
    found = check_themes(_themes(fr=("Eau", "Feu", "eau !")), _APART, 120, [])
    assert [(one.check, one.themes, one.values) for one in found] == [(Check.SAME_LABEL, (1, 3), {"language": "fr"})]


def test_two_themes_without_a_label_do_not_share_one():
    assert _found(_themes(fr=("", "", "Air"))) == []


def test_a_catch_all_is_large_and_loose():
    assert _found(_themes(people=(90, 40, 30), cohesion=(0.3, 0.5, 0.5))) == [(Check.CATCH_ALL, (1,))]
    assert _found(_themes(people=(90, 40, 30))) == []  # large, and as alike as the others
    assert _found(_themes(cohesion=(0.3, 0.5, 0.5))) == []  # loose, and no larger


@pytest.mark.parametrize(("people", "everybody", "is_tiny"), [(7, 120, True), (9, 120, False), (9, 900, True)])
def test_a_tiny_theme_is_found_by_its_people_and_by_their_share(people, everybody, is_tiny):
    assert bool(_found(_themes(people=(people, 40, 38)), everybody=everybody)) == is_tiny


def test_a_theme_of_one_language_is_found_and_its_twin_in_the_other():
    table = _counts((38, 2), (2, 40), (19, 19))
    assert _found(tables=[table]) == [(Check.ONE_LANGUAGE, (1,)), (Check.ONE_LANGUAGE, (2,))]
    near = np.array([[1.0, 0.5, 0.1], [0.5, 1.0, 0.1], [0.1, 0.1, 1.0]])
    assert _found(nearness=near, tables=[table]) == [(Check.LANGUAGE_TWINS, (1, 2))]


def test_where_nearly_everybody_speaks_one_language_no_theme_is_of_one():
    assert _found(tables=[_counts((38, 2), (40, 2), (38, 0))]) == []


def test_a_theme_of_one_group_is_found():
    table = _counts((36, 4), (11, 31), (5, 33), values=("caregiver", "patient"), column="group", is_language=False)
    found = check_themes(_themes(), _APART, 120, [table])
    assert [(one.check, one.themes) for one in found if one.themes == (1,)] == [(Check.ONE_GROUP, (1,))]
    assert found[0].values == {"column": "group", "value": "caregiver", "people": 36, "of": 40, "ratio": 2.08}


@pytest.mark.parametrize("values", [("Agree", "Disagree"), ("D’accord", "Pas d’accord"), ("Pour", "Contre")])
def test_agreement_mixed_with_disagreement_is_found_by_a_closed_question(values):
    table = _counts((20, 20), (40, 2), (1, 37), values=values, column="position", is_language=False)
    mixed = [one for one in check_themes(_themes(), _APART, 120, [table]) if one.check == Check.POSITIONS_MIXED]
    assert [(one.themes, one.values["for"], one.values["against"]) for one in mixed] == [((1,), 20, 20)]


@pytest.mark.parametrize("values", [("Yes", "No"), ("Oui", "Non")])
def test_yes_and_no_are_no_positions(values):
    table = _counts((20, 20), (21, 21), (19, 19), values=values, column="has_doctor", is_language=False)
    assert _found(tables=[table]) == []


def test_those_of_no_one_group_are_no_group():
    for value in ("", OTHER_VALUES):
        table = _counts((36, 4), (11, 31), (5, 33), values=(value, "b"), column="group", is_language=False)
        assert (Check.ONE_GROUP, (1,)) not in _found(tables=[table])


def test_nothing_is_found_of_a_theme_whose_people_are_hidden():
    themes, near = _themes(people=(None, 40, 38), fr=("Eau", "Eau", "Air")), np.full((3, 3), 0.8)
    table = _counts((38, 2), (2, 38), (19, 19))
    assert _found(themes, near, [table]) == [(Check.NEAR_DUPLICATES, (2, 3)), (Check.ONE_LANGUAGE, (2,))]


def test_a_group_is_no_closed_question():
    table = _counts((20, 20), (21, 21), (19, 19), values=("patient", "no answer"), column="group", is_language=False)
    assert _found(tables=[table]) == []


def test_nothing_is_found_in_numbers_that_are_hidden():
    hidden = _counts((None, None), (2, 40), (19, 19))
    assert _found(tables=[hidden]) == [(Check.ONE_LANGUAGE, (2,))]
    assert _found(_themes(people=(None, 40, 38))) == []
    positions = _counts((None, 20), (40, 2), (1, 37), values=("for", "against"), column="position", is_language=False)
    assert Check.POSITIONS_MIXED not in [check for check, _ in _found(tables=[positions])]


_CELL = st.one_of(st.none(), st.integers(5, 60))


@given(st.lists(st.tuples(_CELL, _CELL), min_size=3, max_size=3))
def test_every_number_in_a_finding_is_one_that_is_shown(rows):
    table = _counts(*rows)
    shown = {count for row in table.rows for count in row if count is not None}
    people = tuple(row[-1] for row in table.rows[:-1])
    for finding in check_themes(_themes(people=people), _APART, table.rows[-1][-1], [table]):
        counts = {name: value for name, value in finding.values.items() if name in ("people", "of", "for", "against")}
        assert set(counts.values()) <= shown


def test_the_nearest_theme_is_another_one():
    near = np.array([[1.0, 0.2, 0.6], [0.2, 1.0, 0.3], [0.6, 0.3, 1.0]])
    assert nearest_themes(near) == [(2, 0.6), (2, 0.3), (0, 0.6)]
    assert nearest_themes(np.eye(1)) == [None]


def test_a_mix_is_a_share_beside_everybodys():
    table = _counts((30, 10), (10, 30))
    assert [(mix.value, mix.people, mix.of, mix.ratio) for mix in mixes_of(0, table)] == [
        ("fr", 30, 40, 1.5),
        ("en", 10, 40, 0.5),
    ]
    assert mixes_of(0, _counts((None, 10), (10, 30))) == ()
