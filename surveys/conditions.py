"""Conditions: "show this when…", in the part of XLSForm's expressions that people know.

| what | how |
|---|---|
| an answer, or a part of one | ``${role}``, ``${needs.transport}`` (parts are those of the export columns) |
| a text, a number | ``'caregiver'``, ``"caregiver"``, ``3``, ``2.5`` |
| compare | ``=  !=  <  <=  >  >=`` |
| join | ``and``, ``or``, ``not(…)`` |
| count | ``+  -  *  div  mod`` |
| functions | ``selected(${needs}, 'transport')``, ``count-selected(${needs})``, ``if(…, …, …)``, ``coalesce(…, …)``, |
| | ``true()``, ``false()`` |

`parse` turns the text into a small tree; condition_values.py says what it amounts to for somebody's answers,
condition_checks.py finds what cannot be meant, condition_parts.py writes and reads the simple ones for the builder.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final, TypeAlias

from surveys.problems import SurveyError

LONGEST: Final = 4000  # characters
MOST_NODES: Final = 250
DEEPEST: Final = 40  # a tree is walked by functions that call themselves
COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")

# How many arguments each function takes.
FUNCTIONS: Final = {
    "not": 1,
    "selected": 2,
    "count-selected": 1,
    "if": 3,
    "coalesce": 2,
    "true": 0,
    "false": 0,
}

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<reference>\$\{\s*(?P<question>[A-Za-z_][A-Za-z0-9_]*)(?P<part>(?:\.[A-Za-z0-9_]+)*)\s*\})
    | (?P<number>\d{1,15}(?:\.\d{1,15})?)
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<name>[A-Za-z][A-Za-z-]*)
    | (?P<sign><=|>=|!=|[=<>+*(),-])
    )""",
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True)
class Literal:
    """A text or a number that the condition gives; `at` is where it stands, from 0, as in every node."""

    value: str | Fraction
    at: int


@dataclass(frozen=True)
class Reference:
    """What was answered to a question, or to a part of it ('' is the whole)."""

    question: str
    part: str
    at: int


@dataclass(frozen=True)
class Call:
    """A function of FUNCTIONS with its arguments."""

    name: str
    arguments: tuple["Node", ...]
    at: int


@dataclass(frozen=True)
class Operation:
    """Two nodes compared (COMPARISONS) or reckoned with (+ - * div mod)."""

    operator: str
    left: "Node"
    right: "Node"
    at: int


@dataclass(frozen=True)
class Junction:
    """Two nodes or more, joined by "and" or by "or"."""

    operator: str
    parts: tuple["Node", ...]
    at: int


Node: TypeAlias = Literal | Reference | Call | Operation | Junction


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int
    part: str = ""


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Return the tree of a condition.

    Raises `SurveyError`: condition.syntax (position, from 1), condition.unknown_function (position, name),
    condition.too_complex.
    """
    if len(text) > LONGEST:
        raise SurveyError.of("condition.too_complex")
    return _Parser(_tokens(text), len(text)).read_all()


def children(node: Node) -> tuple[Node, ...]:
    """Return what a node is made of."""
    if isinstance(node, Call):
        return node.arguments
    if isinstance(node, Operation):
        return node.left, node.right
    return node.parts if isinstance(node, Junction) else ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, in the order of the text."""
    yield node
    for child in children(node):
        yield from walk(child)


def references(node: Node) -> tuple[Reference, ...]:
    """Return every reference to an answer, in the order of the text."""
    return tuple(each for each in walk(node) if isinstance(each, Reference))


def questions_in(text: str) -> frozenset[str]:
    """Return the codes of the questions that a condition names; none where it cannot be read."""
    if not text:
        return frozenset()
    try:
        return frozenset(each.question for each in references(parse(text)))
    except SurveyError:
        return frozenset()


def _syntax(at: int) -> SurveyError:
    return SurveyError.of("condition.syntax", "", position=at + 1)


def _tokens(text: str) -> list[_Token]:
    found = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise _syntax(at + len(text[at:]) - len(text[at:].lstrip()))
        at = match.end()
        kind = next(name for name in ("reference", "number", "text", "name", "sign") if match[name] is not None)
        if kind == "reference":
            found.append(_Token(kind, match["question"], match.start(kind), match["part"][1:]))
        else:
            found.append(_Token(kind, match[kind], match.start(kind)))
    return found


