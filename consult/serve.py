"""The server: gunicorn with our settings, on a port that is already ours, with a log in which nobody's words appear.

An address can hold a person's token and an exception a person's words, so there is no access log, and of what goes
wrong only the kind and the place in the code are written down.
"""

import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from werkzeug.middleware.proxy_fix import ProxyFix

from consult.errors import InputError
from consult.extensions import db
from consult.record.database import create_record_engine
from consult.record.migrations import SchemaState, read_state, upgrade
from consult.settings import Settings

THREADS = 4
_MOST_WORKERS = 4
_BACKLOG = 512
_SECONDS_TO_FINISH = 10
_PORTS_TO_TRY = 100
# A worker that dies at once is not started more often than this.
_SECONDS_TO_RESTART = 5.0
# By the interpreter that runs us, and by no package that happens to lie in the working folder.
_WORKER = (sys.executable, "-P", "-c", "from consult.cli import main; main()", "worker", "--beside")

_log = logging.getLogger(__name__)


def default_workers() -> int:
    """Return how many processes serve: one for each processor, two at least, so that one may be busy."""
    return min(max(os.cpu_count() or 1, 2), _MOST_WORKERS)


def prepare_database(settings: Settings, *, must_exist: bool = False) -> None:
    """Make an SQLite database ready, tables and all; on PostgreSQL only look: upgrading is the operator's decision.

    Raises InputError `database.address`, `database.unreachable`, `database.behind`, `database.ahead`; `database.none`
    where there is none and it `must_exist`: a command that only reads leaves no empty file behind it.
    """
    usual = os.umask(0o077)  # a database that is made here is for its owner's eyes
    try:
        _prepare(settings, must_exist)
    finally:
        os.umask(usual)


def _prepare(settings: Settings, must_exist: bool) -> None:
    try:
        engine = create_record_engine(settings.database_url)
    except (sa.exc.ArgumentError, ModuleNotFoundError):
        raise InputError("database.address", "CONSULT_DATABASE_URL") from None
    place = engine.url.database or "" if engine.dialect.name == "sqlite" else str(engine.url.host or "")
    try:
        is_missing = engine.dialect.name == "sqlite" and not place.startswith("file:") and not Path(place).exists()
        if must_exist and is_missing:  # before connecting, which would make it
            raise InputError("database.none", place)
        state = read_state(engine)
        if state is SchemaState.AHEAD:
            raise InputError("database.ahead", place)
        if state is not SchemaState.CURRENT:
            if engine.dialect.name != "sqlite":
                raise InputError("database.behind", place)
            upgrade(engine)
    except sa.exc.DBAPIError:
        # what the driver says may hold the password
        raise InputError("database.unreachable", place) from None
    finally:
        engine.dispose()


