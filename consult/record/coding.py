"""Coding by hand: rounds in which people read contributions and say which themes each is about.

A round draws contributions (or their parts) of a board at random and keeps the themes as they stood: its theme book.
One person codes all of it, a second one some or all, and neither sees the other's codes before both have finished;
where they differ, somebody settles it, and what is settled stands beside their codes, never in their place. What the
machine had said of each is kept from the day of the draw, so that its placing can be measured against people's.

What was withdrawn or corrected since is left out of everything here: its words are no longer those that were coded.
Nothing holds a time: only days of what staff did, none of what participants did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.account import Account
from consult.record.consultation import Consultation
from consult.record.contribution import Contribution
from consult.record.database import Base, JsonValue, KeyText, UtcDateTime, enum_type, random_key
from consult.record.errors import RecordError
from consult.record.theme_board import Theme, ThemeBoard, ThemeState
from surveys.localised import Localised

LEAST = 100
"""A sample by which the machine's placing may be measured has at least so many, or all that there are."""


class CodingOf(StrEnum):
    """What is coded: contributions as a whole, or the parts in which a run placed them."""

    CONTRIBUTIONS = "contributions"
    PARTS = "parts"


class RoundState(StrEnum):
    """Where a round stands."""

    CODING = "coding"
    SETTLING = "settling"
    DONE = "done"
    STOPPED = "stopped"


class CodingRound(Base):
    """What is coded, drawn once: the seed gives the same draw of the same contributions again."""

    __tablename__ = "coding_rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(sa.ForeignKey("theme_boards.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    of: Mapped[CodingOf] = mapped_column(enum_type(CodingOf))
    seed: Mapped[int] = mapped_column(sa.BigInteger)
    # From how many it was drawn.
    drawn_from: Mapped[int]
    # Whether coders do not see what the machine said.
    is_blind: Mapped[bool]
    # The accepted themes as they stood: see BookTheme.
    book: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CodingCoder(Base):
    """Somebody who codes in a round: the first all of it, the second what is coded twice."""

    __tablename__ = "coding_coders"
    __table_args__ = (sa.UniqueConstraint("round_id", "place"),)

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("coding_rounds.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False, index=True
    )
    place: Mapped[int]
    finished_on: Mapped[date | None] = mapped_column(sa.Date)


class CodingItem(Base):
    """A contribution or a part of one that was drawn; its place in the round is by chance."""

    __tablename__ = "coding_items"
    __table_args__ = (sa.UniqueConstraint("round_id", "position"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(KeyText, primary_key=True, default=random_key)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("coding_rounds.id"))
    position: Mapped[int]
    contribution_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("contributions.id"), index=True)
    revision: Mapped[int]
    # A part, as the board numbers it and finds it in the text; none for a whole contribution.
    unit: Mapped[int | None]
    starts_at: Mapped[int | None]
    ends_at: Mapped[int | None]
    # Whether the second coder codes it too.
    is_double: Mapped[bool]
    # The codes of the themes of the book in which the machine had placed it.
    machine: Mapped[list[str]] = mapped_column(JsonValue)


class HandCoding(Base):
    """What one coder said of an item: the codes of its themes; none of them where the list is empty."""

    __tablename__ = "hand_codings"
    __table_args__ = ({"sqlite_with_rowid": False},)

    item_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("coding_items.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False, index=True
    )
    themes: Mapped[list[str]] = mapped_column(JsonValue)
    # Put off: it comes back at the end.
    is_skipped: Mapped[bool]
    note: Mapped[str] = mapped_column(sa.Text)


