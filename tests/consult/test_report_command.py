"""`consult report` writes the report in every form and both languages, and says what is wrong in one line."""

import pytest
import sqlalchemy as sa

from consult.record.consultation import Consultation, ConsultationState
from consult.record.database import unit_of_work
from consult.record.report import ReportSnapshot

BEGINS = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK", "csv": b"PK"}


@pytest.fixture
def report(engine, monkeypatch, run, secret, tmp_path, sample_code):
    """Run the command on the sample's database, in a folder of its own."""
    monkeypatch.setenv("CONSULT_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("CONSULT_SECRET_KEY", secret)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return lambda *arguments, language="en", code=sample_code: run(language, "report", code, *arguments)


def _snapshots(engine):
    with unit_of_work(engine, read_only=True) as session:
        return session.scalars(sa.select(ReportSnapshot.public_id)).all()


def test_every_form_in_both_languages_is_of_one_snapshot(report, engine, tmp_path, sample_code):
    for language in ("fr", "en"):
        for form, begins in BEGINS.items():
            code, said, complained = report("--language", language, "--format", form)
            assert (code, complained) == (0, "")
            assert (tmp_path / "here" / said.strip()).read_bytes().startswith(begins)
    [snapshot] = _snapshots(engine)
    endings = {"pdf": "pdf", "docx": "docx", "xlsx": "xlsx", "csv": "zip"}
    assert {path.name for path in (tmp_path / "here").iterdir()} == {
        f"{sample_code}-{snapshot}-{language}.{ending}" for language in ("fr", "en") for ending in endings.values()
    }


def test_the_terminal_s_language_is_the_report_s_where_none_is_given(report):
    assert report(language="fr")[1].strip().endswith("-fr.pdf")


def test_what_is_wrong_is_said_and_nothing_is_written(report, engine, tmp_path):
    for arguments, code, words in (
        (("--language", "de"), None, "give fr or en."),
        (("--format", "exe"), None, "pdf, docx, xlsx, csv"),
        ((), "nowhere", "nowhere"),
    ):
        exit_code, said, complained = report(*arguments, **({"code": code} if code else {}))
        assert (exit_code, said, complained.count("\n")) == (2, "", 1)
        assert words in complained
    assert list((tmp_path / "here").iterdir()) == []
    assert _snapshots(engine) == []


def test_no_report_is_made_while_answers_may_come_in(report, engine, tmp_path):
    with unit_of_work(engine) as session:
        session.execute(sa.update(Consultation).values(is_fictional=False, state=ConsultationState.OPEN))
    code, said, complained = report(language="fr")
    assert (code, said, complained.count("\n")) == (2, "", 1)
    assert "fermeture" in complained
    with unit_of_work(engine) as session:
        session.execute(sa.update(Consultation).values(state=ConsultationState.CLOSED))
    assert report()[0] == 0  # control


def test_a_file_of_somebody_is_replaced_only_when_that_is_said(report, tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_text("mine")
    code, said, complained = report("--format", "csv", "--output", mine)
    assert (code, said, mine.read_text()) == (2, "", "mine")
    assert "--replace" in complained
    assert report("--format", "csv", "--output", mine, "--replace")[0] == 0
    assert mine.read_bytes().startswith(b"PK")
    assert report("--format", "csv", "--output", tmp_path / "no" / "folder.zip")[0] == 2
