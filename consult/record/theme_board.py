"""The themes that people decide on: a board for each question, made from a run and then changed only by people.

A run proposes (`consult.record.theme`) and never changes; a board begins as a copy of what one run proposed, and every
change to it is an act with its author, time and reason (`ThemeAct`), which can be undone. A later run never touches a
board. Counts of a board are of people as they count everywhere: once, whatever they wrote.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation, Group
from consult.record.contribution import Contribution
from consult.record.database import Base, CodeText, JsonValue, KeyText, LocalisedText, UtcDateTime, enum_type
from consult.record.errors import RecordError
from surveys.localised import Localised

ACROSS = ""
"""The code of the board across all questions and channels, where others have their question's."""


class ThemeState(StrEnum):
    """What was decided of a theme; merged and split ones live on in others.

    One is undone where the act that made it was undone: it is on no page, and its code is given to no other.
    """

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    MERGED = "merged"
    SPLIT = "split"
    UNDONE = "undone"


ON_BOARD = (ThemeState.PROPOSED, ThemeState.ACCEPTED, ThemeState.REJECTED)
"""The states in which contributions can stand in a theme."""


class PlacedBy(StrEnum):
    """Who put a part of a contribution in its theme: the run, a person, or the machine after themes were accepted."""

    RUN = "run"
    PERSON = "person"
    MACHINE = "machine"


class ThemeBoard(Base):
    """The themes of one question, as people have them; at most one for each question, and one across all."""

    __tablename__ = "theme_boards"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "question_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    question_code: Mapped[str] = mapped_column(CodeText)
    # What it was made from.
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # How many acts there were: an act that was decided on an earlier one is shown what changed first.
    revision: Mapped[int]


class Theme(Base):
    """A theme as people have it."""

    __tablename__ = "themes"
    __table_args__ = (sa.UniqueConstraint("board_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(sa.ForeignKey("theme_boards.id"))
    # Its name for good, in exports and ballots: "t1", "t2"…, never given twice on a board.
    code: Mapped[str] = mapped_column(CodeText)
    # What it was proposed as; None for one that people made.
    candidate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("candidate_themes.id"), index=True)
    labels: Mapped[Localised] = mapped_column(LocalisedText)
    description: Mapped[Localised] = mapped_column(LocalisedText)
    state: Mapped[ThemeState] = mapped_column(enum_type(ThemeState))
    # The theme above it; there are two levels, and no more.
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("themes.id"), index=True)
    # What it was merged into.
    into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("themes.id"), index=True)
    # Whether people said that a near-equal theme stands beside it in the other language.
    is_language_split: Mapped[bool]
    position: Mapped[int]


class ThemePlacing(Base):
    """A part of a contribution and the theme it stands in; None where it fits none.

    Parts are numbered and found as the run's (`Assignment.unit`, `starts_at`, `ends_at`); one that joined later is a
    whole contribution, part 0.
    """

    __tablename__ = "theme_placings"
    __table_args__ = (sa.Index(None, "board_id", "theme_id"), {"sqlite_with_rowid": False})

    board_id: Mapped[int] = mapped_column(sa.ForeignKey("theme_boards.id"), primary_key=True, autoincrement=False)
    contribution_id: Mapped[str] = mapped_column(
        KeyText, sa.ForeignKey("contributions.id"), primary_key=True, index=True
    )
    unit: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starts_at: Mapped[int | None]
    ends_at: Mapped[int | None]
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("themes.id"), index=True)
    # Between 0 and 1: how sure the machine is; 1 where a person put it there.
    strength: Mapped[float]
    placed_by: Mapped[PlacedBy] = mapped_column(enum_type(PlacedBy))


class ThemeAct(Base):
    """One act of a person on a board; never changed, and undone by another act."""

    __tablename__ = "theme_acts"
    __table_args__ = (sa.UniqueConstraint("board_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(sa.ForeignKey("theme_boards.id"))
    # 1, 2… on its board.
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(CodeText)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.Text)
    # What was there before and after, so that it can be undone and read: keys, codes and labels, no words of people.
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)
    # The act that it undoes.
    undoes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme_acts.id"), index=True)


# By person: how often each said something in a language, as of a group, by a channel.
_Said = dict[str, dict[tuple[str, ...], int]]


