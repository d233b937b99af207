"""The JSON schema of a survey says what is written and read: every key, in its order, and no other."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import surveys.exchange
from surveys.definition import Check, Choice, Question, Section, Survey, dump_survey, survey_to_json
from surveys.definition_reader import load_survey
from surveys.localised import Localised
from surveys.problems import SurveyError
from tests.surveys.exchange.any_surveys import surveys as any_surveys

SCHEMA: dict[str, Any] = json.loads((Path(surveys.exchange.__file__).parent / "survey.schema.json").read_text("utf-8"))
_KINDS = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
_TEXT = Localised("a", "b")
_CHOICE = Choice("c", _TEXT, exclusive=True, retired=True, show_if="1")
FULL = Survey(
    *("s", _TEXT, _TEXT),
    sections=(
        Section(
            *("one", _TEXT, _TEXT),
            questions=(
                Question(
                    *("q", "matrix", _TEXT, _TEXT, _TEXT, True, ("dont_know",), (("total", 1), ("unit", _TEXT))),
                    *((_CHOICE,), (_CHOICE,), "a standard", "1", True, True),
                ),
            ),
            show_if="1",
        ),
    ),
    checks=(Check("k", "1", _TEXT),),
)


def faults(value: object, rule: dict[str, Any], place: str = "") -> list[str]:
    """Return what of a value the schema does not allow: the few words of JSON Schema that it uses."""
    rule = rule | (SCHEMA["$defs"][rule["$ref"].rpartition("/")[2]] if "$ref" in rule else {})
    if "const" in rule:
        return [] if value == rule["const"] else [place]
    if "anyOf" in rule:
        return [] if any(not faults(value, each, place) for each in rule["anyOf"]) else [place]
    if type(value) is not _KINDS[rule["type"]]:
        return [place]
    found: list[str] = []
    if isinstance(value, list):
        for at, each in enumerate(value):
            found += faults(each, rule["items"], f"{place}[{at}]")
    if isinstance(value, dict):
        found += [f"{place}.{key}" for key in rule.get("required", ()) if key not in value]
        for key, each in value.items():
            inner = rule.get("properties", {}).get(key, rule.get("additionalProperties", False))
            found += faults(each, inner, f"{place}.{key}") if inner else [f"{place}.{key}"]
    return found


def _objects(value: object, rule: dict[str, Any]) -> list[tuple[list[str], list[str]]]:
    """Return the keys that each object of a value has, and those that the schema names, in order."""
    rule = rule | (SCHEMA["$defs"][rule["$ref"].rpartition("/")[2]] if "$ref" in rule else {})
    if isinstance(value, list):
        return [pair for each in value for pair in _objects(each, rule["items"])]
    if not isinstance(value, dict) or "properties" not in rule:
        return []
    inside = [pair for key, each in value.items() for pair in _objects(each, rule["properties"][key])]
    return [(list(value), list(rule["properties"])), *inside]


def test_a_survey_that_says_everything_has_every_key_of_the_schema_in_its_order():
    written = survey_to_json(FULL)
    assert faults(written, SCHEMA) == []
    pairs = _objects(written, SCHEMA)
    assert len(pairs) == 16
    assert all(there == named for there, named in pairs)
    assert load_survey(dump_survey(FULL)) == FULL


@settings(max_examples=20)
@given(any_surveys())
def test_whatever_is_written_is_as_the_schema_says_and_byte_stable(survey):
    text = dump_survey(survey)
    assert faults(json.loads(text), SCHEMA) == []
    assert dump_survey(load_survey(text)) == text


@pytest.mark.parametrize(
    "change",
    [{"format": 2}, {"more": 1}, {"code": 1}, {"title": {"de": ""}}, {"sections": [{"code": "a"}]}, {"checks": {}}],
)
def test_the_schema_and_the_reader_refuse_the_same(change):
    changed = survey_to_json(FULL) | change
    assert faults(changed, SCHEMA)
    with pytest.raises(SurveyError):
        load_survey(json.dumps(changed))
