"""What ties the two rounds together, for decisions and rankings: the theme that an option is, the places that it took.

Numbers of the first round are those that its own committee may read, and only members of it are shown them here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_login import current_user
from sqlalchemy.orm import Session

from analysis.audience import Audience
from analysis.stored_rankings import read_ranking
from consult.committee.board_lines import Material, shown_lines
from consult.disclosure import rule_for
from consult.record.account import find_membership
from consult.record.board_counts import read_kept_counts
from consult.record.consultation import Consultation
from consult.record.ranking import find_ranking, is_shown_to_committee
from consult.record.run_request import TOGETHER, read_question_texts
from consult.record.theme_ballot import list_options_of, list_theme_options
from consult.record.theme_board import ACROSS, Theme, ThemeBoard, list_board_themes
from surveys.localised import NOTHING, Localised


@dataclass(frozen=True)
class FirstRound:
    """The theme that an option is.

    Attributes
    ----------
    question
        To which it was raised; nothing for the board across all questions.
    people
        Who raised it; None where that is hidden, or the reader is no member of the first round.
    board
        The codes of the consultation and of the question, for a link; None for who is no member.
    """

    theme: Theme
    title: Localised
    question: Localised
    people: int | None = None
    board: tuple[str, str] | None = None


@dataclass(frozen=True)
class SecondRound:
    """Where a theme stood when people put themes in order; `code` is the consultation's, "" for no member of it."""

    title: Localised
    code: str
    question_code: str
    rank: int
    of: int


def find_first_round(session: Session, consultation: Consultation, question_code: str) -> dict[str, FirstRound]:
    """Return the theme that each option of a question is, by the option; empty where options are no themes."""
    themes = list_theme_options(session, consultation, question_code)
    told: dict[int, tuple[Localised, Localised, tuple[str, str] | None, Mapping[int, int | None]]] = {}
    for board_id in {theme.board_id for theme in themes.values()}:
        board = session.get_one(ThemeBoard, board_id)
        first = session.get_one(Consultation, board.consultation_id)
        code = board.question_code
        is_member = find_membership(session, current_user.id, first.code) is not None and is_shown_to_committee(first)
        text = NOTHING if code == ACROSS else read_question_texts(session, first).get(code, Localised(code, code))
        people: Mapping[int, int | None] = _count(session, first, board) if is_member else {}
        told[board_id] = (
            first.title,
            text,
            (first.code, TOGETHER if code == ACROSS else code) if is_member else None,
            people,
        )
    found = {}
    for option, theme in themes.items():
        title, text, link, people = told[theme.board_id]
        found[option] = FirstRound(theme, title, text, people.get(theme.id), link)
    return found


def list_second_places(session: Session, themes: Sequence[int]) -> dict[int, list[SecondRound]]:
    """Return where themes, by their keys, stood among everybody in second rounds that are over."""
    found: dict[int, list[SecondRound]] = {}
    for option in list_options_of(session, themes):
        second = session.get_one(Consultation, option.consultation_id)
        stored = find_ranking(session, second, option.question_code) if is_shown_to_committee(second) else None
        ranked = read_ranking(stored.result) if stored else None
        if ranked is None or find_membership(session, current_user.id, second.code) is None:
            continue
        standings = {each.candidate: each for each in ranked.everybody.standings}
        if option.option_code in standings:
            place = standings[option.option_code]
            stood = SecondRound(second.title, second.code, option.question_code, place.rank, len(standings))
            found.setdefault(option.theme_id, []).append(stood)
    return found


def _count(session: Session, first: Consultation, board: ThemeBoard) -> dict[int, int | None]:
    """Return how many people raised each theme of a board, as its committee may read it."""
    material = Material(list_board_themes(session, board), {}, (), {})
    least = rule_for(session, first, Audience.COMMITTEE).least
    kept = read_kept_counts(session, board)
    lines = shown_lines(material, kept, least, has_counts=board.question_code != ACROSS, may_read=True)
    return {line.theme.id: line.people for line in lines}
