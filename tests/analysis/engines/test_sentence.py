"""The engines that read with the sentence encoder: a sample is fitted, the rest is placed, and reading can be kept."""

import numpy as np
import pytest

from analysis.engines import encoder, in_parts, load_engine


def _silent(done: int, total: int) -> None:
    pass


@pytest.fixture(params=["hybrid", "sentence"])
def name(request):
    return request.param


def _vectors(name, texts, languages=None, kept=None):
    return load_engine(name, kept).vectors(texts, languages or ["fr"] * len(texts), 1, _silent).values


def _cosines_alike(values, others):
    """Compare what is near what: axes may differ."""
    return np.corrcoef((values @ values.T).ravel(), (others @ others.T).ravel())[0, 1]


def test_texts_above_the_sample_are_placed_by_what_the_sample_fitted(name, planted, monkeypatch):
    whole = _vectors(name, planted["text"], planted["language"])
    monkeypatch.setattr(in_parts, "TEXTS_TO_FIT", 80)
    monkeypatch.setattr(in_parts, "_TEXTS_TO_PLACE", 16)
    monkeypatch.setattr(in_parts, "_TEXTS_TO_ENCODE", 32)
    values = _vectors(name, planted["text"], planted["language"])
    assert values.shape == whole.shape
    np.testing.assert_allclose(np.linalg.norm(values, axis=1), 1.0)
    assert values.tobytes() == _vectors(name, planted["text"], planted["language"]).tobytes()
    assert _cosines_alike(values, whole) > 0.8


def test_a_text_as_long_as_a_book_is_read_in_part_and_does_not_stop_the_others(name, planted):
    values = _vectors(name, [*planted["text"], "attente à l’urgence " * 20_000])
    assert np.linalg.norm(values[-1]) == pytest.approx(1.0)


def test_fewer_texts_than_dimensions_still_have_vectors(name, planted):
    assert _vectors(name, planted["text"][:11]).shape == (11, 11)


def test_texts_without_a_word_of_meaning_still_have_vectors(name):
    values = _vectors(name, [f"{'il y a ' * i}de la" for i in range(1, 13)])
    assert len(values) == 12
    assert np.isfinite(values).all()


def test_kept_vectors_are_the_same_and_nothing_is_read_twice(name, planted, tmp_path, monkeypatch):
    first = _vectors(name, planted["text"], planted["language"], kept=tmp_path / "kept")
    assert first.tobytes() == _vectors(name, planted["text"], planted["language"]).tobytes()
    read = []
    monkeypatch.setattr(encoder, "encode_part", lambda texts: read.extend(texts))
    again = _vectors(name, planted["text"], planted["language"], kept=tmp_path / "kept")
    assert again.tobytes() == first.tobytes()
    assert read == []
