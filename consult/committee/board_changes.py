"""What people do on a board: each form calls one operation of the record and says what came of it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.board import lines_of, teller_of
from consult.committee.board_places import BoardPlace, find_board_place, read_seen
from consult.committee.board_theme import NONE, Typed, draw_theme
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.board_acts import (
    accept_theme,
    make_theme,
    mark_language_split,
    merge_themes,
    move_contributions,
    nest_theme,
    reject_theme,
    rename_theme,
    reopen_theme,
)
from consult.record.board_begin import add_proposal
from consult.record.board_counts import renew_counts
from consult.record.board_placing import ask_placing
from consult.record.board_undo import list_since, undo_act
from consult.record.errors import RecordError
from consult.record.findings import LARGEST_NUMBER
from consult.record.lifecycle import By
from consult.record.theme_board import ON_BOARD, ThemeAct, find_theme
from consult.record_messages import refusal
from surveys.cleaning import clean_text
from surveys.localised import LANGUAGES, Localised

_BOTH = needs(Role.FACILITATOR, Role.COMMITTEE)
# What is wrong with what was typed: said beside the fields, with what was typed still in them.
_ABOUT_WORDS = frozenset({"label.missing", "label.too_long", "description.too_long"})
_FEWEST_TO_MERGE = 2
Act = Callable[[BoardPlace, str], ThemeAct]


def by_now() -> By:
    """Return who acts now, and the reason they gave."""
    return By(current_user.id, datetime.now(UTC), clean_text(request.form.get("reason", "")))


def read_labels(prefix: str) -> Localised:
    """Return the text that was typed in both languages."""
    return Localised(**{code: clean_text(request.form.get(f"{prefix}_{code}", "")) for code in LANGUAGES})


def _rename(place: BoardPlace, theme: str) -> ThemeAct:
    session, words, about = db.session(), read_labels("label"), read_labels("about")
    return rename_theme(session, place.board, theme, words, by_now(), read_seen(), about)


def _merge(place: BoardPlace, theme: str) -> ThemeAct:
    into = request.form.get("into", "")
    return merge_themes(db.session(), place.board, [theme], into, by_now(), read_seen())


def _nest(place: BoardPlace, theme: str) -> ThemeAct:
    under = request.form.get("under") or None
    return nest_theme(db.session(), place.board, theme, under, by_now(), read_seen())


def _split_flag(*, is_split: bool) -> Act:
    def act(place: BoardPlace, theme: str) -> ThemeAct:
        twin = request.form.get("twin") or None
        return mark_language_split(db.session(), place.board, theme, is_split, by_now(), read_seen(), twin)

    return act


_ACTS: Mapping[str, Act] = {
    "accept": lambda place, theme: accept_theme(db.session(), place.board, theme, by_now(), read_seen()),
    "reject": lambda place, theme: reject_theme(db.session(), place.board, theme, by_now(), read_seen()),
    "reopen": lambda place, theme: reopen_theme(db.session(), place.board, theme, by_now(), read_seen()),
    "rename": _rename,
    "merge": _merge,
    "nest": _nest,
    "language_split": _split_flag(is_split=True),
    "no_language_split": _split_flag(is_split=False),
}


@blueprint.route("/<code:code>/board/<question_code>/theme/<theme_code>/act", methods=["GET", "POST"])
@_BOTH
def act_on_theme(code: str, question_code: str, theme_code: str) -> Response | tuple[str, int]:
    """Do something with a theme."""
    page = url_for("committee.board_theme", code=code, question_code=question_code, theme_code=theme_code)
    if request.method == "GET":  # the other language of an address that only receives
        return redirect(page, 303)
    act = _ACTS.get(request.form.get("do", "")) or abort(400)
    place = find_board_place(code, question_code, read_only=False)
    _check_known(place, theme_code, request.form.get("into"), request.form.get("under"), request.form.get("twin"))
    try:
        act(place, theme_code)
    except RecordError as error:
        return _refuse(error, code, question_code, theme_code, page)
    db.session.commit()
    flash(_("Done, and kept in the history. It can be undone there."))
    if request.form.get("back") == "board":
        return redirect(_board(code, question_code, f"theme-{theme_code}"), 303)
    if request.form["do"] == "merge":
        theme_code = request.form["into"]
    return redirect(
        url_for("committee.board_theme", code=code, question_code=question_code, theme_code=theme_code), 303
    )


@blueprint.route("/<code:code>/board/<question_code>/merge", methods=["GET", "POST"])
@_BOTH
def merge_on_board(code: str, question_code: str) -> Response | tuple[str, int]:
    """Merge the themes that were ticked into the one that was chosen."""
    back = _board(code, question_code)
    if request.method == "GET":
        return redirect(back, 303)
    place = find_board_place(code, question_code, read_only=False)
    ticked, into = request.form.getlist("theme"), request.form.get("into", "")
    _check_known(place, into, *ticked)
    sources = [theme for theme in ticked if theme != into]
    try:
        if not into or not sources:
            raise RecordError("merge.itself")
        merge_themes(db.session(), place.board, sources, into, by_now(), read_seen())
    except RecordError as error:
        return _refuse(error, code, question_code, None, back)
    db.session.commit()
    flash(_("Done, and kept in the history. It can be undone there."))
    return redirect(_board(code, question_code, f"theme-{into}"), 303)


@blueprint.route("/<code:code>/board/<question_code>/new", methods=["GET", "POST"])
@_BOTH
def make_board_theme(code: str, question_code: str) -> Response | tuple[str, int]:
    """Add a theme in which nobody speaks yet."""
    back = _board(code, question_code, "new")
    if request.method == "GET":
        return redirect(back, 303)
    place = find_board_place(code, question_code, read_only=False)
    try:
        make_theme(db.session(), place.board, read_labels("label"), by_now(), read_labels("about"))
    except RecordError as error:
        return _refuse(error, code, question_code, None, back)
    db.session.commit()
    flash(_("The theme is made. Contributions can now be moved into it."))
    return redirect(_board(code, question_code), 303)


@blueprint.route("/<code:code>/board/<question_code>/theme/<theme_code>/move", methods=["GET", "POST"])
@_BOTH
def move_on_board(code: str, question_code: str, theme_code: str) -> Response | tuple[str, int]:
    """Move the contributions that were ticked to another theme, or out of every theme."""
    back = url_for("committee.board_words", code=code, question_code=question_code, theme_code=theme_code)
    if request.method == "GET":
        return redirect(back, 303)
    place = find_board_place(code, question_code, read_only=False)
    if not place.may_read:
        abort(403)
    to = request.form.get("to", "")
    source = None if theme_code == NONE else theme_code
    try:
        if not to:
            raise RecordError("move.nowhere")
        target = None if to == NONE else to
        move_contributions(
            db.session(), place.board, source, request.form.getlist("said"), target, by_now(), read_seen()
        )
    except RecordError as error:
        return _refuse(error, code, question_code, None, back)
    db.session.commit()
    flash(_("Done, and kept in the history. It can be undone there."))
    return redirect(back, 303)


@blueprint.route("/<code:code>/board/<question_code>/undo", methods=["GET", "POST"])
@_BOTH
def undo_on_board(code: str, question_code: str) -> Response | tuple[str, int]:
    """Undo an act, or bring back what was undone."""
    back = url_for("committee.board_history", code=code, question_code=question_code)
    if request.method == "GET":
        return redirect(back, 303)
    place = find_board_place(code, question_code, read_only=False)
    number = min(request.form.get("act", 0, type=int), LARGEST_NUMBER)
    try:
        undo_act(db.session(), place.board, number, by_now())
    except RecordError as error:
        return _refuse(error, code, question_code, None, back)
    db.session.commit()
    flash(_("Undone. This too is in the history, and can be undone."))
    return redirect(back, 303)


@blueprint.route("/<code:code>/board/<question_code>/add", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def add_to_board(code: str, question_code: str) -> Response | tuple[str, int]:
    """Add what a newer analysis proposes."""
    back = _board(code, question_code, "newer")
    if request.method == "GET":
        return redirect(back, 303)
    place = find_board_place(code, question_code, read_only=False)
    candidate = min(request.form.get("candidate", 0, type=int), LARGEST_NUMBER)
    try:
        add_proposal(db.session(), place.consultation, place.board, candidate, by_now(), read_seen())
    except RecordError as error:
        return _refuse(error, code, question_code, None, back)
    db.session.commit()
    flash(_("The theme is on the board, as proposed. What stood in other themes stayed there."))
    return redirect(_board(code, question_code), 303)


@blueprint.route("/<code:code>/board/<question_code>/place", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def place_on_board(code: str, question_code: str) -> Response | tuple[str, int]:
    """Ask for contributions that came later to be placed in accepted themes."""
    back = _board(code, question_code, "work")
    if request.method == "GET":
        return redirect(back, 303)
    place = find_board_place(code, question_code, read_only=False)
    try:
        ask_placing(db.session(), place.board, by_now())
    except RecordError as error:
        return _refuse(error, code, question_code, None, back)
    db.session.commit()
    flash(_("The new contributions are being placed. You can leave this page: it goes on."))
    return redirect(back, 303)


@blueprint.route("/<code:code>/board/<question_code>/counts", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def renew_on_board(code: str, question_code: str) -> Response:
    """Give the committee the counts as they are now, as far as they may be renewed."""
    back = _board(code, question_code, "work")
    if request.method == "GET":
        return redirect(back, 303)
    place = find_board_place(code, question_code, read_only=False)
    done = renew_counts(db.session(), place.board, by_now())
    db.session.commit()
    if done.renewed:
        flash(_("The committee now reads new counts."))
    if done.waiting:
        flash(
            _(
                "Some themes keep their earlier counts: fewer than five contributions came into them or left them, and"
                " the difference would tell of those."
            )
        )
    if not done.renewed and not done.waiting:
        flash(_("Nothing was changed: the counts are as they were."))
    return redirect(back, 303)


def _check_known(place: BoardPlace, *codes: str | None) -> None:
    """Answer 404 for a theme that the reader may not know of."""
    if place.is_facilitator or place.may_read:
        return
    hidden = {line.theme.code for line in lines_of(place) if not line.is_listed}
    if hidden & {code for code in codes if code}:
        abort(404)


def _refuse(
    error: RecordError, code: str, question_code: str, theme_code: str | None, back: str
) -> Response | tuple[str, int]:
    """Say why nothing was changed; where others have changed something meanwhile, show what, and ask again."""
    db.session.rollback()
    place = find_board_place(code, question_code)
    if error.code == "board.changed":
        return _ask_again(place, back), 409
    sentence = _blocked(place, error) if error.code == "undo.blocked" else refusal(error, interface_words(g.language))
    if sentence is None:
        raise error
    if error.code in _ABOUT_WORDS and theme_code is not None:
        theme = find_theme(db.session(), place.board, theme_code)
        if theme.state in ON_BOARD:
            typed = Typed(read_labels("label"), read_labels("about"), sentence)
            return draw_theme(place, theme, typed), 400
    flash(sentence)
    return redirect(back, 303)


def _blocked(place: BoardPlace, error: RecordError) -> str:
    """Name the later act that stands on the one that was to be undone."""
    number = int(error.values["act"])
    (past,) = [each for each in list_since(db.session(), place.board, number - 1) if each.act.number == number]
    told = teller_of(place, lines_of(place)).tell(past)
    sentence = str(_("Nothing was changed: act %(number)s stands on it. %(told)s Undo that one first."))
    return sentence % {"number": number, "told": told}


def _ask_again(place: BoardPlace, back: str) -> str:
    """Show what changed since the form was drawn, and the same form, which then says that it was seen."""
    since = list_since(db.session(), place.board, read_seen().revision)
    teller = teller_of(place, lines_of(place))
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in {"csrf_token", "confirmed"}]
    return place.render(
        "committee/board_changed.html",
        told=[(past, teller.tell(past)) for past in since],
        fields=[(name, value) for name, value in kept if name != "revision"],
        action=request.path,
        back=back,
    )


def _board(code: str, question_code: str, anchor: str | None = None) -> str:
    return url_for("committee.board", code=code, question_code=question_code, _anchor=anchor)
