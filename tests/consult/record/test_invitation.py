import pytest
import sqlalchemy as sa

from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.invitation import (
    Invitation,
    InvitationCount,
    InvitationRequest,
    count_invitations,
    create_invitations,
    find_invitation,
    list_reminders,
)
from consult.record.keys import new_token
from consult.record.lifecycle import close_consultation
from consult.record.submission import Submission, submit_response


def _invite(world, *requests: InvitationRequest):
    with unit_of_work(world.engine) as session:
        return create_invitations(session, world.keyring, world.consultation, requests)


def test_a_link_finds_its_invitation_and_an_open_link_has_none(world):
    (link,) = _invite(world, InvitationRequest("fr", "citizen", "a@example.org"))
    with unit_of_work(world.engine, read_only=True) as session:
        found = find_invitation(session, world.keyring, link.token.upper())
        assert (found.contact, found.group_id) == ("a@example.org", world.groups["citizen"])
        assert find_invitation(session, world.keyring, new_token()) is None


def test_no_row_holds_a_token(world):
    (link,) = _invite(world, InvitationRequest("fr"))
    with unit_of_work(world.engine, read_only=True) as session:
        row = session.execute(sa.select(Invitation.__table__)).one()
    assert link.token not in str(row)
    assert world.keyring.hash_token(link.token) in str(row)


def test_reminders_go_to_links_that_were_not_used(world, today):
    used, waiting = _invite(world, InvitationRequest("fr", contact="a"), InvitationRequest("en", contact="b"))
    with unit_of_work(world.engine) as session:
        submit_response(session, world.keyring, Submission(used.token, world.version, {}, "fr"), today)
    with unit_of_work(world.engine, read_only=True) as session:
        assert list_reminders(session, world.keyring, world.consultation) == [waiting]


def test_using_a_link_erases_its_token_and_closing_erases_the_others(world, today):
    used, _ = _invite(world, InvitationRequest("fr"), InvitationRequest("en"))
    with unit_of_work(world.engine) as session:
        submit_response(session, world.keyring, Submission(used.token, world.version, {}, "fr"), today)
    query = sa.select(Invitation.is_used, Invitation.token_encrypted.is_(None)).order_by(Invitation.is_used)
    with unit_of_work(world.engine) as session:
        assert [tuple(row) for row in session.execute(query)] == [(False, False), (True, True)]
        close_consultation(session, "plan")
        assert [tuple(row) for row in session.execute(query)] == [(False, True), (True, True)]
        assert list_reminders(session, world.keyring, world.consultation) == []


def test_invitations_are_counted_by_group(world, today):
    links = _invite(world, *[InvitationRequest("fr", "citizen")] * 3, InvitationRequest("fr"))
    with unit_of_work(world.engine) as session:
        submit_response(session, world.keyring, Submission(links[0].token, world.version, {}, "fr"), today)
    with unit_of_work(world.engine, read_only=True) as session:
        counts = count_invitations(session, world.consultation)
    assert counts == {world.groups["citizen"]: InvitationCount(3, 1), None: InvitationCount(1, 0)}


def test_a_request_that_cannot_be_sent_refuses_the_whole_list(world):
    with pytest.raises(RecordError) as caught:
        _invite(world, InvitationRequest("fr"), InvitationRequest("de"), InvitationRequest("fr", "martian"))
    assert [(each.code, each.place) for each in caught.value.problems] == [
        ("language.unknown", "2"),
        ("group.unknown", "3"),
    ]
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalars(sa.select(Invitation.id)).all() == []
