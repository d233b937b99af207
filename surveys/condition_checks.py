"""What is wrong with the conditions of a survey, found before it is published."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from surveys.condition_domains import WORDS, Possibilities, selectable_codes, whole_codes
from surveys.condition_values import read_scalar
from surveys.conditions import (
    COMPARISONS,
    Call,
    Literal,
    Node,
    Operation,
    Reference,
    parse,
    questions_in,
    references,
    walk,
)
from surveys.definition import Question, Section, Survey
from surveys.problems import Problem, SurveyError
from surveys.question_type import SpecialValue
from surveys.question_types import QUESTION_TYPES

_TEXTS: Final = frozenset({"short_text", "long_text", "date"})
_SPECIALS: Final = frozenset(map(str, SpecialValue))


@dataclass(frozen=True)
class _Conditioned:
    """A condition, where it stands, which questions come before it, and the conditions around it.

    `own` is the question that it shows, if it is about one.
    """

    text: str
    place: str
    earlier: frozenset[str]
    own: str = ""
    around: tuple[str, ...] = ()


def check_conditions(survey: Survey) -> Iterator[Problem]:
    """Yield what is wrong with the conditions and the checks of a survey.

    Codes: condition.syntax (position), condition.unknown_function (position, name), condition.too_complex,
    condition.unknown_question (question), condition.unknown_choice (question, choice), condition.forward (question),
    condition.loop (question), condition.never, condition.compares_text_with_number (question),
    condition.on_first_page, condition.no_question.
    """
    possible = Possibilities(survey)
    for each in _walk(survey):
        yield from _check(survey, each, possible)
    yield from _check_first_page(survey)
    for at, check in enumerate(survey.checks):
        place = f"checks[{at}].condition"
        everything = frozenset(question.code for question in survey.questions)
        problems = list(_check(survey, _Conditioned(check.condition, place, everything), possible))
        if not problems and not questions_in(check.condition):
            problems = [Problem("condition.no_question", place)]
        yield from problems


def _walk(survey: Survey) -> Iterator[_Conditioned]:
    """Yield every condition of a survey that shows something."""
    earlier: set[str] = set()
    for at, section in enumerate(survey.sections):
        place = f"sections[{at}]"
        if section.show_if:
            yield _Conditioned(section.show_if, f"{place}.show_if", frozenset(earlier))
        for number, question in enumerate(section.questions):
            yield from _walk_question(section, question, f"{place}.questions[{number}]", frozenset(earlier))
            earlier.add(question.code)


def _walk_question(section: Section, question: Question, place: str, earlier: frozenset[str]) -> Iterator[_Conditioned]:
    if question.show_if:
        yield _Conditioned(question.show_if, f"{place}.show_if", earlier, question.code, (section.show_if,))
    around = (section.show_if, question.show_if)
    for name, listed in (("choices", question.choices), ("rows", question.rows)):
        for at, choice in enumerate(listed):
            if choice.show_if:
                yield _Conditioned(choice.show_if, f"{place}.{name}[{at}].show_if", earlier, question.code, around)


def _check_first_page(survey: Survey) -> Iterator[Problem]:
    """Refuse conditions in a first section of consents: it stands on the page before anything was answered."""
    first = survey.sections[0] if survey.sections else None
    is_asked_first = first and first.questions and all(each.type == "consent" for each in first.questions)
    for at, question in enumerate(first.questions if first and is_asked_first else ()):
        if question.show_if:
            yield Problem("condition.on_first_page", f"sections[0].questions[{at}].show_if")


def _check(survey: Survey, condition: _Conditioned, possible: Possibilities) -> Iterator[Problem]:
    try:
        node = parse(condition.text)
    except SurveyError as error:
        yield from (Problem(each.code, condition.place, each.values) for each in error.problems)
        return
    problems = [*_check_order(survey, node, condition), *_check_meaning(survey, node, condition.place)]
    if (
        not problems
        and not possible.can_hold([*condition.around, condition.text])
        and possible.can_hold(condition.around)
    ):
        problems = [Problem("condition.never", condition.place)]
    yield from problems


def _check_order(survey: Survey, node: Node, condition: _Conditioned) -> Iterator[Problem]:
    """Report each question that is not there, or comes too late, once."""
    for code in dict.fromkeys(each.question for each in references(node)):
        question = survey.find_question(code)
        kind = QUESTION_TYPES.get(question.type) if question else None
        if question is None or (kind and not kind.takes_answer):
            yield Problem("condition.unknown_question", condition.place, {"question": code})
        elif code not in condition.earlier:
            is_loop = bool(condition.own) and condition.own in _behind(survey, code)
            problem = "condition.loop" if is_loop else "condition.forward"
            yield Problem(problem, condition.place, {"question": code})


def _behind(survey: Survey, code: str) -> set[str]:
    """Return a question and all that decides whether it is shown."""
    guards = {
        question.code: (section.show_if, question.show_if)
        for section in survey.sections
        for question in section.questions
    }
    found: set[str] = set()
    waiting = [code]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += [named for guard in guards.get(each, ()) for named in questions_in(guard)]
    return found


def _check_meaning(survey: Survey, node: Node, place: str) -> Iterator[Problem]:
    for each in walk(node):
        if isinstance(each, Reference):
            yield from _check_part(survey, each, place)
        elif isinstance(each, Call) and each.name == "selected":
            yield from _check_selected(survey, each, place)
        elif isinstance(each, Operation) and each.operator in COMPARISONS:
            yield from _check_comparison(survey, each.left, each.right, place)
            yield from _check_comparison(survey, each.right, each.left, place)


def _check_part(survey: Survey, node: Reference, place: str) -> Iterator[Problem]:
    question = survey.find_question(node.question)
    if question and question.type in QUESTION_TYPES and _has_no_such_part(question, node.part):
        yield Problem("condition.unknown_choice", place, {"question": question.code, "choice": node.part[:60]})


def _has_no_such_part(question: Question, part: str) -> bool:
    return bool(part) and part not in QUESTION_TYPES[question.type].parts(question)


def _check_selected(survey: Survey, node: Call, place: str) -> Iterator[Problem]:
    asked, chosen = node.arguments
    question = survey.find_question(asked.question) if isinstance(asked, Reference) else None
    if question is None or not isinstance(chosen, Literal) or question.type not in QUESTION_TYPES:
        return
    if chosen.value not in selectable_codes(question):
        values: dict[str, str | int] = {"question": question.code, "choice": str(chosen.value)[:60]}
        yield Problem("condition.unknown_choice", place, values)


def _check_comparison(survey: Survey, asked: Node, given: Node, place: str) -> Iterator[Problem]:
    """Report a choice that the question does not have, and a number where it has texts or the reverse."""
    question = survey.find_question(asked.question) if isinstance(asked, Reference) else None
    if question is None or not isinstance(asked, Reference) or not isinstance(given, Literal) or given.value == "":
        return
    if question.type not in QUESTION_TYPES or _has_no_such_part(question, asked.part):
        return
    is_number = isinstance(given.value, Fraction) or isinstance(read_scalar(given.value), Fraction)
    codes = _codes(question, asked.part)
    wants_number = _wants_number(question, asked.part, codes)
    if wants_number is not None and wants_number != is_number and not _is_special(question, given):
        yield Problem("condition.compares_text_with_number", place, {"question": question.code})
    elif codes and isinstance(given.value, str) and given.value not in codes:
        values: dict[str, str | int] = {"question": question.code, "choice": given.value[:60]}
        yield Problem("condition.unknown_choice", place, values)


def _codes(question: Question, part: str) -> frozenset[str] | None:
    kind = QUESTION_TYPES[question.type]
    if not part:
        return whole_codes(question)
    return frozenset(kind.cell_labels(question, part, "en", WORDS)) or None


def _is_special(question: Question, given: Literal) -> bool:
    return given.value in question.offers


def _wants_number(question: Question, part: str, codes: frozenset[str] | None) -> bool | None:
    """Tell whether a cell holds numbers; None where it may hold both."""
    if codes:
        kinds = {isinstance(read_scalar(code), Fraction) for code in codes if code not in _SPECIALS}
        return kinds.pop() if len(kinds) == 1 else None
    if question.type in _TEXTS or (not part and "" not in QUESTION_TYPES[question.type].parts(question)):
        return False
    return None if part == "other" else True
