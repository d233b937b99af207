"""The queue of proposed quotes: a person reads each, takes out what points at somebody, approves it or not."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from analysis.personal import Kind, find_personal, redact
from analysis.pointing import find_pointing
from consult.access import needs
from consult.extensions import db
from consult.languages import interface_words
from consult.manage.blueprint import blueprint
from consult.manage.themes import open_questions
from consult.personal_words import kind_names
from consult.record.account import Role
from consult.record.consultation import get_consultation
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.findings import RunSummary, find_run
from consult.record.quote import ProposedWords, QuoteState, approve, list_queue, refuse, reopen
from consult.record.theme import list_themes
from consult.theme_tables import ThemeLine, line_of
from surveys.cleaning import clean_text
from surveys.localised import Localised

# What no published quote can hold; a name may be that of a hospital.
_NEVER = frozenset({Kind.EMAIL, Kind.TELEPHONE, Kind.HEALTH_NUMBER, Kind.POSTAL_CODE})
_REFUSALS = frozenset({"quote.missing", "quote.withdrawn", "quote.no_consent"})
_KEY = re.compile("[0-9a-f]{32}")
# How many a person is shown at once: the page stays short, and the next ones come as these are decided.
_AT_ONCE = 10
# Longer than any quote; looking for names takes time that grows with the square.
_LONGEST = 2_000


@dataclass(frozen=True)
class Part:
    """A piece of what was written; `kind` says what a form in it may be, "" for plain words."""

    text: str
    kind: str


@dataclass(frozen=True)
class Proposal:
    """A quote on the page: what was written in parts, and the form to approve."""

    quote: ProposedWords
    line: ThemeLine
    parts: tuple[Part, ...]
    redacted: str
    error: str

    @property
    def is_marked(self) -> bool:
        """Tell whether the program has taken something out already."""
        return self.redacted != self.quote.original

    @property
    def flagged(self) -> tuple[Part, ...]:
        """What the program noticed."""
        return tuple(part for part in self.parts if part.kind)


@blueprint.get("/<code:code>/themes/<int:run_id>/quotes")
@needs(Role.FACILITATOR)
def quotes(code: str, run_id: int) -> str:
    """Show the queue: what waits first, then what was decided."""
    return _show(code, run_id)


@blueprint.route("/<code:code>/themes/<int:run_id>/quotes/<quote_id>", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def decide_quote(code: str, run_id: int, quote_id: str) -> Response | tuple[str, int]:
    """Approve a quote in its redacted form, refuse it, or undo that."""
    if request.method == "GET":  # the other language of a page that was refused here
        return redirect(url_for("manage.quotes", code=code, run_id=run_id), 303)
    if not _KEY.fullmatch(quote_id):
        abort(404)
    decision, text = request.form.get("decision", ""), clean_text(request.form.get("text", ""))
    if decision not in ("approve", "refuse", "reopen"):
        abort(400)
    if decision == "approve" and (error := _find_fault(text)):
        return _show(code, run_id, quote_id, text, error), 422
    try:
        _decide(code, run_id, quote_id, decision, text)
    except RecordError as refusal:
        db.session.rollback()
        if refusal.code == "quote.not_their_words":
            return _show(code, run_id, quote_id, text, _not_their_words()), 422
        if refusal.code not in _REFUSALS:
            raise
        flash(_refusal(refusal.code))
        return redirect(url_for("manage.quotes", code=code, run_id=run_id), 303)
    said = {
        "approve": _("The quote is approved. The committee reads it once the consultation is closed."),
        "refuse": _("The quote will not be shown."),
        "reopen": _("The decision is undone. The quote waits again, and the committee cannot read it."),
    }
    flash(said[decision])
    return redirect(url_for("manage.quotes", code=code, run_id=run_id), 303)


def _refusal(code: str) -> str:
    """Say why a quote cannot be decided on any more."""
    if code == "quote.withdrawn":
        return str(_("Nothing was changed: the author of this quote has taken it back."))
    if code == "quote.no_consent":
        return str(_("Nothing was changed: the author of this quote does not agree to be quoted any more."))
    return str(_("Nothing was changed: this quote is not there any more."))


def _not_their_words() -> str:
    return str(_("These are not the words that were written. Only take words out: put […] in their place."))


def _decide(code: str, run_id: int, quote_id: str, decision: str, text: str) -> None:
    session, now = db.session(), datetime.now(UTC)
    begin(session)
    run = find_run(session, get_consultation(session, code), run_id)
    if decision == "approve":
        approve(session, run, quote_id, text, current_user.id, now)
    else:
        (refuse if decision == "refuse" else reopen)(session, run, quote_id, current_user.id, now)
    session.commit()


def _find_fault(text: str) -> str:
    """Return what is wrong with a redacted form, or ""."""
    words = interface_words(g.language)
    _ = words.gettext
    if not text.strip():
        return _("The quote is empty. Write what may be shown, or choose “Not this one”.")
    if len(text) > _LONGEST:
        return _("The quote is too long. Shorten it.")
    kinds = [found.kind for found in find_personal(text) if found.kind in _NEVER]
    if kinds:
        sentence = _("The quote still holds what points at a person (%(kind)s). Take it out.")
        return sentence % {"kind": kind_names(words)[kinds[0]]}
    return ""


def _show(code: str, run_id: int, quote_id: str = "", typed: str = "", error: str = "") -> str:
    begin(db.session(), read_only=True)
    session = db.session()
    consultation = get_consultation(session, code)
    run = find_run(session, consultation, run_id)
    summary, queue = RunSummary.of(run), list_queue(session, run)
    lines = {theme.number: line_of(theme, summary.people) for theme in list_themes(session, run)}
    proposals = [
        _propose(
            quote, lines[quote.theme], typed if quote.id == quote_id else None, error if quote.id == quote_id else ""
        )
        for quote in queue.quotes
    ]
    waiting = [each for each in proposals if each.quote.state is QuoteState.PROPOSED]
    return render_template(
        "manage/quotes.html",
        consultation=consultation,
        run=run,
        question=open_questions(consultation).get(run.question_code) or Localised(),
        waiting=_at_once(waiting, quote_id),
        left=len(waiting),
        approved=[each for each in proposals if each.quote.state is QuoteState.APPROVED],
        refused=[each for each in proposals if each.quote.state is QuoteState.REFUSED],
        without_consent=queue.without_consent,
        faulty=quote_id if error else "",
        error=error,
        kinds=kind_names(interface_words(g.language)),
    )


def _at_once(waiting: list[Proposal], wrong: str) -> list[Proposal]:
    """Return those that a person is shown first: one that was sent with a fault stays in sight."""
    return [each for at, each in enumerate(waiting) if at < _AT_ONCE or each.quote.id == wrong]


def _propose(quote: ProposedWords, line: ThemeLine, typed: str | None, error: str) -> Proposal:
    return Proposal(quote, line, _split(quote.original), redact(quote.original) if typed is None else typed, error)


def _split(text: str) -> tuple[Part, ...]:
    """Cut a text at the forms that could point at somebody."""
    parts, end = [], 0
    marked = [*find_personal(text), *(each for each in find_pointing(text) if each.kind is Kind.RARE)]
    for found in sorted(marked, key=lambda each: each.start):
        if found.start < end:
            continue  # two reasons to look at the same words
        parts += [Part(text[end : found.start], ""), Part(text[found.start : found.end], str(found.kind))]
        end = found.end
    return tuple(part for part in (*parts, Part(text[end:], "")) if part.text)
