"""Groups that are there come back from part of the answers; groups that are not do not, and this is said."""

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import normalize

from analysis import stability
from analysis.clusters import cluster
from analysis.stability import (
    NUMBERS_TRIED,
    Agreement,
    Choice,
    Ground,
    agreement_curve,
    choose_number,
    theme_stability,
)


def _group(vectors, k, seed):
    return cluster(vectors, k, seed, restarts=3).labels


def _silent(done: int, total: int) -> None:
    pass


def _curve(vectors, seed=1):
    return agreement_curve(vectors, NUMBERS_TRIED, seed, _group, _silent)


@pytest.mark.parametrize("number", [4, 5, 6, 8, 12])
def test_the_planted_number_of_separate_groups_is_found_because_it_comes_back(blobs, number):
    vectors, _ = blobs(*[30] * number)
    choice = choose_number(_curve(vectors), 400)
    assert choice == Choice(number, Ground.COMES_BACK)


def test_in_noise_no_number_comes_back_and_this_is_said(noise):
    curve = _curve(noise)
    assert max(point.agreement for point in curve if point.themes >= 4) < 0.6
    assert choose_number(curve, 400).ground == Ground.NONE_COMES_BACK


def test_where_none_comes_back_each_theme_has_fifteen_answers_on_average():
    noise = [Agreement(k, 0.3, 5, k / 100) for k in (3, 4, 7, 10, 14, 20)]
    assert choose_number(noise, 400) == Choice(20, Ground.NONE_COMES_BACK)
    assert choose_number(noise, 211) == Choice(14, Ground.NONE_COMES_BACK)
    assert choose_number(noise, 30) == Choice(4, Ground.NONE_COMES_BACK)
    clear_but_few = [Agreement(4, 0.59, 5, 0.5), *noise[2:]]
    assert choose_number(clear_but_few, 400).themes >= 8
    assert choose_number(clear_but_few, 100) == Choice(4, Ground.NONE_COMES_BACK)
    back = [*noise, Agreement(25, 0.7, 5, 0.25)]
    assert choose_number(back, 211) == Choice(25, Ground.COMES_BACK)


def test_where_nothing_tells_numbers_apart_the_middle_of_what_can_be_read_is_chosen():
    curve = [Agreement(k, 0.3, 5, 0.1) for k in NUMBERS_TRIED]
    assert choose_number(curve, 400) == Choice(9, Ground.NONE_COMES_BACK)


def test_groups_that_come_back_and_groups_that_stand_apart_both_count():
    alike = {"smallest": 9, "separation": 0.2}
    back = [Agreement(k, 0.9 if k == 6 else 0.7, **alike) for k in NUMBERS_TRIED]
    assert choose_number(back, 400) == Choice(6, Ground.COMES_BACK)
    apart = [Agreement(k, 0.7, 9, 0.4 if k == 14 else 0.2) for k in NUMBERS_TRIED]
    assert choose_number(apart, 400) == Choice(14, Ground.COMES_BACK)
    # a little more agreement does not outweigh groups that stand half as clearly apart
    both = [Agreement(4, 0.72, 9, 0.1), Agreement(7, 0.70, 9, 0.2)]
    assert choose_number(both, 400) == Choice(7, Ground.COMES_BACK)


def test_three_themes_are_chosen_only_where_no_larger_number_was_tried_and_not_because_they_come_back():
    assert choose_number([Agreement(3, 0.9, 4)], 400) == Choice(3, Ground.FEW_ANSWERS)
    assert choose_number([Agreement(3, 1.0, 4), Agreement(4, 0.1, 4)], 400) == Choice(4, Ground.NONE_COMES_BACK)


def test_two_themes_are_made_where_no_number_could_be_tried():
    assert choose_number([], 400) == Choice(2, Ground.FEW_ANSWERS)


def test_numbers_above_a_tenth_of_the_rows_are_not_tried(noise):
    tried = [point.themes for point in _curve(noise[:60])]
    assert tried == [3, 4, 5, 6]


def test_no_more_groups_are_tried_than_part_of_the_answers_can_hold(blobs):
    vectors, _ = blobs(50, 50, 50, 50, spread=0.0)  # only four distinct rows
    assert [point.themes for point in _curve(vectors)] == [3]


def test_groups_that_stand_apart_have_a_separation_near_one_and_noise_near_none(blobs, noise):
    vectors, _ = blobs(30, 30, 30, 30)
    assert next(point.separation for point in _curve(vectors) if point.themes == 4) > 0.9
    assert max(point.separation for point in _curve(noise)) < 0.2


def test_the_same_seed_gives_the_same_curve(noise):
    assert _curve(noise[:100], seed=4) == _curve(noise[:100], seed=4)


def test_a_large_set_is_judged_on_a_sample(blobs, monkeypatch):
    monkeypatch.setattr(stability, "_ROWS", 100)
    seen = []

    def watched(vectors, k, seed):
        seen.append(len(vectors))
        return _group(vectors, k, seed)

    vectors, _ = blobs(*[60] * 5)
    curve = agreement_curve(vectors, (4, 5), 1, watched, _silent)
    assert max(seen) == 100
    assert choose_number(curve, 400) == Choice(5, Ground.COMES_BACK)


