"""Migrations: the tables as they were at each release, and the way from one to the next."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

_FOLDER = Path(__file__).resolve().parent


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
