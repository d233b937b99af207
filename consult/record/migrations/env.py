"""What Alembic runs, on the connection that `upgrade` gives or on a prepared engine.

For Flask-Migrate a configure callback sets ``config.attributes["engine"]`` and that is all.
"""

from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from consult.record.tables import METADATA


def render_item(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types as the plain types under them: a migration must not change with the code."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        implementation = item.impl_instance
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "JSON" if isinstance(implementation, sa.JSON) else f"sa.{implementation!r}"
    if kind == "type" and isinstance(item, sa.JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "JSON"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def configure(connection: Connection) -> None:
    """Say what to compare and how."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        compare_type=True,
        render_item=render_item,
        # SQLite changes a table by making it again; see WITHOUT ROWID in the tests.
        render_as_batch=connection.dialect.name == "sqlite",
    )


def run(connection: Connection) -> None:
    """Run what was asked, inside the caller's transaction: all of it or nothing."""
    configure(connection)
    with context.begin_transaction():
        context.run_migrations()


attributes = context.config.attributes
if "connection" in attributes:
    run(attributes["connection"])
else:
    with attributes["engine"].begin() as own_connection:
        run(own_connection)
