"""`consult db nightly`: order tells nothing any more, and abandoned drafts go."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from consult.record.database import unit_of_work
from consult.record.draft import Draft, open_draft
from consult.record.keys import Keyring, new_token
from consult.record.survey import find_asked

SAMPLE = "grand_heron_2027_2030"


@pytest.fixture
def drafts(engine, open_sample, secret, monkeypatch) -> None:
    """Two drafts: one of today, one that nobody has touched for sixty-one days."""
    monkeypatch.setenv("CONSULT_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("CONSULT_SECRET_KEY", secret)
    open_sample()
    for days in (0, 61):
        with unit_of_work(engine) as session:
            _, version = find_asked(session, SAMPLE)
            keys = Keyring(secret).open_link(new_token())
            today = date.today()
            open_draft(session, keys, version, language="fr", today=today).touched_on = today - timedelta(days=days)


def test_abandoned_drafts_go_and_the_log_is_emptied(run, drafts, engine):
    code, said, complained = run("en", "db", "nightly")
    assert (code, said, complained) == (0, "The stored answers are mixed. 1 draft was deleted.\n", "")
    with unit_of_work(engine, read_only=True) as session:
        assert [each.touched_on for each in session.scalars(sa.select(Draft))] == [date.today()]
        assert session.connection().exec_driver_sql("SELECT count(*) FROM responses").scalar() == 240


def test_it_speaks_french(run, drafts):
    assert run("fr", "db", "nightly")[1].startswith("Les réponses enregistrées sont mélangées. 1 brouillon")


def test_without_a_database_it_makes_none(run, tmp_path, monkeypatch, secret):
    monkeypatch.setenv("CONSULT_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite'}")
    monkeypatch.setenv("CONSULT_SECRET_KEY", secret)
    assert run("en", "db", "nightly")[0] == 2
    assert not (tmp_path / "none.sqlite").exists()
