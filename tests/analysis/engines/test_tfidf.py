"""Vectors of weighted stems: shared words make answers close, and what shares none has no vector."""

import numpy as np
import pytest

from analysis.engines import latent
from analysis.engines.tfidf import TfidfEngine
from analysis.errors import AnalysisError


def _silent(done: int, total: int) -> None:
    pass


def _engine_vectors(texts, languages, seed=1):
    return TfidfEngine().vectors(texts, languages, seed, _silent)


def test_a_text_whose_words_nobody_else_uses_is_a_row_of_zeros(planted):
    texts = [*planted["text"], "Saperlipopette", "de la du", "Zounds forsooth"]
    vectors = _engine_vectors(texts, [*planted["language"], "fr", "fr", "en"])
    assert vectors.readable.tolist() == [True] * 120 + [False] * 3
    assert not vectors.values[-3:].any()


def test_accents_and_endings_do_not_part_answers(planted):
    texts = [*planted["text"], "Médecins bilingues", "medecin bilingue"]
    values = _engine_vectors(texts, [*planted["language"], "fr", "fr"]).values
    np.testing.assert_allclose(values[-2], values[-1])


def test_each_languages_mean_is_taken_out(planted):
    vectors = _engine_vectors(planted["text"], planted["language"])
    assert vectors.settings["centred_by_language"] is True
    languages = np.array(planted["language"])
    means = [np.linalg.norm(vectors.values[languages == language].mean(axis=0)) for language in ("fr", "en")]
    assert max(means) < 0.2


def test_a_language_of_a_few_texts_is_not_centred(planted):
    french = [i for i, language in enumerate(planted["language"]) if language == "fr"]
    english = [i for i, language in enumerate(planted["language"]) if language == "en"][:9]
    rows = [*french, *english]
    vectors = _engine_vectors([planted["text"][i] for i in rows], [planted["language"][i] for i in rows])
    assert vectors.settings["centred_by_language"] is False


def test_texts_above_the_sample_are_placed_too(planted, monkeypatch):
    monkeypatch.setattr(latent, "_TEXTS_TO_FIT", 60)
    vectors = _engine_vectors(planted["text"], planted["language"])
    again = _engine_vectors(planted["text"], planted["language"])
    assert vectors.readable.all()
    assert vectors.values.tobytes() == again.values.tobytes()


def test_texts_without_a_shared_word_are_refused():
    with pytest.raises(AnalysisError) as caught:
        _engine_vectors(["alpha", "bravo", "charlie", "delta"], ["en"] * 4)
    assert (caught.value.code, caught.value.values) == ("answers.no_shared_words", {"contributions": 4})


def test_texts_that_share_a_single_word_are_refused():
    with pytest.raises(AnalysisError) as caught:
        _engine_vectors(["parking"] * 12, ["en"] * 12)
    assert (caught.value.code, caught.value.values) == ("answers.too_alike", {"contributions": 12})


def test_rows_in_another_order_have_the_same_vectors_where_there_are_more_stems_than_texts():
    rng = np.random.default_rng(4)
    words = [f"mot{number}" for number in range(300)]
    texts = [" ".join(rng.choice(words, 12)) for _ in range(60)]
    order = rng.permutation(60)
    straight, shuffled = (
        TfidfEngine().vectors(each, ["fr"] * 60, 1, lambda done, total: None)
        for each in (texts, [texts[row] for row in order])
    )
    assert straight.settings["terms"] > 60  # the control
    np.testing.assert_array_equal(straight.values[order], shuffled.values)
