"""A Qualtrics file comes over as well as can be, and says what did not; a strange one is refused."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition import Survey, dump_survey
from surveys.definition_reader import load_survey
from surveys.exchange.imported import ImportedSurvey
from surveys.exchange.survey_import import read_survey_file
from surveys.localised import Localised
from surveys.problems import SurveyError


def _question(identity: str, kind: str, selector: str, text: str, **more: object) -> dict[str, object]:
    payload = {"QuestionID": identity, "QuestionType": kind, "Selector": selector, "QuestionText": text} | more
    return {"Element": "SQ", "PrimaryAttribute": identity, "Payload": payload}


def _shown(*choices: str) -> dict[str, dict[str, str]]:
    return {str(at): {"Display": text} for at, text in enumerate(choices, 1)}


_LOGIC = {
    "0": {
        "0": {
            **{"LogicType": "Question", "QuestionID": "QID1", "Operator": "Selected", "Type": "Expression"},
            "ChoiceLocator": "q://QID1/SelectableChoice/1",
        },
        "1": {
            **{"LogicType": "Question", "QuestionID": "QID1", "Operator": "NotSelected", "Conjuction": "Or"},
            "ChoiceLocator": "q://QID1/SelectableChoice/2",
        },
        "Type": "If",
    },
    "Type": "BooleanExpression",
}
FILE = {
    "SurveyEntry": {"SurveyName": "Our survey", "SurveyLanguage": "EN"},
    "SurveyElements": [
        {
            "Element": "BL",
            "Payload": [
                {
                    **{"Type": "Default", "ID": "BL_1", "Description": "You"},
                    "BlockElements": [
                        *({"Type": "Question", "QuestionID": f"QID{at}"} for at in (1, 2)),
                        {"Type": "Page Break"},
                        *({"Type": "Question", "QuestionID": f"QID{at}"} for at in (3, 4, 8)),
                    ],
                },
                {"Type": "Trash", "ID": "BL_2", "BlockElements": [{"Type": "Question", "QuestionID": "QID9"}]},
                {
                    **{"Type": "Standard", "ID": "BL_3", "Description": "More"},
                    "BlockElements": [{"Type": "Question", "QuestionID": f"QID{at}"} for at in (5, 6, 7)],
                    "Options": {"RandomizeQuestions": "RandomWithXPerPage", "Looping": "None"},
                },
            ],
        },
        {
            "Element": "FL",
            "Payload": {
                "Type": "Root",
                "Flow": [
                    {"Type": "Branch", "FlowID": "FL_2", "Flow": [{"Type": "Block", "ID": "BL_3"}]},
                    {"Type": "Block", "ID": "BL_1"},
                ],
            },
        },
        {"Element": "EM", "PrimaryAttribute": "embedded data", "Payload": {}},
        _question(
            *("QID1", "MC", "SAVR", "<div>Who are <b>you</b>?</div>"),
            DataExportTag="Role",
            Choices=_shown("Patient", "Caregiver") | {"3": {"Display": "Other", "TextEntry": "true"}},
            ChoiceOrder=["2", 1, "3"],
            Validation={"Settings": {"ForceResponse": "ON"}},
            Randomization={"Type": "All"},
            Language={
                "FR": {"QuestionText": "Qui êtes-vous?", "Choices": _shown("Patiente", "Proche")},
                "DE": {"QuestionText": "?"},
            },
        ),
        _question("QID2", "MC", "MAVR", "Needs", Choices=_shown("A", "B"), DisplayLogic=_LOGIC),
        _question("QID3", "TE", "ESTB", "Tell us, ${q://QID1/ChoiceGroup}", DataExportTag="story"),
        _question(
            "QID4", "Matrix", "Likert", "How much?", Choices=_shown("Tea", "Milk"), Answers=_shown("Little", "A lot")
        ),
        _question("QID5", "RO", "DND", "Order", Choices=_shown("X", "Y")),
        _question(
            "QID6", "CS", "HBAR", "Share", Choices=_shown("X", "Y"), Validation={"Settings": {"ChoiceTotal": "100"}}
        ),
        _question("QID7", "DB", "TB", "Thanks", DisplayLogic={"0": {"0": {"LogicType": "EmbeddedField"}}}),
        _question("QID8", "HeatMap", "Image", "Click"),
        _question("QID9", "TE", "SL", "Binned"),
    ],
}


@pytest.fixture(scope="module")
def read() -> ImportedSurvey:
    return read_survey_file(json.dumps(FILE).encode(), "survey.qsf")


def test_the_questions_come_over_in_the_order_of_the_flow(read):
    survey = read.survey
    assert survey.title == Localised("Our survey", "")
    assert [(each.code, [(one.code, one.type) for one in each.questions]) for each in survey.sections] == [
        ("more", [("qid5", "ranking"), ("qid6", "points"), ("qid7", "text_block")]),
        ("you", [("role", "single_choice"), ("qid2", "several_choices"), ("story", "long_text"), ("qid4", "matrix")]),
    ]
    role, matrix = survey.sections[1].questions[0], survey.sections[1].questions[3]
    assert role.text == Localised("Who are you?", "Qui êtes-vous?")
    assert [(each.code, each.label) for each in role.choices] == [
        ("c2", Localised("Caregiver", "Proche")),
        ("c1", Localised("Patient", "Patiente")),
    ]
    assert (role.required, role.random_order, dict(role.settings)) == (True, True, {"has_other": True})
    assert ([row.label.en for row in matrix.rows], [each.label.en for each in matrix.choices]) == (
        ["Tea", "Milk"],
        ["Little", "A lot"],
    )
    assert survey.sections[1].questions[1].show_if == "selected(${role}, 'c1') or not(selected(${role}, 'c2'))"
    assert dict(survey.sections[0].questions[1].settings) == {"total": 100}
    assert load_survey(dump_survey(survey)) == survey


def test_everything_left_out_is_named(read):
    assert {(notice.code, notice.place) for notice in read.notices} == {
        ("qualtrics.element_left_out", ""),
        ("qualtrics.flow_left_out", "FL_2"),
        ("qualtrics.block_left_out", "More"),
        ("qualtrics.not_in_flow", ""),
        ("qualtrics.logic_left_out", "QID7"),
        ("qualtrics.piping_left_out", "story"),
        ("qualtrics.type_left_out", "QID8"),
        ("import.language_left_out", "Role"),
        ("import.markup", "Role"),
        ("import.codes_lowered", ""),
    }


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda each: st.lists(each, max_size=2)
)


@settings(max_examples=40)
@given(st.data())
def test_a_file_with_anything_anywhere_is_read_or_refused(data):
    file = copy.deepcopy(FILE)
    for _ in range(data.draw(st.integers(1, 3))):
        node: object = file
        for _ in range(12):
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            key = data.draw(st.sampled_from(keys)) if keys else None
            if key is None:
                break
            if not isinstance(node[key], dict | list) or not data.draw(st.integers(0, 5)):
                node[key] = data.draw(_ANY)
                break
            node = node[key]
    survey, places = _survey_or_places(json.dumps(file).encode())
    assert all(place.startswith("survey.qsf") for place in places)
    assert survey is None or load_survey(dump_survey(survey)) == survey


def _survey_or_places(content: bytes) -> tuple[Survey | None, list[str]]:
    try:
        return read_survey_file(content, "survey.qsf").survey, []
    except SurveyError as error:
        return None, [problem.place for problem in error.problems]


@pytest.mark.parametrize("content", ['{"SurveyEntry":1,"SurveyElements":[]}', '{"SurveyEntry":{},"SurveyElements":{}}'])
def test_what_is_no_survey_is_refused(content):
    with pytest.raises(SurveyError) as caught:
        read_survey_file(content.encode(), "survey.qsf")
    assert [(each.code, each.place) for each in caught.value.problems] == [("qualtrics.not_a_survey", "survey.qsf")]
