"""`consult demo`: an installation of its own that runs today, is made once, and stops with Ctrl-C."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from consult.demo.freshness import is_fresh
from consult.demo.installation import COMMITTEE_EMAIL, EMAIL, prepare_demonstration
from consult.demo.themes import find_sample_themes
from consult.record.account import Role, find_account, find_membership_role
from consult.record.consultation import ConsultationState, get_consultation, set_dates
from consult.record.database import create_record_engine, unit_of_work
from consult.record.discussion import NewPrompt, create_prompt
from consult.record.invitation import find_invitation, list_reminders, mark_used
from consult.record.keys import Keyring
from consult.record.run import list_runs
from consult.record.theme import RunState
from consult.sample import OPEN_QUESTIONS
from surveys.localised import Localised

_COMMAND = Path(sys.executable).with_name("consult")
_TODAY = date.today()


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with reports that are newer than anything, so that no test waits for an analysis."""
    for question in OPEN_QUESTIONS:
        report = tmp_path / "demo" / question / "report.html"
        report.parent.mkdir(parents=True)
        report.write_text("a report")
        os.utime(report, (time.time() + 1000, time.time() + 1000))
    return tmp_path / "demo"


@pytest.fixture(scope="module")
def analysed(tmp_path_factory) -> Path:
    """A demonstration whose themes were found, with all that they said on the way: made once, to be copied."""
    made = tmp_path_factory.mktemp("analysed")
    shown = prepare_demonstration(made, _TODAY, "fr")
    told = []
    assert find_sample_themes(shown.settings, shown.code, lambda step, share: told.append(step)) == 3
    assert {"read", "vectors", "themes"} <= set(told)
    return made


@pytest.fixture
def analysed_folder(folder, analysed) -> Path:
    """The same in a folder of the test's own, with fresh reports."""
    return Path(shutil.copytree(analysed, folder, dirs_exist_ok=True))


def _engine(shown):
    return create_record_engine(shown.settings.database_url)


def test_the_sample_is_running_today(folder):
    shown = prepare_demonstration(folder, _TODAY, "fr")
    engine = _engine(shown)
    keyring = Keyring(shown.settings.secret_key)
    with unit_of_work(engine, read_only=True) as session:
        consultation = get_consultation(session, shown.code)
        first, last, count = session.execute(
            sa.text("SELECT min(submitted_on), max(submitted_on), count(*) FROM responses")
        ).one()
        account = find_account(session, EMAIL)
        role = find_membership_role(session, account, consultation)
        committee = find_membership_role(session, find_account(session, COMMITTEE_EMAIL), consultation)
        invitation = find_invitation(session, keyring, shown.token)
    engine.dispose()
    assert (consultation.state, consultation.is_accepting(_TODAY), consultation.is_fictional) == (
        ConsultationState.OPEN,
        True,
        True,
    )
    assert consultation.closes_on == _TODAY + timedelta(days=14)
    assert (first >= str(consultation.opens_on), last, count) == (True, str(_TODAY - timedelta(days=1)), 240)
    assert (role, committee) == (Role.FACILITATOR, Role.COMMITTEE)
    assert PasswordHasher().verify(account.password_hash, shown.password)
    assert invitation is not None
    assert not invitation.is_used


def test_the_themes_are_found_by_jobs_and_only_the_first_time(analysed_folder):
    shown = prepare_demonstration(analysed_folder, _TODAY, "fr")
    engine = _engine(shown)
    with unit_of_work(engine, read_only=True) as session:
        runs = list_runs(session, get_consultation(session, shown.code))
        assert [run.state for run in runs] == [RunState.DONE] * 3
        assert {run.question_code for run in runs} == set(OPEN_QUESTIONS)
    with unit_of_work(engine) as session:
        # somebody tried the discussions, and nobody has posted yet
        asked = Localised("What next?", "Et ensuite?")
        create_prompt(session, get_consultation(session, shown.code), NewPrompt(asked))
    engine.dispose()
    told = []
    assert find_sample_themes(shown.settings, shown.code, lambda step, share: told.append(step)) == 0
    assert told == []


def test_an_earlier_demonstration_gets_the_accounts_that_it_lacks(folder):
    shown = prepare_demonstration(folder, _TODAY, "fr")
    engine = _engine(shown)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM memberships WHERE role = 'committee'")
        connection.exec_driver_sql("DELETE FROM accounts WHERE email = ?", (COMMITTEE_EMAIL,))
    prepare_demonstration(folder, _TODAY, "fr")
    with unit_of_work(engine, read_only=True) as session:
        assert find_account(session, COMMITTEE_EMAIL) is not None
    engine.dispose()


def test_only_its_owner_reads_it(folder):
    prepare_demonstration(folder, _TODAY, "fr")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if path.is_file()}
    assert modes == {"consult.sqlite": 0o600, "password": 0o600, "secret": 0o600}


