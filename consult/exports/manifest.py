"""What a file of responses is, for whoever receives it, and the digest of its bytes on their way to it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import IO

from consult.exports.response_table import ResponseTable

MANIFEST_NAME = "manifest.json"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Layout:
    """How a file is written: its cells as codes, or as labels in a language; what stands between them; its format.

    The delimiter counts in CSV only. An SPSS file holds numbers and their labels, in English if no language is given;
    a JSON file holds answers as they are stored.
    """

    labels: str | None = None
    delimiter: str = ","
    format: str = "csv"


@dataclass(frozen=True)
class Manifest:
    """What a file of responses is; `shortened` counts the texts that the format could not hold whole."""

    consult: str
    consultation: str
    survey: str
    versions: tuple[int, ...]
    exported_on: str
    file: str
    format: str
    rows: int
    columns: tuple[str, ...]
    cells: str
    delimiter: str
    encoding: str
    shortened: int
    sha256: str

    def to_json(self) -> bytes:
        """Return the manifest as an indented JSON text."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n").encode()


@dataclass(frozen=True)
class Job:
    """A file to write: of which table, how, under which name and day, to where.

    `scratch` is a folder that nobody else can open, for formats that take a file of their own before (None: the
    system's); what is put there is gone at the end.
    """

    table: ResponseTable
    layout: Layout
    name: str
    day: date
    target: IO[bytes]
    scratch: Path | None = None


@dataclass(frozen=True)
class Written:
    """What a writer says of the file it wrote."""

    rows: int
    sha256: str
    cells: str
    encoding: str
    delimiter: str = ""
    shortened: int = 0


def make_manifest(job: Job, written: Written) -> Manifest:
    """Return the manifest of a file."""
    return Manifest(
        consult=version("consult"),
        consultation=job.table.consultation.code,
        survey=job.table.survey.code,
        versions=tuple(job.table.versions),
        exported_on=job.day.isoformat(),
        file=job.name,
        format=job.layout.format,
        rows=written.rows,
        columns=job.table.columns,
        cells=written.cells,
        delimiter=written.delimiter,
        encoding=written.encoding,
        shortened=written.shortened,
        sha256=written.sha256,
    )


class HashedTarget:
    """Bytes on their way to a binary file, and their SHA-256."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._digest = hashlib.sha256()

    def write(self, content: bytes) -> None:
        """Write some more."""
        self._digest.update(content)
        self._target.write(content)

    def copy(self, path: Path) -> None:
        """Write what a file holds."""
        with path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                self.write(chunk)

    def digest(self) -> str:
        """Return the SHA-256 of all that was written, as hexadecimal digits."""
        return self._digest.hexdigest()
