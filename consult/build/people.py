"""Who runs the consultation with the facilitator: colleagues and committee members, invited and removed."""

from typing import TypeAlias

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import Form, SelectChoice, StringField
from wtforms.fields import EmailField, RadioField
from wtforms.validators import InputRequired, Length

from consult.access import needs
from consult.accounts.welcome import DAYS, welcome_address
from consult.build.blueprint import blueprint
from consult.build.found import acting
from consult.build.messages import refusal
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.consultation import get_consultation
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.team import Invited, invite_member, list_team, may_give_link, remove_member
from surveys.cleaning import clean_text

Answer: TypeAlias = Response | tuple[str, int]


class InviteForm(Form):  # type: ignore[misc]  # WTForms brings no types
    """Whom to invite."""

    name = StringField(
        lazy_gettext("Name"),
        filters=[lambda text: clean_text(text or "")],
        validators=[
            InputRequired(lazy_gettext("Type the person’s name.")),
            Length(max=200, message=lazy_gettext("This name is too long. Shorten it.")),
        ],
    )
    email = EmailField(
        lazy_gettext("E-mail address"),
        filters=[lambda text: (text or "").strip()],
        validators=[InputRequired(lazy_gettext("Type the person’s e-mail address."))],
    )
    role = RadioField(
        lazy_gettext("Part"),
        choices=[SelectChoice(Role.FACILITATOR.value), SelectChoice(Role.COMMITTEE.value)],
        default=Role.COMMITTEE.value,
        validate_choice=False,
        validators=[InputRequired(lazy_gettext("Choose a part."))],
    )
    language = RadioField(choices=[SelectChoice("fr"), SelectChoice("en")], default="fr", validate_choice=False)


@blueprint.get("/<code:code>/people")
@needs(Role.FACILITATOR)
def people(code: str) -> Answer:
    """Show the members, and the links that some of them wait for."""
    return _show(code, InviteForm(data={"language": g.language}))


@blueprint.post("/<code:code>/people")
@needs(Role.FACILITATOR)
def invite(code: str) -> Answer:
    """Give somebody a part in the consultation."""
    form = InviteForm(request.form)
    if not form.validate() or form.role.data not in (Role.FACILITATOR, Role.COMMITTEE):
        return _show(code, form, status=422)
    try:
        begin(db.session())
        consultation = get_consultation(db.session(), code)
        language = form.language.data if form.language.data in ("fr", "en") else g.language
        invited = Invited(form.email.data, form.name.data, Role(form.role.data), language)
        account = invite_member(db.session(), consultation, invited, acting())
        db.session.commit()
    except RecordError as error:
        return _refuse(code, error, form)
    if account.password_hash is None:
        flash(_("%(name)s was added. Pass on the link below: with it they choose a password.", name=account.name))
    else:
        flash(_("%(name)s was added. They sign in as usual.", name=account.name))
    return redirect(url_for("build.people", code=code), 303)


@blueprint.route("/<code:code>/people/<int:member_id>/remove", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def remove(code: str, member_id: int) -> Answer:
    """End somebody's part in the consultation; their account stays."""
    if request.method == "GET":  # the other language of a page that was refused here
        return redirect(url_for("build.people", code=code), 303)
    try:
        begin(db.session())
        account = remove_member(db.session(), get_consultation(db.session(), code), member_id, acting())
        db.session.commit()
    except RecordError as error:
        return _refuse(code, error, InviteForm(data={"language": g.language}))
    flash(_("%(name)s is no longer a member.", name=account.name))
    if member_id == current_user.id:
        return redirect(url_for("manage.consultations"), 303)
    return redirect(url_for("build.people", code=code), 303)


def _refuse(code: str, error: RecordError, form: InviteForm) -> Answer:
    db.session.rollback()
    sentence = refusal(error, interface_words(g.language))
    if sentence is None:
        raise error
    if error.code == "account.no_name":
        form.name.errors = [sentence]
    elif error.code.startswith(("account.bad", "member.exists", "member.closed", "member.not_ready")):
        form.email.errors = [sentence]
    else:
        return _show(code, form, problem=sentence, status=409)
    return _show(code, form, status=422)


def _show(code: str, form: InviteForm, *, problem: str = "", status: int = 200) -> Answer:
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    team = list_team(db.session(), consultation)
    links = {
        member.account.id: welcome_address(member.account)
        for member in team
        if may_give_link(db.session(), member.account, current_user.id)
    }
    page = render_template(
        "build/people.html",
        consultation=consultation,
        team=team,
        links=links,
        form=form,
        problem=problem,
        days=DAYS,
    )
    return page, status
