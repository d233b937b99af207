"""Where Flask-Security finds accounts: in the record, by transactions of its own that are over before it goes on."""

from datetime import UTC, datetime

from flask_security import RoleMixin, UserMixin
from flask_security.datastore import UserDatastore

from consult.accounts.signed_in import SignedIn
from consult.extensions import db
from consult.record.account import find_account, find_signed_in, get_account, set_password_hash
from consult.record.audit import record_action
from consult.record.database import unit_of_work
from consult.record.errors import RecordError


class Accounts(UserDatastore):
    """Accounts by address or by what a signed-in browser holds; changing a password is all that it writes."""

    def __init__(self) -> None:
        super().__init__(SignedIn, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **by: str) -> SignedIn | None:
        """Return the person of an address (``email=``) or of a browser (``fs_uniquifier=``)."""
        with unit_of_work(db.engine, read_only=True) as session:
            if "email" in by:
                try:
                    account = find_account(session, by["email"])
                except RecordError:
                    return None  # no address at all
            else:
                account = find_signed_in(session, by["fs_uniquifier"])
            return None if account is None else SignedIn.of(account)

    def put(self, user: SignedIn) -> SignedIn:
        """Keep a new password's hash and sign the person out everywhere."""
        with unit_of_work(db.engine) as session:
            account = get_account(session, user.id)
            set_password_hash(session, account, str(user.password))
            record_action(session, account.id, "account.password_changed", account, now=datetime.now(UTC))
            user.fs_uniquifier = account.fs_uniquifier
        return user

    def set_uniquifier(self, user: UserMixin, uniquifier: str | None = None) -> None:
        """Leave it to the record, which changes it with the password."""

    def commit(self) -> None:
        """Do nothing: `put` has committed."""