class _Parser:
    """Reads tokens from left to right, one method for each strength of binding, the weakest first."""

    def __init__(self, tokens: list[_Token], length: int) -> None:
        self.tokens, self.length = tokens, length
        self.place, self.depth, self.nodes = 0, 0, 0

    def read_all(self) -> Node:
        """Return the tree of all the tokens."""
        node = self._either()
        if self.place < len(self.tokens):
            raise _syntax(self.tokens[self.place].at)
        return node

    def _next(self, *texts: str, kinds: tuple[str, ...] = ("sign", "name")) -> _Token | None:
        """Take the next token if it is one of these."""
        if self.place < len(self.tokens):
            token = self.tokens[self.place]
            if token.kind in kinds and token.text in texts:
                self.place += 1
                return token
        return None

    def _expect(self, text: str) -> None:
        if self._next(text) is None:
            raise _syntax(self._here())

    def _here(self) -> int:
        return self.tokens[self.place].at if self.place < len(self.tokens) else self.length

    def _made(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise SurveyError.of("condition.too_complex")
        return node

    def _either(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise SurveyError.of("condition.too_complex")
        at, parts = self._here(), [self._all()]
        while self._next("or"):
            parts.append(self._all())
        self.depth -= 1
        return self._made(Junction("or", tuple(parts), at)) if len(parts) > 1 else parts[0]

    def _all(self) -> Node:
        at, parts = self._here(), [self._comparison()]
        while self._next("and"):
            parts.append(self._comparison())
        return self._made(Junction("and", tuple(parts), at)) if len(parts) > 1 else parts[0]

    def _comparison(self) -> Node:
        left = self._sum()
        if operator := self._next(*COMPARISONS):
            return self._made(Operation(operator.text, left, self._sum(), operator.at))
        return left

    def _sum(self) -> Node:
        return self._chain(self._product, "+", "-")

    def _product(self) -> Node:
        return self._chain(self._signed, "*", "div", "mod")

    def _chain(self, read: Callable[[], Node], *operators: str) -> Node:
        """Return what operators of one strength join, from left to right; as deep as it is long."""
        node = read()
        count = 0
        while operator := self._next(*operators):
            count += 1
            if count > DEEPEST:
                raise SurveyError.of("condition.too_complex")
            node = self._made(Operation(operator.text, node, read(), operator.at))
        return node

    def _signed(self) -> Node:
        if sign := self._next("-"):
            return self._made(Operation("-", Literal(Fraction(0), sign.at), self._single(), sign.at))
        return self._single()

    def _single(self) -> Node:
        if self.place >= len(self.tokens):
            raise _syntax(self.length)
        token = self.tokens[self.place]
        self.place += 1
        if token.kind == "number":
            return self._made(Literal(Fraction(token.text), token.at))
        if token.kind == "text":
            return self._made(Literal(token.text[1:-1], token.at))
        if token.kind == "reference":
            return self._made(Reference(token.text, token.part, token.at))
        if token.kind == "name":
            return self._call(token)
        if token.text != "(":
            raise _syntax(token.at)
        node = self._either()
        self._expect(")")
        return node

    def _call(self, name: _Token) -> Node:
        if self.place >= len(self.tokens) or self.tokens[self.place].text != "(" or name.text in ("and", "or"):
            raise _syntax(name.at)
        if name.text not in FUNCTIONS:
            raise SurveyError.of("condition.unknown_function", "", position=name.at + 1, name=name.text[:40])
        self._expect("(")
        arguments: list[Node] = []
        if not self._next(")"):
            arguments.append(self._either())
            while self._next(","):
                arguments.append(self._either())
            self._expect(")")
        if not _is_shaped(name.text, arguments):
            raise _syntax(name.at)
        return self._made(Call(name.text, tuple(arguments), name.at))


def _is_shaped(name: str, arguments: list[Node]) -> bool:
    """Tell whether a function has as many arguments as it takes, and of its kind."""
    if len(arguments) != FUNCTIONS[name]:
        return False
    if name not in ("selected", "count-selected"):
        return True
    asked, *chosen = arguments
    is_whole = isinstance(asked, Reference) and not asked.part
    return is_whole and all(isinstance(each, Literal) and isinstance(each.value, str) for each in chosen)
