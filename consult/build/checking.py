"""Before publishing: what stops it, what would make it better, what changes for those who answer; then publishing."""

from dataclasses import dataclass
from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from consult.access import needs
from consult.build.blueprint import blueprint
from consult.build.found import Place, acting, find_place, lock_place
from consult.build.locations import Location, locate
from consult.build.messages import advice_sentence, gap_sentence, refusal
from consult.extensions import db
from consult.languages import interface_words
from consult.messages import Words
from consult.record.account import Role
from consult.record.consultation import Consultation
from consult.record.description import point_questions
from consult.record.errors import RecordError
from consult.record.lifecycle import find_gaps as find_opening_gaps
from consult.record.survey import SurveyVersion, find_contradictions, find_gaps, list_versions, read_definition
from consult.record.survey_edit import publish_working
from surveys.changes import Change, compare
from surveys.checklist import advise
from surveys.definition import Survey
from surveys.localised import Localised
from surveys.problems import Problem

Answer = Response | tuple[str, int]


@dataclass(frozen=True)
class Point:
    """One line of the checklist: where it is, and what to say about it."""

    location: Location
    sentence: str
    # The group question can be added from here: nobody can type the codes that it needs.
    adds_group_question: bool = False


@blueprint.get("/<code:code>/surveys/<survey>/check")
@needs(Role.FACILITATOR)
def check(code: str, survey: str) -> Answer:
    """Show what is left to do before publishing."""
    return _show(find_place(code, survey))


@blueprint.post("/<code:code>/surveys/<survey>/check")
@needs(Role.FACILITATOR)
def publish(code: str, survey: str) -> Answer:
    """Publish what was read: answers are kept under this version from now on."""
    consultation, row = lock_place(code, survey)
    try:
        version = publish_working(db.session(), row, request.form.get("seen", ""), date.today(), acting())
        _point(consultation, read_definition(version).survey)
        db.session.commit()
    except RecordError as error:
        db.session.rollback()
        sentence = refusal(error, interface_words(g.language))
        if sentence is None:
            raise
        return _show(find_place(code, survey), problem=sentence, status=409)
    flash(_("Version %(number)s is published.", number=version.number), "published")
    return redirect(url_for("build.check", code=code, survey=survey), 303)


def _point(consultation: Consultation, survey: Survey) -> None:
    """Say which question gives the group and which lets people be quoted, where it is plain and nobody said it."""
    groups = {group.code for group in consultation.groups}
    by_group = [
        each.code
        for each in survey.questions
        if each.type == "single_choice" and groups and groups <= {choice.code for choice in each.offered_choices}
    ]
    quoted = survey.find_question("quoted")
    point_questions(
        db.session(),
        consultation,
        by_group[0] if by_group else None,
        "quoted" if quoted is not None and quoted.type == "consent" else None,
    )


def count_gaps(session: Session, place: Place) -> int:
    """Return how many things stop the survey from being published."""
    return len(list_gaps(session, place, list_versions(session, place.survey)))


def list_gaps(session: Session, place: Place, versions: list[SurveyVersion]) -> list[Problem]:
    """Return what stops the survey from being published, incomplete or against what was published before."""
    working = place.working.definition
    contradictions = find_contradictions([read_definition(each).survey for each in versions], working)
    return [*find_gaps(session, place.survey, working), *contradictions]


def _show(place: Place, problem: str = "", status: int = 200) -> Answer:
    words = interface_words(g.language)
    versions = list_versions(db.session(), place.survey)
    gaps = list_gaps(db.session(), place, versions)
    current = read_definition(versions[-1]).survey if versions else None
    page = render_template(
        "build/check.html",
        place=place,
        consultation=place.consultation,
        gaps=[_point_at(each, place, gap_sentence(each, words), words) for each in gaps],
        advice=_advice(place, words),
        versions=versions,
        changes=describe_changes(current, place.working.definition) if current else [],
        problem=problem,
        is_published=bool(versions) and versions[-1].definition == place.survey.working_definition,
    )
    return page, status


