"""The surveys of a consultation, and how one is started: blank, from a template, from an earlier one, from a file."""

from dataclasses import replace
from typing import TypeAlias

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.build.blueprint import blueprint
from consult.build.found import Place, acting, find_place, lock_place
from consult.build.group_question import offer_own_groups
from consult.build.messages import refusal
from consult.extensions import db
from consult.languages import LANGUAGES, interface_words
from consult.messages import problem_sentence
from consult.question_words import question_words
from consult.record.account import Role, list_consultations_of
from consult.record.audit import record_action
from consult.record.consultation import Consultation, get_consultation
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.survey import create_survey, find_survey, list_surveys, list_versions
from consult.record.survey_edit import delete_survey
from consult.survey_templates import TEMPLATES, read_template
from consult.uploads import allow_large_forms
from surveys.answers import CODE
from surveys.checklist import is_answered
from surveys.definition import Question, Section, Survey, dump_survey
from surveys.definition_reader import load_survey
from surveys.duration import estimate_minutes
from surveys.edit import free_code
from surveys.exchange.imported import ImportedSurvey
from surveys.exchange.survey_import import SIZE_LIMIT, read_survey_file
from surveys.exchange.xlsform_writer import write_xlsform
from surveys.localised import Localised
from surveys.problems import SurveyError

Answer: TypeAlias = Response | tuple[str, int]
_MOST_NOTICES = 200


allow_large_forms(blueprint, SIZE_LIMIT, "build.start_survey")


@blueprint.get("/<code:code>/surveys")
@needs(Role.FACILITATOR)
def surveys(code: str) -> Answer:
    """Lead to the survey; where there is none, ask how to start."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    listed = list_surveys(db.session(), consultation)
    if len(listed) == 1 and "all" not in request.args:
        return redirect(url_for("build.outline", code=code, survey=listed[0].code), 303)
    db.session.rollback()
    return _show(code)


@blueprint.post("/<code:code>/surveys")
@needs(Role.FACILITATOR)
def start_survey(code: str) -> Answer:
    """Make the survey, and open its outline."""
    words = interface_words(g.language)
    try:
        uploaded = _read_start(request.form.get("start", ""))
    except SurveyError as error:
        first = error.problems[0]
        return _show(code, problem=problem_sentence(first.code, first.place, first.values, words), status=422)
    if uploaded is None:
        return _show(code, problem=_("Choose how to start."), status=422)
    try:
        begin(db.session())
        consultation = get_consultation(db.session(), code)
        taken = {each.code for each in list_surveys(db.session(), consultation)}
        named = uploaded.survey.code if CODE.fullmatch(uploaded.survey.code) else "survey"
        wanted = replace(_fit(uploaded.survey, consultation), code=free_code(named, taken))
        made = create_survey(db.session(), consultation, wanted)
        record_action(db.session(), acting().account_id, "survey.created", made, now=acting().now)
        db.session.commit()
    except RecordError as error:
        db.session.rollback()
        sentence = refusal(error, words)
        if sentence is None:
            raise
        return _show(code, problem=sentence, status=409)
    if not uploaded.notices:
        return redirect(url_for("build.outline", code=code, survey=made.code), 303)
    # shown at once: they may be too many for a browser to carry to the next page
    notices = [problem_sentence(each.code, each.place, each.values, words) for each in uploaded.notices]
    return render_template(
        "build/imported.html",
        consultation=consultation,
        survey=made,
        notices=notices[:_MOST_NOTICES],
        count=len(notices),
    ), 200


@blueprint.route("/<code:code>/surveys/<survey>/delete", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def delete(code: str, survey: str) -> Response:
    """Delete a survey that was never published."""
    if request.method == "GET":
        return redirect(url_for("build.outline", code=code, survey=survey), 303)
    try:
        _consultation, row = lock_place(code, survey)
        delete_survey(db.session(), row, acting())
        db.session.commit()
        flash(_("The survey was deleted."))
    except RecordError as error:
        db.session.rollback()
        sentence = refusal(error, interface_words(g.language))
        if sentence is None:
            raise
        flash(sentence)
    return redirect(url_for("build.surveys", code=code, all=1), 303)


def _read_start(start: str) -> ImportedSurvey | None:
    """Return the survey to start from; None where nothing was chosen. Raises `SurveyError` for a file."""
    kind, _colon, name = start.partition(":")
    if kind == "blank":
        return ImportedSurvey(blank_survey())
    if kind == "template" and name in TEMPLATES:
        return ImportedSurvey(read_template(name))
    if kind == "earlier":
        return ImportedSurvey(_read_earlier(name))
    sent = request.files.get("file")
    if kind == "file" and sent is not None and sent.filename:
        return read_survey_file(sent.stream.read(SIZE_LIMIT + 1), sent.filename, _all_words())
    return None


def _fit(survey: Survey, consultation: Consultation) -> Survey:
    """Return what was chosen with the consultation's own groups, and its title where it has none."""
    own = offer_own_groups(survey, consultation)
    return own if own.title else replace(own, title=consultation.title)


