"""The page of one question: its words, what its type needs, when it is shown; saved by hand or by itself."""

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from flask import g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from consult.access import needs
from consult.build.blueprint import blueprint
from consult.build.found import Place, acting, find_place, lock_place, saved_at
from consult.build.messages import input_sentence, refusal
from consult.build.question_form import (
    Read,
    Typed,
    act_on_row,
    add_pasted,
    condition_options,
    count_rows,
    fill,
    lists_of,
    read,
)
from consult.build.words import setting_hint, setting_label, type_words
from consult.extensions import db
from consult.languages import interface_words
from consult.question_words import question_words
from consult.record.account import Role
from consult.record.errors import RecordError
from consult.record.survey import Survey
from consult.record.survey_edit import digest_of_part, list_published, read_working, save_question
from surveys.columns import RESERVED_CODES
from surveys.definition import Question
from surveys.definition import Survey as Definition
from surveys.edit import code_from, get_question, section_of
from surveys.localised import Localised
from surveys.problems import SurveyError
from surveys.question_type import SpecialValue
from surveys.question_types import QUESTION_TYPES

Answer: TypeAlias = Response | tuple[str, int] | tuple[Response, int]
# What "add a question" calls it, until its words give it a name.
NEW = "question"


@dataclass(frozen=True)
class Sent:
    """What a form sent: the question as it was typed, over the one that is there."""

    typed: Typed
    read: Read
    seen: str
    act: str


@blueprint.get("/<code:code>/surveys/<survey>/questions/<question>")
@needs(Role.FACILITATOR)
def question(code: str, survey: str, question: str) -> Answer:
    """Show a question's form."""
    place = find_place(code, survey)
    asked = place.working.definition.find_question(question)
    if asked is None:
        return redirect(url_for("build.outline", **place.values), 303)
    return _show(place, asked, fill(asked, _earlier(place.working.definition, question)), digest_of_part(asked))


@blueprint.post("/<code:code>/surveys/<survey>/questions/<question>")
@needs(Role.FACILITATOR)
def change_question(code: str, survey: str, question: str) -> Answer:
    """Save a question; the button that was pressed says what else."""
    _consultation, row = lock_place(code, survey)
    working = read_working(db.session(), row)
    before = working.definition.find_question(question)
    if before is None:
        db.session.rollback()
        return _gone(code, survey)
    sent = _read_sent(working.definition, before)
    if sent.read.errors:
        db.session.rollback()
        return _refuse_input(code, survey, before, sent)
    wanted = _finish(row, working.definition, before, sent)
    try:
        stored = save_question(db.session(), row, question, wanted, sent.seen, acting())
        db.session.commit()
    except (RecordError, SurveyError) as error:
        db.session.rollback()
        return _refuse(code, survey, question, sent, error)
    if sent.act == "autosave":
        return _saved(sent, stored)
    return redirect(_next(code, survey, stored, sent.act), 303)


def _read_sent(definition: Definition, before: Question) -> Sent:
    typed = {name: request.form.getlist(name)[-1] for name in request.form}
    answer = read(typed, before, _earlier(definition, before.code))
    return Sent(typed, answer, typed.get("seen", ""), typed.get("do", "save"))


def _finish(row: Survey, definition: Definition, before: Question, sent: Sent) -> Question:
    """Return the question with what the button asks for, and with a name of its own where it has none yet."""
    wanted, act = sent.read.question, sent.act
    for name in lists_of(QUESTION_TYPES[wanted.type]):
        if pasted := sent.typed.get(f"{name}.pasted", ""):
            wanted = add_pasted(wanted, name, pasted, g.language)
    verb, _, rest = act.partition(":")
    name, _, choice = rest.partition(":")
    if verb in ("up", "down", "remove") and name in lists_of(QUESTION_TYPES[wanted.type]):
        wanted = act_on_row(wanted, verb, name, choice)
    is_unnamed = wanted.code == before.code and before.code.rstrip("0123456789_") == NEW
    if act != "autosave" and is_unnamed and wanted.text:
        published = list_published(db.session(), row)
        taken = {*(each.code for each in definition.questions), *published, *RESERVED_CODES}
        if before.code not in published:
            wanted = replace(wanted, code=code_from(wanted.text, NEW, taken - {before.code}))
    return wanted


def _next(code: str, survey: str, stored: Question, act: str) -> str:
    """Return where to go after a save: to the row that was moved, to the end of a list, or to the outline."""
    here: dict[str, Any] = {"code": code, "survey": survey, "question": stored.code}
    verb, _, rest = act.partition(":")
    name, _, choice = rest.partition(":")
    if verb in ("up", "down"):
        return url_for("build.question", **here, _anchor=f"{name}.{choice}")
    if verb in ("remove", "add"):
        return url_for("build.question", **here, _anchor=name if verb == "remove" else f"{name}.spare")
    if act == "stay":
        return url_for("build.question", **here)
    return url_for("build.outline", code=code, survey=survey, _anchor=f"question.{stored.code}")


