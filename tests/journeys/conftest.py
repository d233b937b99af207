"""A real browser and a real server: `browser`, `open_page`, `axe`, `server` and `postgres_server`.

Each server is a process of `consult serve` on a free port, with a database of its own in which the sample consultation
is running and a facilitator has an account. Nothing reaches further than this machine.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine

from consult.accounts.passwords import hash_password
from consult.record.account import Role, create_account, join_consultation
from consult.record.database import create_record_engine, normalise_url, unit_of_work
from consult.record.keys import Keyring
from consult.record.migrations import upgrade
from consult.sample import load_sample
from tests.consult.record.conftest import postgres_url  # noqa: F401 - a fixture
from tests.journeys.chromium import WITHOUT, find_chromium

SECRET = "a secret for journeys that is long enough to be one"
EMAIL, PASSWORD = "claire@example.org", "quiet herons wade at dawn"
CODE = "grand_heron_2027_2030"
_COMMAND = Path(sys.executable).with_name("consult")
_SECONDS_TO_START = 60
_TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
_ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@dataclass(frozen=True)
class Server:
    """A server that runs, and what a test needs to know of it."""

    address: str  # http://127.0.0.1:PORT, without a slash at the end
    engine: Engine  # on the server's database, to look at what is stored
    url: str
    log: Path  # everything that the server has written

    code: str = CODE
    email: str = EMAIL
    password: str = PASSWORD
    secret: str = SECRET


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, once for all; without one the test is skipped, and fails in CI."""
    path = find_chromium()
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(WITHOUT)
    # Chromium's own sandbox does not work for the superuser, as whom containers run
    arguments = [*_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()


@pytest.fixture
def open_page(browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a device of its own: ``open_page(language="fr", width=360, javascript=True)``.

    At the end the test fails if any page asked for something from another host, or a script failed.
    """
    contexts = []
    faults: list[str] = []

    def open_it(language: str = "fr", width: int = 360, height: int = 800, javascript: bool = True) -> Page:
        context = browser.new_context(
            locale=f"{language}-CA",
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.on("request", lambda request: _local(request.url) or faults.append(f"asked for {request.url}"))
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script failed: {error}"))
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Assert that axe finds nothing on a page: ``axe(page)``."""
    checker = Axe()

    def check(page: Page) -> None:
        page.wait_for_load_state()  # after a click the next page may still be on its way
        options = {"runOnly": {"type": "tag", "values": _TAGS}, "resultTypes": ["violations"]}
        found = checker.run(page, options=options)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"

    return check


@pytest.fixture(scope="session")
def running_sample(tmp_path_factory) -> Path:
    """A migrated SQLite file in which the sample is running: to be copied, not changed."""
    path = tmp_path_factory.mktemp("running") / "record.sqlite"
    _fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def running_template(postgres_url) -> str:  # noqa: F811 - the fixture
    """The same on PostgreSQL: the name of a database to be copied."""
    name = f"running_{uuid4().hex}"
    administer(postgres_url, f"CREATE DATABASE {name}")
    _fill(postgres_url.format(database=name))
    return name


@pytest.fixture
def server(running_sample, tmp_path) -> Iterator[Server]:
    """A server on an SQLite file of its own."""
    yield from serve(f"sqlite:///{shutil.copy(running_sample, tmp_path / 'record.sqlite')}", tmp_path)


@pytest.fixture
def postgres_server(running_template, postgres_url, tmp_path) -> Iterator[Server]:  # noqa: F811 - the fixture
    """A server on a PostgreSQL database of its own."""
    name = f"t{uuid4().hex}"
    administer(postgres_url, f"CREATE DATABASE {name} TEMPLATE {running_template}")
    yield from serve(postgres_url.format(database=name), tmp_path)
    administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


def serve(url: str, folder: Path, more: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Start a server, give it when it answers, and stop it; a failure that it logged fails the test.

    `more` are settings besides those that every server needs.
    """
    out, log = folder / "server.out", folder / "server.log"
    settings = {"CONSULT_DATABASE_URL": url, "CONSULT_SECRET_KEY": SECRET, "CONSULT_DEVELOPMENT": "1"}
    with out.open("w") as said, log.open("w") as complained:
        process = subprocess.Popen(
            [_COMMAND, "serve", "--port", "0"],
            env={**os.environ, **settings, **(more or {}), "CONSULT_LANGUAGE": "en"},
            stdout=said,
            stderr=complained,
        )
    engine = create_record_engine(url)
    try:
        yield Server(_address(process, out, log), engine, url, log)
    finally:
        engine.dispose()
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=30)
    assert (code, [line for line in log.read_text().splitlines() if " ERROR " in line]) == (0, [])


def _address(process: subprocess.Popen[bytes], out: Path, log: Path) -> str:
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        words = out.read_text().split()
        if addresses := [word for word in words if word.startswith("http://")]:
            return addresses[0].rstrip("/")
        time.sleep(0.05)
    pytest.fail(f"the server did not start: {log.read_text()}")


def _fill(url: str) -> None:
    engine = create_record_engine(url)
    upgrade(engine)
    password_hash = hash_password(PASSWORD)
    with unit_of_work(engine) as session:
        consultation = load_sample(session, Keyring(SECRET), date.today(), is_running=True)
        account = create_account(session, EMAIL, "Claire Aubé", roles=[Role.FACILITATOR], password_hash=password_hash)
        join_consultation(session, account, consultation, Role.FACILITATOR)
    engine.dispose()


def administer(address: str, statement: str) -> None:
    url = normalise_url(address.format(database="postgres"))
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


def _local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))
