"""Batches of forms on paper and of telephone answers: begun, looked at, closed."""

from dataclasses import dataclass
from datetime import date

from flask import Response, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from consult.access import needs
from consult.enter.blueprint import blueprint
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.consultation import Consultation, get_consultation, list_groups
from consult.record.contribution import Channel
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.keys import Keyring
from consult.record.second_entry import draw_sample, find_waiting, sample_size
from consult.record.survey import SurveyVersion, find_asked, list_surveys, list_versions, read_definition
from consult.record.typed_form import (
    EntryBatch,
    NewBatch,
    close_batch,
    count_batch,
    create_batch,
    get_batch,
    list_batches,
    list_forms,
)
from consult.record_messages import refusal
from surveys.cleaning import clean_text
from surveys.definition import Survey
from surveys.question_types import get_type

Page = str | Answer | Response | tuple[str, int]


@dataclass(frozen=True)
class Opened:
    """A batch with the survey that its forms answer."""

    consultation: Consultation
    batch: EntryBatch
    version: SurveyVersion
    survey: Survey


@blueprint.get("/<code:code>/paper-forms")
@needs(Role.FACILITATOR)
def batches(code: str) -> Page:
    """List the batches, and offer to begin one."""
    begin(db.session(), read_only=True)
    return _show_batches(db.session(), get_consultation(db.session(), code), _usual())


@blueprint.post("/<code:code>/paper-forms")
@needs(Role.FACILITATOR)
def begin_batch(code: str) -> Page:
    """Begin a batch."""
    typed = {name: clean_text(request.form.get(name, "")) for name in _usual()}
    begin(db.session())
    consultation = get_consultation(db.session(), code)
    asked = find_asked(db.session(), code)
    if asked is None:
        abort(404)
    try:
        new = _read_batch(typed)
        batch = create_batch(db.session(), consultation, asked[1], new, date.today())
    except RecordError as error:
        db.session.rollback()
        begin(db.session(), read_only=True)
        return _show_batches(db.session(), get_consultation(db.session(), code), typed, explain(error)), 422
    number = batch.number
    db.session.commit()
    return redirect(url_for("enter.type_form", code=code, number=number), 303)


@blueprint.get("/<code:code>/paper-forms/<int:number>")
@needs(Role.FACILITATOR)
def batch(code: str, number: int) -> Page:
    """Show a batch: its forms while it is open, what could not be read, and the second entry."""
    begin(db.session(), read_only=True)
    return _show_batch(db.session(), find_batch(db.session(), code, number))


@blueprint.route("/<code:code>/paper-forms/<int:number>/close", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def close(code: str, number: int) -> Page:
    """Close a batch, once the person has said that they know what goes."""
    if request.method == "GET":  # signed in again: what was sent is not there any more
        return redirect(url_for("enter.batch", code=code, number=number), 303)
    begin(db.session())
    opened = find_batch(db.session(), code, number)
    if request.form.get("understood") != "1":
        return _show_batch(db.session(), opened, _("Tick the box to say that you understand, or do not close.")), 422
    close_batch(db.session(), opened.consultation, number)
    db.session.commit()
    flash(_("The batch is closed: nothing leads from a form’s number to its answers any more."))
    return redirect(url_for("enter.batch", code=code, number=number), 303)


@blueprint.route("/<code:code>/paper-forms/<int:number>/second", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def draw(code: str, number: int) -> Page:
    """Draw the forms to enter twice, and go to the first that this person may type in."""
    if request.method == "GET":  # signed in again: what was sent is not there any more
        return redirect(url_for("enter.batch", code=code, number=number), 303)
    begin(db.session())
    opened = find_batch(db.session(), code, number)
    try:
        draw_sample(db.session(), opened.batch)
    except RecordError as error:
        db.session.rollback()
        flash(explain(error))
        return redirect(url_for("enter.batch", code=code, number=number), 303)
    mine, _others = find_waiting(db.session(), opened.batch, current_user.id, date.today())
    first = mine[0].id if mine else None
    db.session.commit()
    if first is None:
        return redirect(url_for("enter.batch", code=code, number=number, _anchor="second"), 303)
    return redirect(url_for("enter.second", code=code, number=number, key=first), 303)


def find_batch(session: Session, code: str, number: int) -> Opened:
    """Return a batch of a consultation with its survey; 404 where there is none."""
    consultation = get_consultation(session, code)
    try:
        found = get_batch(session, consultation, number)
    except RecordError:
        abort(404)
    version = session.get_one(SurveyVersion, found.version_id)
    return Opened(consultation, found, version, read_definition(version).survey)


def explain(error: RecordError) -> str:
    """Return the sentence for a refusal of the record; raises what these pages have no words for."""
    sentence = refusal(error, interface_words(g.language))
    if sentence is None:
        raise error
    return sentence


def keyring() -> Keyring:
    """Return the installation's keys."""
    keys: Keyring = current_app.extensions["keyring"]
    return keys


def _usual() -> dict[str, str]:
    today = date.today().isoformat()
    return {"channel": "paper", "language": g.language, "received_on": today, "note_taker": "", "group": ""}


def _read_batch(typed: dict[str, str]) -> NewBatch:
    try:
        received_on = date.fromisoformat(typed["received_on"])
    except ValueError:
        raise RecordError("batch.bad_day") from None
    if typed["channel"] not in {Channel.PAPER, Channel.PHONE}:
        abort(400)
    return NewBatch(
        Channel(typed["channel"]), typed["language"], received_on, typed["note_taker"], typed["group"] or None
    )


def _show_batches(session: Session, consultation: Consultation, typed: dict[str, str], problem: str = "") -> str:
    published = [each.code for each in list_surveys(session, consultation) if list_versions(session, each)]
    found = list_batches(session, consultation)
    return render_template(
        "enter/batches.html",
        consultation=consultation,
        groups=list_groups(session, consultation),
        published=published,
        languages=[each for each in ("fr", "en") if each in consultation.required_languages()],
        rows=[(each, count_batch(session, each)) for each in found],
        typed=typed,
        problem=problem,
    )


def _show_batch(session: Session, opened: Opened, problem: str = "") -> str:
    forms = list_forms(session, opened.batch)
    counts = count_batch(session, opened.batch)
    mine, others = find_waiting(session, opened.batch, current_user.id, date.today())
    asked = [each for each in opened.survey.questions if get_type(each).takes_answer]
    group = next((each for each in list_groups(session, opened.consultation) if each.id == opened.batch.group_id), None)
    compared = counts.compared * len(asked)
    differing = sum(each.disagreed for each in counts.questions.values())
    return render_template(
        "enter/batch.html",
        consultation=opened.consultation,
        batch=opened.batch,
        forms=forms,
        counts=counts,
        counted=[
            (number, each, counts.questions[each.code])
            for number, each in enumerate(asked, start=1)
            if each.code in counts.questions
        ],
        titles={each.code: each.text.shown(g.language)[1] for each in asked},
        numbers={each.code: number for number, each in enumerate(asked, start=1)},
        group=group,
        mine=mine,
        others=others,
        size=sample_size(sum(not form.is_joined for form in forms)),
        drawn=sum(form.is_sampled for form in forms),
        differing=differing,
        compared=compared,
        share=differing / compared if compared else 0.0,
        problem=problem,
    )