def _advice(place: Place, words: Words) -> list[Point]:
    consultation = place.consultation
    groups = {group.code: group.name for group in consultation.groups}
    targets = {group.code: group.target for group in consultation.groups}
    found = advise(place.working.definition, targets)
    points = [_point_at(each, place, advice_sentence(each, groups, g.language, words), words) for each in found]
    if place.working.stale:
        location = Location(url_for("build.translation", **place.values), place.working.definition.title, "", "")
        points.append(Point(location, advice_sentence(Problem("advice.translation_waits"), groups, g.language, words)))
    for code, endpoint in _consultation_advice(consultation, place.working.definition):
        address = url_for(endpoint, code=consultation.code)
        location = Location(address, consultation.title, "", "")
        sentence = advice_sentence(Problem(code), groups, g.language, words)
        points.append(Point(location, sentence, code == "advice.no_group_question"))
    return points


def _consultation_advice(consultation: Consultation, survey: Survey) -> list[tuple[str, str]]:
    found = []
    if any(gap.code == "translation.missing" for gap in find_opening_gaps(db.session(), consultation)):
        found.append(("advice.cannot_open", "build.settings"))
    if not consultation.contact.strip():
        found.append(("advice.no_contact", "build.settings"))
    if consultation.closes_on is None:
        found.append(("advice.no_closing_date", "manage.dates"))
    asked = {question.code: question for question in survey.questions}
    groups = {group.code for group in consultation.groups}
    gives_group = any(
        groups <= {choice.code for choice in each.offered_choices}
        for each in asked.values()
        if each.type == "single_choice"
    )
    if groups and (consultation.group_question not in asked if consultation.group_question else not gives_group):
        found.append(("advice.no_group_question", "build.settings"))
    if (consultation.quote_question or "quoted") not in asked:
        found.append(("advice.no_quote_question", "build.settings"))
    return found


def _point_at(problem: Problem, place: Place, sentence: str, words: Words) -> Point:
    language = str(problem.values.get("language", ""))
    location = locate(problem.place, place.working.definition, place.values, words, language)
    return Point(location, sentence[:1].upper() + sentence[1:])


@dataclass(frozen=True)
class Changed:
    """What changed about one question or section, from the last version on."""

    noun: str
    code: str
    title: Localised
    changes: list[Change]


def describe_changes(old: Survey, new: Survey) -> list[Changed]:
    """Return the changes gathered by what they are about, in the order in which they were found."""
    gathered: dict[tuple[str, str], list[Change]] = {}
    for change in compare(old, new):
        noun = change.kind.partition(".")[0]
        noun = "question" if noun in ("choice", "row") else noun
        gathered.setdefault((noun, change.code), []).append(change)
    return [Changed(noun, code, _title(noun, code, old, new), changes) for (noun, code), changes in gathered.items()]


def _title(noun: str, code: str, old: Survey, new: Survey) -> Localised:
    for survey in (new, old):
        if noun == "question" and (asked := survey.find_question(code)):
            return asked.text
        for section in survey.sections:
            if noun == "section" and section.code == code:
                return section.title
    return new.title


@blueprint.get("/<code:code>/surveys/<survey>/versions/<int:number>")
@needs(Role.FACILITATOR)
def version(code: str, survey: str, number: int) -> Answer:
    """Show what a version changed from the one before it."""
    place = find_place(code, survey)
    versions = {each.number: each for each in list_versions(db.session(), place.survey)}
    if number not in versions:
        return redirect(url_for("build.check", **place.values), 303)
    here = read_definition(versions[number]).survey
    before = read_definition(versions[number - 1]).survey if number - 1 in versions else None
    page = render_template(
        "build/version.html",
        place=place,
        consultation=place.consultation,
        version=versions[number],
        definition=here,
        changes=describe_changes(before, here) if before else [],
    )
    return page, 200
