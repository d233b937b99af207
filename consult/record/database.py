"""The base of every table, the engine's behaviour on both databases, and the unit of work.

On SQLite the driver's own transactions are off and each unit of work begins with BEGIN IMMEDIATE (BEGIN when
it only reads), so that a read-then-write cannot lose an update. On PostgreSQL transactions are READ COMMITTED
and operations that read then write lock the row (SELECT … FOR UPDATE).
"""

import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry

from consult.record.errors import RecordError
from consult.record.write_queue import WriteQueue
from surveys.localised import LANGUAGES, Localised

BUSY_MILLISECONDS = 5000

_READ_ONLY = "consult_read_only"
_PREPARED: WeakSet[Engine] = WeakSet()
_SQLITE_CODES = {5: "record.busy", 6: "record.busy", 8: "record.read_only", 13: "record.full"}
_SQLITE_CONSTRAINTS = {
    787: "record.bad_reference",
    1555: "record.conflict",  # primary key
    2067: "record.conflict",  # unique
}
_POSTGRESQL_CODES = {
    "23503": "record.bad_reference",
    "23505": "record.conflict",  # unique
    "40001": "record.busy",  # serialization failure
    "40P01": "record.busy",  # deadlock
    "55P03": "record.busy",  # lock timeout
    "25006": "record.read_only",
    "53100": "record.full",
}
# Triggers raise "consult:" followed by one of our codes.
_TRIGGER_CODE = re.compile(r"consult:([a-z_]+\.[a-z_]+)")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = sa.MetaData(naming_convention=NAMING)


# JSON that the database can search on PostgreSQL; None inside is JSON's null.
JsonValue = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# The same for a column that may be empty: None is SQL's NULL.
OptionalJson = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
# A random 128-bit key, or the hexadecimal SHA-256 of something.
KeyText = sa.String(32)
DigestText = sa.String(64)
CodeText = sa.String(64)


class LocalisedText(sa.types.TypeDecorator[Localised]):
    """One value in two languages, kept as JSON; replaced whole, never changed in place."""

    impl = JsonValue
    cache_ok = True

    def process_bind_param(self, value: Localised | None, dialect: Dialect) -> dict[str, str] | None:
        """Return the JSON object that is stored."""
        return None if value is None else value.to_json()

    def process_result_value(self, value: object, dialect: Dialect) -> Localised | None:
        """Return the bilingual value."""
        return None if value is None else Localised.from_json(value)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC, always aware: SQLite has no time zones, so they are put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment that does not say where it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise RecordError("record.naive_time")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_type(members: type[StrEnum]) -> sa.Enum:
    """Return the column type that stores the members' values as text.

    Without a CHECK constraint: adding a member must not rebuild a table; SQLAlchemy refuses unknown values.
    """
    return sa.Enum(
        members,
        native_enum=False,
        create_constraint=False,
        length=32,
        validate_strings=True,
        values_callable=lambda kind: [member.value for member in kind],
    )


def random_key() -> str:
    """Return 128 random bits as 32 hexadecimal digits: a key that tells neither order nor time."""
    return secrets.token_hex(16)


def check_language(language: str) -> str:
    """Return the language, or raise `language.unknown`."""
    if language not in LANGUAGES:
        raise RecordError("language.unknown")
    return language


def normalise_url(url: str) -> sa.URL:
    """Return the database address with the driver we use: ``postgresql://`` means psycopg 3."""
    address = sa.make_url(url)
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername="postgresql+psycopg")
    return address


def create_record_engine(url: str) -> Engine:
    """Return a prepared engine for an SQLite or PostgreSQL address."""
    address = normalise_url(url)
    # A server that was started anew has closed the connections that we keep; a file closes none.
    return prepare_engine(sa.create_engine(address, pool_pre_ping=address.get_backend_name() == "postgresql"))


def prepare_engine(engine: Engine) -> Engine:
    """Attach the record's transactions, pragmas and error codes to an engine, once; return it."""
    # remembered here: event.contains goes by memory address, which a new engine may have inherited from an old one
    if engine in _PREPARED:
        return engine
    _PREPARED.add(engine)
    engine.hide_parameters = True  # parameters are people's words: they never enter an error or a log
    is_sqlite = engine.dialect.name == "sqlite"
    event.listen(engine, "connect", _connect_sqlite if is_sqlite else _connect_postgresql)
    event.listen(engine, "begin", partial(_begin_sqlite, WriteQueue(engine)) if is_sqlite else _begin_postgresql)
    event.listen(engine, "handle_error", _translate_error, retval=True)
    return engine


