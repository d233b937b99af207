"""How the machine's placing compares with what people settled on, theme by theme, in a round that measures it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.coding import (
    LEAST,
    CodingCoder,
    CodingItem,
    CodingOf,
    CodingRound,
    RoundState,
    current_book,
    final_codes,
    list_coders,
    list_items,
    make_book,
    read_book,
    state_of,
)
from consult.record.theme_board import Theme, ThemeBoard

_CODERS = 2


@dataclass(frozen=True)
class TrustCounts:
    """How the machine's placing in one theme compares with what people settled on, on a blind random sample.

    Attributes
    ----------
    items
        How many were coded by two people.
    placed, coded, both
        In the theme by the machine, by people, and by both.
    round_id
        The round.
    of
        What was coded.
    """

    items: int
    placed: int
    coded: int
    both: int
    round_id: int
    of: CodingOf


def read_trust(
    session: Session, board: ThemeBoard, themes: Sequence[Theme] | None = None
) -> dict[str, TrustCounts | None]:
    """Compare the machine's placing with people's, by the code of each accepted theme; None where nobody measured it.

    Measured is what the newest round says in which two people coded blind, at least `LEAST` or all there were, and in
    which nothing is left to settle; and only themes that are still those of its book. `analysis.trust.measure` makes
    precision and recall of it. Whoever has the board's themes before them gives them: accepted and merged ones at
    least.
    """
    now = {each.code: each.merged for each in (current_book(session, board) if themes is None else make_book(themes))}
    found: dict[str, TrustCounts | None] = dict.fromkeys(now)
    if not now:
        return found
    for coding, coders in _list_finished(session, board):
        if all(found.values()):
            break
        for code, counts in _count(session, coding, coders).items():
            same = {each.code: each.merged for each in read_book(coding)}[code]
            if code in now and found[code] is None and now[code] == same:
                found[code] = counts
    return found


def count_trust(session: Session, coding: CodingRound) -> dict[str, TrustCounts]:
    """Count by theme in one round; nothing where it does not measure the machine: see `read_trust`."""
    coders = list_coders(session, coding)
    drawn = session.scalar(sa.select(_drawn_twice()).where(CodingRound.id == coding.id)) or 0
    return _count(session, coding, coders) if _may_measure(coding, coders, drawn) else {}


def _drawn_twice() -> sa.ScalarSelect[int]:
    """Count what was drawn for two coders, whatever became of it since."""
    mine = sa.select(sa.func.count()).where(CodingItem.round_id == CodingRound.id, CodingItem.is_double)
    return mine.correlate(CodingRound).scalar_subquery()


def _list_finished(session: Session, board: ThemeBoard) -> list[tuple[CodingRound, list[CodingCoder]]]:
    """Return the rounds of a board that two people finished blind on enough, the newest first, with their coders."""
    query = (
        sa.select(CodingRound, CodingCoder, _drawn_twice())
        .join(CodingCoder, CodingCoder.round_id == CodingRound.id)
        .where(CodingRound.board_id == board.id)
        .order_by(CodingRound.id.desc(), CodingCoder.place)
    )
    every: dict[int, tuple[CodingRound, list[CodingCoder], int]] = {}
    for coding, coder, drawn in session.execute(query):
        every.setdefault(coding.id, (coding, [], drawn))[1].append(coder)
    return [(coding, coders) for coding, coders, drawn in every.values() if _may_measure(coding, coders, drawn)]


def _may_measure(coding: CodingRound, coders: Sequence[CodingCoder], drawn: int) -> bool:
    is_finished = coding.stopped_at is None and all(coder.finished_on is not None for coder in coders)
    is_enough = drawn > 0 and drawn >= min(LEAST, coding.drawn_from)
    return is_finished and coding.is_blind and len(coders) >= _CODERS and is_enough


def _count(session: Session, coding: CodingRound, coders: Sequence[CodingCoder]) -> dict[str, TrustCounts]:
    items = list_items(session, coding)
    twice = [each for each in items if each.item.is_double]
    if not twice or state_of(coding, coders, items) is not RoundState.DONE:
        return {}
    people = [final_codes(each, coders) or frozenset() for each in twice]
    counts = {}
    for theme in read_book(coding):
        placed = [theme.code in each.item.machine for each in twice]
        coded = [theme.code in codes for codes in people]
        both = sum(one and other for one, other in zip(placed, coded, strict=True))
        counts[theme.code] = TrustCounts(len(twice), sum(placed), sum(coded), both, coding.id, coding.of)
    return counts