def open_port(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises InputError `serve.port_taken`, `serve.port_denied`, `serve.host`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError:
        raise InputError("serve.host", f"--host {host}") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        code = {errno.EADDRINUSE: "serve.port_taken", errno.EACCES: "serve.port_denied"}.get(error.errno or 0)
        raise InputError(code or "serve.host", f"--port {port}" if code else f"--host {host}") from None
    return listener


def open_first_port(host: str, port: int) -> socket.socket:
    """Return a socket on the first free port from `port` on; raises as `open_port` does."""
    for candidate in range(port, port + _PORTS_TO_TRY):
        try:
            return open_port(host, candidate)
        except InputError as error:
            if error.code != "serve.port_taken":
                raise
    raise InputError("serve.port_taken", f"--port {port}")


def address_of(listener: socket.socket) -> str:
    """Return the address that a browser on this machine can open."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = socket.gethostname()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def serve(
    app: Flask,
    listener: socket.socket,
    settings: Settings,
    workers: int,
    on_ready: Callable[[], None],
    *,
    has_worker: bool = True,
) -> None:
    """Answer requests until Ctrl-C or SIGTERM, then finish what was begun; leaves by SystemExit.

    Parameters
    ----------
    app
        The application, made before the processes part.
    listener
        The socket to answer on; it belongs to the server from now on.
    settings
        The installation's settings.
    workers
        How many processes.
    on_ready
        Called once, when requests are answered.
    has_worker
        Whether to start a worker beside, which carries out what the pages ask for.
    """
    trust_proxies(app, settings.proxies)
    log_discreetly()
    companion = Companion(settings) if has_worker else None
    _Arbiter(_Server(app, listener, workers, on_ready), companion).run()


class Companion:
    """The worker beside the server, a process of its own: started again when it dies, stopped with the server."""

    def __init__(self, settings: Settings) -> None:
        self.environment = {
            **os.environ,
            "CONSULT_DATABASE_URL": settings.database_url,
            "CONSULT_SECRET_KEY": settings.secret_key,
            "CONSULT_DEVELOPMENT": "1" if settings.is_development else "",
            "CONSULT_MAIL_URL": settings.mail_url or "",
            "CONSULT_PUBLIC_URL": settings.public_url or "",
            # what it has no use for, and should not stumble over
            "CONSULT_PROXIES": "",
            "CONSULT_REDIS_URL": "",
        }
        self.process: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0

    def see_to(self) -> None:
        """Start it where it does not run; called about once a second."""
        if (self.process is not None and self.process.poll() is None) or time.monotonic() < self._not_before:
            return
        if self.process is not None:
            _log.warning("the worker ended by itself; it is started again")
        self._not_before = time.monotonic() + _SECONDS_TO_RESTART
        # In a session of its own: what a terminal sends to all reaches the server, and by it the worker.
        command = (*_WORKER, str(os.getpid()))
        self.process = subprocess.Popen(command, env=self.environment, start_new_session=True)  # noqa: S603 - ourselves

    def ask_to_stop(self) -> None:
        """Have it put back what it is doing, and end."""
        if self.process is not None:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        """Wait until it has ended; it is killed when it takes too long, and its job then waits for its lease."""
        if self.process is not None:
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def trust_proxies(app: Flask, proxies: int) -> None:
    """Believe what our own proxies, the last ones, say of who asks and by which address; nobody before them."""
    if proxies:
        fixed = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
        app.wsgi_app = fixed  # type: ignore[method-assign]


def log_discreetly() -> None:
    """Write the log of this process to standard error, without anybody's words."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("consult").handlers.clear()


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn's idea of an application: ours, and how it is to be run."""

    def __init__(self, app: Flask, listener: socket.socket, workers: int, on_ready: Callable[[], None]) -> None:
        self.flask = app
        self.choices = {
            "bind": [f"fd://{listener.detach()}"],
            "workers": workers,
            # a phone that sends slowly holds a thread, not the server
            "worker_class": "gthread",
            "threads": THREADS,
            "preload_app": True,
            "keepalive": 5,
            "graceful_timeout": _SECONDS_TO_FINISH,
            "accesslog": None,
            "loglevel": "warning",
            "logger_class": _DiscreetLogger,
            # who asks is ProxyFix's business, and only where the settings say so
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            "forwarder_headers": "",
            "control_socket_disable": True,
            "proc_name": "consult",
            "when_ready": lambda arbiter: on_ready(),
            "post_fork": lambda arbiter, worker: self.part(),
            "post_worker_init": lambda worker: _leave_stopping_to_the_first_process(),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.choices.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.flask

    def part(self) -> None:
        """Leave the parent's database connections to the parent."""
        with self.flask.app_context():
            db.engine.dispose(close=False)


def _leave_stopping_to_the_first_process() -> None:
    """Ignore what a terminal sends to all its processes at once: the first tells the others, when answers are kept."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


class _Arbiter(Arbiter):  # type: ignore[misc]
    """Stops in the same orderly way for Ctrl-C and for a closed terminal as for SIGTERM; sees to the worker beside."""

    def __init__(self, app: BaseApplication, companion: Companion | None) -> None:
        self.companion = companion
        super().__init__(app)

    def manage_workers(self) -> None:
        """Start what is missing."""
        super().manage_workers()
        if self.companion is not None:
            self.companion.see_to()

    def stop(self, graceful: bool = True) -> None:
        """Stop everything: the worker ends while the others finish."""
        begun = time.monotonic()
        if self.companion is not None:
            self.companion.ask_to_stop()
        super().stop(graceful)
        if self.companion is not None:
            self.companion.wait(max(_SECONDS_TO_FINISH - (time.monotonic() - begun), 1.0))

    handle_int = handle_hup = Arbiter.handle_term

    def handle_usr2(self) -> None:
        """Do not start a second server: the command line cannot be run again by itself."""


class DiscreetFormatter(logging.Formatter):
    """Writes when, how grave, the kind of exception and the places it went through; never what was asked or said."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        parts = [self.formatTime(record), record.levelname, f"[{record.process}]", record.name]
        if (record.name == "consult" or record.name.startswith("consult.")) and not record.exc_info:
            parts.append(record.getMessage())  # our own messages hold codes and places
        elif record.name == "gunicorn.error" and record.module == "arbiter":
            parts.append(record.getMessage().partition("\n")[0])  # about processes and signals
        else:
            parts.append(f"({record.module}:{record.lineno})")
        error = record.exc_info[1] if record.exc_info else None
        while error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            places = " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames)
            parts.append(f"{type(error).__name__} at {places or '?'};")
            error = error.__cause__ or error.__context__
        return " ".join(parts)


class _DiscreetLogger(Logger):  # type: ignore[misc]
    """Gunicorn's log through the root's handler, without the request lines and addresses that it would write."""

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def critical(self, msg: str, *args: object, **more: object) -> None:
        """Log with the place that the caller stands at: the formatter goes by it. So do the other three."""
        self.error_log.critical(msg, *args, stacklevel=2, **more)

    def error(self, msg: str, *args: object, **more: object) -> None:
        self.error_log.error(msg, *args, stacklevel=2, **more)

    def warning(self, msg: str, *args: object, **more: object) -> None:
        self.error_log.warning(msg, *args, stacklevel=2, **more)

    def exception(self, msg: str, *args: object, **more: object) -> None:
        self.error_log.exception(msg, *args, stacklevel=2, **more)
