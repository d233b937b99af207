"""Looking through the audit: by day, person, action; with the consultation that each entry is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.account import Account
from consult.record.audit import AuditEntry
from consult.record.consultation import Consultation
from consult.record.database import Base
from consult.record.theme import CandidateTheme, QuoteSnapshot, Run

_AT_ONCE = 500


@dataclass(frozen=True)
class AuditSearch:
    """What is looked for; the end of the time is not included."""

    since: datetime | None = None
    until: datetime | None = None
    account_id: int | None = None
    action: str | None = None


@dataclass(frozen=True)
class Found:
    """An entry with the name of who acted (None: the command line or a job) and the consultation's code, if known."""

    entry: AuditEntry
    name: str | None
    consultation: str | None


def search_audit(session: Session, search: AuditSearch, *, limit: int, offset: int = 0) -> list[Found]:
    """Return entries, the newest first."""
    query = (
        sa.select(AuditEntry, Account.name)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .where(*_conditions(search))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
        .offset(offset)
    )
    rows = [(entry, name) for entry, name in session.execute(query)]
    about = _find_consultations(session, [entry for entry, _ in rows])
    return [Found(entry, name, about.get((entry.object_type, entry.object_id))) for entry, name in rows]


def walk_audit(session: Session, search: AuditSearch) -> Iterator[Found]:
    """Yield every entry that answers to a search, the newest first, a part at a time."""
    offset = 0
    while part := search_audit(session, search, limit=_AT_ONCE, offset=offset):
        yield from part
        offset += len(part)


def count_audit(session: Session, search: AuditSearch) -> int:
    """Return how many entries answer to a search."""
    return session.scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(*_conditions(search))) or 0


def list_actions(session: Session) -> list[str]:
    """Return the actions that there are."""
    return list(session.scalars(sa.select(AuditEntry.action).distinct().order_by(AuditEntry.action)))


def list_actors(session: Session) -> list[Account]:
    """Return the accounts that did something, by name."""
    acted = sa.select(AuditEntry.account_id).where(AuditEntry.account_id.is_not(None))
    return list(session.scalars(sa.select(Account).where(Account.id.in_(acted)).order_by(Account.name, Account.id)))


def _conditions(search: AuditSearch) -> list[sa.ColumnElement[bool]]:
    conditions = []
    if search.since is not None:
        conditions.append(AuditEntry.at >= search.since)
    if search.until is not None:
        conditions.append(AuditEntry.at < search.until)
    if search.account_id is not None:
        conditions.append(AuditEntry.account_id == search.account_id)
    if search.action is not None:
        conditions.append(AuditEntry.action == search.action)
    return conditions


def _find_consultations(session: Session, entries: Sequence[AuditEntry]) -> dict[tuple[str, str], str]:
    """Return the code of the consultation of each thing that has one, by its table and key."""
    by_table: dict[str, set[str]] = {}
    for entry in entries:
        by_table.setdefault(entry.object_type, set()).add(entry.object_id)
    found = {}
    for table, keys in by_table.items():
        query = _lead_to_consultation(table, keys)
        for key, code in session.execute(query) if query is not None else ():
            found[table, str(key)] = code
    return found


def _lead_to_consultation(table_name: str, keys: set[str]) -> sa.Select[Any, str] | None:
    """Return the query that leads from rows of a table to their consultations; None where nothing leads there."""
    table = Base.metadata.tables.get(table_name)
    if table_name == Consultation.__tablename__:
        numbers = [int(key) for key in keys if key.isdigit()]
        return sa.select(Consultation.id, Consultation.code).where(Consultation.id.in_(numbers))
    if table_name == QuoteSnapshot.__tablename__:
        return (
            sa.select(QuoteSnapshot.id, Consultation.code)
            .join(CandidateTheme, CandidateTheme.id == QuoteSnapshot.theme_id)
            .join(Run, Run.id == CandidateTheme.run_id)
            .join(Consultation, Consultation.id == Run.consultation_id)
            .where(QuoteSnapshot.id.in_(keys))
        )
    if table is None or "consultation_id" not in table.columns or "id" not in table.columns:
        return None
    numbers = [int(key) for key in keys if key.isdigit()]
    owner = table.columns["consultation_id"]
    return (
        sa.select(table.columns["id"], Consultation.code)
        .join_from(table, Consultation, Consultation.id == owner)
        .where(table.columns["id"].in_(numbers))
    )
