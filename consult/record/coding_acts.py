"""What people do in a round of coding: it is drawn, coded, finished, settled, or stopped."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.account import Account, Membership
from consult.record.coding import (
    LEAST,
    CodedItem,
    CodingCoder,
    CodingItem,
    CodingOf,
    CodingRound,
    CodingSettlement,
    HandCoding,
    current_book,
    list_coders,
    list_items,
    still_reads,
)
from consult.record.consultation import Consultation
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.database import random_key
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.theme import RunContribution
from consult.record.theme_board import PlacedBy, Theme, ThemeBoard, ThemePlacing

LONGEST_NOTE = LONGEST_REASON = 500
_MOST_SEED = 2**31


@dataclass(frozen=True)
class NewRound:
    """What is asked for.

    Attributes
    ----------
    of
        What is coded.
    size
        How many are drawn; None, or more than there are, for all.
    coders
        One or two accounts; the first codes all that is drawn.
    twice
        How many of these the second codes too; None for all.
    is_blind
        Whether they do not see what the machine said.
    seed
        The start of the draw.
    """

    of: CodingOf
    size: int | None
    coders: Sequence[int]
    twice: int | None
    is_blind: bool
    seed: int


@dataclass(frozen=True)
class Said:
    """What a coder says of an item."""

    themes: Collection[str] = ()
    note: str = ""
    is_skipped: bool = False


@dataclass(frozen=True)
class ItemText:
    """The words of an item: its part, with what stands before and after it in the contribution, and its language."""

    before: str
    part: str
    after: str
    language: str


@dataclass(frozen=True)
class _Drawable:
    contribution_id: str
    revision: int
    unit: int | None
    starts_at: int | None
    ends_at: int | None
    machine: tuple[str, ...]


def list_readers(session: Session, consultation: Consultation) -> list[Account]:
    """Return who may read what people wrote, and so code: facilitators, and members who were given that right."""
    query = (
        sa.select(Account, Membership)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.consultation_id == consultation.id, Account.active.is_(True))
    )
    found = session.execute(query.order_by(Account.name, Account.id))
    return [account for account, membership in found if membership.may_read]


def count_drawable(session: Session, board: ThemeBoard) -> dict[CodingOf, int]:
    """Return from how many a round can draw."""
    return {each: len(_list_drawable(session, board, each)) for each in CodingOf}


def make_round(session: Session, board: ThemeBoard, new: NewRound, by: By) -> CodingRound:
    """Draw a round.

    Raises `coding.no_themes` (none is accepted), `coding.nothing`, `coding.coders` (not one or two people who may
    read), `coding.size` and `coding.twice` (fewer than 100 though there are more), and `coding.seed`.
    """
    book = current_book(session, board)
    if not book:
        raise RecordError("coding.no_themes")
    rows = _list_drawable(session, board, new.of)
    if not rows:
        raise RecordError("coding.nothing")
    readers = {each.id for each in list_readers(session, session.get_one(Consultation, board.consultation_id))}
    if not 1 <= len(set(new.coders)) == len(new.coders) <= 2 or not set(new.coders) <= readers:
        raise RecordError("coding.coders")
    if not 0 <= new.seed < _MOST_SEED:
        raise RecordError("coding.seed")
    size = _check_size("coding.size", new.size, len(rows))
    twice = _check_size("coding.twice", new.twice, size) if len(new.coders) == 2 else 0
    coding = CodingRound(
        board_id=board.id,
        account_id=by.account_id,
        made_at=by.now,
        of=new.of,
        seed=new.seed,
        drawn_from=len(rows),
        is_blind=new.is_blind,
        book=[each.to_json() for each in book],
        stopped_at=None,
    )
    session.add(coding)
    session.flush()
    for place, account in enumerate(new.coders, 1):
        session.add(CodingCoder(round_id=coding.id, account_id=account, place=place, finished_on=None))
    # the order is by chance too, so that the first of them are a random sample of it
    drawn = random.Random(new.seed).sample(rows, size)  # noqa: S311 - a sample that can be drawn again
    names = {each.code for each in book}
    session.execute(sa.insert(CodingItem), [_item(coding, at, row, at < twice, names) for at, row in enumerate(drawn)])
    session.flush()
    return coding


def stop_round(session: Session, coding: CodingRound, now: datetime) -> None:
    """End a round that will not be finished; what was coded stays, and measures nothing."""
    coding.stopped_at = coding.stopped_at or now
    session.flush()


def find_coder(session: Session, coding: CodingRound, account_id: int) -> CodingCoder | None:
    """Return an account's part in a round, if it may still read what people wrote."""
    board = session.get_one(ThemeBoard, coding.board_id)
    readers = {each.id for each in list_readers(session, session.get_one(Consultation, board.consultation_id))}
    return session.get(CodingCoder, (coding.id, account_id)) if account_id in readers else None


