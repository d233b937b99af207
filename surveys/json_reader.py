"""Reading JSON objects that a person may have written: every problem of shape is found, each with its place."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NoReturn, TypeVar

from surveys.definition import Setting
from surveys.localised import Localised
from surveys.problems import Problem, SurveyError

_Item = TypeVar("_Item")


def parse_json(text: str) -> object:
    """Return plain JSON data; raises `SurveyError`: definition.not_json (line, column), definition.repeated_key."""
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_unique, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise SurveyError.of("definition.not_json", "", line=error.lineno, column=error.colno) from None
    except (RecursionError, ValueError):  # nested without end, NaN, or a number of thousands of digits
        raise SurveyError.of("definition.not_json", "", line=1, column=1) from None


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for key, value in pairs:
        if key in read:
            raise SurveyError.of("definition.repeated_key", "", key=key)
        read[key] = value
    return read


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("not JSON")


class ObjectReader:
    """One object of the JSON, its place, and the list where its problems go."""

    def __init__(self, value: object, place: str, problems: list[Problem]) -> None:
        self.place, self.problems = place, problems
        self.is_object = isinstance(value, dict)
        self.value: dict[str, Any] = value if isinstance(value, dict) else {}
        self._known: set[str] = set()
        if not self.is_object:
            self._add("definition.wrong_type", "", expected="object")

    def _add(self, code: str, key: str, **values: str | int) -> None:
        key = key[:60].encode("utf-8", "replace").decode()  # an unknown key may be anything
        place = f"{self.place}.{key}" if self.place and key else self.place or key
        self.problems.append(Problem(code, place, values))

    def _get(self, key: str, kind: type[_Item], expected: str, default: _Item | None) -> _Item | None:
        """Return the value, or the default with a problem noted where it is absent or of another kind."""
        self._known.add(key)
        if key not in self.value:
            if default is None and self.is_object:
                self._add("definition.missing_key", key)
            return default
        value = self.value[key]
        if type(value) is kind:
            return value
        self._add("definition.wrong_type", key, expected=expected)
        return default

    def text(self, key: str) -> str:
        """Return a text that must be there."""
        found = self._get(key, str, "text", None) or ""
        return self._storable(key, found)

    def optional_text(self, key: str) -> str | None:
        """Return a text, or None where it is absent or empty."""
        return self._storable(key, self._get(key, str, "text", "") or "") or None

    def number(self, key: str) -> int:
        """Return a whole number of at least 0; 0 where it is absent."""
        found = self._get(key, int, "number", 0) or 0
        if found < 0:
            self._add("definition.wrong_type", key, expected="number")
        return max(found, 0)

    def day(self, key: str) -> date | None:
        """Return a day written as 2026-10-18, or None where it is absent."""
        found = self._get(key, str, "2026-10-18", "")
        try:
            return date.fromisoformat(found) if found else None
        except ValueError:
            self._add("definition.wrong_type", key, expected="2026-10-18")
            return None

    def one_of(self, key: str, known: Iterable[str], default: str) -> str:
        """Return one of some known words; the default where it is absent."""
        words = list(known)
        found = self._get(key, str, ", ".join(words), default) or default
        if found not in words:
            self._add("definition.wrong_type", key, expected=", ".join(words))
            return default
        return found

    def flag(self, key: str) -> bool:
        """Return whether a key is true; absent is false."""
        return bool(self._get(key, bool, "true or false", False))

    def localised(self, key: str, is_required: bool = False) -> Localised:
        """Return a text in two languages."""
        found = self._get(key, dict, "en and fr", None if is_required else {})
        return self._localise(key, found or {})

    def _localise(self, key: str, value: object) -> Localised:
        try:
            text = Localised.from_json(value)
        except ValueError:
            self._add("definition.wrong_type", key, expected="en and fr")
            return Localised()
        self._storable(key, text.en + text.fr)
        return text

    def _storable(self, key: str, text: str) -> str:
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            self._add("definition.wrong_type", key, expected="text")
        return text

    def codes(self, key: str) -> tuple[str, ...]:
        """Return a list of codes."""
        items = self._get(key, list, "list", []) or []
        if not all(isinstance(item, str) for item in items):
            self._add("definition.wrong_type", key, expected="list of codes")
            return ()
        return tuple(self._storable(key, item) for item in items)

    def settings(self, key: str) -> tuple[tuple[str, Setting], ...]:
        """Return the settings of a question, by name."""
        found = self._get(key, dict, "object", {}) or {}
        return tuple((name, self._setting(f"{key}.{name}", found[name])) for name in sorted(found))

    def _setting(self, key: str, value: object) -> Setting:
        self._storable(key, key)
        if isinstance(value, dict):
            return self._localise(key, value)
        if isinstance(value, str):
            return self._storable(key, value)
        if isinstance(value, bool | int):
            return value
        self._add("definition.wrong_type", key, expected="number, true, text, or en and fr")
        return ""

    def items(self, key: str, read: Callable[["ObjectReader"], _Item], is_required: bool) -> tuple[_Item, ...]:
        """Return what is read from each object of a list."""
        found = self._get(key, list, "list", None if is_required else []) or []
        prefix = f"{self.place}.{key}" if self.place else key
        return tuple(read(ObjectReader(item, f"{prefix}[{at}]", self.problems)) for at, item in enumerate(found))

    def finish(self) -> None:
        """Note the keys that nobody asked for."""
        for key in self.value:
            if key not in self._known:
                self._add("definition.unknown_key", key)
