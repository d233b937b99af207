"""A form typed in a second time, blind; then the two entries beside each other, and the paper decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from consult.access import needs
from consult.enter.batches import Opened, Page, explain, find_batch, keyring
from consult.enter.blueprint import blueprint
from consult.enter.forms import read_typed
from consult.enter.screens import draw_sections
from consult.extensions import db
from consult.languages import interface_words
from consult.question_words import question_words
from consult.record.account import Role
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.form_entry import correct_form, keys_of
from consult.record.response import find_submitted
from consult.record.second_entry import (
    Difference,
    compare_form,
    find_waiting,
    forget_sampled,
    may_compare,
    settle_form,
)
from consult.record.typed_form import TypedForm, get_form
from surveys.problems import Problem
from surveys.question_types import get_type


@dataclass(frozen=True)
class Read:
    """A question in which two entries differ, with each as it is read."""

    code: str
    number: int
    text: str
    first: str
    second: str


@blueprint.get("/<code:code>/paper-forms/<int:number>/second/<key>")
@needs(Role.FACILITATOR)
def second(code: str, number: int, key: str) -> Page:
    """Show an empty form for a second entry: nothing of the first is on the page."""
    begin(db.session(), read_only=True)
    opened = find_batch(db.session(), code, number)
    form = _find_drawn(opened, key)
    if not may_compare(form, current_user.id, date.today()):
        flash(explain(RecordError("second.too_soon")))
        return redirect(url_for("enter.batch", code=code, number=number, _anchor="second"), 303)
    return _show(opened, form, {})


@blueprint.post("/<code:code>/paper-forms/<int:number>/second/<key>")
@needs(Role.FACILITATOR)
def compare(code: str, number: int, key: str) -> Page:
    """Compare the second entry with the first; where they differ, show both."""
    begin(db.session(), read_only=True)
    opened = find_batch(db.session(), code, number)
    form = _find_drawn(opened, key)
    language = _language_of(form)
    read = read_typed(opened, language)
    if request.form.get("do") == "check" or read.problems:
        page = _show(opened, form, request.form, read.problems)
        return (page, 422) if read.problems else page
    shown = form.number
    db.session.rollback()
    begin(db.session())
    opened = find_batch(db.session(), code, number)
    try:
        found = compare_form(
            db.session(),
            keyring(),
            opened.batch,
            key,
            read.raw,
            read.marks,
            account_id=current_user.id,
            today=date.today(),
        )
    except RecordError as error:
        db.session.rollback()
        return _refused(code, number, key, error)
    db.session.commit()
    if not found:
        flash(_("Form %(number)s: the two entries agree.", number=shown))
        return redirect(_next(code, number), 303)
    begin(db.session(), read_only=True)
    opened = find_batch(db.session(), code, number)
    return render_template(
        "enter/differences.html",
        consultation=opened.consultation,
        batch=opened.batch,
        form=get_form(db.session(), opened.batch, key),
        rows=_read(opened, found, language),
        typed={name: text for name, text in request.form.items() if name.startswith("q.")},
        form_language=language,
    )


@blueprint.route("/<code:code>/paper-forms/<int:number>/second/<key>/settle", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def settle(code: str, number: int, key: str) -> Page:
    """Keep the first entry of each question, or take the second where the paper says so."""
    if request.method == "GET":  # signed in again: what was sent is not there any more
        return redirect(url_for("enter.batch", code=code, number=number), 303)
    begin(db.session())
    opened = find_batch(db.session(), code, number)
    form = _find_drawn(opened, key)
    read = read_typed(opened, _language_of(form))
    taken = {name.partition(".")[2] for name, side in request.form.items() if name.startswith("use.") and side == "2"}
    try:
        raw = {each: value for each, value in read.raw.items() if each in taken}
        marks = {each: value for each, value in read.marks.items() if each in taken}
        if raw:
            correct_form(db.session(), keyring(), opened.batch, key, raw, marks, date.today())
        settle_form(db.session(), opened.batch, key)
    except RecordError as error:
        db.session.rollback()
        # an answer that cannot stand beside the others: the whole form is put right from the paper
        flash(
            _("That could not be taken over. Put the form right from the paper.") if error.problems else explain(error)
        )
        return redirect(url_for("enter.form", code=code, number=number, key=key), 303)
    shown = form.number
    db.session.commit()
    flash(_("Form %(number)s is settled.", number=shown))
    return redirect(_next(code, number), 303)


def _next(code: str, number: int) -> str:
    """Return the address of the next form to enter twice, or of the batch."""
    begin(db.session(), read_only=True)
    opened = find_batch(db.session(), code, number)
    mine, _others = find_waiting(db.session(), opened.batch, current_user.id, date.today())
    if mine:
        return url_for("enter.second", code=code, number=number, key=mine[0].id)
    return url_for("enter.batch", code=code, number=number, _anchor="second")


def _find_drawn(opened: Opened, key: str) -> TypedForm:
    try:
        form = get_form(db.session(), opened.batch, key)
    except RecordError:
        abort(404)
    return form if form.is_sampled else abort(404)


def _language_of(form: TypedForm) -> str:
    response = find_submitted(db.session(), keys_of(keyring(), form))
    return response.language if response is not None else g.language


def _refused(code: str, number: int, key: str, error: RecordError) -> Page:
    if error.code == "response.withdrawn":
        begin(db.session())
        opened = find_batch(db.session(), code, number)
        forget_sampled(db.session(), opened.batch, key)
        db.session.commit()
    elif error.problems:
        begin(db.session(), read_only=True)
        opened = find_batch(db.session(), code, number)
        return _show(opened, _find_drawn(opened, key), request.form, list(error.problems)), 422
    flash(explain(error))
    return redirect(url_for("enter.batch", code=code, number=number, _anchor="second"), 303)


def _show(opened: Opened, form: TypedForm, typed: Mapping[str, str], problems: list[Problem] | None = None) -> str:
    language = _language_of(form)
    return render_template(
        "enter/second.html",
        consultation=opened.consultation,
        batch=opened.batch,
        form=form,
        head={"language": language},
        sections=draw_sections(opened.survey, language, g.language, typed, problems or ()),
        problem="",
        place="",
    )


def _read(opened: Opened, found: list[Difference], language: str) -> list[Read]:
    words = question_words(interface_words(language))
    asked = [each for each in opened.survey.questions if get_type(each).takes_answer]
    numbers = {each.code: number for number, each in enumerate(asked, start=1)}
    questions = {each.code: each for each in asked}
    signs = {"illegible": _("Illegible"), "two_ticked": _("Two boxes ticked")}

    def said(code: str, value: dict[str, object] | None, marks: tuple[str, ...]) -> str:
        lines = [] if value is None else get_type(questions[code]).show(questions[code], value, language, words)
        return "\n".join([*(line.text for line in lines), *(signs[mark] for mark in marks)])

    return [
        Read(
            each.question,
            numbers[each.question],
            questions[each.question].text.shown(language)[1],
            said(each.question, each.first, each.first_marks),
            said(each.question, each.second, each.second_marks),
        )
        for each in found
    ]
