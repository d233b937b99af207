"""The command as a whole: what it says when the database is not there for it, and when it is stopped half way."""

import importlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click
import pytest

from consult.record.database import create_record_engine
from consult.record.errors import RecordError
from consult.record.migrations import upgrade
from consult.sample import OPEN_QUESTIONS

_COMMAND = Path(sys.executable).with_name("consult")
_FILES = ["assignments.csv", "report.html", "run.json", "themes.csv"]


@pytest.fixture
def database(tmp_path, monkeypatch) -> Path:
    """Where the command will find its database."""
    path = tmp_path / "record.sqlite"
    monkeypatch.setenv("CONSULT_SECRET_KEY", "a secret for tests that is long enough to be one")
    monkeypatch.setenv("CONSULT_DATABASE_URL", f"sqlite:///{path}")
    return path


def _tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_the_database_is_made_and_can_be_made_again(run, database):
    assert run("en", "db", "upgrade") == (0, "The database is up to date.\n", "")
    assert {"consultations", "responses", "alembic_version"} <= _tables(database)
    assert run("fr", "db", "upgrade") == (0, "La base de données est à jour.\n", "")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "consult: The database is busy with another program. Nothing was changed. Try again in a minute.\n"),
        (
            "fr",
            "consult: La base de données est occupée par un autre programme. Rien n’a été modifié. Réessayez dans une"
            " minute.\n",
        ),
    ],
)
def test_a_database_that_is_locked_is_said_to_be_busy(run, database, monkeypatch, language, said):
    monkeypatch.setattr("consult.record.database.BUSY_MILLISECONDS", 100)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("BEGIN IMMEDIATE")
        assert run(language, "db", "upgrade") == (1, "", said)
    assert _tables(database) == set()


def test_a_database_that_can_only_be_read_is_said_to_be(run, database, monkeypatch):
    engine = create_record_engine(f"sqlite:///{database}")
    upgrade(engine, "0001")
    engine.dispose()
    before = _tables(database)
    monkeypatch.setenv("CONSULT_DATABASE_URL", f"sqlite:///file:{database}?mode=ro&uri=true")
    code, out, err = run("en", "db", "upgrade")
    assert (code, out) == (1, "")
    assert err.startswith("consult: The database can only be read.")
    assert _tables(database) == before


@pytest.mark.parametrize("code", ["record.busy", "record.read_only", "record.full", "record.conflict"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_a_database_refuses_is_one_line_and_code_1(run, database, monkeypatch, language, code):
    def refuse(engine):
        raise RecordError(code)

    monkeypatch.setattr("consult.commands.database.migrate", refuse)
    status, out, err = run(language, "db", "upgrade")
    assert (status, out, len(err.splitlines())) == (1, "", 1)
    assert code not in err
    assert err.endswith(".\n")


def test_without_a_secret_the_command_says_how_long_it_must_be(run, database, monkeypatch):
    monkeypatch.delenv("CONSULT_SECRET_KEY")
    code, _, err = run("en", "db", "upgrade")
    assert code == 2
    assert err.startswith("consult: CONSULT_SECRET_KEY: this setting is missing.")
    assert "at least 32 characters" in err
    assert not database.exists()


def test_an_interruption_that_concerns_no_folder_says_nothing_of_folders(run, database, monkeypatch):
    def stop(engine):
        raise KeyboardInterrupt

    monkeypatch.setattr("consult.commands.database.migrate", stop)
    code, out, err = run("en", "db", "upgrade")
    assert (code, out, err.strip()) == (1, "", "consult: Interrupted.")


@pytest.mark.slow
def test_a_sample_that_is_stopped_half_way_says_which_reports_are_there(tmp_path):
    process = subprocess.Popen(
        [_COMMAND, "demo", "--out", "o"],
        cwd=tmp_path,
        env={**os.environ, "CONSULT_LANGUAGE": "en", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while not process.stdout.readline().startswith("Report:"):
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    first = Path("o") / OPEN_QUESTIONS[0]
    assert (process.returncode, err.strip()) == (1, f"consult: Interrupted. Written before that: {first}.")
    assert sorted(entry.name for entry in (tmp_path / first).iterdir()) == _FILES
    assert [entry.name for entry in (tmp_path / "o").iterdir()] == [first.name]


def _commands(command, *path):
    yield path, command
    context = click.Context(command)
    for name in command.list_commands(context) if isinstance(command, click.Group) else ():
        yield from _commands(command.get_command(context, name), *path, name)


def test_the_frame_of_every_help_is_in_the_language(run):
    english = re.compile(r"\b(Usage|Options:|Commands:|required|default:|Show this|FOLDER|COLUMN|INTEGER|PATH|TEXT)\b")
    paths = [path for path, _ in _commands(importlib.import_module("consult.cli").cli)]
    assert len(paths) > 15
    for path in paths:
        code, out, _ = run("fr", *path, "--help")
        assert (code, english.findall(out), out.startswith("Utilisation\u00a0: consult")) == (0, [], True), path
        assert english.search(run("en", *path, "--help")[1])
    out = re.sub(r"[ \n]+", " ", run("fr", "themes", "--help")[1])
    for words in ("--out DOSSIER", "[obligatoire]", "[par défaut\u00a0: auto]", "Montrer cette aide", "RÉPONSES"):
        assert words in out
    assert "Il manque RÉPONSES." in run("fr", "themes", "--text", "a", "--out", "b")[2]


@pytest.mark.parametrize("arguments", [(), ("survey",), ("db",)])
def test_naming_no_command_shows_what_there_is(run, arguments):
    code, out, err = run("en", *arguments)
    assert (code, err) == (0, "")
    assert "Commands:" in out
