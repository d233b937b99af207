"""Who has a survey or a board before them at this moment: the rows are alike, and written and read alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from consult.record.account import Account
from consult.record.database import Base, CodeText, UtcDateTime, conflict_insert, dialect_of

# A page says every 20 seconds that somebody looks at it: after this long they have left, or lost the network.
_AWAY = timedelta(seconds=75)


class PresenceRow(Base):
    """The columns of such a table, beside what is looked at; one row a person and thing, overwritten.

    `place` is the code of the part that is open, or ''.
    """

    __abstract__ = True

    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False, index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(CodeText)


@dataclass(frozen=True)
class Present:
    """Somebody who looks at it now, and at which part."""

    name: str
    place: str


def note_row(session: Session, table: type[PresenceRow], values: Mapping[str, object]) -> None:
    """Write the row of one person and thing over the last one; `values` are those of its columns."""
    keys = [name for name in values if name not in {"at", "place"}]
    changed = {"at": values["at"], "place": values["place"]}
    statement = conflict_insert(dialect_of(session), table).values(dict(values))
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


def list_others(
    session: Session, table: type[PresenceRow], looked_at: InstrumentedAttribute[int], key: int, me: int, now: datetime
) -> list[Present]:
    """Return the others who look at the thing of this key now, by name."""
    query = (
        sa.select(Account.name, table.place)
        .join(Account, table.account_id == Account.id)
        .where(looked_at == key, table.account_id != me, table.at > now - _AWAY)
        .order_by(Account.name)
    )
    return [Present(*row) for row in session.execute(query)]
