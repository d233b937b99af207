"""Consultations are founded and described, people invited and removed."""

from dataclasses import replace

import pytest

from consult.record.account import (
    Role,
    create_account,
    find_membership_role,
    get_account,
    has_role,
    join_consultation,
    set_password_hash,
)
from consult.record.consultation import Anonymity, NewConsultation, NewGroup, get_consultation
from consult.record.database import unit_of_work
from consult.record.description import describe_consultation, found_consultation, read_description
from consult.record.errors import RecordError
from consult.record.lifecycle import By, open_consultation
from consult.record.team import Invited, invite_member, list_team, may_give_link, remove_member
from surveys.localised import Localised


def both(text):
    return Localised(text, f"{text} (fr)")


def new(code):
    return NewConsultation(
        code, both("T"), both("M"), both("P"), "a@example.org", groups=(NewGroup("g", both("G"), 5),)
    )


@pytest.fixture
def claire(engine, now):
    """A facilitator who has founded the consultation “ours”, and who acts."""
    with unit_of_work(engine) as session:
        account = create_account(session, "claire@example.org", "Claire", roles=[Role.FACILITATOR], password_hash="x")
        found_consultation(session, new("ours"), account.id, By(account.id, now))
    return By(account.id, now)


def invite(engine, by, email, role=Role.COMMITTEE, code="ours", name="Paul"):
    with unit_of_work(engine) as session:
        return invite_member(session, get_consultation(session, code), Invited(email, name, role), by)


def test_who_founds_a_consultation_facilitates_it(engine, claire):
    with unit_of_work(engine, read_only=True) as session:
        ours = get_consultation(session, "ours")
        assert [(each.account.id, each.role) for each in list_team(session, ours)] == [
            (claire.account_id, Role.FACILITATOR)
        ]
        assert [group.code for group in ours.groups] == ["g"]


def test_somebody_unknown_gets_an_account_and_a_link(engine, claire):
    paul = invite(engine, claire, "Paul@Example.org")
    with unit_of_work(engine, read_only=True) as session:
        ours = get_consultation(session, "ours")
        assert find_membership_role(session, paul, ours) is Role.COMMITTEE
        assert [each.is_waiting for each in list_team(session, ours)] == [False, True]
        assert may_give_link(session, paul, claire.account_id)
        assert not may_give_link(session, paul, None)


def test_somebody_known_gets_another_role_and_no_link(engine, claire):
    with unit_of_work(engine) as session:
        create_account(session, "anne@example.org", "Anne", roles=[Role.COMMITTEE], password_hash="x")
    anne = invite(engine, claire, "anne@example.org", Role.FACILITATOR)
    assert has_role(anne, Role.FACILITATOR)
    assert has_role(anne, Role.COMMITTEE)
    with unit_of_work(engine, read_only=True) as session:
        assert not may_give_link(session, anne, claire.account_id)


def test_nobody_gets_into_other_consultations_by_a_link_that_somebody_else_holds(engine, claire, now):
    """Who was invited elsewhere and has no password could be anybody who holds that link."""
    with unit_of_work(engine) as session:
        other = create_account(session, "other@example.org", "Other", roles=[Role.FACILITATOR], password_hash="x")
        found_consultation(session, new("theirs"), other.id, By(other.id, now))
    others = By(other.id, now)
    paul = invite(engine, others, "paul@example.org", code="theirs")
    with pytest.raises(RecordError, match=r"member\.not_ready"):
        invite(engine, claire, "paul@example.org")
    with unit_of_work(engine) as session:
        assert may_give_link(session, paul, other.id)
        assert not may_give_link(session, paul, claire.account_id)
        set_password_hash(session, session.merge(paul), "x")
    invite(engine, claire, "paul@example.org")  # once they have a password, they may come


def test_a_link_ends_with_what_its_holder_may_see(engine, claire, now):
    """The mark in a link is made of the account's `fs_uniquifier`: with another one, the link leads nowhere."""
    paul = invite(engine, claire, "paul@example.org").id
    anne = invite(engine, claire, "anne@example.org", Role.FACILITATOR).id

    def mark(act=lambda session, account: None):
        with unit_of_work(engine) as session:
            account = get_account(session, paul)
            act(session, account)
            return account.fs_uniquifier

    def join(session, account):
        join_consultation(session, account, get_consultation(session, "theirs"), Role.COMMITTEE)

    first = mark()
    with unit_of_work(engine) as session:
        found_consultation(session, new("theirs"), claire.account_id, claire)
        remove_member(session, get_consultation(session, "ours"), claire.account_id, By(anne, now))
    second = mark()
    assert second != first  # Claire held it, and is no longer of the team
    third = mark(join)
    assert third != second  # Anne holds it, and does not see what it would open
    fourth = mark(lambda session, account: set_password_hash(session, account, "x"))
    assert mark(join) == fourth  # who has a password is not signed out


