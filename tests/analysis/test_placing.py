"""An idea leans on its answer, and leaves its answer's main theme only for one that is clearly closer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import normalize

from analysis.placing import in_context, place_ideas

_CENTRES = np.eye(3)


def _unit(*row: float) -> np.ndarray:
    return np.asarray(normalize([row])[0])


def _placed(ideas, answers, of, grouped=None):
    ideas, answers, of = np.array(ideas), np.array(answers), np.array(of)
    grouped = (ideas @ _CENTRES.T).argmax(axis=1) if grouped is None else np.array(grouped)
    return place_ideas(ideas, answers, of, _CENTRES, grouped)


def test_an_answer_of_one_idea_is_placed_as_it_is():
    alone = [_unit(1, 0.2, 0), _unit(0, 0.1, 1)]
    placed = _placed(alone, alone, [0, 1])
    assert placed.labels.tolist() == [0, 2]
    assert placed.strengths == pytest.approx([one.max() for one in alone])
    assert placed.is_main.all()
    assert not placed.is_weak.any()


def test_an_answer_of_two_ideas_stands_in_two_themes_the_closest_to_the_whole_being_the_main_one():
    placed = _placed([_unit(1, 0, 0), _unit(0, 1, 0)], [_unit(0.7, 0.5, 0)], [0, 0])
    assert placed.labels.tolist() == [0, 1]
    assert placed.is_main.tolist() == [True, False]


def test_an_idea_that_is_hardly_closer_to_another_theme_goes_along_with_its_answer():
    answer = _unit(1, 0.1, 0)
    placed = _placed([_unit(1, 0, 0), _unit(0.2, 0.5, 0)], [answer], [0, 0], grouped=[0, 0])
    assert placed.labels.tolist() == [0, 0]
    assert not placed.is_weak.any()  # as firm as the answer that it goes along with
    clearly = [_unit(1, 0, 0), _unit(0, 1, 0)]
    assert _placed(clearly, [_unit(0.6, 0.5, 0)], [0, 0], grouped=[0, 0]).labels.tolist() == [0, 1]


def test_what_is_as_close_to_another_theme_or_close_to_none_is_weak():
    alone = [_unit(1, 0.95, 0), _unit(1, 0.5, 0), normalize([[0.2, 0.0, 0.0]])[0] * 0.2]
    assert _placed(alone, alone, [0, 1, 2]).is_weak.tolist() == [True, False, True]


def test_an_idea_that_nothing_could_be_read_of_goes_where_its_answer_goes():
    placed = _placed([_unit(1, 0, 0), np.zeros(3)], [_unit(1, 0, 0)], [0, 0], grouped=[0, 0])
    assert placed.labels.tolist() == [0, 0]


def test_no_group_loses_its_last_idea():
    ideas, answer = [_unit(1, 0, 0), _unit(0.5, 0.6, 0)], _unit(1, 0.1, 0)
    assert _placed(ideas, [answer], [0, 0], grouped=[0, 1]).labels.tolist() == [0, 1]


def test_context_moves_an_idea_towards_its_answer_and_not_past_it():
    ideas, answers, of = np.eye(2, 3), np.array([_unit(0, 0, 1)]), np.array([0, 0])
    close = [float((in_context(ideas, answers, of, weight) @ answers[0]).min()) for weight in (0.0, 0.5, 1.0, 2.0)]
    assert close == sorted(close)
    assert close[0] == 0.0
    assert close[-1] < 1.0


@given(st.integers(0, 10_000))
def test_each_answer_has_one_main_theme_that_one_of_its_ideas_stands_in(seed):
    rng = np.random.default_rng(seed)
    of = np.sort(np.concatenate([np.arange(12), rng.integers(0, 12, 20)]))
    ideas, answers = normalize(rng.normal(size=(32, 3))), normalize(rng.normal(size=(12, 3)))
    grouped = rng.integers(0, 3, 32)
    placed = place_ideas(ideas, answers, of, _CENTRES, grouped)
    assert set(placed.labels.tolist()) >= set(grouped.tolist())
    for answer in range(12):
        assert len(set(placed.labels[(of == answer) & placed.is_main].tolist())) == 1
    assert placed.strengths.min() >= -1.0
    assert placed.strengths.max() <= 1.0
    order = [2, 0, 1]
    again = placed.reordered(order)
    assert [order[label] for label in again.labels] == placed.labels.tolist()
