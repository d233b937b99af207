"""What was said in the themes of a board, page by page, for those who may read it; and the quotes that anybody may."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.board_act import ActPart
from consult.record.consultation import Group
from consult.record.contribution import Channel, Contribution, ContributionRevision
from consult.record.findings import plain_text
from consult.record.quote import ShownQuote
from consult.record.theme import QuoteSnapshot
from consult.record.theme_board import PlacedBy, Theme, ThemeBoard, ThemePlacing

_TODAY = sa.and_(
    ContributionRevision.contribution_id == Contribution.id, ContributionRevision.number == Contribution.revision
)


@dataclass(frozen=True)
class SaidOnBoard:
    """A contribution as it reads today, where it stands on a board."""

    key: str
    text: str
    language: str
    group: str
    channel: Channel
    strength: float
    placed_by: PlacedBy


@dataclass(frozen=True)
class PageOnBoard:
    """Some contributions, the surest first; `total` is how many there are on all pages."""

    said: tuple[SaidOnBoard, ...]
    total: int


def read_board_page(
    session: Session,
    board: ThemeBoard,
    theme: Theme | None,
    *,
    page: int,
    size: int,
    word: str = "",
    placed_by: Collection[PlacedBy] = (),
) -> PageOnBoard:
    """Return one page of what was said in a theme, or in none of the board's, from 1; with a word, what holds it.

    Capitals and accents do not matter to the word. What was withdrawn is not there any more.
    """
    inside = _inside(board, theme, placed_by).subquery()
    rows = (
        sa.select(
            Contribution.id,
            ContributionRevision.text,
            Contribution.language,
            sa.func.coalesce(Group.code, ""),
            Contribution.channel,
            inside.c.strength,
            inside.c.placed_by,
        )
        .join(inside, inside.c.contribution_id == Contribution.id)
        .join(ContributionRevision, _TODAY)
        .outerjoin(Group, Group.id == Contribution.group_id)
        .where(Contribution.is_withdrawn.is_(False))
        .order_by(inside.c.strength.desc(), Contribution.id)
    )
    if word.strip():
        wanted = plain_text(word.strip())
        texts = session.execute(rows.with_only_columns(Contribution.id, ContributionRevision.text))
        keys = [key for key, text in texts if wanted in plain_text(text)]
        here = rows.where(Contribution.id.in_(keys[(page - 1) * size : page * size]))
        return PageOnBoard(tuple(_said(*row) for row in session.execute(here)), len(keys))
    counted = rows.add_columns(sa.func.count().over()).limit(size).offset((page - 1) * size)
    found = session.execute(counted).all()
    if found or page == 1:
        return PageOnBoard(tuple(_said(*row[:-1]) for row in found), found[0][-1] if found else 0)
    # a page too far: how many there are tells that it is
    every = rows.with_only_columns(Contribution.id).order_by(None).subquery()
    return PageOnBoard((), session.scalar(sa.select(sa.func.count()).select_from(every)) or 0)


def _said(
    key: str, text: str, language: str, group: str, channel: Channel, strength: float, placed_by: str
) -> SaidOnBoard:
    return SaidOnBoard(key, text, language, group, channel, strength, PlacedBy(placed_by))


def _inside(board: ThemeBoard, theme: Theme | None, placed_by: Collection[PlacedBy]) -> sa.Select[str, float, str]:
    """Select contributions, each once: how surely its surest part stands there, and who put it there."""
    query = (
        sa.select(
            ThemePlacing.contribution_id,
            sa.func.max(ThemePlacing.strength).label("strength"),
            sa.func.max(sa.cast(ThemePlacing.placed_by, sa.String())).label("placed_by"),
        )
        .where(ThemePlacing.board_id == board.id)
        .group_by(ThemePlacing.contribution_id)
    )
    if theme is not None:
        return query.where(ThemePlacing.theme_id == theme.id)
    query = query.having(sa.func.count(ThemePlacing.theme_id) == 0)
    return query.where(ThemePlacing.placed_by.in_(placed_by)) if placed_by else query


def count_holding(session: Session, board: ThemeBoard, word: str) -> dict[int, int]:
    """Count by theme the contributions that hold a word, for those who may read."""
    wanted = plain_text(word.strip())
    query = (
        sa.select(ThemePlacing.contribution_id, ThemePlacing.theme_id, ContributionRevision.text)
        .join(Contribution, Contribution.id == ThemePlacing.contribution_id)
        .join(ContributionRevision, _TODAY)
        .where(
            ThemePlacing.board_id == board.id,
            ThemePlacing.theme_id.is_not(None),
            Contribution.is_withdrawn.is_(False),
        )
        .distinct()
    )
    return dict(Counter(theme for _key, theme, text in session.execute(query) if theme and wanted in plain_text(text)))


def list_board_quotes(session: Session, board: ThemeBoard) -> dict[int, list[ShownQuote]]:
    """Return the approved quotes by theme: where their run put them, or where their contribution was moved since."""
    query = (
        sa.select(QuoteSnapshot, ThemePlacing.theme_id, Theme.candidate_id)
        .join(
            ThemePlacing,
            sa.and_(ThemePlacing.contribution_id == QuoteSnapshot.contribution_id, ThemePlacing.board_id == board.id),
        )
        .join(Theme, Theme.id == ThemePlacing.theme_id)
        .where(QuoteSnapshot.approved_at.is_not(None), QuoteSnapshot.text.is_not(None))
        .order_by(QuoteSnapshot.id, ThemePlacing.theme_id)
    )
    places: dict[str, tuple[QuoteSnapshot, set[int], set[int]]] = {}
    for quote, theme, candidate in session.execute(query):
        if theme is None:
            continue
        _, every, own = places.setdefault(quote.id, (quote, set(), set()))
        every.add(theme)
        if candidate == quote.theme_id:
            own.add(theme)
    found: dict[int, list[ShownQuote]] = {}
    seen: set[tuple[int, str, str]] = set()
    for quote, every, own in places.values():
        for theme in own or every:
            # two runs may have quoted the same words
            if (theme, quote.contribution_id, quote.text or "") not in seen:
                seen.add((theme, quote.contribution_id, quote.text or ""))
                found.setdefault(theme, []).append(ShownQuote(quote.text or "", quote.language))
    return found


def list_moved_into(session: Session, theme: Theme, keys: Collection[str]) -> set[str]:
    """Return which of some contributions an act once put in a theme; a page of them at most."""
    query = sa.select(ActPart.contribution_id).where(
        ActPart.now_theme_id == theme.id, ActPart.contribution_id.in_(list(keys))
    )
    return set(session.scalars(query.distinct()))


def read_texts(session: Session, keys: Sequence[str]) -> dict[str, SaidOnBoard]:
    """Return contributions by their keys, as they read today, whatever theme they stand in; a page of them at most."""
    query = (
        sa.select(
            Contribution.id,
            ContributionRevision.text,
            Contribution.language,
            sa.func.coalesce(Group.code, ""),
            Contribution.channel,
        )
        .join(ContributionRevision, _TODAY)
        .outerjoin(Group, Group.id == Contribution.group_id)
        .where(Contribution.id.in_(list(keys)), Contribution.is_withdrawn.is_(False))
    )
    return {row[0]: SaidOnBoard(*row, 1.0, PlacedBy.RUN) for row in session.execute(query)}
