"""Settings come from the environment, prefix CONSULT_; each is described here and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from consult.errors import InputError
from consult.mail_server import read_mail_url

DEFAULT_DATABASE = "consult.sqlite"
_SHORTEST_SECRET = 32
_MOST_PROXIES = 9
_SMALLEST_COUNT, _LARGEST_COUNT = 3, 100


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
    redis_url
        CONSULT_REDIS_URL: ``redis://…``, where several hosts or processes are to count tries together; without it, each
        process counts its own. It takes the package redis.
    proxies
        CONSULT_PROXIES: how many of our own proxies stand in front and say who asks (X-Forwarded-For, -Proto, -Host).
        0 without it: then nobody is believed who says so.
    mail_url
        CONSULT_MAIL_URL: ``smtp://user:password@host:587?from=consult@example.org``, the server that invitations leave
        through (STARTTLS unless ``starttls=0``; ``smtps://`` for TLS from the start; ``ca=FILE`` for an authority of
        one's own). Without it, personal links are given by other means.
    public_url
        CONSULT_PUBLIC_URL: ``https://consult.example.org``, how the addresses in messages begin; without it, as the
        address does at which the facilitator is.
    least_committee, least_public, least_sensitive
        CONSULT_LEAST_COMMITTEE (5 without it), CONSULT_LEAST_PUBLIC (11), CONSULT_LEAST_SENSITIVE (20): the smallest
        count of people that the committee, and everybody, may be shown; and either of them where people are told apart
        by a sensitive attribute. From 3 to 100, and the public's is no smaller than the committee's.
    """

    database_url: str
    secret_key: str
    is_development: bool = False
    proxies: int = 0
    redis_url: str | None = None
    mail_url: str | None = None
    public_url: str | None = None
    least_committee: int = 5
    least_public: int = 11
    least_sensitive: int = 20

    def __repr__(self) -> str:
        return "Settings(…)"  # a secret and a password are in here


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings; raises InputError "settings.…" where one cannot be used."""
    is_development = environment.get("CONSULT_DEVELOPMENT") == "1"
    secret = environment.get("CONSULT_SECRET_KEY", "")
    if not secret and is_development:
        secret = "only for development, where nothing is secret"  # noqa: S105 - it is not one
    if not secret:
        raise InputError("settings.secret_missing", "CONSULT_SECRET_KEY", least=_SHORTEST_SECRET)
    if len(secret) < _SHORTEST_SECRET:
        raise InputError("settings.secret_short", "CONSULT_SECRET_KEY", least=_SHORTEST_SECRET)
    redis_url = environment.get("CONSULT_REDIS_URL") or None
    if redis_url and find_spec("redis") is None:
        raise InputError("settings.redis_missing", "CONSULT_REDIS_URL")
    committee = _read_least(environment, "CONSULT_LEAST_COMMITTEE", 5)
    default = f"sqlite:///{Path.cwd() / DEFAULT_DATABASE}"
    return Settings(
        environment.get("CONSULT_DATABASE_URL") or default,
        secret,
        is_development,
        _read_proxies(environment.get("CONSULT_PROXIES") or "0"),
        redis_url,
        mail_url=_read_mail(environment.get("CONSULT_MAIL_URL") or None),
        public_url=_read_public(environment.get("CONSULT_PUBLIC_URL") or None),
        least_committee=committee,
        least_public=_read_least(environment, "CONSULT_LEAST_PUBLIC", max(11, committee), committee),
        least_sensitive=_read_least(environment, "CONSULT_LEAST_SENSITIVE", max(20, committee), committee),
    )


def _read_mail(url: str | None) -> str | None:
    """Refuse at the start what no message could leave through; what it says is never shown: a password is in it."""
    if url is not None:
        try:
            read_mail_url(url)
        except ValueError:
            raise InputError("settings.mail_url", "CONSULT_MAIL_URL") from None
    return url


def _read_public(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise InputError("settings.public_url", "CONSULT_PUBLIC_URL")
    return url.rstrip("/")


def _read_least(environment: Mapping[str, str], name: str, usual: int, least: int = _SMALLEST_COUNT) -> int:
    given = environment.get(name) or str(usual)
    if not (given.isascii() and given.isdigit() and least <= int(given) <= _LARGEST_COUNT):
        raise InputError("settings.least", name, least=least, most=_LARGEST_COUNT)
    return int(given)


def _read_proxies(given: str) -> int:
    if not (given.isascii() and given.isdigit() and int(given) <= _MOST_PROXIES):
        raise InputError("settings.proxies", "CONSULT_PROXIES", most=_MOST_PROXIES)
    return int(given)
