"""A small installation of its own for the demonstration: a secret, a database in which people are answering, a key.

It lives in one folder and touches no other database, whatever the environment says.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from consult.accounts.passwords import hash_password
from consult.record.account import Role, create_account, find_account, join_consultation
from consult.record.consultation import Consultation, list_consultations, set_dates
from consult.record.database import create_record_engine, unit_of_work
from consult.record.invitation import InvitationRequest, create_invitations, list_reminders
from consult.record.keys import Keyring
from consult.record.migrations import upgrade
from consult.sample import DAYS_TO_COME, load_sample
from consult.settings import Settings

EMAIL = "demo-facilitator@example.org"
COMMITTEE_EMAIL = "demo-committee@example.org"
_ACCOUNTS = ((EMAIL, "Camille (animation)", Role.FACILITATOR), (COMMITTEE_EMAIL, "Sasha (comité)", Role.COMMITTEE))
_DATABASE, _SECRET, _PASSWORD = "consult.sqlite", "secret", "password"


@dataclass(frozen=True)
class Demonstration:
    """What a visitor needs: where to answer, a personal link, and how the others sign in, all with one password."""

    settings: Settings
    code: str
    token: str
    email: str
    committee_email: str
    password: str


def prepare_demonstration(folder: Path, today: date, language: str) -> Demonstration:
    """Make the installation, or make an earlier one ready for today; the sample is loaded only the first time.

    The personal link is that of somebody who was invited in `language`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = folder.resolve() / _DATABASE
    secret, password = _keep(folder / _SECRET), _keep(folder / _PASSWORD)
    keyring = Keyring(secret)
    if not database.exists():
        _make_database(database, keyring, today)
    engine = create_record_engine(f"sqlite:///{database}")
    try:
        upgrade(engine)
        _make_accounts(engine, password)
        code, token = _ready(engine, keyring, today, language)
    finally:
        engine.dispose()
    # cookies without HTTPS: the demonstration is served to this machine
    settings = Settings(f"sqlite:///{database}", secret, is_development=True)
    return Demonstration(settings, code, token, EMAIL, COMMITTEE_EMAIL, password)


def _keep(path: Path) -> str:
    """Return what a file keeps for its owner alone; made at random the first time."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32 if path.name == _SECRET else 12))
    return path.read_text("ascii")


def _make_database(database: Path, keyring: Keyring, today: date) -> None:
    """Load the sample into a file that gets its name when it is whole: a run that was stopped leaves none."""
    unfinished = database.with_name(f".{_DATABASE}-unfinished")
    for name in ("", "-wal", "-shm", "-journal"):
        unfinished.with_name(unfinished.name + name).unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY, 0o600))
    engine = create_record_engine(f"sqlite:///{unfinished}")
    try:
        upgrade(engine)
        with unit_of_work(engine) as session:
            load_sample(session, keyring, today, is_running=True)
    finally:
        engine.dispose()  # the last connection moves the write-ahead log into the file
    unfinished.rename(database)


def _make_accounts(engine: Engine, password: str) -> None:
    """Make the accounts that are missing: an earlier version may have made only some."""
    with unit_of_work(engine, read_only=True) as session:
        missing = [each for each in _ACCOUNTS if find_account(session, each[0]) is None]
    if not missing:
        return
    password_hash = hash_password(password)
    with unit_of_work(engine) as session:
        consultation = list_consultations(session)[-1]
        for email, name, role in missing:
            account = create_account(session, email, name, roles=[role], password_hash=password_hash)
            join_consultation(session, account, consultation, role)


def _ready(engine: Engine, keyring: Keyring, today: date, language: str) -> tuple[str, str]:
    """See that the consultation runs and that a personal link is left; return its code and the link's secret."""
    with unit_of_work(engine) as session:
        consultation = list_consultations(session)[-1]
        if consultation.closes_on is not None and consultation.closes_on < today:
            set_dates(session, consultation, consultation.opens_on, today + DAYS_TO_COME)
        return consultation.code, _personal_link(session, keyring, consultation, language)


def _personal_link(session: Session, keyring: Keyring, consultation: Consultation, language: str) -> str:
    unused = [each for each in list_reminders(session, keyring, consultation) if each.language == language]
    if not unused:
        unused = create_invitations(session, keyring, consultation, [InvitationRequest(language, "caregiver")])
    return unused[0].token
