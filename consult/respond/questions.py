"""The pages of questions: every Continue, Back and change of language saves first."""

from datetime import date
from typing import Any

from flask import g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from consult.access import public
from consult.extensions import db
from consult.record.database import begin
from consult.respond.blueprint import blueprint
from consult.respond.device import hold_link
from consult.respond.pages import Page, other_language, out_of_order, show_section, stopped, then
from consult.respond.places import Asked, Standing, answers_of, find_place, is_this_page, why_not
from consult.respond.saving import SavedPage, check_page, read_page, save_page, shown_page
from surveys.definition import Question
from surveys.question_types.ranking import move


@blueprint.get("/c/<code:code>/questions/<section>")
@public
def questions(code: str, section: str) -> Page:
    """Show a section, as far as the person has come."""
    begin(db.session(), read_only=True)
    asked, standing = find_place(db.session(), code)
    index = asked.index_of(section)
    if not _may_see(asked, standing) or standing.draft is None or standing.held is None:
        return redirect(url_for("respond.landing", code=code), 303)
    if index > standing.draft.page:
        return redirect(asked.address(standing.draft.page), 303)
    hold_link(code, standing.held.token)
    page = shown_page(_questions(asked, index), answers_of(db.session(), standing))
    is_checked = request.args.get("checked") == "1"
    problems = check_page(_questions(asked, index), page) if is_checked else []
    return show_section(asked, standing, index, page, problems)


@blueprint.post("/c/<code:code>/questions/<section>")
@public
def save(code: str, section: str) -> Page:
    """Save a section, then go on, back, or to the other language."""
    action, _, target = request.form.get("do", "continue").partition(":")
    begin(db.session())
    asked, standing = find_place(db.session(), code, lock=True)
    index = asked.index_of(section)
    page = read_page(_asked_here(asked, index, action), request.form)
    if refused := _refuse(asked, standing, index, action, page):
        return refused
    return _save(asked, standing, index, page, action, target)


def _save(asked: Asked, standing: Standing, index: int, page: SavedPage, action: str, target: str) -> Page:
    """Save a page that may be saved, and go where the button leads."""
    assert standing.keys is not None  # noqa: S101 - _refuse has seen to it
    assert standing.draft is not None  # noqa: S101
    if action == "move":
        _move(_questions(asked, index), page, target)
    problems = check_page(_questions(asked, index), page) if action == "continue" else []
    save_page(
        db.session(),
        standing.keys,
        page,
        answers_of(db.session(), standing),
        today=date.today(),
        reached=max(standing.draft.page, index + (action == "continue" and not problems)),
        typed_in=g.language,
        language=other_language() if action == "language" else g.language,
        draft=standing.draft,
        is_by_hand=action == "autosave",
    )
    db.session.commit()
    if action == "autosave":  # without a cookie: it may arrive after "Not me" was pressed
        return _saved(page)
    if standing.held is not None:
        hold_link(asked.consultation.code, standing.held.token)
    if reason := why_not(asked.consultation, date.today()):
        return stopped(asked.consultation, reason), 409
    if unsaved := [*page.refused, *page.conflicts]:  # what the draft does not hold is shown as it was sent
        places = {each.place for each in unsaved}
        unsaved += [each for each in problems if each.place not in places]
        return show_section(asked, standing, index, page, unsaved), 422
    return redirect(_next(asked, index, action, target, has_problems=bool(problems)), 303)


def _next(asked: Asked, index: int, action: str, target: str, *, has_problems: bool) -> str:
    """Return where to go after a save."""
    here: dict[str, Any] = {"code": asked.consultation.code, "section": asked.survey.sections[index].code, **then()}
    if has_problems:  # what the draft holds is shown by an address of its own, to which a browser can go back
        return url_for("respond.questions", **here, checked=1)
    if action == "back":
        return asked.address(max(index - 1, 0))
    if action == "language":
        return url_for("respond.questions", **here, language=other_language())
    if action == "move":
        return url_for("respond.questions", **here, _anchor=f"q-{target.split(':')[0]}")
    return asked.address(len(asked.survey.sections) if then() else index + 1)


def _may_see(asked: Asked, standing: Standing) -> bool:
    is_open = why_not(asked.consultation, date.today()) is None
    return is_open and standing.held is not None and standing.held.is_recent


def _refuse(asked: Asked, standing: Standing, index: int, action: str, page: SavedPage) -> Page | None:
    """Return the page for a save that cannot be: what was sent, closed, somebody else's, or out of order.

    A consultation that is paused still saves: what somebody was writing is kept for when it goes on.
    """
    code = asked.consultation.code
    reason = why_not(asked.consultation, date.today())
    is_ours = is_this_page(standing, request.form)
    kind, address = "order", url_for("respond.landing", code=code)
    if standing.is_sent and is_ours:
        kind, address = "sent", url_for("respond.done", code=code)
    elif reason in {"closed", "early"}:
        kind = "closed"
    elif is_ours and standing.draft is not None and index <= standing.draft.page:
        return None
    db.session.commit()  # nothing was changed; the page is not drawn while others wait to write
    if action == "autosave":
        message = render_template("respond/_not_saved.html", kind=kind)
        return jsonify(saved=False, reason=kind, message=message.strip(), address=address), 409  # type: ignore[return-value]
    if kind == "sent" and standing.held is not None:
        hold_link(code, standing.held.token)  # the page before them is of these answers: they are who sent them
        return redirect(address, 303)
    if kind == "closed":
        return stopped(asked.consultation, str(reason)), 409
    return out_of_order(asked, address, page), 409


def _move(questions: tuple[Question, ...], page: SavedPage, target: str) -> None:
    """Move one item of a ranking up or down: ``question:choice:up``."""
    code, _, rest = target.partition(":")
    choice, _, direction = rest.partition(":")
    for question in questions:
        known = {each.code for each in question.offered_choices}
        if question.code == code and question.type == "ranking" and choice in known:
            page.typed[code] = move(question, page.typed[code], choice, "up" if direction == "up" else "down")


def _saved(page: SavedPage) -> Response:
    """Answer an autosave: what the next save of each question will carry, and where another tab was first."""
    conflicts = [each.place for each in (*page.conflicts, *page.refused)]
    return jsonify(saved=not page.refused, revisions=page.revisions, conflicts=conflicts)


def _asked_here(asked: Asked, index: int, action: str) -> tuple[Question, ...]:
    """Return the questions that a form brings: an autosave sends those that were changed in its tab."""
    here = _questions(asked, index)
    return tuple(each for each in here if action != "autosave" or f"revision.{each.code}" in request.form)


def _questions(asked: Asked, index: int) -> tuple[Question, ...]:
    return asked.survey.sections[index].questions
