"""What a condition amounts to for somebody's answers.

*Blank.* A comparison with a blank answer is false, whatever the sign: ``${role} != 'patient'`` does not hold for
somebody who left it blank. Only ``${role} = ''`` (blank) and ``${role} != ''`` (not blank) ask about it.
Reckoning with a blank gives a blank; ``coalesce(${a}, 0)`` puts something in its place. A blank by itself is false.

*Special values* are texts: ``${role} = 'prefer_not_to_answer'``. As numbers they are blank, and none is counted.

*Choices.* ``selected`` tells whether a choice was taken, also where only one can be, and whether something was ranked;
the whole of several choices is their codes with a space between, as in XLSForm.

*Numbers.* Where both sides are numbers, or write one, they compare as numbers; otherwise as texts, which put dates
written as 2026-11-02 in their order. Which of two texts is larger is asked of such dates only.
"""

import operator as operators
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Protocol, TypeAlias

from surveys.conditions import COMPARISONS, Call, Junction, Literal, Node, Operation, Reference, parse, references
from surveys.definition import Question
from surveys.problems import SurveyError
from surveys.question_type import Value
from surveys.question_types import get_type

Scalar: TypeAlias = str | Fraction | bool | None

_ORDERS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "=": operators.eq,
    "!=": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Answers(Protocol):
    """What conditions ask about a person's answers."""

    def cell(self, question: str, part: str) -> Scalar:
        """Return the answer to a question, or to a part of it; None where it is blank."""

    def selected(self, question: str) -> tuple[str, ...]:
        """Return the codes that were chosen, or ranked, or the special value that was given."""

    def count(self, question: str) -> int:
        """Return how many were chosen; special values are none."""


@dataclass(frozen=True)
class StoredAnswers:
    """Stored values, as conditions read them, for the questions that were asked."""

    questions: Mapping[str, Question]
    values: Mapping[str, Value]

    def cell(self, question: str, part: str) -> Scalar:
        """Return the answer to a question, or to a part of it; None where it is blank."""
        asked, value = self.questions.get(question), self.values.get(question)
        if asked is None or value is None:
            return None
        if "special" in value:
            return str(value["special"]) if not part else Fraction(part == value["special"]) or None
        cells = get_type(asked).to_parts(asked, value)
        if part or "" in cells:
            return read_scalar(cells.get(part, ""))
        return " ".join(self.selected(question)) or None

    def selected(self, question: str) -> tuple[str, ...]:
        """Return the codes that were chosen, or ranked, or the special value that was given."""
        asked, value = self.questions.get(question), self.values.get(question)
        if asked is None or value is None:
            return ()
        if "special" in value:
            return (str(value["special"]),)
        cells = get_type(asked).to_parts(asked, value)
        if cells.get(""):
            return (cells[""],)
        return tuple(part for part, cell in cells.items() if part and cell not in ("", "0"))

    def count(self, question: str) -> int:
        """Return how many were chosen; special values are none."""
        return 0 if "special" in self.values.get(question, {}) else len(self.selected(question))


def read_scalar(cell: str) -> Scalar:
    """Return what a cell says: a number where it writes one, None where it is empty."""
    return Fraction(cell) if _NUMBER.fullmatch(cell) else cell or None


def is_met(condition: str, answers: Answers) -> bool:
    """Tell whether a condition holds; none, and one that cannot be read (an unpublished survey's), hides nothing."""
    if not condition:
        return True
    try:
        node = parse(condition)
    except SurveyError:
        return True
    return holds(node, answers)


def holds(node: Node, answers: Answers) -> bool:
    """Tell whether a condition holds for these answers."""
    return bool(_Evaluation(answers, on_blank=False).truth(node))


def is_broken(condition: str, answers: Answers) -> bool:
    """Tell whether a check over several answers fails; what it cannot know, for an answer is blank, does not fail."""
    try:
        node = parse(condition)
    except SurveyError:
        return False
    return bool(references(node)) and _Evaluation(answers, on_blank=None).truth(node) is False


