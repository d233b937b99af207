"""Who have we not heard? A board of counts that follows what arrives, and how many people are hoped for."""

from datetime import UTC, date, datetime

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from analysis.audience import Audience
from consult.access import needs
from consult.disclosure import rule_for
from consult.extensions import db
from consult.languages import Formats
from consult.manage.blueprint import blueprint
from consult.manage.board import make_board
from consult.manage.channels import name_channels
from consult.manage.invited import INVITED_BY, count_invited
from consult.manage.standing import find_standing
from consult.record.account import Role
from consult.record.consultation import Consultation, Group, get_consultation, list_groups
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.monitoring import monitor
from consult.record.participation import MOST_HOPED_FOR, Attribute, list_attributes, list_targets, set_targets

# How a page that watches asks for its numbers.
_EVERY_SECONDS = 30
_ANYBODY = ""


@blueprint.get("/<code:code>/participation")
@needs(Role.FACILITATOR)
def participation(code: str) -> str:
    """Show who is missing, and the counts behind that."""
    return _show(code, "manage/participation.html")


@blueprint.get("/<code:code>/participation/numbers")
@needs(Role.FACILITATOR)
def participation_numbers(code: str) -> str:
    """Return the part of the page that changes, for a page that watches."""
    return _show(code, "manage/_board.html")


@blueprint.get("/<code:code>/participation/targets")
@needs(Role.FACILITATOR)
def targets(code: str) -> str:
    """Ask how many people are hoped for with each answer to a question, of a group or of any."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    attribute, group = _read_place(consultation)
    stored = list_targets(db.session(), consultation, attribute.code)
    typed = {value: str(stored.get((group.id if group else None, value), "")) for value in attribute.choices}
    return _show_targets(consultation, attribute, group, typed, {})


@blueprint.post("/<code:code>/participation/targets")
@needs(Role.FACILITATOR)
def change_targets(code: str) -> Response | tuple[str, int]:
    """Keep them, all or none."""
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    attribute, group = _read_place(consultation)
    typed = {value: request.form.get(f"hoped.{value}", "").strip()[:12] for value in attribute.choices}
    wrong = {value: _not_a_number() for value, text in typed.items() if text and not _is_number(text)}
    if wrong:
        return _show_targets(consultation, attribute, group, typed, wrong), 422
    hoped = {value: int(text) if text else 0 for value, text in typed.items()}
    by = By(current_user.id, datetime.now(UTC))
    try:
        set_targets(db.session(), consultation, attribute.code, group.code if group else None, hoped, by)
    except RecordError as error:
        db.session.rollback()
        if error.code not in {"question.unknown", "choice.unknown", "group.unknown"}:
            raise
        abort(404)
    db.session.commit()
    flash(_("The targets are kept."))
    return redirect(url_for("manage.participation", code=code, by=attribute.code, _anchor="answers"), 303)


def _show(code: str, template: str) -> str:
    session, today = db.session(), date.today()
    begin(session, read_only=True)
    consultation = get_consultation(session, code)
    attributes = list_attributes(session, consultation)
    attribute = _choose(attributes, request.args.get("by"))
    invited_by, least = request.args.get("of", ""), rule_for(session, consultation, Audience.COMMITTEE).least
    return render_template(
        template,
        consultation=consultation,
        board=make_board(session, consultation, attribute, least),
        attributes=attributes,
        invited=count_invited(session, consultation, invited_by if invited_by in INVITED_BY else INVITED_BY[0], least),
        monitoring=monitor(session, consultation, today),
        standing=find_standing(consultation, today),
        channel_names=name_channels(g.language),
        least=least,
        time=Formats(g.language).time(datetime.now(UTC)),
        every=_EVERY_SECONDS,
    )


def _choose(attributes: list[Attribute], code: str | None) -> Attribute | None:
    """Return the question that was chosen, else one about a region, else the first."""
    by_code = {each.code: each for each in attributes}
    regional = next((each for each in attributes if "region" in each.code), None)
    return by_code.get(code or "") or regional or next(iter(attributes), None)


def _read_place(consultation: Consultation) -> tuple[Attribute, Group | None]:
    """Return the question and the group that the address names; 404 where there are none such."""
    attributes = {each.code: each for each in list_attributes(db.session(), consultation)}
    groups = {group.code: group for group in list_groups(db.session(), consultation)}
    attribute = attributes.get(request.args.get("by", ""))
    group = request.args.get("group", _ANYBODY)
    if attribute is None or (group != _ANYBODY and group not in groups):
        abort(404)
    return attribute, groups.get(group)


def _show_targets(
    consultation: Consultation, attribute: Attribute, group: Group | None, typed: dict[str, str], wrong: dict[str, str]
) -> str:
    return render_template(
        "manage/participation_targets.html",
        consultation=consultation,
        attribute=attribute,
        group=group,
        groups=list_groups(db.session(), consultation),
        typed=typed,
        wrong=wrong,
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) <= MOST_HOPED_FOR


def _not_a_number() -> str:
    return str(_("Write a whole number from 0 to %(most)s.", most=Formats(g.language).number(MOST_HOPED_FOR)))
