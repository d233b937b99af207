"""What an XLSForm's constraint says that is a setting of ours: bounds, lengths, how many, what stands alone."""

import re
from dataclasses import dataclass, field
from datetime import date

from surveys.definition import Question, Setting
from surveys.exchange.expressions import Token, split_and, tokenise, write

_BOUND = re.compile(r"\. (>=|<=) (-? ?\d{1,15})")
_DAY = re.compile(r"\. (>=|<=) date\('(\d{4}-\d\d-\d\d)'\)")
_LENGTH = re.compile(r"string-length\(\.\) <= (\d{1,9})")
_COUNT = re.compile(r"count-selected\(\.\) (>=|<=) (\d{1,9})((?: or selected\(\., '[^']+'\))*)")
_ALONE = re.compile(r"not\(selected\(\., '([^']+)'\) and count-selected\(\.\) > 1\)")
_SIDES = {">=": "minimum", "<=": "maximum"}


@dataclass
class Limits:
    """Settings, names of choices that stand alone, and the conditions that are neither."""

    settings: dict[str, Setting] = field(default_factory=dict)
    exclusive: set[str] = field(default_factory=set)
    rest: list[str] = field(default_factory=list)


def read_constraint(kind: str, constraint: str) -> Limits | None:
    """Return what the constraint of a question of ours says; None where it cannot be read."""
    limits = Limits()
    if not constraint.strip():
        return limits
    tokens = tokenise(constraint)
    if tokens is None:
        return None
    for atom in split_and(tokens):
        if not _take(kind, write(atom), limits):
            limits.rest.append(_bracketed(atom))
    return limits


def _bracketed(atom: list[Token]) -> str:
    return f"({write(atom)})" if Token("name", "or") in atom else write(atom)


def _take(kind: str, atom: str, limits: Limits) -> bool:
    """Put one condition among the settings; return False where it is none."""
    if kind == "several_choices":
        if alone := _ALONE.fullmatch(atom):
            limits.exclusive.add(alone[1])
            return True
        found = _COUNT.fullmatch(atom)
    else:
        pattern = {"number": _BOUND, "date": _DAY, "short_text": _LENGTH, "long_text": _LENGTH}.get(kind)
        found = pattern.fullmatch(atom) if pattern else None
    if found is None:
        return False
    name = "maximum" if found.re is _LENGTH else _SIDES[found[1]]
    if name in limits.settings:
        return False
    value = found[1] if found.re is _LENGTH else found[2]
    if found.re is _DAY and not _is_day(value):
        return False
    limits.settings[name] = value if found.re is _DAY else int(value.replace(" ", ""))
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def write_constraint(question: Question, names: dict[str, str]) -> str:
    """Return the constraint of a question, '' where it sets no limits; `names` are those of its choices."""
    settings = dict(question.settings)
    if question.type == "several_choices":
        return " and ".join(_write_several(question, names))
    form = {
        "number": ". {sign} {value}",
        "date": ". {sign} date('{value}')",
        "short_text": "string-length(.) {sign} {value}",
        "long_text": "string-length(.) {sign} {value}",
    }.get(question.type)
    sides = [("minimum", ">=")] if question.type in {"number", "date"} else []
    written = []
    for name, sign in (*sides, ("maximum", "<=")):
        value = settings.get(name)
        if form and _can_be_said(question.type, value):
            written.append(form.format(sign=sign, value=value))
    return " and ".join(written)


def _can_be_said(kind: str, value: Setting | None) -> bool:
    """Return whether a limit is one that a form of this type understands."""
    if kind == "date":
        return isinstance(value, str) and len(value) == 10 and _is_day(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return abs(value) < 10**15 if kind == "number" else 0 <= value < 10**9


def _write_several(question: Question, names: dict[str, str]) -> list[str]:
    alone = [names[choice.code] for choice in question.choices if choice.exclusive and choice.code in names]
    alone += [offer for offer in question.offers if offer in names]
    written = [f"not(selected(., '{name}') and count-selected(.) > 1)" for name in alone]
    minimum, maximum = question.number("minimum", 1), question.number("maximum", -1)
    if minimum > 1:
        excused = "".join(f" or selected(., '{name}')" for name in alone)
        atom = f"count-selected(.) >= {minimum}{excused}"
        written.append(f"({atom})" if excused else atom)
    if maximum >= 0:
        written.append(f"count-selected(.) <= {maximum}")
    return written
