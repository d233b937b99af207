"""Sentences for what the record refuses on a page: what is wrong, and what to do.

Like `consult.messages`, which has those of the command line; a code without a sentence here is a fault of the page.
"""

from gettext import NullTranslations

from consult.record.errors import RecordError
from surveys.localised import Localised
from surveys.problems import Problem

Words = NullTranslations


def refusal(error: RecordError, words: Words) -> str | None:
    """Return the sentence for a refusal, or None where the page has nothing to say about it."""
    sentences = _refusals(words)
    return sentences.get(f"{error.code}.{error.values.get('state')}") or sentences.get(error.code)


def gap(problem: Problem, groups: dict[str, Localised], language: str, words: Words) -> str:
    """Return what stops a consultation from opening, with its place; `groups` are their names by code."""
    _ = words.gettext
    if problem.code == "translation.missing":
        name, _dot, missing = problem.place.rpartition(".")
        sentence = {
            "fr": _("%(place)s: the French text is missing."),
            "en": _("%(place)s: the English text is missing."),
        }[missing]
        return sentence % {"place": _place(name, groups, language, words)}
    return {
        "survey.unpublished": _("No survey has been published yet: there is nothing to answer."),
        "question.not_consent": _(
            "The survey does not ask, as a consent, the question that lets people be quoted. Publish a survey that"
            " does."
        ),
        "consultation.closes_in_past": _("The last day for answering has passed. Give a later one first."),
    }[problem.code]


def _place(name: str, groups: dict[str, Localised], language: str, words: Words) -> str:
    _ = words.gettext
    if name.startswith("groups."):
        code = name.removeprefix("groups.")
        return _("Name of the group “%(group)s”") % {"group": groups.get(code, Localised()).shown(language)[1] or code}
    return {"title": _("Title"), "mandate": _("Mandate"), "promise": _("Promise to participants")}[name]


def _refusals(words: Words) -> dict[str, str]:
    _ = words.gettext
    closed = _("Nothing was changed: the consultation is closed, and that is for good.")
    return {
        "consultation.bad_transition.draft": _("Nothing was changed: the consultation has not been opened yet."),
        "consultation.bad_transition.open": _("Nothing was changed: the consultation is open already."),
        "consultation.bad_transition.paused": _("Nothing was changed: the consultation is paused already."),
        "consultation.bad_transition.closed": closed,
        "consultation.closed": closed,
        "consultation.incomplete": _("The consultation cannot be opened yet. What is missing is listed below."),
        "consultation.dates_changed": _(
            "Nothing was changed: somebody else has given other dates meanwhile. Yours are still in the form: save them"
            " again to replace theirs."
        ),
        "consultation.bad_dates": _("The last day is before the first day. Change one of them."),
        "consultation.closes_in_past": _("The last day has passed. Choose today or a later day."),
        "record.busy": _("Nothing was changed: the database is busy. Try again in a minute."),
    }
