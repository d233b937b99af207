"""Another process that encodes: it loads the encoder while this one does something else, and reads beside it.

It is :mod:`analysis.engines.encoding` started afresh, not forked: whoever asks may have threads, and a fork would copy
what they hold. It loads nothing but the encoder. Texts go to it, and vectors come back, through pipes; it ends when
they are closed.
"""

import atexit
import json
import os
import struct
import subprocess
import sys
from collections.abc import Sequence
from threading import Lock
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

WIDTH = 512
LENGTH = struct.Struct("<Q")
READY = b"1"
_MODULE = "analysis.engines.encoding"

_ahead: list["EncodingProcess"] = []


class EncodingProcess:
    """Another process that encodes, ready some time after it is started."""

    def __init__(self) -> None:
        # -P: nothing is imported from the folder in which somebody happens to stand
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-P", "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        self._turn = Lock()
        self._is_ready = False

    def wait(self) -> bool:
        """Wait until it is ready; False where it could not be started."""
        with self._turn:
            if not self._is_ready:
                self._is_ready = self._read(len(READY)) == READY
            return self._is_ready

    def encode(self, texts: Sequence[str]) -> NDArray[np.float16] | None:
        """Return vectors of the texts, shape (n, 512), or None where the process has ended. Call :meth:`wait` first."""
        asked = json.dumps(list(texts)).encode("ascii")
        with self._turn:
            try:
                _pipe(self._process.stdin).write(LENGTH.pack(len(asked)) + asked)
                _pipe(self._process.stdin).flush()
            except (OSError, ValueError):  # it ended, or was closed
                return None
            found = self._read(len(texts) * WIDTH * 2)
        if len(found) != len(texts) * WIDTH * 2:
            return None
        return np.frombuffer(found, dtype=np.float16).reshape(len(texts), WIDTH)

    def close(self) -> None:
        """End it, whatever it is doing."""
        self._process.terminate()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                _pipe(pipe).close()
            except OSError:  # what could not be written any more
                continue

    def _read(self, size: int) -> bytes:
        try:
            return _pipe(self._process.stdout).read(size)
        except (OSError, ValueError):
            return b""


def load_ahead() -> None:
    """Start a process now, which the next :class:`analysis.engines.encoder.Encoder` will use.

    For a command that has other things to load first: on two processors the encoder is then there when it is needed.
    Where it is not installed the process ends at once, and is not used.
    """
    if not _ahead and (os.cpu_count() or 1) > 1:
        _ahead.append(EncodingProcess())


def loaded_ahead() -> list[EncodingProcess]:
    """Return the process that was started ahead, if any, and forget it: who asks closes it."""
    taken = list(_ahead)
    _ahead.clear()
    return taken


@atexit.register
def _close_ahead() -> None:
    for process in loaded_ahead():
        process.close()


def _pipe(pipe: object) -> BinaryIO:
    return pipe  # type: ignore[return-value]  # subprocess types pipes as maybe None