def test_progress_counts_the_numbers_tried(blobs):
    vectors, _ = blobs(20, 20, 20)
    told: list[tuple[int, int]] = []
    agreement_curve(vectors, (3, 4, 5), 1, _group, lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_separate_groups_come_back_whole(blobs):
    vectors, planted = blobs(40, 30, 20, 10)
    np.testing.assert_allclose(theme_stability(vectors, planted, 1, _group), 1.0)


def test_groups_of_noise_come_back_badly(noise):
    labels = cluster(noise, 10, seed=1).labels
    scores = theme_stability(noise, labels, 1, _group)
    assert scores.shape == (10,)
    assert scores.mean() < 0.6


def test_one_accidental_group_among_real_ones_is_the_one_that_scores_low(blobs):
    vectors, planted = blobs(40, 40, 40, 40)
    rng = np.random.default_rng(2)
    # groups 2 and 3 are cut anew at random, across both
    mixed = np.where(planted >= 2, rng.integers(2, 4, len(planted)), planted)
    scores = theme_stability(vectors, mixed, 1, _group)
    assert scores[:2].min() > 0.95
    assert scores[2:].max() < 0.6


def _few_distinct_rows():
    """Make 188 rows of 19 distinct ones, most so rare that a subsample holds fewer than the themes that are tried."""
    distinct = normalize(np.random.default_rng(3).normal(size=(19, 12)))
    return np.repeat(distinct, [170, *[1] * 18], axis=0)


def test_many_identical_rows_never_ask_for_more_groups_than_there_are():
    vectors = _few_distinct_rows()
    assert vectors.shape == (188, 12)
    asked = []

    def watched(part, k, seed):
        asked.append(len(np.unique(part, axis=0)) - k)
        return _group(part, k, seed)  # k-means warns of too few distinct rows, and a warning fails a test

    curve = agreement_curve(vectors, NUMBERS_TRIED, 1, watched, _silent)
    assert [point.themes for point in curve] == [k for k in NUMBERS_TRIED if k <= 15]
    scores = theme_stability(vectors, cluster(vectors, 15, seed=1).labels, 1, watched)
    assert min(asked) >= 0
    assert scores.shape == (15,)


def test_k_means_warns_where_it_is_asked_for_more_groups_than_there_are_rows():
    """The control: without the limit the test above would fail."""
    with pytest.warns(ConvergenceWarning):
        _group(np.repeat(np.eye(3), 10, axis=0), 4, 1)


def test_a_group_that_a_subsample_lacks_does_not_count_against_it():
    vectors = np.repeat(np.eye(5), [30, 30, 30, 30, 1], axis=0)
    labels = np.repeat(np.arange(5), [30, 30, 30, 30, 1])
    seen = []

    def watched(part, k, seed):
        seen.append(bool((part[:, 4] == 1).any()))
        return _group(part, k, seed)

    scores = theme_stability(vectors, labels, 1, watched)
    assert 0 < sum(seen) < len(seen)  # some subsamples hold the one row, and some do not
    np.testing.assert_allclose(scores, 1.0)


def test_a_group_that_no_subsample_holds_has_not_been_seen_to_come_back(monkeypatch):
    monkeypatch.setattr(stability, "_SUBSAMPLES", 1)
    labels = np.repeat(np.arange(3), [30, 30, 1])
    vectors = np.repeat(np.eye(3), [30, 30, 1], axis=0)
    rows = [theme_stability(vectors, labels, seed, _group).tolist() for seed in range(12)]
    assert {tuple(row) for row in rows} == {(1.0, 1.0, 0.0), (1.0, 1.0, 1.0)}


def test_scores_stay_between_0_and_1_where_rows_repeat():
    vectors = normalize(np.repeat(np.eye(3), [6, 5, 1], axis=0))
    scores = theme_stability(vectors, np.repeat([0, 1, 2], [6, 5, 1]), 1, _group)
    assert (scores >= 0).all()
    assert (scores <= 1).all()


def test_the_ideas_of_an_answer_are_left_out_together():
    answers = np.repeat(np.arange(40), 5)
    vectors = np.column_stack([answers, np.arange(200)]).astype(np.float64)
    seen = []

    def watched(rows, k, seed):
        seen.append(np.unique(rows[:, 0], return_counts=True)[1])
        return np.zeros(len(rows), dtype=np.intp)

    theme_stability(vectors, np.zeros(200, dtype=np.intp), 1, watched, answers)
    assert [counts.tolist() for counts in seen] == [[5] * 32] * 10
    seen.clear()
    theme_stability(vectors, np.zeros(200, dtype=np.intp), 1, watched)
    assert any(set(counts.tolist()) != {5} for counts in seen)  # the control: row by row they are torn apart
