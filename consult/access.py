"""Who may see which page: every route says so, and an application with a silent one does not start.

A view is declared by a decorator, `public`, `signed_in` or `needs(role, …)`. A view with roles and a ``code`` in its
address is only for the members of that consultation who have one of these parts in it; to others it does not exist
(404).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.extensions import db
from consult.record.account import Role, find_membership
from consult.record.database import begin

View = TypeVar("View", bound=Callable[..., Any])

SIGN_IN = "security.login"


@dataclass(frozen=True)
class Access:
    """Who may open a page: everybody, whoever has signed in, or accounts with one of some roles."""

    roles: frozenset[Role] = frozenset()
    is_public: bool = False

    def __str__(self) -> str:
        return "public" if self.is_public else " or ".join(sorted(self.roles)) or "signed in"


PUBLIC = Access(is_public=True)
SIGNED_IN = Access()
_DECLARED = "consult_access"


def public(view: View) -> View:
    """Declare a view that anybody may open."""
    setattr(view, _DECLARED, PUBLIC)
    return view


def signed_in(view: View) -> View:
    """Declare a view for any account, whatever its role."""
    setattr(view, _DECLARED, SIGNED_IN)
    return view


def needs(*roles: Role) -> Callable[[View], View]:
    """Declare a view for accounts with a role, any of those given."""

    def declare(view: View) -> View:
        setattr(view, _DECLARED, Access(frozenset(roles)))
        return view

    return declare


def guard_routes(app: Flask, others: dict[str, Access]) -> None:
    """Hold every route of a finished application to its declaration.

    `others` declares the endpoints of views that are not ours. Raises RuntimeError for a view without one, and for
    a declaration of a view that is not there.
    """
    missing = set(others) - set(app.view_functions)
    if missing:
        raise RuntimeError(f"{', '.join(sorted(missing))}: declared, but no such view")
    declared = dict(others)
    for endpoint, view in app.view_functions.items():
        access = declared.get(endpoint) or getattr(view, _DECLARED, None)
        if access is None:
            raise RuntimeError(f"{endpoint}: say who may open it (consult/access.py)")
        declared[endpoint] = access
    app.extensions[_DECLARED] = declared

    @app.before_request
    def hold() -> Response | None:
        if request.endpoint is None:
            return None  # an address that leads nowhere: everybody may be told so
        # A view that was added later has said nothing to us: it stays shut.
        return _hold(declared[request.endpoint]) if request.endpoint in declared else abort(403)


def access_of(app: Flask, endpoint: str) -> Access:
    """Return who may open an endpoint of a guarded application."""
    access: Access = app.extensions[_DECLARED][endpoint]
    return access


def _hold(access: Access) -> Response | None:
    """Send strangers to the sign-in page, refuse other roles, and hide the consultations of others."""
    if access.is_public:
        return None
    if not current_user.is_authenticated:
        # What was sent by a form is not there for a second look: after signing in, the first page.
        return redirect(url_for(SIGN_IN, next=_this_address() if request.method == "GET" else None), 303)
    if not access.roles:
        return None
    if not access.roles & set(current_user.role_codes):
        abort(403)
    code = (request.view_args or {}).get("code")
    if code is not None:
        g.part_here = _part_in(code)  # by which the frame of a page that several may read knows its reader
        if g.part_here not in access.roles:
            abort(404)
    return None


def _this_address() -> str:
    return request.full_path.rstrip("?")


def _part_in(code: str) -> Role | None:
    """Return the reader's part in a consultation."""
    begin(db.session(), read_only=True)
    part = find_membership(db.session(), current_user.id, code)
    db.session.commit()  # ends the reading: the view begins its own transaction
    return part
