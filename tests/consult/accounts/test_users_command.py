"""`consult user`: in this process for what it says, in a terminal of its own for what it asks."""

import fcntl
import io
import os
import pty
import subprocess
import sys
import termios
import time
from argparse import Namespace

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from consult.commands import users
from consult.record.account import find_account, find_membership
from consult.record.audit import AuditEntry
from consult.record.database import create_record_engine, unit_of_work

SECRET = "a secret for tests that is long enough to be one"
SAMPLE = "grand_heron_2027_2030"
PASSWORD = "quiet herons wade at dawn"


@pytest.fixture
def user(engine, run, monkeypatch):
    """Run ``consult user …`` on the sample's database: exit code, what it printed, what it complained of."""
    monkeypatch.setenv("CONSULT_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("CONSULT_SECRET_KEY", SECRET)

    def run_it(*arguments, typed=PASSWORD, language="en"):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
        return run(language, "user", *arguments)

    return run_it


@pytest.fixture
def stored(engine):
    """Read an account, its part in the sample, and what was done to it."""

    def read(email):
        with unit_of_work(engine, read_only=True) as session:
            account = find_account(session, email)
            if account is None:
                return None
            entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
            acts = [entry.action for entry in entries if entry.object_type == "accounts"]
            return Namespace(account=account, part=find_membership(session, account.id, SAMPLE), acts=acts)

    return read


def add(user, *more, role="facilitator", email="Claire@Example.org", name="Claire Aubé", **how):
    return user("add", email, "--name", name, "--role", role, "--password-stdin", *more, **how)


@pytest.mark.parametrize("role", ["facilitator", "committee"])
def test_an_account_joins_every_consultation_and_the_command_says_which(user, stored, role):
    code, out, err = add(user, role=role)
    assert (code, err) == (0, "")
    assert out == f"claire@example.org can sign in as {role}.\nMember of: {SAMPLE}\n"
    found = stored("claire@example.org")
    assert (found.account.name, found.account.roles, found.account.language) == ("Claire Aubé", [role], "en")
    assert found.part == role
    assert PasswordHasher().verify(found.account.password_hash, PASSWORD)
    assert found.acts == ["account.created", "account.joined"]


def test_an_administrator_joins_nothing(user, stored):
    code, out, _ = add(user, role="administrator")
    assert (code, out) == (0, "claire@example.org can sign in as administrator.\n")
    assert stored("claire@example.org").part is None


def test_it_speaks_french(user, stored):
    code, out, _ = add(user, "--consultation", SAMPLE, language="fr")
    assert code == 0
    assert out == f"claire@example.org peut se connecter, avec le rôle facilitator.\nMembre de\u00a0: {SAMPLE}\n"
    assert stored("claire@example.org").account.language == "fr"
    assert add(user, "--language", "en", email="b@b.org", language="fr")[0] == 0
    assert stored("b@b.org").account.language == "en"


def test_what_the_command_makes_signs_in(user, app, sign_in):
    add(user)
    assert sign_in(app.test_client(), "claire@example.org", PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"role": "boss"}, "--role boss: this role does not exist. Give facilitator, committee or administrator."),
        ({"email": "claire"}, "This is no e-mail address. Correct it."),
        ({"name": "  "}, "--name: a name is missing. Give one."),
        ({"typed": "short"}, "The password is too short: it takes at least 12 characters. Nothing was changed."),
        ({"typed": ""}, "The password is too short: it takes at least 12 characters. Nothing was changed."),
        ({"typed": "x" * 5000}, "The password is too long: it takes at most 200 characters. Nothing was changed."),
        (
            {"typed": "claire@EXAMPLE.org"},
            "The password is the person’s name or address. Nothing was changed. Choose another.",
        ),
        (
            {"typed": "password12345"},
            "The password is one of the first to be guessed. Nothing was changed. Choose another.",
        ),
    ],
)
def test_bad_input_is_refused_in_one_line_and_nothing_is_stored(user, stored, given, complaint):
    code, out, err = add(user, **given)
    assert (code, out, err) == (2, "", f"consult: {complaint}\n")
    assert stored("claire@example.org") is None


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (("--consultation", "nope"), f"nope: there is no consultation with this code. The codes are: {SAMPLE}."),
        (("--language", "de"), "--language de: give fr or en."),
        (("--consultation", SAMPLE, "--consultation", "nope"), "nope: there is no consultation with this code."),
    ],
)
def test_bad_options_are_refused(user, stored, more, complaint):
    code, out, err = add(user, *more)
    assert (code, out) == (2, "")
    assert err.startswith(f"consult: {complaint}")
    assert stored("claire@example.org") is None


