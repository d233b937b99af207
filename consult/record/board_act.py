"""One act on a board of themes while it is done: a row with author, time and reason, and what was there before.

An act records two things: the fields of themes that it changed (`ThemeAct.changes`) and the parts of contributions that
it moved (`ActPart`). Both are enough to undo it (`consult.record.board_undo`) and to tell what happened. Who decides on
something that others have changed since they looked is told first (`board.changed`), and then confirms.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.database import Base, KeyText, enum_type
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.theme_board import (
    ON_BOARD,
    PlacedBy,
    Theme,
    ThemeAct,
    ThemeBoard,
    ThemePlacing,
    ThemeState,
)
from surveys.localised import NOTHING, Localised

LONGEST_REASON = 500
# The fields of a theme that acts change, and how they are read back from what was recorded.
_FIELDS = ("labels", "description", "state", "parent_id", "into_id", "is_language_split")


class ActPart(Base):
    """A part of a contribution that an act moved: where it stood before, and after."""

    __tablename__ = "theme_act_parts"
    __table_args__ = (sa.Index(None, "contribution_id", "unit"), {"sqlite_with_rowid": False})

    act_id: Mapped[int] = mapped_column(sa.ForeignKey("theme_acts.id"), primary_key=True, autoincrement=False)
    contribution_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("contributions.id"), primary_key=True)
    unit: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    was_theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("themes.id"), index=True)
    was_strength: Mapped[float]
    was_placed_by: Mapped[PlacedBy] = mapped_column(enum_type(PlacedBy))
    now_theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("themes.id"), index=True)
    now_strength: Mapped[float]
    now_placed_by: Mapped[PlacedBy] = mapped_column(enum_type(PlacedBy))


@dataclass(frozen=True)
class Seen:
    """What somebody had before them when they decided: the board's revision, and if they were told what changed."""

    revision: int
    is_confirmed: bool = False


class Recorder:
    """One act while it is done: changes made through it are recorded with what was there before."""

    def __init__(self, session: Session, board: ThemeBoard, kind: str, by: By, undoes: ThemeAct | None = None) -> None:
        self.session, self.board = session, board
        self._changes: list[dict[str, Any]] = []
        self._about: dict[int, Theme] = {}
        board.revision += 1
        self.act = ThemeAct(
            board_id=board.id,
            number=board.revision,
            kind=kind,
            account_id=by.account_id,
            at=by.now,
            reason=by.reason,
            changes=[],
            undoes_id=undoes.id if undoes else None,
        )
        session.add(self.act)
        session.flush()

    def about(self, *themes: Theme) -> None:
        """Name themes that the act is about without changing a field of theirs."""
        self._about.update({theme.id: theme for theme in themes})

    def set(self, theme: Theme, field: str, value: object) -> None:
        """Change a field of a theme."""
        was = to_plain(getattr(theme, field))
        setattr(theme, field, value)
        self.about(theme)
        if was != to_plain(value):
            self._changes.append({"theme": theme.id, "field": field, "was": was, "now": to_plain(value)})

    def make(self, labels: Localised, description: Localised = NOTHING, candidate_id: int | None = None) -> Theme:
        """Add a theme to the board under the next code."""
        # themes are never deleted: the next number is free
        last = self.session.scalar(sa.select(sa.func.count()).where(Theme.board_id == self.board.id)) or 0
        theme = Theme(
            board_id=self.board.id,
            code=f"t{last + 1}",
            candidate_id=candidate_id,
            labels=labels,
            description=description,
            state=ThemeState.UNDONE,
            is_language_split=False,
            position=last + 1,
        )
        self.session.add(theme)
        self.session.flush()
        self.set(theme, "state", ThemeState.PROPOSED)
        return theme

    def move(self, which: sa.ColumnElement[bool], to: Theme | None, *, by_hand: bool) -> int:
        """Move the parts that answer to a condition on `ThemePlacing`; return how many.

        By hand somebody says that they belong there; otherwise they go along with their theme, as sure as they were.
        """
        here = (ThemePlacing.board_id == self.board.id, which)
        strength = sa.literal(1.0) if by_hand else ThemePlacing.strength
        placed_by = sa.literal(PlacedBy.PERSON, enum_type(PlacedBy)) if by_hand else ThemePlacing.placed_by
        target = to.id if to else None
        rows = sa.select(
            sa.literal(self.act.id),
            ThemePlacing.contribution_id,
            ThemePlacing.unit,
            ThemePlacing.theme_id,
            ThemePlacing.strength,
            ThemePlacing.placed_by,
            sa.literal(target, sa.Integer()),
            strength,
            placed_by,
        ).where(*here)
        columns = [column.name for column in ActPart.__table__.columns]
        self.session.execute(sa.insert(ActPart).from_select(columns, rows, include_defaults=False))
        moved = self.session.execute(
            sa.update(ThemePlacing)
            .where(*here)
            .values(theme_id=target, strength=strength, placed_by=placed_by)
            .returning(ThemePlacing.unit)
            .execution_options(synchronize_session=False)
        )
        return len(moved.all())

    def save(self, parts: int | None = None) -> ThemeAct:
        """Write the act with all that it changed; its themes are named as they are called now."""
        count = self._count_parts() if parts is None else parts
        named = [[theme.id, theme.code, theme.labels.to_json()] for theme in self._about.values()]
        self.act.changes = [{"about": named, "parts": count}, *self._changes]
        self.session.flush()
        # what was moved by statements is read anew
        for each in list(self.session.identity_map.values()):
            if isinstance(each, ThemePlacing):
                self.session.expire(each)
        return self.act

    def _count_parts(self) -> int:
        query = sa.select(sa.func.count(sa.distinct(ActPart.contribution_id))).where(ActPart.act_id == self.act.id)
        return self.session.scalar(query) or 0


