"""What tests of pages stand on: a server with the sample consultation, browsers, and people who have signed in."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from lxml import html
from sqlalchemy import Engine
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from consult.application import create_app
from consult.extensions import db
from consult.record.account import Account, Role, create_account, join_consultation
from consult.record.consultation import Consultation, get_consultation, set_dates
from consult.record.database import create_record_engine, unit_of_work
from consult.record.keys import Keyring
from consult.record.lifecycle import open_consultation
from consult.record.migrations import upgrade
from consult.sample import load_sample
from consult.settings import Settings

SECRET = "a secret for tests that is long enough to be one"
SAMPLE = "grand_heron_2027_2030"
PASSWORD = "quiet herons wade at dawn"
# A real hash, made to be quick to verify.
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@pytest.fixture(scope="session")
def secret() -> str:
    """The installation's secret; `Keyring(secret)` makes the keys that the pages use."""
    return SECRET


@pytest.fixture(scope="session")
def sample_code() -> str:
    """The code of the sample consultation, as it stands in addresses."""
    return SAMPLE


@pytest.fixture(scope="session")
def password() -> str:
    """The password of every account that `make_account` makes."""
    return PASSWORD


@pytest.fixture(scope="session")
def loaded(tmp_path_factory) -> Path:
    """A migrated SQLite file with the sample consultation and its responses, not open yet: copy it, never change it."""
    path = tmp_path_factory.mktemp("loaded") / "record.sqlite"
    made = create_record_engine(f"sqlite:///{path}")
    upgrade(made)
    with unit_of_work(made) as session:
        load_sample(session, Keyring(SECRET), date.today())
    made.dispose()
    return path


@pytest.fixture
def engine(loaded, tmp_path) -> Iterator[Engine]:
    """An engine on a copy of that database, the one that the pages of `app` use."""
    made = create_record_engine(f"sqlite:///{shutil.copy(loaded, tmp_path / 'record.sqlite')}")
    yield made
    made.dispose()


class _Compiled(BytecodeCache):
    """Templates that were compiled for one application serve the next: it was a fifth of what these tests cost."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def _read_addresses_once() -> None:
    """Read each rule for addresses once for all applications: nearly all of what making one costs."""
    read, known = Rule.compile, {}
    kept = ("_parts", "_trace", "_converters", "arguments")

    def read_once(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, rule.merge_slashes, tuple(sorted((rule.defaults or {}).items())))
        if key not in known:
            read(rule)
            builders = rule._build.__func__, rule._build_unknown.__func__
            known[key] = {name: getattr(rule, name) for name in kept}, builders
            return
        attributes, (build, build_unknown) = known[key]
        vars(rule).update(attributes)
        rule._build, rule._build_unknown = build.__get__(rule, None), build_unknown.__get__(rule, None)

    Rule.compile = read_once


_read_addresses_once()


@pytest.fixture
def make_app() -> Iterator[Callable[..., Flask]]:
    """Make an application on a database's address: ``make_app(url)``; further settings by name."""
    made = []

    def make(url: str, **settings: object) -> Flask:
        app = create_app(Settings(url, SECRET, **settings))
        app.jinja_env.bytecode_cache = _COMPILED
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(make_app, engine) -> Flask:
    """The application on `engine`."""
    return make_app(engine.url.render_as_string(hide_password=False))


@pytest.fixture
def client(app) -> FlaskClient:
    """A browser in which nobody has signed in."""
    return app.test_client()


@pytest.fixture
def open_sample(engine) -> Callable[..., None]:
    """Open the sample consultation: ``open_sample(opens_on=None, closes_on=None)``."""

    def open_it(opens_on: date | None = None, closes_on: date | None = None) -> None:
        with unit_of_work(engine) as session:
            set_dates(session, open_consultation(session, SAMPLE), opens_on, closes_on)

    return open_it


@pytest.fixture
def make_account(engine) -> Callable[..., Account]:
    """Make an account whose password is `password`: ``make_account(email, *roles, joins=(code, …))``.

    It joins each consultation in the first of its roles.
    """

    def make(email: str, *roles: Role, name: str = "Claire Aubé", joins: tuple[str, ...] = (SAMPLE,)) -> Account:
        with unit_of_work(engine) as session:
            account = create_account(session, email, name, roles=roles, password_hash=PASSWORD_HASH)
            for code in joins:
                join_consultation(session, account, get_consultation(session, code), roles[0])
        return account

    return make


@pytest.fixture
def facilitator(make_account) -> Account:
    """An account that facilitates the sample consultation."""
    return make_account("claire@example.org", Role.FACILITATOR)


@pytest.fixture
def sign_in(csrf_of) -> Callable[..., TestResponse]:
    """Sign in by the form, as a person does: ``sign_in(client, email)``; returns the answer to the form."""

    def sign_in_with(
        client: FlaskClient, email: str, password: str = PASSWORD, *, language: str = "en", query: str = ""
    ) -> TestResponse:
        address = f"/{language}/sign-in{query}"
        token = csrf_of(client.get(address))
        return client.post(address, data={"csrf_token": token, "email": email, "password": password})

    return sign_in_with


@pytest.fixture
def facilitator_client(app, facilitator, sign_in) -> FlaskClient:
    """A browser in which the facilitator of the sample consultation has signed in."""
    browser = app.test_client()
    response = sign_in(browser, facilitator.email)
    assert response.status_code == 303, response.text
    return browser


@pytest.fixture(scope="session")
def csrf_of() -> Callable[[TestResponse], str]:
    """Read the token of a page's form, to be sent back with it: ``csrf_of(client.get(…))``."""

    def read(response: TestResponse) -> str:
        tokens = html.fromstring(response.text).xpath("//main//input[@name='csrf_token']/@value")
        assert tokens, f"no form with a token at {response.request.path} ({response.status_code})"
        return str(tokens[0])

    return read


@pytest.fixture
def consultation(engine) -> Consultation:
    """The sample consultation as it is stored, read only once."""
    with unit_of_work(engine, read_only=True) as session:
        return get_consultation(session, SAMPLE)
