"""What the pages of a session begin with: the session, its guide, the names that its statements refer to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, current_app, g

from consult.extensions import db
from consult.languages import interface_words
from consult.record.consultation import Consultation, get_consultation, list_groups
from consult.record.errors import RecordError
from consult.record.keys import Keyring
from consult.record.session import ListeningSession, get_session
from consult.record.session_guide import GuideQuestion, all_guide_questions, list_guide_questions
from consult.record.session_notes import Noted, list_statements
from surveys.localised import Localised

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Heading:
    """A question of the guide with what was said to it; no code for what was said beside the guide."""

    code: str
    number: int
    text: Localised
    statements: tuple[Noted, ...]


@dataclass(frozen=True)
class Place:
    """A session, the guide that it follows, and the groups of its consultation by code."""

    consultation: Consultation
    listening: ListeningSession
    asked: tuple[GuideQuestion, ...]
    groups: Mapping[str, Localised]


def not_found_as_404(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Answer "not found" where the session or the guide of an address is not there."""

    @wraps(view)
    def shown(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        try:
            return view(*args, **kwargs)
        except RecordError as error:
            if error.code not in ("session.missing", "guide.missing"):
                raise
            abort(404)

    return shown


def find_place(code: str, session_id: int) -> Place:
    """Return the session of an address, in the transaction that runs; raises `session.missing`."""
    session = db.session()
    return place_of(get_session(session, get_consultation(session, code), session_id))


def place_of(listening: ListeningSession) -> Place:
    """Return a session with what its pages show of it."""
    session = db.session()
    consultation = session.get_one(Consultation, listening.consultation_id)
    asked = list_guide_questions(session, listening.guide_id) if listening.guide_id is not None else []
    groups = {each.code: each.name for each in list_groups(session, consultation)}
    return Place(consultation, listening, tuple(asked), groups)


def by_heading(place: Place, statements: list[Noted]) -> list[Heading]:
    """Return what was said under each question: those of the guide in order, others that were used, the rest last."""
    known = all_guide_questions(db.session(), place.consultation)
    used = {each.question for each in statements}
    codes = [each.code for each in place.asked]
    codes += [code for code in known if code in used and code not in codes]
    headings = [
        Heading(code, number, known[code].text, tuple(each for each in statements if each.question == code))
        for number, code in enumerate(codes, start=1)
    ]
    return [*headings, Heading("", 0, Localised(), tuple(each for each in statements if each.question is None))]


def kept_statements(place: Place) -> list[Noted]:
    """Return the statements that were not removed and still have their text."""
    noted = list_statements(db.session(), place.listening)
    return [each for each in noted if not each.is_removed and each.text]


def keyring() -> Keyring:
    """Return the installation's keys."""
    found: Keyring = current_app.extensions["keyring"]
    return found


def heading_words(heading: Heading) -> tuple[str, str]:
    """Return what a heading says, and in which language."""
    if heading.code:
        return heading.text.shown(g.language)
    return g.language, interface_words(g.language).gettext("Beside the guide")
