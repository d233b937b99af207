"""The pages of accounts that are not Flask-Security's."""

from flask import Blueprint, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import signed_in
from consult.record.account import Role

blueprint = Blueprint("accounts", __name__, url_prefix="/<language:language>/account")


@blueprint.get("/")
@signed_in
def start() -> str | Response:
    """Lead a person who has signed in to where their work is."""
    if Role.FACILITATOR.value in current_user.role_codes:
        return redirect(url_for("manage.consultations"), 303)
    if Role.COMMITTEE.value in current_user.role_codes:
        return redirect(url_for("committee.consultations"), 303)
    return render_template("accounts/start.html")


@blueprint.get("/password/changed")
@signed_in
def password_changed() -> str:
    """Say that the password was changed, and what that did elsewhere."""
    return render_template("accounts/password_changed.html")
