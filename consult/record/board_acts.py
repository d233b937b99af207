"""What people do on a board of themes: accept, reject, name, merge, split, move, nest; every act can be undone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.board_act import Recorder, Seen, begin_act, parts_of
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.theme_board import ON_BOARD, Theme, ThemeAct, ThemeBoard, ThemePlacing, ThemeState, find_theme
from surveys.localised import NOTHING, Localised

LONGEST_LABEL, LONGEST_DESCRIPTION = 200, 2_000
FEWEST_PARTS = 2
# Both databases limit the parameters of a statement; a page has fewer.
MOST_MOVED = 500


def accept_theme(session: Session, board: ThemeBoard, code: str, by: By, seen: Seen) -> ThemeAct:
    """Say that a theme is one; raises as `begin_act` does, `theme.missing`, `theme.gone`, `act.nothing`."""
    return _set_state(session, board, code, ThemeState.ACCEPTED, "accepted", by, seen)


def reject_theme(session: Session, board: ThemeBoard, code: str, by: By, seen: Seen) -> ThemeAct:
    """Say that it is none: its contributions stay in it, to be moved or to be left; raises as `accept_theme` does."""
    return _set_state(session, board, code, ThemeState.REJECTED, "rejected", by, seen)


def reopen_theme(session: Session, board: ThemeBoard, code: str, by: By, seen: Seen) -> ThemeAct:
    """Say that it is to be decided again; raises as `accept_theme` does."""
    return _set_state(session, board, code, ThemeState.PROPOSED, "reopened", by, seen)


def _set_state(
    session: Session, board: ThemeBoard, code: str, state: ThemeState, kind: str, by: By, seen: Seen
) -> ThemeAct:
    theme = find_theme(session, board, code)
    recorder = begin_act(session, board, kind, by, seen, [theme])
    if theme.state is state:
        raise RecordError("act.nothing")
    recorder.set(theme, "state", state)
    return recorder.save(0)


def rename_theme(
    session: Session,
    board: ThemeBoard,
    code: str,
    labels: Localised,
    by: By,
    seen: Seen,
    description: Localised = NOTHING,
) -> ThemeAct:
    """Name and describe a theme in both languages; raises as `accept_theme` and `check_words` do."""
    theme = find_theme(session, board, code)
    check_words(labels, description)
    recorder = begin_act(session, board, "renamed", by, seen, [theme])
    if (theme.labels, theme.description) == (labels, description):
        raise RecordError("act.nothing")
    recorder.set(theme, "labels", labels)
    recorder.set(theme, "description", description)
    return recorder.save(0)


def make_theme(
    session: Session, board: ThemeBoard, labels: Localised, by: By, description: Localised = NOTHING
) -> ThemeAct:
    """Add a theme that nobody speaks in yet; raises `check_words`'s refusals."""
    check_words(labels, description)
    recorder = begin_act(session, board, "made", by, Seen(board.revision))
    recorder.make(labels, description)
    return recorder.save(0)


def merge_themes(session: Session, board: ThemeBoard, codes: Sequence[str], into: str, by: By, seen: Seen) -> ThemeAct:
    """Put several themes into another, with those below them; raises as `accept_theme` does, `merge.itself`.

    What stood below a merged theme stands below the other one, or beside it where that one is itself below.
    """
    target = find_theme(session, board, into)
    sources = [find_theme(session, board, code) for code in dict.fromkeys(codes)]
    if not sources or target in sources:
        raise RecordError("merge.itself")
    recorder = begin_act(session, board, "merged", by, seen, [*sources, target])
    if target.parent_id in {source.id for source in sources}:
        recorder.set(target, "parent_id", None)
    for source in sources:
        recorder.set(source, "state", ThemeState.MERGED)
        recorder.set(source, "into_id", target.id)
        recorder.set(source, "parent_id", None)
        for below in list_below(session, source):
            if below.id != target.id:
                recorder.set(below, "parent_id", None if target.parent_id else target.id)
    recorder.move(ThemePlacing.theme_id.in_([source.id for source in sources]), target, by_hand=False)
    return recorder.save()


def move_contributions(
    session: Session, board: ThemeBoard, source: str | None, keys: Collection[str], to: str | None, by: By, seen: Seen
) -> ThemeAct:
    """Move contributions from one theme (None: from no theme) to another (None: to no theme).

    All that each says there goes along. Raises as `accept_theme` does, `move.nothing`, `move.too_many`, `move.same`,
    `move.gone` where somebody has moved one of them meanwhile.
    """
    if not keys:
        raise RecordError("move.nothing")
    if len(keys) > MOST_MOVED:
        raise RecordError("move.too_many", maximum=MOST_MOVED)
    if source == to:
        raise RecordError("move.same")
    out = find_theme(session, board, source) if source else None
    target = find_theme(session, board, to) if to else None
    about = [theme for theme in (out, target) if theme]
    recorder = begin_act(session, board, "moved" if to else "taken_out", by, seen, about)
    there = ThemePlacing.theme_id == out.id if out else ThemePlacing.theme_id.is_(None)
    recorder.move(sa.and_(ThemePlacing.contribution_id.in_(sorted(keys)), there), target, by_hand=True)
    act = recorder.save()
    if parts_of(act) != len(set(keys)):
        raise RecordError("move.gone")
    return act


