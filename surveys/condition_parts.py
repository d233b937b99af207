"""Conditions as lists of simple comparisons: what the builder draws as "Show when [Role] [is] [caregiver]".

`compose` writes one comparison, `join` several; `describe` reads back what they wrote, and what people wrote in the
same shape. Everything else is edited as text.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from surveys.conditions import Call, Junction, Node, Operation, Reference, parse
from surveys.conditions import Literal as Given
from surveys.problems import SurveyError

Join = Literal["and", "or"]

# The comparisons by name, and how they are written; "answered" and "blank" take no value.
_SIGNS: Final = {
    "is": "=",
    "is_not": "!=",
    "more_than": ">",
    "at_least": ">=",
    "less_than": "<",
    "at_most": "<=",
}
_NAMES: Final = {sign: name for name, sign in _SIGNS.items()}
OPERATORS: Final = (*_SIGNS, "includes", "excludes", "answered", "blank")


@dataclass(frozen=True)
class Clause:
    """One comparison of a question (or of a part of it) with a text or a number, by an operator of OPERATORS."""

    question: str
    operator: str
    value: str | Fraction = ""
    part: str = ""


@dataclass(frozen=True)
class Description:
    """Comparisons that all hold ("and"), or of which one does ("or")."""

    clauses: tuple[Clause, ...]
    joined: Join = "and"


def compose(question: str, operator: str, value: str | int | Fraction = "", part: str = "") -> str:
    """Write one comparison, such as ``${role} = 'caregiver'``; a number is written without quotation marks.

    Raises `SurveyError`: condition.unknown_operator, condition.bad_value (a text with both kinds of quotation marks,
    an empty one, or a number that has no decimal form).
    """
    if operator not in OPERATORS:
        raise SurveyError.of("condition.unknown_operator")
    asked = f"${{{question}.{part}}}" if part else f"${{{question}}}"
    if operator in ("answered", "blank"):
        return f"{asked} {'!=' if operator == 'answered' else '='} ''"
    written = _write(value)
    if operator in _SIGNS:
        return f"{asked} {_SIGNS[operator]} {written}"
    selected = f"selected({asked}, {written})"
    return selected if operator == "includes" else f"not({selected})"


def join(conditions: list[str], joined: Join = "and") -> str:
    """Write comparisons as one condition; '' where there is none."""
    return f" {joined} ".join(conditions)


def describe(condition: str) -> Description | None:
    """Return a condition as comparisons; None where it is written in another way, or cannot be read.

    An empty condition is no comparison.
    """
    if not condition.strip():
        return Description(())
    try:
        node = parse(condition)
    except SurveyError:
        return None
    joined: Join = "or" if isinstance(node, Junction) and node.operator == "or" else "and"
    clauses = [_clause(part) for part in (node.parts if isinstance(node, Junction) else (node,))]
    known = tuple(each for each in clauses if each is not None)
    return Description(known, joined) if len(known) == len(clauses) else None


def _write(value: str | int | Fraction) -> str:
    if isinstance(value, str):
        quote = '"' if "'" in value else "'"
        if not value or quote in value:
            raise SurveyError.of("condition.bad_value")
        return f"{quote}{value}{quote}"
    number = Fraction(value)
    if (number * 10**6).denominator != 1 or number < 0:
        raise SurveyError.of("condition.bad_value")
    return f"{number.numerator}" if number.denominator == 1 else f"{float(number):.6f}".rstrip("0")


def _clause(node: Node) -> Clause | None:
    if isinstance(node, Operation):
        return _comparison(node)
    if isinstance(node, Call) and node.name == "selected":
        return _selected(node, "includes")
    if isinstance(node, Call) and node.name == "not" and isinstance(node.arguments[0], Call):
        inside = node.arguments[0]
        return _selected(inside, "excludes") if inside.name == "selected" else None
    return None


def _comparison(node: Operation) -> Clause | None:
    asked, given = node.left, node.right
    if node.operator not in _NAMES or not isinstance(asked, Reference) or not isinstance(given, Given):
        return None
    if given.value == "":
        operator = {"=": "blank", "!=": "answered"}.get(node.operator)
        return Clause(asked.question, operator, part=asked.part) if operator else None
    return Clause(asked.question, _NAMES[node.operator], given.value, asked.part)


def _selected(node: Call, operator: str) -> Clause | None:
    asked, given = node.arguments
    if isinstance(asked, Reference) and isinstance(given, Given) and given.value:
        return Clause(asked.question, operator, given.value)
    return None
