"""What a browser still sends is read to its end before it is answered.

A server that answers and closes while a browser is sending has its answer lost: instead of the page that says what
was wrong ("too much text"), the browser shows a broken connection.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

MOST_BYTES = 20_000_000
_PIECE = 65_536


class Drain:
    """Read what an application left of a request's body, up to 20 MB; beyond that the connection is let go."""

    def __init__(self, application: "WSGIApplication") -> None:
        self.application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        announced = environ.get("CONTENT_LENGTH") or ""
        if not announced.isdecimal() or int(announced) == 0:
            return self.application(environ, start_response)
        body = _Counted(environ["wsgi.input"])
        environ["wsgi.input"] = body
        answer = self.application(environ, start_response)
        left = int(announced) - body.count
        if left <= MOST_BYTES:
            body.skip(left)
        return answer


class _Counted:
    """A request's body, with the methods that WSGI knows, that counts what was read of it."""

    def __init__(self, stream: "InputStream") -> None:
        self.stream = stream
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        return self._note(self.stream.read(size))

    def readline(self, size: int = -1) -> bytes:
        return self._note(self.stream.readline(size))

    def readlines(self, hint: int = -1) -> list[bytes]:
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def skip(self, left: int) -> None:
        while left > 0 and (piece := self.read(min(left, _PIECE))):
            left -= len(piece)

    def _note(self, piece: bytes) -> bytes:
        self.count += len(piece)
        return piece
