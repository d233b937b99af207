"""The pages of questions: every Continue, Back and change of language saves first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from consult.access import public
from consult.extensions import db
from consult.record.database import begin
from consult.record.draft import SavedAnswer
from consult.respond.blueprint import blueprint
from consult.respond.device import hold_link
from consult.respond.pages import Page, other_language, out_of_order, show_section, stopped, then
from consult.respond.places import Asked, Standing, answers_of, find_place, is_this_page, why_not
from consult.respond.saving import SavedPage, cells_of, check_page, read_page, save_page, shown_page
from consult.respond.shown import Shown, keep_hidden, shown_by_draft
from surveys.answers import check_together
from surveys.definition import Question
from surveys.problems import Problem
from surveys.question_types.ranking import move


@dataclass(frozen=True)
class _Step:
    """A button that was pressed: on which page of whose answers, what it does, and to what."""

    asked: Asked
    standing: Standing
    index: int
    action: str
    target: str


@blueprint.get("/c/<code:code>/questions/<section>")
@public
def questions(code: str, section: str) -> Page:
    """Show a section, as far as the person has come."""
    begin(db.session(), read_only=True)
    asked, standing = find_place(db.session(), code)
    index = asked.index_of(section)
    if not _may_see(asked, standing) or standing.draft is None or standing.held is None:
        return redirect(url_for("respond.landing", code=code), 303)
    answers = answers_of(db.session(), standing)
    shown = shown_by_draft(asked.survey, answers, g.language, standing.seed)
    here = min(shown.route.from_section(index), standing.reached(shown.route))
    if here != index:
        return redirect(asked.address(here), 303)
    hold_link(code, standing.held.token)
    page = shown_page(_questions(asked, index), answers)
    new = frozenset(request.args.get("new", "").split())
    problems = _problems(shown, index, page, new) if request.args.get("checked") == "1" else []
    return show_section(asked, standing, index, page, shown, problems, new)


@blueprint.post("/c/<code:code>/questions/<section>")
@public
def save(code: str, section: str) -> Page:
    """Save a section, then go on, back, or to the other language."""
    action, _, target = request.form.get("do", "continue").partition(":")
    begin(db.session())
    asked, standing = find_place(db.session(), code, lock=True)
    index = asked.index_of(section)
    page = read_page(_asked_here(asked, index, action), request.form)
    answers = answers_of(db.session(), standing)
    before = shown_by_draft(asked.survey, answers, g.language, standing.seed)
    if refused := _refuse(asked, standing, before, index, action, page):
        return refused
    if action == "move":
        _move(_questions(asked, index), page, target)
    stored = {each: cells_of(answers.get(each)) for each in page.typed}
    keep_hidden(before.route, _questions(asked, index), page.typed, stored)
    return _save(_Step(asked, standing, index, action, target), page, answers)


def _save(step: _Step, page: SavedPage, answers: Mapping[str, SavedAnswer]) -> Page:
    """Save a page that may be saved, and go where the button leads."""
    asked, standing, index = step.asked, step.standing, step.index
    assert standing.keys is not None  # noqa: S101 - _refuse has seen to it
    assert standing.draft is not None  # noqa: S101
    shown = shown_by_draft(asked.survey, answers, g.language, standing.seed, page.typed)
    new = _new_here(shown, index) if step.action == "continue" else frozenset()
    problems = _problems(shown, index, page, new) if step.action == "continue" else []
    goes_on = step.action == "continue" and not problems and not new
    save_page(
        db.session(),
        standing.keys,
        page,
        answers,
        today=date.today(),
        reached=max(standing.draft.page, shown.route.after(index) if goes_on else index),
        typed_in=g.language,
        language=other_language() if step.action == "language" else g.language,
        draft=standing.draft,
        is_by_hand=step.action == "autosave",
    )
    db.session.commit()
    if step.action == "autosave":  # without a cookie: it may arrive after "Not me" was pressed
        shown = shown_by_draft(asked.survey, answers, g.language, standing.seed, page.typed)
        return _saved(page, shown, index)
    if standing.held is not None:
        hold_link(asked.consultation.code, standing.held.token)
    if reason := why_not(asked.consultation, date.today()):
        return stopped(asked.consultation, reason), 409
    if unsaved := [*page.refused, *page.conflicts]:  # what the draft does not hold is shown as it was sent
        places = {each.place for each in unsaved}
        unsaved += [each for each in problems if each.place not in places]
        shown = shown_by_draft(asked.survey, answers, g.language, standing.seed, page.typed)
        return show_section(asked, standing, index, page, shown, unsaved, new), 422
    return redirect(_next(step, shown, has_problems=bool(problems), new=new), 303)


def _next(step: _Step, shown: Shown, *, has_problems: bool, new: Collection[str]) -> str:
    """Return where to go after a save."""
    asked, index = step.asked, step.index
    here: dict[str, Any] = {"code": asked.consultation.code, "section": asked.survey.sections[index].code, **then()}
    if has_problems or new:  # what the draft holds is shown by an address of its own, to which a browser can go back
        here |= {"checked": 1} if has_problems else {}
        return url_for("respond.questions", **here | ({"new": " ".join(sorted(new))} if new else {}))
    if step.action == "back":
        return asked.address(max(shown.route.before(index), 0))
    if step.action == "language":
        return url_for("respond.questions", **here, language=other_language())
    if step.action == "move":
        return url_for("respond.questions", **here, _anchor=f"q-{step.target.split(':')[0]}")
    if not then():
        return asked.address(shown.route.after(index))
    opened = shown.opened_by(index)
    if opened is None:
        return asked.address(len(asked.survey.sections))
    return url_for("respond.questions", **here | {"section": asked.survey.sections[opened].code})


def _new_here(shown: Shown, index: int) -> frozenset[str]:
    """Return the questions that the page now asks, or that now offer more, and that were not so on the page sent."""
    if "shown" not in request.form:
        return frozenset()
    seen = set(request.form["shown"].split())
    return frozenset(each.partition(".")[0] for each in shown.route.offered_in(index) - seen)


def _problems(shown: Shown, index: int, page: SavedPage, new: Collection[str]) -> list[Problem]:
    """Return what stops somebody from going on; of what is new to them nothing is asked yet."""
    here = [each for each in shown.route.shown_in(index) if each.code not in new]
    problems = check_page(here, page, shown.route)
    return problems + [each for each in check_together(shown.route) if each.place in {asked.code for asked in here}]


def _may_see(asked: Asked, standing: Standing) -> bool:
    is_open = why_not(asked.consultation, date.today()) is None
    return is_open and standing.held is not None and standing.held.is_recent


def _refuse(asked: Asked, standing: Standing, shown: Shown, index: int, action: str, page: SavedPage) -> Page | None:
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
    elif is_ours and standing.draft is not None and index <= standing.reached(shown.route):
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


def _saved(page: SavedPage, shown: Shown, index: int) -> Response:
    """Answer an autosave: what the next saves will carry, where another tab was first, which questions are shown."""
    conflicts = [each.place for each in (*page.conflicts, *page.refused)]
    here = [each.code for each in shown.route.shown_in(index)]
    return jsonify(saved=not page.refused, revisions=page.revisions, conflicts=conflicts, shown=here)


def _asked_here(asked: Asked, index: int, action: str) -> tuple[Question, ...]:
    """Return the questions that a form brings: an autosave sends those that were changed in its tab."""
    here = _questions(asked, index)
    return tuple(each for each in here if action != "autosave" or f"revision.{each.code}" in request.form)


def _questions(asked: Asked, index: int) -> tuple[Question, ...]:
    return asked.survey.sections[index].questions
