"""Writers on SQLite, one after the other.

SQLite lets one writer in at a time, and those who wait ask again after pauses of up to a tenth of a second: with a
dozen threads some never find it free, while the file lies idle between two pauses. So the threads of a process wait
here for each other, asleep, and only the first of them asks SQLite, every millisecond.
"""

import sqlite3
import threading
import time
from contextlib import suppress

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from consult.record.errors import RecordError

_PAUSE_SECONDS = 0.001
_HELD = "consult_writes"


class WriteQueue:
    """The writers of one engine. It orders them; that there is only one is SQLite's own doing."""

    def __init__(self, engine: Engine) -> None:
        self._lock = threading.Lock()
        event.listen(engine, "commit", self._leave)
        event.listen(engine, "rollback", self._leave)
        # a connection that was lost or thrown away has neither committed nor rolled back
        event.listen(engine, "checkin", lambda _, record: self._release(record.info))
        event.listen(engine, "invalidate", lambda _, record, __: self._release(record.info))

    def begin(self, connection: Connection) -> None:
        """Begin a transaction that writes; raises `record.busy` after the connection's busy timeout."""
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - for the type checker
        (milliseconds,) = driver.execute("PRAGMA busy_timeout").fetchone()
        deadline = time.monotonic() + milliseconds / 1000
        if not self._lock.acquire(timeout=milliseconds / 1000):
            raise RecordError("record.busy")
        connection.info[_HELD] = True
        try:
            driver.execute("PRAGMA busy_timeout=0")
            while True:
                try:
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                    break
                except RecordError as error:
                    if error.code != "record.busy" or time.monotonic() >= deadline:
                        raise
                _wait_until_free(driver, deadline)
        except BaseException:
            self._leave(connection)
            raise
        finally:
            driver.execute(f"PRAGMA busy_timeout={milliseconds}")

    def _leave(self, connection: Connection) -> None:
        if not connection.invalidated:  # one that was lost has left already
            self._release(connection.info)

    def _release(self, info: dict[object, object]) -> None:
        if info.pop(_HELD, False):
            self._lock.release()


def _wait_until_free(driver: sqlite3.Connection, deadline: float) -> None:
    """Ask SQLite whether the lock can be had, by the driver alone: a translated refusal costs ten times more."""
    while time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
        with suppress(sqlite3.OperationalError):
            driver.execute("BEGIN IMMEDIATE")
            driver.execute("ROLLBACK")
            return
