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
from consult.respond.landing import Page, other_language, stopped
from consult.respond.places import Asked, Standing, answers_of, find_place, why_not
from consult.respond.question_views import view_questions
from consult.respond.saving import SavedPage, check_page, read_page, save_page, shown_page
from surveys.definition import Question
from surveys.problems import Problem
from surveys.question_types.ranking import move


@blueprint.get("/c/<code>/questions/<section>")
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
    return _show(asked, index, page, check_page(_questions(asked, index), page) if is_checked else [])


@blueprint.post("/c/<code>/questions/<section>")
@public
def save(code: str, section: str) -> Page:
    """Save a section, then go on, back, or to the other language."""
    action, _, target = request.form.get("do", "continue").partition(":")
    begin(db.session())
    asked, standing = find_place(db.session(), code, lock=True)
    index = asked.index_of(section)
    if refused := _refuse(asked, standing, index, action):
        return refused
    assert standing.keys is not None  # noqa: S101 - _refuse has seen to it
    assert standing.draft is not None  # noqa: S101
    asked_here = _questions(asked, index)
    if action == "autosave":  # it sends what was changed in this tab
        asked_here = tuple(each for each in asked_here if f"revision.{each.code}" in request.form)
    page = read_page(asked_here, request.form)
    if action == "move":
        _move(asked_here, page, target)
    problems = check_page(asked_here, page) if action == "continue" else []
    reached = max(standing.draft.page, index + (action == "continue" and not problems))
    save_page(
        db.session(),
        standing.keys,
        page,
        answers_of(db.session(), standing),
        today=date.today(),
        reached=reached,
        language=_language(action),
        draft=standing.draft,
    )
    db.session.commit()
    if action == "autosave":  # without a cookie: it may arrive after "Not me" was pressed
        return _saved(page)
    if standing.held is not None:
        hold_link(code, standing.held.token)
    if reason := why_not(asked.consultation, date.today()):
        return stopped(asked, reason), 409
    if page.refused or page.conflicts:  # what the draft does not hold is shown as it was sent
        unsaved = [*page.refused, *page.conflicts]
        return _show(asked, index, page, unsaved + [each for each in problems if each.place not in _places(page)]), 422
    if problems:  # what the draft holds is shown by an address of its own, to which a browser can go back
        here = asked.survey.sections[index].code
        return redirect(url_for("respond.questions", code=code, section=here, checked=1, **_then()), 303)
    return redirect(_next(asked, index, action, target), 303)


def _next(asked: Asked, index: int, action: str, target: str) -> str:
    """Return where to go after a save."""
    here = asked.survey.sections[index].code
    code = asked.consultation.code
    if action == "back":
        return asked.address(index - 1)
    if action == "language":
        return url_for("respond.questions", code=code, section=here, language=other_language(), **_then())
    if action == "move":
        return url_for("respond.questions", code=code, section=here, _anchor=f"q-{target.split(':')[0]}", **_then())
    return asked.address(len(asked.survey.sections) if _then() else index + 1)


def _then() -> dict[str, Any]:
    """Return what leads back to the check page, for who came from there."""
    return {"then": "check"} if request.args.get("then") == "check" else {}


def _language(action: str) -> str:
    return other_language() if action == "language" else str(g.language)


def _may_see(asked: Asked, standing: Standing) -> bool:
    is_open = why_not(asked.consultation, date.today()) is None
    return is_open and standing.held is not None and standing.held.is_recent


def _refuse(asked: Asked, standing: Standing, index: int, action: str) -> Page | None:
    """Return the page for a save that cannot be: what was sent, closed, begun nowhere, or out of order.

    A consultation that is paused still saves: what somebody was writing is kept for when it goes on.
    """
    reason = why_not(asked.consultation, date.today())
    if standing.is_sent:
        kind, address = "sent", url_for("respond.done", code=asked.consultation.code)
    elif reason in {"closed", "early"}:
        kind, address = "closed", url_for("respond.landing", code=asked.consultation.code)
    elif standing.draft is None or index > standing.draft.page:
        kind, address = "order", url_for("respond.landing", code=asked.consultation.code)
    else:
        return None
    if action == "autosave":
        message = render_template("respond/not_saved.txt", kind=kind)
        return jsonify(saved=False, reason=kind, message=message.strip(), address=address), 409  # type: ignore[return-value]
    if kind == "sent":
        return redirect(address, 303)
    if kind == "closed":
        return stopped(asked, str(reason)), 409
    return render_template("respond/out_of_order.html", consultation=asked.consultation, address=address), 409


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


def _places(page: SavedPage) -> set[str]:
    return {each.place for each in (*page.refused, *page.conflicts)}


def _questions(asked: Asked, index: int) -> tuple[Question, ...]:
    return asked.survey.sections[index].questions


def _show(asked: Asked, index: int, page: SavedPage, problems: list[Problem]) -> str:
    return render_template(
        "respond/questions.html",
        asked=asked,
        consultation=asked.consultation,
        section=asked.survey.sections[index],
        number=index - asked.first_page + 1,
        count=len(asked.survey.sections) - asked.first_page,
        views=view_questions(_questions(asked, index), g.language, page.typed, page.revisions, problems),
        then=_then(),
    )
