"""The quotes of a report: which may be in it, by key, and their words as they may be read today."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Group
from consult.record.contribution import Contribution
from consult.record.quote import ShownQuote
from consult.record.statement import DiscussionStatement, StatementState
from consult.record.statement_translation import approved_translations
from consult.record.theme import CandidateTheme, QuoteSnapshot, Run
from consult.record.theme_board import Theme, ThemeBoard, ThemePlacing


@dataclass(frozen=True)
class KeyedQuote(ShownQuote):
    """An approved quote with the key by which a report knows it."""

    key: str = ""


@dataclass(frozen=True)
class ReadQuote:
    """The words of a quote as they may be read today, with their translation where a person approved one."""

    text: str
    language: str
    translation: str = ""


_IS_SHOWN = (QuoteSnapshot.approved_at.is_not(None), QuoteSnapshot.text.is_not(None))


def list_run_quotes(session: Session, run: Run) -> dict[int, list[KeyedQuote]]:
    """Return the approved quotes of a run by the key of their candidate theme."""
    query = (
        sa.select(QuoteSnapshot, Group.code)
        .join(CandidateTheme, CandidateTheme.id == QuoteSnapshot.theme_id)
        .join(Contribution, Contribution.id == QuoteSnapshot.contribution_id)
        .outerjoin(Group, Group.id == Contribution.group_id)
        .where(CandidateTheme.run_id == run.id, *_IS_SHOWN)
        .order_by(QuoteSnapshot.id)
    )
    found: dict[int, list[KeyedQuote]] = {}
    for quote, group in session.execute(query):
        found.setdefault(quote.theme_id, []).append(_keyed(quote, group))
    return found


def list_placed_quotes(session: Session, board: ThemeBoard) -> dict[int, list[KeyedQuote]]:
    """Return the approved quotes by the key of their theme on a board: the one made of theirs, or where they stand now.

    A contribution is quoted once in a theme, whatever runs quoted it.
    """
    query = (
        sa.select(QuoteSnapshot, ThemePlacing.theme_id, Theme.candidate_id, Group.code)
        .join(
            ThemePlacing,
            sa.and_(ThemePlacing.contribution_id == QuoteSnapshot.contribution_id, ThemePlacing.board_id == board.id),
        )
        .join(Theme, Theme.id == ThemePlacing.theme_id)
        .join(Contribution, Contribution.id == QuoteSnapshot.contribution_id)
        .outerjoin(Group, Group.id == Contribution.group_id)
        .where(*_IS_SHOWN)
        .order_by(QuoteSnapshot.id, ThemePlacing.theme_id)
    )
    places: dict[str, tuple[QuoteSnapshot, str | None, dict[int, bool]]] = {}
    for quote, theme, candidate, code in session.execute(query):
        if theme is not None:
            places.setdefault(quote.id, (quote, code, {}))[2][theme] = candidate == quote.theme_id
    found: dict[int, list[KeyedQuote]] = {}
    seen: set[tuple[int, str]] = set()
    for quote, group, themes in places.values():
        own = [theme for theme, is_own in themes.items() if is_own]
        for theme in own or themes:
            if (theme, quote.contribution_id) not in seen:
                seen.add((theme, quote.contribution_id))
                found.setdefault(theme, []).append(_keyed(quote, group))
    return found


def read_quotes(session: Session, keys: Collection[str]) -> dict[str, ReadQuote]:
    """Return the words of quotes by key; one that was withdrawn, or whose approval was undone, is not there."""
    query = sa.select(QuoteSnapshot).where(QuoteSnapshot.id.in_(list(keys)), *_IS_SHOWN)
    quotes = list(session.scalars(query))
    translated = _translations(session, {quote.contribution_id: quote.text or "" for quote in quotes})
    return {
        quote.id: ReadQuote(quote.text or "", quote.language, translated.get(quote.contribution_id, ""))
        for quote in quotes
    }


def _translations(session: Session, texts: dict[str, str]) -> dict[str, str]:
    """Return the approved translations of statements that are quoted whole, by contribution."""
    query = sa.select(DiscussionStatement.id, DiscussionStatement.contribution_id, DiscussionStatement.text).where(
        DiscussionStatement.contribution_id.in_(list(texts)), DiscussionStatement.state == StatementState.PUBLISHED
    )
    whole = {
        statement: contribution
        for statement, contribution, text in session.execute(query)
        if contribution and text.split() == texts[contribution].split()
    }
    approved = approved_translations(session, list(whole))
    return {whole[statement]: text for statement, text in approved.items()}


def _keyed(quote: QuoteSnapshot, group: str | None) -> KeyedQuote:
    return KeyedQuote("", quote.language, group or "", key=quote.id)
