"""What every page of coding by hand begins with: the consultation, the round, and the reader's part in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, g
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from consult.languages import interface_words
from consult.record.account import Role, find_membership
from consult.record.coding import (
    BookTheme,
    CodedItem,
    CodingCoder,
    CodingRound,
    RoundState,
    current_book,
    get_round,
    list_coders,
    list_items,
    read_book,
    state_of,
)
from consult.record.coding_acts import find_coder, list_readers
from consult.record.consultation import Consultation, get_consultation
from consult.record.errors import RecordError
from consult.record.ranking import is_shown_to_committee
from consult.record.run_request import read_question_texts
from consult.record.theme_board import ACROSS, ThemeBoard
from consult.record_messages import refusal
from surveys.localised import LANGUAGES, Localised

Page = str | Response | tuple[str, int]
# The keys of the themes, in their order; those of acts are not among them.
KEYS = "123456789acdefghijklopqrtuvwxyz"


@dataclass(frozen=True)
class Opened:
    """A round with what is known of it, and the reader's own part: `me` where they code in it."""

    consultation: Consultation
    board: ThemeBoard
    coding: CodingRound
    coders: Sequence[CodingCoder]
    items: Sequence[CodedItem]
    me: CodingCoder | None
    is_facilitator: bool
    readers: frozenset[int]

    @property
    def state(self) -> RoundState:
        """Where the round stands."""
        return state_of(self.coding, self.coders, self.items)

    @property
    def may_see(self) -> bool:
        """Whether the codes may be seen: everybody has finished."""
        return all(coder.finished_on is not None for coder in self.coders)


@dataclass(frozen=True)
class Changes:
    """How the themes of a board differ from a round's theme book."""

    added: Sequence[BookTheme]
    gone: Sequence[BookTheme]
    reworded: Sequence[BookTheme]

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.reworded)


def open_round(session: Session, code: str, number: int) -> Opened:
    """Return a round for its reader; 404 where it is not there, 403 for who may not read what people wrote."""
    consultation = get_consultation(session, code)
    is_facilitator, readers = read_rights(session, consultation)
    try:
        coding = get_round(session, consultation, number)
    except RecordError:
        abort(404)
    return Opened(
        consultation,
        session.get_one(ThemeBoard, coding.board_id),
        coding,
        list_coders(session, coding),
        list_items(session, coding),
        find_coder(session, coding, current_user.id),
        is_facilitator,
        readers,
    )


def read_rights(session: Session, consultation: Consultation) -> tuple[bool, frozenset[int]]:
    """Return whether the reader is a facilitator, and who may read what people wrote; 403 for who may not now."""
    readers = frozenset(each.id for each in list_readers(session, consultation))
    is_facilitator = find_membership(session, current_user.id, consultation.code) is Role.FACILITATOR
    if current_user.id not in readers or not (is_facilitator or is_shown_to_committee(consultation)):
        abort(403)
    return is_facilitator, readers


def find_changes(session: Session, coding: CodingRound) -> Changes:
    """Return what became of the themes since a round began."""
    then = {each.code: each for each in read_book(coding)}
    now = {each.code: each for each in current_book(session, session.get_one(ThemeBoard, coding.board_id))}
    return Changes(
        [each for code, each in now.items() if code not in then],
        [each for code, each in then.items() if code not in now or now[code].merged != each.merged],
        [
            each
            for code, each in then.items()
            if code in now
            and now[code].merged == each.merged
            and (now[code].labels, now[code].description) != (each.labels, each.description)
        ],
    )


def question_names(session: Session, consultation: Consultation) -> dict[str, Localised]:
    """Return what each question is called, by its code; the board across all questions has a name too."""
    names = read_question_texts(session, consultation)
    across = {each: interface_words(each).gettext("All questions together") for each in LANGUAGES}
    return {**names, ACROSS: Localised(**across)}


def name_of(names: dict[str, Localised], board: ThemeBoard) -> Localised:
    """Return what a board is called."""
    return names.get(board.question_code) or Localised(board.question_code, board.question_code)


def explain(error: RecordError) -> str:
    """Return the sentence for a refusal."""
    return refusal(error, interface_words(g.language)) or _("Nothing was changed.")
