"""The mail server that an installation sends through, as CONSULT_MAIL_URL names it."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

_PORTS = {"smtp": 587, "smtps": 465}
_KNOWN = frozenset({"from", "starttls", "ca"})


@dataclass(frozen=True)
class MailServer:
    """Where messages are handed over and as whom.

    Attributes
    ----------
    host, port
        Of the server.
    user, password
        Empty where it asks for none.
    sender
        The address that messages come from, and to which those that cannot be delivered come back.
    is_tls
        TLS from the first byte (``smtps://``).
    is_starttls
        TLS from the greeting on; without it, nothing is sent.
    authority
        A file with the certificates of the authority to believe, '' for those of the system.
    """

    host: str
    port: int
    user: str
    password: str
    sender: str
    is_tls: bool
    is_starttls: bool
    authority: str

    def __repr__(self) -> str:
        return "MailServer(…)"  # a password is in here

    @property
    def domain(self) -> str:
        """The part of the sender's address after the @, which the names of messages end with."""
        return self.sender.rpartition("@")[2]

    def trust(self) -> ssl.SSLContext:
        """Return what certificates are checked with."""
        return ssl.create_default_context(cafile=self.authority or None)


def read_mail_url(url: str) -> MailServer:
    """Read ``smtp://user:password@host:587?from=consult@example.org``; raises ValueError for anything else.

    ``smtps://`` is TLS from the start (port 465); ``smtp://`` is STARTTLS (port 587) unless ``starttls=0``, which no
    password may go with; ``ca=FILE`` names the authority to believe.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    is_odd = parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/") or parts.fragment
    if is_odd or not options.keys() <= _KNOWN or options.get("starttls", "1") not in {"0", "1"}:
        raise ValueError("not the address of a mail server")
    sender = options.get("from", "")
    local, _, domain = sender.rpartition("@")
    if not (local and domain) or not sender.isascii() or any(sign.isspace() or sign in "<>,;" for sign in sender):
        raise ValueError("no sender")
    is_tls = parts.scheme == "smtps"
    is_starttls = not is_tls and options.get("starttls", "1") == "1"
    if parts.password and not (is_tls or is_starttls):
        raise ValueError("a password in clear")
    if "ca" in options and not Path(options["ca"]).is_file():
        raise ValueError("no such authority")
    return MailServer(
        host=str(parts.hostname),
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=sender,
        is_tls=is_tls,
        is_starttls=is_starttls,
        authority=options.get("ca", ""),
    )
