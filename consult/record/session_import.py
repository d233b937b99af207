"""Import of a session's notes from a file: all of them or none, and the same file twice brings nothing new."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation, group_ids
from consult.record.errors import RecordError
from consult.record.session import get_session
from consult.record.session_guide import all_guide_questions
from consult.record.session_notes import NewStatement, Statement, add_statement, check_statement
from surveys.problems import Problem


@dataclass(frozen=True)
class ImportedStatement:
    """A statement of a file; `place` is where it stands there ("12": a paragraph or a line)."""

    place: str
    statement: NewStatement


@dataclass(frozen=True)
class NotesReport:
    """How many statements were added, and how many were there already."""

    added: int
    repeated: int


def check_statements(session: Session, consultation: Consultation, rows: Sequence[ImportedStatement]) -> list[Problem]:
    """Return what stops these statements from being imported, each with its place in the file."""
    groups, questions = group_ids(session, consultation), all_guide_questions(session, consultation)
    return [
        Problem(problem.code, row.place, problem.values)
        for row in rows
        for problem in check_statement(row.statement, groups, questions)
    ]


def import_statements(
    session: Session, consultation: Consultation, session_id: int, rows: Sequence[ImportedStatement], digest: str
) -> NotesReport:
    """Add the statements of a file; `digest` is the file's SHA-256, by which a second import adds nothing.

    Raises `import.refused` with each place and why, `statement.too_many`, `session.missing`; nothing is kept then.
    """
    listening = get_session(session, consultation, session_id, lock=True)
    if problems := check_statements(session, consultation, rows):
        raise RecordError.of("import.refused", problems)
    keys = [sha256(f"{listening.id}/{digest}/{number}".encode()).hexdigest()[:32] for number in range(len(rows))]
    there = set(session.scalars(sa.select(Statement.id).where(Statement.session_id == listening.id)))
    fresh = [(key, row) for key, row in zip(keys, rows, strict=True) if key not in there]
    for key, row in fresh:
        add_statement(session, consultation, listening, key, row.statement)
    return NotesReport(len(fresh), len(rows) - len(fresh))
