"""The committee reads the analysis that it is shown, and no two that differ by a few people."""

import pytest
import sqlalchemy as sa

from consult.record.audit import AuditEntry
from consult.record.consultation import Consultation
from consult.record.contribution import Contribution, ImportedText, import_contributions
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.lifecycle import close_consultation
from consult.record.run import get_run, save_run_results, start_run
from consult.record.shown_run import count_changes, find_shown_runs, show_run
from consult.record.theme import NewRun, RunResults


def _add(world, count, first=0):
    with unit_of_work(world.engine) as session:
        rows = [ImportedText(str(first + at), f"Said {first + at}", "en") for at in range(count)]
        import_contributions(session, world.consultation, "hardest", rows)


def _run(world, now, *, is_done=True):
    with unit_of_work(world.engine) as session:
        run = start_run(session, world.consultation, NewRun("tfidf", 1, "hardest"), now)
        if is_done:
            save_run_results(session, run.id, RunResults([], [], (), {}), now)
        return run.id


def _show(world, run_id, now):
    with unit_of_work(world.engine) as session:
        consultation = session.get_one(Consultation, world.consultation.id)
        show_run(session, consultation, get_run(session, run_id), None, now)


def _refused(world, run_id, now):
    with pytest.raises(RecordError) as caught:
        _show(world, run_id, now)
    return caught.value.code


def _shown(world):
    with unit_of_work(world.engine, read_only=True) as session:
        consultation = session.get_one(Consultation, world.consultation.id)
        return {code: run.id for code, run in find_shown_runs(session, consultation).items()}


@pytest.fixture
def closed(world):
    _add(world, 20)
    with unit_of_work(world.engine) as session:
        close_consultation(session, world.consultation.code)
    return world


def test_nothing_is_shown_by_itself_and_nothing_while_people_answer(world, now):
    _add(world, 20)
    run = _run(world, now)
    assert _refused(world, run, now) == "consultation.not_closed"
    assert _shown(world) == {}


def test_of_a_fictional_consultation_the_newest_is_read(world, now):
    _add(world, 20)
    with unit_of_work(world.engine) as session:
        session.get_one(Consultation, world.consultation.id).is_fictional = True
    first, second = _run(world, now), _run(world, now)
    assert _shown(world) == {"hardest": second}
    _show(world, first, now)
    assert _shown(world) == {"hardest": first}


def test_what_is_shown_stays_when_there_is_a_newer_one(closed, now):
    first = _run(closed, now)
    _show(closed, first, now)
    _run(closed, now)
    assert _shown(closed) == {"hardest": first}
    with unit_of_work(closed.engine, read_only=True) as session:
        assert session.scalars(sa.select(AuditEntry.action).filter_by(object_type="runs")).all() == ["run.shown"]


def test_an_unfinished_one_is_not_shown(closed, now):
    assert _refused(closed, _run(closed, now, is_done=False), now) == "run.unfinished"


@pytest.mark.parametrize(("taken_back", "is_refused"), [(0, False), (1, True), (4, True), (5, False)])
def test_two_that_differ_by_one_to_four_answers_are_never_both_shown(closed, now, taken_back, is_refused):
    first = _run(closed, now)
    _show(closed, first, now)
    with unit_of_work(closed.engine) as session:
        keys = session.scalars(sa.select(Contribution.id).limit(taken_back)).all()
        session.execute(sa.update(Contribution).where(Contribution.id.in_(keys)).values(is_withdrawn=True))
    second = _run(closed, now)
    if is_refused:
        assert _refused(closed, second, now) == "run.too_alike"
        assert _shown(closed) == {"hardest": first}
    else:
        _show(closed, second, now)
        assert _shown(closed) == {"hardest": second}


def test_changes_are_counted_once_each(world, now):
    _add(world, 20)
    first = _run(world, now)
    with unit_of_work(world.engine) as session:
        gone, changed = session.scalars(sa.select(Contribution.id).order_by(Contribution.id).limit(2)).all()
        session.execute(sa.update(Contribution).where(Contribution.id == gone).values(is_withdrawn=True))
        session.execute(
            sa.text(
                "INSERT INTO contribution_revisions (contribution_id, number, text) VALUES (:key, 2, 'Said otherwise')"
            ),
            {"key": changed},
        )
        session.execute(sa.update(Contribution).where(Contribution.id == changed).values(revision=2))
    _add(world, 3, first=20)
    second = _run(world, now)
    with unit_of_work(world.engine, read_only=True) as session:
        one, other = get_run(session, first), get_run(session, second)
        assert count_changes(session, other, one) == count_changes(session, one, other) == 5
