"""A file that is sent keeps nobody waiting, and no day in it spoils the overview."""

import hashlib
import io
import sqlite3
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from lxml import html
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from consult.manage import imports
from consult.record.database import unit_of_work
from consult.record.response import Response

HEADER = "response,submitted_on,language,group,take_part,answer_as,hardest"
TODAY = date.today()
DAY = timedelta(days=1)


def _lines(*days) -> bytes:
    return "\n".join([HEADER, *(f"r{at},{day},fr,citizen,1,citizen,mot {at}" for at, day in enumerate(days))]).encode()


@pytest.fixture
def address(sample_code):
    return f"/en/manage/{sample_code}/import"


@pytest.fixture
def send(facilitator_client, address, csrf_of, engine):
    """Send a file; `confirmed` as it would be after a preview."""
    with engine.connect() as connection:
        survey = connection.scalar(sa.text("SELECT code FROM surveys"))

    def send_file(content: bytes, *, confirmed: bool = False, language: str = "en"):
        where = address.replace("/en/", f"/{language}/")
        data = {"csrf_token": csrf_of(facilitator_client.get(where)), "survey": survey}
        data |= {"digest": hashlib.sha256(content).hexdigest(), "version": "1"} if confirmed else {}
        boundary, body = encode_multipart(data | {"file": FileStorage(io.BytesIO(content), "a.csv")})
        return facilitator_client.post(where, data=body, content_type=f"multipart/form-data; boundary={boundary}")

    return send_file


def _text(answer) -> str:
    return " ".join(" ".join(html.fromstring(answer.text).xpath("//main")[0].itertext()).split())


def _count(engine) -> int:
    with unit_of_work(engine, read_only=True) as session:
        return session.scalars(sa.select(sa.func.count()).select_from(Response)).one()


@pytest.mark.parametrize("day", ["9999-12-31", "0206-10-18", "2206-01-01", "0001-01-01", "1999-12-31", TODAY + DAY])
def test_a_day_that_cannot_be_is_refused_with_its_line_and_the_overview_stands(
    send, facilitator_client, address, engine, day
):
    content = _lines(TODAY, day)
    for answer in (send(content), send(content, confirmed=True)):
        assert f"The day must be from 2000-01-01 to today, {TODAY}. Correct it." in _text(answer)
        assert "3 submitted_on" in _text(answer)
    french = _text(send(content, language="fr"))
    assert f"Le jour doit aller du 2000-01-01 à aujourd’hui, le {TODAY}. Corrigez-le." in french
    assert _count(engine) == 240
    assert facilitator_client.get(address.removesuffix("import")).status_code == 200


def test_the_first_and_the_last_day_that_can_be_are_taken(send, engine):
    assert send(_lines("2000-01-01", TODAY), confirmed=True).status_code == 303
    assert _count(engine) == 242


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_overview_stands_whatever_day_is_stored(facilitator_client, address, engine, day):
    with unit_of_work(engine) as session:
        key = session.scalars(sa.select(Response.id).limit(1)).one()
        session.execute(sa.update(Response).where(Response.id == key).values(submitted_on=day))
    overview = facilitator_client.get(address.removesuffix("import"))
    assert overview.status_code == 200
    assert len(overview.text) < 200_000


def test_a_heading_of_too_many_columns_is_refused_in_words(send, engine):
    columns, fewer = (",".join(f"c{number}" for number in range(most)) for most in (2_000, 1_993))
    said = "the file has 2007 columns; at most 2000 can be read. Keep only the columns that are needed."
    assert said in _text(send(f"{HEADER},{columns}\n".encode() + b"1,2026-10-02,fr\n"))
    assert "le fichier a 2007 colonnes" in _text(send(f"{HEADER},{columns}\n".encode(), language="fr"))
    assert "1 new response" in _text(send(f"{HEADER},{fewer}\n".encode() + _lines(TODAY).partition(b"\n")[2]))
    assert _count(engine) == 240


def test_rows_without_end_are_refused(send, engine):
    content = _lines(TODAY) + b"\n" * 2 + b"a\n" * 100_001
    assert "the file is too large. Split it" in _text(send(content))
    assert _count(engine) == 240


def test_the_rows_are_made_ready_while_others_can_still_write(send, engine, monkeypatch):
    free = {}

    def watch(name):
        real = getattr(imports, name)

        def watched(*arguments):
            result = real(*arguments)
            other = sqlite3.connect(engine.url.database, timeout=0, isolation_level=None)
            try:
                other.execute("BEGIN IMMEDIATE")
                free[name] = True
            except sqlite3.OperationalError:
                free[name] = False
            finally:
                other.close()
            return result

        monkeypatch.setattr(imports, name, watched)

    for name in ("plan_import", "prepare_import", "store_import"):
        watch(name)
    assert send(_lines(*[TODAY] * 50), confirmed=True).status_code == 303
    assert free == {"plan_import": True, "prepare_import": True, "store_import": False}


def test_what_the_record_refuses_at_the_last_moment_is_shown_as_a_preview(send, engine, monkeypatch):
    real = imports.store_import
    key = "0" * 31 + "1"

    def somebody_was_faster(session, prepared):
        monkeypatch.setattr(imports, "store_import", real)
        _store_elsewhere(session, key)
        try:
            return real(session, prepared)
        finally:
            session.commit()

    monkeypatch.setattr(imports, "store_import", somebody_was_faster)
    answer = send(_lines(TODAY).replace(b"r0", key.encode()), confirmed=True)
    assert "exported from another consultation" in _text(answer)
    assert _count(engine) == 241  # the other's, and none of this file


def _store_elsewhere(session, key: str) -> None:
    """Store a response under a key in another consultation, as an import there would have done meanwhile."""
    for table in ("consultations", "surveys", "survey_versions"):
        _copy_row(session, table)
    first = session.execute(sa.text("SELECT * FROM responses LIMIT 1")).mappings().one()
    row = dict(first) | {"id": key, "submission_key": "e" * 64, "consultation_id": 2, "version_id": 2, "group_id": None}
    _insert(session, "responses", row)


def _copy_row(session, table: str) -> None:
    row = dict(session.execute(sa.text(f"SELECT * FROM {table} WHERE id = 1")).mappings().one())
    other = {"consultations": {"code": "other"}, "surveys": {"consultation_id": 2}, "survey_versions": {"survey_id": 2}}
    _insert(session, table, row | {"id": 2} | other[table])


def _insert(session, table: str, row: dict[str, object]) -> None:
    columns, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    session.execute(sa.text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), row)
