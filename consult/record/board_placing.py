"""Contributions that came after a board was made: counted, handed to the worker, and placed as the machine sees fit.

They go to accepted themes, and what fits none stands in no theme until somebody looks: it is possibly new. Nothing that
stands on the board already is moved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.audit import record_action
from consult.record.board_act import ActPart, Recorder, lock_board
from consult.record.consultation import Consultation
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.errors import RecordError
from consult.record.job import Job, enqueue_once, find_jobs
from consult.record.lifecycle import By
from consult.record.theme import Run, RunContribution
from consult.record.theme_board import (
    ON_BOARD,
    PlacedBy,
    Theme,
    ThemeAct,
    ThemeBoard,
    ThemePlacing,
    list_board_themes,
)

PLACE_NEW, ASKED = "place_new", "board.placing_asked"
JOINED = "joined"


@dataclass(frozen=True)
class PartOfTheme:
    """What is said in a theme by one part of a contribution, as it reads today; whose it is, as everywhere."""

    key: str
    unit: int
    text: str
    language: str
    person: str


@dataclass(frozen=True)
class Standing:
    """Where a part of a contribution stands in an accepted theme; its place in the text where that has not changed."""

    key: str
    theme_id: int
    strength: float
    place: tuple[int, int] | None


@dataclass(frozen=True)
class NewPlace:
    """Where the machine puts a new contribution: in a theme, or in none.

    `is_aside` where it says nothing that could be read, so that it is not possibly new either.
    """

    theme_id: int | None
    strength: float
    is_aside: bool = False


def _unplaced(board: ThemeBoard) -> sa.ColumnElement[bool]:
    """Select the contributions of a board's question that are not on it."""
    there = sa.select(ThemePlacing.contribution_id).where(ThemePlacing.board_id == board.id)
    mine = [Contribution.consultation_id == board.consultation_id, Contribution.is_withdrawn.is_(False)]
    if board.question_code:
        mine.append(Contribution.question_code == board.question_code)
    return sa.and_(*mine, Contribution.id.not_in(there))


def count_outside(session: Session, board: ThemeBoard) -> tuple[int, dict[PlacedBy, int]]:
    """Count the contributions of a board's question that stand in none of its themes.

    First those that came since the board was made, or since the machine placed some last; then, by who put them there,
    those in no theme: set aside by the run, taken out by a person, fitting none by the machine.
    """
    mine = [Contribution.consultation_id == board.consultation_id, Contribution.is_withdrawn.is_(False)]
    if board.question_code:
        mine.append(Contribution.question_code == board.question_code)
    here = sa.and_(ThemePlacing.contribution_id == Contribution.id, ThemePlacing.board_id == board.id)
    each = (
        sa.select(sa.func.max(sa.cast(ThemePlacing.placed_by, sa.String())).label("placed_by"))
        .select_from(Contribution)
        .outerjoin(ThemePlacing, here)
        .where(*mine)
        .group_by(Contribution.id)
        .having(sa.func.count(ThemePlacing.theme_id) == 0)
        .subquery()
    )
    query = sa.select(each.c.placed_by, sa.func.count()).group_by(each.c.placed_by)
    counts: dict[str | None, int] = dict(session.execute(query).all())
    return counts.pop(None, 0), {PlacedBy(who): count for who, count in counts.items() if who}


def list_new(session: Session, board: ThemeBoard) -> set[str]:
    """Return the keys of the contributions that are not on the board."""
    return set(session.scalars(sa.select(Contribution.id).where(_unplaced(board))))


def ask_placing(session: Session, board: ThemeBoard, by: By) -> Job | None:
    """Ask for new contributions to be placed; None where that runs already. Raises `place.no_themes`."""
    if not list_board_themes(session, board):
        raise RecordError("place.no_themes")
    job = enqueue_once(session, PLACE_NEW, {"board": board.id}, _key(board), by.now, again=True)
    if job is not None:
        record_action(session, by.account_id, ASKED, job, now=by.now)
    return job


def find_placing_job(session: Session, board: ThemeBoard) -> Job | None:
    """Return the newest request to place new contributions."""
    return find_jobs(session, [_key(board)]).get(_key(board))


