"""What every test stands on: compiled catalogues, and English on the terminal unless a test says otherwise."""

import csv
import importlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from translations.catalogues import compile_all

if TYPE_CHECKING:
    from analysis.pipeline import Findings

# a model that is loaded by the first example, or a busy machine, is no failure; CONSULT_EXAMPLES=1000 looks harder
settings.register_profile("house", deadline=None, max_examples=int(os.environ.get("CONSULT_EXAMPLES", "20")))
settings.load_profile("house")

_PLANTED = Path(__file__).parent / "analysis" / "planted_answers.csv"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile before any test module is imported: the command reads its words when it is imported."""
    compile_all()
    os.environ["CONSULT_LANGUAGE"] = "en"


@pytest.fixture(scope="session")
def planted_file() -> Path:
    """A file of 120 answers about five subjects, each twelve times in French and twelve times in English."""
    return _PLANTED


@pytest.fixture(scope="session")
def planted(planted_file) -> dict[str, list[str]]:
    """The columns of that file: id, language, group, topic, text."""
    with planted_file.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


@pytest.fixture(scope="session")
def planted_findings(planted) -> "Findings":
    """What the sentence engine finds in them, knowing the identifiers and the groups but not the languages."""
    from analysis.corpus import build_corpus  # noqa: PLC0415 - pandas and scikit-learn take seconds to load
    from analysis.pipeline import find_themes  # noqa: PLC0415 - the same
    from analysis.settings import Settings  # noqa: PLC0415 - the same

    corpus = build_corpus(planted["text"], ids=planted["id"], groups={"group": planted["group"]})
    return find_themes(corpus, Settings(engine="sentence"), lambda step, done, total: None)


@pytest.fixture
def run(monkeypatch, capsys) -> Iterator[Callable[..., tuple[int, str, str]]]:
    """Run the command in this process, in a language: its exit code, what it printed, what it complained of."""
    handler = signal.getsignal(signal.SIGTERM)

    def run_in(language: str, *arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setenv("CONSULT_LANGUAGE", language)
        command = importlib.reload(importlib.import_module("consult.cli"))  # its words are chosen when it is imported
        with pytest.raises(SystemExit) as left:
            command.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    yield run_in
    signal.signal(signal.SIGTERM, handler)
    monkeypatch.undo()
    importlib.reload(importlib.import_module("consult.cli"))
