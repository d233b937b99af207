"""Compiled catalogues are replaced whole, and only when words changed: a running program keeps reading its own."""

import gettext
import shutil
from pathlib import Path

import pytest

from translations import catalogues


@pytest.fixture
def copy(tmp_path, monkeypatch) -> Path:
    """The catalogues of a project of its own, compiled; gives the French one."""
    for language in catalogues.LANGUAGES:
        source = catalogues.catalogue_path(language)
        target = tmp_path / source.relative_to(catalogues.ROOT)
        target.parent.mkdir(parents=True)
        shutil.copy(source, target)
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    catalogues.compile_all()
    return catalogues.catalogue_path("fr").with_suffix(".mo")


def _say(copy: Path, word: str) -> None:
    source = copy.with_suffix(".po")
    source.write_text(source.read_text("utf-8").replace("Page introuvable", word), "utf-8")


def _words(file) -> str:
    return gettext.GNUTranslations(file).gettext("Page not found")


def test_words_that_changed_are_compiled_and_nothing_else_is_left(copy):
    _say(copy, "Page perdue")
    catalogues.compile_all()
    with copy.open("rb") as file:
        assert _words(file) == "Page perdue"
    assert sorted(path.name for path in copy.parent.iterdir()) == ["messages.mo", "messages.po"]


def test_words_that_did_not_change_are_left_alone(copy):
    before = copy.stat()
    catalogues.compile_all()
    assert (copy.stat().st_ino, copy.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_program_that_is_reading_its_words_reads_them_to_the_end(copy):
    with copy.open("rb", buffering=0) as file:
        _say(copy, "Page perdue")
        catalogues.compile_all()
        assert _words(file) == "Page introuvable"


def test_a_program_would_lose_its_words_if_they_were_written_in_place(copy):
    with copy.open("rb", buffering=0) as file:
        copy.write_bytes(b"")  # what opening it for writing does first
        assert file.read() == b""


def test_a_compiled_catalogue_can_be_read_by_those_who_may_read_the_project(copy, tmp_path):
    (tmp_path / "other").write_bytes(b"")
    assert copy.stat().st_mode == (tmp_path / "other").stat().st_mode
