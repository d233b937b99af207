"""The survey as participants would meet it: drawn by their own templates, in a frame; nothing is sent or kept."""

from functools import partial

from flask import abort, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from consult.access import needs
from consult.build.blueprint import blueprint
from consult.build.condition_words import say_condition
from consult.build.found import find_place
from consult.extensions import db
from consult.headers import CONTENT_SECURITY_POLICY
from consult.languages import LANGUAGES, interface_words
from consult.record.account import Role
from consult.respond.question_views import view_questions
from surveys.question_types import QUESTION_TYPES

WIDTHS = ("phone", "wide")
# A page of ours may show this one in a frame, and it alone.
_FRAMED = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
FRAMING = CONTENT_SECURITY_POLICY + "; frame-src 'self'"


@blueprint.after_request
def _allow_preview(response: Response) -> Response:
    """Let the builder's pages show the preview in a frame."""
    framed = request.endpoint == "build.preview_page"
    response.headers.setdefault("Content-Security-Policy", _FRAMED if framed else FRAMING)
    return response


@blueprint.get("/<code:code>/surveys/<survey>/preview")
@needs(Role.FACILITATOR)
def preview(code: str, survey: str) -> str | Response:
    """Show a section in a frame as wide as a telephone or a desk, in either language."""
    place = find_place(code, survey)
    sections = place.working.definition.sections
    if not sections:
        return redirect(url_for("build.outline", **place.values), 303)
    wanted, spoken, width = (request.args.get(name, "") for name in ("section", "in", "width"))
    codes = [each.code for each in sections]
    at = codes.index(wanted) if wanted in codes else 0
    return render_template(
        "build/preview.html",
        place=place,
        consultation=place.consultation,
        sections=sections,
        at=at,
        spoken=spoken if spoken in LANGUAGES else g.language,
        width=width if width in WIDTHS else WIDTHS[0],
    )


@blueprint.get("/<code:code>/surveys/<survey>/preview/<section>")
@needs(Role.FACILITATOR)
def preview_page(code: str, survey: str, section: str) -> Response:
    """Draw a section, or one question of it, as it is saved now."""
    place = find_place(code, survey)
    found = next((each for each in place.working.definition.sections if each.code == section), None)
    if found is None:
        abort(404)
    only = request.args.get("only")
    questions = [
        each for each in found.questions if each.type in QUESTION_TYPES and (only is None or each.code == only)
    ]
    words, definition = interface_words(g.language), place.working.definition
    in_words = partial(say_condition, survey=definition, language=g.language, words=words)
    db.session.rollback()
    return make_response(
        render_template(
            "build/preview_page.html",
            consultation=place.consultation,
            section=found,
            is_whole=only is None,
            views=view_questions(questions, g.language, {}),
            in_words=in_words,
        )
    )
