"""Groups of unit vectors: numbered from the largest, with how close each row is to its own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import normalize

from analysis import clusters
from analysis.clusters import cluster


@pytest.fixture(params=["whole passes", "mini-batches"])
def either_way(request, monkeypatch):
    if request.param == "mini-batches":
        monkeypatch.setattr(clusters, "_ROWS_FOR_WHOLE_PASSES", 50)


def test_planted_groups_are_found_largest_first(either_way, blobs):
    vectors, planted = blobs(20, 60, 30, 40)
    found = cluster(vectors, 4, seed=1)
    assert np.bincount(found.labels).tolist() == [60, 40, 30, 20]
    assert adjusted_rand_score(planted, found.labels) == 1.0


def test_of_equal_groups_the_one_seen_first_comes_first(blobs):
    vectors, planted = blobs(25, 25, 25)
    labels = cluster(vectors, 3, seed=1).labels
    seen = list(dict.fromkeys(labels.tolist()))
    assert seen == [0, 1, 2]
    assert adjusted_rand_score(planted, labels) == 1.0


def test_the_same_seed_gives_the_same_groups(either_way, noise):
    first, again = cluster(noise, 7, seed=5), cluster(noise, 7, seed=5)
    assert first.labels.tolist() == again.labels.tolist()
    assert first.centres.tobytes() == again.centres.tobytes()
    assert first.strengths.tobytes() == again.strengths.tobytes()


def test_another_seed_may_group_noise_otherwise(noise):
    labels = [cluster(noise, 7, seed=seed, restarts=1).labels for seed in (1, 2)]
    assert adjusted_rand_score(*labels) < 0.9


@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
def test_labels_cover_every_group_and_strengths_are_cosines(seed, k):
    vectors = normalize(np.random.default_rng(seed).normal(size=(40, 5)))
    found = cluster(vectors, k, seed=seed, restarts=1)
    assert sorted(set(found.labels.tolist())) == list(range(k))
    counts = np.bincount(found.labels)
    assert counts.tolist() == sorted(counts.tolist(), reverse=True)
    assert found.strengths.min() >= -1 - 1e-9
    assert found.strengths.max() <= 1 + 1e-9
    np.testing.assert_allclose(np.linalg.norm(found.centres, axis=1), 1.0)


def test_strengths_are_the_cosines_to_the_groups_own_centres(blobs):
    vectors, _ = blobs(10, 20, 30)
    found = cluster(vectors, 3, seed=1)
    expected = [float(v @ found.centres[g]) for v, g in zip(vectors, found.labels, strict=True)]
    np.testing.assert_allclose(found.strengths, expected)
    assert found.strengths.min() > 0.9


def test_each_row_of_separate_groups_is_nearest_to_its_own_centre(blobs):
    vectors, _ = blobs(10, 20, 30)
    found = cluster(vectors, 3, seed=1)
    assert (vectors @ found.centres.T).argmax(axis=1).tolist() == found.labels.tolist()


def test_the_largest_group_is_the_one_with_the_most_people(blobs):
    vectors, planted = blobs(30, 20)
    one_person_each = cluster(vectors, 2, seed=1)
    talkative = np.where(planted == 0, 0, np.arange(len(planted)))  # one person wrote all thirty of the first group
    by_people = cluster(vectors, 2, seed=1, people=talkative)
    assert np.bincount(one_person_each.labels).tolist() == [30, 20]
    assert np.bincount(by_people.labels).tolist() == [20, 30]


def test_groups_under_other_numbers_are_the_same_groups(blobs):
    vectors, _ = blobs(30, 20, 10)
    found = cluster(vectors, 3, seed=1)
    other = found.reordered([2, 0, 1])
    assert other.labels.tolist() == [[1, 2, 0][group] for group in found.labels]
    np.testing.assert_array_equal(other.centres, found.centres[[2, 0, 1]])
    np.testing.assert_allclose(np.einsum("ij,ij->i", vectors, other.centres[other.labels]), other.strengths)
