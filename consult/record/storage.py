"""What the databases' files keep besides the rows: order, earlier transactions, deleted text.

Between two batches the newest answers can still be told apart by whoever copies the files: PostgreSQL's xmin
and SQLite's write-ahead log put an invitation and a response written together side by side. So the batch runs
often (every night, consult.record.night, and at closing), never at each submission: a batch of one would tell
which one.

What no operation here can reach: PostgreSQL's write-ahead log until its segments are recycled, replicas,
backups, and the file system's own free blocks. Retention of backups is the operator's promise to keep.
"""

import sqlite3
import time
from collections.abc import Callable

from sqlalchemy import Engine, Table

from consult.record.coding import CodingItem, CodingSettlement, HandCoding
from consult.record.concern import Concern, ConcernReading
from consult.record.contact import Contact
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.database import error_code, outside_transactions, unit_of_work
from consult.record.discussion import DiscussionParticipant
from consult.record.draft import Draft, DraftAnswer
from consult.record.errors import RecordError
from consult.record.invitation import Invitation
from consult.record.keys import Keyring
from consult.record.lifecycle import By, close_consultation, note_mixed
from consult.record.mailing import Message
from consult.record.moderation import ModerationAct
from consult.record.reaction import Reaction
from consult.record.reaction_counts import ReactionCount
from consult.record.response import Response, ResponseAnswer
from consult.record.results_notice import ResultsNotice
from consult.record.session_notes import Statement
from consult.record.session_remark import Remark
from consult.record.statement import DiscussionStatement
from consult.record.statement_translation import StatementTranslation
from consult.record.tables import METADATA
from consult.record.theme import QuoteSnapshot
from consult.record.typed_form import TypedForm
from consult.record.withdrawal import withdraw_response
from consult.record.workshop import WorkshopIdea, WorkshopParticipant, WorkshopVote

WAIT_SECONDS = 30.0
_PAUSE_SECONDS = 0.05

# Called while somebody is waited for, between two attempts; what it raises ends the wait, and nothing has changed.
Check = Callable[[], None]

ANONYMOUS = (
    Invitation,
    Draft,
    DraftAnswer,
    Response,
    ResponseAnswer,
    Contribution,
    ContributionRevision,
    ResultsNotice,
    Contact,
    Message,
    DiscussionParticipant,
    DiscussionStatement,
    Reaction,
    ReactionCount,
    ModerationAct,
    StatementTranslation,
    TypedForm,
    Concern,
    ConcernReading,
    CodingItem,
    HandCoding,
    CodingSettlement,
    WorkshopParticipant,
    WorkshopIdea,
    WorkshopVote,
)
WITH_TEXT = (
    Contact,
    ResultsNotice,
    DraftAnswer,
    ResponseAnswer,
    ContributionRevision,
    QuoteSnapshot,
    Statement,
    Remark,
    DiscussionStatement,
    ModerationAct,
    StatementTranslation,
    Concern,
    HandCoding,
    CodingSettlement,
    WorkshopIdea,
)


def _go_on() -> None:
    """Let it wait."""


def shuffle_anonymous_rows(engine: Engine, *, wait_seconds: float = WAIT_SECONDS, check: Check = _go_on) -> None:
    """Make order and transactions tell nothing: every anonymous row is written anew, in the order of its key.

    Keys are random, so that order is a random one. On PostgreSQL everything is rewritten in one transaction
    (one xmin, new files); a table that refers to an anonymous one is rewritten with it. On SQLite the whole
    file is rewritten (VACUUM) and the write-ahead log, which keeps earlier pages, is emptied.

    Raises `record.busy` when the tables were in use for longer than `wait_seconds`; nothing has changed then.
    """
    if engine.dialect.name == "sqlite":
        scrub_storage(engine, wait_seconds=wait_seconds, check=check)
    else:
        _retry(lambda: _rewrite_tables(engine), wait_seconds, check)


def scrub_storage(engine: Engine, *, wait_seconds: float = WAIT_SECONDS, check: Check = _go_on) -> None:
    """Remove deleted text from the database's own files, after a withdrawal has been committed.

    On SQLite `secure_delete` is not enough by itself: when pages are rebalanced, copies of cells stay in the
    space between (tried: 6 texts of 800). VACUUM writes every page anew, then the log is emptied.
    On PostgreSQL each table that holds text is rewritten into new files (VACUUM FULL). Rows that an older
    transaction could still see would be copied: the withdrawal must be committed, long readers ended.
    Raises `record.busy` when it could not be done now: the next batch does it.
    """
    if engine.dialect.name == "sqlite":
        _retry(lambda: _vacuum_sqlite(engine), wait_seconds, check)
        truncate_wal(engine, wait_seconds=wait_seconds, check=check)
    else:
        _retry(lambda: _vacuum_postgresql(engine), wait_seconds, check)


