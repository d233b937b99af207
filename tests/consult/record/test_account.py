import pytest

from consult.record.account import (
    Role,
    activate_account,
    create_account,
    deactivate_account,
    find_account,
    find_membership_role,
    find_signed_in,
    get_account,
    has_role,
    join_consultation,
    leave_consultation,
    list_accounts,
    list_joined,
    list_members,
    normalise_email,
    set_password_hash,
    set_roles,
)
from consult.record.database import unit_of_work
from consult.record.errors import RecordError


def test_an_account_is_found_however_its_address_is_typed(engine):
    with unit_of_work(engine) as session:
        alice = create_account(session, " Alice@Example.ORG ", "Alice", roles=[Role.FACILITATOR])
        assert find_account(session, "ALICE@example.org").id == alice.id
        assert alice.email == "alice@example.org"
        assert find_account(session, "bob@example.org") is None


def test_an_address_has_one_account(engine):
    with unit_of_work(engine) as session:
        create_account(session, "alice@example.org", "Alice")
    with pytest.raises(RecordError) as caught, unit_of_work(engine) as session:
        create_account(session, "Alice@example.org", "Another")
    assert caught.value.code == "account.exists"


@pytest.mark.parametrize("email", ["", "alice", "@example.org", "alice@", "a b@example.org", "a@" + "x" * 260])
def test_what_is_no_address_is_refused(email):
    with pytest.raises(RecordError) as caught:
        normalise_email(email)
    assert caught.value.code == "account.bad_email"


def test_an_account_needs_a_name_and_a_known_language(engine):
    with unit_of_work(engine) as session:
        with pytest.raises(RecordError) as caught:
            create_account(session, "alice@example.org", " ")
        assert caught.value.code == "account.no_name"
        with pytest.raises(RecordError) as caught:
            create_account(session, "alice@example.org", "Alice", language="de")
        assert caught.value.code == "language.unknown"


def test_new_roles_a_new_password_and_the_end_of_an_account_end_its_sessions(engine):
    with unit_of_work(engine) as session:
        alice = create_account(session, "alice@example.org", "Alice")
        seen = {alice.fs_uniquifier}
        set_roles(session, alice, [Role.COMMITTEE, Role.ADMINISTRATOR, Role.COMMITTEE])
        assert alice.roles == ["administrator", "committee"]
        assert has_role(alice, Role.COMMITTEE)
        assert not has_role(alice, Role.FACILITATOR)
        seen.add(alice.fs_uniquifier)
        set_password_hash(session, alice, "$argon2id$…")
        seen.add(alice.fs_uniquifier)
        deactivate_account(session, alice)
        seen.add(alice.fs_uniquifier)
        assert not has_role(alice, Role.COMMITTEE)
    assert len(seen) == 4


def test_members_have_one_part_in_a_consultation(world):
    with unit_of_work(world.engine) as session:
        alice = create_account(session, "alice@example.org", "Alice")
        bob = create_account(session, "bob@example.org", "Bob")
        join_consultation(session, bob, world.consultation, Role.COMMITTEE)
        join_consultation(session, alice, world.consultation, Role.COMMITTEE)
        join_consultation(session, alice, world.consultation, Role.FACILITATOR)
        assert list_members(session, world.consultation) == [(alice, Role.FACILITATOR), (bob, Role.COMMITTEE)]
        leave_consultation(session, bob, world.consultation)
        assert find_membership_role(session, bob, world.consultation) is None
        assert find_membership_role(session, alice, world.consultation) is Role.FACILITATOR
        assert [account.name for account in list_accounts(session)] == ["Alice", "Bob"]
        with pytest.raises(RecordError) as caught:
            leave_consultation(session, bob, world.consultation)
        assert caught.value.code == "membership.missing"


def test_a_missing_account_says_so(engine):
    with pytest.raises(RecordError) as caught, unit_of_work(engine, read_only=True) as session:
        get_account(session, 9)
    assert caught.value.code == "account.missing"


def test_a_browser_finds_its_account_until_it_is_signed_out(engine):
    with unit_of_work(engine) as session:
        account = create_account(session, "a@example.org", "A", password_hash="h")
        held = account.fs_uniquifier
        assert find_signed_in(session, held) is account
        deactivate_account(session, account)
        assert find_signed_in(session, held) is None
        closed = account.fs_uniquifier
        activate_account(session, account)
        assert account.active
        assert find_signed_in(session, closed) is None
        assert account.password_hash == "h"


def test_joined_consultations_are_listed_by_account(make_world):
    world, other = make_world(), make_world(code="other")
    with unit_of_work(world.engine) as session:
        alice = create_account(session, "alice@example.org", "Alice")
        create_account(session, "bob@example.org", "Bob")
        for joined in (other, world):
            join_consultation(session, alice, joined.consultation, Role.COMMITTEE)
        assert list_joined(session) == {alice.id: ["plan", "other"]}


@pytest.mark.parametrize("sign", ["\0", "\u200b", "\u202e", " ", "\n"])
def test_an_address_holds_no_sign_that_cannot_be_seen(sign):
    with pytest.raises(RecordError) as caught:
        normalise_email(f"a{sign}b@example.org")
    assert caught.value.code == "account.bad_email"
