"""Handing messages over to the mail server, and knowing for certain what became of each.

smtplib's own `send_message` does not say in which step a connection was lost. Before the text is handed over the
message has certainly not left; while it is, nobody knows.
"""

import smtplib
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from types import TracebackType
from typing import TypeAlias

from consult.mail_server import MailServer

SECONDS = 20.0
# An address longer than a usual line must stay in one piece: a mail program would not know it again in two.
_NARROW, _WIDE = SMTP.clone(max_line_length=400), SMTPUTF8.clone(max_line_length=400)
# "There is no service here now", in any step.
_CLOSING = 421
_OK = 250
_ADDRESS_NOT_ALLOWED = 553
_Answer: TypeAlias = tuple[int, bytes]


class MailAwayError(Exception):
    """Nothing can be sent now, whoever it is for: the message certainly did not leave.

    `code` says why: `mail.unreachable`, `mail.not_encrypted`, `mail.not_admitted`, `mail.sender_refused`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MailRefusedError(Exception):
    """The server refused this message, with an answer such as 550; not for good where the answer is below 500."""

    def __init__(self, answer: int) -> None:
        super().__init__(answer)
        self.answer = answer

    @property
    def is_final(self) -> bool:
        """Whether trying again is of no use."""
        return self.answer >= 500


class MailDoubtError(Exception):
    """The connection was lost while the message was being handed over: it may have left."""


class Post:
    """A connection to the mail server, opened when it is entered; raises `MailAwayError`."""

    def __init__(self, server: MailServer, *, seconds: float = SECONDS) -> None:
        self._server, self._seconds = server, seconds
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "Post":
        try:
            self._smtp = self._connect()
        except smtplib.SMTPNotSupportedError:
            raise MailAwayError("mail.not_encrypted") from None
        except smtplib.SMTPAuthenticationError:
            raise MailAwayError("mail.not_admitted") from None
        except (smtplib.SMTPException, OSError, ValueError):
            # what a server says may hold a name or an address
            raise MailAwayError("mail.unreachable") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
            self._smtp.close()

    def send(self, message: EmailMessage, to: str) -> None:
        """Hand one message over; raises `MailAwayError`, `MailRefusedError`, `MailDoubtError`."""
        smtp = self._smtp
        if smtp is None:
            raise MailAwayError("mail.unreachable")
        recipient = in_ascii(to)
        is_wide = not recipient.isascii()
        if is_wide and not smtp.has_extn("smtputf8"):
            raise MailRefusedError(_ADDRESS_NOT_ALLOWED)
        content = message.as_bytes(policy=_WIDE if is_wide else _NARROW)
        try:
            self._introduce(smtp, recipient, ["SMTPUTF8", "BODY=8BITMIME"] if is_wide else [])
        except (smtplib.SMTPServerDisconnected, OSError):
            raise MailAwayError("mail.unreachable") from None
        try:
            answer, _ = smtp.data(content)
        except smtplib.SMTPDataError as error:  # refused before the text was asked for
            answer = int(error.smtp_code)
        except (smtplib.SMTPException, OSError):
            raise MailDoubtError from None
        if answer != _OK:
            self._refuse(smtp, answer)

    def _introduce(self, smtp: smtplib.SMTP, recipient: str, options: list[str]) -> None:
        answer, _ = smtp.mail(self._server.sender, options)
        if answer != _OK:
            self._reset(smtp)
            raise MailAwayError("mail.sender_refused")
        answer, _ = smtp.rcpt(recipient)
        if answer not in (_OK, 251):
            self._refuse(smtp, answer)

    def _refuse(self, smtp: smtplib.SMTP, answer: int) -> None:
        if answer == _CLOSING:
            raise MailAwayError("mail.unreachable")
        self._reset(smtp)
        raise MailRefusedError(answer)

    def _reset(self, smtp: smtplib.SMTP) -> None:
        """Begin anew for the next message; a connection that is gone is found out then."""
        with suppress(smtplib.SMTPException, OSError):
            smtp.rset()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.is_tls:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, server.domain, timeout=self._seconds, context=server.trust()
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, server.domain, timeout=self._seconds)
        try:
            if server.is_starttls:
                smtp.starttls(context=server.trust())
            smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def in_ascii(address: str) -> str:
    """Return the address with its domain as the network writes it; the part before the @ stays as it is."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address
