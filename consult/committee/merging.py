"""Groups put together before anything is hidden: what each way would hide, and the choice of one, with its reason."""

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from analysis.audience import Audience
from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.merging_form import (
    OWN,
    MergingForm,
    explain_problems,
    explain_refusal,
    fill_form,
    read_form,
)
from consult.disclosure import rule_for
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role, find_membership
from consult.record.consultation import Consultation, get_consultation, list_groups
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.group_merging import (
    choose_merging,
    find_merging,
    is_published_with,
    list_mergings,
    take_back_merging,
)
from consult.record.lifecycle import By
from consult.record.ranking import is_shown_to_committee
from consult.report.merging import describe_sets
from consult.report.merging_offers import read_offers
from consult.report.merging_words import say_set
from consult.report.sentences import Voice

_BOTH = needs(Role.FACILITATOR, Role.COMMITTEE)
_LONGEST_KEY = 9


@blueprint.get("/<code:code>/report/groups")
@_BOTH
def merging(code: str) -> str:
    """Show the groups, how much each way of putting them together hides, and the choice that stands."""
    begin(db.session(), read_only=True)
    return _show(db.session(), get_consultation(db.session(), code), MergingForm())


@blueprint.post("/<code:code>/report/groups")
@_BOTH
def choose_groups(code: str) -> Response | tuple[str, int]:
    """Choose which groups go together."""
    begin(db.session())
    session, typed = db.session(), request.form.to_dict()
    consultation = get_consultation(session, code)
    try:
        groups = [group.code for group in list_groups(session, consultation)]
        choose_merging(session, consultation, read_form(typed, groups), _by(), seen=_number(typed.get("seen", "")))
        session.commit()
    except RecordError as error:
        return _refuse(code, typed, error)
    flash(_("The choice is kept. The next report that is made follows it."))
    return redirect(url_for("committee.merging", code=code), 303)


@blueprint.route("/<code:code>/report/groups/take-back", methods=["GET", "POST"])
@_BOTH
def take_back_groups(code: str) -> Response | tuple[str, int]:
    """Take the choice back that stands."""
    back = redirect(url_for("committee.merging", code=code), 303)
    if request.method == "GET":
        return back
    begin(db.session())
    session = db.session()
    try:
        choice_id = _number(request.form.get("choice", ""))
        take_back_merging(session, get_consultation(session, code), choice_id, _by())
        session.commit()
    except RecordError as error:
        return _refuse(code, {}, error)
    flash(_("The choice is taken back. What was chosen before it counts again."))
    return back


def _show(session: Session, consultation: Consultation, form: MergingForm) -> str:
    voice = Voice.of(g.language)
    names = {group.code: group.name for group in list_groups(session, consultation)}
    values: dict[str, object] = {"is_shown": is_shown_to_committee(consultation)}
    if values["is_shown"]:
        public, within = (rule_for(session, consultation, each) for each in (Audience.PUBLIC, Audience.COMMITTEE))
        offered = read_offers(session, consultation, public, within)
        standing = find_merging(session, consultation)
        past = list_mergings(session, consultation)
        values |= {
            "offered": offered,
            "standing": standing,
            "is_published": standing is not None and is_published_with(session, consultation, standing),
            "past": [(each, [say_set(one, voice) for one in describe_sets(each.choice, names)]) for each in past],
            "typed": form.typed or fill_form(standing, [each.value for each in offered.offers]),
            "problem": form.problem,
            "errors": form.errors,
            "tell": lambda sets: "; ".join(voice.join([voice.text(names[each]) for each in one]) for one in sets) + ".",
            "own": OWN,
            "least": public.least,
            "within": within.least,
        }
    is_facilitator = find_membership(session, current_user.id, consultation.code) is Role.FACILITATOR
    return render_template(
        "committee/merging.html",
        consultation=consultation,
        is_facilitator=is_facilitator,
        frame="manage/layout.html" if is_facilitator else "committee/layout.html",
        **values,
    )


def _refuse(code: str, typed: Mapping[str, str], error: RecordError) -> tuple[str, int]:
    """Say why nothing was changed; raises what there are no words for."""
    db.session.rollback()
    if error.code == "merging.unknown_group":
        abort(400)
    words = interface_words(g.language)
    errors = explain_problems(error.problems, g.language, words)
    problem = explain_refusal(error, words) or ""
    if not (errors or problem):
        raise error
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    standing = find_merging(db.session(), consultation)
    kept = {**typed, "seen": str(standing.id if standing else 0)} if typed else {}
    page = _show(db.session(), consultation, MergingForm(kept, problem, errors))
    return page, 422 if errors else 409


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_KEY else 0


def _by() -> By:
    return By(current_user.id, datetime.now(UTC))
