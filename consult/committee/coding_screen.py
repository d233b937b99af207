"""The screen on which somebody codes: one contribution, the themes beside it, a key for each; then the differences.

Everything works without JavaScript: each item is a form, and saving it leads to the next one.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.coding_places import KEYS, Opened, Page, explain, open_round
from consult.extensions import db
from consult.record.account import Account, Role
from consult.record.coding import BookTheme, CodedItem, CodingRound, codes_of, final_codes, read_book
from consult.record.coding_acts import (
    LONGEST_NOTE,
    LONGEST_REASON,
    Said,
    code_item,
    find_next,
    list_mine,
    read_text,
    settle_item,
)
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from surveys.cleaning import clean_text
from surveys.localised import Localised


@blueprint.get("/<code:code>/coding/<int:number>/next")
@needs(Role.FACILITATOR, Role.COMMITTEE)
def next_to_code(code: str, number: int) -> Page:
    """Lead to the first item without codes, or to the round where there is none."""
    begin(db.session(), read_only=True)
    opened = open_round(db.session(), code, number)
    return redirect(_way_on(opened, None), 303)


@blueprint.get("/<code:code>/coding/<int:number>/code/<key>")
@needs(Role.FACILITATOR, Role.COMMITTEE)
def code_one(code: str, number: int, key: str) -> Page:
    """Show an item, with what the reader said of it before."""
    begin(db.session(), read_only=True)
    opened = open_round(db.session(), code, number)
    if not _is_coding(opened):
        return redirect(url_for("committee.coding_round", code=code, number=number), 303)
    return _show(opened, key)


@blueprint.post("/<code:code>/coding/<int:number>/code/<key>")
@needs(Role.FACILITATOR, Role.COMMITTEE)
def keep_codes(code: str, number: int, key: str) -> Page:
    """Keep what the reader says of an item, and go on to the next."""
    begin(db.session())
    session = db.session()
    opened = open_round(session, code, number)
    if not _is_coding(opened) or opened.me is None:
        flash(_("Nothing was changed: this round is not being coded by you now."))
        return redirect(url_for("committee.coding_round", code=code, number=number), 303)
    act, themes = request.form.get("do", "save"), request.form.getlist("theme")
    if act == "save" and not themes:
        return _show(opened, key, _("Tick at least one theme, or choose “None of these”.")), 422
    said = Said(() if act != "save" else themes, clean_text(request.form.get("note", "")), act == "skip")
    try:
        code_item(session, opened.coding, opened.me, key, said)
    except RecordError as error:
        db.session.rollback()
        if error.code == "coding.note_too_long":
            begin(session, read_only=True)
            return _show(open_round(session, code, number), key, explain(error)), 422
        flash(explain(error))
        return redirect(url_for("committee.next_to_code", code=code, number=number), 303)
    way = _way_on(opened, key)
    db.session.commit()
    return redirect(way, 303)


def _is_coding(opened: Opened) -> bool:
    return opened.me is not None and opened.me.finished_on is None and opened.coding.stopped_at is None


def _way_on(opened: Opened, after: str | None) -> str:
    """Return the address of the next item to code, or of the round."""
    code, number = opened.consultation.code, opened.coding.id
    found = None
    if _is_coding(opened) and opened.me is not None:
        found = find_next(list_mine(opened.items, opened.me), opened.me.account_id, after)
    if found is None:
        return url_for("committee.coding_round", code=code, number=number)
    return url_for("committee.code_one", code=code, number=number, key=found.item.id)


def _show(opened: Opened, key: str, problem: str = "") -> str:
    me = opened.me or abort(404)
    mine = list_mine(opened.items, me)
    place = next((at for at, each in enumerate(mine) if each.item.id == key), None)
    if place is None:
        abort(404)
    before = mine[place].codings.get(me.account_id)
    typed = request.form if request.method == "POST" else None
    ticked = typed.getlist("theme") if typed is not None else list(before.themes) if before else []
    note = typed.get("note", "") if typed is not None else before.note if before else ""
    done = [each for each in mine if me.account_id in each.codings and not each.codings[me.account_id].is_skipped]
    return render_template(
        "committee/coding_item.html",
        consultation=opened.consultation,
        is_facilitator=opened.is_facilitator,
        coding=opened.coding,
        item=mine[place].item,
        text=read_text(db.session(), mine[place].item),
        themes=_with_keys(opened.coding),
        ticked=ticked,
        is_none=before is not None and not before.is_skipped and not before.themes and typed is None,
        note=note,
        problem=problem,
        place=place + 1,
        total=len(mine),
        done=len(done),
        previous=mine[place - 1].item.id if place else None,
        longest=LONGEST_NOTE,
    )


def _with_keys(coding: CodingRound) -> list[tuple[BookTheme, str]]:
    """Return the themes of the book, each with its key; those beyond the keys have none."""
    book = read_book(coding)
    return [(theme, KEYS[at] if at < len(KEYS) else "") for at, theme in enumerate(book)]


@blueprint.get("/<code:code>/coding/<int:number>/differences")
@needs(Role.FACILITATOR, Role.COMMITTEE)
def differences(code: str, number: int) -> Page:
    """Lead to the first difference that nobody settled, or to the round where there is none."""
    begin(db.session(), read_only=True)
    return redirect(_next_difference(open_round(db.session(), code, number)), 303)


@blueprint.get("/<code:code>/coding/<int:number>/differences/<key>")
@needs(Role.FACILITATOR, Role.COMMITTEE)
def difference(code: str, number: int, key: str) -> Page:
    """Show what two coders said of an item, once both have finished."""
    begin(db.session(), read_only=True)
    opened = open_round(db.session(), code, number)
    if not _may_settle(opened):
        return redirect(url_for("committee.coding_round", code=code, number=number), 303)
    return _show_difference(opened, key)


@blueprint.post("/<code:code>/coding/<int:number>/differences/<key>")
@needs(Role.FACILITATOR, Role.COMMITTEE)
def settle_difference(code: str, number: int, key: str) -> Page:
    """Settle an item, and go on to the next difference."""
    begin(db.session())
    session = db.session()
    opened = open_round(session, code, number)
    found = next((each for each in _list_differing(opened) if each.item.id == key), None)
    if not _may_settle(opened) or found is None:
        flash(_("Nothing was changed: there is nothing to settle here."))
        return redirect(url_for("committee.coding_round", code=code, number=number), 303)
    side = request.form.get("side", "")
    if side not in ("1", "2", "other"):
        return _show_difference(opened, key, _("Choose one of the two, or other themes.")), 422
    themes = request.form.getlist("theme") if side == "other" else _of(opened, found, int(side))
    by = By(current_user.id, datetime.now(UTC), clean_text(request.form.get("reason", "")))
    try:
        settle_item(session, opened.coding, key, themes, by, date.today())
    except RecordError as error:
        db.session.rollback()
        begin(session, read_only=True)
        return _show_difference(open_round(session, code, number), key, explain(error)), 422
    db.session.commit()
    begin(session, read_only=True)
    return redirect(_next_difference(open_round(session, code, number)), 303)


def _may_settle(opened: Opened) -> bool:
    is_part = opened.me is not None or opened.is_facilitator
    return is_part and opened.may_see and opened.coding.stopped_at is None and len(opened.coders) > 1


def _of(opened: Opened, coded: CodedItem, place: int) -> frozenset[str]:
    return codes_of(coded, opened.coders[place - 1]) or frozenset()


def _list_differing(opened: Opened) -> list[CodedItem]:
    """Return the items of which two coders say different things, settled or not."""
    if len(opened.coders) < 2 or not opened.may_see:
        return []
    twice = [each for each in opened.items if each.item.is_double]
    return [each for each in twice if _of(opened, each, 1) != _of(opened, each, 2)]


def _next_difference(opened: Opened) -> str:
    code, number = opened.consultation.code, opened.coding.id
    left = [each for each in _list_differing(opened) if final_codes(each, opened.coders) is None]
    if not left or not _may_settle(opened):
        return url_for("committee.coding_round", code=code, number=number)
    return url_for("committee.difference", code=code, number=number, key=left[0].item.id)


def _show_difference(opened: Opened, key: str, problem: str = "") -> str:
    differing = _list_differing(opened)
    place = next((at for at, each in enumerate(differing) if each.item.id == key), None)
    if place is None:
        abort(404)
    coded = differing[place]
    labels = {theme.code: theme.labels for theme in read_book(opened.coding)}
    given = [_named(_of(opened, coded, side), labels) for side in (1, 2)]
    notes = [coded.codings[coder.account_id].note for coder in opened.coders]
    return render_template(
        "committee/coding_difference.html",
        consultation=opened.consultation,
        is_facilitator=opened.is_facilitator,
        coding=opened.coding,
        text=read_text(db.session(), coded.item),
        themes=[(theme, "") for theme in read_book(opened.coding)],
        given=given,
        notes=notes,
        names=[db.session.get_one(Account, coder.account_id).name for coder in opened.coders],
        settlement=coded.settlement,
        typed=request.form if request.method == "POST" else None,
        problem=problem,
        place=place + 1,
        total=len(differing),
        settled=sum(each.settlement is not None for each in differing),
        previous=differing[place - 1].item.id if place else None,
        following=differing[place + 1].item.id if place + 1 < len(differing) else None,
        longest=LONGEST_REASON,
    )


def _named(codes: frozenset[str], labels: Mapping[str, Localised]) -> Sequence[Localised]:
    return [label for code, label in labels.items() if code in codes]
