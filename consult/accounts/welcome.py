"""The first password: a link that a facilitator passes on, good for two weeks and until a password is chosen.

The link is signed and kept nowhere. It names the account and what its browsers would hold, which changes with every
password: used once, it leads nowhere.
"""

from datetime import UTC, datetime
from hashlib import sha256

from flask import current_app, g, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Form, PasswordField
from wtforms.validators import InputRequired

from consult.access import public
from consult.accounts.forms import FAULTS
from consult.accounts.passwords import find_fault, hash_password, normalise_password
from consult.accounts.routes import blueprint
from consult.extensions import db
from consult.limits import code_limit
from consult.record.account import Account, set_password_hash
from consult.record.audit import record_action
from consult.record.database import begin

DAYS = 14
Answer = str | Response | tuple[str, int]


class FirstPasswordForm(Form):  # type: ignore[misc]  # WTForms brings no types
    """A new password, twice."""

    new_password = PasswordField(
        _("New password"),
        validators=[InputRequired(_("Type a new password."))],
        render_kw={"autocomplete": "new-password"},
    )
    new_password_confirm = PasswordField(
        _("New password, again"),
        validators=[InputRequired(_("Type the new password again."))],
        render_kw={"autocomplete": "new-password"},
    )

    def check(self, account: Account) -> bool:
        """Check what was typed for an account; what is wrong is put at its field."""
        if not self.validate():
            return False
        new = self.new_password.data
        if fault := find_fault(new, account.email, account.name):
            self.new_password.errors = [FAULTS[fault]]
        elif normalise_password(new) != normalise_password(self.new_password_confirm.data):
            self.new_password_confirm.errors = [_("This is not the same password as above. Type it again.")]
        return not self.errors


def welcome_address(account: Account) -> str:
    """Return the address where an account without a password gets its first one, in the person's language."""
    token = _signer().dumps([account.id, _mark(account)])
    return url_for("accounts.welcome", token=token, language=account.language, _external=True)


@blueprint.get("/welcome/<token>")
@code_limit
@public
def welcome(token: str) -> Answer:
    """Ask for a password."""
    begin(db.session(), read_only=True)
    account = _find_account(db.session(), token)
    return _dead_link() if account is None else _show(account, FirstPasswordForm())


@blueprint.post("/welcome/<token>")
@code_limit
@public
def choose_password(token: str) -> Answer:
    """Keep the password, and lead to the page where people sign in."""
    begin(db.session(), read_only=True)
    account = _find_account(db.session(), token)
    if account is None:
        return _dead_link()
    form = FirstPasswordForm(request.form)
    if not form.check(account):
        return _show(account, form), 422
    db.session.rollback()
    digest = hash_password(form.new_password.data)  # takes a moment, while others may write
    begin(db.session())
    account = _find_account(db.session(), token)
    if account is None:  # chosen in another tab meanwhile
        return _dead_link()
    set_password_hash(db.session(), account, digest)
    record_action(db.session(), account.id, "account.password_chosen", account, now=datetime.now(UTC))
    db.session.commit()
    return redirect(url_for("security.login", language=g.language), 303)


def _show(account: Account, form: FirstPasswordForm) -> str:
    return render_template("accounts/welcome.html", form=form, account=account)


def _dead_link() -> tuple[str, int]:
    return render_template("accounts/welcome_over.html", days=DAYS), 404


def _find_account(session: Session, token: str) -> Account | None:
    """Return the account that a link is for, while it has no password."""
    try:
        account_id, mark = _signer().loads(token, max_age=DAYS * 24 * 3600)
    except (BadData, TypeError, ValueError):
        return None
    account = session.get(Account, account_id, populate_existing=True)
    is_live = account is not None and account.active and account.password_hash is None and _mark(account) == mark
    return account if is_live else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="consult welcome")


def _mark(account: Account) -> str:
    return sha256(account.fs_uniquifier.encode()).hexdigest()[:16]
