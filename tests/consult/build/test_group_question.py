"""The question that gives the group: made of the consultation’s own groups, for nobody can type their codes."""

import pytest
from lxml import html

from consult.build.condition_words import say_condition
from consult.build.description_form import USUAL_GROUPS
from consult.build.group_question import offer_own_groups
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.consultation import Consultation, Group, get_consultation
from consult.record.database import unit_of_work
from consult.record.survey import list_surveys
from consult.survey_templates import TEMPLATES, read_template
from surveys.definition import Choice, Question, Section, Survey
from surveys.definition_reader import load_survey
from surveys.localised import Localised

CODE = "rivers"
GROUPS = {"groups.0.en": "Boatmen", "groups.0.fr": "Batelières et bateliers", "groups.2.en": "Family caregivers"}


@pytest.fixture
def send(app, make_account, sign_in):
    """Send back the form of a page that has a field or a button of a name, as a facilitator of no consultation."""
    make_account("new@example.org", Role.FACILITATOR, joins=())
    browser = app.test_client()
    sign_in(browser, "new@example.org")

    def send_form(address, change, has="csrf_token"):
        page = html.fromstring(browser.get(address).text)
        form = next(form for form in page.xpath("//main//form") if form.xpath(f".//*[@name='{has}']"))
        data = {name: value for name, value in form.fields.items() if value is not None}
        return browser.post(form.get("action") or address, data={**data, **change})

    send_form.page = lambda address: html.fromstring(browser.get(address).text)
    return send_form


def consultation_with(*groups: tuple[str, Localised]) -> Consultation:
    return Consultation(groups=[Group(code=code, name=name) for code, name in groups])


def definition(engine) -> Survey:
    with unit_of_work(engine, read_only=True) as session:
        (row,) = list_surveys(session, get_consultation(session, CODE))
        return load_survey(row.working_definition)


def test_the_checklist_adds_a_question_with_one_choice_for_each_group_and_is_content(send, engine):
    send("/en/build/new", {"title.en": "Rivers", "title.fr": "Rivières", "contact": "a@example.org", **GROUPS})
    send(f"/en/build/{CODE}/surveys", {"start": "blank"}, has="start")
    assert definition(engine).title == Localised("Rivers", "Rivières")  # not asked twice
    check = f"/en/build/{CODE}/surveys/survey/check"
    said = send.page(check).text_content()
    assert "which group a person speaks for" in said
    assert "cannot open yet" in said  # neither mandate nor promise
    form = send.page(check).xpath("//main//form[contains(@action, 'group-question')]")[0]
    answer = send(check, {}, has="csrf_token")
    assert form.get("action").endswith("/group-question")
    assert answer.headers["Location"].endswith("/questions/answer_as")
    asked = definition(engine).find_question("answer_as")
    with unit_of_work(engine, read_only=True) as session:
        codes = [group.code for group in get_consultation(session, CODE).groups]
    assert [choice.code for choice in asked.choices] == codes
    # a usual group keeps its code, one that was given another name gets the code of that name
    assert codes[:3] == ["boatmen", "patient", "family_caregivers"]
    labels = {choice.code: choice.label.en for choice in asked.choices}
    assert (labels["boatmen"], labels["patient"]) == ("Boatmen", "Patient or service user")
    assert "which group a person speaks for" not in send.page(check).text_content()
    send(check.replace("/check", ""), {"do": "undo"}, has="do")
    assert definition(engine).find_question("take_part") is not None


def test_a_template_about_the_usual_groups_offers_those_of_the_consultation():
    own = consultation_with(("boatmen", Localised("Boatmen", "Bateliers")), ("patient", USUAL_GROUPS[1].name))
    changed = []
    for name in TEMPLATES:
        template = read_template(name)
        fitted = offer_own_groups(template, own)
        usual = consultation_with(*((group.code, group.name) for group in USUAL_GROUPS))
        assert offer_own_groups(template, usual) == template
        assert offer_own_groups(template, consultation_with()) == template
        if fitted != template:
            changed.append(name)
            choices = fitted.find_question("answer_as").choices
            assert [choice.label.en for choice in choices] == ["Boatmen", "Patient or service user"]
    assert changed == ["strategic_plan", "priority_ranking", "draft_plan"]


def test_a_simple_condition_is_said_in_words_and_any_other_is_left_to_its_text():
    choices = (Choice("time", Localised("Time", "Du temps")),)
    several = Question("needs", "several_choices", Localised("What helps?", "Qu’est-ce qui aide?"), choices=choices)
    agrees = Question("agrees", "yes_no", Localised("Agreed?", "D’accord?"))
    survey = Survey("survey", Localised(), sections=(Section("all", Localised(), questions=(several, agrees)),))

    def say(condition, language="en"):
        return say_condition(condition, survey, language, interface_words(language))

    assert say("selected(${needs}, 'time')") == "the answer to “What helps?” includes “Time”"
    assert say("not(selected(${needs}, 'time'))") == "the answer to “What helps?” does not include “Time”"
    assert (
        say("${agrees} = 'yes'", "fr")
        == "la réponse à «\N{NO-BREAK SPACE}D’accord?\N{NO-BREAK SPACE}» est «\N{NO-BREAK SPACE}Oui\N{NO-BREAK SPACE}»"
    )
    for other in (
        "",
        "${gone} = 'time'",
        "${needs} = ",
        "${agrees} = 'yes' or ${agrees} = 'no'",
        "${agrees} = 'maybe'",
    ):
        assert say(other) == ""
