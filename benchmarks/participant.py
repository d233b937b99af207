"""Participants who answer without a pause: they read real HTML, fill in its form and follow where they are sent.

The client is thin, for it shares the processors with the server: a socket, a few regular expressions, no library.
"""

import re
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlsplit

TEXT = "It takes three months to see somebody, and then another two to be told that the papers were sent elsewhere."
_FORM = re.compile(rb'<form id="answers".*?</form>|<form method="post"><input.*?</form>', re.DOTALL)
_INPUT = re.compile(rb"<(input|textarea|select|button)\b([^>]*)>")
_ATTRIBUTE = re.compile(rb'(type|name|value)="([^"]*)"')


class RefusedError(Exception):
    """An answer that no participant should get; its text is the method, the address and the status."""


class Browser:
    """One connection that is kept, and a session cookie."""

    def __init__(self, address: str, times: dict[str, list[float]]) -> None:
        parts = urlsplit(address)
        self.host = parts.netloc
        self.times = times
        self.cookie = b""
        self.place = parts.hostname or "", parts.port or 80
        self.socket = self._connect()

    def get(self, path: str, name: str) -> bytes:
        """Return a page; raises RefusedError unless it is one."""
        status, _, body = self._ask(f"GET {path} HTTP/1.1\r\n", b"", name)
        if status != 200:
            raise RefusedError(f"GET {path}: {status}")
        return body

    def post(self, path: str, form: bytes, name: str) -> str:
        """Return where a form leads; raises RefusedError unless it leads somewhere."""
        length = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n"
        status, heads, _ = self._ask(f"POST {path} HTTP/1.1\r\n{length}", form, name)
        if status not in {302, 303}:
            raise RefusedError(f"POST {path}: {status}")
        return _head(heads, b"location").decode()

    def try_post(self, path: str, form: bytes, name: str) -> int:
        """Return the status that a form is answered with, whatever it is."""
        length = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n"
        return self._ask(f"POST {path} HTTP/1.1\r\n{length}", form, name)[0]

    def another_tab(self) -> "Browser":
        """Return a second connection of the same browser."""
        tab = Browser(f"http://{self.host}", self.times)
        tab.cookie = self.cookie
        return tab

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def _connect(self) -> socket.socket:
        connected = socket.create_connection(self.place, timeout=120)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def _ask(self, start: str, body: bytes, name: str) -> tuple[int, bytes, bytes]:
        cookie = b"Cookie: " + self.cookie + b"\r\n" if self.cookie else b""
        began = time.perf_counter()
        self.socket.sendall(f"{start}Host: {self.host}\r\n".encode() + cookie + b"\r\n" + body)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        heads, content = received[: end + 2], [received[end + 4 :]]
        missing = int(_head(heads, b"content-length")) - len(content[0])
        while missing > 0:
            content.append(self._more())
            missing -= len(content[-1])
        self.times[name].append(time.perf_counter() - began)
        if kept := _head(heads, b"set-cookie"):
            self.cookie = kept.partition(b";")[0]
        if _head(heads, b"connection") == b"close":
            self.close()
            self.socket = self._connect()
        return int(heads[9:12]), heads, b"".join(content)

    def _more(self) -> bytes:
        part = self.socket.recv(1 << 16)
        if not part:
            raise RefusedError("the server hung up")
        return part


def answer_consultation(browser: Browser, code: str, language: str) -> None:
    """Do one whole session in our pages: consents, every section, the check, the receipt."""
    path = f"/{language}/c/{code}/"
    name = "landing"
    while True:
        page = browser.get(path, f"GET {name}")
        if name == "done":
            return
        path = browser.post(path, fill_in(page), f"POST {name}")
        last = path.rstrip("/").rpartition("/")[2]
        name = last if last in {"check", "done"} else "section"


def answer_floor(browser: Browser, language: str) -> None:
    """Do one whole session at the floor: one form, one thank-you page."""
    path = f"/{language}/"
    form = fill_in(browser.get(path, "GET form"))
    browser.get(browser.post(path, form, "POST form"), "GET thanks")


def fill_in(page: bytes, text: str = TEXT) -> bytes:
    """Return the page's form as a browser would send it, with every question answered, in these words if open."""
    found = _FORM.search(page)
    if found is None:
        raise RefusedError("a page without a form")
    cells: list[tuple[bytes, bytes]] = []
    seen: defaultdict[bytes, int] = defaultdict(int)
    for tag, rest in _INPUT.findall(found.group()):
        given = dict(_ATTRIBUTE.findall(rest))
        name = given.get(b"name", b"")
        if not name:
            continue
        stem = name.partition(b".")[0]
        kind = given.get(b"type", tag) if tag == b"input" else tag
        seen[stem] += kind != b"hidden"
        value = _value(kind, given.get(b"value", b""), seen[stem], text)
        if value is not None:
            cells.append((name, value))
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in _once(cells)).encode()


def _once(cells: list[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """Yield each cell, but of the buttons (``do``) only the main one."""
    buttons = [value for name, value in cells if name == b"do"]
    yield from (cell for cell in cells if cell[0] != b"do")
    main = [value for value in buttons if value in {b"continue", b"send"}]
    if main:
        yield b"do", main[0]


def _value(kind: bytes, value: bytes, place: int, text: str) -> bytes | None:
    """Return what is answered in an input, the `place`-th of its question; None where nothing is."""
    if kind in {b"hidden", b"button"}:
        return value
    if kind in {b"radio", b"checkbox"}:
        return value if place == 1 else None
    if kind == b"select":
        return str(place).encode() if place <= 3 else b""
    return text.encode() if kind == b"textarea" else b""


def _head(heads: bytes, name: bytes) -> bytes:
    start = heads.lower().find(b"\r\n" + name + b": ")
    if start < 0:
        return b""
    start += len(name) + 4
    return heads[start : heads.index(b"\r\n", start)]


@dataclass
class Crowd:
    """What a number of participants did at once."""

    concurrent: int
    seconds: float = 0.0
    sessions: int = 0
    requests: int = 0
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    client_seconds: float = 0.0  # of processor time


def run_crowd(address: str, concurrent: int, seconds: float, session: Callable[[Browser], None]) -> Crowd:
    """Let participants answer at once, each beginning anew when done, until the time is over; all finish."""
    crowd = Crowd(concurrent)
    lock = threading.Lock()
    began, cpu = time.perf_counter(), time.process_time()
    end = began + seconds

    def participate() -> None:
        times: dict[str, list[float]] = defaultdict(list)
        done = 0
        while time.perf_counter() < end:
            browser = Browser(address, times)
            try:
                session(browser)
                done += 1
            except (RefusedError, OSError) as error:
                with lock:
                    crowd.errors.append(str(error))
            finally:
                browser.close()
        with lock:
            crowd.sessions += done
            for name, measured in times.items():
                crowd.times[name] += measured

    threads = [threading.Thread(target=participate) for _ in range(concurrent)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    crowd.seconds = time.perf_counter() - began
    crowd.client_seconds = time.process_time() - cpu
    crowd.requests = sum(map(len, crowd.times.values()))
    return crowd