def test_the_second_time_nothing_is_loaded_again(folder, monkeypatch):
    first = prepare_demonstration(folder, _TODAY, "fr")
    monkeypatch.setattr("consult.demo.installation.load_sample", None)
    assert prepare_demonstration(folder, _TODAY, "fr") == first


def test_a_load_that_was_stopped_is_begun_anew(folder, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("consult.demo.installation.load_sample", None)
        with pytest.raises(TypeError):
            prepare_demonstration(folder, _TODAY, "fr")
    assert not (folder / "consult.sqlite").exists()
    prepare_demonstration(folder, _TODAY, "fr")
    assert (folder / "consult.sqlite").exists()
    assert [path.name for path in folder.glob(".*")] == []


def test_weeks_later_it_runs_again_and_a_used_link_is_replaced(folder):
    shown = prepare_demonstration(folder, _TODAY, "fr")
    later = _TODAY + timedelta(days=60)
    engine = _engine(shown)
    with unit_of_work(engine) as session:
        mark_used(session, find_invitation(session, Keyring(shown.settings.secret_key), shown.token).id)
    again = prepare_demonstration(folder, later, "fr")
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, shown.code)
        assert consultation.is_accepting(later)
        set_dates(session, consultation, None, None)
    engine.dispose()
    assert again.token != shown.token


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_personal_link_is_of_somebody_invited_in_the_language(folder, language):
    shown = prepare_demonstration(folder, _TODAY, language)
    engine, keyring = _engine(shown), Keyring(shown.settings.secret_key)
    for _ in range(2):  # one of the sample's, then one that is made because none is left
        with unit_of_work(engine) as session:
            assert find_invitation(session, keyring, shown.token).language == language
            consultation = get_consultation(session, shown.code)
            for reminder in list_reminders(session, keyring, consultation):
                mark_used(session, find_invitation(session, keyring, reminder.token).id)
        shown = prepare_demonstration(folder, _TODAY, language)
    engine.dispose()


@pytest.mark.parametrize(("age", "fresh"), [(1000, True), (-1000, False)])
def test_a_report_is_fresh_while_nothing_behind_it_is_newer(tmp_path, monkeypatch, age, fresh):
    source = tmp_path / "code" / "step.py"
    source.parent.mkdir()
    source.write_text("")
    report = tmp_path / "report.html"
    monkeypatch.setattr("consult.demo.freshness._SOURCES", (source.parent,))
    assert not is_fresh(report)
    report.write_text("")
    os.utime(report, (time.time() + age, time.time() + age))
    assert is_fresh(report) is fresh


def test_without_a_server_it_makes_everything_and_ends(run, analysed_folder, tmp_path, monkeypatch):
    folder = analysed_folder
    elsewhere = tmp_path / "real.sqlite"
    monkeypatch.setenv("CONSULT_DATABASE_URL", f"sqlite:///{elsewhere}")
    code, out, err = run("fr", "demo", "--no-serve", "--out", folder)
    assert (code, err) == (0, "")
    assert out.count("Déjà fait\u00a0: ") == 3
    assert (folder / "consult.sqlite").exists()
    assert not elsewhere.exists()


def test_it_serves_says_who_may_go_where_and_stops(analysed_folder, tmp_path):
    folder = analysed_folder
    elsewhere = tmp_path / "real.sqlite"
    log = tmp_path / "log"
    taken = None
    with suppress(OSError):  # somebody else may hold it already, which does as well
        taken = socket.create_server(("127.0.0.1", 8000))
    with log.open("w") as said:
        process = subprocess.Popen(
            [_COMMAND, "demo", "--out", folder],
            env={**os.environ, "CONSULT_LANGUAGE": "en", "CONSULT_DATABASE_URL": f"sqlite:///{elsewhere}"},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 60
        while "Ctrl-C stops everything." not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        lines = log.read_text()
        addresses = dict(re.findall(r"  (\w[^:]*): (http://\S+)", lines))
        assert list(addresses) == [
            "Participant",
            "Participant with a personal link",
            "Facilitator",
            "Committee",
        ]
        assert all(urlsplit(address).path.startswith("/en/") for address in addresses.values())
        assert all(int(address.split(":")[2].split("/")[0]) > 8000 for address in addresses.values())
        for address in addresses.values():
            with urllib.request.urlopen(address, timeout=30) as page:
                assert page.status == 200
        assert EMAIL in lines
        assert COMMITTEE_EMAIL in lines
        assert (folder / "password").read_text() in lines
    finally:
        os.killpg(process.pid, signal.SIGINT)
        code = process.wait(timeout=30)
        if taken:
            taken.close()
    assert (code, elsewhere.exists()) == (0, False)
    assert " ERROR " not in log.read_text()