def _saved(sent: Sent, stored: Question) -> Response:
    """Answer an autosave: what the next one will carry, and the codes that new rows were given."""
    codes = {name: _codes_by_row(sent.typed, name, stored) for name in lists_of(QUESTION_TYPES[stored.type])}
    return jsonify(saved=True, seen=digest_of_part(stored), at=saved_at(acting().now, g.language), codes=codes)


def _codes_by_row(typed: Typed, name: str, stored: Question) -> list[str]:
    live = iter([each.code for each in getattr(stored, name) if not each.retired])
    rows = range(count_rows(typed, name))
    return [
        next(live, "") if typed.get(f"{name}.{at}.en", "").strip() or typed.get(f"{name}.{at}.fr", "").strip() else ""
        for at in rows
    ]


def _refuse_input(code: str, survey: str, before: Question, sent: Sent) -> Answer:
    words = interface_words(g.language)
    errors = {name: input_sentence(problem, words) for name, problem in sent.read.errors.items()}
    if sent.act == "autosave":
        return jsonify(saved=False, errors=errors), 422
    return _show(find_place(code, survey), before, sent.typed, sent.seen, errors=errors, status=422)


def _refuse(code: str, survey: str, question: str, sent: Sent, error: RecordError | SurveyError) -> Answer:
    """Say why nothing was saved; where somebody else was first, show theirs beside what was typed."""
    sentence = refusal(error, interface_words(g.language))
    if sentence is None:
        raise error
    is_conflict = isinstance(error, RecordError) and error.code == "survey.question_changed"
    if sent.act == "autosave":
        return jsonify(saved=False, conflict=is_conflict, sentence=sentence), 409
    place = find_place(code, survey)
    present = get_question(place.working.definition, question)
    errors = {"code": sentence} if isinstance(error, SurveyError) else {}
    seen = digest_of_part(present) if is_conflict else sent.seen
    return _show(
        place,
        present,
        sent.typed,
        seen,
        problem="" if errors else sentence,
        errors=errors,
        theirs=differences(present, sent.read.question) if is_conflict else [],
        status=409,
    )


def _gone(code: str, survey: str) -> Answer:
    sentence = refusal(RecordError("survey.question_gone"), interface_words(g.language))
    if request.form.get("do") == "autosave":
        return jsonify(saved=False, sentence=sentence), 409
    return redirect(url_for("build.outline", code=code, survey=survey, gone=1), 303)


def differences(theirs: Question, mine: Question) -> list[tuple[str, Localised | str, Localised | str]]:
    """Return what differs between two states of a question, as (name of the input, theirs, mine)."""
    found: list[tuple[str, Localised | str, Localised | str]] = []
    for name in ("text", "help", "why", "show_if", "standard", "required", "sensitive", "random_order"):
        if getattr(theirs, name) != getattr(mine, name):
            found.append((name, _as_text(getattr(theirs, name)), _as_text(getattr(mine, name))))
    for name in ("rows", "choices"):
        was, now = getattr(theirs, name), getattr(mine, name)
        if was != now:
            found.append((name, _list_labels(was), _list_labels(now)))
    if (theirs.settings, theirs.offers) != (mine.settings, mine.offers):
        found.append(("settings", "", ""))
    return found


def _as_text(value: object) -> Localised | str:
    return value if isinstance(value, Localised | str) else "✓" if value else "–"


def _list_labels(choices: tuple[object, ...]) -> Localised:
    labels = [getattr(each, "label") for each in choices if not getattr(each, "retired")]  # noqa: B009
    return Localised("; ".join(each.en for each in labels), "; ".join(each.fr for each in labels))


def _earlier(definition: Definition, code: str) -> list[Question]:
    """Return the questions before one: those that its condition may name."""
    codes = [each.code for each in definition.questions]
    return list(definition.questions[: codes.index(code)]) if code in codes else []


def _show(
    place: Place,
    asked: Question,
    typed: Typed,
    seen: str,
    *,
    problem: str = "",
    errors: dict[str, str] | None = None,
    theirs: list[tuple[str, Localised | str, Localised | str]] | None = None,
    status: int = 200,
) -> Answer:
    words = interface_words(g.language)
    kind = QUESTION_TYPES.get(asked.type)
    definition = place.working.definition
    page = render_template(
        "build/question.html",
        place=place,
        consultation=place.consultation,
        question=asked,
        section=section_of(definition, asked.code),
        kind=kind,
        types=type_words(words),
        labels={name: setting_label(asked.type, name, words) for name in (kind.settings if kind else ())},
        hints={name: setting_hint(asked.type, name, words) for name in (kind.settings if kind else ())},
        setting_kinds={name: each.__name__ for name, each in (kind.settings if kind else {}).items()},
        specials=[str(each) for each in SpecialValue if kind and each in kind.specials],
        special_names=question_words(words),
        lists=lists_of(kind) if kind else (),
        conditioned=lists_of(kind) if kind and not kind.compares_choices else (),
        typed=typed,
        rows_of={name: count_rows(typed, name) for name in (lists_of(kind) if kind else ())},
        conditions=condition_options(_earlier(definition, asked.code)),
        seen=seen,
        problem=problem,
        errors=errors or {},
        theirs=theirs or [],
        is_published=asked.code in list_published(db.session(), place.survey),
    )
    return page, status
