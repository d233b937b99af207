"""The people who run a consultation: invited by its facilitators, with an account that they make their own.

Whoever has no password yet is given a link to choose one (consult/accounts/welcome.py). The facilitator passes it on,
and could use it: so nobody is invited with such a link into consultations of several people who do not share them.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.account import (
    Account,
    Membership,
    Role,
    create_account,
    end_first_links,
    find_account,
    find_membership_role,
    get_account,
    join_consultation,
    leave_consultation,
    list_members,
    set_roles,
)
from consult.record.audit import record_action
from consult.record.consultation import Consultation
from consult.record.errors import RecordError
from consult.record.lifecycle import By

JOINED, LEFT = "member.joined", "member.left"
PARTS = (Role.FACILITATOR, Role.COMMITTEE)


@dataclass(frozen=True)
class Member:
    """Somebody with a part in the consultation; `is_waiting` until they have chosen a password."""

    account: Account
    role: Role

    @property
    def is_waiting(self) -> bool:
        """Whether they have yet to choose a password."""
        return self.account.password_hash is None and self.account.active


@dataclass(frozen=True)
class Invited:
    """Whom to invite: an address, the name that others will read, a part, and their language."""

    email: str
    name: str
    role: Role
    language: str = "fr"


def list_team(session: Session, consultation: Consultation) -> list[Member]:
    """Return the members by name, facilitators first."""
    members = [Member(account, role) for account, role in list_members(session, consultation)]
    return sorted(members, key=lambda member: PARTS.index(member.role))


def invite_member(session: Session, consultation: Consultation, invited: Invited, by: By) -> Account:
    """Give somebody a part in a consultation, and an account where they have none.

    Raises `account.bad_email`, `account.no_name`, `member.exists`, `member.closed` (the account was closed),
    `member.not_ready` (an account without a password, invited by people of another consultation) and `role.unknown`.
    """
    if invited.role not in PARTS:
        raise RecordError("role.unknown")
    account = find_account(session, invited.email)
    if account is None:
        account = create_account(session, invited.email, invited.name, roles=[invited.role], language=invited.language)
    else:
        _check_known(session, account, consultation, by)
        if invited.role.value not in account.roles:
            set_roles(session, account, [*map(Role, account.roles), invited.role])
    join_consultation(session, account, consultation, invited.role)
    record_action(session, by.account_id, JOINED, account, now=by.now, reason=consultation.code)
    return account


def _check_known(session: Session, account: Account, consultation: Consultation, by: By) -> None:
    if find_membership_role(session, account, consultation) is not None:
        raise RecordError("member.exists")
    if not account.active:
        raise RecordError("member.closed")
    if account.password_hash is None and not may_give_link(session, account, by.account_id):
        raise RecordError("member.not_ready")


def may_give_link(session: Session, account: Account, facilitator_id: int | None) -> bool:
    """Tell whether a facilitator may hold the link by which an account gets its first password.

    Only where the account opens nothing that the facilitator does not see: every consultation that it belongs to.
    """
    if account.password_hash is not None or not account.active or Role.ADMINISTRATOR.value in account.roles:
        return False
    own = sa.select(Membership.consultation_id).where(
        Membership.account_id == facilitator_id, Membership.role == Role.FACILITATOR
    )
    others = sa.select(Membership.consultation_id).where(
        Membership.account_id == account.id, Membership.consultation_id.not_in(own)
    )
    return session.execute(others.limit(1)).first() is None


def remove_member(session: Session, consultation: Consultation, account_id: int, by: By) -> Account:
    """End somebody's part in a consultation.

    A facilitator who leaves may hold the links of those who have no password yet: these links end, and others are
    given by whoever stays.
    Raises `account.missing`, `membership.missing`, and `member.last` for its only facilitator.
    """
    # two facilitators who remove each other at once must not leave nobody
    session.execute(sa.select(Consultation.id).where(Consultation.id == consultation.id).with_for_update())
    account = get_account(session, account_id)
    members = list_members(session, consultation)
    facilitators = {each.id for each, role in members if role is Role.FACILITATOR}
    if facilitators == {account_id}:
        raise RecordError("member.last")
    leave_consultation(session, account, consultation)
    for waiting, _role in members if account_id in facilitators else ():
        end_first_links(session, waiting)
    record_action(session, by.account_id, LEFT, account, now=by.now, reason=consultation.code)
    return account
