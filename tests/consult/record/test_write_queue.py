"""Writers of one process wait for each other without failing, and whoever is stopped leaves the way free."""

import sqlite3
import threading
import time
from contextlib import closing

import pytest
import sqlalchemy as sa

from consult.record.database import create_record_engine, unit_of_work
from consult.record.errors import RecordError
from consult.record.job import enqueue_job

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


def test_fourteen_writers_at_once_all_write(engine, now):
    refused = []

    def write():
        for _ in range(10):
            try:
                with unit_of_work(engine) as session:
                    enqueue_job(session, "themes", {}, now)
                    time.sleep(0.002)  # a page takes its time while it holds the lock
            except Exception as error:
                refused.append(error)

    threads = [threading.Thread(target=write) for _ in range(14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    with unit_of_work(engine, read_only=True) as session:
        assert session.execute(sa.text("SELECT count(*) FROM jobs")).scalar_one() == 140


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_a_writer_that_fails_leaves_the_way_free(engine, now, failure):
    def fail(session):
        enqueue_job(session, "themes", {}, now)
        raise failure

    with pytest.raises(failure), unit_of_work(engine) as session:
        fail(session)
    with unit_of_work(engine) as session:
        enqueue_job(session, "themes", {}, now)


def test_a_connection_that_is_lost_leaves_the_way_free(engine, now):
    connection = engine.connect()
    connection.begin()
    connection.invalidate()
    connection.close()
    with unit_of_work(engine) as session:
        enqueue_job(session, "themes", {}, now)


def test_who_waited_too_long_is_told_and_the_next_one_gets_in(engine, url, now):
    @sa.event.listens_for(engine, "connect")
    def shorten(connection, _):
        connection.execute("PRAGMA busy_timeout=100")

    with closing(sqlite3.connect(engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        for _ in range(2):
            with pytest.raises(RecordError, match=r"record\.busy"), unit_of_work(engine):
                pass
        assert 0.2 <= time.monotonic() - started < 4
        other.execute("ROLLBACK")
    with unit_of_work(engine) as session:
        enqueue_job(session, "themes", {}, now)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 100


def test_readers_do_not_queue(engine, url, now):
    reader = create_record_engine(url)
    with unit_of_work(engine) as session:
        enqueue_job(session, "themes", {}, now)
        for each in (engine, reader):
            with unit_of_work(each, read_only=True) as other:
                assert other.execute(sa.text("SELECT count(*) FROM jobs")).scalar_one() == 0
    reader.dispose()
