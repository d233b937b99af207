"""The moderation queue: what waits first; publish, hide with a reason, reword, split, undo. Keys do it too."""

import re
from collections.abc import Callable
from datetime import date

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from analysis.alarms import Alarm, find_alarms
from consult.access import needs
from consult.discuss.blueprint import blueprint
from consult.discuss.words import act_names, personal_parts, reason_names, refusal
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.consultation import get_consultation
from consult.record.database import begin
from consult.record.discussion import find_prompt
from consult.record.errors import RecordError
from consult.record.moderation import (
    MAXIMUM_WORDS,
    MOST_PARTS,
    Moderator,
    Reason,
    hide_statement,
    list_acts,
    publish_statement,
    reword_statement,
    split_statement,
    undo_act,
)
from consult.record.statement import (
    MAXIMUM_STATEMENT,
    DiscussionStatement,
    StatementState,
    count_states,
    list_statements,
    lock_statement,
)
from consult.respond.pages import Page
from surveys.cleaning import clean_text

_KEY = re.compile("[0-9a-f]{32}")
_SHOWN = ("waiting", "published", "hidden", "set_aside")
_AT_ONCE = 30


@blueprint.get("/manage/<code:code>/discussions/<code:prompt>/moderation")
@needs(Role.FACILITATOR)
def moderation(code: str, prompt: str) -> Page:
    """Show the statements in one state, those that wait unless another is asked for."""
    return _show(code, prompt)


@blueprint.route("/manage/<code:code>/discussions/<code:prompt>/moderation/<statement>", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def moderate(code: str, prompt: str, statement: str) -> Page:
    """Do something with a statement."""
    if request.method == "GET":  # the other language of a page that was refused here
        return redirect(url_for("discuss.moderation", code=code, prompt=prompt), 303)
    if not _KEY.fullmatch(statement):
        abort(404)
    begin(db.session())
    found = find_prompt(db.session(), get_consultation(db.session(), code), prompt) or abort(404)
    by = Moderator(current_user.id, date.today(), clean_text(request.form.get("words", "")))
    act = _acts().get(request.form.get("do", "")) or abort(400)
    try:
        said = act(lock_statement(db.session(), found, statement), by)
    except RecordError as error:
        db.session.rollback()
        sentence = refusal(error, interface_words(g.language))
        if sentence is None:
            raise
        return _show(code, prompt, statement, sentence), 422
    db.session.commit()
    flash(said)
    return redirect(url_for("discuss.moderation", code=code, prompt=prompt, show=request.args.get("show")), 303)


def _acts() -> dict[str, Callable[[DiscussionStatement, Moderator], str]]:
    """Return what each button does, and what is said once it is done."""
    return {"publish": _publish, "hide": _hide, "reword": _reword, "split": _split, "undo": _undo}


def _publish(statement: DiscussionStatement, by: Moderator) -> str:
    publish_statement(db.session(), statement, by)
    return str(_("The statement is published."))


def _hide(statement: DiscussionStatement, by: Moderator) -> str:
    reason = request.form.get("reason", "")
    hide_statement(db.session(), statement, Reason(reason) if reason in set(Reason) else abort(400), by)
    return str(_("The statement is hidden. Its author reads why."))


def _reword(statement: DiscussionStatement, by: Moderator) -> str:
    before = {act.number for act in list_acts(db.session(), [statement.id]).get(statement.id, [])}
    reword_statement(db.session(), statement, request.form.get("text", ""), by)
    acts = list_acts(db.session(), [statement.id])[statement.id]
    is_spelling = any(act.act == "spelled" and act.number not in before for act in acts)
    if is_spelling:
        return str(_("The spelling is corrected. The reactions count for the corrected statement."))
    return str(
        _("The reworded statement is published and starts without reactions. The original is kept with its own.")
    )


def _split(statement: DiscussionStatement, by: Moderator) -> str:
    made = split_statement(db.session(), statement, request.form.getlist("part"), by)
    return str(_("%(count)s statements are published in place of one. The original is kept.", count=str(len(made))))


def _undo(statement: DiscussionStatement, by: Moderator) -> str:
    number = request.form.get("number", "")
    undo_act(db.session(), statement, int(number) if number.isdecimal() and len(number) < 6 else 0, by)
    return str(_("Undone: the statement is as it was before."))


def _speaks_of_danger(statement: DiscussionStatement) -> bool:
    return any(alarm.reason.alarm is Alarm.DANGER for alarm in find_alarms(statement.text or ""))


def _show(code: str, prompt: str, wrong: str = "", error: str = "") -> str:
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    found = find_prompt(db.session(), consultation, prompt) or abort(404)
    show = request.args.get("show", "")
    state = StatementState(show if show in _SHOWN else "waiting")
    statements = list_statements(db.session(), found, state)
    dangers = {each.id for each in statements if _speaks_of_danger(each)} if state == "waiting" else set()
    statements.sort(key=lambda each: each.id not in dangers)  # nobody's call for help waits behind the others
    faulty = db.session.get(DiscussionStatement, wrong) if wrong else None
    if faulty is not None and faulty.prompt_id == found.id and faulty not in statements:
        statements.insert(0, faulty)  # what was refused stays in sight, wherever it is now
    shown = statements[:_AT_ONCE]
    if faulty in statements and faulty not in shown:
        shown.append(faulty)
    words = interface_words(g.language)
    keys = [each.id for each in shown]
    replied = {each.reply_to_id: None for each in shown if each.reply_to_id}
    return render_template(
        "discuss/moderation.html",
        consultation=consultation,
        prompt=found,
        state=state,
        states=[StatementState(each) for each in _SHOWN],
        counts=count_states(db.session(), [found])[found.id],
        statements=shown,
        left=len(statements) - len(shown),
        acts=list_acts(db.session(), keys),
        replied={key: db.session.get(DiscussionStatement, key) for key in replied},
        origins={
            each.id: db.session.get(DiscussionStatement, each.made_from_id) for each in shown if each.made_from_id
        },
        dangers=dangers,
        parts={each.id: personal_parts(each.text, words) for each in shown},
        reasons=reason_names(words),
        act_names=act_names(words),
        most={"text": MAXIMUM_STATEMENT, "words": MAXIMUM_WORDS, "parts": MOST_PARTS},
        wrong=wrong,
        error=error,
        typed=request.form if wrong else {},
    )
