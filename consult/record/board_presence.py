"""Who has a board of themes before them at this moment, so that people at work see each other."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.account import Account
from consult.record.database import Base, CodeText, UtcDateTime, conflict_insert, dialect_of
from consult.record.theme_board import ThemeBoard

# A page says every 20 seconds that somebody looks at it: after this long they have left, or lost the network.
_AWAY = timedelta(seconds=75)


class BoardPresence(Base):
    """When an account last had a board before it, and which theme; one row a person, overwritten."""

    __tablename__ = "board_presences"

    board_id: Mapped[int] = mapped_column(sa.ForeignKey("theme_boards.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False, index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The code of the theme that is open, or ''.
    place: Mapped[str] = mapped_column(CodeText)


@dataclass(frozen=True)
class PresentOnBoard:
    """Somebody who works on the board now, and on which of its themes."""

    name: str
    place: str


def note_on_board(session: Session, board: ThemeBoard, account_id: int, place: str, now: datetime) -> None:
    """Note that an account has the board before it."""
    values = {"board_id": board.id, "account_id": account_id, "at": now, "place": place}
    statement = conflict_insert(dialect_of(session), BoardPresence).values(values)
    session.execute(
        statement.on_conflict_do_update(index_elements=["board_id", "account_id"], set_={"at": now, "place": place})
    )


def list_on_board(session: Session, board: ThemeBoard, account_id: int, now: datetime) -> list[PresentOnBoard]:
    """Return the others who have the board before them now, by name."""
    query = (
        sa.select(Account.name, BoardPresence.place)
        .join(Account, BoardPresence.account_id == Account.id)
        .where(
            BoardPresence.board_id == board.id,
            BoardPresence.account_id != account_id,
            BoardPresence.at > now - _AWAY,
        )
        .order_by(Account.name)
    )
    return [PresentOnBoard(*row) for row in session.execute(query)]
