"""Kept vectors: found again by whoever has the folder, and without a word of what people said."""

import stat

import numpy as np
import pytest

from analysis.engines.kept_vectors import KeptVectors

TEXTS = ["Madame Tremblay attend depuis neuf heures", "the parking lot is icy", "la soupe était froide"]


def _encode(texts):
    return np.array([[len(text), sum(map(ord, text)) % 97] for text in texts], dtype=np.float16)


def _complete(folder, texts, encoder="encoder 1"):
    asked = []

    def encode(missing):
        asked.extend(missing)
        return _encode(missing)

    return KeptVectors(folder, encoder, 2).complete(texts, encode), asked


def test_only_what_is_not_kept_is_encoded(tmp_path):
    _, asked = _complete(tmp_path / "kept", TEXTS[:2])
    assert asked == TEXTS[:2]
    both, asked = _complete(tmp_path / "kept", [TEXTS[2], *TEXTS[:2]])
    assert asked == [TEXTS[2]]
    np.testing.assert_array_equal(both, _encode([TEXTS[2], *TEXTS[:2]]))
    assert _complete(tmp_path / "kept", TEXTS)[1] == []


def test_another_encoder_s_vectors_are_not_read(tmp_path):
    _complete(tmp_path / "kept", TEXTS)
    assert _complete(tmp_path / "kept", TEXTS, "encoder 2")[1] == TEXTS


def test_equal_texts_are_kept_once(tmp_path):
    vectors, _ = _complete(tmp_path / "kept", [TEXTS[0]] * 3)
    np.testing.assert_array_equal(vectors, _encode([TEXTS[0]] * 3))
    (kept,) = (tmp_path / "kept").glob("*.digests.npy")
    assert len(np.load(kept)) == 1


def test_no_word_is_in_the_folder_and_only_its_owner_reads_it(tmp_path):
    folder = tmp_path / "kept"
    _complete(folder, TEXTS)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"Tremblay" not in path.read_bytes()
        assert "parking" not in path.name


def test_two_folders_know_the_same_text_by_different_digests(tmp_path):
    for name in ("one", "two"):
        _complete(tmp_path / name, TEXTS)
    one, two = (set(np.load(next((tmp_path / name).glob("*.digests.npy"))).tolist()) for name in ("one", "two"))
    assert len(one) == len(two) == 3
    assert not one & two


def test_nothing_is_kept_when_encoding_fails(tmp_path):
    def fail(texts):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        KeptVectors(tmp_path / "kept", "encoder 1", 2).complete(TEXTS, fail)
    assert _complete(tmp_path / "kept", TEXTS)[1] == TEXTS


@pytest.mark.parametrize("name", ["key", "*.vectors.npy", "*.digests.npy"])
def test_what_was_cut_short_is_made_anew(tmp_path, name):
    kept = KeptVectors(tmp_path, "e 1", 2)
    kept.complete(["one", "two"], _encode)
    for path in tmp_path.glob(name):
        path.write_bytes(b"")
    again = KeptVectors(tmp_path, "e 1", 2)
    np.testing.assert_array_equal(again.complete(["one", "two"], _encode), _encode(["one", "two"]))
    assert again.missing == 2
    assert (tmp_path / "key").stat().st_size == 32
