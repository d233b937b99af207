"""The rules by which ballots are read: signed by the committee, or by the facilitator for it, before people answer."""

from datetime import UTC, datetime

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from analysis.ranking import FEW_BALLOTS, FEWEST_BALLOTS
from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.ranking_words import explain_method, method_name, say_kind
from consult.committee.rule_form import RuleForm, fill_form, find_criteria, offered_methods, read_form
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role, find_membership
from consult.record.consultation import Consultation, ConsultationState, get_consultation, list_groups
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.priority_rule import (
    LONGEST_WORDS,
    find_rule,
    is_locked,
    list_group_words,
    list_rules,
    list_signed,
    write_group_words,
)
from consult.record.ranking import is_made_for_good, sign_priorities
from consult.record.stored_ballots import KINDS, MATRIX, REACTIONS, SCALE, list_signable
from consult.record_messages import refusal
from surveys.cleaning import clean_text
from surveys.definition import Question
from surveys.localised import Localised

_BOTH = (Role.FACILITATOR, Role.COMMITTEE)


@blueprint.get("/<code:code>/rules")
@needs(*_BOTH)
def rules(code: str) -> str:
    """List what is ranked, or could be, with the rule of each."""
    begin(db.session(), read_only=True)
    session = db.session()
    consultation = get_consultation(session, code)
    listed, signed = list_signable(session, consultation), list_rules(session, consultation)
    words = interface_words(g.language)
    optional = {each for each, question in listed.items() if question.type in (MATRIX, REACTIONS)}
    return render_template(
        "committee/rules.html",
        consultation=consultation,
        listed={each: question for each, question in listed.items() if each not in optional or each in signed},
        optional={each: listed[each] for each in optional if each not in signed},
        kinds={each: say_kind(_kind_of(question), words) for each, question in listed.items()},
        signed={each: (rule, method_name(rule.method, words)) for each, rule in signed.items()},
    )


@blueprint.get("/<code:code>/rules/<question_code>")
@needs(*_BOTH)
def rule(code: str, question_code: str) -> tuple[str, int]:
    """Show the rule of a question, who signed it, and the form to sign another."""
    begin(db.session(), read_only=True)
    return _show(get_consultation(db.session(), code), question_code)


@blueprint.post("/<code:code>/rules/<question_code>")
@needs(*_BOTH)
def sign(code: str, question_code: str) -> Response | tuple[str, int]:
    """Sign a rule."""
    begin(db.session())
    session = db.session()
    consultation = get_consultation(session, code)
    listed = list_signable(session, consultation)
    question = listed.get(question_code) or abort(404)
    criteria = find_criteria(question, listed)
    groups = [group.code for group in list_groups(session, consultation)]
    words = interface_words(g.language)
    form = read_form(request.form, offered_methods(question, criteria), criteria, groups, words) or abort(400)
    if form.errors:
        return _show(consultation, question_code, form)
    new = form.make_rule(is_for_committee=_is_facilitator(code))
    by = By(current_user.id, datetime.now(UTC), form.reason)
    try:
        sign_priorities(session, consultation, question_code, new, by, seen=form.seen)
        db.session.commit()
    except RecordError as error:
        return _refuse(code, question_code, form, error)
    flash(_("The rule is signed."), "message")
    return redirect(url_for("committee.rule", code=code, question_code=question_code), 303)


@blueprint.route("/<code:code>/rules/<question_code>/words", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def say_in_words(code: str, question_code: str) -> Response:
    """Keep what is said in words of a small group."""
    back = redirect(url_for("committee.rule", code=code, question_code=question_code), 303)
    if request.method == "GET":
        return back
    begin(db.session())
    session = db.session()
    consultation = get_consultation(session, code)
    if question_code not in list_signable(session, consultation):
        abort(404)
    said = Localised(*(clean_text(request.form.get(name, ""))[:LONGEST_WORDS] for name in ("en", "fr")))
    try:
        by = By(current_user.id, datetime.now(UTC))
        write_group_words(session, consultation, question_code, request.form.get("group", ""), said, by)
    except RecordError:
        abort(400)
    db.session.commit()
    flash(_("The words are kept."), "message")
    return back


def _show(
    consultation: Consultation, question_code: str, form: RuleForm | None = None, problem: str = "", status: int = 200
) -> tuple[str, int]:
    session = db.session()
    listed = list_signable(session, consultation)
    question = listed.get(question_code) or abort(404)
    criteria = find_criteria(question, listed)
    methods = offered_methods(question, criteria)
    rule = find_rule(session, consultation, question_code)
    words = interface_words(g.language)
    page = render_template(
        "committee/rule.html",
        consultation=consultation,
        question=question,
        kind=say_kind(_kind_of(question), words),
        criteria=criteria,
        methods=[(name, method_name(name, words), explain_method(name, words)) for name in methods],
        groups=list_groups(session, consultation),
        group_words=list_group_words(session, consultation, question_code),
        rule=rule,
        signed=list_signed(session, consultation, question_code),
        is_locked=is_locked(session, consultation, question_code),
        is_made=is_made_for_good(session, consultation, question_code),
        decided={"included": _("include its voice"), "in_words": _("report in words")},
        is_closed=consultation.state is ConsultationState.CLOSED,
        is_optional=question.type in (MATRIX, REACTIONS),
        is_facilitator=_is_facilitator(consultation.code),
        form=form or fill_form(rule, methods, criteria),
        problem=problem,
        few=FEW_BALLOTS,
        fewest=FEWEST_BALLOTS,
        top=form.top if form else 3,
    )
    return page, 422 if form is not None and form.errors else status


def _refuse(code: str, question_code: str, form: RuleForm, error: RecordError) -> tuple[str, int]:
    """Say why nothing was signed; raises what there are no words for."""
    db.session.rollback()
    sentence = refusal(error, interface_words(g.language))
    if sentence is None:
        raise error
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    if error.code == "rule.needs_reason":
        form.errors["reason"] = sentence
        return _show(consultation, question_code, form)
    present = find_rule(db.session(), consultation, question_code)
    form.seen = present.id if present else 0
    return _show(consultation, question_code, form, sentence, 409)


def _is_facilitator(code: str) -> bool:
    return find_membership(db.session(), current_user.id, code) is Role.FACILITATOR


def _kind_of(question: Question) -> str:
    return SCALE if question.type == MATRIX else KINDS.get(question.type, REACTIONS)
