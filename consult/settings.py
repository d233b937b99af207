"""Settings come from the environment, prefix CONSULT_; each is described here and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from consult.errors import InputError

DEFAULT_DATABASE = "consult.sqlite"
_SHORTEST_SECRET = 32


@dataclass(frozen=True)
class Settings:
    """What an installation may choose.

    Attributes
    ----------
    database_url
        CONSULT_DATABASE_URL: ``sqlite:///…`` or ``postgresql://…``; without it, consult.sqlite in the working folder.
    secret_key
        CONSULT_SECRET_KEY: at least 32 characters, never changed while a consultation runs: participants' links and
        receipts are made from it. Without it nothing starts, unless CONSULT_DEVELOPMENT is 1. This is the only rule
        that a person meets; the record has a lower bound of its own, against secrets that did not come through here.
    is_development
        CONSULT_DEVELOPMENT: 1 on a developer's machine only.
    """

    database_url: str
    secret_key: str
    is_development: bool = False

    def __repr__(self) -> str:
        return "Settings(…)"  # a secret and a password are in here


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings; raises InputError "settings.secret_missing" or "settings.secret_short"."""
    is_development = environment.get("CONSULT_DEVELOPMENT") == "1"
    secret = environment.get("CONSULT_SECRET_KEY", "")
    if not secret and is_development:
        secret = "only for development, where nothing is secret"  # noqa: S105 - it is not one
    if not secret:
        raise InputError("settings.secret_missing", "CONSULT_SECRET_KEY", least=_SHORTEST_SECRET)
    if len(secret) < _SHORTEST_SECRET:
        raise InputError("settings.secret_short", "CONSULT_SECRET_KEY", least=_SHORTEST_SECRET)
    default = f"sqlite:///{Path.cwd() / DEFAULT_DATABASE}"
    return Settings(environment.get("CONSULT_DATABASE_URL") or default, secret, is_development)
