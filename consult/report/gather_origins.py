"""The themes that the choices of a second round are, with the people who raised them, as everybody may read them.

The numbers are those of the report of the consultation in which the themes were raised: this one tells nothing more.
"""

from sqlalchemy.orm import Session

from analysis.audience import Audience
from consult.disclosure import has_sensitive_groups, rule_of
from consult.record.consultation import Consultation
from consult.record.ranking import is_shown_to_committee
from consult.record.theme_ballot import list_theme_options
from consult.record.theme_board import ThemeBoard
from consult.report.contents import FromTheme, QuestionFound
from consult.report.gather_themes import TOGETHER, gather_themes
from consult.report.merging import read_merging
from consult.settings import Settings
from surveys.localised import Localised

_Found = dict[str, QuestionFound]


def gather_origins(
    session: Session, consultation: Consultation, question_code: str, settings: Settings
) -> tuple[FromTheme, ...]:
    """Return the theme of each choice of a question, in the order of the board; empty for other questions."""
    told: list[FromTheme] = []
    by_consultation: dict[int, _Found] = {}
    for option, theme in list_theme_options(session, consultation, question_code).items():
        board = session.get_one(ThemeBoard, theme.board_id)
        first = session.get_one(Consultation, board.consultation_id)
        if first.id not in by_consultation:
            by_consultation[first.id] = _read_first(session, first, settings)
        question = by_consultation[first.id].get(board.question_code)
        raised = {each.code: each.people for each in question.themes} if question else {}
        code = board.question_code
        text = question.text if question else Localised(code, code) if code else TOGETHER
        told.append(FromTheme(option, theme.labels, text, first.title, raised.get(theme.code)))
    return tuple(told)


def _read_first(session: Session, first: Consultation, settings: Settings) -> _Found:
    """Return what the report of the first round says of its themes; nothing while people may still answer it."""
    if not is_shown_to_committee(first):
        return {}
    rule = rule_of(settings, Audience.PUBLIC, is_sensitive=has_sensitive_groups(session, first))
    told = gather_themes(session, first, rule, read_merging(session, first))
    return {each.code: each for each in told if each.is_decided}