def truncate_wal(engine: Engine, *, wait_seconds: float = WAIT_SECONDS, check: Check = _go_on) -> None:
    """Move SQLite's write-ahead log into the file and empty it; does nothing on PostgreSQL.

    Raises `record.busy` when a reader kept an old page in use for longer than `wait_seconds`.
    """
    if engine.dialect.name == "sqlite":
        _retry(lambda: _checkpoint(engine), wait_seconds, check)


def close_and_shuffle(engine: Engine, code: str, by: By | None = None, *, wait_seconds: float = WAIT_SECONDS) -> None:
    """Close a consultation, then rewrite its rows; raises as `close_consultation` and the batch do.

    On `record.busy` from the second step the consultation is closed already: the batch finishes it.
    """
    with unit_of_work(engine) as session:
        close_consultation(session, code, by)
    finish_closing(engine, code, by, wait_seconds=wait_seconds)


def finish_closing(engine: Engine, code: str, by: By | None = None, *, wait_seconds: float = WAIT_SECONDS) -> None:
    """Rewrite the rows after a closing and note that it was done, so that nobody is asked to do it again.

    Raises `record.busy` as the batch does.
    """
    shuffle_anonymous_rows(engine, wait_seconds=wait_seconds)
    if by is not None:
        with unit_of_work(engine) as session:
            note_mixed(session, code, by)


def withdraw_and_scrub(engine: Engine, keyring: Keyring, receipt: str) -> None:
    """Withdraw a response and remove its bytes; raises as `withdraw_response` does, and `record.busy`.

    On `record.busy` from the second step the text is already erased from every row: the batch finishes it.
    """
    with unit_of_work(engine) as session:
        withdraw_response(session, keyring, receipt)
    scrub_storage(engine)


def rewritten_tables() -> list[Table]:
    """Return the anonymous tables and those that refer to them, parents first."""
    chosen = {METADATA.tables[model.__tablename__] for model in ANONYMOUS}
    while True:
        more = {
            table for table in METADATA.tables.values() if any(key.column.table in chosen for key in table.foreign_keys)
        }
        if more <= chosen:
            return [table for table in METADATA.sorted_tables if table in chosen]
        chosen |= more


def _rewrite_tables(engine: Engine) -> None:
    """Copy, empty and fill the tables in one transaction that nobody can look into."""
    tables = rewritten_tables()
    quote = engine.dialect.identifier_preparer.format_table
    names = ", ".join(quote(table) for table in tables)
    with engine.begin() as connection:
        # NOWAIT: holding some tables while waiting for others would make a deadlock with people's answers.
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE NOWAIT")
        for table in tables:
            connection.exec_driver_sql(
                f"CREATE TEMPORARY TABLE copy_{table.name} ON COMMIT DROP AS TABLE {quote(table)}"
            )
        connection.exec_driver_sql(f"TRUNCATE TABLE {names}")
        for table in tables:
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            key = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
            source = f"SELECT {columns} FROM copy_{table.name} ORDER BY {key}"  # noqa: S608  # our own names
            connection.exec_driver_sql(f"INSERT INTO {quote(table)} ({columns}) {source}")


def _vacuum_sqlite(engine: Engine) -> None:
    with outside_transactions(engine) as cursor:
        cursor.execute("VACUUM")


def _checkpoint(engine: Engine) -> None:
    with outside_transactions(engine) as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        outcome = cursor.fetchone()
    if outcome is None or outcome[0]:
        raise RecordError("record.busy")


def _vacuum_postgresql(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for model in WITH_TEXT:
            connection.exec_driver_sql(f"VACUUM (FULL) {model.__tablename__}")


def _retry(step: Callable[[], None], wait_seconds: float, check: Check) -> None:
    """Do a step, again while somebody else holds what it needs; raises `record.busy` in the end, or as `check` does."""
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return step()
        except (RecordError, sqlite3.OperationalError) as error:
            code = error.code if isinstance(error, RecordError) else error_code(error)
            if code != "record.busy":
                raise
            if time.monotonic() >= deadline:
                raise RecordError("record.busy") from None
        check()
        time.sleep(_PAUSE_SECONDS)
