"""How people find the survey: addresses, poster and slide, ready-made texts, short codes, the kiosk."""

import secrets
from dataclasses import dataclass
from datetime import date

from flask import Response, abort, g, render_template, request, url_for
from sqlalchemy.orm import Session

from consult.access import needs
from consult.exports.poster import PAPERS, Invitation, make_poster, make_slide
from consult.extensions import db
from consult.invite.blueprint import blueprint
from consult.invite.texts import ready_texts
from consult.record.account import Role
from consult.record.consultation import Consultation, get_consultation, list_groups
from consult.record.database import begin
from consult.record.survey import find_asked, read_definition
from consult.record.typed_code import MOST_CODES, count_codes
from surveys.duration import estimate_minutes

_USUAL_COUNT = "20"


@dataclass(frozen=True)
class CodeForm:
    """What was typed to ask for codes; `seed` makes a double click ask for the same ones."""

    seed: str
    count: str
    language: str
    group: str = ""
    error: str = ""


@blueprint.get("/<code:code>/links")
@needs(Role.FACILITATOR)
def links(code: str) -> str:
    """Show every way to reach the survey."""
    begin(db.session(), read_only=True)
    return show_links(db.session(), get_consultation(db.session(), code))


@blueprint.get("/<code:code>/links/poster.pdf")
@needs(Role.FACILITATOR)
def poster(code: str) -> Response:
    """Give the poster in the language, or the languages, and on the paper asked for."""
    paper = request.args.get("paper", "letter")
    consultation, said = _what_to_say(code)
    content = make_poster(consultation, said, paper if paper in PAPERS else abort(404), date.today())
    return _download(content, f"{code}-poster-{request.args['in']}-{paper}.pdf")


@blueprint.get("/<code:code>/links/slide.pdf")
@needs(Role.FACILITATOR)
def slide(code: str) -> Response:
    """Give the slide."""
    consultation, said = _what_to_say(code)
    return _download(make_slide(consultation, said, date.today()), f"{code}-slide-{request.args['in']}.pdf")


def show_links(session: Session, consultation: Consultation, form: CodeForm | None = None) -> str:
    """Return the page, with the form for codes as it was typed."""
    languages = offered_languages(consultation)
    groups = list_groups(session, consultation)
    counted = {(each.group_id, each.language): each for each in count_codes(session, consultation)}
    rows = [
        (group, counted[key, language])
        for group, key in [*((group, group.id) for group in groups), (None, None)]
        for language in ("fr", "en")
        if (key, language) in counted
    ]
    return render_template(
        "invite/links.html",
        consultation=consultation,
        languages=languages,
        groups=groups,
        rows=rows,
        form=form or CodeForm(secrets.token_hex(16), _USUAL_COUNT, languages[0]),
        most=MOST_CODES,
        texts=[
            each
            for language in languages
            for each in ready_texts(
                consultation,
                language,
                _address(consultation, language),
                url_for("respond.code", language=language, _external=True),
            )
        ],
    )


def offered_languages(consultation: Consultation) -> list[str]:
    """Return the languages of a consultation, that of the page first."""
    offered = consultation.required_languages()
    return sorted(offered, key=lambda each: each != g.language)


def _what_to_say(code: str) -> tuple[Consultation, list[Invitation]]:
    """Return what the poster says, in the order of the languages that the policy gives."""
    begin(db.session(), read_only=True)
    consultation = get_consultation(db.session(), code)
    offered = ["en", "fr"] if consultation.language_policy == "english_first" else ["fr", "en"]
    offered = [each for each in offered if each in consultation.required_languages()]
    wanted = request.args.get("in", "")
    chosen = offered if wanted == "both" else [each for each in offered if each == wanted]
    if not chosen:
        abort(404)
    asked = find_asked(db.session(), code)
    minutes = estimate_minutes(read_definition(asked[1]).survey) if asked else None
    said = [Invitation(each, _address(consultation, each), minutes) for each in chosen]
    db.session.commit()  # ends the reading: nothing stays open while the page is set
    return consultation, said


def _address(consultation: Consultation, language: str) -> str:
    return url_for("respond.landing", code=consultation.code, language=language, _external=True)


def _download(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
