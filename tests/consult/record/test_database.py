import ast
import gc
import threading
import time
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from consult.record import database
from consult.record.consultation import Consultation
from consult.record.database import create_record_engine, normalise_url, prepare_engine, unit_of_work
from consult.record.draft import DraftAnswer
from consult.record.errors import RecordError
from consult.record.job import Job, enqueue_job
from consult.record.response import ResponseAnswer
from consult.record.survey import SurveyVersion

RECORD = Path(database.__file__).parent


def test_operations_flush_and_never_commit():
    commits = {
        (path.name, node.lineno)
        for path in RECORD.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    }
    assert {name for name, _ in commits} == {"database.py"}
    assert len(commits) == 1  # the unit of work's own


def test_a_unit_of_work_that_fails_keeps_nothing(engine, now):
    def fail(session: Session) -> None:
        enqueue_job(session, "themes", {}, now)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), unit_of_work(engine) as session:
        fail(session)

    with unit_of_work(engine, read_only=True) as session:
        assert session.scalars(sa.select(Job)).all() == []


def test_a_unit_of_work_takes_a_session_factory(engine, now):
    factory = sessionmaker(engine)
    with unit_of_work(factory) as session:
        enqueue_job(session, "themes", {}, now)

    with unit_of_work(factory, read_only=True) as session:
        assert session.scalars(sa.select(Job.task)).all() == ["themes"]


def test_a_read_only_unit_of_work_cannot_write(engine, now):
    with pytest.raises(RecordError) as caught, unit_of_work(engine, read_only=True) as session:
        enqueue_job(session, "themes", {}, now)
    assert caught.value.code == "record.read_only"

    with unit_of_work(engine) as session:  # the connection that was read-only writes again
        enqueue_job(session, "themes", {}, now)


def test_readers_see_the_past_while_somebody_writes(engine, now):
    with unit_of_work(engine) as writer:
        enqueue_job(writer, "themes", {}, now)
        with unit_of_work(engine, read_only=True) as reader:
            assert reader.scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_a_writer_that_waits_too_long_is_busy_and_the_first_one_wins(engine, now):
    with unit_of_work(engine) as session:
        job_id = enqueue_job(session, "themes", {}, now).id
    hasty = _shorten_waiting(engine)

    with unit_of_work(engine) as first:
        first.get_one(Job, job_id, with_for_update=True).attempts = 1
        first.flush()
        started = time.monotonic()
        with pytest.raises(RecordError) as caught, unit_of_work(hasty) as second:
            second.get_one(Job, job_id, with_for_update=True).attempts = 2
        assert time.monotonic() - started < 4

    hasty.dispose()
    assert caught.value.code == "record.busy"
    with unit_of_work(engine, read_only=True) as session:
        assert session.get_one(Job, job_id).attempts == 1


