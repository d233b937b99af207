"""Sentence vectors follow what is said, whichever language says it."""

import numpy as np
import pytest

from analysis.engines import sentence
from analysis.engines.sentence import SentenceEngine


def _silent(done: int, total: int) -> None:
    pass


def _vectors(texts, seed=1):
    return SentenceEngine().vectors(texts, ["fr"] * len(texts), seed, _silent).values


def test_rows_in_another_order_give_the_same_vectors_in_that_order(planted):
    order = np.random.default_rng(3).permutation(len(planted["text"]))
    values = _vectors(planted["text"])
    assert _vectors([planted["text"][i] for i in order]).tobytes() == values[order].tobytes()


def test_an_answer_is_closer_to_its_subject_in_the_other_language_than_to_other_subjects(planted):
    values = _vectors(planted["text"])
    topics, languages = np.array(planted["topic"]), np.array(planted["language"])
    cosines = values @ values.T
    across = languages[:, None] != languages[None, :]
    same = topics[:, None] == topics[None, :]
    assert cosines[across & same].mean() > 0.3
    assert cosines[across & ~same].mean() < 0.0


def test_texts_above_the_sample_are_placed_by_what_the_sample_fitted(planted, monkeypatch):
    whole = _vectors(planted["text"])
    monkeypatch.setattr(sentence, "_TEXTS_TO_FIT", 80)
    monkeypatch.setattr(sentence, "_TEXTS_AT_ONCE", 16)
    values = _vectors(planted["text"])
    assert values.shape == whole.shape
    np.testing.assert_allclose(np.linalg.norm(values, axis=1), 1.0)
    assert values.tobytes() == _vectors(planted["text"]).tobytes()
    # the axes differ, what is near what hardly does
    assert np.corrcoef((values @ values.T).ravel(), (whole @ whole.T).ravel())[0, 1] > 0.9


def test_a_text_as_long_as_a_book_is_read_in_part_and_does_not_stop_the_others(planted):
    values = _vectors([*planted["text"], "attente à l’urgence " * 20_000])
    assert np.linalg.norm(values[-1]) == pytest.approx(1.0)


def test_fewer_texts_than_dimensions_still_have_vectors(planted):
    assert _vectors(planted["text"][:11]).shape == (11, 11)