def test_an_administrator_is_told_that_there_is_nothing_to_join(user, stored):
    code, _, err = add(user, "--consultation", SAMPLE, role="administrator")
    assert code == 2
    assert err.startswith("consult: --consultation: an administrator belongs to no consultation.")
    assert stored("claire@example.org") is None


def test_an_address_has_one_account(user):
    add(user)
    code, out, err = add(user, email="CLAIRE@example.ORG")
    assert (code, out) == (2, "")
    assert err == "consult: CLAIRE@example.ORG: this address has an account already. See: consult user list\n"


def test_nothing_asks_where_there_is_no_terminal(user):
    code, _, err = user("add", "a@b.org", "--name", "A", "--role", "committee")
    assert code == 2
    assert "--password-stdin" in err


def test_the_list_shows_everybody(user):
    assert user("list")[1] == "There is no account yet. Make one with: consult user add\n"
    add(user)
    add(user, email="paul@example.org", name="Paul", role="administrator", language="fr")
    user("deactivate", "paul@example.org")
    code, out, _ = user("list")
    assert code == 0
    rows = [line.split("  ") for line in out.splitlines()]
    assert [[cell.strip() for cell in row if cell.strip()] for row in rows] == [
        ["claire@example.org", "Claire Aubé", "facilitator", "en", SAMPLE],
        ["paul@example.org", "Paul", "administrator", "fr", "(closed)"],
    ]


def test_a_new_password_replaces_the_old_one(user, stored, app, sign_in):
    add(user)
    browser = app.test_client()
    sign_in(browser, "claire@example.org", PASSWORD)
    code, out, _ = user("password", "claire@example.org", "--password-stdin", typed="three owls hoot at noon")
    assert (code, out) == (0, "claire@example.org has a new password, and was signed out everywhere.\n")
    assert browser.get("/en/account/").headers["Location"].startswith("/en/sign-in")
    assert sign_in(app.test_client(), "claire@example.org", PASSWORD).status_code == 200
    assert sign_in(app.test_client(), "claire@example.org", "three owls hoot at noon").status_code == 303
    assert stored("claire@example.org").acts[-1] == "account.password_changed"


def test_an_account_is_closed_and_opened_again(user, stored, app, sign_in):
    add(user)
    assert user("deactivate", "claire@example.org")[:2] == (
        0,
        "claire@example.org is closed, and was signed out everywhere.\n",
    )
    assert sign_in(app.test_client(), "claire@example.org", PASSWORD).status_code == 200
    assert "This account is closed." in user("password", "claire@example.org", "--password-stdin")[1]
    assert user("activate", "claire@example.org")[:2] == (0, "claire@example.org can sign in again.\n")
    assert sign_in(app.test_client(), "claire@example.org", PASSWORD).status_code == 303
    acts = ["created", "joined", "deactivated", "password_changed", "activated"]
    assert stored("claire@example.org").acts == [f"account.{act}" for act in acts]


def test_an_account_joins_later(user, stored):
    add(user, role="administrator")
    assert user("join", "claire@example.org", SAMPLE)[0] == 2
    add(user, email="paul@example.org", role="committee")
    assert user("join", "paul@example.org", SAMPLE)[:2] == (0, f"Member of: {SAMPLE}\n")
    assert stored("paul@example.org").part == "committee"


