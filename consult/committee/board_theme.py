"""One theme of a board: what is known of it, what may be done with it, and what was said in it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import abort, g, request

from analysis.personal import find_personal
from consult.access import needs
from consult.committee.blueprint import blueprint
from consult.committee.board import around, bare_lines_of, lines_of, name_values, on_board, teller_of
from consult.committee.board_lines import BoardLine
from consult.committee.board_places import BoardPlace, find_board_place, read_page, read_search, theme_of
from consult.extensions import db
from consult.languages import Formats, interface_words
from consult.record.account import Role
from consult.record.board_acts import LONGEST_DESCRIPTION, LONGEST_LABEL
from consult.record.board_placing import count_outside
from consult.record.board_undo import list_acts_about
from consult.record.board_words import SaidOnBoard, list_moved_into, read_board_page
from consult.record.quote import MARK
from consult.record.theme_board import ON_BOARD, PlacedBy, Theme
from consult.theme_reasons import Writer, how_it_comes_back
from consult.theme_tables import GROUP
from surveys.localised import Localised

PAGE_SIZE = 50
_BOTH = needs(Role.FACILITATOR, Role.COMMITTEE)
NONE = "none"
"""Stands for no theme where a theme's code would stand in an address."""
_KINDS = {"new": (PlacedBy.MACHINE,), "out": (PlacedBy.PERSON,), "aside": (PlacedBy.RUN,)}


@dataclass(frozen=True)
class Typed:
    """What somebody wrote in the form that names a theme, and what is wrong with it."""

    labels: Localised
    description: Localised
    problem: str = ""


@blueprint.get("/<code:code>/board/<question_code>/theme/<theme_code>")
@_BOTH
def board_theme(code: str, question_code: str, theme_code: str) -> str:
    """Show a theme and what may be done with it."""
    place = find_board_place(code, question_code)
    lines = lines_of(place)
    theme = next((line.theme for line in lines if line.theme.code == theme_code), None) or theme_of(place, theme_code)
    return draw_theme(place, theme, Typed(theme.labels, theme.description), lines)


def draw_theme(place: BoardPlace, theme: Theme, typed: Typed, lines: list[BoardLine] | None = None) -> str:
    """Draw the page of a theme; a theme that the reader may not know of does not exist (404)."""
    lines = lines_of(place) if lines is None else lines
    line = next((each for each in lines if each.theme.id == theme.id and each.is_listed), None)
    if line is None:
        abort(404)
    by_code = {each.theme.code: each for each in on_board(lines) if each.is_listed}
    session = db.session()
    teller = teller_of(place, lines)
    writer = Writer(g.language, interface_words(g.language), Formats(g.language))
    return place.render(
        "committee/board_theme.html",
        line=line,
        typed=typed,
        above=next((each for each in by_code.values() if each.theme.id == theme.parent_id), None),
        into=next((each for each in by_code.values() if each.theme.id == theme.into_id), None),
        others=sorted((each for each in by_code.values() if each is not line and each.labels), key=_by_name),
        tops=[each for each in by_code.values() if each is not line and not each.theme.parent_id and each.labels],
        by_code=by_code,
        comes_back=how_it_comes_back(line.stability, writer) if line.stability is not None else "",
        told=[(past, teller.tell(past)) for past in list_acts_about(session, place.board, theme)],
        is_on_board=theme.state in ON_BOARD,
        most_label=LONGEST_LABEL,
        most_description=LONGEST_DESCRIPTION,
        **around(place, lines),
    )


def _by_name(line: BoardLine) -> str:
    return line.labels.shown(g.language)[1].casefold()


@blueprint.get("/<code:code>/board/<question_code>/theme/<theme_code>/words")
@_BOTH
def board_words(code: str, question_code: str, theme_code: str) -> str:
    """Show what was said in a theme, or in none, to those who may read it."""
    place = find_board_place(code, question_code)
    if not place.may_read:
        abort(403)
    every = bare_lines_of(place)
    theme = next((each.theme for each in every if each.theme.code == theme_code), None)
    if theme is None and theme_code != NONE:
        theme = theme_of(place, theme_code)
    lines = on_board(every)
    word, page = read_search(), read_page()
    kind = _kind() if theme is None else ""
    read = read_board_page(
        db.session(),
        place.board,
        theme,
        page=page,
        size=PAGE_SIZE,
        word=word,
        placed_by=_KINDS.get(kind, ()),
    )
    pages = max(1, -(-read.total // PAGE_SIZE))
    if page > pages:
        abort(404)
    line = next((each for each in lines if theme is not None and each.theme.id == theme.id), None)
    if theme is not None and line is None:
        abort(404)  # it was merged or split: nothing stands in it any more
    return place.render(
        "committee/board_words.html",
        theme=theme,
        line=line,
        listed=protect_words(place, read.said, line),
        total=read.total,
        page=page,
        pages=pages,
        first=(page - 1) * PAGE_SIZE + 1,
        word=word,
        kind=kind,
        kinds=count_outside(db.session(), place.board)[1] if theme is None else {},
        others=sorted((each for each in lines if each is not line and each.labels), key=_by_name),
        names=name_values(place),
    )


def _kind() -> str:
    wanted = request.args.get("kind", "")
    return wanted if wanted in _KINDS else ""


def protect_words(place: BoardPlace, said: Iterable[SaidOnBoard], line: BoardLine | None) -> list[SaidOnBoard]:
    """Return contributions as this reader may read them.

    To a member, what may point at somebody is masked, and the group is told only where the theme's count of it is; of
    what was moved into the theme it is not, or whoever moves something out of a theme whose groups are hidden would
    read its group in the other.
    """
    every = list(said)
    if place.is_facilitator:
        return every
    shown = dict(line.spread.get(GROUP, ())) if line is not None and line.spread else {}
    moved = (
        list_moved_into(db.session(), line.theme, [each.key for each in every]) if line is not None and shown else ()
    )
    return [
        replace(
            each,
            text=_mask(each.text),
            group=each.group if shown.get(each.group) is not None and each.key not in moved else "",
        )
        for each in every
    ]


def _mask(text: str) -> str:
    for found in reversed(find_personal(text)):
        text = text[: found.start] + MARK + text[found.end :]
    return text