def list_mine(items: Sequence[CodedItem], coder: CodingCoder) -> list[CodedItem]:
    """Return what a coder codes, in the round's order."""
    return [each for each in items if coder.place == 1 or each.item.is_double]


def find_next(mine: Sequence[CodedItem], account_id: int, after: str | None = None) -> CodedItem | None:
    """Return the next item without codes, after one if given and never that one; then round from the start.

    Those that were put off come last.
    """
    places = {each.item.id: at for at, each in enumerate(mine)}
    start = places.get(after or "", -1) + 1
    turned = [*mine[start:], *mine[: max(start - 1, 0)]]
    fresh = [each for each in turned if account_id not in each.codings]
    skipped = [each for each in turned if account_id in each.codings and each.codings[account_id].is_skipped]
    return next(iter([*fresh, *skipped]), None)


def read_text(session: Session, item: CodingItem) -> ItemText:
    """Return the words of an item; raises `coding.item_missing` where they were withdrawn or corrected since."""
    query = (
        sa.select(ContributionRevision.text, Contribution.language)
        .join(Contribution, Contribution.id == ContributionRevision.contribution_id)
        .join(CodingItem, CodingItem.contribution_id == Contribution.id)
        .where(CodingItem.id == item.id, ContributionRevision.number == item.revision, *still_reads())
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise RecordError("coding.item_missing")
    text, language = row
    start, end = item.starts_at or 0, len(text) if item.ends_at is None else item.ends_at
    return ItemText(text[:start], text[start:end], text[end:], language)


def code_item(session: Session, coding: CodingRound, coder: CodingCoder, item_id: str, said: Said) -> None:
    """Keep what a coder says of an item, in place of what they said before.

    Raises `coding.item_missing`, `coding.stopped`, `coding.finished`, `coding.theme_unknown`, `coding.note_too_long`.
    """
    _lock(session, coding)
    _check_open(session, coding, coder)
    item = _find_item(session, coding, item_id)
    if coder.place > 1 and not item.is_double:
        raise RecordError("coding.item_missing")
    themes = _check_themes(coding, said.themes)
    if len(said.note) > LONGEST_NOTE:
        raise RecordError("coding.note_too_long")
    row = session.get(HandCoding, (item_id, coder.account_id))
    if row is None:
        row = HandCoding(item_id=item_id, account_id=coder.account_id)
        session.add(row)
    row.themes, row.note, row.is_skipped = ([] if said.is_skipped else themes), said.note, said.is_skipped
    session.flush()


def finish_coding(session: Session, coding: CodingRound, coder: CodingCoder, today: date) -> None:
    """Note that a coder has finished: their codes stay as they are. Raises `coding.left` (how many have no code)."""
    _lock(session, coding)
    _check_open(session, coding, coder)
    mine = list_mine(list_items(session, coding), coder)
    said = [each.codings.get(coder.account_id) for each in mine]
    if left := sum(each is None or each.is_skipped for each in said):
        raise RecordError("coding.left", count=left)
    coder.finished_on = today
    session.flush()


def settle_item(
    session: Session, coding: CodingRound, item_id: str, themes: Collection[str], by: By, today: date
) -> None:
    """Settle what two coders said differently of an item; both of their codes stay.

    Raises `coding.unfinished` while one of them codes, `coding.item_missing` (also where they agree),
    `coding.stopped`, `coding.theme_unknown`, `coding.note_too_long`.
    """
    _lock(session, coding)
    if coding.stopped_at is not None:
        raise RecordError("coding.stopped")
    coders = list_coders(session, coding)
    if any(coder.finished_on is None for coder in coders):
        raise RecordError("coding.unfinished")
    item = _find_item(session, coding, item_id)
    if not item.is_double or len({_said(session, item_id, coder) for coder in coders}) == 1:
        raise RecordError("coding.item_missing")
    chosen = _check_themes(coding, themes)
    if len(by.reason) > LONGEST_REASON:
        raise RecordError("coding.note_too_long")
    row = session.get(CodingSettlement, item_id)
    if row is None:
        row = CodingSettlement(item_id=item_id)
        session.add(row)
    row.account_id, row.themes, row.reason, row.settled_on = by.account_id, chosen, by.reason, today
    session.flush()


def _check_size(code: str, size: int | None, there: int) -> int:
    """Return how many: never more than there are, nor fewer than say something where there are as many."""
    if size is None:
        return there
    if size < min(LEAST, there):
        raise RecordError(code, least=min(LEAST, there))
    return min(size, there)


def _list_drawable(session: Session, board: ThemeBoard, of: CodingOf) -> list[_Drawable]:
    """Return what can be drawn, in the order of random keys: what reads as it was placed, and was not moved by hand.

    What a person moved is no longer the machine's placing, and somebody has read it already.
    """
    read = sa.and_(
        RunContribution.run_id == board.run_id, RunContribution.contribution_id == ThemePlacing.contribution_id
    )
    moved = sa.select(ThemePlacing.contribution_id).where(
        ThemePlacing.board_id == board.id, ThemePlacing.placed_by == PlacedBy.PERSON
    )
    query = (
        sa.select(ThemePlacing, Contribution.revision, Theme.code)
        .join(Contribution, Contribution.id == ThemePlacing.contribution_id)
        .outerjoin(RunContribution, read)
        .outerjoin(Theme, Theme.id == ThemePlacing.theme_id)
        .where(
            ThemePlacing.board_id == board.id,
            Contribution.is_withdrawn.is_(False),
            sa.func.coalesce(RunContribution.revision, Contribution.revision) == Contribution.revision,
            ThemePlacing.contribution_id.not_in(moved),
        )
        .order_by(ThemePlacing.contribution_id, ThemePlacing.unit)
    )
    rows = session.execute(query).all()
    if of is CodingOf.PARTS:
        return [
            _Drawable(each.contribution_id, revision, each.unit, each.starts_at, each.ends_at, (code,) if code else ())
            for each, revision, code in rows
        ]
    whole: dict[tuple[str, int], set[str]] = {}
    for each, revision, code in rows:
        whole.setdefault((each.contribution_id, revision), set()).update({code} if code else ())
    return [_Drawable(key, revision, None, None, None, tuple(codes)) for (key, revision), codes in whole.items()]


def _item(coding: CodingRound, at: int, row: _Drawable, is_double: bool, book: set[str]) -> dict[str, Any]:
    return {
        "id": random_key(),
        "round_id": coding.id,
        "position": at,
        "contribution_id": row.contribution_id,
        "revision": row.revision,
        "unit": row.unit,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "is_double": is_double,
        "machine": sorted(book & set(row.machine)),
    }


def _lock(session: Session, coding: CodingRound) -> None:
    """Wait for who changes the round at the same moment: somebody else finishes or stops it."""
    query = sa.select(CodingRound).where(CodingRound.id == coding.id).with_for_update()
    session.execute(query.execution_options(populate_existing=True))


def _check_open(session: Session, coding: CodingRound, coder: CodingCoder) -> None:
    if coding.stopped_at is not None:
        raise RecordError("coding.stopped")
    session.refresh(coder)
    if coder.finished_on is not None:
        raise RecordError("coding.finished")


def _find_item(session: Session, coding: CodingRound, item_id: str) -> CodingItem:
    query = (
        sa.select(CodingItem)
        .join(Contribution, Contribution.id == CodingItem.contribution_id)
        .where(CodingItem.id == item_id, CodingItem.round_id == coding.id, *still_reads())
    )
    item = session.scalars(query).one_or_none()
    if item is None:
        raise RecordError("coding.item_missing")
    return item


def _check_themes(coding: CodingRound, themes: Collection[str]) -> list[str]:
    """Return codes in the order of the book."""
    known = [each["code"] for each in coding.book]
    if not set(themes) <= set(known):
        raise RecordError("coding.theme_unknown")
    return [code for code in known if code in set(themes)]


def _said(session: Session, item_id: str, coder: CodingCoder) -> tuple[str, ...]:
    row = session.get(HandCoding, (item_id, coder.account_id))
    return tuple(row.themes) if row is not None else ()
