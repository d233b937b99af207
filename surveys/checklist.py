"""Advice before publishing: what does not stop a survey, and still makes it worse or riskier to answer.

What stops it is in completeness.py. Each piece of advice is a `Problem` with the place of what it is about, as
`Survey.walk` gives it. The limits are rules of thumb that survey designers share, not laws of nature.
"""

import re
from collections.abc import Iterator, Mapping

from surveys.definition import Question, Survey
from surveys.duration import estimate_minutes
from surveys.problems import Problem
from surveys.question_type import SpecialValue
from surveys.question_types import QUESTION_TYPES

MOST_QUESTIONS = 15
MOST_MINUTES = 12
MOST_COLUMNS = 5
MOST_RANKED = 8
LEAST_PEOPLE = 5  # in each group of a region, for anybody to be hidden among others

# A text that asks for a name or a number; "without your name" asks for none.
_NOT = r"(?:\b(?:without|not|never|no|sans|pas|ni|aucun|jamais)\b|n[’'])[^.!?;]{0,40}$"
_ASKS = {
    "advice.asks_name": re.compile(
        r"\b(?:(?:your|full|first|last|family|patient[’']?s) (?:full |first |last |family )?names?|name and surname"
        r"|votre (?:nom|prénom)|nom de famille|vos nom|noms? et prénoms?|prénoms? et noms?)\b",
        re.IGNORECASE,
    ),
    "advice.asks_health_number": re.compile(
        r"\b(?:health (?:card|insurance|number|ID)|health[- ]card|OHIP|RAMQ|NAM|medicare number|social insurance"
        r"|assurance[- ]maladie|assurance sociale|carte santé|carte[- ]soleil|numéro de dossier|file number"
        r"|chart number|medical record number)\b",
        re.IGNORECASE,
    ),
}
# What our templates leave to be written.
_TO_WRITE = re.compile(r"\((?:write|écrivez)\b", re.IGNORECASE)
_REGION = re.compile(r"\br[ée]gions?\b", re.IGNORECASE)


def advise(survey: Survey, targets: Mapping[str, int] | None = None) -> tuple[Problem, ...]:
    """Return the advice about a survey; `targets` are the people hoped for in each group, by its code.

    Codes: advice.many_questions (count, most), advice.long (minutes, most), advice.no_consent,
    advice.wide_matrix (count, most), advice.long_ranking (count, most), advice.sensitive_without_way_out,
    advice.to_write, advice.asks_name (language), advice.asks_health_number (language),
    advice.small_group (group, regions, target).
    """
    return tuple(_walk(survey, targets or {}))


def _walk(survey: Survey, targets: Mapping[str, int]) -> Iterator[Problem]:
    asked = sum(is_answered(question) for question in survey.questions)
    if asked > MOST_QUESTIONS:
        yield Problem("advice.many_questions", "", {"count": asked, "most": MOST_QUESTIONS})
    low, high = estimate_minutes(survey)
    if (low + high) / 2 > MOST_MINUTES:
        yield Problem("advice.long", "", {"minutes": (low + high) // 2, "most": MOST_MINUTES})
    if survey.questions and not any(each.type == "consent" and each.required for each in survey.questions):
        yield Problem("advice.no_consent")
    for place, question in survey.walk():
        yield from _check_question(place, question)
        if _is_region(question):
            yield from _check_groups(place, question, targets)


def is_answered(question: Question) -> bool:
    """Tell whether a question counts as one: neither a consent nor a text between questions."""
    kind = QUESTION_TYPES.get(question.type)
    return question.type != "consent" and (kind is None or kind.takes_answer)


def _check_question(place: str, question: Question) -> Iterator[Problem]:
    offered = len(question.offered_choices)
    if question.rows and offered > MOST_COLUMNS:
        yield Problem("advice.wide_matrix", place, {"count": offered, "most": MOST_COLUMNS})
    if question.type == "ranking" and offered > MOST_RANKED:
        yield Problem("advice.long_ranking", place, {"count": offered, "most": MOST_RANKED})
    if question.sensitive and SpecialValue.PREFER_NOT_TO_ANSWER not in question.offers:
        yield Problem("advice.sensitive_without_way_out", place)
    if any(_TO_WRITE.search(text) for text in _texts(question)):
        yield Problem("advice.to_write", place)
    if question.type == "consent":
        return
    for code, pattern in _ASKS.items():
        for language in ("en", "fr"):
            texts = (question.text.get(language), question.help.get(language))
            if any(_asks(pattern, text) for text in texts):
                yield Problem(code, place, {"language": language})


def _texts(question: Question) -> Iterator[str]:
    labels = (each.label for each in (*question.offered_choices, *question.rows))
    for text in (question.text, question.help, *labels):
        yield from (text.en, text.fr)


def _asks(pattern: re.Pattern[str], text: str) -> bool:
    return any(not re.search(_NOT, text[: found.start()], re.IGNORECASE) for found in pattern.finditer(text))


def _is_region(question: Question) -> bool:
    return question.type == "single_choice" and bool(
        question.code.startswith("region") or _REGION.search(question.text.en) or _REGION.search(question.text.fr)
    )


def _check_groups(place: str, question: Question, targets: Mapping[str, int]) -> Iterator[Problem]:
    regions = len(question.offered_choices)
    for group, target in targets.items():
        if regions > 1 and 0 < target < LEAST_PEOPLE * regions:
            yield Problem("advice.small_group", place, {"group": group, "regions": regions, "target": target})
