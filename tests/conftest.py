"""What every test stands on: compiled catalogues, and English on the terminal unless a test says otherwise."""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import settings

from translations.catalogues import compile_all

# a model that is loaded by the first example, or a busy machine, is no failure
settings.register_profile("without deadline", deadline=None)
settings.load_profile("without deadline")

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