def test_a_deadlock_is_busy_for_one_and_done_for_the_other(engine, now):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time, and no deadlock")
    with unit_of_work(engine) as session:
        jobs = [enqueue_job(session, "themes", {}, now).id for _ in range(2)]
    meeting, codes = threading.Barrier(2), []

    def cross(first: int, second: int) -> None:
        try:
            with unit_of_work(engine) as session:
                session.get_one(Job, first, with_for_update=True)
                meeting.wait()
                session.get_one(Job, second, with_for_update=True).attempts = 1
        except RecordError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=cross, args=jobs), threading.Thread(target=cross, args=jobs[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes == ["record.busy"]


def test_sqlite_is_durable_checked_and_overwrites_what_is_deleted(tmp_path):
    engine = create_record_engine(f"sqlite:///{tmp_path}/new.sqlite")
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5000}
    with engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
    engine.dispose()
    assert found == wanted


def test_preparing_twice_is_preparing_once(tmp_path):
    engine = prepare_engine(prepare_engine(sa.create_engine(f"sqlite:///{tmp_path}/new.sqlite")))
    begins = []
    sa.event.listen(engine, "before_cursor_execute", lambda *about: begins.append(about[2]))
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()
    assert begins == ["BEGIN IMMEDIATE", "SELECT 1"]


def test_an_error_never_repeats_what_somebody_wrote(world):
    words = "a very private sentence"
    row = {"draft_id": "0" * 32, "question_code": "hardest", "value": {"text": words}, "revision": None}
    with pytest.raises(sa.exc.IntegrityError) as caught, unit_of_work(world.engine) as session:
        session.execute(sa.insert(DraftAnswer), [row])
    assert words not in _everything_said(caught.value)

    naive = sa.create_engine(world.engine.url)  # the control: an engine that nobody prepared says it
    with pytest.raises(sa.exc.IntegrityError) as caught, Session(naive) as session:
        session.execute(sa.insert(DraftAnswer), [row])
    naive.dispose()
    assert words in _everything_said(caught.value)


def test_a_row_that_is_there_twice_is_a_conflict_and_one_that_refers_to_nothing_is_refused(world):
    missing = {"response_id": "0" * 32, "question_code": "hardest", "value": {}}
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        session.execute(sa.insert(ResponseAnswer), [missing])
    assert caught.value.code == "record.bad_reference"

    columns = {column.name: getattr(world.version, column.name) for column in SurveyVersion.__table__.columns}
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        session.execute(sa.insert(SurveyVersion), [columns])
    assert caught.value.code == "record.conflict"


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("postgresql://u@h/d", "postgresql+psycopg"),
        ("postgres://u@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg"),
        ("sqlite:///x.sqlite", "sqlite"),
    ],
)
def test_an_address_gets_our_driver(given, driver):
    assert normalise_url(given).drivername == driver


def test_times_come_back_in_utc_and_a_time_without_a_zone_is_refused(engine, now):
    with unit_of_work(engine) as session:
        enqueue_job(session, "themes", {}, now)
    with unit_of_work(engine, read_only=True) as session:
        assert session.scalars(sa.select(Job.queued_at)).one().isoformat() == "2026-11-22T15:30:00+00:00"

    with pytest.raises(sa.exc.StatementError) as caught, unit_of_work(engine) as session:
        enqueue_job(session, "themes", {}, datetime(2026, 11, 22))
    assert "record.naive_time" in str(caught.value)


def test_texts_come_back_in_both_languages(world):
    with unit_of_work(world.engine, read_only=True) as session:
        title = session.scalars(sa.select(Consultation)).one().title
    assert (title.en, title.fr) == ("Plan", "Plan (fr)")


def _shorten_waiting(engine):
    """Return a second engine on the same database that waits a second, not five."""
    other = create_record_engine(engine.url.render_as_string(hide_password=False))
    shorter = "PRAGMA busy_timeout=1000" if engine.dialect.name == "sqlite" else "SET lock_timeout = 1000"

    @sa.event.listens_for(other, "checkout")
    def _shorten(connection, *_) -> None:
        cursor = connection.cursor()
        cursor.execute(shorter)
        cursor.close()

    return other


def _everything_said(error: BaseException) -> str:
    said = ""
    while error is not None:
        said += f"{error!s} {error!r}"
        error = error.__cause__ or error.__context__
    return said


def test_an_engine_is_prepared_though_an_old_one_lay_at_its_address():
    """SQLAlchemy's own register goes by address: with dialects kept alive it takes some of these for old ones."""
    dialects = []
    codes = []
    for number in range(300):
        engine = prepare_engine(sa.create_engine("sqlite://"))
        dialects.append(engine.dialect)
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE t (a PRIMARY KEY)")
                connection.exec_driver_sql("INSERT INTO t VALUES (1), (1)")
        except sa.exc.SQLAlchemyError:
            codes.append("untranslated")
        except RecordError as error:
            codes.append(error.code)
        engine.dispose()
        del engine
        if number % 50 == 0:
            gc.collect()
    assert set(codes) == {"record.conflict"}
