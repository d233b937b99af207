"""Sentences for what is wrong with an answer: what to do, in the words of the question's type, without blame."""

from gettext import NullTranslations

from consult.languages import Formats
from surveys.definition import Question
from surveys.localised import Localised
from surveys.problems import Problem

CHANGED_ELSEWHERE = "answer.changed_elsewhere"


def answer_sentence(problem: Problem, question: Question | None, language: str, words: NullTranslations) -> str:
    """Return the sentence for a problem of an answer; an unknown code is shown as it is: better than silence."""
    if problem.code == "answer.required":
        return _required(question, words)
    number = Formats(language).number
    values = {name: number(value) if isinstance(value, int) else value for name, value in problem.values.items()}
    if "choice" in values and question is not None:
        values["choice"] = _label(question, str(values["choice"])).shown(language)[1]
    if "limit" in values:
        plural = _limits(int(problem.values["limit"]), words).get(problem.code)
        if plural is not None:
            return plural % values
    return _sentences(words).get(problem.code, problem.code) % values


def _label(question: Question, code: str) -> Localised:
    return next((choice.label for choice in question.choices if choice.code == code), Localised(code, code))


def _required(question: Question | None, words: NullTranslations) -> str:
    _ = words.gettext
    sentences = {
        "consent": _("Tick this box if you agree: without it, you cannot take part."),
        "single_choice": _("Choose an answer."),
        "several_choices": _("Choose at least one answer."),
        "scale": _("Choose a point on the scale."),
        "ranking": _("Rank at least one item."),
    }
    return sentences.get(question.type if question else "", _("Write an answer."))


def _limits(limit: int, words: NullTranslations) -> dict[str, str]:
    return {
        "answer.too_long": words.ngettext(
            "Shorten your answer: it has %(length)s characters; the most is %(limit)s.",
            "Shorten your answer: it has %(length)s characters; the most is %(limit)s.",
            limit,
        ),
        "answer.too_few": words.ngettext(
            "Choose at least %(limit)s answer.", "Choose at least %(limit)s answers.", limit
        ),
        "answer.too_many": words.ngettext(
            "Keep no more than %(limit)s answer: you chose %(chosen)s.",
            "Keep no more than %(limit)s answers: you chose %(chosen)s.",
            limit,
        ),
    }


def _sentences(words: NullTranslations) -> dict[str, str]:
    _ = words.gettext
    unreadable = _("This answer could not be read. Give it again.")
    not_offered = _("That choice is not offered. Choose one from the list.")
    return {
        "answer.malformed": unreadable,
        "answer.bad_character": unreadable,
        "answer.unknown_choice": not_offered,
        "answer.not_offered": not_offered,
        "answer.retired_choice": _("“%(choice)s” is no longer offered. Choose another answer."),
        "answer.exclusive": _("One of these answers stands alone. Keep it, or keep the others."),
        "answer.other_not_chosen": _("You wrote something beside “Other”. Choose “Other”, or clear the text."),
        "answer.out_of_range": _("Choose a point from %(lowest)s to %(highest)s."),
        "answer.not_a_rank": _("Give ranks from 1 to %(highest)s, or leave them empty."),
        "answer.same_rank": _("Two items have rank %(rank)s. Give each rank to one item only."),
        "answer.ranked_twice": _("An item is ranked twice. Rank each item once."),
        "answer.other_consent_text": _("The text of this agreement has changed since. Read it, then tick it again."),
        "answer.unknown_question": _("There is no such question in this survey."),
        CHANGED_ELSEWHERE: _(
            "Another tab or device saved another answer to this question. What you wrote here is below: press"
            " the button again to keep it."
        ),
    }
