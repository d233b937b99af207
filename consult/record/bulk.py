"""Many rows at once, made ready before the transaction that writes them.

While SQLite's one writer works everybody else waits. What costs most in a large insertion is not the database but
turning Python values into the driver's, so this is done beforehand, and the rows come in the order of their keys,
which the database takes faster than any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.database import Base

# In SQLite's limit of 32,766 values for one statement whatever the table.
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, repr=False)
class ReadyRows:
    """INSERTs in the database's own words, with the driver's own values; never shown: they are people's words."""

    batches: tuple[tuple[str, tuple[Any, ...] | list[dict[str, Any]]], ...]


def make_ready(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> ReadyRows:
    """Return rows ready to be inserted into a table, each with the same columns.

    Needs no transaction and begins none.
    """
    if not rows:
        return ReadyRows(())
    table = model.__table__
    assert isinstance(table, sa.Table)  # noqa: S101 - for the type checker
    dialect = session.get_bind().dialect
    names = tuple(rows[0])
    keys = [column.name for column in table.primary_key]
    in_order = sorted(rows, key=lambda row: tuple(row[key] for key in keys))
    statement = str(sa.insert(table).compile(dialect=dialect, column_keys=list(names)))
    processors = {name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names}
    columns = [
        [row[name] for row in in_order]
        if (process := processors[name]) is None
        else [process(row[name]) for row in in_order]
        for name in names
    ]
    records = list(zip(*columns, strict=True))
    if dialect.positional:
        return _in_batches(statement, records)
    return ReadyRows(((statement, [dict(zip(names, record, strict=True)) for record in records]),))


def insert_ready(session: Session, ready: ReadyRows) -> None:
    """Insert rows that were made ready for this session's database."""
    for statement, parameters in ready.batches:
        session.connection().exec_driver_sql(statement, parameters)


def _in_batches(statement: str, records: Sequence[tuple[Any, ...]]) -> ReadyRows:
    """Put many rows in each statement: after each statement SQLite's driver lets the process's other threads run."""
    head, _, row = statement.partition(" VALUES ")
    batches = []
    for start in range(0, len(records), _ROWS_AT_ONCE):
        batch = records[start : start + _ROWS_AT_ONCE]
        batches.append((f"{head} VALUES {', '.join([row] * len(batch))}", tuple(chain.from_iterable(batch))))
    return ReadyRows(tuple(batches))
