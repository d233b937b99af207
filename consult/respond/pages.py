"""Pages that several of the participant's views answer with."""

from collections.abc import Collection, Sequence

from flask import g, render_template, request
from werkzeug.wrappers import Response

from consult.record.consultation import Consultation
from consult.respond.places import Asked, Standing
from consult.respond.question_views import view_questions
from consult.respond.saving import SavedPage
from consult.respond.shown import Shown
from surveys.definition import Question
from surveys.problems import Problem
from surveys.question_types import get_type
from surveys.routing import may_change

Page = str | Response | tuple[str, int]


def stopped(consultation: Consultation, reason: str) -> str:
    """Return the page for a consultation that cannot be answered today; `reason` as `places.why_not` gives it."""
    return render_template("respond/stopped.html", consultation=consultation, reason=reason)


def other_language() -> str:
    """Return the language that is not the page's."""
    return "en" if g.language == "fr" else "fr"


def then() -> dict[str, str]:
    """Return what leads back to the page before sending, for who came from there."""
    return {"then": "check"} if request.args.get("then") == "check" else {}


def show_section(
    asked: Asked,
    standing: Standing,
    index: int,
    page: SavedPage,
    shown: Shown,
    problems: Sequence[Problem] = (),
    new: Collection[str] = (),
) -> str:
    """Return the page of a section as it stands, with what is wrong; `new` are questions that were not on it before.

    The questions that it may come to ask are drawn too, hidden: a script brings them out as soon as the server says
    so. What is wrong with those is not said.
    """
    views = view_questions(shown.may_ask(index), g.language, page.typed, page.revisions, problems)
    offered = shown.route.offered_in(index)
    number, count = shown.position(index, asked.first_page)
    return render_template(
        "respond/questions.html",
        asked=asked,
        standing=standing,
        consultation=asked.consultation,
        section=shown.section(index),
        index=index,
        number=number if index >= asked.first_page else 0,
        count=count,
        may_go_back=index > 0,
        views=views,
        offered=offered,
        conditional={each.code for each in asked.survey.sections[index].questions if each.show_if},
        may_change=may_change(asked.survey.sections[index]),
        first_new=next((view.code for view in views if view.code in new and view.code in shown.route.questions), None),
        has_errors=any(view.errors for view in views),
        then=then(),
    )


def out_of_order(asked: Asked, address: str, page: SavedPage | None = None) -> str:
    """Return the page for a form that nothing waits for, with the words that were in it: they were not saved."""
    questions = {question.code: question for question in asked.survey.questions}
    unsaved = [
        (questions[code].text.shown(g.language)[1], text)
        for code, cells in (page.typed if page else {}).items()
        if (text := _own_words(questions[code], cells.get("", "")))
    ]
    return render_template(
        "respond/out_of_order.html", consultation=asked.consultation, address=address, unsaved=unsaved
    )


def _own_words(question: Question, cell: str) -> str:
    """Return what was written into a text question."""
    return cell.strip() if get_type(question).free_text({"text": cell}) else ""
