"""What a board's coding by hand has for researchers: every part that was coded, by whom, with which themes.

Only what still reads as it was coded, and no codes that coders may not see of each other yet. What the machine said
stands beside people's codes under a name of its own; so does what was settled.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.account import Account
from consult.record.coding import (
    BookTheme,
    CodedItem,
    CodingCoder,
    CodingItem,
    CodingRound,
    codes_of,
    final_codes,
    list_coders,
    list_items,
    list_rounds,
    read_book,
)
from consult.record.consultation import Consultation, Group
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.theme_board import ThemeBoard, list_boards

FIRST, SECOND, SETTLED, MACHINE = "first", "second", "settled", "machine"


@dataclass(frozen=True)
class Source:
    """A contribution with all that is handed on about it; `text` as it reads today, and as it was coded."""

    id: str
    question: str
    channel: str
    language: str
    group: str
    text: str


@dataclass(frozen=True)
class Segment:
    """A part of a contribution with the codes that one coder gave it.

    Attributes
    ----------
    key
        The item of its round, a random key.
    starts_at, ends_at
        Where it stands in the text, in code points, the end excluded.
    role
        Who: "first" or "second" coder, "settled" or "machine".
    coder
        The account of the first or second coder; None for the others.
    themes
        Codes of the theme book; none where it is about none of them.
    """

    key: str
    round_id: int
    source: Source
    starts_at: int
    ends_at: int
    role: str
    coder: int | None
    themes: Sequence[str]


@dataclass(frozen=True)
class CodedBoard:
    """A board with its coded segments, the themes of its theme books by code, and its coders by account.

    Where a theme is in several books it is as in the newest; coders are those whose codes are there.
    """

    board: ThemeBoard
    rounds: Sequence[CodingRound]
    themes: Mapping[str, BookTheme]
    coders: Mapping[int, Account]
    segments: Sequence[Segment]

    def name(self, segment: Segment) -> str:
        """Return the name of a segment's coder, "" where nobody."""
        return self.coders[segment.coder].name if segment.coder is not None else ""


def read_coded_boards(session: Session, consultation: Consultation) -> list[CodedBoard]:
    """Return the boards of a consultation on which a round was finished, or stopped."""
    boards = [_read_board(session, board) for board in list_boards(session, consultation)]
    return [board for board in boards if board.segments]


def _read_board(session: Session, board: ThemeBoard) -> CodedBoard:
    themes: dict[str, BookTheme] = {}
    segments: list[Segment] = []
    rounds = list_rounds(session, board)[::-1]
    for coding in rounds:
        coders = list_coders(session, coding)
        if coding.stopped_at is None and any(coder.finished_on is None for coder in coders):
            continue  # a file would show one coder what the other says
        themes |= {theme.code: theme for theme in read_book(coding)}
        sources = _read_sources(session, coding)
        for each in list_items(session, coding):
            segments += _cut(each, coders, sources[each.item.contribution_id])
    accounts = {each.coder for each in segments if each.coder is not None}
    named = {each: session.get_one(Account, each) for each in sorted(accounts)}
    return CodedBoard(board, rounds, themes, named, segments)


def _cut(each: CodedItem, coders: Sequence[CodingCoder], source: Source) -> Iterator[Segment]:
    item = each.item
    start, end = item.starts_at or 0, len(source.text) if item.ends_at is None else item.ends_at

    def segment(role: str, coder: int | None, themes: Sequence[str]) -> Segment:
        return Segment(item.id, item.round_id, source, start, end, role, coder, themes)

    for coder in coders:
        said = codes_of(each, coder)
        if said is not None:
            yield segment(FIRST if coder.place == 1 else SECOND, coder.account_id, sorted(said))
    settled = final_codes(each, coders)
    if item.is_double and settled is not None:
        yield segment(SETTLED, None, sorted(settled))
    yield segment(MACHINE, None, item.machine)


def _read_sources(session: Session, coding: CodingRound) -> dict[str, Source]:
    query = (
        sa.select(Contribution, ContributionRevision.text, Group.code)
        .join(CodingItem, CodingItem.contribution_id == Contribution.id)
        .join(
            ContributionRevision,
            sa.and_(
                ContributionRevision.contribution_id == Contribution.id,
                ContributionRevision.number == Contribution.revision,
            ),
        )
        .outerjoin(Group, Group.id == Contribution.group_id)
        .where(CodingItem.round_id == coding.id)
        .order_by(Contribution.id)
    )
    return {
        each.id: Source(each.id, each.question_code, each.channel.value, each.language, group or "", text)
        for each, text, group in session.execute(query)
    }
