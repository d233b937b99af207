"""A consultation's life: opened, paused, reopened, given other dates, closed for good."""

from datetime import UTC, date, datetime
from typing import TypeAlias

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.extensions import db
from consult.languages import interface_words
from consult.manage.blueprint import blueprint
from consult.manage.forms import CloseForm, DatesForm, ReasonForm
from consult.manage.standing import find_standing
from consult.record.account import Role
from consult.record.consultation import Consultation, ConsultationState, get_consultation
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.lifecycle import (
    CLOSED,
    DATES_CHANGED,
    OPENED,
    PAUSED,
    REOPENED,
    By,
    change_dates,
    find_gaps,
    is_closing_unfinished,
    list_acts,
    open_consultation,
    pause_consultation,
)
from consult.record.monitoring import monitor
from consult.record.storage import close_and_shuffle, finish_closing
from consult.record.stored_ballots import list_unsigned
from consult.record_messages import gap, refusal
from surveys.problems import Problem

# A page waits no longer than this for a database that others are using; a server gives up after thirty seconds.
_WAIT_SECONDS = 8.0
_ABOUT_THE_LAST_DAY = frozenset({"consultation.bad_dates", "consultation.closes_in_past"})
Answer: TypeAlias = Response | tuple[str, int]


@blueprint.get("/<code:code>/dates")
@needs(Role.FACILITATOR)
def dates(code: str) -> Answer:
    """Show the state, the dates, what can be done and what was done."""
    return _show(code)


@blueprint.post("/<code:code>/dates")
@needs(Role.FACILITATOR)
def change(code: str) -> Answer:
    """Give other dates."""
    form = DatesForm(request.form)
    if not form.validate():
        return _show(code, form, status=422)
    try:
        begin(db.session())
        change_dates(db.session(), code, form.dates, seen=form.seen, today=date.today(), by=_by())
        db.session.commit()
    except RecordError as error:
        return _refuse(code, error, form)
    return _done(code, _("The dates were saved."))


