"""What the types with choices share: which codes are offered, "other, please specify", and the counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from surveys.definition import Question
from surveys.problems import Problem
from surveys.question_type import OTHER, RefusalError, Said, label_of
from surveys.text_answer import check_text

OTHER_LIMIT = 200  # characters


def check_choice(question: Question, code: object) -> str:
    """Return an offered choice's code; raises RefusalError (answer.unknown_choice, answer.retired_choice)."""
    choice = next((choice for choice in question.choices if choice.code == code), None)
    if choice is None:
        raise RefusalError("answer.unknown_choice")
    if choice.retired:
        raise RefusalError("answer.retired_choice", choice=choice.code)
    return choice.code


def check_other(question: Question, text: object) -> dict[str, str]:
    """Return the text of "other" as an entry to store, if there is one.

    Raises RefusalError: answer.too_long, answer.unknown_choice where the question has no "other".
    """
    said = check_text("" if text is None else text, OTHER_LIMIT, OTHER)
    if said and not question.flag("has_other"):
        raise RefusalError("answer.unknown_choice", OTHER)
    return {OTHER: said} if said else {}


def other_label(question: Question, language: str, words: Mapping[str, str]) -> str:
    """Return what "other" is called: as the question's setting `other_label` says, or by the usual word."""
    return label_of(question.label("other_label"), language) or words[OTHER]


def choice_codes(question: Question) -> list[str]:
    """Return the codes that may be stored, in the order of the question, "other" last."""
    return [choice.code for choice in question.choices] + [OTHER] * question.flag("has_other")


def show_choices(
    question: Question, codes: Iterable[str], other: str, language: str, words: Mapping[str, str]
) -> list[Said]:
    """Return the labels of the choices taken, and the person's own words for "other", or its label without any."""
    labels = {choice.code: label_of(choice.label, language) for choice in question.choices}
    labels[OTHER] = other_label(question, language, words)
    return [Said(other, is_own_words=True) if code == OTHER and other else Said(labels[code]) for code in codes]


def count_choices(question: Question, chosen: Iterable[str]) -> dict[str, int]:
    """Return how many times each choice was taken."""
    counts = Counter(chosen)
    return {code: counts[code] for code in choice_codes(question)}


def always_shown(question: Question) -> Iterator[Problem]:
    """Yield what is wrong with choices that a design of comparisons needs: all of them, for everybody."""
    for at, choice in enumerate(question.choices):
        if choice.exclusive:
            yield Problem("choice.exclusive_misused", f"choices[{at}].exclusive")
        if choice.show_if:
            yield Problem("choice.always_compared", f"choices[{at}].show_if")
