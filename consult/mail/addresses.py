"""The addresses that messages hold: the personal link, the consultation, where one asks for no more messages.

They are written by the worker, which has no web application to ask; a test holds them against its routes.
"""

from consult.mail.letter import Letter
from consult.record.keys import Keyring
from consult.record.mailing import MailKind
from consult.record.sending import Outgoing


def personal_link(address: str, language: str, token: str) -> str:
    """Return a personal link."""
    return f"{address.rstrip('/')}/{language}/i/{token}"


def consultation_link(address: str, language: str, code: str) -> str:
    """Return where a consultation is, for everybody."""
    return f"{address.rstrip('/')}/{language}/c/{code}/"


def unsubscribe_link(address: str, language: str, key: str) -> str:
    """Return where one asks for no more messages; `key` is what `Keyring.unsubscribe_key` made."""
    return f"{address.rstrip('/')}/{language}/no-mail/{key}"


def letter_of(outgoing: Outgoing, keyring: Keyring) -> Letter:
    """Return the letter to somebody."""
    if outgoing.kind is MailKind.RESULTS or outgoing.token is None:
        link = consultation_link(outgoing.address, outgoing.language, outgoing.code)
    else:
        link = personal_link(outgoing.address, outgoing.language, outgoing.token)
    return Letter(
        kind=outgoing.kind,
        language=outgoing.language,
        subject=outgoing.subject,
        text=outgoing.text,
        link=link,
        unsubscribe=unsubscribe_link(outgoing.address, outgoing.language, keyring.unsubscribe_key(outgoing.person)),
    )
