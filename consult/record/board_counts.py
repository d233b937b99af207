"""The counts of a board that the committee reads: taken at a time, kept as they were, and renewed theme by theme.

Counts that followed every act would tell of whoever was just moved: their group, or how few a theme hidden until then
holds. So the committee reads counts that were kept. A facilitator renews them; a theme's are renewed only where at
least five contributions have come into it or left it since they were kept, or none. The first are those of the run that
the board was made from, which the committee may be reading beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.audit import record_action
from consult.record.board_act import ActPart, lock_board
from consult.record.database import Base, JsonValue, UtcDateTime
from consult.record.findings import RunSummary
from consult.record.lifecycle import By
from consult.record.theme import CandidateTheme, Run
from consult.record.theme_board import (
    ON_BOARD,
    Theme,
    ThemeAct,
    ThemeBoard,
    ThemeCounts,
    count_theme_people,
    list_board_themes,
)

RENEWED = "board.counts_renewed"
FEWEST_CHANGES = 5
_COLUMNS = ("language", "group", "channel")


class BoardCounts(Base):
    """The true counts of a board's themes as they were kept, to be protected when they are shown."""

    __tablename__ = "board_counts"

    board_id: Mapped[int] = mapped_column(sa.ForeignKey("theme_boards.id"), primary_key=True, autoincrement=False)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # {"everybody": {…}, "themes": {theme's key: {"revision": …, "people": …, "language": {…}, "group": {…}, …}}}
    counts: Mapped[dict[str, Any]] = mapped_column(JsonValue)


@dataclass(frozen=True)
class KeptCounts:
    """Counts as they were kept: of everybody in themes, and of each theme by its key."""

    kept_at: datetime
    everybody: ThemeCounts
    themes: Mapping[int, ThemeCounts]
    # Whether counts by group and by language would tell of a few people beside those that were kept first: where nobody
    # stood in two themes, the themes that did not change come to the same people in each column at both dates.
    is_spread_kept_back: bool = False


@dataclass(frozen=True)
class Renewal:
    """What renewing did: how many themes have new counts, and how many keep the old ones for now."""

    renewed: int
    waiting: int


def keep_first_counts(session: Session, board: ThemeBoard, run: Run, by: By) -> None:
    """Keep the counts of the run that a board is made from."""
    summary = RunSummary.of(run)
    everybody = ThemeCounts(
        summary.people, {"language": summary.languages, "group": summary.groups, "channel": summary.channels}
    )
    query = sa.select(Theme.id, CandidateTheme.counts).join(CandidateTheme).where(Theme.board_id == board.id)
    themes = {
        str(key): _plain(
            ThemeCounts(counts.get("people", 0), {column: counts.get(column, {}) for column in _COLUMNS}), 0
        )
        for key, counts in session.execute(query)
    }
    adds_up = sum(each["people"] for each in themes.values()) == summary.people
    kept = {"everybody": _plain(everybody, 0), "themes": themes, "adds_up": adds_up}
    session.add(BoardCounts(board_id=board.id, kept_at=by.now, counts=kept))
    session.flush()


def read_kept_counts(session: Session, board: ThemeBoard) -> KeptCounts:
    """Return the counts that the committee reads of a board, as they were kept."""
    kept = session.get_one(BoardCounts, board.id)
    themes = {int(key): _read(each) for key, each in kept.counts["themes"].items()}
    is_renewed = bool(kept.counts["everybody"]["revision"])
    is_kept_back = is_renewed and bool(kept.counts.get("adds_up"))
    return KeptCounts(kept.kept_at, _read(kept.counts["everybody"]), themes, is_kept_back)


def renew_counts(session: Session, board: ThemeBoard, by: By) -> Renewal:
    """Keep the counts as they are now, of the themes that at least five contributions came to or left, or none."""
    lock_board(session, board)
    kept = session.get_one(BoardCounts, board.id, with_for_update=True)
    now, everybody = count_theme_people(session, board)
    before = kept.counts["themes"]
    themes: dict[str, Any] = {}
    renewed = waiting = 0
    for theme in list_board_themes(session, board, ON_BOARD):
        old = before.get(str(theme.id))
        changed = count_moved(session, board, theme, old["revision"] if old else 0)
        if old is not None and 0 < changed < FEWEST_CHANGES:
            themes[str(theme.id)] = old
            waiting += 1
        elif old is None or changed:
            themes[str(theme.id)] = _plain(now.get(theme.id, ThemeCounts()), board.revision)
            renewed += 1
        else:
            themes[str(theme.id)] = old
    if renewed:
        kept.counts = kept.counts | {"everybody": _plain(everybody, board.revision), "themes": themes}
        kept.kept_at = by.now
        session.flush()
        record_action(session, by.account_id, RENEWED, kept, now=by.now)
    return Renewal(renewed, waiting)


def count_moved(session: Session, board: ThemeBoard, theme: Theme, revision: int) -> int:
    """Count the contributions that are in a theme and were not at a revision, or the reverse."""
    query = (
        sa.select(ActPart.contribution_id, ActPart.unit, ActPart.was_theme_id, ActPart.now_theme_id)
        .join(ThemeAct, ThemeAct.id == ActPart.act_id)
        .where(
            ThemeAct.board_id == board.id,
            ThemeAct.number > revision,
            sa.or_(ActPart.was_theme_id == theme.id, ActPart.now_theme_id == theme.id),
        )
        .order_by(ThemeAct.number)
    )
    first: dict[tuple[str, int], bool] = {}
    last: dict[tuple[str, int], bool] = {}
    for key, unit, was, now in session.execute(query):
        first.setdefault((key, unit), was == theme.id)
        last[key, unit] = now == theme.id
    return len({key for (key, unit), inside in last.items() if first[key, unit] != inside})


def _plain(counts: ThemeCounts, revision: int) -> dict[str, Any]:
    by_value = {column: dict(counts.values.get(column, {})) for column in _COLUMNS}
    return {"revision": revision, "people": counts.people, **by_value}


def _read(kept: Mapping[str, Any]) -> ThemeCounts:
    return ThemeCounts(int(kept["people"]), {column: kept.get(column, {}) for column in _COLUMNS})
