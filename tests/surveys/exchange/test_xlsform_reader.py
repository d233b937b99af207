"""An XLSForm from another tool: what it says is carried over, and the rest is named with its cell."""

import pytest

from surveys.completeness import check_survey
from surveys.definition import Question, dump_survey
from surveys.definition_reader import load_survey
from surveys.exchange.imported import CHOICE_LIMIT, QUESTION_LIMIT, ImportedSurvey
from surveys.exchange.survey_import import read_survey_file
from surveys.exchange.xlsform_reader import MOST_ROWS
from surveys.localised import Localised
from surveys.problems import SurveyError
from tests.surveys.exchange.workbooks import table, workbook

WORDS = {"en": {"other": "Other", "yes": "Yes", "no": "No"}, "fr": {"other": "Autre", "yes": "Oui", "no": "Non"}}
SURVEY = table("""
type|name|LABEL en|LABEL fr|LABEL es|HINT|relevant|required|constraint|SAY en|SAY fr|appearance|parameters|choice_filter
start|started||||||||||||
begin group|About You|About you|À propos de vous|||||||||
select_one role or_other|Role|Your role?|Votre rôle?|¿Su papel?|Choose one||yes||||minimal|randomize=true|
select_multiple needs|needs|What do you need?|De quoi avez-vous besoin?||||yes|ALONE and FEW|||||region=${Role}
text|needs_other|Which?|Lesquels?|||selected(${needs}, 'other')|||||||
integer|age|Age|Âge|||${Role} = 'care giver' or selected(${needs}, '2')||. >= 18 and . <= 120|Too young|Trop jeune|||
begin_group|more|More about <b>${Role}</b>|Plus sur ${Role}|||${age} > 30||||||
text|story|Tell us|Racontez|||${started} = 'x'||string-length(.) <= 300|||multiline||
date|born|When?|Quand?|||||. <= today()|||||
end_group|||||||||||||
end group|||||||||||||
begin_group|shares|Shares|Parts||||||||||
integer|home|Home|Maison|||||||||||
integer|work|Work|Travail|||||. + ${home} = 100|They add up to 100|Le total est 100|||
begin_group|likes|How much?|À quel point?||||||||table-list||
select_one much|likes__tea|Tea|Thé||||yes||||||
select_one much|likes__milk|Milk|Lait|||${likes__tea} = 'a_lot'|yes||||||
end_group|||||||||||||
range|sure|How sure?|À quel point?|||${likes__tea} = 'a_lot'||||||start=1 end=7 step=1|
rank needs|order|Order|Ordre||||||||||
acknowledge|agree|I agree|J'accepte||||||||||
note|bye|Thanks ${needs}|Merci ${nobody}||||||||||
geopoint|where|Where?|Où?||||||||||
select_one nolist|lost|Lost|Perdue||||||||||
end_group|||||||||||||
""")
CHOICES = table("""
list_name|name|label::English (en)|label::Français (fr)|region
role|care giver|Caregiver|Proche aidante|
role|2|Citizen|Citoyenne|
needs|2|Transport|Transport|
needs|none|None|Aucun|
needs|other|Other|Autre|
needs|dont_know|No idea|Aucune idée|
much|little|Little|Peu|
much|a_lot|A lot|Beaucoup|
""")
# too wide for a line of this file
_WIDE = {
    "HINT": "hint::English (en)",
    "LABEL en": "label::English (en)",
    "LABEL fr": "label::Français (fr)",
    "LABEL es": "label::Español (es)",
    "SAY en": "constraint_message::English (en)",
    "SAY fr": "constraint_message::Français (fr)",
    "ALONE and FEW": ("not(selected(., 'none') and count-selected(.) > 1) and count-selected(.) <= 2"),
}
SURVEY = [[_WIDE.get(cell, cell) for cell in row] for row in SURVEY]
SETTINGS = table("form_title|form_id|default_language|instance_name\nOur form|Our Form|English (en)|x")


def read(survey: object = SURVEY, choices: object = CHOICES, settings: object = SETTINGS) -> ImportedSurvey:
    return read_survey_file(workbook(survey=survey, choices=choices, settings=settings), "form.xlsx", WORDS)


@pytest.fixture(scope="module")
def form() -> ImportedSurvey:
    return read()


def asked(form: ImportedSurvey, code: str) -> Question:
    found = form.survey.find_question(code)
    assert found is not None
    return found


def test_groups_are_sections_and_rows_questions(form):
    sections = [(each.code, each.title.fr, [one.code for one in each.questions]) for each in form.survey.sections]
    assert sections == [
        ("about_you", "À propos de vous", ["role", "needs", "age", "more", "story", "born"]),
        ("shares", "Parts", ["home", "work", "likes", "sure", "order", "agree", "bye"]),
    ]
    kinds = [question.type for question in form.survey.questions]
    assert kinds == [
        *("single_choice", "several_choices", "number", "text_block", "long_text", "date"),
        *("number", "number", "matrix", "scale", "ranking", "consent", "text_block"),
    ]
    assert form.survey.title == Localised("Our form", "")
    assert load_survey(dump_survey(form.survey)) == form.survey


