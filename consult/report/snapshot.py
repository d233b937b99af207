"""Contents of a report as JSON and back, and the short name that their digest gives them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from consult.report.contents import Contents
from surveys.localised import Localised

CODE_LENGTH = 12


def to_plain(value: Any) -> Any:  # noqa: ANN401 - any value of `consult.report.contents`
    """Return contents, or a part of them, as plain values for JSON."""
    if isinstance(value, Localised):
        return value.to_json()
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_plain(getattr(value, each.name)) for each in fields(value)}
    return [to_plain(each) for each in value] if isinstance(value, tuple) else value


def read_contents(plain: Mapping[str, Any]) -> Contents:
    """Return the contents that `to_plain` wrote."""
    contents: Contents = _read(Contents, plain)
    return contents


def code_of(contents: Contents) -> str:
    """Return the name of contents: the first 12 hexadecimal digits of their SHA-256; the same for the same."""
    text = json.dumps(to_plain(contents), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:CODE_LENGTH]


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, plain: Any) -> Any:  # noqa: ANN401 - by the types of the fields
    if get_origin(kind) is UnionType:
        others = [each for each in get_args(kind) if each is not NoneType]
        return None if plain is None else _read(others[0], plain)
    if kind is Localised:
        return Localised.from_json(plain)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], each) for each in plain)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], value) for name, value in plain.items() if name in hints})
    return float(plain) if kind is float else plain
