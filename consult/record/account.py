"""Accounts of the people who run a consultation, their roles, and the consultations they belong to.

Participants have none. Passwords arrive here already hashed: hashing is slow and must not hold a transaction.
"""

import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation
from consult.record.database import Base, JsonValue, UtcDateTime, check_language, enum_type
from consult.record.errors import RecordError


class Role(StrEnum):
    """What a person may do; see consult/access.py."""

    FACILITATOR = "facilitator"
    COMMITTEE = "committee"
    ADMINISTRATOR = "administrator"


class Account(Base):
    """A person who signs in."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    # As normalise_email returns it: one person, one account, however the address is typed.
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.Text)
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    roles: Mapped[list[str]] = mapped_column(JsonValue)
    # Flask-Security's name for it.
    active: Mapped[bool]
    language: Mapped[str] = mapped_column(sa.String(2))
    # What a signed-in browser holds; a new one signs the person out everywhere.
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)


class Membership(Base):
    """An account's part in one consultation."""

    __tablename__ = "memberships"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultations.id"), primary_key=True, autoincrement=False, index=True
    )
    role: Mapped[Role] = mapped_column(enum_type(Role))
    # When a facilitator let a committee member read contributions, and when the member promised to keep them to
    # themselves; see consult/record/board_reading.py.
    reading_given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reading_accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def may_read(self) -> bool:
        """Whether the member may read contributions that nobody approved; a facilitator always may."""
        return self.role is Role.FACILITATOR or None not in (self.reading_given_at, self.reading_accepted_at)


def normalise_email(email: str) -> str:
    """Return the one form of an address; raises `account.bad_email`."""
    address = unicodedata.normalize("NFKC", email).strip().lower()
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or len(address) > 254 or any(_is_stray(sign) for sign in address):
        raise RecordError("account.bad_email")
    return address


def create_account(
    session: Session,
    email: str,
    name: str,
    *,
    roles: Iterable[Role] = (),
    language: str = "fr",
    password_hash: str | None = None,
) -> Account:
    """Create an active account; raises `account.bad_email`, `account.exists`, `account.no_name`."""
    address = normalise_email(email)
    if not name.strip():
        raise RecordError("account.no_name")
    if find_account(session, address) is not None:
        raise RecordError("account.exists")
    account = Account(
        email=address,
        name=name.strip(),
        password_hash=password_hash,
        roles=sorted({Role(role).value for role in roles}),
        active=True,
        language=check_language(language),
        fs_uniquifier=secrets.token_hex(32),
    )
    session.add(account)
    session.flush()
    return account


def find_account(session: Session, email: str) -> Account | None:
    """Return the account of an address, however it is typed; raises `account.bad_email`."""
    return session.scalars(sa.select(Account).where(Account.email == normalise_email(email))).one_or_none()


def find_signed_in(session: Session, fs_uniquifier: str) -> Account | None:
    """Return the account of a signed-in browser, unless it was signed out since."""
    return session.scalars(sa.select(Account).where(Account.fs_uniquifier == fs_uniquifier)).one_or_none()


def get_account(session: Session, account_id: int) -> Account:
    """Return an account; raises `account.missing`."""
    account = session.get(Account, account_id)
    if account is None:
        raise RecordError("account.missing", account=account_id)
    return account


def list_accounts(session: Session) -> list[Account]:
    """Return every account, by address."""
    return list(session.scalars(sa.select(Account).order_by(Account.email)))


def has_role(account: Account, role: Role) -> bool:
    """Tell whether an active account has a role."""
    return account.active and role.value in account.roles


def set_roles(session: Session, account: Account, roles: Iterable[Role]) -> None:
    """Give exactly these roles, and end the sessions that were opened with the others."""
    account.roles = sorted({Role(role).value for role in roles})
    _sign_out(session, account)


def set_password_hash(session: Session, account: Account, password_hash: str) -> None:
    """Keep a new password's hash and sign the person out everywhere."""
    account.password_hash = password_hash
    _sign_out(session, account)


