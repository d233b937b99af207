"""A board begins as a copy of what one run proposed; what a newer run proposes besides may be added to it later."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.audit import record_action
from consult.record.board_act import Seen, begin_act
from consult.record.board_counts import keep_first_counts
from consult.record.consultation import Consultation
from consult.record.database import enum_type
from consult.record.errors import RecordError
from consult.record.findings import find_newest_runs
from consult.record.lifecycle import By
from consult.record.theme import Assignment, CandidateTheme, Run, RunState, list_themes
from consult.record.theme_board import (
    ACROSS,
    PlacedBy,
    Theme,
    ThemeAct,
    ThemeBoard,
    ThemePlacing,
    ThemeState,
    find_board,
)
from surveys.localised import NOTHING

BEGUN = "board.begun"
# A proposal is on the board already where so much of it stands in one theme.
_IS_THERE = 0.5


@dataclass(frozen=True)
class Proposal:
    """A theme that a newer run proposes: of its contributions on the board, how many stand in no theme, or in which.

    `most` is the theme that holds the most of them, `in_most` how many.
    """

    candidate: CandidateTheme
    contributions: int
    unplaced: int
    most: Theme | None
    in_most: int


def begin_board(session: Session, consultation: Consultation, run: Run, by: By) -> ThemeBoard:
    """Begin the board of a run's question with what the run proposed.

    Themes get their codes in the order of their names: their order by size would tell between which two a small one
    stands. What the run set aside stands in no theme. Raises `run.unfinished`, `board.exists`, and `run.missing`
    for another consultation's.
    """
    if run.consultation_id != consultation.id:
        raise RecordError("run.missing", run=run.id)
    if run.state is not RunState.DONE:
        raise RecordError("run.unfinished", run=run.id)
    session.execute(sa.select(Consultation.id).where(Consultation.id == consultation.id).with_for_update())
    if find_board(session, consultation, run.question_code or ACROSS) is not None:
        raise RecordError("board.exists")
    board = ThemeBoard(
        consultation_id=consultation.id,
        question_code=run.question_code or ACROSS,
        run_id=run.id,
        made_at=by.now,
        revision=0,
    )
    session.add(board)
    session.flush()
    found = list_themes(session, run)
    named = sorted(found, key=lambda each: (each.labels.en.casefold(), each.labels.fr.casefold(), each.number))
    session.add_all(_copy(board, candidate, place) for place, candidate in enumerate(named, start=1))
    session.flush()
    _copy_placings(session, board, run)
    keep_first_counts(session, board, run, by)
    record_action(session, by.account_id, BEGUN, board, now=by.now, reason=by.reason)
    return board


def _copy(board: ThemeBoard, candidate: CandidateTheme, place: int) -> Theme:
    return Theme(
        board_id=board.id,
        code=f"t{place}",
        candidate_id=candidate.id,
        labels=candidate.labels,
        description=NOTHING,
        state=ThemeState.PROPOSED,
        is_language_split=False,
        position=place,
    )


def _copy_placings(session: Session, board: ThemeBoard, run: Run) -> None:
    mine = sa.and_(Theme.candidate_id == Assignment.theme_id, Theme.board_id == board.id)
    rows = (
        sa.select(
            sa.literal(board.id),
            Assignment.contribution_id,
            Assignment.unit,
            Assignment.starts_at,
            Assignment.ends_at,
            Theme.id,
            Assignment.strength,
            sa.literal(PlacedBy.RUN, enum_type(PlacedBy)),
        )
        .outerjoin(Theme, mine)
        .where(Assignment.run_id == run.id)
    )
    columns = [column.name for column in ThemePlacing.__table__.columns]
    session.execute(sa.insert(ThemePlacing).from_select(columns, rows, include_defaults=False))


def find_newer_run(session: Session, consultation: Consultation, board: ThemeBoard) -> Run | None:
    """Return the newest run of the board's question where it is newer than the one the board was made from."""
    run = find_newest_runs(session, consultation, RunState.DONE).get(board.question_code or None)
    return run if run is not None and run.id > board.run_id else None


def list_proposals(session: Session, board: ThemeBoard, run: Run) -> list[Proposal]:
    """Return what a newer run proposes that no theme of the board holds most of, by its numbers."""
    query = (
        sa.select(Assignment.theme_id, ThemePlacing.theme_id, sa.func.count(sa.distinct(Assignment.contribution_id)))
        .outerjoin(
            ThemePlacing,
            sa.and_(
                ThemePlacing.board_id == board.id,
                ThemePlacing.contribution_id == Assignment.contribution_id,
                ThemePlacing.theme_id.is_not(None),
            ),
        )
        .where(Assignment.run_id == run.id, Assignment.theme_id.is_not(None))
        .group_by(Assignment.theme_id, ThemePlacing.theme_id)
    )
    spread: dict[int, dict[int | None, int]] = {}
    for key, theme, count in session.execute(query):
        spread.setdefault(key or 0, {})[theme] = count
    themes = {theme.id: theme for theme in session.scalars(sa.select(Theme).where(Theme.board_id == board.id))}
    taken = {theme.candidate_id for theme in themes.values() if theme.state is not ThemeState.UNDONE}
    listed = []
    for candidate in list_themes(session, run):
        counts = spread.get(candidate.id, {})
        every, inside = sum(counts.values()), {key: count for key, count in counts.items() if key is not None}
        most = max(inside, key=lambda key: (inside[key], -key), default=None)
        held = inside.get(most, 0) if most is not None else 0
        if candidate.id not in taken and every and held <= _IS_THERE * every:
            above = themes[most] if most is not None else None
            listed.append(Proposal(candidate, every, counts.get(None, 0), above, held))
    return listed


def add_proposal(
    session: Session, consultation: Consultation, board: ThemeBoard, candidate_id: int, by: By, seen: Seen
) -> ThemeAct:
    """Add what a newer run proposes to the board; of its contributions, those in no theme come into it.

    Those that people or the first run placed stay where they are. Raises `theme.missing`, and as `begin_act` does.
    """
    run = find_newer_run(session, consultation, board)
    found = list_proposals(session, board, run) if run else []
    proposal = next((each for each in found if each.candidate.id == candidate_id), None)
    if proposal is None:
        raise RecordError("theme.missing")
    recorder = begin_act(session, board, "added", by, seen)
    made = recorder.make(proposal.candidate.labels, candidate_id=candidate_id)
    recorder.move(_unplaced_of(board, candidate_id), made, by_hand=False)
    return recorder.save()


def _unplaced_of(board: ThemeBoard, candidate_id: int) -> sa.ColumnElement[bool]:
    """Select the parts in no theme of contributions that a candidate holds and that stand in no theme at all."""
    held = sa.select(Assignment.contribution_id).where(Assignment.theme_id == candidate_id)
    there = sa.alias(ThemePlacing.__table__)
    elsewhere = sa.select(there.c.contribution_id).where(there.c.board_id == board.id, there.c.theme_id.is_not(None))
    return sa.and_(
        ThemePlacing.theme_id.is_(None),
        ThemePlacing.contribution_id.in_(held),
        ThemePlacing.contribution_id.not_in(elsewhere),
    )
