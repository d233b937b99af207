"""Splitting a theme: the machine proposes parts; a person names them, moves what stands wrong, confirms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.board import lines_of
from consult.committee.board_changes import by_now
from consult.committee.board_places import BoardPlace, find_board_place, read_page, read_seen, theme_of
from consult.committee.board_theme import protect_words
from consult.extensions import db
from consult.job_messages import failure
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.board_acts import NewPart, split_theme
from consult.record.board_split import (
    FEWEST_PARTS,
    MOST_PARTS,
    adjust_split,
    ask_split,
    find_split,
    find_split_job,
    forget_split,
)
from consult.record.board_words import SaidOnBoard, read_texts
from consult.record.errors import RecordError
from consult.record.job import JobState
from consult.record.lifecycle import By
from consult.record.theme_board import ON_BOARD, Theme
from consult.record_messages import refusal
from surveys.cleaning import clean_text
from surveys.localised import LANGUAGES, Localised

PAGE_SIZE = 50
_BOTH = needs(Role.FACILITATOR, Role.COMMITTEE)


@dataclass(frozen=True)
class PlacedPart:
    """A part of a contribution in a proposed split: its name in the form, what was said, the part it would go to."""

    field: str
    said: SaidOnBoard
    part: int | None


@blueprint.get("/<code:code>/board/<question_code>/theme/<theme_code>/split")
@_BOTH
def split_board_theme(code: str, question_code: str, theme_code: str) -> str:
    """Show how a theme might be split, or offer to ask."""
    place, theme = _find(code, question_code, theme_code, read_only=True)
    session = db.session()
    found, job = find_split(session, theme), find_split_job(session, theme)
    places = sorted({**dict.fromkeys(found.unplaced), **found.parts}) if found else []
    page = read_page()
    pages = max(1, -(-len(places) // PAGE_SIZE))
    if page > pages:
        abort(404)
    here = places[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    line = next(each for each in lines_of(place) if each.theme.id == theme.id)
    said = read_texts(session, [key for key, _unit in here]).values()
    texts = {each.key: each for each in protect_words(place, said, line)}
    why = failure(job.error_code, interface_words(g.language)) if job and job.state is JobState.FAILED else ""
    return place.render(
        "committee/board_split.html",
        theme=theme,
        split=found,
        sizes=[sum(part == number for part in found.parts.values()) for number in range(len(found.labels))]
        if found
        else [],
        rows=[
            PlacedPart(f"{key}.{unit}", texts[key], found.parts.get((key, unit)) if found else None)
            for key, unit in here
            if key in texts
        ],
        is_running=job is not None and job.is_active,
        why=why,
        numbers=range(FEWEST_PARTS, MOST_PARTS + 1),
        page=page,
        pages=pages,
    )


@blueprint.route("/<code:code>/board/<question_code>/theme/<theme_code>/split/ask", methods=["GET", "POST"])
@_BOTH
def ask_board_split(code: str, question_code: str, theme_code: str) -> Response:
    """Ask the machine for parts."""
    back = _page(code, question_code, theme_code)
    if request.method == "GET":
        return back
    place, theme = _find(code, question_code, theme_code, read_only=False)
    try:
        ask_split(db.session(), place.board, theme, request.form.get("parts", 0, type=int), _by())
    except RecordError as error:
        return _refuse(error, back)
    db.session.commit()
    flash(_("Parts are being looked for. You can leave this page: it goes on."))
    return back


@blueprint.route("/<code:code>/board/<question_code>/theme/<theme_code>/split/adjust", methods=["GET", "POST"])
@_BOTH
def adjust_board_split(code: str, question_code: str, theme_code: str) -> Response:
    """Keep the names and the places that a person gave; with `confirm`, split; with `forget`, do not."""
    back = _page(code, question_code, theme_code)
    if request.method == "GET":
        return back
    place, theme = _find(code, question_code, theme_code, read_only=False)
    session = db.session()
    try:
        if request.form.get("do") == "forget":
            forget_split(session, theme.id)
        else:
            adjust_split(session, theme, _labels(), _places())
            if request.form.get("do") == "confirm":
                _confirm(place, theme)
    except RecordError as error:
        return _refuse(error, back)
    db.session.commit()
    if request.form.get("do") == "confirm":
        flash(_("The theme is split. It can be undone in the history."))
        return redirect(url_for("committee.board", code=code, question_code=question_code), 303)
    flash(
        _("Forgotten: nothing was split.") if request.form.get("do") == "forget" else _("Kept. Nothing is split yet.")
    )
    page = request.form.get("page", 1, type=int)
    return _page(code, question_code, theme_code, page)


def _confirm(place: BoardPlace, theme: Theme) -> None:
    session = db.session()
    found = find_split(session, theme)
    if found is None:
        raise RecordError("split.missing")
    # what the program could not read stands in the first part, as the page says
    places = {**dict.fromkeys(found.unplaced, 0), **found.parts}
    parts = [
        NewPart(label, [spot for spot, part in places.items() if part == number])
        for number, label in enumerate(found.labels)
    ]
    split_theme(session, place.board, theme.code, parts, by_now(), read_seen())
    forget_split(session, theme.id)


def _find(code: str, question_code: str, theme_code: str, *, read_only: bool) -> tuple[BoardPlace, Theme]:
    """Return the board and a theme that may be split, to those who may read what is in it."""
    place = find_board_place(code, question_code, read_only=read_only)
    if not place.may_read:
        abort(403)
    theme = theme_of(place, theme_code)
    if theme.state not in ON_BOARD:
        abort(404)
    return place, theme


def _labels() -> list[Localised]:
    """Return the names that were typed, part by part."""
    found = []
    for number in range(MOST_PARTS):
        if f"label_{number}_en" not in request.form:
            break
        typed = {code: clean_text(request.form.get(f"label_{number}_{code}", "")) for code in LANGUAGES}
        found.append(Localised(**typed))
    return found


def _places() -> Mapping[tuple[str, int], int]:
    """Return the part that was chosen for each part of a contribution on the page."""
    chosen: dict[tuple[str, int], int] = {}
    for name, value in request.form.items():
        key, dot, unit = name.removeprefix("part_").partition(".")
        if name.startswith("part_") and dot and unit.isdecimal() and value.isdecimal():
            chosen[key, int(unit[:9])] = int(value[:9])
    return chosen


def _by() -> By:
    return By(current_user.id, datetime.now(UTC))


def _refuse(error: RecordError, back: Response) -> Response:
    db.session.rollback()
    sentence = refusal(error, interface_words(g.language))
    if sentence is None:
        raise error
    flash(sentence)
    return back


def _page(code: str, question_code: str, theme_code: str, page: int = 1) -> Response:
    address = url_for(
        "committee.split_board_theme",
        code=code,
        question_code=question_code,
        theme_code=theme_code,
        page=page if page > 1 else None,
    )
    return redirect(address, 303)
