"""Concerns: read once each revision, decided by whoever may, gone with the words they are about; on both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from consult.record.account import Role, create_account, join_consultation, leave_consultation
from consult.record.audit import AuditEntry, record_action, record_reading
from consult.record.concern import (
    Concern,
    ConcernKind,
    ConcernReading,
    ConcernState,
    count_concerns,
    decide_concern,
    find_recipient,
    list_concerns,
    list_unread,
    name_recipient,
    save_readings,
)
from consult.record.concern_request import READ_CONCERNS, request_reading
from consult.record.consultation import get_consultation
from consult.record.contribution import list_contributions
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.job import Job, JobState
from consult.record.keys import new_token
from consult.record.lifecycle import By
from consult.record.response import get_response
from consult.record.storage import ANONYMOUS, WITH_TEXT, withdraw_and_scrub
from consult.record.submission import Submission, submit_response
from consult.record.withdrawal import correct_contribution
from consult.tasks.concerns import read_one
from tests.consult.record.test_discussion_rights import _bytes as is_in_files

DANGER = "J’ai envie de mourir depuis le grondement."
COMPLAINT = "I filed a complaint in May and nobody answered."
POINTING = "Appelez Thérèse Gagnon au 514 555-1234."
PLAIN = "Il faut plus de places de stationnement."


def _say(world, text, today):
    submission = Submission(token=new_token(), version=world.version, raw={"hardest": {"text": text}}, language="fr")
    with unit_of_work(world.engine) as session:
        return submit_response(session, world.keyring, submission, today).receipt


def _read(world):
    with unit_of_work(world.engine) as session:
        unread = list_unread(session, 100)
        return len(unread), save_readings(session, [read_one(each) for each in unread])


@pytest.fixture
def people(world):
    """Return the keys of two facilitators of the consultation."""
    with unit_of_work(world.engine) as session:
        accounts = [create_account(session, f"{name}@example.org", name, roles=[Role.FACILITATOR]) for name in "ab"]
        for account in accounts:
            join_consultation(session, account, get_consultation(session, "plan"), Role.FACILITATOR)
        return [account.id for account in accounts]


def _listed(world, account_id, kind, *, is_decided=False):
    with unit_of_work(world.engine, read_only=True) as session:
        consultation = get_consultation(session, "plan")
        return list_concerns(session, consultation, account_id, kind, is_decided=is_decided, limit=10)


def _decide(world, account_id, concern_id, state, note, now):
    with unit_of_work(world.engine) as session:
        decide_concern(session, get_consultation(session, "plan"), concern_id, state, note, By(account_id, now))


def _counts(world):
    with unit_of_work(world.engine, read_only=True) as session:
        return list(count_concerns(session, get_consultation(session, "plan")).values())


def test_every_revision_is_read_once_and_the_marked_words_are_those_of_the_text(world, people, today):
    for text in (DANGER, COMPLAINT, POINTING, PLAIN):
        _say(world, text, today)
    assert _read(world) == (4, 3)
    assert _read(world) == (0, 0)
    assert _counts(world) == [1, 1, 1]
    (listed,) = _listed(world, people[0], ConcernKind.DANGER)
    assert [(mark.reason, listed.text[mark.start : mark.end]) for mark in listed.marks] == [
        ("suicide", "envie de mourir")
    ]


def test_a_reading_that_comes_late_changes_nothing(world, today):
    _say(world, DANGER, today)
    with unit_of_work(world.engine, read_only=True) as session:
        late = [read_one(each) for each in list_unread(session, 10)]
    assert _read(world) == (1, 1)
    with unit_of_work(world.engine) as session:
        assert save_readings(session, late) == 0
    assert _counts(world) == [1, 0, 0]


def test_a_correction_is_read_again_and_what_it_took_out_leaves_the_queue(world, people, today):
    receipt = _say(world, DANGER, today)
    _read(world)
    _correct(world, receipt, PLAIN)
    assert _read(world) == (1, 0)
    assert _counts(world) == [0, 0, 0]
    _correct(world, receipt, COMPLAINT)
    assert _read(world) == (1, 1)
    assert _listed(world, people[0], ConcernKind.COMPLAINT)[0].text == COMPLAINT


def test_what_was_decided_waits_again_only_when_the_corrected_text_is_flagged(world, people, today, now):
    receipt = _say(world, DANGER, today)
    _read(world)
    _decide(world, people[0], _listed(world, people[0], ConcernKind.DANGER)[0].concern.id, "handled", "called", now)
    _correct(world, receipt, PLAIN)
    _read(world)
    assert _listed(world, people[0], ConcernKind.DANGER, is_decided=True)[0].text == DANGER
    _correct(world, receipt, f"{PLAIN} {DANGER}")
    _read(world)
    (again,) = _listed(world, people[0], ConcernKind.DANGER)
    assert (again.text, again.concern.note) == (f"{PLAIN} {DANGER}", "called")


def test_withdrawal_erases_the_concern_and_what_was_noted_byte_for_byte(world, people, today, now):
    receipt = _say(world, DANGER, today)
    kept = _say(world, COMPLAINT, today)
    _read(world)
    concern = _listed(world, people[0], ConcernKind.DANGER)[0].concern
    _decide(world, people[0], concern.id, ConcernState.HANDLED, "the note of a helicopter", now)
    marks = ["grondement", "helicopter", "nobody answered"]
    assert [is_in_files(world.engine, mark) for mark in marks] == [True, True, True]
    withdraw_and_scrub(world.engine, world.keyring, receipt)
    assert [is_in_files(world.engine, mark) for mark in marks] == [False, False, True]
    assert _counts(world) == [0, 1, 0]
    assert kept


def test_once_somebody_is_named_nobody_else_reads_or_decides(world, people, today, now):
    first, second = people
    for text in (DANGER, POINTING):
        _say(world, text, today)
    _read(world)
    assert _listed(world, first, ConcernKind.DANGER)
    assert _listed(world, second, ConcernKind.DANGER)
    _name(world, second, now)
    assert _listed(world, first, ConcernKind.DANGER) == []
    (concern,) = [each.concern for each in _listed(world, second, ConcernKind.DANGER)]
    assert _listed(world, first, ConcernKind.POINTING), "who prepares quotes sees what to take out"
    with pytest.raises(RecordError, match=r"concern\.missing"):
        _decide(world, first, concern.id, ConcernState.HANDLED, "x", now)
    _decide(world, second, concern.id, ConcernState.HANDLED, "called", now)
    with unit_of_work(world.engine) as session:  # whoever leaves receives nothing any more: the others do
        consultation = get_consultation(session, "plan")
        leave_consultation(session, find_recipient(session, consultation), consultation)
    assert _listed(world, first, ConcernKind.DANGER, is_decided=True)


def test_a_decision_needs_words_is_done_once_and_can_be_undone(world, people, today, now):
    _say(world, DANGER, today)
    _read(world)
    concern = _listed(world, people[0], ConcernKind.DANGER)[0].concern
    for note, code in (("  ", "concern.note_needed"), ("x" * 2_001, "concern.note_too_long")):
        with pytest.raises(RecordError, match=code):
            _decide(world, people[0], concern.id, ConcernState.HANDLED, note, now)
    for _ in range(2):  # a double click
        _decide(world, people[0], concern.id, ConcernState.HANDLED, "called", now)
    with pytest.raises(RecordError, match=r"concern\.decided"):
        _decide(world, people[1], concern.id, ConcernState.DISMISSED, "", now)
    assert _counts(world) == [0, 0, 0]
    _decide(world, people[1], concern.id, ConcernState.NEW, "", now)
    assert _counts(world) == [1, 0, 0]
    with unit_of_work(world.engine, read_only=True) as session:
        actions = list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
        assert actions == ["concern.handled", "concern.reopened"]
        assert set(session.scalars(sa.select(AuditEntry.object_type))) == {"consultations"}


def test_only_a_facilitator_of_the_consultation_can_be_named(world, people, now):
    with unit_of_work(world.engine) as session:
        stranger = create_account(session, "c@example.org", "c", roles=[Role.FACILITATOR]).id
    with pytest.raises(RecordError, match=r"membership\.missing"):
        _name(world, stranger, now)
    for wanted in (people[0], people[1], None):
        _name(world, wanted, now)
        with unit_of_work(world.engine, read_only=True) as session:
            found = find_recipient(session, get_consultation(session, "plan"))
            assert (found.id if found else None) == wanted


def test_the_tables_carry_no_time_and_the_audit_refuses_them(world, today, now):
    _say(world, DANGER, today)
    _read(world)
    for model in (Concern, ConcernReading):
        assert model in ANONYMOUS
        assert not [column for column in model.__table__.columns if isinstance(column.type, sa.DateTime)]
    assert Concern in WITH_TEXT
    with unit_of_work(world.engine) as session:
        concern = session.scalars(sa.select(Concern)).one()
        with pytest.raises(RecordError, match=r"audit\.participant"):
            record_action(session, None, "concern.handled", concern, now=now)


def test_it_is_asked_for_by_the_clock_whether_anything_came_or_not(world, today, now):
    def jobs():
        with unit_of_work(world.engine, read_only=True) as session:
            return list(session.scalars(sa.select(Job.key).where(Job.task == READ_CONCERNS)))

    def tick(moment, state=JobState.DONE):
        with unit_of_work(world.engine) as session:
            job = request_reading(session, moment)
            if job is not None:
                job.state = state
            return job is not None

    assert tick(now)
    first = jobs()
    _say(world, DANGER, today)
    assert not tick(now + timedelta(minutes=1))  # what has just come does not make a row of its own
    assert jobs() == first
    assert tick(now + timedelta(minutes=11), JobState.RUNNING)
    assert len(jobs()) == 1  # nor do the rows of earlier times stay
    assert not tick(now + timedelta(minutes=22))  # one that runs is not doubled


def test_a_reading_is_in_the_audit_once_in_ten_minutes(world, people, now):
    with unit_of_work(world.engine) as session:
        consultation = get_consultation(session, "plan")
        for minutes in (0, 5, 11):
            record_reading(session, people[0], "concerns.read", consultation, now=now + timedelta(minutes=minutes))
        record_reading(session, people[1], "concerns.read", consultation, now=now)
        query = sa.select(AuditEntry.account_id).where(AuditEntry.action == "concerns.read").order_by(AuditEntry.id)
        assert list(session.scalars(query)) == [people[0], people[0], people[1]]


def _correct(world, receipt, text):
    with unit_of_work(world.engine) as session:
        (contribution,) = list_contributions(session, get_response(session, world.keyring, receipt).id)
        correct_contribution(session, world.keyring, receipt, contribution.id, text)


def _name(world, account_id, now):
    with unit_of_work(world.engine) as session:
        name_recipient(session, get_consultation(session, "plan"), account_id, By(None, now))
