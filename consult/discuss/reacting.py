"""A prompt's page: one statement at a time with three buttons, and room to post one's own."""

import re
import secrets
from dataclasses import dataclass
from datetime import date

from flask import abort, g, redirect, render_template, request, session, url_for
from sqlalchemy.orm import Session

from consult.access import public
from consult.disclosure import fewest_between
from consult.discuss.blueprint import blueprint
from consult.discuss.places import Place, find_here, find_open_prompt, find_sent, mark
from consult.discuss.words import personal_parts, refusal, stand_names
from consult.extensions import db
from consult.languages import interface_words
from consult.record.database import begin
from consult.record.discussion import DiscussionParticipant, Moderation, Prompt, Results, check_taking_part
from consult.record.errors import RecordError
from consult.record.reaction import (
    Progress,
    Stand,
    find_reaction,
    measure_progress,
    next_statement,
    react,
    take_reaction_back,
)
from consult.record.reaction_counts import renew_count
from consult.record.statement import (
    MAXIMUM_STATEMENT,
    DiscussionStatement,
    NewStatement,
    StatementState,
    list_replies,
    post_statement,
)
from consult.record.statement_translation import approved_translations
from consult.respond.pages import Page, other_language
from surveys.cleaning import storable_text

_TYPED = "discussion_typed"
_KEY = re.compile("[0-9a-f]{32}")
_LONGEST_TYPED = 600


@dataclass(frozen=True)
class Typed:
    """What stands in the form for posting; `parts` are what may point at a person, and wait for a yes."""

    text: str = ""
    form_key: str = ""
    reply_to: str | None = None
    error: str = ""
    parts: tuple[tuple[str, str], ...] = ()


@blueprint.get("/d/<code:code>/<code:prompt>")
@public
def prompt(code: str, prompt: str) -> Page:
    """Show the statement that comes next, and the form to post."""
    begin(db.session(), read_only=True)
    place, participant = find_here(db.session(), code)
    found = find_open_prompt(db.session(), place.consultation, prompt)
    kept = session.pop(_TYPED, None)
    text = kept[1] if kept and kept[0] == f"{code}/{prompt}" else ""
    return _show(db.session(), place, participant, found, Typed(text))


@blueprint.post("/d/<code:code>/<code:prompt>/react")
@public
def give_reaction(code: str, prompt: str) -> Page:
    """Keep what somebody thinks of a statement, or undo it; twice is once."""
    begin(db.session())
    place, participant = find_sent(db.session(), code)
    found = find_open_prompt(db.session(), place.consultation, prompt)
    statement, do = request.form.get("statement", ""), request.form.get("do", "")
    if not _KEY.fullmatch(statement) or do not in {*Stand, "undo"}:
        abort(400)
    address = url_for("discuss.prompt", code=code, prompt=prompt)
    try:
        check_taking_part(place.consultation, found, participant, date.today())
        if do == "undo":
            take_reaction_back(db.session(), participant, statement)
        else:
            react(db.session(), found, participant, statement, Stand(do))
        renew_count(db.session(), participant, statement, fewest_between(db.session(), place.consultation))
    except RecordError as error:
        db.session.rollback()
        return _refused(code, prompt, Typed(), error)
    db.session.commit()
    # the one whose reaction was undone comes back at once
    return redirect(f"{address}?{'again' if do == 'undo' else 'last'}={statement}", 303)


