"""The translator's queue: statements as written, their words in the other language, approved before they are shown."""

import re

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from consult.access import needs
from consult.discuss.blueprint import blueprint
from consult.discuss.words import refusal
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.consultation import get_consultation
from consult.record.database import begin
from consult.record.discussion import find_prompt
from consult.record.errors import RecordError
from consult.record.statement import StatementState, lock_statement
from consult.record.statement_translation import list_translations, translate_statement
from consult.respond.pages import Page
from surveys.cleaning import storable_text

_KEY = re.compile("[0-9a-f]{32}")
_LONGEST_TYPED = 1_000
_AT_ONCE = 30


@blueprint.get("/manage/<code:code>/discussions/<code:prompt>/translations")
@needs(Role.FACILITATOR)
def translations(code: str, prompt: str) -> Page:
    """Show the queue: what lacks a translation, what waits for approval, what is done."""
    return _show(code, prompt)


@blueprint.route("/manage/<code:code>/discussions/<code:prompt>/translations/<statement>", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def translate(code: str, prompt: str, statement: str) -> Page:
    """Keep a translation, approve it, or take the approval back."""
    if request.method == "GET":
        return redirect(url_for("discuss.translations", code=code, prompt=prompt), 303)
    if not _KEY.fullmatch(statement):
        abort(404)
    text = storable_text(request.form.get("text", ""))[:_LONGEST_TYPED]
    approve = request.form.get("do") == "approve"
    begin(db.session())
    found = find_prompt(db.session(), get_consultation(db.session(), code), prompt) or abort(404)
    try:
        locked = lock_statement(db.session(), found, statement)
        if locked.state is not StatementState.PUBLISHED:
            raise RecordError("statement.missing")
        seen = request.form.get("seen", "")
        translate_statement(db.session(), locked, text, current_user.id, seen=seen, approve=approve)
    except RecordError as error:
        db.session.rollback()
        sentence = refusal(error, interface_words(g.language))
        if sentence is None:
            raise
        return _show(code, prompt, statement, text, sentence), 422
    db.session.commit()
    flash(
        _("The translation is shown beside the original.") if approve else _("The draft is saved. Nobody sees it yet.")
    )
    return redirect(url_for("discuss.translations", code=code, prompt=prompt), 303)


def _show(code: str, prompt: str, wrong: str = "", typed: str = "", error: str = "") -> str:
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    found = find_prompt(db.session(), consultation, prompt) or abort(404)
    queue = list_translations(db.session(), found)
    todo = [each for each in queue if not each.is_approved]
    return render_template(
        "discuss/translations.html",
        consultation=consultation,
        prompt=found,
        todo=[each for at, each in enumerate(todo) if at < _AT_ONCE or each.statement.id == wrong],
        left=max(len(todo) - _AT_ONCE, 0),
        done=[each for each in queue if each.is_approved],
        wrong=wrong,
        typed=typed,
        error=error,
    )
