"""Reading the JSON of a survey: every problem of shape is found, each with its place."""

import json
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeVar

from surveys.definition import FORMAT, Choice, Question, Section, Setting, Survey
from surveys.localised import Localised
from surveys.problems import Problem, SurveyError

_Item = TypeVar("_Item")


def load_survey(text: str) -> Survey:
    """Read the JSON text of a survey.

    Raises `SurveyError` with every problem found: definition.not_json (line, column), definition.format,
    definition.repeated_key, definition.unknown_key, definition.missing_key, definition.wrong_type (expected).
    """
    try:
        value = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_unique, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise SurveyError.of("definition.not_json", "", line=error.lineno, column=error.colno) from None
    except (RecursionError, ValueError):  # nested without end, NaN, or a number of thousands of digits
        raise SurveyError.of("definition.not_json", "", line=1, column=1) from None
    return survey_from_json(value)


def survey_from_json(value: object) -> Survey:
    """Read a survey from plain JSON data; raises `SurveyError` as `load_survey` does."""
    problems: list[Problem] = []
    node = _Node(value, "", problems)
    if node.is_object and node.value.get("format") != FORMAT:
        raise SurveyError.of("definition.format", "format", supported=FORMAT)
    survey = _read_survey(node)
    if problems:
        raise SurveyError.from_problems(problems)
    return survey


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for key, value in pairs:
        if key in read:
            raise SurveyError.of("definition.repeated_key", "", key=key)
        read[key] = value
    return read


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("not JSON")


class _Node:
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
        found = self._get(key, str, "text", None) or ""
        return self._storable(key, found)

    def flag(self, key: str) -> bool:
        return bool(self._get(key, bool, "true or false", False))

    def localised(self, key: str, is_required: bool = False) -> Localised:
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
        items = self._get(key, list, "list", []) or []
        if not all(isinstance(item, str) for item in items):
            self._add("definition.wrong_type", key, expected="list of codes")
            return ()
        return tuple(self._storable(key, item) for item in items)

    def settings(self, key: str) -> tuple[tuple[str, Setting], ...]:
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

    def items(self, key: str, read: Callable[["_Node"], _Item], is_required: bool) -> tuple[_Item, ...]:
        found = self._get(key, list, "list", None if is_required else []) or []
        prefix = f"{self.place}.{key}" if self.place else key
        return tuple(read(_Node(item, f"{prefix}[{at}]", self.problems)) for at, item in enumerate(found))

    def finish(self) -> None:
        """Note the keys that nobody asked for."""
        for key in self.value:
            if key not in self._known:
                self._add("definition.unknown_key", key)


def _read_survey(node: _Node) -> Survey:
    node.value = {key: value for key, value in node.value.items() if key != "format"}
    survey = Survey(
        node.text("code"),
        node.localised("title", is_required=True),
        node.localised("introduction"),
        node.items("sections", _read_section, is_required=True),
    )
    node.finish()
    return survey


def _read_section(node: _Node) -> Section:
    section = Section(
        node.text("code"),
        node.localised("title", is_required=True),
        node.localised("introduction"),
        node.items("questions", _read_question, is_required=True),
    )
    node.finish()
    return section


def _read_question(node: _Node) -> Question:
    question = Question(
        code=node.text("code"),
        type=node.text("type"),
        text=node.localised("text", is_required=True),
        help=node.localised("help"),
        why=node.localised("why"),
        required=node.flag("required"),
        offers=node.codes("offers"),
        settings=node.settings("settings"),
        choices=node.items("choices", _read_choice, is_required=False),
    )
    node.finish()
    return question


def _read_choice(node: _Node) -> Choice:
    choice = Choice(
        node.text("code"),
        node.localised("label", is_required=True),
        node.flag("exclusive"),
        node.flag("retired"),
    )
    node.finish()
    return choice
