"""LimeSurvey's relevance equations as conditions of ours, where they are simple enough to mean the same."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LONGEST = 4_000
_DEEPEST = 30
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_.]*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|<|>|!|\(|\)|,))"
)
_SIGNS = {"==": "=", "eq": "=", "!=": "!=", "ne": "!=", "<": "<", "lt": "<", "<=": "<=", "le": "<="}
_SIGNS |= {">": ">", "gt": ">", ">=": ">=", "ge": ">="}
_TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SUFFIXES = (".NAOK", ".value", ".valueNAOK", ".code", ".shown")


@dataclass(frozen=True)
class Variable:
    """What a name of LimeSurvey stands for: our reference, and our code of each of its answers.

    `choice` is set for one tick of several choices: “Y” then means that it was chosen.
    """

    reference: str
    cells: Mapping[str, str] = field(default_factory=dict)
    choice: str = ""


class _CannotSayError(Exception):
    """The equation says something that a condition of ours cannot."""


def translate(equation: str, variables: Mapping[str, Variable]) -> str | None:
    """Return a condition, '' where the equation always holds, or None where it cannot be said."""
    text = equation.strip().removeprefix("{").removesuffix("}").strip()
    if text in {"", "1"}:
        return ""
    tokens = _tokenise(text)
    if tokens is None:
        return None
    try:
        parser = _Parser(tokens, variables)
        said = parser.either(0)
        return said if parser.is_done else None
    except _CannotSayError:
        return None


def _tokenise(text: str) -> list[tuple[str, str]] | None:
    tokens, at = list[tuple[str, str]](), 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None or len(text) > LONGEST:
            return None
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], variables: Mapping[str, Variable]) -> None:
        self._tokens, self._at, self._variables = tokens, 0, variables

    @property
    def is_done(self) -> bool:
        return self._at == len(self._tokens)

    def _peek(self) -> str:
        kind, text = self._tokens[self._at] if not self.is_done else ("", "")
        return "" if kind == "text" else text.lower()

    def _take(self, *wanted: str) -> bool:
        if self._peek() in wanted and not self.is_done:
            self._at += 1
            return True
        return False

    def either(self, depth: int) -> str:
        parts = [self._both(depth)]
        while self._take("||", "or"):
            parts.append(self._both(depth))
        return " or ".join(parts) if len(parts) > 1 else parts[0]

    def _both(self, depth: int) -> str:
        parts = [self._one(depth)]
        while self._take("&&", "and"):
            parts.append(self._one(depth))
        return " and ".join(parts) if len(parts) > 1 else parts[0]

    def _one(self, depth: int) -> str:
        if depth > _DEEPEST:
            raise _CannotSayError
        if self._take("!"):
            return self._is_empty(is_empty=False) if self._take("is_empty") else f"not({self._one(depth + 1)})"
        if self._take("is_empty"):
            return self._is_empty(is_empty=True)
        if self._take("("):
            inner = self.either(depth + 1)
            self._expect(")")
            return f"({inner})"
        return self._comparison()

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise _CannotSayError

    def _is_empty(self, *, is_empty: bool) -> str:
        self._expect("(")
        variable = self._operand()
        self._expect(")")
        if not isinstance(variable, Variable):
            raise _CannotSayError
        if variable.choice:
            chosen = f"selected(${{{variable.reference}}}, '{variable.choice}')"
            return f"not({chosen})" if is_empty else chosen
        return f"${{{variable.reference}}} {'=' if is_empty else '!='} ''"

    def _operand(self) -> Variable | str:
        if self.is_done:
            raise _CannotSayError
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "text":
            return text[1:-1]
        if kind == "number":
            return text
        for suffix in _SUFFIXES:
            text = text.removesuffix(suffix)
        if kind != "name" or text not in self._variables:
            raise _CannotSayError
        return self._variables[text]

    def _comparison(self) -> str:
        left = self._operand()
        sign = _SIGNS.get(self._peek())
        if sign is None:
            raise _CannotSayError
        self._at += 1
        right = self._operand()
        if isinstance(left, str) and isinstance(right, Variable):
            left, right, sign = right, left, _TURNED[sign]
        if not isinstance(left, Variable) or not isinstance(right, str):
            raise _CannotSayError
        return _compare(left, sign, right)


def _compare(variable: Variable, sign: str, literal: str) -> str:
    if variable.choice:
        if sign not in {"=", "!="} or literal not in {"Y", "N", ""}:
            raise _CannotSayError
        chosen = f"selected(${{{variable.reference}}}, '{variable.choice}')"
        return chosen if (literal == "Y") == (sign == "=") else f"not({chosen})"
    if variable.cells and literal and literal not in variable.cells:
        raise _CannotSayError
    cell = variable.cells.get(literal, literal)
    if "'" in cell:
        raise _CannotSayError
    quoted = f"'{cell}'"
    is_number = sign not in {"=", "!="} and cell.replace(".", "", 1).isdecimal()
    return f"${{{variable.reference}}} {sign} {cell if is_number else quoted}"
