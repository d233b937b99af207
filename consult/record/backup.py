"""Backup and restoration while people answer, whole or not at all.

A backup is one file that only its owner can read. It holds everything but the installation's secret, without which
links and receipts mean nothing: keep the two apart, and see `keys` for why a backup made while a consultation is open
deserves care. On SQLite it is a database file, on PostgreSQL the custom format of `pg_dump`; see `backup_postgresql`.

Both ways go through SQLite's backup interface. Reading, it takes a snapshot between two commits: a response is there
with all of its answers or not at all, and what was acknowledged before is there. Writing, it replaces the contents of
the file in one transaction, through the write-ahead log like any other: a server that has the file open goes on with
what it holds until its transaction ends, and reads the restored rows, and tables, in its next. Nobody needs to stop,
and no file is moved under anybody's feet.
"""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

from consult.record.backup_postgresql import dump_postgresql, is_postgresql_dump, restore_postgresql
from consult.record.database import create_record_engine, error_code, outside_transactions, unit_of_work
from consult.record.errors import RecordError
from consult.record.migrations import SchemaState, read_state, upgrade

WAIT_SECONDS = 30.0
_MAGIC = b"SQLite format 3\0"
# By these a database is known to be ours.
_OURS = {"alembic_version", "consultations", "responses", "response_answers"}
# Fewer than any database of ours has: the first step must not be the last.
_PAGES_A_STEP = 8


def back_up(engine: Engine, file: Path, *, replace: bool = False) -> None:
    """Write the whole database to a file, while people answer; the file appears when it is complete and checked.

    Raises `backup.nothing` (no Consult database there), `backup.exists`, `backup.denied`, `backup.damaged`, and what
    `backup_postgresql.dump_postgresql` raises.
    """
    if not replace and file.exists():
        raise RecordError("backup.exists")
    if not _has_database(engine):
        raise RecordError("backup.nothing")
    with _unfinished(file) as part:
        if engine.dialect.name == "sqlite":
            with outside_transactions(engine) as cursor:
                _copy_sqlite(cursor.connection, part)
        else:
            dump_postgresql(engine.url, part)
        _sync(part)
        try:
            part.replace(file)
        except OSError:
            raise RecordError("backup.denied") from None
        _sync(file.parent)


def restore(engine: Engine, file: Path, *, replace: bool = False, wait_seconds: float = WAIT_SECONDS) -> None:
    """Make the database what it was when the backup was made, brought up to this version's tables.

    Raises `backup.missing`, `backup.not_ours`, `backup.damaged`, `backup.ahead`, `backup.other_kind`;
    `restore.not_empty` where there are responses, unless `replace`; `restore.not_ours` where there are tables of
    something else; `record.busy`. Then nothing has changed.
    """
    start = _first_bytes(file)
    is_dump = is_postgresql_dump(start)
    if not is_dump and start != _MAGIC:
        raise RecordError("backup.not_ours")
    if is_dump is (engine.dialect.name == "sqlite"):
        raise RecordError("backup.other_kind")
    if is_dump:
        restore_postgresql(engine, file, replace=replace, wait_seconds=wait_seconds)
        return
    with tempfile.TemporaryDirectory(prefix="consult-") as folder:
        copy = Path(folder) / "restored.sqlite"
        _check_and_copy(file, copy)
        _replace_contents(engine, copy, replace, wait_seconds)


def _first_bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(len(_MAGIC))
    except FileNotFoundError:
        raise RecordError("backup.missing") from None
    except OSError:
        raise RecordError("backup.denied") from None


def _has_database(engine: Engine) -> bool:
    """Tell whether there are tables of ours, without making the file by looking."""
    path = engine.url.database
    if engine.dialect.name == "sqlite" and path and "uri" not in engine.url.query and not Path(path).exists():
        return False
    return read_state(engine) is not SchemaState.ABSENT


@contextmanager
def _unfinished(file: Path) -> Iterator[Path]:
    """Give a file of our own beside the one that is to be made; take it away where it was not renamed."""
    try:
        handle, name = tempfile.mkstemp(prefix=".consult-", suffix=".unfinished", dir=file.parent)  # mode 0600
    except OSError:
        raise RecordError("backup.denied") from None
    os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)


def _copy_sqlite(source: sqlite3.Connection, part: Path) -> None:
    """Copy a snapshot in one step, then make the copy a single file that says nothing beyond its rows."""
    with closing(sqlite3.connect(part, isolation_level=None)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        # without what was deleted and lingers between rows, and without the order in which rows came
        target.execute("VACUUM")
        _check_integrity(target)


def _check_integrity(connection: sqlite3.Connection) -> None:
    try:
        found = connection.execute("PRAGMA integrity_check").fetchall()
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError:
        raise RecordError("backup.damaged") from None
    if found != [("ok",)] or orphans:
        raise RecordError("backup.damaged")


def _check_and_copy(file: Path, copy: Path) -> None:
    """Make a private copy of a backup, refuse what is none of ours, and bring the copy's tables up to this version."""
    try:
        shutil.copyfile(file, copy)
    except OSError:
        raise RecordError("backup.denied") from None
    with closing(sqlite3.connect(copy)) as connection:
        _check_integrity(connection)
        if not _tables(connection) >= _OURS:
            raise RecordError("backup.not_ours")
    engine = create_record_engine(f"sqlite:///{copy}")
    try:
        if read_state(engine) is SchemaState.AHEAD:
            raise RecordError("backup.ahead")
        upgrade(engine)
    finally:
        engine.dispose()


def _replace_contents(engine: Engine, copy: Path, replace: bool, wait_seconds: float) -> None:
    """Put the copy's pages in the place of the database's, in one transaction of the live file."""
    deadline = time.monotonic() + wait_seconds
    has_looked = False

    def look(status: int, remaining: int, total: int) -> None:
        nonlocal has_looked
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            if time.monotonic() >= deadline:
                raise RecordError("record.busy")
        elif not has_looked:
            # The first step took the write lock: no response can come between this look and the replacement.
            has_looked = True
            _check_replaceable(engine, replace)

    _make_private(engine)
    with closing(sqlite3.connect(copy)) as source, outside_transactions(engine) as cursor:
        try:
            source.backup(cursor.connection, pages=_PAGES_A_STEP, progress=look, sleep=0.05)
        except sqlite3.OperationalError as error:
            raise RecordError(error_code(error) or "backup.denied") from None
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # as far as readers allow; the nightly batch does the rest


def _check_replaceable(engine: Engine, replace: bool) -> None:
    """Raise `restore.not_ours` or `restore.not_empty` from what the database holds now."""
    with unit_of_work(engine, read_only=True) as session:
        tables = set(sa.inspect(session.connection()).get_table_names())
        if tables and not tables >= _OURS:
            raise RecordError("restore.not_ours")
        count = session.execute(sa.text("SELECT count(*) FROM responses")).scalar_one() if tables else 0
    if count and not replace:
        raise RecordError("restore.not_empty", responses=count)


def _make_private(engine: Engine) -> None:
    """Make a file that is not there yet, readable by its owner only."""
    path = engine.url.database
    if path and "uri" not in engine.url.query:
        with suppress(OSError):  # it is there, or cannot be: opening it says which
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _sync(path: Path) -> None:
    """See that a file or a folder's list is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
