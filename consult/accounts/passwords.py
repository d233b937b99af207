"""What a password must be. Its length does most of the work; nobody is made to write “P@ssw0rd1!”."""

import unicodedata
from pathlib import Path

from argon2 import PasswordHasher

LEAST_SIGNS = 12
MOST_SIGNS = 200
# Once accents stand apart; the hash takes 4,096 bytes at most.
_MOST_NORMALISED = 800
_HASHER = PasswordHasher()


def normalise_password(password: str) -> str:
    """Return the one form of a password, however the keyboard composed its accents."""
    return unicodedata.normalize("NFKD", password)


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password. It takes a moment: hold no transaction meanwhile."""
    return _HASHER.hash(normalise_password(password))


def typed_password(text: str) -> str:
    """Return a password as it is verified: one that is too long to be anybody's becomes nobody's."""
    password = normalise_password(text)
    return password if len(password) <= _MOST_NORMALISED else ""


def find_fault(password: str, email: str, name: str) -> str | None:
    """Return the code of what is wrong with a new password, if anything."""
    folded = _fold(password)
    if len(password) < LEAST_SIGNS:
        return "password.short"
    if len(password) > MOST_SIGNS or len(normalise_password(password)) > _MOST_NORMALISED:
        return "password.long"
    if any(unicodedata.category(sign) == "Cc" for sign in password):
        return "password.control"
    if folded in {_fold(email), _fold(name), _fold(email.partition("@")[0])}:
        return "password.own_name"
    if folded in _COMMON or len(set(folded)) < 4:
        return "password.common"
    return None


def _fold(text: str) -> str:
    """Return a text without case, accents and spaces."""
    signs = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in signs if not unicodedata.combining(sign) and not sign.isspace())


# What people type when they are asked for at least twelve signs; shorter ones are refused by their length.
_COMMON = frozenset(map(_fold, Path(__file__).with_name("common_passwords.txt").read_text("utf-8").split()))
