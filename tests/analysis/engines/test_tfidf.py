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


def _of(planted, language):
    return [text for text, spoken in zip(planted["text"], planted["language"], strict=True) if spoken == language]


def test_a_text_whose_words_nobody_else_uses_is_a_row_of_zeros(planted):
    texts = [*_of(planted, "fr"), "Saperlipopette", "de la du"]
    vectors = _engine_vectors(texts, ["fr"] * 62)
    assert vectors.readable[:60].sum() == 59  # one of these too: the control
    assert not vectors.values[-2:].any()


def test_accents_and_endings_do_not_part_answers(planted):
    texts = [*planted["text"], "Médecins bilingues", "medecin bilingue"]
    values = _engine_vectors(texts, [*planted["language"], "fr", "fr"]).values
    np.testing.assert_allclose(values[-2], values[-1])


def test_each_language_has_dimensions_of_its_own_as_if_it_were_alone(planted):
    both = _engine_vectors(planted["text"], planted["language"])
    assert both.apart
    assert both.settings["language_by_language"] is True
    languages = np.array(planted["language"])
    french, english = both.values[languages == "fr"], both.values[languages == "en"]
    assert not (french @ english.T).any()
    alone = _engine_vectors(_of(planted, "fr"), ["fr"] * 60)
    assert not alone.apart
    assert alone.settings["language_by_language"] is False
    np.testing.assert_allclose(french @ french.T, alone.values @ alone.values.T, atol=1e-9)
    assert np.abs(alone.values @ alone.values.T).max() > 0.5  # the control


def test_a_language_of_a_few_texts_beside_another_cannot_be_grouped(planted):
    texts = [*_of(planted, "fr"), *_of(planted, "en")[:9]]
    vectors = _engine_vectors(texts, [*["fr"] * 60, *["en"] * 9])
    assert vectors.few == {"en"}
    assert not vectors.apart
    assert not vectors.values[60:].any()
    assert not vectors.place(["parking"], ["en"]).any()
    assert vectors.place(["stationnement"], ["fr"]).any()  # the control
    with pytest.raises(AnalysisError) as caught:
        _engine_vectors([*_of(planted, "fr")[:9], *_of(planted, "en")[:9]], [*["fr"] * 9, *["en"] * 9])
    assert caught.value.code == "answers.too_few_by_language"


def test_texts_above_the_sample_are_placed_too(planted, monkeypatch):
    monkeypatch.setattr(latent, "_TEXTS_TO_FIT", 60)
    vectors = _engine_vectors(planted["text"], planted["language"])
    again = _engine_vectors(planted["text"], planted["language"])
    assert (~vectors.readable).sum() <= 2
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
