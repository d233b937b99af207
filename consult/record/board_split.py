"""What the machine proposes where a theme is to be split: parts with names, which a person adjusts and confirms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.audit import record_action
from consult.record.database import Base, JsonValue, KeyText, UtcDateTime
from consult.record.errors import RecordError
from consult.record.job import Job, enqueue_once, find_jobs
from consult.record.lifecycle import By
from consult.record.theme_board import Theme, ThemeBoard, ThemePlacing
from surveys.localised import Localised

SPLIT_THEME = "split_theme"
ASKED = "board.split_asked"
FEWEST_PARTS, MOST_PARTS = 2, 5


class SplitProposal(Base):
    """How a theme might be split; the newest one replaces the one before."""

    __tablename__ = "split_proposals"

    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("themes.id"), primary_key=True, autoincrement=False)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # [{"en": …, "fr": …}, …]: phrases that several people used, as those of candidate themes.
    labels: Mapped[list[dict[str, str]]] = mapped_column(JsonValue)


class SplitPart(Base):
    """The part that each placing of a theme would go to, from 0."""

    __tablename__ = "split_parts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    theme_id: Mapped[int] = mapped_column(
        sa.ForeignKey("split_proposals.theme_id"), primary_key=True, autoincrement=False
    )
    contribution_id: Mapped[str] = mapped_column(
        KeyText, sa.ForeignKey("contributions.id"), primary_key=True, index=True
    )
    unit: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[int]


@dataclass(frozen=True)
class ProposedSplit:
    """A proposal as it can be used today: what came into the theme since, or left it, is in no part."""

    made_at: datetime
    labels: tuple[Localised, ...]
    parts: Mapping[tuple[str, int], int]
    unplaced: tuple[tuple[str, int], ...]


def ask_split(session: Session, board: ThemeBoard, theme: Theme, parts: int, by: By) -> Job | None:
    """Ask for a theme to be cut into so many parts; None where that runs already. Raises `split.bad_number`."""
    if not FEWEST_PARTS <= parts <= MOST_PARTS:
        raise RecordError("split.bad_number")
    arguments: dict[str, int | float | str] = {"board": board.id, "theme": theme.id, "parts": parts}
    job = enqueue_once(session, SPLIT_THEME, arguments, _key(theme), by.now, again=True)
    if job is not None:
        record_action(session, by.account_id, ASKED, job, now=by.now)
    return job


def find_split_job(session: Session, theme: Theme) -> Job | None:
    """Return the newest request to split a theme."""
    return find_jobs(session, [_key(theme)]).get(_key(theme))


def save_split(
    session: Session,
    theme_id: int,
    labels: Sequence[Localised],
    parts: Mapping[tuple[str, int], int],
    now: datetime,
) -> None:
    """Keep a proposal in the place of the one before."""
    forget_split(session, theme_id)
    session.add(SplitProposal(theme_id=theme_id, made_at=now, labels=[label.to_json() for label in labels]))
    session.flush()
    rows = [
        {"theme_id": theme_id, "contribution_id": key, "unit": unit, "part": part}
        for (key, unit), part in sorted(parts.items())
    ]
    if rows:
        session.execute(sa.insert(SplitPart), rows)


def adjust_split(
    session: Session, theme: Theme, labels: Sequence[Localised], places: Mapping[tuple[str, int], int]
) -> None:
    """Keep the names of parts as a person gave them, and the part of some of what was said.

    Raises `split.missing` where there is no proposal, `split.bad_number` for a part that is none.
    """
    proposal = session.get(SplitProposal, theme.id, with_for_update=True)
    if proposal is None:
        raise RecordError("split.missing")
    if len(labels) != len(proposal.labels) or not set(places.values()) <= set(range(len(labels))):
        raise RecordError("split.bad_number")
    proposal.labels = [label.to_json() for label in labels]
    inside = sa.select(ThemePlacing.contribution_id, ThemePlacing.unit).where(
        ThemePlacing.board_id == theme.board_id, ThemePlacing.theme_id == theme.id
    )
    there = {(key, unit) for key, unit in session.execute(inside)}
    for (key, unit), part in sorted(places.items()):
        if (key, unit) in there:
            session.merge(SplitPart(theme_id=theme.id, contribution_id=key, unit=unit, part=part))
    session.flush()


def forget_split(session: Session, theme_id: int) -> None:
    """Forget a proposal that was used, or is not wanted."""
    session.execute(sa.delete(SplitPart).where(SplitPart.theme_id == theme_id))
    session.execute(sa.delete(SplitProposal).where(SplitProposal.theme_id == theme_id))
    session.expire_all()


def find_split(session: Session, theme: Theme) -> ProposedSplit | None:
    """Return how a theme might be split, with what stands in it now."""
    proposal = session.get(SplitProposal, theme.id)
    if proposal is None:
        return None
    query = (
        sa.select(ThemePlacing.contribution_id, ThemePlacing.unit, SplitPart.part)
        .outerjoin(
            SplitPart,
            sa.and_(
                SplitPart.theme_id == theme.id,
                SplitPart.contribution_id == ThemePlacing.contribution_id,
                SplitPart.unit == ThemePlacing.unit,
            ),
        )
        .where(ThemePlacing.board_id == theme.board_id, ThemePlacing.theme_id == theme.id)
        .order_by(ThemePlacing.contribution_id, ThemePlacing.unit)
    )
    rows = session.execute(query).all()
    return ProposedSplit(
        proposal.made_at,
        tuple(Localised.from_json(each) for each in proposal.labels),
        {(key, unit): part for key, unit, part in rows if part is not None},
        tuple((key, unit) for key, unit, part in rows if part is None),
    )


def _key(theme: Theme) -> str:
    return f"{SPLIT_THEME}:{theme.id}"
