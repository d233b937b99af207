"""`consult serve` as a process: what it says, what it refuses, how it stops, and a log that tells of nobody."""

import http.client
import logging
import os
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask, request

from consult.record.backup import back_up
from consult.record.database import create_record_engine, unit_of_work
from consult.record.job import enqueue_job, get_job
from consult.record.keys import Keyring
from consult.record.migrations import upgrade
from consult.sample import load_sample
from consult.serve import DiscreetFormatter, trust_proxies
from tests.consult.record.conftest import postgres_url  # noqa: F401 - a fixture

_COMMAND = Path(sys.executable).with_name("consult")
_TOKEN = "sesamesesamesesamesesame22"
_CODE = "grand_heron_2027_2030"


class Served:
    """A server that runs: its process and everything that it has written."""

    def __init__(self, process, out, err):
        self.process, self._out, self._err = process, out, err

    @property
    def out(self):
        return self._out.read_text()

    @property
    def err(self):
        return self._err.read_text()

    @property
    def port(self):
        return int(re.search(r":(\d+)/", self.out).group(1))

    def ask(self, method, path, body=None, headers=None):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def stop(self, number):
        """Send a signal as a terminal does, to every process at once; return the exit code."""
        os.killpg(self.process.pid, number)
        return self.process.wait(timeout=30)


@contextmanager
def _serving(folder, url, *arguments, language="en", **settings):
    out, err = folder / "server.out", folder / "server.err"
    environment = {
        **os.environ,
        "CONSULT_DATABASE_URL": url,
        "CONSULT_SECRET_KEY": "a secret for tests that is long enough to be one",
        "CONSULT_DEVELOPMENT": "1",
        "CONSULT_LANGUAGE": language,
        **settings,
    }
    command = [_COMMAND, "serve", "--port", "0", *arguments]
    with out.open("w") as said, err.open("w") as complained:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=complained, start_new_session=True)
    served = Served(process, out, err)
    try:
        deadline = time.monotonic() + 60
        while "http://" not in served.out:
            assert process.poll() is None, served.err
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield served
    finally:
        if process.poll() is None:
            served.stop(signal.SIGTERM)


