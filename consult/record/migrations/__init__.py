"""Migrations: the tables as they were at each release, and the way from one to the next."""

from enum import Enum, auto
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from consult.record.database import unit_of_work

_FOLDER = Path(__file__).resolve().parent


class SchemaState(Enum):
    """How the tables of a database stand to this version of Consult."""

    ABSENT = auto()
    BEHIND = auto()
    CURRENT = auto()
    # made by a version that this one does not know
    AHEAD = auto()


def read_state(engine: Engine) -> SchemaState:
    """Return how the tables of a database stand to this version."""
    with unit_of_work(engine, read_only=True) as session:
        return state_of(read_revision(session.connection()))


def read_revision(connection: Connection) -> str | None:
    """Return the revision of a database's tables; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def state_of(revision: str | None) -> SchemaState:
    """Return how a revision stands to this version."""
    script = ScriptDirectory.from_config(build_config())
    if revision is None:
        return SchemaState.ABSENT
    if revision == script.get_current_head():
        return SchemaState.CURRENT
    is_known = revision in {each.revision for each in script.walk_revisions()}
    return SchemaState.BEHIND if is_known else SchemaState.AHEAD


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring a database, new or old, to a revision; everything or nothing."""
    config = build_config()
    # On one connection and in one transaction: a failed migration leaves the database as it was.
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def build_config() -> Config:
    """Return Alembic's configuration; `attributes["connection"]` or `["engine"]` is for the caller to fill."""
    config = Config(str(_FOLDER / "alembic.ini"))
    config.set_main_option("script_location", str(_FOLDER))
    return config
