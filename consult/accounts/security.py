"""Flask-Security as we use it: its sign-in, sign-out and change of password, with our forms, words and session."""

from datetime import timedelta

from flask import Flask, abort, request
from flask_login import current_user
from flask_security import Security
from flask_security.core import _user_loader
from flask_security.views import change_password, login
from werkzeug.wrappers import Response

from consult import limits
from consult.accounts import staff_session
from consult.accounts.datastore import Accounts
from consult.accounts.forms import PasswordForm, SignInForm
from consult.accounts.signed_in import SignedIn

BLUEPRINT = "security"

_SETTINGS = {
    "URL_PREFIX": "/<language:language>",
    "LOGIN_URL": "/sign-in",
    "LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "POST_LOGIN_VIEW": "accounts.start",
    "LOGOUT_URL": "/sign-out",
    "LOGOUT_METHODS": ["POST"],
    "POST_LOGOUT_VIEW": "home.index",
    "CHANGEABLE": True,
    "CHANGE_URL": "/account/password",
    "CHANGE_PASSWORD_TEMPLATE": "accounts/password.html",
    "POST_CHANGE_VIEW": "accounts.password_changed",
    "SEND_PASSWORD_CHANGE_EMAIL": False,  # there is no mailer
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": {"argon2"},  # as accounts.passwords makes it, for the command too
    "API_ENABLED_METHODS": ["session"],
    "FRESHNESS": timedelta(-1),
    "STATIC_FOLDER": None,
    "FLASH_MESSAGES": False,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
}

# Limited here, once: limits add up when a view is limited again for a second application.
_LIMITED = {
    "login": limits.sign_in_limit_of_network(limits.sign_in_limit_of_account(login)),
    "change_password": limits.password_limit(change_password),
}


def add_security(app: Flask) -> None:
    """Set Flask-Security up."""
    app.config.from_mapping({f"SECURITY_{name}": value for name, value in _SETTINGS.items()})
    security = Security(app, Accounts(), login_form=SignInForm, change_password_form=PasswordForm)
    security.want_json(lambda request: False)
    for name, view in _LIMITED.items():
        app.view_functions[f"{BLUEPRINT}.{name}"] = view
    # Principal would load the person on every request, participants' pages too; our roles are in consult/access.py.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    # It only guards Flask-Login's “fresh” sign-ins, of which we have none, and would write into participants' cookies.
    security.login_manager.session_protection = None
    # By the session alone: no token in an address or a header signs anybody in.
    security.login_manager.request_loader(None)
    security.login_manager.user_loader(_load)
    staff_session.watch_sessions(app)
    app.before_request(_refuse_json)
    app.after_request(_see_other)
    app.context_processor(lambda: {"signed_in_person": _person})


def _load(user_id: str) -> SignedIn | None:
    """Return the person of a browser's session, unless it is over or they were signed out elsewhere."""
    if staff_session.is_over():
        return None
    person: SignedIn | None = _user_loader(user_id)  # type: ignore[no-untyped-call]
    if person is None:
        staff_session.forget()
    return person


def _person() -> SignedIn | None:
    """Return who has signed in; no database is asked where nobody seems to have."""
    if not staff_session.is_staff_session() or not current_user.is_authenticated:
        return None
    person: SignedIn = current_user._get_current_object()
    return person


def _refuse_json() -> None:
    if request.blueprint == BLUEPRINT and request.is_json:
        abort(415)


def _see_other(response: Response) -> Response:
    """Answer a form with 303, as all our pages do."""
    if request.blueprint == BLUEPRINT and request.method == "POST" and response.status_code == 302:
        response.status_code = 303
    return response
