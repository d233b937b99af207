"""The encoder and the processes that read beside it: the same vectors whoever read, and whatever becomes of them."""

import gc
import sys

import pytest

from analysis.engines import encoder, encoding_process
from analysis.engines.encoder import Encoder
from analysis.engines.encoding_process import EncodingProcess, load_ahead, loaded_ahead

TEXTS = [f"texte numéro {i} sur les urgences" for i in range(600)]


@pytest.fixture(scope="module")
def alone():
    return Encoder().encode(TEXTS)


@pytest.fixture
def two(monkeypatch):
    """Have six hundred texts be enough for a second process, and two processors."""
    monkeypatch.setattr(encoder, "_TEXTS_FOR_PROCESSES", 500)
    monkeypatch.setattr(encoder, "cpu_count", lambda: 2)


def _here(monkeypatch):
    """Count the texts that this process reads."""
    read = []

    def encode_part(texts, usual=encoder.encode_part):
        read.append(len(texts))
        return usual(texts)

    monkeypatch.setattr(encoder, "encode_part", encode_part)
    return read


def test_two_processes_read_the_same_as_one_and_the_other_ends_with_its_encoder(two, alone):
    several = Encoder()
    assert several.encode(TEXTS).tobytes() == alone.tobytes()
    (other,) = several._others
    assert other.wait()
    del several
    gc.collect()
    assert other._process.returncode is not None


def test_another_process_reads_parts_of_its_own(two, alone, monkeypatch):
    several = Encoder()
    several.encode(TEXTS)
    assert several._others[0].wait()
    read, told = _here(monkeypatch), []
    assert several.encode(TEXTS, told.append).tobytes() == alone.tobytes()
    assert sum(read) < len(TEXTS)
    assert sum(told) == len(TEXTS)


def test_few_texts_start_no_process():
    few = Encoder()
    few.encode(TEXTS[:10])
    assert few._others == []


def test_what_a_process_that_ended_has_not_read_is_read_here(two, alone):
    several = Encoder()
    several.encode(TEXTS)
    (other,) = several._others
    assert other.wait()
    other._process.kill()
    other._process.wait()
    assert several.encode(TEXTS).tobytes() == alone.tobytes()


@pytest.mark.parametrize("ends", [False, True])
def test_a_process_that_was_started_ahead_reads_for_the_first_that_asks(ends, alone, monkeypatch):
    monkeypatch.setattr(encoding_process.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(encoder, "is_loaded", lambda: False)
    if ends:
        monkeypatch.setattr(encoding_process, "_MODULE", "analysis.engines.that_is_not_there")
    load_ahead()
    load_ahead()
    assert len(encoding_process._ahead) == 1
    read = _here(monkeypatch)
    first, second = Encoder(), Encoder()
    assert first.encode(TEXTS).tobytes() == alone.tobytes()
    assert sum(read) == (len(TEXTS) if ends else 0)
    assert loaded_ahead() == []
    assert second._others == []


def test_texts_of_any_kind_travel_whole():
    other = EncodingProcess()
    try:
        assert other.wait()
        texts = ["", "é\u2028\x00\n😀", "注文 " * 900]
        assert other.encode(texts).tobytes() == encoder.encode_part(texts).tobytes()
    finally:
        other.close()
    assert other.encode(texts) is None


def test_nothing_is_imported_from_the_folder_one_stands_in(tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    other = EncodingProcess()
    try:
        assert other.wait()
    finally:
        other.close()
    assert "numpy" in sys.modules