@pytest.fixture
def database(tmp_path):
    return tmp_path / "record.sqlite"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A database in which the sample is running: to be copied."""
    path = tmp_path_factory.mktemp("running") / "record.sqlite"
    engine = create_record_engine(f"sqlite:///{path}")
    upgrade(engine)
    with unit_of_work(engine) as session:
        keyring = Keyring("a secret for tests that is long enough to be one")
        load_sample(session, keyring, date.today(), is_running=True)
    engine.dispose()
    return path


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("fr", signal.SIGINT, "Ctrl-C l’arrête."),
        pytest.param("en", signal.SIGTERM, "Ctrl-C stops it.", marks=pytest.mark.slow),
        pytest.param("en", signal.SIGHUP, "", marks=pytest.mark.slow),
    ],
)
def test_it_makes_its_tables_answers_and_stops(tmp_path, database, language, number, said):
    with _serving(tmp_path, f"sqlite:///{database}", language=language) as served:
        assert served.ask("GET", "/healthz")[0] == 200
        status, headers, _ = served.ask("GET", "/fr/")
        assert (status, headers["Cache-Control"]) == (200, "no-store")
        assert stat.S_IMODE(database.stat().st_mode) == 0o600
        port = served.port
        assert served.stop(number) == 0
    assert said in served.out
    assert len(served.out.splitlines()) == 1
    assert served.err == ""
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_an_answer_that_is_being_saved_when_it_stops_is_saved(tmp_path, database, running):
    shutil.copy(running, database)
    with _serving(tmp_path, f"sqlite:///{database}", "--workers", "1") as served:
        _, headers, page = served.ask("GET", f"/fr/c/{_CODE}/")
        token = re.search(r'id="answers".*?name="csrf_token" value="([^"]+)"', page, re.DOTALL).group(1)
        form = f"csrf_token={token}&take_part=1&revision.take_part=1&do=continue"
        cookie = headers["Set-Cookie"].partition(";")[0]
        answers = []
        sender = threading.Thread(
            target=lambda: answers.append(
                served.ask(
                    "POST",
                    f"/fr/c/{_CODE}/",
                    form,
                    {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"},
                )
            )
        )
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            sender.start()
            time.sleep(1)
            os.killpg(served.process.pid, signal.SIGINT)
            time.sleep(1)
            assert answers == []  # it waits for the lock, with the stop already asked for
            other.execute("ROLLBACK")
        sender.join(timeout=30)
        assert served.process.wait(timeout=30) == 0
    assert [status for status, _, _ in answers] == [303]
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*) FROM drafts").fetchone() == (1,)


def test_neither_addresses_nor_what_goes_wrong_are_written_down(tmp_path, database):
    with _serving(tmp_path, f"sqlite:///{database}") as served:
        assert served.ask("GET", f"/fr/i/{_TOKEN}?words={_TOKEN}")[0] == 404
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as raw:
            raw.sendall(f"GET /fr/i/{_TOKEN} {_TOKEN} HTTP/9.9\r\n{_TOKEN}\r\n\r\n".encode())
            assert b"400" in raw.recv(1000)
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("DROP TABLE invitations")
        assert served.ask("GET", f"/fr/i/{_TOKEN}", headers={"User-Agent": _TOKEN})[0] == 503
        assert served.stop(signal.SIGTERM) == 0
    # it does say what happened, and where
    assert re.search(r"ERROR \[\d+\] consult .*respond\.link: OperationalError", served.err)
    assert re.search(r"WARNING \[\d+\] gunicorn\.error \(base:\d+\)", served.err)
    assert _TOKEN not in served.out + served.err
    assert "127.0.0.1" not in served.err
    assert "invitations" not in served.err


def test_a_log_line_has_the_kind_of_a_failure_and_not_its_words():
    def line(name, message, *arguments, error=None, module="elsewhere"):
        information = (type(error), error, error.__traceback__) if error else None
        record = logging.LogRecord(name, logging.ERROR, f"/x/{module}.py", 7, message, arguments, information)
        return DiscreetFormatter().format(record)

    try:
        try:
            raise KeyError("private")
        except KeyError as first:
            raise ValueError("private words") from first
    except ValueError as error:
        written = line("consult", "Exception on %s", "/private", error=error)
    assert "ValueError at test_serve.py:" in written
    assert "KeyError at test_serve.py:" in written
    assert "private" not in written
    assert "private" not in line("gunicorn.error", "Invalid request from private", module="base")
    assert "private" not in line("somebody.else", "private %s", "private")
    assert "record refused: draft.missing" in line("consult", "record refused: %s", "draft.missing")
    assert "WORKER TIMEOUT (pid:7)" in line("gunicorn.error", "WORKER TIMEOUT (pid:%s)", 7, module="arbiter")


def test_a_restoration_is_seen_by_a_server_that_runs(tmp_path, database, running, run, monkeypatch):
    saved = tmp_path / "saved.backup"
    engine = create_record_engine(f"sqlite:///{running}")
    back_up(engine, saved)
    engine.dispose()
    monkeypatch.setenv("CONSULT_DATABASE_URL", f"sqlite:///{database}")
    monkeypatch.setenv("CONSULT_SECRET_KEY", "a secret for tests that is long enough to be one")
    with _serving(tmp_path, f"sqlite:///{database}") as served:
        assert [_CODE in served.ask("GET", "/fr/")[2] for _ in range(6)] == [False] * 6
        code, out, err = run("fr", "restore", saved)
        assert (code, err) == (0, "")
        assert "Restaurée" in out
        assert [_CODE in served.ask("GET", "/fr/")[2] for _ in range(6)] == [True] * 6
        assert run("en", "restore", saved)[::2] == (
            2,
            "consult: CONSULT_DATABASE_URL: the database holds responses (240). Nothing was changed. Save it first"
            " (consult backup), then add --replace.\n",
        )
        assert run("fr", "backup", saved)[2].startswith(f"consult: {saved} : ce fichier existe déjà.")
        assert run("en", "backup", saved, "--replace")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "settings", "said"),
    [
        (["--port", "70000"], {}, "--port 70000: give a port from 0 to 65535."),
        (["--workers", "0"], {}, "--workers 0: give a number from 1 to 64."),
        (["--host", "192.0.2.1"], {}, "--host 192.0.2.1: this machine does not have this address."),
        ([], {"CONSULT_SECRET_KEY": "short"}, "CONSULT_SECRET_KEY: this secret is too short."),
        ([], {"CONSULT_PROXIES": "many"}, "CONSULT_PROXIES: this must be a number from 0 to 9"),
        ([], {"CONSULT_DATABASE_URL": "sqlite:////proc/no/x"}, "/proc/no/x: this database cannot be opened."),
        ([], {"CONSULT_DATABASE_URL": "postgresql://u:hush@127.0.0.1:1/x"}, "127.0.0.1: this database cannot be open"),
        ([], {"CONSULT_DATABASE_URL": "nothing"}, "CONSULT_DATABASE_URL: this is no address of a database."),
    ],
)
def test_what_cannot_be_served_is_one_line(run, tmp_path, monkeypatch, arguments, settings, said):
    _settle(monkeypatch, {"CONSULT_DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite'}", **settings})
    code, out, err = run("en", "serve", "--port", "0", *arguments)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(f"consult: {said}")
    assert "hush" not in err


def test_a_port_in_use_is_said_and_the_database_not_touched(run, tmp_path, monkeypatch):
    _settle(monkeypatch, {"CONSULT_DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite'}"})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = run("fr", "serve", "--port", str(port))
    assert (code, err) == (
        2,
        f"consult: --port {port} : un autre programme répond sur ce port. Arrêtez-le, ou donnez un autre --port.\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_a_newer_version_is_refused(run, database, running, monkeypatch):
    shutil.copy(running, database)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    _settle(monkeypatch, {"CONSULT_DATABASE_URL": f"sqlite:///{database}"})
    code, _, err = run("en", "serve", "--port", "0")
    assert (code, err) == (
        2,
        f"consult: {database}: a newer version of Consult made these tables. Install that version.\n",
    )


def test_postgresql_is_served_once_its_operator_has_upgraded_it(run, postgres_url, tmp_path, monkeypatch):  # noqa: F811
    url = postgres_url.format(database="postgres")
    _settle(monkeypatch, {"CONSULT_DATABASE_URL": url})
    code, _, err = run("en", "serve", "--port", "0")
    assert (code, "consult db upgrade" in err) == (2, True)
    assert run("en", "db", "upgrade")[0] == 0
    with _serving(tmp_path, url) as served:
        assert served.ask("GET", "/healthz")[0] == 200


@pytest.mark.parametrize(
    ("proxies", "seen"), [(0, "127.0.0.1 http localhost"), (1, "203.0.113.9 https consult.example.org")]
)
def test_only_our_own_proxies_are_believed(proxies, seen):
    app = Flask("proxied")
    app.add_url_rule("/", view_func=lambda: f"{request.remote_addr} {request.scheme} {request.host}")
    trust_proxies(app, proxies)
    headers = {
        "X-Forwarded-For": "198.51.100.1, 203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "consult.example.org",
    }
    assert app.test_client().get("/", headers=headers).text == seen


def _settle(monkeypatch, settings):
    monkeypatch.setenv("CONSULT_SECRET_KEY", "a secret for tests that is long enough to be one")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


def _workers_of(process):
    """Return the workers beside a server, by their process numbers."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                if b"worker" in words and str(process.pid).encode() in words:
                    found.append(int(entry.name))
    return found