def test_a_choice_question_keeps_other_special_values_and_limits(form):
    role, needs = asked(form, "role"), asked(form, "needs")
    assert (role.required, role.random_order, role.flag("has_other")) == (True, True, True)
    assert [choice.code for choice in role.choices] == ["care_giver", "c2"]
    assert (role.help, needs.required) == (Localised("Choose one", ""), True)
    assert needs.offers == ("dont_know",)
    assert dict(needs.settings) == {"has_other": True, "maximum": 2}
    assert [choice.code for choice in needs.choices if choice.exclusive] == ["none"]
    assert form.survey.find_question("needs_other") is None  # it asked what the “other” is


def test_conditions_follow_their_codes_and_the_groups_around_them(form):
    assert asked(form, "age").show_if == "${role} = 'care_giver' or selected(${needs}, 'c2')"
    assert dict(asked(form, "age").settings) == {"maximum": 120, "minimum": 18}
    assert asked(form, "story").show_if == "${age} > 30"  # its own condition names what is not there
    assert asked(form, "more").text == Localised("More about ${role}", "Plus sur ${role}")
    assert asked(form, "sure").show_if == "${likes.tea} = 'a_lot'"
    likes = asked(form, "likes")
    assert [(row.code, row.show_if) for row in likes.rows] == [("tea", ""), ("milk", "${likes.tea} = 'a_lot'")]
    assert asked(form, "bye").text == Localised("Thanks ${needs}", "Merci …")
    (check,) = form.survey.checks
    assert (check.condition, check.message) == (
        "${work} + ${home} = 100",
        Localised("They add up to 100", "Le total est 100"),
    )


def test_everything_left_out_is_named_with_its_cell(form):
    said = {(notice.code, notice.place) for notice in form.notices}
    assert said == {
        ("xlsform.language_left_out", "survey!E1"),
        ("xlsform.type_left_out", "survey!A2"),  # start
        ("xlsform.appearance_left_out", "survey!L4"),
        ("xlsform.cell_left_out", "survey!N5"),  # choice_filter
        ("import.special_answer", "survey!A5"),
        ("import.choices_renamed", "survey!A4"),
        ("import.choices_renamed", "survey!A5"),
        ("xlsform.specify_text", "survey!C6"),
        ("xlsform.message_left_out", "survey!J7"),
        ("import.markup", "survey!C8"),
        ("xlsform.condition_left_out", "survey!G9"),
        ("xlsform.condition_left_out", "survey!I10"),
        ("import.other_left_out", "survey!A21"),
        ("import.reference_lost", "survey!C23"),
        ("xlsform.type_left_out", "survey!A24"),  # geopoint
        ("xlsform.no_list", "survey!A25"),
        ("xlsform.cell_left_out", "settings!D2"),
        ("import.codes_lowered", ""),
        ("import.special_answer", "survey!A21"),
    }


def test_a_form_in_one_language_lets_the_builder_show_the_gaps():
    form = read(table("type|name|label\ntext|q|Que pensez-vous de la vie et des soins?"), [["list_name"]], [["a"]])
    assert asked(form, "q").text == Localised("", "Que pensez-vous de la vie et des soins?")
    assert [notice.code for notice in form.notices] == ["import.language_assumed"]
    assert ("translation.missing", "sections[0].questions[0].text") in {
        (problem.code, problem.place) for problem in check_survey(form.survey)
    }


@pytest.mark.parametrize(
    ("sheets", "code", "place"),
    [
        ({"other": [["a"]]}, "xlsform.no_survey_sheet", "form.xlsx"),
        ({"survey": [["type", "name"]]}, "xlsform.no_questions", "form.xlsx"),
        ({"survey": [["type", "name"], ["begin_group", "g"]]}, "xlsform.unclosed", "form.xlsx, survey!A2"),
        ({"survey": [["type", "name"], ["end group", ""]]}, "xlsform.nothing_to_end", "form.xlsx, survey!A2"),
        ({"survey": [["type", "name"], *[["begin_group", "g"]] * 5000]}, "xlsform.too_deep", "form.xlsx, survey!A22"),
        (
            {"survey": [["type", "name"], *(["text", f"q{at}"] for at in range(QUESTION_LIMIT + 1))]},
            "import.too_many_questions",
            "form.xlsx",
        ),
        (
            {"survey": [["type", "name"], *(["geopoint", f"q{at}"] for at in range(MOST_ROWS + 1))]},
            "import.too_many_questions",
            "form.xlsx",
        ),
        (
            {
                "survey": [["type", "name"], *(["select_one l", f"q{at}"] for at in range(100))],
                "choices": [["list_name", "name"], *(["l", f"c{at}"] for at in range(CHOICE_LIMIT // 100 + 1))],
            },
            "import.too_many_choices",
            "form.xlsx",
        ),
    ],
)
def test_a_form_that_cannot_be_read_is_refused_with_its_place(sheets, code, place):
    with pytest.raises(SurveyError) as caught:
        read_survey_file(workbook(**sheets), "form.xlsx")
    assert [(each.code, each.place) for each in caught.value.problems] == [(code, place)]