class _Evaluation:
    """Computes nodes; `on_blank` is what a comparison with a blank gives: False, or None for "nobody knows"."""

    def __init__(self, answers: Answers, on_blank: bool | None) -> None:
        self.answers, self.on_blank = answers, on_blank

    def truth(self, node: Node) -> bool | None:
        """Return whether a node holds; None where nobody knows."""
        if isinstance(node, Junction):
            return self._join(node)
        if isinstance(node, Call) and node.name == "not":
            inside = self.truth(node.arguments[0])
            return None if inside is None else not inside
        value = self.value(node)
        if value is None:
            return self.on_blank
        return value != 0 if isinstance(value, Fraction) else bool(value)

    def _join(self, node: Junction) -> bool | None:
        decisive = node.operator == "or"
        results = [self.truth(part) for part in node.parts]
        if decisive in results:
            return decisive
        return None if None in results else not decisive

    def value(self, node: Node) -> Scalar:
        """Return what a node amounts to; None is blank."""
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Reference):
            return self.answers.cell(node.question, node.part)
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, Operation):
            return self._compare(node) if node.operator in COMPARISONS else self._reckon(node)
        return self.truth(node)

    def _call(self, node: Call) -> Scalar:
        if node.name == "selected":
            return self._is_selected(node)
        if node.name == "count-selected":
            return self._count(node)
        if node.name == "if":
            condition, yes, no = node.arguments
            is_so = self.truth(condition)
            return None if is_so is None else self.value(yes if is_so else no)
        if node.name == "coalesce":
            first, second = (self.value(each) for each in node.arguments)
            return second if first in (None, "") else first
        return self.truth(node) if node.name == "not" else node.name == "true"

    def _is_selected(self, node: Call) -> bool | None:
        asked, chosen = node.arguments
        assert isinstance(asked, Reference)  # noqa: S101 - the parser lets nothing else through
        assert isinstance(chosen, Literal)  # noqa: S101
        selected = self.answers.selected(asked.question)
        return chosen.value in selected if selected else self.on_blank

    def _count(self, node: Call) -> Fraction:
        asked = node.arguments[0]
        assert isinstance(asked, Reference)  # noqa: S101 - the parser lets nothing else through
        return Fraction(self.answers.count(asked.question))

    def _compare(self, node: Operation) -> bool | None:
        if (asked := _asks_for_blank(node)) is not None:
            is_blank = self.value(asked) in (None, "")
            return is_blank if node.operator == "=" else not is_blank
        left, right = self.value(node.left), self.value(node.right)
        if left is None or right is None:
            return self.on_blank
        return _compare(node.operator, left, right)

    def _reckon(self, node: Operation) -> Scalar:
        left, right = _as_number(self.value(node.left)), _as_number(self.value(node.right))
        if left is None or right is None:
            return None
        if node.operator in ("div", "mod"):
            if right == 0:
                return None
            # the remainder has the sign of what is divided, as in XPath
            return left / right if node.operator == "div" else left - right * int(left / right)
        return {"+": left + right, "-": left - right, "*": left * right}[node.operator]


def _asks_for_blank(node: Operation) -> Node | None:
    """Return what is compared with '', if anything is."""
    if node.operator not in ("=", "!="):
        return None
    for asked, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(other, Literal) and other.value == "":
            return asked
    return None


def _as_number(value: Scalar) -> Fraction | None:
    if isinstance(value, str):
        value = read_scalar(value.strip())
    if isinstance(value, bool):
        return Fraction(value)
    return value if isinstance(value, Fraction) else None


def _compare(operator: str, left: Scalar, right: Scalar) -> bool:
    numbers = _as_number(left), _as_number(right)
    if None not in numbers:
        return _order(operator, *numbers)
    if operator in ("=", "!="):
        is_same = isinstance(left, str) and isinstance(right, str) and left == right
        return is_same == (operator == "=")
    are_days = all(isinstance(each, str) and _DAY.fullmatch(each) for each in (left, right))
    return are_days and _order(operator, left, right)


def _order(operator: str, left: object, right: object) -> bool:
    """Compare two numbers, or two texts."""
    return bool(_ORDERS[operator](left, right))
