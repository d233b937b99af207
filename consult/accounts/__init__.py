"""Signing in and out, and one's own password."""

from flask import Flask

from consult.access import PUBLIC, SIGNED_IN, Access
from consult.accounts import audit, welcome
from consult.accounts.routes import blueprint
from consult.accounts.security import add_security

# Imported for their routes.
PAGES = (audit, welcome)

__all__ = ["add_accounts"]


def add_accounts(app: Flask) -> dict[str, Access]:
    """Give an application its accounts; return who may open the pages that Flask-Security makes."""
    add_security(app)
    app.register_blueprint(blueprint)
    return {
        "security.login": PUBLIC,
        "security.logout": PUBLIC,  # whose session is over may still press the button
        "security.change_password": SIGNED_IN,
    }