def _wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def _carry_out(url):
    """Have a job carried out that ends at once, because no worker knows its task."""
    engine = create_record_engine(url)
    with unit_of_work(engine) as session:
        job_id = enqueue_job(session, "nothing", {}, datetime.now(UTC)).id

    def is_done():
        with unit_of_work(engine, read_only=True) as session:
            return get_job(session, job_id).error_code == "job.unknown_task"

    _wait_until(is_done)
    engine.dispose()


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/cmdline").exists(), reason="looks at processes as Linux shows them"
)


@needs_proc
def test_a_worker_runs_beside_is_started_again_and_stops_with_the_server(tmp_path, database):
    url = f"sqlite:///{database}"
    with _serving(tmp_path, url) as served:
        _carry_out(url)
        (first,) = _workers_of(served.process)
        os.kill(first, signal.SIGKILL)
        (second,) = _wait_until(lambda: [pid for pid in _workers_of(served.process) if pid != first])
        _carry_out(url)
        assert served.process.poll() is None
        os.kill(served.process.pid, signal.SIGTERM)  # to the server alone, as a service manager does
        assert served.process.wait(timeout=30) == 0
        assert not Path(f"/proc/{second}").exists()
    assert "the worker ended by itself" in served.err
    assert len(served.err.splitlines()) == 1


@needs_proc
def test_a_worker_does_not_outlive_a_server_that_was_killed(tmp_path, database):
    url = f"sqlite:///{database}"
    with _serving(tmp_path, url) as served:
        _carry_out(url)
        (worker,) = _workers_of(served.process)
        children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
        served.process.kill()
        served.process.wait()
        _wait_until(lambda: not Path(f"/proc/{worker}/cmdline").exists() or _is_dead(worker))
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)


@needs_proc
def test_without_a_worker_there_is_none(tmp_path, database):
    with _serving(tmp_path, f"sqlite:///{database}", "--no-worker") as served:
        time.sleep(2)
        assert _workers_of(served.process) == []


def _is_dead(pid):
    return (Path("/proc") / str(pid) / "stat").read_text().split(") ")[1][0] in "ZX"