def to_plain(value: object) -> object:
    """Return a field's value as it is recorded."""
    if isinstance(value, Localised):
        return value.to_json()
    return value.value if isinstance(value, ThemeState) else value


def from_plain(field: str, value: Any) -> object:  # noqa: ANN401 - what JSON holds
    """Return a field's value from what was recorded; raises `act.unknown_field`."""
    if field not in _FIELDS:
        raise RecordError("act.unknown_field")
    if field in {"labels", "description"}:
        return Localised.from_json(value)
    return ThemeState(value) if field == "state" else value


def lock_board(session: Session, board: ThemeBoard) -> None:
    """Hold a board until the end of the transaction, as it is now."""
    session.execute(
        sa.select(ThemeBoard)
        .where(ThemeBoard.id == board.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def list_acts_since(session: Session, board: ThemeBoard, revision: int, themes: Collection[int] = ()) -> list[ThemeAct]:
    """Return what was done on a board after a revision, oldest first; only what is about some themes, if given."""
    query = sa.select(ThemeAct).where(ThemeAct.board_id == board.id, ThemeAct.number > revision)
    acts = list(session.scalars(query.order_by(ThemeAct.number)))
    return [act for act in acts if not themes or set(themes) & set(themes_of(act))]


def themes_of(act: ThemeAct) -> dict[int, tuple[str, Localised]]:
    """Return the themes that an act is about, by key: code and labels as they were right after it."""
    about = act.changes[0]["about"] if act.changes else ()
    return {key: (code, Localised.from_json(labels)) for key, code, labels in about}


def parts_of(act: ThemeAct) -> int:
    """Return how many contributions an act moved."""
    return int(act.changes[0]["parts"]) if act.changes else 0


def begin_act(
    session: Session, board: ThemeBoard, kind: str, by: By, seen: Seen, themes: Iterable[Theme] = ()
) -> Recorder:
    """Begin an act on a board that nobody else changes meanwhile.

    Raises `board.changed` where others have changed one of the same themes since somebody looked, unless that was
    confirmed; `theme.gone` where one of them is on the board no more; `reason.too_long`.
    """
    if len(by.reason) > LONGEST_REASON:
        raise RecordError("reason.too_long", maximum=LONGEST_REASON)
    lock_board(session, board)
    about = list(themes)
    for theme in about:
        session.refresh(theme)
    check_on_board(*about)
    if not seen.is_confirmed and about:
        since = list_acts_since(session, board, seen.revision, {theme.id for theme in about})
        # what one did oneself, in another tab or by a double click, one knows
        if any(act.account_id != by.account_id for act in since):
            raise RecordError("board.changed", revision=board.revision)
    recorder = Recorder(session, board, kind, by)
    recorder.about(*about)
    return recorder


def check_on_board(*themes: Theme) -> None:
    """Raise `theme.gone` for a theme that was merged, split or undone."""
    if any(theme.state not in ON_BOARD for theme in themes):
        raise RecordError("theme.gone")