def _all_words() -> dict[str, dict[str, str]]:
    """Return our own labels in each language, so that they are known in another tool's file."""
    return {each: question_words(interface_words(each)) for each in LANGUAGES}


def _read_earlier(name: str) -> Survey:
    """Return the working text of one of the person's other surveys; retired choices are left behind."""
    wanted, _slash, code = name.partition("/")
    begin(db.session(), read_only=True)
    for consultation in list_consultations_of(db.session(), current_user.id, Role.FACILITATOR):
        if consultation.code == wanted and (row := find_survey(db.session(), consultation, code)):
            definition = load_survey(row.working_definition)
            db.session.rollback()
            return _without_retired(definition)
    return abort(404)


def _without_retired(survey: Survey) -> Survey:
    def fresh(question: Question) -> Question:
        live = tuple(row for row in question.rows if not row.retired)
        return replace(question, choices=question.offered_choices, rows=live)

    sections = (replace(each, questions=tuple(map(fresh, each.questions))) for each in survey.sections)
    return replace(survey, sections=tuple(sections))


def blank_survey() -> Survey:
    """Return a survey with the agreement that most begin with, and one section to fill."""
    agree = Question(
        "take_part",
        "consent",
        Localised("I agree to take part.", "J’accepte de participer."),
        help=Localised(
            "Taking part is your choice, and you may stop at any time.",
            "Votre participation est volontaire, et vous pouvez arrêter en tout temps.",
        ),
        required=True,
    )
    quoted = Question(
        "quoted",
        "consent",
        Localised(
            "I agree that my words may be quoted, without my name.", "J’accepte qu’on cite mes mots, sans mon nom."
        ),
    )
    return Survey(
        "survey",
        Localised(),
        sections=(
            Section("agreement", Localised("Before you begin", "Avant de commencer"), questions=(agree, quoted)),
            Section("section", Localised()),
        ),
    )


def _show(code: str, problem: str = "", status: int = 200) -> Answer:
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    mine = list_surveys(db.session(), consultation)
    page = render_template(
        "build/surveys.html",
        consultation=consultation,
        listed=[(row, load_survey(row.working_definition), list_versions(db.session(), row)) for row in mine],
        templates=[_describe(name) for name in TEMPLATES],
        earlier=_earlier(code),
        problem=problem,
        most_megabytes=SIZE_LIMIT // 1_000_000,
    )
    return page, status


def _describe(name: str) -> tuple[str, Survey, int, tuple[int, int]]:
    survey = read_template(name)
    return name, survey, sum(map(is_answered, survey.questions)), estimate_minutes(survey)


def _earlier(code: str) -> list[tuple[str, Localised, Localised]]:
    """Return the person's surveys in other consultations: name for the form, its title, the consultation's."""
    return [
        (f"{each.code}/{row.code}", load_survey(row.working_definition).title, each.title)
        for each in list_consultations_of(db.session(), current_user.id, Role.FACILITATOR)
        if each.code != code
        for row in list_surveys(db.session(), each)
    ]


@blueprint.get("/<code:code>/surveys/<survey>/definition")
@needs(Role.FACILITATOR)
def download(code: str, survey: str) -> Response:
    """Send the survey as it is written, in both languages: as our JSON, or as an XLSForm."""
    place: Place = find_place(code, survey)
    if request.args.get("format") != "xlsform":
        answer = Response(dump_survey(place.working.definition), mimetype="application/json")
        answer.headers["Content-Disposition"] = f'attachment; filename="{place.survey.code}.json"'
        return answer
    try:
        content = write_xlsform(place.working.definition, _all_words()).content
    except SurveyError as error:
        first, words = error.problems[0], interface_words(g.language)
        flash(problem_sentence(first.code, first.place, first.values, words))
        return redirect(url_for("build.outline", **place.values), 303)
    answer = Response(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer.headers["Content-Disposition"] = f'attachment; filename="{place.survey.code}.xlsx"'
    return answer