@pytest.mark.parametrize("act", [("password", "--password-stdin"), ("deactivate",), ("activate",), ("join", SAMPLE)])
def test_an_unknown_address_is_refused(user, act):
    code, out, err = user(act[0], "nobody@example.org", *act[1:])
    assert (code, out) == (2, "")
    assert err == "consult: nobody@example.org: this address has no account. See: consult user list\n"


def test_no_transaction_is_open_while_the_password_is_hashed(user, engine, monkeypatch):
    def hash_it(password):
        with unit_of_work(create_record_engine(engine.url.render_as_string())):  # another writer gets the lock
            return "a hash"

    monkeypatch.setattr(users, "hash_password", hash_it)
    assert add(user)[0] == 0


@pytest.fixture
def nowhere(user, tmp_path, monkeypatch):
    """Where there is no database yet."""
    path = tmp_path / "new" / "record.sqlite"
    path.parent.mkdir()
    monkeypatch.setenv("CONSULT_DATABASE_URL", f"sqlite:///{path}")
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("join", "a@b.org", SAMPLE),
        ("password", "a@b.org"),
        ("deactivate", "a@b.org"),
        ("activate", "a@b.org"),
    ],
)
def test_without_a_database_a_command_says_so_and_makes_none(user, nowhere, arguments):
    said = "there is no database here yet. Make it first: consult db upgrade"
    assert user(*arguments) == (2, "", f"consult: {nowhere}: {said}\n")
    assert list(nowhere.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("more", "given", "said"),
    [
        (("--consultation", SAMPLE), {}, "there is no consultation with this code"),
        ((), {"email": "claire"}, "This is no e-mail address"),
        ((), {"name": " "}, "a name is missing"),
        ((), {"typed": "short"}, "The password is too short"),
    ],
)
def test_the_first_account_makes_the_database_only_when_nothing_is_wrong(user, nowhere, more, given, said):
    code, _, complained = add(user, *more, **given)
    assert (code, said in complained) == (2, True)
    assert list(nowhere.parent.iterdir()) == []
    assert add(user)[0] == 0
    assert "claire@example.org" in user("list")[1]


def test_alone_it_shows_its_help(user):
    code, out, _ = user()
    assert code == 0
    assert [name in out for name in ("add", "list", "join", "password", "deactivate", "activate")] == [True] * 6


@pytest.mark.parametrize(("second", "status"), [(PASSWORD, 0), ("something else", 2)])
def test_a_terminal_is_asked_twice_and_shows_nothing(engine, stored, second, status):
    """In a terminal of its own, as a person types."""
    terminal, inside = pty.openpty()
    settings = {"CONSULT_DATABASE_URL": engine.url.render_as_string(), "CONSULT_SECRET_KEY": SECRET}
    program = [sys.executable, "-c", "from consult.cli import main; main()", "user", "add", "claire@example.org"]
    with subprocess.Popen(
        [*program, "--name", "Claire", "--role", "committee"],
        stdin=inside,
        stdout=inside,
        stderr=inside,
        env=os.environ | settings | {"CONSULT_LANGUAGE": "en"},
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    ) as process:
        os.close(inside)
        seen = _read_until(terminal, "Password: ")
        os.write(terminal, f"{PASSWORD}\n".encode())
        seen += _read_until(terminal, "again: ")
        os.write(terminal, f"{second}\n".encode())
        seen += _read_until(terminal, None)
        assert process.wait(timeout=30) == status
    os.close(terminal)
    assert PASSWORD not in seen
    assert second not in seen
    assert (stored("claire@example.org") is not None) is (status == 0)
    assert ("The two passwords differ" in seen) is (status == 2)


def _read_until(terminal: int, words: str | None) -> str:
    """Read what a terminal shows, up to some words or to its end."""
    seen, deadline = b"", time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            piece = os.read(terminal, 1024)
        except OSError:  # the terminal's way of saying that the program has ended
            break
        seen += piece
        if not piece or (words and words in seen.decode(errors="replace")):
            break
    return seen.decode(errors="replace")
