"""Undoing what was done on a board, and undoing that; and the history that shows both.

An act and what undoes it, undoes that, and so on, are links of one chain: the act is in effect or not. An act in effect
is undone unless a later one in effect stands on it: one that changed the same field of a theme or moved the same part,
or without which the board would not hold together (a contribution in a theme that is not there). An act that was undone
is brought back where everything is as it found it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from consult.record.account import Account
from consult.record.board_act import ActPart, Recorder, from_plain, lock_board, parts_of, themes_of, to_plain
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.theme_board import ON_BOARD, Theme, ThemeAct, ThemeBoard, ThemePlacing, ThemeState

UNDONE, BROUGHT_BACK = "undone", "brought_back"
# What the program does is not undone: contributions that it placed are moved.
PERMANENT = frozenset({"joined"})
# An act, and who did it.
_Named = tuple[ThemeAct, str | None]
# As many as a theme's page shows.
_MOST_ABOUT = 50


@dataclass(frozen=True)
class PastAct:
    """An act of the history; `name` is None where the program acted, `undoes` the number of the act that it undoes.

    `is_on` tells whether it is in effect, `may_undo` whether it is an act that may be undone or brought back now.
    """

    act: ThemeAct
    name: str | None
    undoes: int | None
    is_on: bool
    may_undo: bool

    @property
    def themes(self) -> list[tuple[str, Any]]:
        """The themes that it is about: code and labels as they were right after it."""
        return list(themes_of(self.act).values())

    def value_before(self, field: str) -> Any:  # noqa: ANN401 - what JSON holds
        """Return what a field of its theme held before it, as it was recorded; None where it did not change it."""
        return next((each["was"] for each in self.act.changes[1:] if each["field"] == field), None)

    @property
    def parts(self) -> int:
        """How many contributions it moved."""
        return parts_of(self.act)


class _Chains:
    """The acts of a board by the act that each goes back to."""

    def __init__(self, acts: Sequence[ThemeAct]) -> None:
        self.by_id = {act.id: act for act in acts}
        self.links: dict[int, list[ThemeAct]] = {}
        root_of: dict[int, int] = {}
        for act in acts:
            root = act.id if act.undoes_id is None else root_of[act.undoes_id]
            root_of[act.id] = root
            self.links.setdefault(root, []).append(act)
        self.root_of = root_of

    def is_on(self, root: int) -> bool:
        return len(self.links[root]) % 2 == 1

    def last(self, root: int) -> ThemeAct:
        return self.links[root][-1]

    def later_in_effect(self, root: int) -> list[ThemeAct]:
        """Return the other acts in effect that were done or brought back after this one, the newest first."""
        since = self.last(root).number
        found = [other for other in self.links if other != root and self.is_on(other)]
        later = [other for other in found if self.last(other).number > since]
        return [self.by_id[other] for other in sorted(later, key=lambda other: -self.last(other).number)]


def undo_act(session: Session, board: ThemeBoard, number: int, by: By) -> ThemeAct:
    """Undo an act, or bring back the act that an undoing undid.

    Raises `act.missing`, `undo.already`, `undo.permanent`, and `undo.blocked` with the number of the later act that
    stands on it.
    """
    lock_board(session, board)
    chains = _Chains(_list_acts(session, board))
    act = next((each for each in chains.by_id.values() if each.number == number), None)
    if act is None:
        raise RecordError("act.missing")
    root = chains.by_id[chains.root_of[act.id]]
    if root.kind in PERMANENT:
        raise RecordError("undo.permanent")
    is_on, last = chains.is_on(root.id), chains.last(root.id)
    # the act itself may be named, or the last link of its chain; what is undone already is not undone again
    if act.id != last.id and not (act.id == root.id and is_on):
        raise RecordError("undo.already")
    if is_on:
        _refuse_blocked(session, root, chains.later_in_effect(root.id))
    recorder = Recorder(session, board, UNDONE if is_on else BROUGHT_BACK, by, undoes=last)
    _turn_fields(session, recorder, root, is_on, chains)
    _turn_parts(session, recorder, root, is_on, chains)
    session.flush()
    _refuse_broken(session, board, chains, root)
    return recorder.save()


def list_acts_about(session: Session, board: ThemeBoard, theme: Theme) -> list[PastAct]:
    """Return what was done with a theme, the newest first."""
    # first those in which its code stands at all: to read what every act of a board changed takes its time
    naming = sa.cast(ThemeAct.changes, sa.Text()).contains(f'"{theme.code}"', autoescape=True)
    acts = [pair for pair in _list_named(session, board, naming) if theme.id in themes_of(pair[0])]
    return _tell_chains(session, board, acts[:_MOST_ABOUT])


def find_last_act(session: Session, board: ThemeBoard) -> PastAct | None:
    """Return what was done last on a board; None where nothing was done yet."""
    found = _list_named(session, board, ThemeAct.number == board.revision)
    if not found:
        return None
    act, name = found[0]
    if act.undoes_id is not None:  # what the whole chain goes back to tells whether it may be undone
        return _tell_chains(session, board, found)[0]
    return PastAct(act, name, None, is_on=True, may_undo=act.kind not in PERMANENT)


def list_since(session: Session, board: ThemeBoard, revision: int) -> list[PastAct]:
    """Return what was done after a revision, the newest first."""
    return _read_history(session, board, ThemeAct.number > revision)


def list_history(session: Session, board: ThemeBoard, *, page: int, size: int) -> tuple[list[PastAct], int]:
    """Return one page of what was done, the newest first, and how many acts there are."""
    first = board.revision - page * size
    here = sa.and_(ThemeAct.number > first, ThemeAct.number <= first + size)
    return _read_history(session, board, here), board.revision


def _read_history(session: Session, board: ThemeBoard, which: sa.ColumnElement[bool]) -> list[PastAct]:
    return _tell_chains(session, board, _list_named(session, board, which))


def _list_named(session: Session, board: ThemeBoard, which: sa.ColumnElement[bool]) -> list[_Named]:
    """Return some acts of a board and who did them, the newest first."""
    query = (
        sa.select(ThemeAct, Account.name)
        .outerjoin(Account, Account.id == ThemeAct.account_id)
        .where(ThemeAct.board_id == board.id, which)
        .order_by(ThemeAct.number.desc())
    )
    return [(act, name) for act, name in session.execute(query)]


def _tell_chains(session: Session, board: ThemeBoard, acts: Sequence[_Named]) -> list[PastAct]:
    """Tell of acts whether they are in effect and may be undone, from what all acts of the board go back to."""
    if not acts:
        return []
    light = sa.select(ThemeAct.id, ThemeAct.number, ThemeAct.kind, ThemeAct.undoes_id)
    every = session.execute(light.where(ThemeAct.board_id == board.id).order_by(ThemeAct.number)).all()
    root_of: dict[int, int] = {}
    links: dict[int, list[int]] = {}
    for each in every:
        root_of[each.id] = each.id if each.undoes_id is None else root_of[each.undoes_id]
        links.setdefault(root_of[each.id], []).append(each.id)
    numbers = {each.id: each.number for each in every}
    kinds = {each.id: each.kind for each in every}
    return [
        PastAct(
            act,
            name,
            numbers.get(act.undoes_id) if act.undoes_id else None,
            is_on=_is_in_effect(links[root_of[act.id]], act.id),
            may_undo=links[root_of[act.id]][-1] == act.id and kinds[root_of[act.id]] not in PERMANENT,
        )
        for act, name in acts
    ]


def _is_in_effect(chain: Sequence[int], act_id: int) -> bool:
    """Tell whether a link of a chain stands: nothing undid it, or what did was itself undone."""
    return (len(chain) - chain.index(act_id)) % 2 == 1


def _list_acts(session: Session, board: ThemeBoard) -> list[ThemeAct]:
    query = sa.select(ThemeAct).where(ThemeAct.board_id == board.id)
    return list(session.scalars(query.order_by(ThemeAct.number)))


def _fields_of(act: ThemeAct) -> dict[tuple[int, str], tuple[Any, Any]]:
    """Return what an act made of each field: its value before and after."""
    found: dict[tuple[int, str], tuple[Any, Any]] = {}
    for change in act.changes[1:]:
        place = (change["theme"], change["field"])
        was = found[place][0] if place in found else change["was"]
        found[place] = (was, change["now"])
    return found


def _refuse_blocked(session: Session, root: ThemeAct, later: Sequence[ThemeAct]) -> None:
    mine = set(_fields_of(root))
    fields = [act for act in later if mine & set(_fields_of(act))]
    moved = _same_parts(session, root, later)
    blockers = [act.number for act in fields] + moved
    if blockers:
        raise RecordError("undo.blocked", act=max(blockers))


def _same_parts(session: Session, root: ThemeAct, others: Sequence[ThemeAct]) -> list[int]:
    """Return the numbers of the other acts that moved parts which this one moved."""
    there = aliased(ActPart)
    query = (
        sa.select(ThemeAct.number)
        .join(there, there.act_id == ThemeAct.id)
        .join(ActPart, sa.and_(ActPart.contribution_id == there.contribution_id, ActPart.unit == there.unit))
        .where(ActPart.act_id == root.id, ThemeAct.board_id == root.board_id, ThemeAct.id != root.id)
        .distinct()
    )
    wanted = {act.number for act in others}
    return [number for number in session.scalars(query) if number in wanted]


def _turn_fields(session: Session, recorder: Recorder, root: ThemeAct, is_on: bool, chains: _Chains) -> None:
    """Give each field that the act changed the value it had on the other side of it."""
    keys = set(themes_of(root))
    themes = {theme.id: theme for theme in session.scalars(sa.select(Theme).where(Theme.id.in_(keys)))}
    recorder.about(*themes.values())
    for (key, field), (was, now) in _fields_of(root).items():
        theme = themes.get(key) or session.get_one(Theme, key)
        before, after = (now, was) if is_on else (was, now)
        if to_plain(getattr(theme, field)) != before:
            raise RecordError("undo.blocked", act=_newest_about(chains, root, {key}))
        recorder.set(theme, field, from_plain(field, after))


def _turn_parts(session: Session, recorder: Recorder, root: ThemeAct, is_on: bool, chains: _Chains) -> None:
    """Put each part that the act moved on the other side of it, and record that."""
    before = ("now" if is_on else "was", "was" if is_on else "now")
    here, there = (
        {name: getattr(ActPart, f"{side}_{name}") for name in ("theme_id", "strength", "placed_by")} for side in before
    )
    mine = sa.and_(
        ActPart.act_id == root.id,
        ThemePlacing.contribution_id == ActPart.contribution_id,
        ThemePlacing.unit == ActPart.unit,
        ThemePlacing.board_id == root.board_id,
    )
    as_it_was = sa.and_(mine, ThemePlacing.theme_id.is_not_distinct_from(here["theme_id"]))
    whole = session.scalar(sa.select(sa.func.count()).where(ActPart.act_id == root.id)) or 0
    if (session.scalar(sa.select(sa.func.count()).where(as_it_was)) or 0) != whole:
        raise RecordError("undo.blocked", act=_newest_moving(session, chains, root))
    rows = sa.select(
        sa.literal(recorder.act.id), ActPart.contribution_id, ActPart.unit, *here.values(), *there.values()
    ).where(ActPart.act_id == root.id)
    columns = [column.name for column in ActPart.__table__.columns]
    session.execute(sa.insert(ActPart).from_select(columns, rows, include_defaults=False))
    session.execute(sa.update(ThemePlacing).where(mine).values(there).execution_options(synchronize_session=False))


def _refuse_broken(session: Session, board: ThemeBoard, chains: _Chains, root: ThemeAct) -> None:
    """Raise `undo.blocked` where the board would not hold together."""
    every = {theme.id: theme for theme in session.scalars(sa.select(Theme).where(Theme.board_id == board.id))}
    wrong = {
        key
        for theme in every.values()
        for key in (theme.parent_id, theme.into_id if theme.state is ThemeState.MERGED else None)
        if key is not None and _is_wrong(theme, every[key], is_parent=key == theme.parent_id)
    }
    stray = (
        sa.select(ThemePlacing.theme_id)
        .join(Theme, Theme.id == ThemePlacing.theme_id)
        .where(ThemePlacing.board_id == board.id, Theme.state.not_in(ON_BOARD))
        .distinct()
    )
    wrong.update(key for key in session.scalars(stray) if key is not None)
    if wrong:
        raise RecordError("undo.blocked", act=_newest_about(chains, root, wrong))


def _is_wrong(theme: Theme, other: Theme, *, is_parent: bool) -> bool:
    if is_parent and theme.state in ON_BOARD:
        return other.state not in ON_BOARD or other.parent_id is not None
    return not is_parent and other.state is ThemeState.UNDONE


def _newest_about(chains: _Chains, root: ThemeAct, themes: set[int]) -> int:
    """Return the number of the newest other act in effect that is about one of some themes."""
    found = [
        chains.by_id[other].number
        for other in chains.links
        if other != root.id and chains.is_on(other) and themes & set(themes_of(chains.by_id[other]))
    ]
    return max(found, default=root.number)


def _newest_moving(session: Session, chains: _Chains, root: ThemeAct) -> int:
    others = [chains.by_id[other] for other in chains.links if other != root.id and chains.is_on(other)]
    return max(_same_parts(session, root, others), default=root.number)