class CodingSettlement(Base):
    """What was settled where two coders differ."""

    __tablename__ = "coding_settlements"
    __table_args__ = ({"sqlite_with_rowid": False},)

    item_id: Mapped[str] = mapped_column(KeyText, sa.ForeignKey("coding_items.id"), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    themes: Mapped[list[str]] = mapped_column(JsonValue)
    reason: Mapped[str] = mapped_column(sa.Text)
    settled_on: Mapped[date] = mapped_column(sa.Date)


@dataclass(frozen=True)
class BookTheme:
    """A theme as it stood when a round began; `parent` is the code of the one above it, `merged` those merged into it.

    A theme that took in or gave back another since is not the one that was coded.
    """

    code: str
    labels: Localised
    description: Localised
    parent: str | None
    merged: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that is stored."""
        return {
            "code": self.code,
            "labels": self.labels.to_json(),
            "description": self.description.to_json(),
            "parent": self.parent,
            "merged": list(self.merged),
        }


@dataclass(frozen=True)
class CodedItem:
    """An item with what is known of it.

    Attributes
    ----------
    codings
        What each coder said, by account; put-off ones too.
    settlement
        What was settled, if anything.
    """

    item: CodingItem
    codings: Mapping[int, HandCoding]
    settlement: CodingSettlement | None


@dataclass(frozen=True)
class Progress:
    """How far a coder is: of `items`, how many have codes and how many were put off."""

    account: Account
    place: int
    items: int
    coded: int
    skipped: int
    finished_on: date | None


def read_book(coding: CodingRound) -> list[BookTheme]:
    """Return the theme book of a round, in its order."""
    return [
        BookTheme(
            each["code"],
            Localised.from_json(each["labels"]),
            Localised.from_json(each["description"]),
            each["parent"],
            tuple(each["merged"]),
        )
        for each in coding.book
    ]


def current_book(session: Session, board: ThemeBoard) -> list[BookTheme]:
    """Return the accepted themes of a board as a theme book, each under the one above it."""
    query = sa.select(Theme).where(Theme.board_id == board.id)
    return make_book(list(session.scalars(query.order_by(Theme.position, Theme.id))))


def make_book(themes: Sequence[Theme]) -> list[BookTheme]:
    """Return the accepted of a board's themes as a theme book; those that were merged are among the themes given."""
    accepted = {each.id: each for each in themes if each.state is ThemeState.ACCEPTED}
    merged: dict[int, list[str]] = {}
    for each in themes:
        if each.state is ThemeState.MERGED and each.into_id is not None:
            merged.setdefault(each.into_id, []).append(each.code)

    def entry(theme: Theme) -> BookTheme:
        above = accepted.get(theme.parent_id or 0)
        taken = tuple(sorted(merged.get(theme.id, ())))
        return BookTheme(theme.code, theme.labels, theme.description, above.code if above else None, taken)

    book: list[BookTheme] = []
    for theme in accepted.values():
        if theme.parent_id not in accepted:
            book.append(entry(theme))
            book += [entry(below) for below in accepted.values() if below.parent_id == theme.id]
    return book


def list_rounds(session: Session, board: ThemeBoard) -> list[CodingRound]:
    """Return the rounds of a board, newest first."""
    query = sa.select(CodingRound).where(CodingRound.board_id == board.id)
    return list(session.scalars(query.order_by(CodingRound.id.desc())))


def get_round(session: Session, consultation: Consultation, round_id: int) -> CodingRound:
    """Return a round of a consultation; raises `coding.missing`."""
    query = (
        sa.select(CodingRound)
        .join(ThemeBoard, ThemeBoard.id == CodingRound.board_id)
        .where(CodingRound.id == round_id, ThemeBoard.consultation_id == consultation.id)
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise RecordError("coding.missing")
    return found


def list_coders(session: Session, coding: CodingRound) -> list[CodingCoder]:
    """Return the coders of a round, the first one first."""
    query = sa.select(CodingCoder).where(CodingCoder.round_id == coding.id)
    return list(session.scalars(query.order_by(CodingCoder.place)))


def list_items(session: Session, coding: CodingRound) -> list[CodedItem]:
    """Return what was drawn and still reads as it did, in the round's order, with all that was said of it."""
    query = (
        sa.select(CodingItem, HandCoding, CodingSettlement)
        .join(Contribution, Contribution.id == CodingItem.contribution_id)
        .outerjoin(HandCoding, HandCoding.item_id == CodingItem.id)
        .outerjoin(CodingSettlement, CodingSettlement.item_id == CodingItem.id)
        .where(CodingItem.round_id == coding.id, *still_reads())
        .order_by(CodingItem.position)
    )
    said: dict[str, tuple[CodingItem, dict[int, HandCoding], CodingSettlement | None]] = {}
    for item, hand, settled in session.execute(query):
        _, codings, _ = said.setdefault(item.id, (item, {}, settled))
        if hand is not None:
            codings[hand.account_id] = hand
    return [CodedItem(item, codings, settled) for item, codings, settled in said.values()]


def still_reads() -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions under which an item's contribution reads as it did when it was drawn."""
    return Contribution.is_withdrawn.is_(False), Contribution.revision == CodingItem.revision


def count_left_out(session: Session, coding: CodingRound) -> int:
    """Return how many of the items drawn were withdrawn or corrected since."""
    query = (
        sa.select(sa.func.count())
        .select_from(CodingItem)
        .join(Contribution, Contribution.id == CodingItem.contribution_id)
        .where(CodingItem.round_id == coding.id, sa.not_(sa.and_(*still_reads())))
    )
    return session.scalar(query) or 0


def list_progress(session: Session, coding: CodingRound, items: Sequence[CodedItem]) -> list[Progress]:
    """Return how far each coder is."""
    found = []
    for coder in list_coders(session, coding):
        mine = [each for each in items if coder.place == 1 or each.item.is_double]
        said = [each.codings[coder.account_id] for each in mine if coder.account_id in each.codings]
        skipped = sum(each.is_skipped for each in said)
        account = session.get_one(Account, coder.account_id)
        found.append(Progress(account, coder.place, len(mine), len(said) - skipped, skipped, coder.finished_on))
    return found


def state_of(coding: CodingRound, coders: Sequence[CodingCoder], items: Sequence[CodedItem]) -> RoundState:
    """Tell where a round stands."""
    if coding.stopped_at is not None:
        return RoundState.STOPPED
    if any(coder.finished_on is None for coder in coders):
        return RoundState.CODING
    return RoundState.DONE if all(final_codes(each, coders) is not None for each in items) else RoundState.SETTLING


def final_codes(coded: CodedItem, coders: Sequence[CodingCoder]) -> frozenset[str] | None:
    """Return what is settled of an item: what its coders agree on, or what somebody settled; None while they differ."""
    if coded.settlement is not None:
        return frozenset(coded.settlement.themes)
    said = {codes_of(coded, coder) for coder in coders if coder.place == 1 or coded.item.is_double}
    return next(iter(said)) if len(said) == 1 else None


def codes_of(coded: CodedItem, coder: CodingCoder) -> frozenset[str] | None:
    """Return what a coder said of an item; None where nothing yet."""
    coding = coded.codings.get(coder.account_id)
    return None if coding is None or coding.is_skipped else frozenset(coding.themes)


def forget_notes(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Empty what coders wrote about contributions that answer to a condition: it may repeat words taken back."""
    items = sa.select(CodingItem.id).join(Contribution, Contribution.id == CodingItem.contribution_id).where(which)
    for notes in (
        sa.update(HandCoding).where(HandCoding.item_id.in_(items)).values(note=""),
        sa.update(CodingSettlement).where(CodingSettlement.item_id.in_(items)).values(reason=""),
    ):
        session.execute(notes.execution_options(synchronize_session="fetch"))
