"""Conditions in the syntax of XLSForm: cut into tokens, and written again with other codes.

Only what Consult can evaluate is let through (see conditions.py): anything else gives None, and the caller names it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

LONGEST = 4_000  # characters of a condition
FUNCTIONS = frozenset({"selected", "count-selected", "not", "coalesce", "if", "true", "false"})
_WORDS = frozenset({"and", "or", "div", "mod"})
_TOKEN = re.compile(
    r"\s*(?:(?P<ref>\$\{\s*[^{}\s]+\s*\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_\-]*)|(?P<self>\.)|(?P<sign><=|>=|!=|=|<|>|\+|-|\*|\(|\)|,))"
)
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
Find: TypeAlias = Callable[[str], str | None]  # the reference that stands for another, None where nothing does


@dataclass(frozen=True)
class Token:
    """A piece of an expression; `kind` is ref, text, number, name, self or sign, `text` what it says, unquoted."""

    kind: str
    text: str

    def write(self) -> str:
        """Return the piece as it is written."""
        if self.kind == "ref":
            return f"${{{self.text}}}"
        if self.kind == "text":
            return f'"{self.text}"' if "'" in self.text else f"'{self.text}'"
        return self.text


_OPEN, _CLOSE, _COMMA = Token("sign", "("), Token("sign", ")"), Token("sign", ",")


def tokenise(expression: str) -> list[Token] | None:
    """Return the pieces of an expression; None where a sign is not known or the expression is endless."""
    if len(expression) > LONGEST:
        return None
    tokens: list[Token] = []
    at, text = 0, expression.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            return None
        raw = found[found.lastgroup]
        said = {"ref": raw[2:-1].strip(), "text": raw[1:-1]}.get(found.lastgroup, raw)
        tokens.append(Token(found.lastgroup, said))
        at = found.end()
    return tokens


def write(tokens: list[Token]) -> str:
    """Return tokens as a condition, in one way of writing it."""
    written: list[str] = []
    for at, token in enumerate(tokens):
        is_tight = at == 0 or token in (_CLOSE, _COMMA) or tokens[at - 1] == _OPEN or _opens_call(tokens, at)
        written += [token.write()] if is_tight else [" ", token.write()]
    return "".join(written)


def _opens_call(tokens: list[Token], at: int) -> bool:
    return tokens[at] == _OPEN and tokens[at - 1].kind == "name" and tokens[at - 1].text not in _WORDS


def rewrite(
    expression: str, find: Find, choices: Mapping[str, Mapping[str, str]], itself: str | None = None
) -> str | None:
    """Return an expression with other codes; None where it says something that cannot be carried over.

    `find` gives the new reference of an old one; `choices`, by old reference, the new code of each choice;
    `itself` is what ``.`` stands for, as an old reference.
    """
    tokens = tokenise(expression)
    if not tokens or not is_balanced(tokens):
        return None
    tokens = [Token("ref", itself) if token.kind == "self" and itself else token for token in tokens]
    if not all(_is_known(token, at, tokens) for at, token in enumerate(tokens)):
        return None
    new: list[Token] = []
    for at, token in enumerate(tokens):
        if token.kind == "ref":
            reference = find(token.text)
            if reference is None:
                return None
            new.append(Token("ref", reference))
            continue
        owner = _owner(tokens, at) if token.kind in {"text", "number"} else None
        renamed = choices.get(owner, {}).get(token.text) if owner else None
        new.append(Token("text", renamed) if renamed is not None else token)
    return write(new)


def _is_known(token: Token, at: int, tokens: list[Token]) -> bool:
    if token.kind == "self":
        return False
    if token.kind != "name":
        return True
    if at + 1 < len(tokens) and tokens[at + 1] == _OPEN and token.text not in _WORDS:
        return token.text in FUNCTIONS
    return token.text in _WORDS


def is_balanced(tokens: list[Token]) -> bool:
    """Return whether every bracket is closed, and not nested without end."""
    depth = 0
    for token in tokens:
        depth += (token == _OPEN) - (token == _CLOSE)
        if not 0 <= depth <= 50:
            return False
    return depth == 0


def _owner(tokens: list[Token], at: int) -> str | None:
    """Return the reference whose choice a literal names: ``${a} = 'x'``, ``'x' = ${a}``, ``selected(${a}, 'x')``."""
    for sign, other in ((at - 1, at - 2), (at + 1, at + 2)):
        if 0 <= sign < len(tokens) and 0 <= other < len(tokens):
            is_call = tokens[sign] == _COMMA and other < at and tokens[max(at - 4, 0)] == Token("name", "selected")
            if tokens[other].kind == "ref" and (tokens[sign].text in _COMPARISONS or is_call):
                return tokens[other].text
    return None


def references(expression: str) -> list[str]:
    """Return what an expression refers to, in its order; nothing where it cannot be read."""
    return [token.text for token in tokenise(expression) or [] if token.kind == "ref"]


def split_and(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield what stands between the outermost “and”s, without brackets around it; the whole where there is an “or”."""
    tokens = _unwrap(tokens)
    depth, part = 0, list[Token]()
    parts: list[list[Token]] = []
    for token in tokens:
        depth += (token == _OPEN) - (token == _CLOSE)
        if depth == 0 and token == Token("name", "or"):
            yield tokens
            return
        if depth == 0 and token == Token("name", "and"):
            parts.append(part)
            part = []
        else:
            part.append(token)
    yield from (_unwrap(each) for each in (*parts, part))


def _unwrap(tokens: list[Token]) -> list[Token]:
    """Return tokens without the brackets that enclose all of them."""
    while len(tokens) > 2 and tokens[0] == _OPEN and tokens[-1] == _CLOSE and is_balanced(tokens[1:-1]):
        tokens = tokens[1:-1]
    return tokens
