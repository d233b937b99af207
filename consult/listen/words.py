"""What the parts of a session are called, and sentences for what is refused."""

from flask import g

from consult.languages import interface_words
from consult.messages import Words
from consult.record.errors import RecordError
from consult.record.session import LONGEST_LINE, MOST_PEOPLE, SessionKind
from consult.record.session_guide import LONGEST_QUESTION, MOST_QUESTIONS
from consult.record.session_notes import LONGEST_STATEMENT, MOST_STATEMENTS, SaidBy
from consult.record.session_remark import RemarkKind
from surveys.problems import Problem


def kind_names() -> dict[str, str]:
    """Return what the kinds of sessions are called."""
    _ = interface_words(g.language).gettext
    return {SessionKind.FOCUS_GROUP: _("Focus group"), SessionKind.INTERVIEW: _("Interview")}


def said_by_names() -> dict[str, str]:
    """Return by how many something was said."""
    _ = interface_words(g.language).gettext
    return {SaidBy.ONE: _("One person"), SaidBy.SEVERAL: _("Several"), SaidBy.MOST: _("Most")}


def remark_names() -> dict[str, str]:
    """Return what a remark says."""
    _ = interface_words(g.language).gettext
    return {
        RemarkKind.RIGHT: _("This is right"),
        RemarkKind.WRONG: _("This is not what was said"),
        RemarkKind.REMOVE: _("Please take this out"),
        RemarkKind.MISSING: _("Something is missing"),
    }


def consent_text(language: str) -> str:
    """Return a text that can be read aloud before a session: a start, to be made one's own."""
    return interface_words(language).gettext(
        "We are taking notes of what is said, never of who says it. You may leave, or say nothing, at any time. What"
        " you say is read with what others answer elsewhere, to find what matters to many people. You receive a slip"
        " with a code: with it you can read our notes and correct them until the consultation closes. May we take"
        " notes of what you say? May we quote your words, without your name?"
    )


def problem_words(problem: Problem) -> str:
    """Return the sentence for a field that cannot be kept; an unknown code is shown as it is: better than silence."""
    words = interface_words(g.language)
    return (_field_sentences(words) | _guide_sentences(words)).get(problem.code, problem.code) % {
        "limit": problem.values.get("limit", ""),
        "column": problem.values.get("column", ""),
    }


def refusal_words(error: RecordError) -> str | None:
    """Return the sentence for what the record refuses as a whole, or None where pages have nothing to say about it."""
    _ = interface_words(g.language).gettext
    changed = _(
        "Somebody else has changed this meanwhile. What you typed is still here: look at theirs, then save again."
    )
    sentences = {
        "session.changed": changed,
        "guide.changed": changed,
        "session.kind_fixed": _("The statements of this session count already: it stays what it was."),
        "session.consent_needed": _(
            "The statements of this session count already: the agreement to take part cannot be taken back here. Delete"
            " the session if people no longer agree."
        ),
        "session.no_consent": _(
            "Note first that people agreed to take part, and who explained it: without it nothing they said can count."
        ),
        "session.empty": _("There is no statement yet: write what was said first."),
        "session.not_open": _("The consultation has not been opened yet: its statements can count once it is."),
        "statement.too_many": _("These notes are full: %(limit)s statements at most.") % {"limit": MOST_STATEMENTS},
        "session.remarks_closed": _("Remarks are closed: nothing was kept."),
        "remark.empty": _("Write what is missing."),
        "remark.too_many": _("These notes have received as many remarks as can be kept. Speak to the facilitator."),
        "statement.missing": _("This statement is not there any more."),
        "text.too_long": _("The text is too long. Shorten it."),
        "text.bad_character": _("The text holds a sign that cannot be kept. Take it out."),
    }
    return sentences.get(error.code)


def _field_sentences(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "text.empty": _("Write what was said."),
        "text.too_long": _("The text is too long: %(limit)s characters at most. Shorten it."),
        "text.bad_character": _("The text holds a sign that cannot be kept. Take it out."),
        "language.unknown": _("The language must be fr or en."),
        "group.unknown": _("This consultation has no such group. Choose another one."),
        "question.unknown": _("The guide has no such question. Choose another one."),
        "session.bad_number": _("Write a number from 0 to %(limit)s."),
        "session.no_language": _("Choose at least one language."),
        "session.no_day": _("Write the day of the session: year, month and day, such as 2026-10-18."),
        "notes.bad_cell": _("The cell in the column “%(column)s” cannot be read. Correct it, or empty it."),
    }


def _guide_sentences(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "guide.missing": _("This guide is not there any more. Choose another one."),
        "guide.no_title": _("Give the guide a name, in one language at least."),
        "guide.empty": _("Write at least one question."),
        "guide.too_many": _("A guide has %(limit)s questions at most."),
        "guide.no_text": _("Write the question, in one language at least."),
        "guide.too_long": _("The question is too long: %(limit)s characters at most. Shorten it."),
    }


LIMITS = {
    "line": LONGEST_LINE,
    "people": MOST_PEOPLE,
    "question": LONGEST_QUESTION,
    "questions": MOST_QUESTIONS,
    "statement": LONGEST_STATEMENT,
}
