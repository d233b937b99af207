"""The person who has signed in, as Flask-Security knows people: made from an account, without its row."""

from dataclasses import dataclass, field
from typing import Any

from flask_security import RoleMixin, UserMixin

from consult.record.account import Account


@dataclass(eq=False, kw_only=True)
class SignedIn(UserMixin):
    """Some fields have the names that Flask-Security wants: `password` is the hash."""

    id: int
    email: str
    name: str
    language: str
    role_codes: list[str]
    active: bool
    password: str | None = field(default=None, repr=False)
    fs_uniquifier: str = field(default="", repr=False)  # Flask-Security looks for it on the class
    # Roles of Flask-Security, of which we use none: see consult/access.py.
    roles: list[RoleMixin] = field(default_factory=list)

    @classmethod
    def of(cls, account: Account) -> "SignedIn":
        """Return the person of an account."""
        return cls(
            id=account.id,
            email=account.email,
            name=account.name,
            language=account.language,
            role_codes=list(account.roles),
            active=account.active,
            password=account.password_hash,
            fs_uniquifier=account.fs_uniquifier,
        )

    def get_security_payload(self) -> dict[str, Any]:
        """Return nothing: no page of ours answers in JSON."""
        return {}
