"""Which analysis of a question the committee reads: the one that a facilitator shows once the consultation is closed.

The newest one could not simply take the place of the one before: two analyses with one person between them would tell
where that person stands. So an analysis is shown by somebody, and another of the same question only where at least
five answers differ, or none.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from consult.record.audit import record_action
from consult.record.consultation import Consultation, ConsultationState
from consult.record.errors import RecordError
from consult.record.findings import find_newest_runs
from consult.record.theme import Run, RunContribution, RunState

SHOWN = "run.shown"
FEWEST_CHANGES = 5


def find_shown_runs(session: Session, consultation: Consultation) -> dict[str | None, Run]:
    """Return the run of each question that the committee reads; of a fictional consultation, else the newest.

    Never one of all questions together: beside those of each question it would tell of a few people by what differs.
    """
    query = sa.select(Run).where(Run.consultation_id == consultation.id, Run.shown_at.is_not(None))
    shown = {run.question_code: run for run in session.scalars(query.order_by(Run.shown_at, Run.id))}
    newest = find_newest_runs(session, consultation, RunState.DONE) if consultation.is_fictional else {}
    return {code: run for code, run in (newest | shown).items() if code is not None}


def was_another_shown(session: Session, run: Run) -> bool:
    """Tell whether the committee could read another run of the same question before this one was shown."""
    query = sa.select(sa.func.count()).where(
        Run.consultation_id == run.consultation_id,
        Run.question_code.is_not_distinct_from(run.question_code),
        Run.id != run.id,
        Run.shown_at.is_not(None),
        Run.shown_at <= run.shown_at,
    )
    return bool(session.scalar(query))


def show_run(session: Session, consultation: Consultation, run: Run, account_id: int | None, now: datetime) -> None:
    """Let the committee read a run, in the place of the one it reads.

    Raises `run.together`, `run.unfinished`, `consultation.not_closed` (but for a fictional one), and `run.too_alike`
    where fewer than five answers, but some, differ from a run of the same question that was shown before.
    """
    if run.question_code is None:
        raise RecordError("run.together", run=run.id)
    if run.state is not RunState.DONE:
        raise RecordError("run.unfinished", run=run.id)
    if consultation.state is not ConsultationState.CLOSED and not consultation.is_fictional:
        raise RecordError("consultation.not_closed")
    # Two people who show two runs at once must see each other's.
    session.execute(sa.select(Consultation.id).where(Consultation.id == consultation.id).with_for_update())
    earlier = session.scalars(
        sa.select(Run).where(
            Run.consultation_id == consultation.id,
            Run.question_code.is_not_distinct_from(run.question_code),
            Run.shown_at.is_not(None),
            Run.id != run.id,
        )
    ).all()
    if not consultation.is_fictional:
        for other in earlier:
            changes = count_changes(session, run, other)
            if 0 < changes < FEWEST_CHANGES:
                raise RecordError("run.too_alike", run=run.id, shown=other.id)
    run.shown_at = now
    session.flush()
    record_action(session, account_id, SHOWN, run, now=now)


def count_changes(session: Session, one: Run, other: Run) -> int:
    """Count the contributions that only one of two runs read, or that they read in different revisions."""
    return _count_only_in(session, one, other, in_revisions=True) + _count_only_in(session, other, one)


def _count_only_in(session: Session, one: Run, other: Run, *, in_revisions: bool = False) -> int:
    """Count what one run read and the other did not; with `in_revisions`, or read in another revision."""
    there = aliased(RunContribution)
    same = [there.run_id == other.id, there.contribution_id == RunContribution.contribution_id]
    if in_revisions:
        same.append(there.revision == RunContribution.revision)
    query = (
        sa.select(sa.func.count())
        .select_from(RunContribution)
        .where(RunContribution.run_id == one.id, ~sa.exists().where(*same))
    )
    return session.scalar(query) or 0
