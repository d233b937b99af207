"""The guide editor: the questions of a guide in both languages, in the order they are put."""

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from consult.access import needs
from consult.extensions import db
from consult.listen.blueprint import blueprint
from consult.listen.places import not_found_as_404
from consult.listen.words import problem_words, refusal_words
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import Consultation, get_consultation
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.session_guide import (
    MOST_QUESTIONS,
    Guide,
    NewGuide,
    NewGuideQuestion,
    change_guide,
    create_guide,
    get_guide,
    list_guide_questions,
)
from consult.record.submission import OPEN_TYPES
from consult.record.survey import list_surveys, list_versions, read_definition
from surveys.cleaning import clean_text
from surveys.definition import Question
from surveys.localised import Localised
from surveys.problems import Problem

_ROOM = 3  # empty lines below those that are there


@blueprint.route("/manage/<code:code>/guides/new", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def new_guide(code: str) -> Answer | tuple[str, int]:
    """Write a guide."""
    if request.method == "GET":
        begin(db.session(), read_only=True)
        return _show(get_consultation(db.session(), code), None, {"count": "5"})
    return _keep(code, None)


@blueprint.route("/manage/<code:code>/guides/<int:guide_id>", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
@not_found_as_404
def guide(code: str, guide_id: int) -> Answer | tuple[str, int]:
    """Change a guide."""
    if request.method == "GET":
        begin(db.session(), read_only=True)
        consultation = get_consultation(db.session(), code)
        found = get_guide(db.session(), consultation, guide_id)
        return _show(consultation, found, _typed(found))
    return _keep(code, guide_id)


def _keep(code: str, guide_id: int | None) -> Answer | tuple[str, int]:
    """Keep what the form says, or show it again with what is wrong."""
    begin(db.session())
    session = db.session()
    consultation = get_consultation(session, code)
    typed = {name: clean_text(text) for name, text in request.form.items()}
    rows = _order(typed)
    try:
        new = _read(typed, rows, {each.code for each in _open_questions(consultation)})
        if guide_id is None:
            kept = create_guide(session, consultation, new)
        else:
            kept = change_guide(session, consultation, guide_id, new)
    except RecordError as error:
        problem = refusal_words(error)
        if problem is None and not error.problems:
            raise
        db.session.rollback()
        begin(session, read_only=True)
        consultation = get_consultation(session, code)
        there = get_guide(session, consultation, guide_id) if guide_id is not None else None
        if error.code == "guide.changed" and there is not None:
            typed["seen"] = str(there.revision)
        errors = {_field(each, rows): problem_words(each) for each in error.problems}
        return _show(consultation, there, typed, errors, problem or "")[0], 422
    record_action(session, current_user.id, "guide.saved", kept, now=datetime.now(UTC))
    kept_id = kept.id
    db.session.commit()
    flash(_("The guide is saved."))
    if typed.get("do") == "more":
        return redirect(url_for("listen.guide", code=code, guide_id=kept_id, _anchor="questions"), 303)
    return redirect(url_for("listen.sessions", code=code, _anchor="guides"), 303)


def _order(typed: Mapping[str, str]) -> list[int]:
    """Return the lines of the form that say something, by the number that stands before each."""
    count = typed.get("count", "")
    lines = range(min(int(count) if count.isdigit() else 0, 2 * MOST_QUESTIONS))
    used = [at for at in lines if typed.get(f"{at}.text.fr") or typed.get(f"{at}.text.en")]

    def place(at: int) -> tuple[int, int]:
        number = typed.get(f"{at}.place", "")
        return (int(number) if number.isascii() and number.isdigit() else at + 1, at)

    return sorted(used, key=place)


def _read(typed: Mapping[str, str], rows: list[int], open_codes: set[str]) -> NewGuide:
    questions = []
    for at in rows:
        text = Localised(typed.get(f"{at}.text.en", ""), typed.get(f"{at}.text.fr", ""))
        about = typed.get(f"{at}.about", "")
        questions.append(
            NewGuideQuestion(text, about if about in open_codes else None, typed.get(f"{at}.code") or None)
        )
    seen = typed.get("seen", "")
    title = Localised(typed.get("title.en", ""), typed.get("title.fr", ""))
    return NewGuide(title, tuple(questions), int(seen) if seen.isdigit() else 0)


def _field(problem: Problem, rows: list[int]) -> str:
    """Return the input that a problem belongs to."""
    if problem.place.isdigit():
        return f"{rows[int(problem.place) - 1]}.text.fr"
    return {"title": "title.fr", "questions": "0.text.fr"}[problem.place]


def _typed(found: Guide) -> dict[str, str]:
    questions = list_guide_questions(db.session(), found.id)
    typed = {"title.fr": found.title.fr, "title.en": found.title.en, "seen": str(found.revision)}
    for at, each in enumerate(questions):
        typed |= {
            f"{at}.text.fr": each.text.fr,
            f"{at}.text.en": each.text.en,
            f"{at}.about": each.about or "",
            f"{at}.code": each.code,
        }
    return typed | {"count": str(len(questions) + _ROOM)}


def _open_questions(consultation: Consultation) -> list[Question]:
    """Return the open questions that the published surveys ask today."""
    found = []
    for survey in list_surveys(db.session(), consultation):
        published = list_versions(db.session(), survey)
        if published:
            asked = read_definition(published[-1]).survey.questions
            found += [each for each in asked if each.type in OPEN_TYPES]
    return found


def _show(
    consultation: Consultation,
    found: Guide | None,
    typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    problem: str = "",
) -> tuple[str, int]:
    page = render_template(
        "listen/guide.html",
        consultation=consultation,
        guide=found,
        typed=typed,
        lines=min(int(typed["count"]) if typed.get("count", "").isdigit() else _ROOM, 2 * MOST_QUESTIONS),
        errors=errors or {},
        problem=problem,
        open_questions=_open_questions(consultation),
    )
    return page, 200