def nest_theme(session: Session, board: ThemeBoard, code: str, under: str | None, by: By, seen: Seen) -> ThemeAct:
    """Put a theme below another (None: at the first level); raises as `accept_theme` does, `nest.too_deep`."""
    theme = find_theme(session, board, code)
    above = find_theme(session, board, under) if under else None
    recorder = begin_act(
        session, board, "nested" if under else "raised", by, seen, [theme, *([above] if above else [])]
    )
    if theme.parent_id == (above.id if above else None):
        raise RecordError("act.nothing")
    if above and (above.id == theme.id or above.parent_id or list_below(session, theme)):
        raise RecordError("nest.too_deep")
    recorder.set(theme, "parent_id", above.id if above else None)
    return recorder.save(0)


def mark_language_split(
    session: Session, board: ThemeBoard, code: str, is_split: bool, by: By, seen: Seen, twin: str | None = None
) -> ThemeAct:
    """Say that a theme is one only by its language, its near-equal standing in the other one, or take that back.

    Raises as `accept_theme` does.
    """
    theme = find_theme(session, board, code)
    about = [theme, *([find_theme(session, board, twin)] if twin else [])]
    recorder = begin_act(session, board, "language_split" if is_split else "no_language_split", by, seen, about)
    if theme.is_language_split == is_split:
        raise RecordError("act.nothing")
    recorder.set(theme, "is_language_split", is_split)
    return recorder.save(0)


@dataclass(frozen=True)
class NewPart:
    """A theme that a split makes, and the parts of contributions (key and unit) that go into it."""

    labels: Localised
    placings: Collection[tuple[str, int]]


def split_theme(
    session: Session, board: ThemeBoard, code: str, parts: Sequence[NewPart], by: By, seen: Seen
) -> ThemeAct:
    """Make several themes of one; each new one stands where it stood, and must take something.

    Raises as `accept_theme` and `check_words` do, `split.one_part`, and `move.gone` where what stands in the theme is
    not what was divided.
    """
    theme = find_theme(session, board, code)
    parts = [part for part in parts if part.placings]
    if len(parts) < FEWEST_PARTS:
        raise RecordError("split.one_part")
    for part in parts:
        check_words(part.labels)
    recorder = begin_act(session, board, "split", by, seen, [theme])
    inside = sa.select(ThemePlacing.contribution_id, ThemePlacing.unit).where(
        ThemePlacing.board_id == board.id, ThemePlacing.theme_id == theme.id
    )
    there = {(key, unit) for key, unit in session.execute(inside)}
    wanted = [place for part in parts for place in part.placings]
    if set(wanted) != there or len(wanted) != len(there):
        raise RecordError("move.gone")
    parent, below = theme.parent_id, list_below(session, theme)
    recorder.set(theme, "state", ThemeState.SPLIT)
    recorder.set(theme, "parent_id", None)
    for each in below:
        recorder.set(each, "parent_id", None)
    for part in parts:
        made = recorder.make(part.labels)
        recorder.set(made, "parent_id", parent)
        _move_places(recorder, part.placings, made)
    return recorder.save()


def _move_places(recorder: Recorder, placings: Collection[tuple[str, int]], to: Theme) -> None:
    """Move parts by their keys and units: unit by unit, for no statement takes pairs on both databases."""
    by_unit: dict[int, list[str]] = {}
    for key, unit in placings:
        by_unit.setdefault(unit, []).append(key)
    for unit, keys in sorted(by_unit.items()):
        keys.sort()
        for start in range(0, len(keys), MOST_MOVED):
            some = ThemePlacing.contribution_id.in_(keys[start : start + MOST_MOVED])
            recorder.move(sa.and_(ThemePlacing.unit == unit, some), to, by_hand=False)


def list_below(session: Session, theme: Theme) -> list[Theme]:
    """Return the themes that stand below one, by position."""
    query = sa.select(Theme).where(Theme.parent_id == theme.id, Theme.state.in_(ON_BOARD))
    return list(session.scalars(query.order_by(Theme.position)))


def check_words(labels: Localised, description: Localised = NOTHING) -> None:
    """Raise `label.missing` for a theme without any name, `label.too_long`, `description.too_long`."""
    if not (labels.en.strip() or labels.fr.strip()):
        raise RecordError("label.missing")
    if max(len(labels.en), len(labels.fr)) > LONGEST_LABEL:
        raise RecordError("label.too_long", maximum=LONGEST_LABEL)
    if max(len(description.en), len(description.fr)) > LONGEST_DESCRIPTION:
        raise RecordError("description.too_long", maximum=LONGEST_DESCRIPTION)
