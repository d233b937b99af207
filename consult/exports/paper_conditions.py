"""“Show this when…” in words, for those who find their way through a survey on paper."""

from collections.abc import Mapping
from fractions import Fraction

from consult.messages import Words
from consult.question_words import question_words
from surveys.condition_parts import Clause, Description, describe
from surveys.definition import Survey
from surveys.question_types import get_type


def condition_sentence(condition: str, survey: Survey, numbers: Mapping[str, int], language: str, words: Words) -> str:
    """Return when to answer, '' without a condition; `numbers` are those of the questions on the page, by code.

    A condition that is more than comparisons joined by "and" or by "or" is shown as it is written, for the person who
    knows it: better than silence.
    """
    if not condition.strip():
        return ""
    _ = words.gettext
    described = describe(condition)
    if described is None or any(clause.question not in numbers for clause in described.clauses):
        return _("Answer only if this holds: %(condition)s") % {"condition": condition}
    joint = {"and": _(", and "), "or": _(", or ")}[described.joined]
    return _("Answer only if %(conditions)s.") % {
        "conditions": joint.join(_say(described, survey, numbers, language, words))
    }


def _say(described: Description, survey: Survey, numbers: Mapping[str, int], language: str, words: Words) -> list[str]:
    said = []
    for clause in described.clauses:
        template = _templates(words)[clause.operator]
        label = _label(clause, survey, language, words)
        said.append(template % {"number": numbers[clause.question], "value": label})
    return said


def _label(clause: Clause, survey: Survey, language: str, words: Words) -> str:
    """Return the value in the words of the question: the label of a choice, of a part's tick, or the number."""
    question = survey.find_question(clause.question)
    if question is None or isinstance(clause.value, Fraction):
        return _number(clause.value)
    kind, said = get_type(question), question_words(words)
    for part in kind.parts(question):
        labels = kind.cell_labels(question, part, language, said)
        if clause.value in labels and part in ("", clause.part):
            return labels[clause.value]
    if clause.value in kind.parts(question):
        return kind.part_label(question, clause.value, language, said)
    return clause.value


def _number(value: str | Fraction) -> str:
    if isinstance(value, str):
        return value
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def _templates(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "is": _("your answer to question %(number)s is “%(value)s”"),
        "is_not": _("your answer to question %(number)s is not “%(value)s”"),
        "more_than": _("your answer to question %(number)s is more than %(value)s"),
        "at_least": _("your answer to question %(number)s is at least %(value)s"),
        "less_than": _("your answer to question %(number)s is less than %(value)s"),
        "at_most": _("your answer to question %(number)s is at most %(value)s"),
        "includes": _("you ticked “%(value)s” in question %(number)s"),
        "excludes": _("you did not tick “%(value)s” in question %(number)s"),
        "answered": _("you answered question %(number)s"),
        "blank": _("you did not answer question %(number)s"),
    }
