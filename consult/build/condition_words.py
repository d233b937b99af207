"""A simple condition in words, so that who did not write its text can read it."""

from consult.messages import Words
from surveys.condition_parts import describe
from surveys.definition import Question, Survey


def say_condition(condition: str, survey: Survey, language: str, words: Words) -> str:
    """Return what a condition asks, to follow “Shown only when:”; empty where it is not one comparison."""
    described = describe(condition)
    if described is None or len(described.clauses) != 1:
        return ""
    (clause,) = described.clauses
    asked = survey.find_question(clause.question)
    answer = _answer(asked, str(clause.value), language, words) if asked else ""
    sentence = _sentences(words).get(clause.operator)
    if asked is None or clause.part or not answer or sentence is None:
        return ""
    title = asked.text.shown(language)[1]
    return sentence % {"question": title or asked.code, "answer": answer}


def _sentences(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "is": _("the answer to “%(question)s” is “%(answer)s”"),
        "is_not": _("the answer to “%(question)s” is not “%(answer)s”"),
        "includes": _("the answer to “%(question)s” includes “%(answer)s”"),
        "excludes": _("the answer to “%(question)s” does not include “%(answer)s”"),
    }


def _answer(asked: Question, value: str, language: str, words: Words) -> str:
    """Return what people read of an answer that was chosen; '' for any other kind of answer."""
    _ = words.gettext
    if asked.type == "yes_no":
        return {"yes": _("Yes"), "no": _("No")}.get(value, "")
    return next((each.label.shown(language)[1] for each in asked.choices if each.code == value), "")
