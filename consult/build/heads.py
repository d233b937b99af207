"""What stands over questions: a section's title, introduction and condition; the survey's own, and its checks."""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from flask import g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from consult.access import needs
from consult.build.blueprint import blueprint
from consult.build.found import Place, acting, find_place, lock_place, saved_at
from consult.build.messages import input_sentence, refusal
from consult.build.question_form import (
    LONGEST_CONDITION,
    LONGEST_LABEL,
    LONGEST_TEXT,
    Typed,
    condition_options,
    fill_condition,
    read_condition,
)
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.errors import RecordError
from consult.record.survey_edit import digest_of_part, read_working, save_opening, save_section
from surveys.answers import CODE
from surveys.cleaning import clean_text
from surveys.definition import Check, Question, Section, Survey
from surveys.edit import code_from
from surveys.localised import LANGUAGES, Localised
from surveys.problems import SurveyError

Answer: TypeAlias = Response | tuple[str, int] | tuple[Response, int]
_SPARE_CHECKS = 1
_MOST_CHECKS = 30


@dataclass
class Head:
    """A title with what goes with it, as it was typed; `errors` are codes by the name of the input."""

    typed: Typed
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, longest: int = LONGEST_TEXT) -> Localised:
        """Return a text in two languages."""
        return Localised(**{each: self.line(f"{name}.{each}", longest) for each in LANGUAGES})

    def line(self, name: str, longest: int) -> str:
        """Return one input, cleaned."""
        text = clean_text(self.typed.get(name, ""))
        if len(text) > longest:
            self.errors[name] = "text.too_long"
        return text


@blueprint.get("/<code:code>/surveys/<survey>/sections/<section>")
@needs(Role.FACILITATOR)
def section(code: str, survey: str, section: str) -> Answer:
    """Show a section's form."""
    place = find_place(code, survey)
    found = next((each for each in place.working.definition.sections if each.code == section), None)
    if found is None:
        return redirect(url_for("build.outline", **place.values, gone=1), 303)
    return _show_section(place, found, _fill_section(found, _before(place.working.definition, section)))


@blueprint.post("/<code:code>/surveys/<survey>/sections/<section>")
@needs(Role.FACILITATOR)
def change_section(code: str, survey: str, section: str) -> Answer:
    """Save a section's title, introduction and condition."""
    _consultation, row = lock_place(code, survey)
    definition = read_working(db.session(), row).definition
    found = next((each for each in definition.sections if each.code == section), None)
    if found is None:
        db.session.rollback()
        return redirect(url_for("build.outline", code=code, survey=survey, gone=1), 303)
    head = _typed()
    wanted = replace(
        found,
        title=head.text("title", LONGEST_LABEL),
        introduction=head.text("introduction"),
        show_if=read_condition(head.typed, head.errors, _before(definition, section)),
    )
    try:
        _refuse_inputs(head)
        save_section(db.session(), row, section, wanted, head.typed.get("seen", ""), acting())
        db.session.commit()
    except (RecordError, SurveyError) as error:
        db.session.rollback()
        place = find_place(code, survey)
        return _refused(error, head) or _show_section(place, found, head.typed, head, error)
    return _saved(head, wanted) or redirect(
        url_for("build.outline", code=code, survey=survey, _anchor=f"section.{section}"), 303
    )


@blueprint.get("/<code:code>/surveys/<survey>/opening")
@needs(Role.FACILITATOR)
def opening(code: str, survey: str) -> Answer:
    """Show the form of the survey's title, introduction and checks."""
    place = find_place(code, survey)
    return _show_opening(place, _fill_opening(place.working.definition))


@blueprint.post("/<code:code>/surveys/<survey>/opening")
@needs(Role.FACILITATOR)
def change_opening(code: str, survey: str) -> Answer:
    """Save the survey's title, introduction and checks."""
    _consultation, row = lock_place(code, survey)
    definition, head = read_working(db.session(), row).definition, _typed()
    wanted = replace(
        definition,
        title=head.text("title", LONGEST_LABEL),
        introduction=head.text("introduction"),
        checks=_read_checks(head, definition.checks),
    )
    try:
        _refuse_inputs(head)
        save_opening(db.session(), row, wanted, head.typed.get("seen", ""), acting())
        db.session.commit()
    except (RecordError, SurveyError) as error:
        db.session.rollback()
        return _refused(error, head) or _show_opening(find_place(code, survey), head.typed, head, error)
    there = "build.opening" if head.typed.get("do") == "add" else "build.outline"
    return _saved(head, wanted) or redirect(url_for(there, code=code, survey=survey), 303)


def _typed() -> Head:
    return Head({name: request.form.getlist(name)[-1] for name in request.form})


