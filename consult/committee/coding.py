"""Coding by hand: the rounds of a consultation, a new one, and what one says: progress, agreement, trust."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from analysis.agreement import RELIABLE, TENTATIVE, Agreement, compare_coders
from analysis.trust import FEWEST, Trust, measure
from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.coding_places import (
    Opened,
    Page,
    explain,
    find_changes,
    name_of,
    open_round,
    question_names,
    read_rights,
)
from consult.extensions import db
from consult.record.account import Role
from consult.record.coding import (
    LEAST,
    CodingOf,
    CodingRound,
    Progress,
    RoundState,
    codes_of,
    count_left_out,
    final_codes,
    list_coders,
    list_items,
    list_progress,
    list_rounds,
    read_book,
    state_of,
)
from consult.record.coding_acts import (
    NewRound,
    count_drawable,
    finish_coding,
    list_mine,
    list_readers,
    make_round,
    stop_round,
)
from consult.record.coding_trust import count_trust
from consult.record.consultation import get_consultation
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.theme_board import ThemeBoard, list_board_themes, list_boards
from surveys.localised import Localised

_MOST_SEED = 2**31
_ALL, _SAMPLE = "all", "sample"


@dataclass(frozen=True)
class Listed:
    """A round in the list."""

    coding: CodingRound
    name: Localised
    state: RoundState
    progress: list[Progress]
    is_mine: bool


@dataclass(frozen=True)
class Drawable:
    """A board from which a round can be drawn: how many contributions and parts, and how many accepted themes."""

    board: ThemeBoard
    name: Localised
    themes: int
    there: Mapping[CodingOf, int]


@blueprint.get("/<code:code>/coding")
@needs(Role.FACILITATOR, Role.COMMITTEE)
def coding(code: str) -> str:
    """List the rounds, the reader's own first."""
    begin(db.session(), read_only=True)
    session = db.session()
    consultation = get_consultation(session, code)
    is_facilitator, _readers = read_rights(session, consultation)
    names = question_names(session, consultation)
    boards = list_boards(session, consultation)
    listed = [
        _list_round(session, each, name_of(names, board)) for board in boards for each in list_rounds(session, board)
    ]
    listed.sort(key=lambda each: (not each.is_mine, -each.coding.id))
    return render_template(
        "committee/coding.html",
        consultation=consultation,
        is_facilitator=is_facilitator,
        rounds=[each for each in listed if is_facilitator or each.is_mine],
        has_themes=any(list_board_themes(session, board) for board in boards),
    )


def _list_round(session: Session, each: CodingRound, name: Localised) -> Listed:
    items, coders = list_items(session, each), list_coders(session, each)
    progress = list_progress(session, each, items)
    is_mine = any(coder.account_id == current_user.id for coder in coders)
    return Listed(each, name, state_of(each, coders, items), progress, is_mine)


@blueprint.get("/<code:code>/coding/new")
@needs(Role.FACILITATOR)
def new_coding(code: str) -> str:
    """Ask what to code, by whom."""
    begin(db.session(), read_only=True)
    return _ask(code, {"of": CodingOf.CONTRIBUTIONS.value, "how_many": _SAMPLE, "size": str(LEAST), "blind": "1"}, "")


@blueprint.post("/<code:code>/coding/new")
@needs(Role.FACILITATOR)
def draw_coding(code: str) -> Page:
    """Draw a round."""
    begin(db.session())
    session = db.session()
    consultation = get_consultation(session, code)
    boards = {str(board.id): board for board in list_boards(session, consultation)}
    board = boards.get(request.form.get("board", "")) or abort(400)
    try:
        made = make_round(session, board, _read_new(request.form), By(current_user.id, datetime.now(UTC)))
    except RecordError as error:
        db.session.rollback()
        begin(session, read_only=True)
        return _ask(code, dict(request.form), error.code, explain(error)), 422
    number = made.id
    db.session.commit()
    flash(_("The round is drawn. Each coder finds it under “Coding by hand”."))
    return redirect(url_for("committee.coding_round", code=code, number=number), 303)


def _read_new(form: Mapping[str, str]) -> NewRound:
    """Read the form; what it does not offer is no choice of a person's, and a wrong number a refusal."""
    of, people = form.get("of", ""), [form.get("first", ""), form.get("second", "")]
    if of not in set(CodingOf) or form.get("how_many") not in (_ALL, _SAMPLE):
        abort(400)
    seed = form.get("seed", "").strip()
    return NewRound(
        of=CodingOf(of),
        size=None if form["how_many"] == _ALL else _number("coding.size", form.get("size", "")),
        coders=[_number("coding.coders", each) for each in people if each],
        twice=None if not form.get("twice", "").strip() else _number("coding.twice", form["twice"]),
        is_blind=form.get("blind") == "1",
        seed=secrets.randbelow(_MOST_SEED) if not seed else _number("coding.seed", seed),
    )


