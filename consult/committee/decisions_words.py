"""What decisions and meetings are called, and sentences for what was refused of them."""

from gettext import NullTranslations

from consult.record.decision import Outcome
from consult.record.errors import RecordError
from consult.report.names import decided_names
from surveys.problems import Problem

__all__ = ["decided_names", "explain_problem", "explain_refusal", "outcome_names"]

Words = NullTranslations


def outcome_names(words: Words) -> dict[Outcome, str]:
    """Return what each outcome is called."""
    _ = words.gettext
    return {
        Outcome.KEPT: _("Keep it in the plan"),
        Outcome.MERGED: _("Merge with another"),
        Outcome.DEFERRED: _("Defer"),
        Outcome.REFUSED: _("Refuse"),
        Outcome.UNDER_WAY: _("Already under way"),
        Outcome.PASSED_ON: _("Outside our mandate, passed on"),
    }


def explain_refusal(error: RecordError, words: Words) -> str | None:
    """Return the sentence for what was refused as a whole; None where these pages have nothing to say about it."""
    _ = words.gettext
    return {
        "decision.not_yet": _("Nothing was decided: this waits until the consultation is closed."),
        "decision.conflict": _(
            "Nothing was written down: a conflict of interest is declared, and keeps its member out of this decision."
        ),
        "decision.changed": _(
            "Nothing was written down: somebody else decided on this meanwhile. Their decision is below; yours is still"
            " in the form."
        ),
        "meeting.changed": _(
            "Nothing was saved: somebody else changed this meeting meanwhile. What you wrote is still in the form: save"
            " again to replace theirs."
        ),
        "meeting.missing": _("This meeting is no longer there. Choose another one."),
        "conflict.not_member": _("Choose a member of the committee."),
        "conflict.empty": _("Write in a few words what the interest is."),
        "text.too_long": _("This is too long. Write at most %(limit)s characters."),
    }.get(error.code, "") % error.values or None


def explain_problem(problem: Problem, words: Words) -> str:
    """Return the sentence for what is wrong with one field."""
    _ = words.gettext
    sentence = {
        "decision.outcome": _("Choose what becomes of it."),
        "decision.reason_missing": _("Write the reason, in French or in English; the other language may wait."),
        "decision.whereto_missing": _("Write what it was merged with, or to whom it was passed."),
        "decision.in_future": _("This day is still to come. Write the day of the decision."),
        "meeting.in_future": _("This day is still to come. Write the day of the meeting."),
        "meeting.bad_day": _("Write the day as year, month and day, such as 2026-10-18."),
        "meeting.quorum": _("Write how many members are needed, from 1 to %(most)s."),
        "meeting.not_member": _("Somebody in this list is no longer on the committee. Load the page again."),
        "meeting.has_decisions": _("Decisions were made in this meeting and bear its day: it cannot be changed."),
        "text.too_long": _("This is too long. Write at most %(limit)s characters."),
    }[problem.code]
    return sentence % dict(problem.values)