@pytest.mark.parametrize(
    ("email", "name", "code"),
    [
        ("nope", "Paul", "account.bad_email"),
        ("paul@example.org", " ", "account.no_name"),
        ("claire@example.org", "Claire", "member.exists"),
    ],
)
def test_what_cannot_be_is_refused(engine, claire, email, name, code):
    with pytest.raises(RecordError) as caught:
        invite(engine, claire, email, name=name)
    assert caught.value.code == code


def test_an_administrator_is_no_part_of_a_consultation_and_a_closed_account_stays_out(engine, claire):
    with pytest.raises(RecordError, match=r"role\.unknown"):
        invite(engine, claire, "x@example.org", Role.ADMINISTRATOR)
    with unit_of_work(engine) as session:
        create_account(session, "gone@example.org", "Gone").active = False
        session.flush()
    with pytest.raises(RecordError, match=r"member\.closed"):
        invite(engine, claire, "gone@example.org")


def test_the_only_facilitator_cannot_be_removed_and_others_can(engine, claire):
    paul = invite(engine, claire, "paul@example.org")

    def remove(account_id):
        with unit_of_work(engine) as session:
            remove_member(session, get_consultation(session, "ours"), account_id, claire)

    with pytest.raises(RecordError, match=r"member\.last"):
        remove(claire.account_id)
    remove(paul.id)
    with pytest.raises(RecordError, match=r"membership\.missing"):
        remove(paul.id)
    anne = invite(engine, claire, "anne@example.org", Role.FACILITATOR)
    remove(claire.account_id)
    with unit_of_work(engine, read_only=True) as session:
        assert [each.account.id for each in list_team(session, get_consultation(session, "ours"))] == [anne.id]


def test_a_description_changes_as_it_was_seen_or_not_at_all(world, now):
    def describe(wanted, seen):
        with unit_of_work(world.engine) as session:
            return describe_consultation(session, "plan", wanted, seen=seen, by=By(None, now))

    with unit_of_work(world.engine, read_only=True) as session:
        present = read_description(session, get_consultation(session, "plan"))
    wanted = replace(present, contact="b@example.org", groups=(*present.groups, NewGroup("new", both("New"), 3)))
    describe(wanted, present.digest)
    describe(wanted, "whatever")  # the same again is nothing to refuse
    with pytest.raises(RecordError, match=r"consultation\.described"):
        describe(replace(present, contact="c@example.org"), present.digest)
    with pytest.raises(RecordError, match=r"consultation\.anonymity_fixed"):
        describe(replace(wanted, anonymity=Anonymity.IDENTIFIED), wanted.digest)
    with pytest.raises(RecordError, match=r"group\.fixed"):
        describe(replace(wanted, groups=()), wanted.digest)
    with unit_of_work(world.engine, read_only=True) as session:
        ours = get_consultation(session, "plan")
        assert (ours.contact, [group.code for group in ours.groups]) == (
            "b@example.org",
            ["citizen", "clinician", "new"],
        )


def test_a_draft_may_change_its_promise(engine, claire):
    with unit_of_work(engine) as session:
        present = read_description(session, get_consultation(session, "ours"))
        wanted = replace(present, anonymity=Anonymity.IDENTIFIED, groups=())
        describe_consultation(session, "ours", wanted, seen=present.digest, by=claire)
    with unit_of_work(engine, read_only=True) as session:
        assert read_description(session, get_consultation(session, "ours")) == wanted
    with unit_of_work(engine) as session, pytest.raises(RecordError):
        open_consultation(session, "ours")  # nothing is asked yet: founding opens nothing


def test_joining_twice_by_another_way_leaves_one_membership(engine, claire):
    paul = invite(engine, claire, "paul@example.org")
    with unit_of_work(engine) as session:
        join_consultation(session, paul, get_consultation(session, "ours"), Role.FACILITATOR)
        assert len(list_team(session, get_consultation(session, "ours"))) == 2