def _number(code: str, text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 11):
        raise RecordError(code, least=LEAST)
    return int(text)


def _ask(code: str, typed: Mapping[str, str], wrong: str, problem: str = "") -> str:
    session = db.session()
    consultation = get_consultation(session, code)
    names = question_names(session, consultation)
    boards = [
        Drawable(board, name_of(names, board), len(list_board_themes(session, board)), count_drawable(session, board))
        for board in list_boards(session, consultation)
    ]
    return render_template(
        "committee/coding_new.html",
        consultation=consultation,
        is_facilitator=True,
        boards=[each for each in boards if each.themes and each.there[CodingOf.CONTRIBUTIONS]],
        readers=list_readers(session, consultation),
        typed=typed,
        wrong=wrong,
        problem=problem,
        least=LEAST,
    )


@blueprint.get("/<code:code>/coding/<int:number>")
@needs(Role.FACILITATOR, Role.COMMITTEE)
def coding_round(code: str, number: int) -> str:
    """Show how far a round is and, once all have finished, how they agree and what that says of the machine."""
    begin(db.session(), read_only=True)
    session = db.session()
    opened = open_round(session, code, number)
    if opened.me is None and not opened.is_facilitator:
        abort(404)
    progress = list_progress(session, opened.coding, opened.items)
    return render_template(
        "committee/coding_round.html",
        consultation=opened.consultation,
        is_facilitator=opened.is_facilitator,
        opened=opened,
        name=name_of(question_names(session, opened.consultation), opened.board),
        progress=progress,
        mine=next((each for each in progress if opened.me and each.place == opened.me.place), None),
        first_of_mine=_first_of(opened),
        lost=[each for each in opened.coders if each.account_id not in opened.readers],
        left_out=count_left_out(session, opened.coding),
        changes=find_changes(session, opened.coding),
        book=read_book(opened.coding),
        agreement=_compare(opened),
        to_settle=sum(final_codes(each, opened.coders) is None for each in opened.items) if opened.may_see else 0,
        trust=_measure(session, opened),
        reliable=RELIABLE,
        tentative=TENTATIVE,
        fewest=FEWEST,
    )


def _first_of(opened: Opened) -> str | None:
    """Return the first item of the reader, to go over their codes from there."""
    mine = list_mine(opened.items, opened.me) if opened.me else []
    return mine[0].item.id if mine else None


def _compare(opened: Opened) -> Agreement | None:
    """Compare the coders once both have finished; never what was settled."""
    if not opened.may_see or len(opened.coders) < 2:
        return None
    first, second = opened.coders
    twice = [each for each in opened.items if each.item.is_double]
    said = [(codes_of(each, first), codes_of(each, second)) for each in twice]
    both = [(one, other) for one, other in said if one is not None and other is not None]
    if not both:
        return None
    themes = [each.code for each in read_book(opened.coding)]
    return compare_coders([one for one, _ in both], [other for _, other in both], themes, opened.coding.seed)


def _measure(session: Session, opened: Opened) -> dict[str, Trust]:
    """Measure the machine's placing by this round, where it can."""
    if opened.state is not RoundState.DONE:
        return {}
    return {
        code: measure(each.items, each.placed, each.coded, each.both)
        for code, each in count_trust(session, opened.coding).items()
    }


@blueprint.route("/<code:code>/coding/<int:number>/finish", methods=["GET", "POST"])
@needs(Role.FACILITATOR, Role.COMMITTEE)
def finish_my_coding(code: str, number: int) -> Response:
    """Note that the reader has finished coding."""
    if request.method == "POST":
        begin(db.session())
        opened = open_round(db.session(), code, number)
        try:
            finish_coding(db.session(), opened.coding, opened.me or abort(404), date.today())
            db.session.commit()
            flash(_("You have finished: your codes stay as they are."))
        except RecordError as error:
            db.session.rollback()
            flash(explain(error))
    return redirect(url_for("committee.coding_round", code=code, number=number), 303)


@blueprint.route("/<code:code>/coding/<int:number>/stop", methods=["GET", "POST"])
@needs(Role.FACILITATOR)
def stop_coding(code: str, number: int) -> Response:
    """Stop a round that will not be finished."""
    if request.method == "POST":
        begin(db.session())
        stop_round(db.session(), open_round(db.session(), code, number).coding, datetime.now(UTC))
        db.session.commit()
        flash(_("The round is stopped. What was coded stays; begin another round to measure."))
    return redirect(url_for("committee.coding_round", code=code, number=number), 303)
