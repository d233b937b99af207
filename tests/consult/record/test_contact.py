"""Contacts: checked as a whole, one link each, forgotten with their link."""

import pytest
import sqlalchemy as sa

from consult.record.consultation import Anonymity, ConsultationState, LanguagePolicy
from consult.record.contact import (
    Contact,
    ContactDetails,
    add_contact,
    edit_contact,
    give_links,
    plan_contacts,
    remove_contact,
    remove_contacts,
    store_contacts,
    unsubscribe,
)
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.invitation import Invitation, count_invitations, mark_used


def _row(number: int, **more: str) -> ContactDetails:
    return ContactDetails(**{"email": f"p{number}@example.org", "place": str(number), **more})


def test_a_file_is_stored_whole_or_not_at_all(world):
    rows = [_row(2), _row(3, email="nobody"), _row(4, group="martian"), _row(5, language="es")]
    with unit_of_work(world.engine) as session:
        plan = plan_contacts(session, world.consultation, rows)
        assert [(each.place, each.problem.code) for each in plan.refused] == [
            ("3", "contact.bad_email"),
            ("4", "group.unknown"),
            ("5", "language.unknown"),
        ]
        with pytest.raises(RecordError, match=r"contacts\.refused"):
            store_contacts(session, world.consultation, rows)
        assert session.scalars(sa.select(Contact)).all() == []
        assert store_contacts(session, world.consultation, rows[:1]) == 1


def test_an_address_is_there_once_however_it_is_written(world):
    rows = [_row(2), _row(3, email=" P2@Example.org "), _row(4, email="old@example.org")]
    with unit_of_work(world.engine) as session:
        add_contact(session, world.consultation, _row(1, email="OLD@example.org"))
        plan = plan_contacts(session, world.consultation, rows)
        assert [(each.place, each.first) for each in plan.repeated] == [("3", "2"), ("4", "")]
        assert store_contacts(session, world.consultation, rows) == 1
        with pytest.raises(RecordError, match=r"contact\.exists"):
            add_contact(session, world.consultation, _row(2))


@pytest.mark.parametrize("email", ["a,b@x.org", "a@x.org,b@x.org", "<a@x.org>", "a@x.org\nBcc: b@x.org", "a;b@x.org"])
def test_what_a_header_would_read_as_something_else_is_no_address(world, email):
    with unit_of_work(world.engine, read_only=True) as session:
        plan = plan_contacts(session, world.consultation, [_row(2, email=email)])
    assert [each.problem.code for each in plan.refused] == ["contact.bad_email"]


def test_everybody_is_written_to_in_french_where_french_is_the_only_language(world):
    with unit_of_work(world.engine) as session:
        consultation = session.merge(world.consultation)
        consultation.language_policy = LanguagePolicy.FRENCH_ONLY
        assert add_contact(session, consultation, _row(2, language="en")).language == "fr"


@pytest.mark.parametrize("anonymity", list(Anonymity))
def test_an_invitation_names_the_address_only_where_nobody_was_promised_anonymity(make_world, anonymity):
    world = make_world(anonymity=anonymity)
    with unit_of_work(world.engine) as session:
        contact = add_contact(session, world.consultation, _row(2, group="clinician"))
        assert give_links(session, world.keyring, world.consultation, [contact]) == 1
        assert give_links(session, world.keyring, world.consultation, [contact]) == 0
        invitation = session.get_one(Invitation, contact.invitation_id)
        named = contact.email if anonymity is Anonymity.IDENTIFIED else None
        assert (invitation.contact, invitation.group_id) == (named, world.groups["clinician"])


def test_another_address_gets_another_link_unless_it_was_used(world):
    with unit_of_work(world.engine) as session:
        moved, used = (add_contact(session, world.consultation, _row(number)) for number in (2, 3))
        give_links(session, world.keyring, world.consultation, [moved, used])
        mark_used(session, used.invitation_id)
        kept = used.invitation_id
        edit_contact(session, world.consultation, moved.id, _row(4, language="en"))
        edit_contact(session, world.consultation, used.id, _row(5, group="citizen"))
        assert moved.invitation_id is None
        assert used.invitation_id == kept
        assert session.get_one(Invitation, kept).group_id is None  # that of the day
        assert count_invitations(session, world.consultation)[None].invited == 1


def test_removing_somebody_ends_an_unused_link_and_keeps_the_count_of_used_ones(world):
    with unit_of_work(world.engine) as session:
        people = [add_contact(session, world.consultation, _row(number)) for number in (2, 3)]
        give_links(session, world.keyring, world.consultation, people)
        mark_used(session, people[0].invitation_id)
        for contact in people:
            remove_contact(session, world.consultation, contact.id)
        assert session.scalars(sa.select(Contact)).all() == []
        left = count_invitations(session, world.consultation)[None]
        assert (left.invited, left.used) == (1, 1)
        with pytest.raises(RecordError, match=r"contact\.missing"):
            remove_contact(session, world.consultation, people[0].id)


def test_everybody_is_removed_only_once_the_consultation_is_closed(world):
    with unit_of_work(world.engine) as session:
        consultation = session.merge(world.consultation)
        give_links(session, world.keyring, consultation, [add_contact(session, consultation, _row(2))])
        with pytest.raises(RecordError, match=r"contacts\.still_needed"):
            remove_contacts(session, consultation)
        consultation.state = ConsultationState.CLOSED
        assert remove_contacts(session, consultation) == 1


def test_who_unsubscribes_keeps_a_link_that_works_and_no_stored_token(world):
    with unit_of_work(world.engine) as session:
        contact = add_contact(session, world.consultation, _row(2))
        give_links(session, world.keyring, world.consultation, [contact])
        unsubscribe(session, contact)
        invitation = session.get_one(Invitation, contact.invitation_id, populate_existing=True)
        assert (invitation.token_encrypted, invitation.is_used) == (None, False)
