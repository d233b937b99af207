"""Qualtrics’ display logic as conditions of ours: choices that are or are not selected, joined by and, or."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

_OPERATORS = {"Selected": True, "NotSelected": False}
_MOST = 100


@dataclass
class Chosen:
    """Our code of a question, its kind, and our code of each of its choices."""

    code: str
    kind: str = ""
    choices: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """One choice that is, or is not, selected; `joins` it to the one before with "and" or "or"."""

    question: str
    choice: str
    is_selected: bool
    joins: str


Object: TypeAlias = Mapping[str, Any]


def read_logic(logic: Object) -> list[Condition] | None:
    """Return the conditions of a display logic, None where it says something else or nests.

    The logic is an object whose keys "0", "1"… are sets of conditions, themselves objects with such keys.
    """
    sets = [value for key, value in logic.items() if str(key).isdigit()]
    if len(sets) != 1 or not isinstance(sets[0], dict):
        return None
    found: list[Condition] = []
    for key, each in sets[0].items():
        if not str(key).isdigit():
            continue
        condition = _read(each) if isinstance(each, dict) else None
        if condition is None or len(found) >= _MOST:
            return None
        found.append(condition)
    joins = {each.joins for each in found[1:]}
    return found if found and len(joins) <= 1 else None


def _read(said: Object) -> Condition | None:
    locator = said.get("ChoiceLocator") or said.get("LeftOperand")
    if said.get("LogicType") != "Question" or not isinstance(locator, str) or said.get("Operator") not in _OPERATORS:
        return None
    path = locator.removeprefix("q://").split("/")
    if len(path) != 3 or path[1] != "SelectableChoice":
        return None
    joins = str(said.get("Conjuction") or said.get("Conjunction") or "And").lower()  # their spelling
    return Condition(path[0], path[2], _OPERATORS[str(said["Operator"])], "or" if joins == "or" else "and")


def write_logic(logic: list[Condition], chosen: Mapping[str, Chosen]) -> str | None:
    """Return the condition, or None where it names what was not carried over."""
    parts = []
    for each in logic:
        question = chosen.get(each.question)
        code = question.choices.get(each.choice) if question else None
        if question is None or code is None or question.kind not in {"single_choice", "several_choices"}:
            return None
        selected = f"selected(${{{question.code}}}, '{code}')"
        parts.append(selected if each.is_selected else f"not({selected})")
    return f" {logic[-1].joins} ".join(parts)
