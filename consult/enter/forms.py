"""One form on the screen: typed in with the keyboard alone, corrected, taken out again, and its slip."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from consult.access import needs
from consult.enter.batches import Opened, Page, explain, find_batch, keyring
from consult.enter.blueprint import blueprint
from consult.enter.fields import ReadForm, fill_fields, read_form
from consult.enter.screens import draw_sections
from consult.extensions import db
from consult.languages import LANGUAGES, interface_words
from consult.question_words import question_words
from consult.record.account import Role
from consult.record.consultation import list_groups
from consult.record.database import begin, random_key
from consult.record.errors import RecordError
from consult.record.form_entry import (
    FormEntry,
    correct_form,
    keys_of,
    leave_for_online,
    next_number,
    receipt_of,
    remove_form,
    save_form,
)
from consult.record.keys import normalise_code
from consult.record.response import find_submitted, get_answers
from consult.record.second_entry import settle_form
from consult.record.storage import scrub_storage
from consult.record.typed_code import count_codes
from consult.record.typed_form import TypedForm, get_form
from consult.respond.places import Asked
from surveys.problems import Problem

_KEY_LENGTH = 32
_SCRUB_SECONDS = 2.0
_HEAD = ("number", "language", "group", "code", "key")
# What is wrong with the head of a form, by the input to go to.
_PLACES = {
    "form.number": "number",
    "form.number_taken": "number",
    "code.unknown": "code",
    "code.answered": "code",
    "code.begun": "code",
    "code.needed": "code",
}


@blueprint.get("/<code:code>/paper-forms/<int:number>/type")
@needs(Role.FACILITATOR)
def type_form(code: str, number: int) -> Page:
    """Show an empty form, and what became of the one before."""
    begin(db.session(), read_only=True)
    opened = find_batch(db.session(), code, number)
    if opened.batch.is_closed:
        return redirect(url_for("enter.batch", code=code, number=number), 303)
    head = {
        "number": str(next_number(db.session(), opened.batch)),
        "language": opened.batch.language,
        "group": "",
        "code": "",
        "key": random_key(),
    }
    last = _find_form(db.session(), opened, request.args.get("last", ""))
    return _show(db.session(), opened, head, {}, last=last)


@blueprint.post("/<code:code>/paper-forms/<int:number>/type")
@needs(Role.FACILITATOR)
def receive_form(code: str, number: int) -> Page:
    """Save a form, leave it for its person to go on online, or show what is typed as it is read."""
    action = request.form.get("do", "check")
    begin(db.session(), read_only=True)
    opened = find_batch(db.session(), code, number)
    head = {name: request.form.get(name, "").strip()[:64] for name in _HEAD}
    if head["language"] not in LANGUAGES or len(head["key"]) != _KEY_LENGTH:
        abort(400)
    read = read_typed(opened, head["language"])
    if action == "check" or read.problems:
        page = _show(db.session(), opened, head, request.form, read.problems)
        return page if not read.problems else (page, 422)
    db.session.rollback()
    begin(db.session())
    opened = find_batch(db.session(), code, number)
    try:
        if action == "online":
            return _leave(opened, head, read)
        form = save_form(db.session(), keyring(), opened.consultation, number, _entry(head, read), date.today())
        saved, shown = form.id, form.number
    except RecordError as error:
        db.session.rollback()
        return _refused(code, number, head, error)
    db.session.commit()
    flash(_("Form %(number)s is saved.", number=shown))
    return redirect(url_for("enter.type_form", code=code, number=number, last=saved), 303)


@blueprint.get("/<code:code>/paper-forms/<int:number>/forms/<key>")
@needs(Role.FACILITATOR)
def form(code: str, number: int, key: str) -> Page:
    """Show a form as it was typed in, to be put right."""
    begin(db.session(), read_only=True)
    opened = find_batch(db.session(), code, number)
    found = _find_form(db.session(), opened, key) or abort(404)
    response = find_submitted(db.session(), keys_of(keyring(), found)) or abort(404)
    if response.is_withdrawn:
        flash(_("The person has withdrawn these answers: there is nothing left to change."))
        return redirect(url_for("enter.batch", code=code, number=number), 303)
    values = get_answers(db.session(), response)
    labels = question_words(interface_words(response.language))
    typed: dict[str, str] = {}
    for question in opened.survey.questions:
        if question.type != "text_block":
            marks = found.marks.get(question.code, [])
            typed |= fill_fields(question, values.get(question.code), marks, response.language, labels)
    return _show_correction(opened, found, response.language, typed)


@blueprint.post("/<code:code>/paper-forms/<int:number>/forms/<key>")
@needs(Role.FACILITATOR)
def correct(code: str, number: int, key: str) -> Page:
    """Put a form right; whoever corrects a form with differences has looked at the paper, and settles them."""
    begin(db.session(), read_only=True)
    opened = find_batch(db.session(), code, number)
    found = _find_form(db.session(), opened, key) or abort(404)
    response = find_submitted(db.session(), keys_of(keyring(), found)) or abort(404)
    language = response.language
    read = read_typed(opened, language)
    if request.form.get("do") == "check" or read.problems:
        page = _show_correction(opened, found, language, request.form, read.problems)
        return (page, 422) if read.problems else page
    db.session.rollback()
    begin(db.session())
    opened = find_batch(db.session(), code, number)
    try:
        correct_form(db.session(), keyring(), opened.batch, key, read.raw, read.marks, date.today())
        settle_form(db.session(), opened.batch, key)
    except RecordError as error:
        db.session.rollback()
        begin(db.session(), read_only=True)
        opened = find_batch(db.session(), code, number)
        found = _find_form(db.session(), opened, key) or abort(404)
        problems = list(error.problems)
        problem = "" if problems else explain(error)
        return _show_correction(opened, found, language, request.form, problems, problem), 422
    db.session.commit()
    flash(_("The form is saved."))
    return redirect(url_for("enter.batch", code=code, number=number), 303)


@blueprint.route("/<code:code>/paper-forms/<int:number>/forms/<key>/remove", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def remove(code: str, number: int, key: str) -> Page:
    """Take a form out again; pressed twice, it is done once."""
    if request.method == "GET":  # signed in again: what was sent is not there any more
        return redirect(url_for("enter.batch", code=code, number=number), 303)
    begin(db.session())
    opened = find_batch(db.session(), code, number)
    try:
        remove_form(db.session(), keyring(), opened.batch, key)
    except RecordError as error:
        db.session.rollback()
        flash(explain(error))
        return redirect(url_for("enter.batch", code=code, number=number), 303)
    db.session.commit()
    with suppress(RecordError):  # "busy": the rows are erased, and the batch of every night removes the bytes
        scrub_storage(db.engine, wait_seconds=_SCRUB_SECONDS)
    flash(_("The form was taken out: its answers are erased."))
    return redirect(url_for("enter.batch", code=code, number=number), 303)


@blueprint.get("/<code:code>/paper-forms/<int:number>/forms/<key>/slip")
@needs(Role.FACILITATOR)
def slip(code: str, number: int, key: str) -> Page:
    """Show the slip with the receipt, in the language of the form, to be printed for its person."""
    begin(db.session(), read_only=True)
    opened = find_batch(db.session(), code, number)
    found = _find_form(db.session(), opened, key) or abort(404)
    response = find_submitted(db.session(), keys_of(keyring(), found)) or abort(404)
    g.language = response.language
    return render_template(
        "enter/slip.html",
        consultation=opened.consultation,
        batch=opened.batch,
        form=found,
        receipt=receipt_of(keyring(), found),
        received_on=response.submitted_on,
    )


def read_typed(opened: Opened, language: str) -> ReadForm:
    """Return the form of the request as it was typed."""
    return read_form(opened.survey, request.form, language, question_words(interface_words(language)))


def _entry(head: Mapping[str, str], read: ReadForm) -> FormEntry:
    number = head["number"]
    return FormEntry(
        key=head["key"],
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 0,
        raw=read.raw,
        language=head["language"],
        marks=read.marks,
        code=head["code"],
        group=head["group"] or None,
        account_id=current_user.id,
        joins_draft=request.form.get("joins") == "1",
    )


def _leave(opened: Opened, head: Mapping[str, str], read: ReadForm) -> Page:
    """Put what was typed into the draft of its code."""
    if not normalise_code(head["code"]):
        raise RecordError("code.needed")
    entry = _entry(head, read)
    page = Asked(opened.consultation, opened.version, opened.survey).first_page
    said = {code: raw for code, raw in entry.raw.items() if any(raw["cells"].values())}
    kept = FormEntry(entry.key, entry.number, said, entry.language, code=entry.code, group=entry.group)
    leave_for_online(db.session(), keyring(), opened.consultation, opened.version, kept, date.today(), page=page)
    code, number = opened.consultation.code, opened.batch.number
    db.session.commit()
    flash(_("What was typed waits online: its person goes on with the code, and sends it. It is not counted yet."))
    return redirect(url_for("enter.type_form", code=code, number=number), 303)


def _refused(code: str, number: int, head: dict[str, str], error: RecordError) -> Page:
    """Show the form as it was typed, with what is wrong."""
    begin(db.session(), read_only=True)
    opened = find_batch(db.session(), code, number)
    if error.code == "response.refused":
        return _show(db.session(), opened, head, request.form, list(error.problems)), 422
    problem = explain(error)
    if error.code == "form.number_taken":
        head = head | {"number": str(error.values["next"])}
    place = _PLACES.get(error.code, "number")
    page = _show(
        db.session(), opened, head, request.form, problem=problem, place=place, is_begun=error.code == "code.begun"
    )
    return page, 422


def _find_form(session: Session, opened: Opened, key: str) -> TypedForm | None:
    try:
        return get_form(session, opened.batch, key)
    except RecordError:
        return None


def _show(
    session: Session,
    opened: Opened,
    head: Mapping[str, str],
    typed: Mapping[str, str],
    problems: list[Problem] | None = None,
    *,
    last: TypedForm | None = None,
    problem: str = "",
    place: str = "number",
    is_begun: bool = False,
) -> str:
    return render_template(
        "enter/form.html",
        consultation=opened.consultation,
        batch=opened.batch,
        head=head,
        groups=list_groups(session, opened.consultation),
        languages=[each for each in LANGUAGES if each in opened.consultation.required_languages()],
        has_codes=bool(count_codes(session, opened.consultation)),
        sections=draw_sections(opened.survey, head["language"], g.language, typed, problems or ()),
        last=last,
        last_receipt=receipt_of(keyring(), last) if last is not None else "",
        problem=problem,
        place=place,
        is_begun=is_begun,
    )


def _show_correction(
    opened: Opened,
    found: TypedForm,
    language: str,
    typed: Mapping[str, str],
    problems: list[Problem] | None = None,
    problem: str = "",
) -> str:
    return render_template(
        "enter/correction.html",
        consultation=opened.consultation,
        batch=opened.batch,
        form=found,
        head={"language": language},
        sections=draw_sections(opened.survey, language, g.language, typed, problems or ()),
        problem=problem,
        place="",
    )