@dataclass(frozen=True)
class ThemeCounts:
    """How many people speak in a theme, and how many of them by each value; true counts, to be protected.

    Attributes
    ----------
    people
        Each once.
    values
        By "language", "group" and "channel": by value, each person under the one in which they said most of it; "" for
        those of no known group.
    """

    people: int = 0
    values: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def find_board(session: Session, consultation: Consultation, question_code: str) -> ThemeBoard | None:
    """Return the board of a question (`ACROSS` for all together); None where nobody has begun one."""
    query = sa.select(ThemeBoard).where(
        ThemeBoard.consultation_id == consultation.id, ThemeBoard.question_code == question_code
    )
    return session.scalars(query).one_or_none()


def list_boards(session: Session, consultation: Consultation) -> list[ThemeBoard]:
    """Return the boards of a consultation, in the order in which they were begun."""
    query = sa.select(ThemeBoard).where(ThemeBoard.consultation_id == consultation.id)
    return list(session.scalars(query.order_by(ThemeBoard.id)))


def list_board_themes(
    session: Session, board: ThemeBoard, states: Collection[ThemeState] = (ThemeState.ACCEPTED,)
) -> list[Theme]:
    """Return a board's themes of some states, by position."""
    query = sa.select(Theme).where(Theme.board_id == board.id, Theme.state.in_(states))
    return list(session.scalars(query.order_by(Theme.position, Theme.id)))


def find_theme(session: Session, board: ThemeBoard, code: str) -> Theme:
    """Return a theme by its code; raises `theme.missing`, as for one that is on the board no more."""
    query = sa.select(Theme).where(Theme.board_id == board.id, Theme.code == code)
    theme = session.scalars(query).one_or_none()
    if theme is None or theme.state is ThemeState.UNDONE:
        raise RecordError("theme.missing")
    return theme


def count_theme_people(session: Session, board: ThemeBoard) -> tuple[dict[int, ThemeCounts], ThemeCounts]:
    """Count the people of each theme, by its key, and of all themes together, without what was withdrawn.

    Those of the themes below one are not added to it.
    """
    return _count_by(session, board, {})


def count_family_people(session: Session, board: ThemeBoard) -> tuple[dict[int, ThemeCounts], ThemeCounts]:
    """Count as `count_theme_people` does, a theme's people being those of the themes below it too, each person once."""
    query = sa.select(Theme.id, Theme.parent_id).where(Theme.board_id == board.id, Theme.parent_id.is_not(None))
    return _count_by(session, board, {below: above for below, above in session.execute(query) if above})


def _count_by(
    session: Session, board: ThemeBoard, above: Mapping[int, int]
) -> tuple[dict[int, ThemeCounts], ThemeCounts]:
    person = sa.func.coalesce(Contribution.response_id, Contribution.person, Contribution.id)
    query = (
        sa.select(
            ThemePlacing.theme_id,
            person,
            Contribution.language,
            sa.func.coalesce(Group.code, ""),
            # as plain text: to make a member of the enumeration of each of thousands takes its time
            sa.cast(Contribution.channel, sa.String()),
            sa.func.count(),
        )
        .join(Contribution, Contribution.id == ThemePlacing.contribution_id)
        .outerjoin(Group, Group.id == Contribution.group_id)
        .where(
            ThemePlacing.board_id == board.id,
            ThemePlacing.theme_id.is_not(None),
            Contribution.is_withdrawn.is_(False),
        )
        .group_by(ThemePlacing.theme_id, person, Contribution.language, Group.code, Contribution.channel)
    )
    said: dict[int | None, _Said] = {}
    for theme, who, *place, times in session.execute(query):
        value = tuple(place)
        for key in {theme, above.get(theme or 0), None}:
            of_person = said.setdefault(key, {}).setdefault(who, {})
            of_person[value] = of_person.get(value, 0) + times
    counts = {key: _count(people) for key, people in said.items()}
    return {key: each for key, each in counts.items() if key is not None}, counts.get(None, ThemeCounts())


def _count(people: _Said) -> ThemeCounts:
    """Count each person once, under what they said most of; of equals, the first by its name."""
    most = Counter(
        next(iter(said)) if len(said) == 1 else min(said, key=lambda value: (-said[value], value))
        for said in people.values()
    )
    values: dict[str, Counter[str]] = {"language": Counter(), "group": Counter(), "channel": Counter()}
    for place, count in most.items():
        for column, value in zip(values, place, strict=True):
            values[column][value] += count
    return ThemeCounts(len(people), {column: dict(count) for column, count in values.items()})