def _connect_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Leave transactions to us, wait for a writer, survive a power cut, and overwrite what is deleted."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "recursive_triggers=ON",  # else INSERT OR REPLACE deletes a row without its triggers
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _connect_postgresql(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Wait for a lock as long as SQLite does, and fix the isolation whatever the server's default."""
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED")
    cursor.close()
    connection.autocommit = False


def _begin_sqlite(queue: WriteQueue, connection: Connection) -> None:
    """Take the write lock at once, or forbid writing."""
    read_only = bool(connection.get_execution_options().get(_READ_ONLY, False))
    if connection.info.get(_READ_ONLY, False) is not read_only:
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
        connection.info[_READ_ONLY] = read_only
    if read_only:
        connection.exec_driver_sql("BEGIN")
    else:
        queue.begin(connection)


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(_READ_ONLY, False):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _translate_error(context: ExceptionContext) -> BaseException | None:
    """Replace what the driver says by our code, and cut the row that PostgreSQL quotes in its detail."""
    original = context.original_exception
    code = error_code(original)
    for error in (original, context.sqlalchemy_exception):
        if isinstance(error, Exception):
            error.args = tuple(str(part).partition("\n")[0] for part in error.args[:1])
    return RecordError(code) if code else None


def error_code(error: BaseException) -> str | None:
    """Return our code for a driver's error, or the one that a trigger raised."""
    if raised := _TRIGGER_CODE.search(str(error)):
        return raised.group(1)
    if isinstance(error, sqlite3.Error):
        number = getattr(error, "sqlite_errorcode", None) or 0
        return _SQLITE_CONSTRAINTS.get(number) or _SQLITE_CODES.get(number & 0xFF)
    return _POSTGRESQL_CODES.get(getattr(error, "sqlstate", None) or "")


def begin(session: Session, *, read_only: bool = False) -> None:
    """Begin the session's transaction now, declared read-only when nothing will be written.

    Raises `record.busy` when another writer holds SQLite's lock for longer than the busy timeout.
    """
    session.connection(execution_options={_READ_ONLY: read_only})


@contextmanager
def unit_of_work(source: Engine | sessionmaker[Session], *, read_only: bool = False) -> Iterator[Session]:
    """Give a session whose work is committed once, at the end, or not at all.

    Raises `record.busy` when the database cannot take it now: nothing was kept, the caller may try again.
    """
    session = Session(source, expire_on_commit=False) if isinstance(source, Engine) else source()
    with session:
        begin(session, read_only=read_only)
        try:
            yield session
            if not read_only:
                session.commit()
        except StaleDataError:
            raise RecordError("record.busy") from None


@contextmanager
def outside_transactions(engine: Engine) -> Iterator[DBAPICursor]:
    """Give a cursor of SQLite's driver for what cannot be done in a transaction (VACUUM, checkpoints)."""
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA query_only=OFF")
        connection.info.pop(_READ_ONLY, None)
        yield cursor


def read_clock(session: Session) -> datetime:
    """Return the time by the one clock that all who share the database go by.

    Hosts that share a PostgreSQL go by its own (when the transaction began); an SQLite file is on one host.
    """
    if dialect_of(session) == "sqlite":
        return datetime.now(UTC)
    moment: datetime = session.execute(sa.select(sa.func.now())).scalar_one()
    return moment.astimezone(UTC)


def insert_or_keep(session: Session, table: type[Base], values: dict[str, Any], key: str) -> bool:
    """Insert a row unless one has the same `key` column; tell whether it was inserted.

    Two transactions that try at once are put one after the other by the database itself.
    """
    statement = conflict_insert(dialect_of(session), table).values(values).on_conflict_do_nothing(index_elements=[key])
    return session.execute(statement.returning(getattr(table, key))).first() is not None


def conflict_insert(dialect: str, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that can say ON CONFLICT, in the words of a database."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def dialect_of(session: Session) -> str:
    """Return which database a session speaks to: "sqlite" or "postgresql"."""
    return session.get_bind().dialect.name
