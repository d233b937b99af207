"""Who has a board of themes before them at this moment, so that people at work see each other."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.presence import PresenceRow, Present, list_others, note_row
from consult.record.theme_board import ThemeBoard


class BoardPresence(PresenceRow):
    """When an account last had a board before it, and which theme."""

    __tablename__ = "board_presences"

    board_id: Mapped[int] = mapped_column(sa.ForeignKey("theme_boards.id"), primary_key=True, autoincrement=False)


def note_on_board(session: Session, board: ThemeBoard, account_id: int, place: str, now: datetime) -> None:
    """Note that an account has the board before it."""
    note_row(session, BoardPresence, {"board_id": board.id, "account_id": account_id, "at": now, "place": place})


def list_on_board(session: Session, board: ThemeBoard, account_id: int, now: datetime) -> list[Present]:
    """Return the others who have the board before them now, by name."""
    return list_others(session, BoardPresence, BoardPresence.board_id, board.id, account_id, now)
