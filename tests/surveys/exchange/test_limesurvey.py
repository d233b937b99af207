"""A LimeSurvey questionnaire, from either of its formats: carried over alike, with everything left out named."""

import pytest

from surveys.definition import Question, dump_survey
from surveys.definition_reader import load_survey
from surveys.exchange.imported import ImportedSurvey
from surveys.exchange.limesurvey_relevance import Variable, translate
from surveys.exchange.survey_import import read_survey_file
from surveys.localised import Localised
from surveys.problems import SurveyError
from tests.surveys.exchange.limesurvey_samples import new_layout, old_layout, tab_separated

LAYOUTS = {"survey.lss": new_layout, "old.lss": old_layout, "survey.txt": tab_separated}


@pytest.fixture(params=LAYOUTS)
def read(request) -> ImportedSurvey:
    return read_survey_file(LAYOUTS[request.param](), request.param)


def asked(read: ImportedSurvey, code: str) -> Question:
    found = read.survey.find_question(code)
    assert found is not None
    return found


def test_the_questions_come_over_in_both_languages(read):
    survey = read.survey
    assert (survey.title, survey.introduction.fr) == (Localised("Our survey", "Notre questionnaire"), "Bonjour")
    sections = [
        (each.code, each.title.fr, [(one.code, one.type) for one in each.questions]) for each in survey.sections
    ]
    assert sections == [
        ("you", "Vous", [("q1", "single_choice"), ("q2", "several_choices"), ("age", "number")]),
        (
            *("more", "Plus"),
            [("q4", "matrix"), ("q5", "points"), ("q6", "ranking"), ("q8", "yes_no"), ("q9", "text_block")],
        ),
    ]
    assert load_survey(dump_survey(survey)) == survey


def test_choices_rows_and_settings_come_over(read):
    first, needs, age = (asked(read, code) for code in ("q1", "q2", "age"))
    assert (first.text, first.required, first.random_order) == (Localised("Who are you?", "Qui êtes-vous?"), True, True)
    assert [(each.code, each.label.fr) for each in first.choices] == [("a1", "Proche aidante"), ("a2", "Citoyenne")]
    assert first.label("other_label") == Localised("Somebody else", "Quelqu’un d’autre")
    assert [(each.code, each.exclusive) for each in needs.choices] == [("sq001", False), ("none", True)]
    assert (dict(needs.settings), dict(age.settings)) == ({"maximum": 2}, {"maximum": 120})
    matrix = asked(read, "q4")
    assert matrix.text == Localised("How much?", "À quel point?")
    assert [(row.code, row.label) for row in matrix.rows] == [("tea", Localised("Tea & milk", "Thé et lait"))]
    assert dict(asked(read, "q5").settings) == {"total": 10}
    assert (dict(asked(read, "q6").settings), len(asked(read, "q6").choices)) == ({"maximum": 1}, 2)


def test_simple_relevance_becomes_a_condition(read):
    assert asked(read, "q2").show_if == "((${q1} = 'a1'))"
    assert asked(read, "age").show_if == "selected(${q2}, 'sq001') and ${q1} != ''"
    assert asked(read, "q5").show_if == "${q4.tea} = 'b2'"
    assert asked(read, "q9").show_if == "${q8} = 'yes'"
    assert asked(read, "q4").show_if == ""  # it counts, and is named below


def test_everything_left_out_is_named(read):
    said = {(notice.code, notice.place) for notice in read.notices}
    assert said - {("limesurvey.part_left_out", "")} == {
        ("import.language_left_out", ""),
        ("import.markup", "Q4"),
        ("import.codes_lowered", ""),
        ("limesurvey.attribute_left_out", "Age"),
        ("limesurvey.expression_left_out", "Age"),
        ("limesurvey.condition_left_out", "Q4"),
        ("limesurvey.type_left_out", "Q7"),
        ("limesurvey.soft_mandatory", "Q8"),
    }


@pytest.mark.parametrize(
    ("equation", "condition"),
    [
        ("1", ""),
        ("", ""),
        ("{Q == 'A1'}", "${q} = 'a1'"),
        ("'A1' != Q.NAOK", "${q} != 'a1'"),
        ("3 <= N.value or !(N == 2)", "${n} >= 3 or not((${n} = '2'))"),
        ("is_empty(M_x) and M_y != 'Y'", "not(selected(${m}, 'x')) and not(selected(${m}, 'y'))"),
        ("Q == 'nothing of ours'", None),
        ("count(M) > 1", None),
        ("Q == N", None),
        ("unknown == 'A1'", None),
        ("Q == 'A1' garbage", None),
        ("(" * 3000, None),
        ("!" * 3000 + "Q", None),
        ("Q == '" + "a" * 5000 + "'", None),
    ],
)
def test_an_equation_means_the_same_or_is_left_out(equation, condition):
    variables = {
        **{"Q": Variable("q", {"A1": "a1"}), "N": Variable("n")},
        **{"M_x": Variable("m", choice="x"), "M_y": Variable("m", choice="y")},
    }
    assert translate(equation, variables) == condition


_BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><document>&b;</document>'
_FILE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]><document>&a;</document>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_BOMB, "limesurvey.unsafe_xml"),
        (_FILE, "limesurvey.unsafe_xml"),
        ("<document>", "limesurvey.bad_xml"),
        ("<document/>", "limesurvey.not_a_survey"),
        ("<html></html>", "limesurvey.not_a_survey"),
        ("<a>" * 100_000, "limesurvey.bad_xml"),
        ("<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>", "limesurvey.no_questions"),
        ("class\ttype/scale\tname\ttext\nQ\tL\tq\tWho?", "limesurvey.no_questions"),
    ],
)
def test_a_file_that_is_no_questionnaire_or_means_harm_is_refused(content, code):
    with pytest.raises(SurveyError) as caught:
        read_survey_file(content.encode(), "survey.lss")
    assert [(each.code, each.place) for each in caught.value.problems] == [(code, "survey.lss")]
