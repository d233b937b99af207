"""A real SMTP server for tests: it keeps what it takes, and refuses, delays or hangs up as addresses say."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

REFUSED, LATER, LOST = "refused", "later", "lost"


class Handler:
    """Takes messages; `answers` replaces what it says to recipients whose address begins so."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.taken: list[tuple[str, EmailMessage]] = []
        self.answers = {REFUSED: "550 5.1.1 no such person", LATER: "451 4.7.1 try again later"}
        self.sender_answer = "250 OK"
        self.on_data = lambda: None

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - the library’s name
        if self.sender_answer == "250 OK":
            envelope.mail_from = address
        return self.sender_answer

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - the library’s name
        for begin, answer in self.answers.items():
            if address.startswith(begin):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library’s name
        (recipient,) = envelope.rcpt_tos
        if recipient.startswith(LOST):
            server.transport.close()  # after it was handed over, before the answer
            return "250 never heard"
        self.raw.append(envelope.content)
        self.taken.append((recipient, message_from_bytes(envelope.content, policy=default)))
        await asyncio.to_thread(self.on_data)
        return "250 OK"

    @property
    def recipients(self) -> list[str]:
        return sorted(recipient for recipient, _ in self.taken)

    def of(self, recipient: str) -> EmailMessage:
        (found,) = [message for address, message in self.taken if address == recipient]
        return found


class _Server(Controller):
    def __init__(self, handler: Handler, **options: object) -> None:
        self._options = options
        super().__init__(handler, hostname="127.0.0.1", port=0)

    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="mail.example.org", **self._options)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # a free one was asked for
        super()._trigger_server()


@contextmanager
def run_mail_server(handler: Handler, **options: object) -> Iterator[int]:
    """Run a server and give its port."""
    server = _Server(handler, **options)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()