def list_standing(session: Session, board: ThemeBoard, themes: Sequence[Theme]) -> list[Standing]:
    """Return what stands in some themes, the surest part of a contribution last, as `read_joined_run` has it."""
    query = (
        sa.select(ThemePlacing, Contribution.revision == RunContribution.revision)
        .join(Contribution, Contribution.id == ThemePlacing.contribution_id)
        .outerjoin(
            RunContribution,
            sa.and_(RunContribution.run_id == board.run_id, RunContribution.contribution_id == Contribution.id),
        )
        .where(
            ThemePlacing.board_id == board.id,
            ThemePlacing.theme_id.in_([theme.id for theme in themes]),
            Contribution.is_withdrawn.is_(False),
        )
        .order_by(ThemePlacing.contribution_id, ThemePlacing.strength, ThemePlacing.unit.desc())
    )
    return [
        Standing(each.contribution_id, each.theme_id or 0, each.strength, _place(each) if same else None)
        for each, same in session.execute(query)
    ]


def read_parts(session: Session, board: ThemeBoard, theme: Theme) -> list[PartOfTheme]:
    """Return what is said in a theme, part by part, by key; a contribution that was changed since is read whole."""
    person = sa.func.coalesce(Contribution.response_id, Contribution.person, Contribution.id)
    query = (
        sa.select(
            ThemePlacing,
            ContributionRevision.text,
            Contribution.language,
            person,
            Contribution.revision == RunContribution.revision,
        )
        .join(Contribution, Contribution.id == ThemePlacing.contribution_id)
        .join(
            ContributionRevision,
            sa.and_(
                ContributionRevision.contribution_id == Contribution.id,
                ContributionRevision.number == Contribution.revision,
            ),
        )
        .outerjoin(
            RunContribution,
            sa.and_(RunContribution.run_id == board.run_id, RunContribution.contribution_id == Contribution.id),
        )
        .where(ThemePlacing.board_id == board.id, ThemePlacing.theme_id == theme.id)
        .order_by(ThemePlacing.contribution_id, ThemePlacing.unit)
    )
    found = []
    for each, text, language, who, same in session.execute(query):
        place = _place(each) if same else None
        said = text[place[0] : place[1]] if place else text
        found.append(PartOfTheme(each.contribution_id, each.unit, said, language, who))
    return found


def save_new_placings(session: Session, board: ThemeBoard, places: Mapping[str, NewPlace], by: By) -> ThemeAct | None:
    """Keep where the machine put new contributions, as an act of nobody; None where there is nothing to keep.

    What somebody placed meanwhile stays where it is; what was put in a theme that is gone meanwhile is left for the
    next time.
    """
    lock_board(session, board)
    still_new = list_new(session, board)
    alive = {theme.id: theme for theme in list_board_themes(session, board, ON_BOARD)}
    kept = {
        key: place
        for key, place in sorted(places.items())
        if key in still_new and (place.theme_id is None or place.theme_id in alive)
    }
    if not kept:
        return None
    recorder = Recorder(session, board, JOINED, by)
    recorder.about(*(alive[key] for key in sorted({place.theme_id for place in kept.values() if place.theme_id})))
    rows = [
        {
            "board_id": board.id,
            "contribution_id": key,
            "unit": 0,
            "theme_id": place.theme_id,
            "strength": place.strength,
            "placed_by": PlacedBy.RUN if place.is_aside else PlacedBy.MACHINE,
        }
        for key, place in kept.items()
    ]
    session.execute(sa.insert(ThemePlacing), rows)
    session.execute(sa.insert(ActPart), [_moved(recorder.act, row) for row in rows])
    return recorder.save()


def _moved(act: ThemeAct, row: Mapping[str, object]) -> dict[str, object]:
    return {
        "act_id": act.id,
        "contribution_id": row["contribution_id"],
        "unit": row["unit"],
        "was_theme_id": None,
        "was_strength": 0.0,
        "was_placed_by": row["placed_by"],
        "now_theme_id": row["theme_id"],
        "now_strength": row["strength"],
        "now_placed_by": row["placed_by"],
    }


def get_board(session: Session, board_id: int) -> tuple[ThemeBoard, Consultation, Run]:
    """Return a board by its key, with its consultation and the run it was made from; raises `board.missing`."""
    board = session.get(ThemeBoard, board_id)
    if board is None:
        raise RecordError("board.missing")
    return board, session.get_one(Consultation, board.consultation_id), session.get_one(Run, board.run_id)


def _place(placing: ThemePlacing) -> tuple[int, int] | None:
    if placing.starts_at is None or placing.ends_at is None:
        return None
    return placing.starts_at, placing.ends_at


def _key(board: ThemeBoard) -> str:
    return f"{PLACE_NEW}:{board.id}"