@blueprint.route("/<code:code>/state", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def change_state(code: str) -> Answer:
    """Open, reopen or pause."""
    if request.method == "GET":  # the other language of a page that was refused here
        return redirect(url_for("manage.dates", code=code), 303)
    wanted, form = request.form.get("wanted"), ReasonForm(request.form)
    if wanted not in {ConsultationState.OPEN, ConsultationState.PAUSED}:
        abort(400)
    if not form.validate():
        return _show(code, reason=form, status=422)
    try:
        begin(db.session())
        if wanted == ConsultationState.OPEN:
            open_consultation(db.session(), code, _by(form.reason.data), today=date.today())
        else:
            pause_consultation(db.session(), code, _by(form.reason.data))
        db.session.commit()
    except RecordError as error:
        return _refuse(code, error, reason=form)
    said = {
        ConsultationState.OPEN.value: _("The consultation is open."),
        ConsultationState.PAUSED.value: _("The consultation is paused: nobody can answer until you reopen it."),
    }
    return _done(code, said[wanted], "opened" if wanted == ConsultationState.OPEN else "message")


@blueprint.get("/<code:code>/close")
@needs(Role.FACILITATOR)
def close(code: str) -> Answer:
    """Say what closing will do, before it is done."""
    return _show_close(code, CloseForm())


@blueprint.post("/<code:code>/close")
@needs(Role.FACILITATOR)
def close_for_good(code: str) -> Answer:
    """Close, and write the rows anew; or only that, where the database was in use the first time."""
    form, is_again = CloseForm(request.form), "again" in request.form
    if is_again and not _lacks_last_step(code):
        return redirect(url_for("manage.dates", code=code), 303)  # somebody else did it, or it is not closed at all
    if not (is_again or form.validate()):
        return _show_close(code, form, status=422)
    try:
        # outside of this request's session: rewriting the rows takes the database for itself
        if is_again:
            finish_closing(db.engine, code, _by(), wait_seconds=_WAIT_SECONDS)
        else:
            close_and_shuffle(db.engine, code, _by(form.reason.data), wait_seconds=_WAIT_SECONDS)
    except RecordError as error:
        if error.code == "record.busy":
            return _show_close(code, form, status=503)
        return _refuse(code, error, reason=form)
    then = _("The ranking is being made. Now choose which analyses the committee reads.")
    return _done(code, _("The consultation is closed, for good.") + " " + then)


def _show(
    code: str,
    form: DatesForm | None = None,
    *,
    reason: ReasonForm | None = None,
    problem: str | None = None,
    status: int = 200,
    is_seen: bool = False,
) -> Answer:
    """Show the page, with what was typed and what is wrong with it.

    `is_seen` when the sentence tells of the dates that others gave: the form may then replace them.
    """
    session, today = db.session(), date.today()
    begin(session, read_only=True)
    consultation = get_consultation(session, code)
    gaps = find_gaps(session, consultation, today)
    present = _fill_dates(consultation)
    if form is not None and is_seen:
        form.seen_opens_on.data, form.seen_closes_on.data = present.seen_opens_on.data, present.seen_closes_on.data
    page = render_template(
        "manage/dates.html",
        consultation=consultation,
        standing=find_standing(consultation, today),
        today=today,
        form=form or present,
        reason=reason or ReasonForm(),
        problem=problem,
        gaps=_say_gaps(gaps, consultation),
        unsigned=list_unsigned(session, consultation) if consultation.state is ConsultationState.DRAFT else {},
        acts=list_acts(session, consultation),
        is_unfinished=is_closing_unfinished(session, consultation),
        act_names=_name_acts(),
    )
    return page, status


def _show_close(code: str, form: CloseForm, status: int = 200) -> Answer:
    """Show what closing does; where it is closed and only its last step is missing, offer that."""
    session, today = db.session(), date.today()
    begin(session, read_only=True)
    consultation = get_consultation(session, code)
    is_closed = consultation.state is ConsultationState.CLOSED
    is_unfinished = is_closed and is_closing_unfinished(session, consultation)
    if consultation.state is ConsultationState.DRAFT or (is_closed and not is_unfinished):
        return redirect(url_for("manage.dates", code=code), 303)
    page = render_template(
        "manage/close.html",
        consultation=consultation,
        form=form,
        is_busy=status == 503,
        is_closed=is_closed,
        monitoring=monitor(session, consultation, today),
    )
    return page, status


def _lacks_last_step(code: str) -> bool:
    begin(db.session(), read_only=True)
    is_unfinished = is_closing_unfinished(db.session(), get_consultation(db.session(), code))
    db.session.commit()  # ends the reading, which would keep the rows from being rewritten
    return is_unfinished


def _refuse(
    code: str, error: RecordError, form: DatesForm | None = None, *, reason: ReasonForm | None = None
) -> Answer:
    """Say why nothing was changed: at the field that it is about, or at the top; raises what it has no words for."""
    db.session.rollback()
    sentence = refusal(error, interface_words(g.language))
    if sentence is None:
        raise error
    if form is not None and error.code in _ABOUT_THE_LAST_DAY:
        form.closes_on.errors = [sentence]
        return _show(code, form, status=422)
    status = 503 if error.code == "record.busy" else 409
    return _show(code, form, reason=reason, problem=sentence, status=status, is_seen=status == 409)


def _fill_dates(consultation: Consultation) -> DatesForm:
    """Return the form as it is first shown."""
    opens_on, closes_on = consultation.opens_on, consultation.closes_on
    seen = {f"seen_{name}": str(day or "") for name, day in (("opens_on", opens_on), ("closes_on", closes_on))}
    return DatesForm(data={"opens_on": opens_on, "closes_on": closes_on, **seen})


def _say_gaps(gaps: list[Problem], consultation: Consultation) -> list[str]:
    names = {group.code: group.name for group in consultation.groups}
    return [gap(problem, names, g.language, interface_words(g.language)) for problem in gaps]


def _name_acts() -> dict[str, str]:
    return {
        OPENED: _("Opened"),
        REOPENED: _("Reopened"),
        PAUSED: _("Put on pause"),
        CLOSED: _("Closed"),
        DATES_CHANGED: _("Dates changed"),
    }


def _by(reason: str = "") -> By:
    return By(current_user.id, datetime.now(UTC), reason)


def _done(code: str, said: str, kind: str = "message") -> Response:
    flash(said, kind)
    return redirect(url_for("manage.dates", code=code), 303)