def _refuse_inputs(head: Head) -> None:
    if head.errors:
        raise SurveyError.of(next(iter(head.errors.values())))


def _saved(head: Head, part: Section | Survey) -> Response | None:
    """Answer an autosave, and nothing to who pressed the button."""
    if head.typed.get("do") != "autosave":
        return None
    return jsonify(saved=True, seen=digest_of_part(part), at=saved_at(acting().now, g.language), codes={})


def _refused(error: RecordError | SurveyError, head: Head) -> Answer | None:
    """Answer an autosave that was refused; raises what the builder has no words for."""
    words = interface_words(g.language)
    sentence = refusal(error, words)
    if sentence is None:
        raise error
    if head.typed.get("do") != "autosave":
        return None
    errors = {name: input_sentence(code, words) for name, code in head.errors.items()}
    is_conflict = isinstance(error, RecordError) and error.code.endswith("_changed")
    return jsonify(saved=False, conflict=is_conflict, sentence=sentence, errors=errors), 422 if errors else 409


def _sentences(head: Head | None) -> dict[str, str]:
    words = interface_words(g.language)
    return {name: input_sentence(code, words) for name, code in head.errors.items()} if head else {}


def _top(head: Head | None, error: RecordError | SurveyError | None) -> str:
    """Return the sentence for the top of a page that was refused for no input of its own."""
    return "" if error is None or (head and head.errors) else refusal(error, interface_words(g.language)) or ""


def _fill_section(section: Section, earlier: list[Question]) -> Typed:
    typed = {f"title.{each}": section.title.get(each) for each in LANGUAGES}
    typed |= {f"introduction.{each}": section.introduction.get(each) for each in LANGUAGES}
    return typed | fill_condition(section.show_if, earlier)


def _before(definition: Survey, code: str) -> list[Question]:
    """Return the questions of the sections before one."""
    codes = [each.code for each in definition.sections]
    return [question for each in definition.sections[: codes.index(code)] for question in each.questions]


def _show_section(
    place: Place,
    found: Section,
    typed: Typed,
    head: Head | None = None,
    error: RecordError | SurveyError | None = None,
) -> Answer:
    present = next((each for each in place.working.definition.sections if each.code == found.code), found)
    page = render_template(
        "build/section.html",
        place=place,
        consultation=place.consultation,
        section=present,
        typed=typed,
        seen=digest_of_part(present),
        conditions=condition_options(_before(place.working.definition, found.code)),
        errors=_sentences(head),
        problem=_top(head, error),
    )
    return page, _status(head, error)


def _fill_opening(definition: Survey) -> Typed:
    typed = {f"title.{each}": definition.title.get(each) for each in LANGUAGES}
    typed |= {f"introduction.{each}": definition.introduction.get(each) for each in LANGUAGES}
    typed["checks.count"] = str(len(definition.checks) + _SPARE_CHECKS)
    for at, check in enumerate(definition.checks):
        typed |= {f"checks.{at}.code": check.code, f"checks.{at}.condition": check.condition}
        typed |= {f"checks.{at}.{each}": check.message.get(each) for each in LANGUAGES}
    return typed


def _read_checks(head: Head, before: tuple[Check, ...]) -> tuple[Check, ...]:
    """Return the checks that say something, then those that the form does not hold: it has room for so many."""
    count, checks = count_checks(head.typed), list[Check]()
    for at in range(count):
        condition = head.line(f"checks.{at}.condition", LONGEST_CONDITION)
        message = head.text(f"checks.{at}", LONGEST_LABEL)
        if not (condition or message):
            continue
        code, taken = head.typed.get(f"checks.{at}.code", ""), {each.code for each in checks}
        if not CODE.fullmatch(code) or code in taken:
            code = code_from(message, "check", taken)
        checks.append(Check(code, condition, message))
    held = {head.typed.get(f"checks.{at}.code", "") for at in range(count)} | {each.code for each in checks}
    return (*checks, *(each for each in before if each.code not in held))


def count_checks(typed: Typed) -> int:
    """Return how many checks the form has room for."""
    written = typed.get("checks.count", "")
    return min(int(written), _MOST_CHECKS) if written.isdecimal() and len(written) < 5 else _SPARE_CHECKS


def _show_opening(
    place: Place,
    typed: Typed,
    head: Head | None = None,
    error: RecordError | SurveyError | None = None,
) -> Answer:
    page = render_template(
        "build/opening.html",
        place=place,
        consultation=place.consultation,
        typed=typed,
        seen=digest_of_part(place.working.definition),
        checks=count_checks(typed),
        errors=_sentences(head),
        problem=_top(head, error),
    )
    return page, _status(head, error)


def _status(head: Head | None, error: RecordError | SurveyError | None) -> int:
    return 200 if error is None else 422 if head and head.errors else 409
