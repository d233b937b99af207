"""Messages: who is due, once each; what leaves, what is in doubt, what is forgotten."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from consult.record.consultation import Consultation
from consult.record.contact import Contact, ContactDetails, give_links, store_contacts, unsubscribe
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.invitation import Invitation, mark_used
from consult.record.job import JobState, fail_job, list_jobs
from consult.record.lifecycle import close_consultation, pause_consultation
from consult.record.mail_rules import MOST_FAILURES, MailRules, get_rules, go_on_sending, note_round, set_rules
from consult.record.mail_state import Reach, count_by_group, decide, list_reached, note_bounce, read_sending
from consult.record.mailing import (
    MailText,
    Message,
    MessageState,
    NewMailing,
    find_remindable,
    find_uninvited,
    queue_invitations,
    queue_reminders,
    queue_results,
)
from consult.record.results_notice import ask_for_results, count_results_notices
from consult.record.sending import (
    MOST_ATTEMPTS,
    SEND_MAIL,
    doubt_unfinished,
    may_leave,
    note_refused,
    note_sent,
    request_mailings,
    take_next,
)

TEXTS = {language: MailText(f"Subject {language}", "Words") for language in ("fr", "en")}
MONDAY = datetime(2026, 11, 23, 10, 0).astimezone()


def _mailing(today: date) -> NewMailing:
    return NewMailing(TEXTS, "https://consult.example.org/", None, today)


@pytest.fixture
def act(world):
    """Run an operation on the consultation in a transaction of its own: ``act(lambda session, consultation: …)``."""

    def run(operation):
        with unit_of_work(world.engine) as session:
            return operation(session, session.get_one(Consultation, world.consultation.id))

    return run


@pytest.fixture
def invite(world, act, today):
    """Store people and queue their invitations: ``invite(3)``; returns how many were queued."""

    def run(count: int) -> int:
        rows = [ContactDetails(f"p{number}@example.org", f"Person {number}", "fr") for number in range(count)]
        act(lambda session, consultation: store_contacts(session, consultation, rows))
        return act(
            lambda session, consultation: queue_invitations(session, world.keyring, consultation, _mailing(today))
        )

    return run


@pytest.fixture
def send(world, act):
    """Send everything that is queued on a day, as a mail server that takes all; returns what left."""

    def run(today: date) -> list:
        sent = []
        while out := act(lambda session, one: take_next(session, world.keyring, one, after="", today=today)):
            act(lambda session, one, key=out.message_id: note_sent(session, key, today))
            sent.append(out)
        return sent

    return run


def test_pressing_twice_invites_once(world, act, invite, today):
    assert invite(3) == 3
    assert act(lambda session, one: queue_invitations(session, world.keyring, one, _mailing(today))) == 0
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 3


def test_the_database_lets_nobody_have_a_message_twice(world, act, invite):
    invite(1)
    first = act(lambda session, one: session.scalars(sa.select(Message)).one())
    again = Message(mailing_id=first.mailing_id, contact_id=first.contact_id, number=0, state=first.state, attempts=0)
    with pytest.raises(RecordError, match=r"record\.conflict"):
        act(lambda session, one: session.add(again))


def test_nothing_is_queued_unless_people_can_answer(world, act, today):
    act(lambda session, one: pause_consultation(session, one.code))
    with pytest.raises(RecordError, match=r"mail\.not_open"):
        act(lambda session, one: queue_invitations(session, world.keyring, one, _mailing(today)))
    with pytest.raises(RecordError, match=r"mail\.not_closed"):
        act(lambda session, one: queue_results(session, one, _mailing(today)))


def test_a_text_is_needed_in_each_language(world, act, today):
    new = NewMailing({"fr": TEXTS["fr"], "en": MailText("Hello", " ")}, "https://x.org", None, today)
    with pytest.raises(RecordError) as caught:
        act(lambda session, one: queue_invitations(session, world.keyring, one, new))
    assert (caught.value.code, caught.value.values["language"]) == ("mail.bad_text", "en")


def test_reminders_go_twice_at_most_to_those_who_have_not_answered_after_some_days(world, act, invite, send, today):
    invite(6)
    send(today)

    def mark(session, one):
        people = session.scalars(sa.select(Contact).order_by(Contact.email)).all()
        mark_used(session, people[0].invitation_id)
        unsubscribe(session, people[1])
        assert note_bounce(session, one, email=people[2].email) is people[2]

    act(mark)
    day = today
    for days, number in ((4, None), (5, 1), (9, None), (10, 2), (40, None)):
        day = today + timedelta(days=days)
        due = act(
            lambda session, one, day=day: {key: len(all) for key, all in find_remindable(session, one, day).items()}
        )
        assert due == ({} if number is None else {number: 3})
        if number is not None:
            assert act(lambda session, one, day=day: queue_reminders(session, one, _mailing(day))) == 3
            assert act(lambda session, one, day=day: queue_reminders(session, one, _mailing(day))) == 0
            left = send(day)
            assert {out.number for out in left} == {number}
            assert len({out.token for out in left}) == 3  # each the link of the invitation
    with unit_of_work(world.engine, read_only=True) as session:
        kept = session.scalars(sa.select(Invitation.token_encrypted).where(Invitation.token_encrypted.is_not(None)))
        assert len(kept.all()) == 1  # of who bounced: the three others were sent their last reminder


def test_what_was_being_sent_in_a_crash_is_in_doubt_and_never_sent_by_itself(world, act, invite, send, today):
    invite(4)
    lost = act(lambda session, one: take_next(session, world.keyring, one, after="", today=today))

    act(lambda session, one: request_mailings(session, MONDAY))  # nobody sends: the job was never begun

    left = send(today)
    assert len(left) == 3
    assert lost.message_id not in {out.message_id for out in left}
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.get_one(Message, lost.message_id).state is MessageState.UNCERTAIN

    assert act(lambda session, one: decide(session, one, "again", today, state=MessageState.UNCERTAIN)) == 1
    assert [out.message_id for out in send(today)] == [lost.message_id]
    with pytest.raises(RecordError, match=r"mail\.no_such_choice"):
        act(lambda session, one: decide(session, one, "again", today, state=MessageState.SENT))


def test_who_did_send_may_still_say_so(world, act, invite, today):
    """A worker that was only slow ends what another one has put in doubt."""
    invite(1)
    out = act(lambda session, one: take_next(session, world.keyring, one, after="", today=today))
    act(lambda session, one: doubt_unfinished(session, one.id))
    act(lambda session, one: note_sent(session, out.message_id, today))
    assert act(read_sending).states == {MessageState.SENT: 1}


def test_a_refusal_for_now_is_tried_again_until_it_was_tried_too_often(world, act, invite, today):
    invite(1)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        out = act(lambda session, one: take_next(session, world.keyring, one, after="", today=today))
        assert out is not None, attempt
        act(lambda session, one, out=out: note_refused(session, out.message_id, 451, today, is_final=False))
    assert act(lambda session, one: take_next(session, world.keyring, one, after="", today=today)) is None
    assert [each.reach for each in act(list_reached)] == [Reach.REFUSED]
    assert act(list_reached)[0].answer == 451


def test_what_is_no_longer_needed_does_not_leave(world, act, invite, send, today):
    invite(3)

    def mark(session, one):
        people = session.scalars(sa.select(Contact).order_by(Contact.email)).all()
        mark_used(session, people[0].invitation_id)
        unsubscribe(session, people[1])

    act(mark)
    assert [out.email for out in send(today)] == ["p2@example.org"]
    assert act(read_sending).states == {MessageState.SENT: 1, MessageState.DROPPED: 2}


def test_closing_drops_what_waits_and_the_results_go_to_who_asked_and_are_forgotten(world, act, invite, send, today):
    invite(2)
    for email in ("a@example.org", "b@example.org"):
        act(lambda session, one, email=email: ask_for_results(session, one, email, "en"))
    act(lambda session, one: close_consultation(session, one.code))
    assert act(lambda session, one: queue_results(session, one, _mailing(today))) == 2
    assert act(lambda session, one: queue_results(session, one, _mailing(today))) == 0

    left = send(today)

    assert sorted((out.email, out.subject, out.token) for out in left) == [
        ("a@example.org", "Subject en", None),
        ("b@example.org", "Subject en", None),
    ]
    assert act(count_results_notices) == 0
    numbers = act(read_sending)
    assert (numbers.forgotten, numbers.states) == (2, {MessageState.DROPPED: 2})


def test_the_counts_by_group_say_who_is_where(world, act, invite, send, today):
    invite(3)
    send(today)
    act(lambda session, one: mark_used(session, session.scalars(sa.select(Contact.invitation_id)).first()))
    row = count_by_group(act(list_reached))[None]
    assert (row.people, row.invited, row.used, row.troubled) == (3, 3, 1, 0)


def test_who_was_given_a_link_by_other_means_can_still_be_invited(world, act):
    act(lambda session, one: store_contacts(session, one, [ContactDetails("a@example.org")]))
    act(lambda session, one: give_links(session, world.keyring, one, find_uninvited(session, one)))
    assert [each.reach for each in act(list_reached)] == [Reach.LINK_GIVEN]
    assert len(act(find_uninvited)) == 1


def test_the_worker_is_asked_again_only_when_something_may_leave(world, act, invite):
    invite(1)
    assert act(lambda session, one: request_mailings(session, MONDAY.replace(hour=22))) == []
    assert act(lambda session, one: request_mailings(session, MONDAY - timedelta(days=1))) == []  # a Sunday
    (job,) = act(lambda session, one: request_mailings(session, MONDAY))
    assert act(lambda session, one: request_mailings(session, MONDAY)) == []  # it waits already

    def fail(session, one):
        session.execute(sa.text("UPDATE jobs SET state = 'running', attempts = 1"))
        fail_job(session, job.id, 1, "mail.unreachable", MONDAY)

    act(fail)
    assert act(lambda session, one: request_mailings(session, MONDAY + timedelta(minutes=9))) == []
    assert len(act(lambda session, one: request_mailings(session, MONDAY + timedelta(minutes=11)))) == 1
    assert len(act(lambda session, one: list_jobs(session, SEND_MAIL, JobState.QUEUED))) == 1


def test_after_too_many_rounds_without_a_mail_server_somebody_has_to_look(world, act):
    for _ in range(MOST_FAILURES):
        assert act(lambda session, one: may_leave(session, one, MONDAY))
        act(lambda session, one: note_round(session, one, is_failed=True))
    assert not act(lambda session, one: may_leave(session, one, MONDAY))
    act(go_on_sending)
    assert act(lambda session, one: may_leave(session, one, MONDAY))


def test_rules_are_checked(act):
    def change(**more):
        values = {"quiet_from": 20, "quiet_to": 8, "rests_on_sunday": True, "reminder_days": 5} | more
        return act(lambda session, one: set_rules(session, one, **values).reminder_days)

    assert change(reminder_days=9) == 9
    assert act(get_rules).reminder_days == 9
    for more, code in (({"quiet_from": 24}, "mail.bad_hours"), ({"reminder_days": 0}, "mail.bad_days")):
        with pytest.raises(RecordError, match=code):
            change(**more)


@given(st.integers(0, 23), st.integers(0, 23), st.booleans(), st.integers(0, 7 * 24 - 1))
def test_the_next_time_is_the_first_hour_that_is_not_quiet(begin, end, sunday, hours):
    rules = MailRules(quiet_from=begin, quiet_to=end, rests_on_sunday=sunday)
    moment = datetime(2026, 11, 23) + timedelta(hours=hours)
    quiet = {(begin + step) % 24 for step in range((end - begin) % 24)}
    allowed = moment.hour not in quiet and not (sunday and moment.isoweekday() == 7)
    assert rules.allows(moment) is allowed
    following = rules.next_time(moment)
    if allowed:
        assert following is None
    else:
        assert rules.allows(following)
        assert not any(rules.allows(moment + timedelta(hours=step))
                       for step in range(int((following - moment).total_seconds()) // 3600))  # fmt: skip