@blueprint.post("/d/<code:code>/<code:prompt>/post")
@public
def post(code: str, prompt: str) -> Page:
    """Post a statement or a reply; what may point at a person is said first, and posted only at a second word."""
    text = storable_text(request.form.get("text", ""))[:_LONGEST_TYPED]
    if request.form.get("do") == "language":
        session[_TYPED] = [f"{code}/{prompt}", text]
        return redirect(url_for("discuss.prompt", code=code, prompt=prompt, language=other_language()), 303)
    key, reply_to = request.form.get("key", ""), request.form.get("reply_to") or None
    if not _KEY.fullmatch(key) or not (reply_to is None or _KEY.fullmatch(reply_to)):
        abort(400)
    begin(db.session())
    place, participant = find_sent(db.session(), code)
    found = find_open_prompt(db.session(), place.consultation, prompt)
    parts = tuple(personal_parts(text, interface_words(g.language)))
    if parts and request.form.get("do") != "anyway" and len(text) <= MAXIMUM_STATEMENT:
        db.session.commit()
        return _show(db.session(), place, participant, found, Typed(text, key, reply_to, parts=parts)), 422
    try:
        check_taking_part(place.consultation, found, participant, date.today())
        new = NewStatement(text, g.language, key, is_flagged=bool(parts), reply_to=reply_to)
        statement = post_statement(db.session(), found, participant, new, date.today())
    except RecordError as error:
        db.session.rollback()
        return _refused(code, prompt, Typed(text, key, reply_to), error)
    db.session.commit()
    said = "published" if statement.state is StatementState.PUBLISHED else "waiting"
    return redirect(url_for("discuss.prompt", code=code, prompt=prompt, posted=said), 303)


def _refused(code: str, prompt: str, typed: Typed, error: RecordError) -> Page:
    """Draw the page again with what was typed, and why nothing was kept."""
    sentence = refusal(error, interface_words(g.language))
    if sentence is None:
        raise error
    begin(db.session(), read_only=True)
    place, participant = find_here(db.session(), code)
    found = find_open_prompt(db.session(), place.consultation, prompt)
    shown = Typed(typed.text, typed.form_key, typed.reply_to, sentence)
    return _show(db.session(), place, participant, found, shown), 422


def _show(records: Session, place: Place, participant: DiscussionParticipant, found: Prompt, typed: Typed) -> str:
    progress = measure_progress(records, found, participant)
    try:
        check_taking_part(place.consultation, found, participant, date.today())
        closed = ""
    except RecordError as error:
        closed = error.code
    last = _last(records, participant)
    again = _named(records, found, participant, request.args.get("again", ""))
    statement = None if closed else again or next_statement(records, found, participant)
    shown = [statement.id] if statement else []
    replies = list_replies(records, shown)
    listed = [each.id for each in replies.get(shown[0], [])] if shown else []
    return render_template(
        "discuss/prompt.html",
        consultation=place.consultation,
        prompt=found,
        who=mark(participant),
        participant=participant,
        progress=progress,
        statement=statement,
        replies=replies.get(shown[0], []) if shown else [],
        translations=approved_translations(records, shown + listed) if shown else {},
        last=last,
        goes_on=last is not None or again is not None,
        stands=stand_names(interface_words(g.language)),
        closed=closed,
        typed=typed,
        form_key=typed.form_key or secrets.token_hex(16),
        most=MAXIMUM_STATEMENT,
        posted=request.args.get("posted", "") if request.method == "GET" else "",
        shows_results=shows_results(found, progress),
        is_read_first=found.moderation is Moderation.BEFORE,
    )


def shows_results(found: Prompt, progress: Progress) -> bool:
    """Tell whether a participant may see what others think: after enough reactions, or all that there were to give."""
    if found.results is Results.ALWAYS:
        return True
    enough = progress.reacted >= found.least_reactions or (progress.reacted > 0 and progress.left == 0)
    return found.results is Results.REACTED and enough


def _last(records: Session, participant: DiscussionParticipant) -> tuple[DiscussionStatement, Stand] | None:
    """Return the statement just reacted to, with the reaction: it can be undone."""
    key = request.args.get("last", "")
    stand = find_reaction(records, participant, key) if _KEY.fullmatch(key) else None
    statement = records.get(DiscussionStatement, key) if stand is not None else None
    return (statement, stand) if statement is not None and stand is not None else None


def _named(records: Session, found: Prompt, participant: DiscussionParticipant, key: str) -> DiscussionStatement | None:
    """Return a statement that the address names, where it could come next."""
    statement = records.get(DiscussionStatement, key) if _KEY.fullmatch(key) else None
    if statement is None or statement.prompt_id != found.id or statement.state is not StatementState.PUBLISHED:
        return None
    is_mine = statement.participant_id == participant.id or statement.reply_to_id is not None
    return None if is_mine or find_reaction(records, participant, key) else statement