def end_first_links(session: Session, account: Account) -> None:
    """Make every link by which an account would get its first password lead nowhere, if it has none yet."""
    if account.password_hash is None:
        _sign_out(session, account)


def deactivate_account(session: Session, account: Account) -> None:
    """Close an account: it stays as the author of what it did, and signs in no more."""
    account.active = False
    _sign_out(session, account)


def activate_account(session: Session, account: Account) -> None:
    """Open a closed account again: it signs in with the password that it had."""
    account.active = True
    _sign_out(session, account)


def join_consultation(session: Session, account: Account, consultation: Consultation, role: Role) -> None:
    """Make an account a member of a consultation, or change its part in it.

    Whoever holds a link by which it gets its first password was to see what it opened until now: the link ends.
    """
    end_first_links(session, account)
    membership = session.get(Membership, (account.id, consultation.id))
    if membership is None:
        session.add(Membership(account_id=account.id, consultation_id=consultation.id, role=role))
    else:
        membership.role = role
    session.flush()


def leave_consultation(session: Session, account: Account, consultation: Consultation) -> None:
    """End a membership; raises `membership.missing`."""
    membership = session.get(Membership, (account.id, consultation.id))
    if membership is None:
        raise RecordError("membership.missing")
    session.delete(membership)
    session.flush()


def find_membership_role(session: Session, account: Account, consultation: Consultation) -> Role | None:
    """Return the account's part in a consultation, if any."""
    membership = session.get(Membership, (account.id, consultation.id))
    return None if membership is None else membership.role


def find_membership(session: Session, account_id: int, consultation_code: str) -> Role | None:
    """Return an account's part in the consultation of this code, if there is one."""
    query = (
        sa.select(Membership.role)
        .join(Consultation, Membership.consultation_id == Consultation.id)
        .where(Membership.account_id == account_id, Consultation.code == consultation_code)
    )
    return session.scalars(query).one_or_none()


def get_part(session: Session, account_id: int, consultation_code: str) -> tuple[Consultation, Membership]:
    """Return a consultation and the account's part in it; raises `consultation.missing` where it has none."""
    query = (
        sa.select(Consultation, Membership)
        .join(Membership, Membership.consultation_id == Consultation.id)
        .where(Membership.account_id == account_id, Consultation.code == consultation_code)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise RecordError("consultation.missing", code=consultation_code)
    return found[0], found[1]


def list_consultations_of(session: Session, account_id: int, role: Role) -> list[Consultation]:
    """Return the consultations in which an account has this part, newest first."""
    query = (
        sa.select(Consultation)
        .join(Membership, Membership.consultation_id == Consultation.id)
        .where(Membership.account_id == account_id, Membership.role == role)
        .order_by(Consultation.id.desc())
    )
    return list(session.scalars(query))


def list_joined(session: Session) -> dict[int, list[str]]:
    """Return, by account, the codes of the consultations that it belongs to."""
    query = (
        sa.select(Membership.account_id, Consultation.code)
        .join(Consultation, Membership.consultation_id == Consultation.id)
        .order_by(Consultation.id)
    )
    joined: dict[int, list[str]] = {}
    for account_id, code in session.execute(query):
        joined.setdefault(account_id, []).append(code)
    return joined


def list_members(session: Session, consultation: Consultation) -> list[tuple[Account, Role]]:
    """Return the consultation's members with their parts, by name."""
    query = (
        sa.select(Account, Membership.role)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.consultation_id == consultation.id)
        .order_by(Account.name, Account.id)
    )
    return [(account, role) for account, role in session.execute(query)]


def _is_stray(sign: str) -> bool:
    """Tell whether a sign stands in no address: spaces, and what cannot be seen."""
    return sign.isspace() or unicodedata.category(sign).startswith("C")


def _sign_out(session: Session, account: Account) -> None:
    account.fs_uniquifier = secrets.token_hex(32)
    session.flush()
