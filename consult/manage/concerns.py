"""What somebody should look at: danger and complaints, for who receives them; words that point at a person, for all.

A program flags words, a person decides. Nobody is told at the moment something is written: the page says so.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.extensions import db
from consult.languages import interface_words
from consult.manage.blueprint import blueprint
from consult.manage.channels import name_channels
from consult.manage.concern_words import reason_names, refusal
from consult.record.account import Role
from consult.record.audit import record_reading
from consult.record.concern import (
    CONFIDENTIAL,
    QUEUE_READ,
    ConcernKind,
    ConcernState,
    Listed,
    count_concerns,
    decide_concern,
    find_recipient,
    list_concerns,
    list_possible_recipients,
    may_read,
    name_recipient,
)
from consult.record.concern_request import MINUTES
from consult.record.consultation import Anonymity, Consultation, get_consultation, list_groups
from consult.record.contribution import Channel
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.quote import find_proposed_runs
from surveys.cleaning import clean_text
from surveys.localised import Localised

_KEY = re.compile("[0-9a-f]{32}")
# How many a person is shown at once: the next ones come as these are decided.
_AT_ONCE = 10
_DECIDED_SHOWN = 50
_DECISIONS = {"handle": ConcernState.HANDLED, "dismiss": ConcernState.DISMISSED, "reopen": ConcernState.NEW}


@dataclass(frozen=True)
class Part:
    """A piece of what was written; `reason` says why it is marked, "" for plain words."""

    text: str
    reason: str


@dataclass(frozen=True)
class Shown:
    """A concern on the page."""

    listed: Listed
    parts: tuple[Part, ...]
    group: Localised | None
    channel: str
    # The run in which these words are proposed as a quote.
    run_id: int | None = None

    @property
    def id(self) -> str:
        """The key of the concern."""
        return self.listed.concern.id

    @property
    def marked(self) -> tuple[Part, ...]:
        """The words that were flagged."""
        return tuple(part for part in self.parts if part.reason)


@dataclass(frozen=True)
class Queue:
    """One kind of concern: how many wait, and those that this reader may see."""

    kind: ConcernKind
    count: int
    may_read: bool
    waiting: tuple[Shown, ...]
    decided: tuple[Shown, ...]


@dataclass(frozen=True)
class _Fault:
    """What is wrong with a form that was sent, and what it held."""

    concern_id: str = ""
    sentence: str = ""
    typed: str = ""


@blueprint.get("/<code:code>/concerns")
@needs(Role.FACILITATOR)
def concerns(code: str) -> str:
    """Show what waits and what was decided; that confidential words were read is kept in the audit."""
    return _show(code, _Fault())


@blueprint.route("/<code:code>/concerns/<concern_id>", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def decide_on_concern(code: str, concern_id: str) -> Response | tuple[str, int]:
    """Keep what was done about a concern, or that it is none; or undo that."""
    if request.method == "GET":  # the other language of a page that was refused here
        return redirect(url_for("manage.concerns", code=code), 303)
    state = _DECISIONS.get(request.form.get("decision", ""))
    if state is None or not _KEY.fullmatch(concern_id):
        abort(404 if state else 400)
    note = clean_text(request.form.get("note", ""))
    begin(db.session())
    try:
        consultation = get_consultation(db.session(), code)
        decide_concern(db.session(), consultation, concern_id, state, note, _by())
    except RecordError as error:
        db.session.rollback()
        sentence = refusal(error, interface_words(g.language))
        if sentence is None:
            raise
        if error.code.startswith("concern.note"):
            return _show(code, _Fault(concern_id, sentence, note)), 422
        flash(sentence)
        return redirect(url_for("manage.concerns", code=code), 303)
    db.session.commit()
    said = {
        ConcernState.HANDLED: _("What was done is kept, with your name and the day."),
        ConcernState.DISMISSED: _("It is out of the list: nobody needs to act on it."),
        ConcernState.NEW: _("The decision is undone: it is in the list again."),
    }
    flash(said[state])
    return redirect(url_for("manage.concerns", code=code), 303)


@blueprint.route("/<code:code>/concerns/recipient", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def choose_recipient(code: str) -> Response:
    """Name who receives danger and complaints."""
    if request.method == "POST":
        chosen = request.form.get("recipient", "")
        if chosen and not re.fullmatch("[0-9]{1,9}", chosen):
            abort(400)
        begin(db.session())
        try:
            consultation = get_consultation(db.session(), code)
            name_recipient(db.session(), consultation, int(chosen) if chosen else None, _by())
        except RecordError as error:
            db.session.rollback()
            sentence = refusal(error, interface_words(g.language))
            if sentence is None:
                raise
            flash(sentence)
        else:
            db.session.commit()
            flash(_("From now on, danger and complaints go to the person named below."))
    return redirect(url_for("manage.concerns", code=code, _anchor="who"), 303)


def _by() -> By:
    return By(current_user.id, datetime.now(UTC))


def _show(code: str, fault: _Fault) -> str:
    session = db.session()
    begin(session, read_only=True)
    consultation = get_consultation(session, code)
    counts = count_concerns(session, consultation)
    queues = [_read_queue(consultation, kind, counts[kind]) for kind in ConcernKind]
    page = render_template(
        "manage/concerns.html",
        consultation=consultation,
        queues=queues,
        recipient=find_recipient(session, consultation),
        possible=list_possible_recipients(session, consultation),
        reasons=reason_names(interface_words(g.language)),
        is_anonymous=consultation.anonymity is Anonymity.ANONYMOUS,
        minutes=MINUTES,
        fault=fault,
    )
    if any(queue.kind in CONFIDENTIAL and (queue.waiting or queue.decided) for queue in queues):
        session.rollback()  # ends the reading
        begin(session)
        record_reading(session, current_user.id, QUEUE_READ, get_consultation(session, code), now=datetime.now(UTC))
        session.commit()
    return page


def _read_queue(consultation: Consultation, kind: ConcernKind, count: int) -> Queue:
    session = db.session()
    account_id: int = current_user.id
    waiting = list_concerns(session, consultation, account_id, kind, is_decided=False, limit=_AT_ONCE)
    decided = list_concerns(session, consultation, account_id, kind, is_decided=True, limit=_DECIDED_SHOWN)
    groups = {group.id: group.name for group in list_groups(session, consultation)}
    names = name_channels(g.language)
    keys = [each.concern.contribution_id for each in waiting] if kind is ConcernKind.POINTING else []
    runs = find_proposed_runs(session, consultation, keys)
    shown = [
        Shown(
            each,
            _split(each),
            groups.get(each.group_id) if each.group_id is not None else None,
            names[Channel(each.channel)],
            runs.get(each.concern.contribution_id),
        )
        for each in (*waiting, *decided)
    ]
    readable = may_read(session, consultation, account_id, kind)
    return Queue(kind, count, readable, tuple(shown[: len(waiting)]), tuple(shown[len(waiting) :]))


def _split(listed: Listed) -> tuple[Part, ...]:
    """Cut a text at the words that were flagged."""
    parts, end = [], 0
    for mark in listed.marks:
        parts += [Part(listed.text[end : mark.start], ""), Part(listed.text[mark.start : mark.end], mark.reason)]
        end = mark.end
    return tuple(part for part in (*parts, Part(listed.text[end:], "")) if part.text)
