"""The language is taken out where clusters follow it for no reason, and left where people speak of other things."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_mutual_info_score
from sklearn.preprocessing import normalize

from analysis.clusters import cluster
from analysis.engines.language_guard import two_languages
from analysis.engines.projection import Projection

SUBJECTS, EACH = 6, 40


def _texts(share_of_french, offset):
    """Make vectors on six subjects; where texts are French they stand ``offset`` away in one direction."""
    rng = np.random.default_rng(4)
    subject = np.repeat(np.arange(SUBJECTS), EACH)
    french = np.concatenate([np.arange(EACH) < round(EACH * share) for share in share_of_french])
    vectors = np.eye(SUBJECTS + 6)[subject] + rng.normal(0, 0.25, (len(subject), SUBJECTS + 6))
    vectors[:, -1] += offset * french
    return normalize(vectors), subject, np.where(french, "fr", "en")


def _fit(vectors, languages):
    projection = Projection.fit(vectors, languages.tolist(), 10, 1)
    return projection, projection.reduce(vectors, languages.tolist())


def _agreement(vectors, labels):
    return adjusted_mutual_info_score(labels, cluster(vectors, SUBJECTS, 1).labels)


def test_an_offset_between_languages_is_taken_out_and_themes_are_better_for_it():
    vectors, subject, languages = _texts([0.5] * SUBJECTS, offset=2.0)
    before = normalize(vectors - vectors.mean(axis=0))
    projection, after = _fit(vectors, languages)
    assert projection.settings["language_taken_out"] is True
    assert _agreement(before, languages) > 0.2
    assert abs(_agreement(after, languages)) < 0.02
    assert _agreement(after, subject) > _agreement(before, subject) + 0.1


@pytest.mark.parametrize("shares", [[0.5] * 6, [0.9] * 3 + [0.1] * 3])
def test_without_an_offset_nothing_is_taken_out_even_where_each_language_has_its_subjects(shares):
    vectors, subject, languages = _texts(shares, offset=0.0)
    projection, after = _fit(vectors, languages)
    assert projection.settings["language_taken_out"] is False
    assert not projection.offsets
    assert _agreement(after, subject) > 0.8


def test_what_was_looked_at_is_told():
    vectors, _, languages = _texts([0.9] * 3 + [0.1] * 3, offset=0.0)
    settings = _fit(vectors, languages)[0].settings
    assert settings["clusters_follow_language"] > 0.05  # they do, and rightly
    assert settings["languages_apart"] < 0.025


def test_a_language_of_a_few_texts_is_no_language_to_correct():
    assert two_languages(["fr"] * 50 + ["en"] * 9) is None
    assert two_languages(["fr"] * 50) is None
    assert two_languages(["fr"] * 50 + ["en"] * 10) == ("en", "fr")
