"""The JSON of a survey: every fault of shape is found and named by its place."""

import json

import pytest

from surveys.definition import dump_survey
from surveys.definition_reader import load_survey
from surveys.problems import SurveyError

_GOOD = {
    "format": 1,
    "code": "plan",
    "title": {"en": "Plan", "fr": "Plan"},
    "sections": [
        {
            "code": "first",
            "title": {"en": "First", "fr": "Premier"},
            "questions": [
                {
                    "code": "region",
                    "type": "single_choice",
                    "text": {"en": "Where?", "fr": "Où?"},
                    "required": True,
                    "settings": {"has_other": True},
                    "choices": [
                        {"code": "hills", "label": {"en": "Hills", "fr": "Collines"}},
                        {"code": "port", "label": {"en": "Port", "fr": "Port"}, "retired": True},
                    ],
                }
            ],
        }
    ],
}


def _problems(text: str) -> list[tuple[str, str]]:
    with pytest.raises(SurveyError) as caught:
        load_survey(text)
    return [(problem.code, problem.place) for problem in caught.value.problems]


def _changed(*path, value) -> str:
    survey = json.loads(json.dumps(_GOOD))
    node = survey
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return json.dumps(survey)


def test_canonical_text_comes_back_byte_for_byte():
    canonical = json.dumps(_GOOD, ensure_ascii=False, indent=2) + "\n"
    assert dump_survey(load_survey(canonical)) == canonical


def test_the_order_of_keys_and_a_byte_order_mark_do_not_matter():
    shuffled = "\ufeff" + json.dumps(_GOOD, sort_keys=True)
    assert load_survey(shuffled) == load_survey(json.dumps(_GOOD))


def test_what_was_read_is_what_was_written():
    (question,) = load_survey(json.dumps(_GOOD)).questions
    assert (question.code, question.required, question.flag("has_other")) == ("region", True, True)
    assert [choice.code for choice in question.offered_choices] == ["hills"]


_QUESTION = ("sections", 0, "questions", 0)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("colour",), 1, ("definition.unknown_key", "colour")),
        ((*_QUESTION, "hint"), "", ("definition.unknown_key", "sections[0].questions[0].hint")),
        (
            (*_QUESTION, "choices", 1, "labels"),
            {},
            ("definition.unknown_key", "sections[0].questions[0].choices[1].labels"),
        ),
        (("title",), "Plan", ("definition.wrong_type", "title")),
        (("title",), {"de": "Plan"}, ("definition.wrong_type", "title")),
        (("title",), {"en": "a\ud800"}, ("definition.wrong_type", "title")),
        (("sections", 0), None, ("definition.wrong_type", "sections[0]")),
        ((*_QUESTION, "required"), 1, ("definition.wrong_type", "sections[0].questions[0].required")),
        ((*_QUESTION, "offers"), [1], ("definition.wrong_type", "sections[0].questions[0].offers")),
        (
            (*_QUESTION, "settings"),
            {"points": 1.5},
            ("definition.wrong_type", "sections[0].questions[0].settings.points"),
        ),
    ],
)
def test_a_fault_of_shape_names_its_place(path, value, expected):
    assert _problems(_changed(*path, value=value)) == [expected]


def test_every_fault_is_found_at_once():
    survey = json.loads(json.dumps(_GOOD))
    del survey["code"], survey["sections"][0]["questions"][0]["choices"][0]["label"]
    assert _problems(json.dumps(survey)) == [
        ("definition.missing_key", "code"),
        ("definition.missing_key", "sections[0].questions[0].choices[0].label"),
    ]


def test_another_format_is_refused_before_anything_else():
    assert _problems(_changed("format", value=2)) == [("definition.format", "format")]
    assert _problems('{"code": "plan"}') == [("definition.format", "format")]


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", '{"format": NaN}', "[" * 100_000, "1" * 10_000])
def test_what_is_not_json_is_refused(text):
    assert _problems(text) == [("definition.not_json", "")]


def test_json_that_is_no_survey_is_refused():
    assert _problems("[]")[0] == ("definition.wrong_type", "")
    assert _problems('{"format": 1, "format": 1}') == [("definition.repeated_key", "")]
