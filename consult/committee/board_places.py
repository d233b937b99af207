"""What every page of a board begins with: the consultation, the board, who reads it, and how far they may see."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import abort, g, render_template, request
from flask_login import current_user

from analysis.audience import Audience
from consult.disclosure import rule_for
from consult.extensions import db
from consult.languages import interface_words
from consult.record.account import Membership, Role, get_part
from consult.record.board_act import Seen
from consult.record.board_counts import KeptCounts, read_kept_counts
from consult.record.board_undo import PastAct, find_last_act
from consult.record.consultation import Consultation
from consult.record.database import begin
from consult.record.findings import LARGEST_NUMBER
from consult.record.ranking import is_shown_to_committee
from consult.record.run_request import TOGETHER, find_question_text, list_open_questions
from consult.record.theme_board import ACROSS, Theme, ThemeBoard, find_board, find_theme
from surveys.localised import LANGUAGES, Localised

_MOST_PAGES = 1_000_000
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Place:
    """A consultation as one of its people sees it.

    Attributes
    ----------
    is_facilitator
        Whether they facilitate it; otherwise they are of its committee.
    may_read
        Whether they may read contributions that nobody approved.
    is_shown
        Whether the committee may read results at all yet.
    """

    consultation: Consultation
    membership: Membership
    is_shown: bool

    @property
    def is_facilitator(self) -> bool:
        """Whether the reader facilitates."""
        return self.membership.role is Role.FACILITATOR

    @property
    def may_read(self) -> bool:
        """Whether the reader may read contributions."""
        return self.membership.may_read

    @property
    def may_see(self) -> bool:
        """Whether the reader may see boards now."""
        return self.is_facilitator or self.is_shown

    @property
    def may_know_all(self) -> bool:
        """Whether no theme's name is kept from the reader."""
        return self.is_facilitator or self.may_read

    @cached_property
    def least(self) -> int:
        """The fewest people that a number may count for the committee."""
        return rule_for(db.session(), self.consultation, Audience.COMMITTEE).least

    def render(self, template: str, **values: Any) -> str:  # noqa: ANN401 - whatever a template takes
        """Draw a page in the frame of whoever reads it."""
        return render_template(
            template,
            consultation=self.consultation,
            place=self,
            frame="manage/layout.html" if self.is_facilitator else "committee/layout.html",
            **values,
        )


@dataclass(frozen=True)
class BoardPlace(Place):
    """A board as one of its people sees it; `address` is how its question is called in addresses."""

    board: ThemeBoard
    question: Localised

    @property
    def address(self) -> str:
        """What stands for the question in an address."""
        return self.board.question_code or TOGETHER

    @property
    def is_across(self) -> bool:
        """Whether it is the board of all questions together."""
        return self.board.question_code == ACROSS

    @property
    def has_counts(self) -> bool:
        """Whether the reader sees numbers.

        Beside the boards of each question, those of all together would tell a member of a few people by what differs.
        """
        return self.is_facilitator or not self.is_across

    @cached_property
    def kept(self) -> KeptCounts:
        """The counts that the committee reads."""
        return read_kept_counts(db.session(), self.board)

    @property
    def last_act(self) -> PastAct | None:
        """What was done last."""
        return find_last_act(db.session(), self.board)

    def render(self, template: str, **values: Any) -> str:  # noqa: ANN401 - whatever a template takes
        """Draw a page of the board."""
        return super().render(template, board=self.board, question=self.question, address=self.address, **values)


def find_place(code: str, *, read_only: bool = True) -> Place:
    """Return a consultation as whoever asks sees it."""
    session = db.session()
    begin(session, read_only=read_only)
    consultation, membership = get_part(session, current_user.id, code)
    return Place(consultation, membership, is_shown_to_committee(consultation))


def find_board_place(code: str, question_code: str, *, read_only: bool = True) -> BoardPlace:
    """Return a board as whoever asks sees it; to the committee it does not exist (404) while results are not shown."""
    place = find_place(code, read_only=read_only)
    found = find_board(db.session(), place.consultation, ACROSS if question_code == TOGETHER else question_code)
    if found is None or not place.may_see:
        abort(404)
    return BoardPlace(place.consultation, place.membership, place.is_shown, found, _name_question(place, question_code))


def _name_question(place: Place, code: str) -> Localised:
    """Return what one question asks: nothing is counted for it, as for a list of all."""
    if code == TOGETHER:
        return _name_together()
    return find_question_text(db.session(), place.consultation, code) or Localised(code, code)


def _name_together() -> Localised:
    return Localised(**{one: interface_words(one).gettext("All open questions together") for one in LANGUAGES})


def name_questions(consultation: Consultation) -> dict[str, Localised]:
    """Return what each open question asks, and what all of them together are called."""
    asked = {each.code: each.text for each in list_open_questions(db.session(), consultation)}
    return {**{code: text or Localised(code, code) for code, text in asked.items()}, TOGETHER: _name_together()}


def theme_of(place: BoardPlace, code: str) -> Theme:
    """Return a theme of the board; RecordError `theme.missing` becomes the page that says so."""
    return find_theme(db.session(), place.board, code)


def read_seen() -> Seen:
    """Return what whoever sent the form had before them."""
    revision = request.form.get("revision", 0, type=int)
    return Seen(min(max(revision, 0), LARGEST_NUMBER), request.form.get("confirmed") == "1")


def read_page() -> int:
    """Return the page that is asked for, from 1."""
    return min(max(1, request.args.get("page", 1, type=int)), _MOST_PAGES)


def read_search() -> str:
    """Return the words that are looked for."""
    return request.args.get("q", "")[:LONGEST_SEARCH].strip()


def reader_language() -> str:
    """Return the language of the page."""
    return str(g.language)
