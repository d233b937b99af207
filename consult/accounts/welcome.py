"""The first password: a link that a facilitator passes on, good for two weeks and until a password is chosen.

The link is signed and kept nowhere. It names the account and what its browsers would hold, which changes with every
password: used once, it leads nowhere.
"""

from datetime import UTC, datetime
from hashlib import sha256

from flask import current_app, g, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from consult.access import public
from consult.accounts.forms import NewPassword
from consult.accounts.passwords import hash_password
from consult.accounts.routes import blueprint
from consult.extensions import db
from consult.limits import code_limit
from consult.record.account import Account, set_password_hash
from consult.record.audit import record_action
from consult.record.database import begin

DAYS = 14
Answer = str | Response | tuple[str, int]


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
    return _dead_link() if account is None else _show(account, NewPassword())


@blueprint.post("/welcome/<token>")
@code_limit
@public
def choose_password(token: str) -> Answer:
    """Keep the password, and lead to the page where people sign in."""
    begin(db.session(), read_only=True)
    account = _find_account(db.session(), token)
    if account is None:
        return _dead_link()
    form = NewPassword(request.form)
    if not (form.validate() and form.check_new(account.email, account.name)):
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


def _show(account: Account, form: NewPassword) -> str:
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
