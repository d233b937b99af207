"""Sentences for what is wrong with an answer: what to do, in the words of the question's type, without blame."""

from datetime import date
from gettext import NullTranslations

from consult.languages import Formats
from surveys.definition import Question
from surveys.localised import Localised
from surveys.problems import Problem
from surveys.question_type import Heading
from surveys.question_types import QUESTION_TYPES

CHANGED_ELSEWHERE = "answer.changed_elsewhere"


def answer_sentence(problem: Problem, question: Question | None, language: str, words: NullTranslations) -> str:
    """Return the sentence for a problem of an answer; an unknown code is shown as it is: better than silence."""
    if problem.code == "answer.required":
        return _required(question, words)
    if problem.code == "answer.check":  # the survey's author says it
        return str(problem.values[language])
    values = {name: _write(name, value, Formats(language)) for name, value in problem.values.items()}
    for name in {"choice", "row"} & values.keys():
        if question is not None:
            values[name] = _label(question, str(values[name])).shown(language)[1]
    if "limit" in values:
        limit = int(problem.values["limit"])
        plural = _limits(limit, words).get(problem.code if limit else f"{problem.code}.none")
        if plural is not None:
            return plural % values
    return _sentences(words).get(problem.code, problem.code) % values


def _write(name: str, value: str | int, formats: Formats) -> str:
    """Return a value as it stands in a sentence: numbers and days as the language writes them."""
    if name in {"earliest", "latest"}:
        return formats.day(date.fromisoformat(str(value)))
    return formats.number(value) if isinstance(value, int) else value


def _label(question: Question, code: str) -> Localised:
    listed = (*question.choices, *question.rows)
    return next((each.label for each in listed if each.code == code), Localised(code, code))


def _required(question: Question | None, words: NullTranslations) -> str:
    _ = words.gettext
    sentences = {
        "consent": _("Tick this box if you agree: without it, you cannot take part."),
        "single_choice": _("Choose an answer."),
        "several_choices": _("Choose at least one answer."),
        "scale": _("Choose a point on the scale."),
        "ranking": _("Rank at least one item."),
        "yes_no": _("Choose an answer."),
        "number": _("Write a number."),
        "date": _("Give a date."),
        "matrix": _("Answer every row."),
        "points": _("Share out the points."),
        "best_worst": _("Choose the most and the least important in every set."),
        "pairwise": _("Choose an answer for every pair."),
    }
    kind = QUESTION_TYPES.get(question.type) if question else None
    usual = _("Answer this question.") if kind and kind.heading is not Heading.LABEL else _("Write an answer.")
    return sentences.get(question.type if question else "", usual)


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
        "answer.too_many_decimals": words.ngettext(
            "Keep no more than %(limit)s digit after the decimal point.",
            "Keep no more than %(limit)s digits after the decimal point.",
            limit,
        ),
        "answer.too_many_decimals.none": words.gettext("Write a whole number, without a comma or a point."),
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
        "answer.special_and_answer": _("You answered, and ticked a box that says you do not. Keep one of the two."),
        **_measures(words),
        **_comparisons(words),
        "answer.unknown_question": _("There is no such question in this survey."),
        CHANGED_ELSEWHERE: _(
            "Another tab or device saved another answer to this question. What you wrote here is below: press"
            " the button again to keep it."
        ),
    }


def _measures(words: NullTranslations) -> dict[str, str]:
    """Return the sentences about numbers, days and points."""
    _ = words.gettext
    return {
        "answer.not_a_number": _("Write a number in digits, such as 12 or 1500."),
        "answer.too_small": _("Write a number that is at least %(minimum)s."),
        "answer.too_large": _("Write a number that is at most %(maximum)s."),
        "answer.not_a_date": _("Give a date that exists, in full: year, month and day."),
        "answer.too_early": _("Give a date that is not before %(earliest)s."),
        "answer.too_late": _("Give a date that is not after %(latest)s."),
        "answer.not_points": _("Write whole numbers, 0 or more."),
        "answer.wrong_total": _("You shared out %(shared)s; it must come to %(total)s (difference: %(difference)s)."),
    }


def _comparisons(words: NullTranslations) -> dict[str, str]:
    """Return the sentences about rows, sets and pairs."""
    _ = words.gettext
    return {
        "answer.row_missing": _("Answer every row: “%(row)s” has no answer yet."),
        "answer.best_is_worst": _("In set %(set)s, choose two different items for the two answers."),
        "answer.set_missing": _("Choose the most and the least important in every set: set %(set)s is not complete."),
        "answer.pair_missing": _("Choose an answer for every pair: pair %(number)s has none yet."),
    }
