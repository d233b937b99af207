"""The board of themes: every theme with its people, its spread, how well it holds, a quote, and what was decided."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask import abort, flash, g, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from consult import messages
from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.board_lines import BoardLine, Material, shown_lines, true_lines
from consult.committee.board_places import (
    BoardPlace,
    Place,
    find_board_place,
    find_place,
    name_questions,
    read_page,
    read_search,
    read_seen,
)
from consult.committee.board_sentences import Teller
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.board_begin import begin_board, find_newer_run, list_proposals
from consult.record.board_placing import count_outside, find_placing_job
from consult.record.board_presence import list_on_board, note_on_board
from consult.record.board_undo import list_history, list_since
from consult.record.board_words import count_holding, list_board_quotes
from consult.record.consultation import list_groups
from consult.record.contribution import Channel
from consult.record.errors import RecordError
from consult.record.findings import RunSummary, find_newest_runs, find_run, plain_text
from consult.record.lifecycle import By
from consult.record.run import get_run
from consult.record.run_request import TOGETHER
from consult.record.shown_run import find_shown_runs
from consult.record.theme import Run, RunState, list_themes
from consult.record.theme_board import (
    ON_BOARD,
    ThemeBoard,
    ThemeCounts,
    ThemeState,
    count_family_people,
    count_theme_people,
    list_board_themes,
    list_boards,
)
from consult.theme_tables import CHANNEL, GROUP, LANGUAGE, group_names, language_names
from consult.theme_trust import find_trust
from surveys.answers import CODE
from surveys.localised import Localised

PAGE_SIZE = 20
HISTORY_SIZE = 50
_MOST_TOLD = 3
_SORTS = ("size", "name", "state", "stability")
_KNOWN = (*ON_BOARD, ThemeState.MERGED, ThemeState.SPLIT)
_BOTH = needs(Role.FACILITATOR, Role.COMMITTEE)


@dataclass(frozen=True)
class Listed:
    """A question with its board, or the run from which one can be begun."""

    address: str
    text: Localised
    board: ThemeBoard | None
    run: Run | None
    decided: int = 0
    themes: int = 0


@blueprint.get("/<code:code>/boards")
@_BOTH
def boards(code: str) -> str:
    """List the questions with their boards."""
    place = find_place(code)
    session = db.session()
    begun = {board.question_code or TOGETHER: board for board in list_boards(session, place.consultation)}
    runs = _beginnings(place) if place.may_see else {}
    texts = name_questions(place.consultation)
    listed = []
    for address, text in texts.items():
        board = begun.get(address) if place.may_see else None
        themes = list_board_themes(session, board, ON_BOARD) if board else []
        decided = sum(theme.state is not ThemeState.PROPOSED for theme in themes)
        if address != TOGETHER or board or runs.get(address):
            listed.append(Listed(address, text, board, runs.get(address), decided, len(themes)))
    return place.render("committee/boards.html", listed=listed)


def _beginnings(place: Place) -> dict[str, Run]:
    """Return the run from which the board of each question begins: the newest, for the committee the one it reads."""
    if place.is_facilitator:
        found = find_newest_runs(db.session(), place.consultation, RunState.DONE)
        return {question or TOGETHER: run for question, run in found.items()}
    return {question: run for question, run in find_shown_runs(db.session(), place.consultation).items() if question}


@blueprint.route("/<code:code>/board/<question_code>/begin", methods=["GET", "POST"])
@_BOTH
def begin_theme_board(code: str, question_code: str) -> Response:
    """Begin a board from a run; the committee from the one it reads, a facilitator from any that is done."""
    back = redirect(url_for("committee.boards", code=code), 303)
    if request.method == "GET":  # the other language of an address that only receives
        return back
    place = find_place(code, read_only=False)
    wanted = request.form.get("run", 0, type=int)
    run = find_run(db.session(), place.consultation, wanted)
    shown = find_shown_runs(db.session(), place.consultation).get(run.question_code)
    may_begin = place.is_facilitator or (place.may_see and shown is not None and shown.id == run.id)
    if not may_begin or (run.question_code or TOGETHER) != question_code:
        abort(404)
    try:
        begin_board(db.session(), place.consultation, run, By(current_user.id, datetime.now(UTC)))
    except RecordError as refusal:
        db.session.rollback()
        if refusal.code not in {"board.exists", "run.unfinished"}:
            raise
        flash(_("Nothing was changed: this question has a board already, or the analysis is not finished."))
    else:
        db.session.commit()
        flash(_("The board is made. A newer analysis will never change it: only people do."))
    return redirect(url_for("committee.board", code=code, question_code=question_code), 303)


@blueprint.get("/<code:code>/board/<question_code>/")
@_BOTH
def board(code: str, question_code: str) -> str:
    """Show the themes of a question, page by page."""
    place = find_board_place(code, question_code)
    word, state, sort = read_search(), request.args.get("state", ""), request.args.get("sort", "size")
    every = lines_of(place)
    lines = on_board(every)
    listed = [line for line in lines if line.is_listed]
    found = _sorted(_filtered(place, listed, word, state), sort if sort in _SORTS else "size")
    pages, page = max(1, -(-len(found) // PAGE_SIZE)), read_page()
    if page > pages:
        abort(404)
    states = [(each.value, sum(line.theme.state is each for line in listed)) for each in ON_BOARD]
    return place.render(
        "committee/board.html",
        lines=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        every=[line for line in listed if line.labels],
        by_code={line.theme.code: line for line in listed},
        found=len(found),
        left_out=len(lines) - len(listed),
        is_checked=any(line.trust is not None for line in listed),
        states=states,
        word=word,
        state=state,
        sort=sort if sort in _SORTS else "size",
        page=page,
        pages=pages,
        **around(place, every),
        **(_work(place) if place.is_facilitator else {}),
    )


def around(place: BoardPlace, lines: list[BoardLine]) -> dict[str, object]:
    """Return what every page of a board shows around its themes: what was done last, the names of values."""
    teller = teller_of(place, lines)
    last = place.last_act
    return {
        "last": last,
        "told_last": teller.tell(last) if last else "",
        "told_undoing": teller.tell_undoing(last) if last else "",
        "headings": {LANGUAGE: _("Language"), GROUP: _("Group"), CHANNEL: _("How it was said")},
        "kept_at": None if place.is_facilitator else place.kept.kept_at,
        "names": name_values(place),
    }


def name_values(place: BoardPlace) -> dict[str, dict[str, str]]:
    """Return what languages, groups and channels are called, by what themes are counted by."""
    words = interface_words(g.language)
    groups = group_names(list_groups(db.session(), place.consultation), g.language, words)
    channels = {each.value: messages.channel_name(each, words) for each in Channel}
    return {LANGUAGE: language_names(words), GROUP: groups, CHANNEL: channels}


def teller_of(place: BoardPlace, lines: list[BoardLine]) -> Teller:
    """Return who tells acts to this reader."""
    names = None if place.may_know_all else {line.theme.code: line.labels for line in lines if line.is_listed}
    return Teller(g.language, names, has_numbers=place.is_facilitator)


def _teller_without_counts(place: BoardPlace) -> Teller:
    """Return who tells acts; of what is counted nothing is read for those who know of every theme."""
    return teller_of(place, [] if place.may_know_all else lines_of(place))


def _work(place: BoardPlace) -> dict[str, object]:
    """Return what a facilitator may see to besides: what came later, what a newer analysis proposes."""
    session = db.session()
    newer = find_newer_run(session, place.consultation, place.board)
    new, in_none = count_outside(session, place.board)
    return {
        "new": new,
        "job": find_placing_job(session, place.board),
        "in_none": in_none,
        "newer": newer,
        "proposals": list_proposals(session, place.board, newer) if newer else [],
        "counts_kept_at": place.kept.kept_at,
    }


def lines_of(place: BoardPlace) -> list[BoardLine]:
    """Return every theme of the board as this reader sees it, those too that were merged or split: histories name them.

    `on_board` leaves these out.
    """
    session, mine = db.session(), place.board
    run = get_run(session, mine.run_id)
    themes = list_board_themes(session, mine, _KNOWN)
    material = Material(
        themes,
        {candidate.id: candidate for candidate in list_themes(session, run)},
        RunSummary.of(run).pairs,
        list_board_quotes(session, mine),
    )
    material = replace(material, trust=find_trust(session, mine, themes))
    if place.is_facilitator:
        counts, everybody = count_theme_people(session, mine)
        has_levels = any(theme.parent_id for theme in themes)
        family = count_family_people(session, mine)[0] if has_levels else counts
        return true_lines(material, counts, family, everybody)
    return shown_lines(material, place.kept, place.least, has_counts=place.has_counts, may_read=place.may_read)


def bare_lines_of(place: BoardPlace) -> list[BoardLine]:
    """Return the themes of the board, without their numbers, to a reader from whom no name is kept.

    A member's have their spread: beside a contribution its group stands only where the theme's count of it does.
    """
    themes = list_board_themes(db.session(), place.board, _KNOWN)
    material = Material(themes, {}, (), {})
    if place.is_facilitator:
        return true_lines(material, {}, {}, ThemeCounts())
    return shown_lines(material, place.kept, place.least, has_counts=place.has_counts, may_read=True)


def on_board(lines: list[BoardLine]) -> list[BoardLine]:
    """Return the lines of the themes in which something can stand."""
    return [line for line in lines if line.theme.state in ON_BOARD]


def _filtered(place: BoardPlace, lines: list[BoardLine], word: str, state: str) -> list[BoardLine]:
    """Keep the themes in a state, and those whose name, description or, for who may read, contributions hold a word."""
    kept = [line for line in lines if line.theme.state.value == state or state not in {each.value for each in ON_BOARD}]
    if not word:
        return kept
    holding = count_holding(db.session(), place.board, word) if place.may_read else {}
    wanted = plain_text(word)
    found = [replace(line, holding=holding.get(line.theme.id, 0)) for line in kept]
    return [line for line in found if line.holding or wanted in plain_text(_words_of(line))]


def _words_of(line: BoardLine) -> str:
    about = line.theme.description
    return " ".join((line.labels.en, line.labels.fr, about.en, about.fr))


def _sorted(lines: list[BoardLine], sort: str) -> list[BoardLine]:
    """Return the lines in an order that what is hidden has no part in."""

    def name(line: BoardLine) -> str:
        return plain_text(line.labels.shown(g.language)[1]) or line.theme.code

    keys: dict[str, Callable[[BoardLine], tuple[object, ...]]] = {
        "size": lambda line: (line.people is None, -(line.people or 0), name(line)),
        "name": lambda line: (name(line),),
        "state": lambda line: (ON_BOARD.index(line.theme.state), name(line)),
        "stability": lambda line: (line.stability is None, -(line.stability or 0), name(line)),
    }
    return sorted(lines, key=keys[sort])


@blueprint.get("/<code:code>/board/<question_code>/history")
@_BOTH
def board_history(code: str, question_code: str) -> str:
    """Show what was done, by whom and why, the newest first; each act can be undone from here."""
    place = find_board_place(code, question_code)
    page = read_page()
    acts, total = list_history(db.session(), place.board, page=page, size=HISTORY_SIZE)
    pages = max(1, -(-total // HISTORY_SIZE))
    if page > pages:
        abort(404)
    teller = _teller_without_counts(place)
    told = [(past, teller.tell(past), teller.tell_undoing(past) if past.may_undo else "") for past in acts]
    return place.render("committee/board_history.html", told=told, total=total, page=page, pages=pages)


@blueprint.route("/<code:code>/board/<question_code>/presence", methods=["GET", "POST"])
@_BOTH
def board_presence(code: str, question_code: str) -> Response:
    """Note that somebody has the board before them; say who else has, and whether it has changed."""
    if request.method == "GET":
        return redirect(url_for("committee.board", code=code, question_code=question_code), 303)
    spot = request.form.get("place", "")
    spot = spot if CODE.fullmatch(spot) else ""
    found = find_board_place(code, question_code, read_only=False)
    now = datetime.now(UTC)
    note_on_board(db.session(), found.board, current_user.id, spot, now)
    others = list_on_board(db.session(), found.board, current_user.id, now)
    revision, told = found.board.revision, _tell_since(found)
    db.session.commit()
    said = [
        str(_("%(name)s has this theme open too.", name=each.name))
        if spot and each.place == spot
        else str(_("%(name)s has this board open.", name=each.name))
        for each in others
    ]
    return jsonify(said=" ".join(said), revision=revision, told=told)


def _tell_since(place: BoardPlace) -> str:
    """Return what was done since the page was drawn, the newest first, as far as one line can tell it."""
    if place.board.revision <= read_seen().revision:
        return ""
    teller = _teller_without_counts(place)
    newest = list_since(db.session(), place.board, max(read_seen().revision, place.board.revision - _MOST_TOLD))
    return " ".join(teller.tell(past) for past in newest)
