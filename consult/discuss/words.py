"""The words of the discussions: what is wrong with a statement, why one is not shown, what may point at a person."""

from gettext import NullTranslations

from analysis.personal import Kind, find_personal
from consult.personal_words import kind_names
from consult.record.errors import RecordError
from consult.record.moderation import Act, Reason
from consult.record.reaction import Stand
from consult.record_messages import refusal as other_refusal
from surveys.problems import Problem

Words = NullTranslations

# Which forms are shown to who writes, before anybody else reads them. A capital that may be a name is too common.
FLAGGED = frozenset({Kind.EMAIL, Kind.TELEPHONE, Kind.HEALTH_NUMBER, Kind.POSTAL_CODE, Kind.NUMBER, Kind.NAME})


def personal_parts(text: str, words: Words) -> list[tuple[str, str]]:
    """Return what in a text may point at a person: (as written, what it is called)."""
    names = kind_names(words)
    return [(text[each.start : each.end], names[each.kind]) for each in find_personal(text) if each.kind in FLAGGED]


def refusal(error: RecordError, words: Words) -> str | None:
    """Return the sentence for a refusal, or None where the discussions have nothing to say about it."""
    sentence = _refusals(words).get(error.code)
    if sentence is None:
        return other_refusal(error, words)
    return sentence % {name: str(value) for name, value in error.values.items()} if error.values else sentence


def prompt_problem(problem: Problem, words: Words) -> str:
    """Return what is wrong with an input of a prompt's form."""
    _ = words.gettext
    if problem.code == "translation.missing":
        return {
            "fr": _("The French is missing: write it before opening."),
            "en": _("The English is missing: write it before opening."),
        }[problem.place.rpartition(".")[2]]
    return {
        "text.empty": _("Type the question, in one language at least."),
        "text.too_long": _("This text is too long. Shorten it."),
        "number.outside": _("Type a whole number from 1 to 100."),
        "choice.unknown": _("Choose one of the answers."),
    }[problem.code]


def reason_names(words: Words) -> dict[Reason, str]:
    """Return why a statement is not shown, as its author reads it."""
    _ = words.gettext
    return {
        Reason.PERSONAL: _("It says something by which a person could be recognised."),
        Reason.DISRESPECTFUL: _("It attacks a person or a group instead of an idea."),
        Reason.OFF_TOPIC: _("It is about something else than the question."),
        Reason.REPEATED: _("Another statement says the same: react to that one."),
        Reason.SEVERAL: _("It holds several ideas: post them one by one."),
        Reason.UNCLEAR: _("It cannot be understood without knowing more."),
        Reason.OTHER: _("Another reason."),
    }


def act_names(words: Words) -> dict[Act, str]:
    """Return what was done, in one word or two."""
    _ = words.gettext
    return {
        Act.PUBLISHED: _("Published"),
        Act.HIDDEN: _("Hidden"),
        Act.REWORDED: _("Reworded"),
        Act.SPELLED: _("Spelling corrected"),
        Act.SPLIT: _("Split"),
        Act.UNDONE: _("Undone"),
    }


def stand_names(words: Words) -> dict[Stand, str]:
    """Return the three reactions."""
    _ = words.gettext
    return {Stand.AGREE: _("Agree"), Stand.DISAGREE: _("Disagree"), Stand.PASS: _("Pass")}


def _refusals(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "statement.empty": _("Write your statement first."),
        "statement.too_long": _(
            "This statement has %(length)s characters; the most is %(maximum)s. Shorten it, or post two."
        ),
        "statement.own": _("This statement is yours: others react to it."),
        "statement.missing": _("Nothing was kept: this statement is no longer shown."),
        "statement.withdrawn": _("Nothing was changed: its author has withdrawn this statement."),
        "statement.not_waiting": _("Nothing was changed: somebody has read this statement since. You can withdraw it."),
        "statement.set_aside": _("Nothing was changed: another version stands in place of this statement."),
        "statement.unchanged": _("Nothing was changed: the words are the same."),
        "statement.not_split": _("Write from two to %(most)s statements, each different."),
        "words.too_long": _("Your words to the author are too long: the most is %(maximum)s characters."),
        "act.not_last": _("Nothing was undone: somebody has acted on this statement since."),
        "prompt.changed": _("Nothing was saved: somebody else has changed this prompt meanwhile. Look at it again."),
        "prompt.closed": _("Nothing was kept: this discussion is closed."),
        "prompt.invited_only": _("This discussion is for people with a personal link."),
        "prompt.no_replies": _("Nothing was kept: replies are closed here."),
        "prompt.refused": _("The prompt is not complete. What is missing is said below."),
        "discussion.withdrawn": _("Nothing was kept: you have withdrawn from these discussions."),
        "translation.changed": _(
            "Nothing was saved: somebody else has written another translation meanwhile. It is shown below."
        ),
        "translation.empty": _("Write the translation before approving it."),
        "translation.too_long": _("The translation is too long: the most is %(maximum)s characters."),
        "consultation.not_accepting": _("Nothing was kept: the consultation is not open today."),
    }
