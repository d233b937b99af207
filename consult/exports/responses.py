"""The responses to a survey as a file, one row each, and the manifest by which the file can be checked.

A format is one file beside this one, and its line in `_WRITERS`. CSV, JSON and XLSX are written as the rows arrive
from the database; nothing grows with their number. An SPSS file is put together in memory: up to a limit.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Final

from sqlalchemy.orm import Session

from consult.exports.manifest import MANIFEST_NAME, Job, Layout, Manifest, Written, make_manifest
from consult.exports.response_table import ResponseTable
from consult.record.consultation import Consultation
from consult.record.survey import Survey

__all__ = ["FORMATS", "MANIFEST_NAME", "Layout", "Manifest", "file_name", "write_responses", "write_table"]


@dataclass(frozen=True)
class _Writer:
    """Where a format is written; it is loaded when it is first asked for (SPSS brings pandas: seconds, and memory)."""

    module: str
    function: str
    mimetype: str

    def load(self) -> Callable[[Job], Written]:
        """Return what writes a file."""
        write: Callable[[Job], Written] = getattr(importlib.import_module(self.module), self.function)
        return write


_WRITERS: Final = {
    "csv": _Writer("consult.exports.responses_csv", "write_csv", "text/csv"),
    "xlsx": _Writer(
        "consult.exports.responses_xlsx",
        "write_xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "sav": _Writer("consult.exports.responses_sav", "write_sav", "application/x-spss-sav"),
    "json": _Writer("consult.exports.responses_json", "write_json", "application/json"),
}
# The formats, each with the kind of content that a browser is told.
FORMATS: Final = {name: writer.mimetype for name, writer in _WRITERS.items()}


def file_name(
    consultation: Consultation,
    survey: Survey,
    labels: str | None,
    *,
    several: bool,
    day: date,
    kind: str = "csv",
) -> str:
    """Return the name of the file, with what its cells hold; the survey is named where there are several."""
    named = f"-{survey.code}" if several else ""
    return f"{consultation.code}{named}-responses-{labels or 'codes'}-{day.isoformat()}.{kind}"


def write_responses(
    session: Session,
    consultation: Consultation,
    survey: Survey,
    layout: Layout,
    name: str,
    day: date,
    target: IO[bytes],
    scratch: Path | None = None,
) -> Manifest:
    """Write the file of a survey's responses and return its manifest.

    The session's transaction should be read-only and see one snapshot (`see_one_snapshot`). Raises what
    `write_table` does.
    """
    table = ResponseTable.open(session, consultation, survey)
    return write_table(Job(table, layout, name, day, target, scratch))


def write_table(job: Job) -> Manifest:
    """Write a file and return its manifest.

    Raises `SurveyError`: export.too_large (rows or columns, limit), for SPSS and XLSX.
    """
    return make_manifest(job, _WRITERS[job.layout.format].load()(job))
