"""What the committee decides is written once, replaced and never changed, and no conflict of interest takes part."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from consult.record.account import Role, create_account, join_consultation
from consult.record.audit import AuditEntry
from consult.record.consultation import Consultation, ConsultationState
from consult.record.database import unit_of_work
from consult.record.decision import Decision, Outcome, SubjectKey, list_decisions, list_history, read_circumstances
from consult.record.decision_acts import NewDecision, decide, list_gaps, list_standing, list_subjects
from consult.record.decision_conflict import declare_conflict, end_conflict, list_conflicts, list_conflicts_at
from consult.record.decision_dissent import list_dissents, write_dissent
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.meeting import NewMeeting, change_meeting, make_meeting, read_attendance
from consult.record.run import start_run
from consult.record.theme import NewRun
from consult.record.theme_board import Theme, ThemeBoard, ThemeState
from surveys.localised import Localised

NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
REASON = Localised("Many said so.", "Beaucoup l’ont dit.")


@pytest.fixture
def committee(world, now):
    """A closed consultation with a board of two accepted themes and a rejected one, and three members."""
    with unit_of_work(world.engine) as session:
        session.execute(sa.update(Consultation).values(state=ConsultationState.CLOSED))
        run = start_run(session, world.consultation, NewRun("tfidf", 1, "hardest"), now)
        board = ThemeBoard(
            consultation_id=world.consultation.id, question_code="hardest", run_id=run.id, made_at=now, revision=0
        )
        session.add(board)
        session.flush()
        states = (ThemeState.ACCEPTED, ThemeState.ACCEPTED, ThemeState.REJECTED)
        for number, state in enumerate(states, start=1):
            session.add(
                Theme(
                    board_id=board.id,
                    code=f"t{number}",
                    labels=Localised(f"Theme {number}", f"Thème {number}"),
                    description=Localised(),
                    state=state,
                    is_language_split=False,
                    position=number,
                )
            )
        ids = []
        for name in ("Ana", "Bo", "Cleo"):
            account = create_account(session, f"{name}@example.org", name, roles=[Role.COMMITTEE])
            join_consultation(session, account, world.consultation, Role.COMMITTEE)
            ids.append(account.id)
    with unit_of_work(world.engine, read_only=True) as session:
        consultation = session.get_one(Consultation, world.consultation.id)
        keys = [subject.key for each in list_subjects(session, consultation) for subject in each.subjects]
    assert len(keys) == 2  # the rejected theme is not there
    return world.engine, consultation, keys, ids


def _decide(committee, new=None, account=0, seen=0, key=0, **changes):
    engine, consultation, keys, ids = committee
    new = new or NewDecision(Outcome.KEPT, REASON, **changes)
    with unit_of_work(engine) as session:
        return decide(session, consultation, keys[key], new, By(ids[account], NOW), seen=seen).id


def test_a_decision_is_replaced_and_stays_to_be_read(committee):
    engine, consultation, keys, _ = committee
    first = _decide(committee)
    second = _decide(committee, NewDecision(Outcome.DEFERRED, REASON), account=1, seen=first)
    with unit_of_work(engine, read_only=True) as session:
        assert [each.id for each in list_decisions(session, consultation)] == [second]
        assert [each.id for each in list_history(session, consultation, keys[0])] == [second, first]
        assert list_standing(session, consultation)[keys[0]].outcome is Outcome.DEFERRED
        assert session.get_one(Decision, first).outcome is Outcome.KEPT
        assert session.scalar(sa.select(sa.func.count()).where(AuditEntry.action == "decision.made")) == 2


def test_nothing_is_decided_twice(committee):
    engine = committee[0]
    first = _decide(committee)
    assert _decide(committee) == first  # the same person's second click
    with pytest.raises(RecordError, match=r"decision\.changed"):
        _decide(committee, account=1)  # the same words of somebody else, who had not seen it
    with pytest.raises(RecordError, match=r"decision\.changed"):
        _decide(committee, NewDecision(Outcome.REFUSED, REASON))
    with unit_of_work(engine, read_only=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 1


def test_what_is_missing_is_refused_with_its_place(committee, now):
    for new, wrong in (
        (NewDecision(Outcome.KEPT, Localised()), "decision.reason_missing"),
        (NewDecision(Outcome.PASSED_ON, REASON), "decision.whereto_missing"),
        (NewDecision(Outcome.MERGED, REASON), "decision.whereto_missing"),
        (NewDecision(Outcome.KEPT, REASON, decided_on=now.date() + timedelta(1)), "decision.in_future"),
        (NewDecision(Outcome.KEPT, Localised("x" * 5_001)), "text.too_long"),
    ):
        with pytest.raises(RecordError) as refused:
            _decide(committee, new)
        assert [each.code for each in refused.value.problems] == [wrong]
    engine, consultation, _, ids = committee
    with unit_of_work(engine) as session, pytest.raises(RecordError, match=r"subject\.missing"):
        decide(session, consultation, SubjectKey(9_999), NewDecision(Outcome.KEPT, REASON), By(ids[0], now), seen=0)


def test_one_language_may_wait_and_is_listed(committee):
    engine, consultation, _, _ = committee
    _decide(committee, NewDecision(Outcome.PASSED_ON, REASON, Localised("The province", "")))
    _decide(committee, key=1)
    with unit_of_work(engine, read_only=True) as session:
        made = list_decisions(session, consultation)
        assert [(each.id, missing) for each, missing in list_gaps(made, ("en", "fr"))] == [(made[0].id, ("fr",))]
        assert list_gaps(made, ("en",)) == []


def test_nothing_is_decided_while_people_answer(committee):
    with unit_of_work(committee[0]) as session:
        session.execute(sa.update(Consultation).values(state=ConsultationState.OPEN))
    stale = committee[1]
    stale.state = ConsultationState.OPEN
    with pytest.raises(RecordError, match=r"decision\.not_yet"):
        _decide(committee)


def test_who_has_a_conflict_of_interest_is_kept_out_and_it_is_kept(committee, now):
    engine, consultation, keys, ids = committee
    with unit_of_work(engine) as session:
        made = declare_conflict(session, consultation, keys[0], ids[1], " Owns the clinic ", By(ids[1], now))
        again = declare_conflict(session, consultation, keys[0], ids[1], "Twice", By(ids[1], now))
        assert (again.id, again.interest) == (made.id, "Owns the clinic")
        conflict = made.id
    with pytest.raises(RecordError, match=r"decision\.conflict"):
        _decide(committee, account=1)
    _decide(committee, account=1, key=1)  # of another theme they decide
    first = _decide(committee)
    with unit_of_work(engine) as session:
        with pytest.raises(RecordError, match=r"decision\.conflict"):
            write_dissent(session, consultation, first, REASON, ids[1], By(ids[1], now))
        end_conflict(session, consultation, conflict, By(ids[1], now + timedelta(days=1)))
    _decide(committee, account=1, seen=first)
    with unit_of_work(engine, read_only=True) as session:
        assert read_circumstances(session, [first])[first].kept_out == {ids[1]}  # as it was then
        assert list_conflicts(session, consultation) == []
        assert [each.id for each in list_conflicts_at(session, consultation, now.date())] == [conflict]
        for day in (now.date() - timedelta(days=1), now.date() + timedelta(days=2)):
            assert list_conflicts_at(session, consultation, day) == []
            assert len(list_conflicts_at(session, consultation, day, {(ids[1], keys[0])})) == 1


def test_a_member_writes_their_own_dissent_and_can_take_it_back(committee, now):
    engine, consultation, _, ids = committee
    made = _decide(committee)
    for text in (REASON, REASON, Localised(fr="Autre chose"), Localised()):
        with unit_of_work(engine) as session:
            write_dissent(session, consultation, made, text, ids[2], By(ids[2], now))
        with unit_of_work(engine, read_only=True) as session:
            standing = [each.text for each in list_dissents(session, [made]).get(made, [])]
            assert standing == ([text] if text else [])
    with unit_of_work(engine) as session, pytest.raises(RecordError, match=r"decision\.missing"):
        write_dissent(session, consultation, made + 1, REASON, ids[2], By(ids[2], now))


def test_a_meeting_has_its_quorum_and_gives_its_day(committee, now):
    engine, consultation, _, ids = committee
    day = now.date() - timedelta(days=3)
    with unit_of_work(engine) as session:
        new = NewMeeting(day, 2, present=frozenset(ids[:2]))
        meeting = make_meeting(session, consultation, new, By(ids[0], now), "a" * 32)
        again = make_meeting(session, consultation, new, By(ids[0], now), "a" * 32)
        assert again.id == meeting.id  # a double click
        there = read_attendance(session, meeting)
        assert ([each.name for each in there.present], [each.name for each in there.absent]) == (
            ["Ana", "Bo"],
            ["Cleo"],
        )
        assert there.has_quorum
        assert there.voices_without({ids[0]}) == 1
        number = meeting.id
    made = _decide(committee, NewDecision(Outcome.KEPT, REASON, meeting_id=number))
    with unit_of_work(engine) as session:
        assert session.get_one(Decision, made).decided_on == day
        by = By(ids[0], now)
        for changed, wrong in (
            (NewMeeting(day, 2, seen=9), "meeting.changed"),
            (NewMeeting(now.date(), 2, seen=1), "meeting.refused"),  # its decisions bear its day
            (NewMeeting(day, 0, seen=1), "meeting.refused"),
            (NewMeeting(day, 2, present=frozenset({9_999}), seen=1), "meeting.refused"),
        ):
            with pytest.raises(RecordError, match=wrong.replace(".", r"\.")):
                change_meeting(session, consultation, number, changed, by)
        change_meeting(session, consultation, number, NewMeeting(day, 3, present=frozenset(ids[2:]), seen=1), by)
        assert not read_attendance(session, session.merge(meeting)).has_quorum
