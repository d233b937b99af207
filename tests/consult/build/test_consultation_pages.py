"""On an empty installation: a consultation is founded, described, its people invited, its survey started."""

import io
from datetime import date, timedelta

import pytest
from lxml import html

from consult.accounts import welcome
from consult.record.account import Role, find_account, leave_consultation
from consult.record.consultation import Anonymity, LanguagePolicy, get_consultation
from consult.record.database import unit_of_work
from consult.record.survey import list_surveys
from consult.survey_templates import TEMPLATES
from surveys.completeness import check_survey
from surveys.definition_reader import load_survey

NEW = "/en/build/new"
CODE = "rivers_2030"


@pytest.fixture
def claire(app, make_account, sign_in):
    """A facilitator without any consultation, signed in."""
    make_account("new@example.org", Role.FACILITATOR, joins=())
    browser = app.test_client()
    sign_in(browser, "new@example.org")
    return browser


def fill(client, address, change, has="csrf_token", to=""):
    page = html.fromstring(client.get(address).text)
    form = next(form for form in page.xpath("//main//form") if form.xpath(f".//*[@name='{has}']"))
    data = {name: value for name, value in form.fields.items() if value is not None}
    return client.post(to or form.get("action") or address, data={**data, **change})


@pytest.fixture
def founded(claire):
    """The same, having founded a consultation."""
    change = {"title.en": "Rivers 2030", "title.fr": "Rivières 2030", "contact": "a@example.org"}
    assert fill(claire, NEW, change, has="title.en").headers["Location"] == f"/en/build/{CODE}/surveys"
    return claire


def errors(response) -> dict[str, str]:
    assert response.status_code in (409, 422)
    page = html.fromstring(response.text)
    assert page.xpath("//title/text()")[0].startswith("Error:")
    return {each.get("href"): each.text_content() for each in page.xpath("//*[@role='alert']//a")}


def test_a_consultation_is_founded_with_all_that_it_says(claire, engine):
    today = date.today()
    change = {
        "title.en": "Rivers 2030",
        "mandate.fr": "Le mandat",
        "promise.en": "The promise",
        "contact": "a@example.org",
        "groups.0.target": "60",
        "groups.1.en": "",
        "groups.1.fr": "",
        "groups.7.en": "Neighbours",
        "language_policy": "french_first",
        "anonymity": "identified",
        "opens_on": str(today),
        "closes_on": str(today + timedelta(days=20)),
        "code": "rivers",
    }
    assert fill(claire, NEW, change, has="title.en").headers["Location"] == "/en/build/rivers/surveys"
    with unit_of_work(engine, read_only=True) as session:
        made = get_consultation(session, "rivers")
        assert (made.title.en, made.mandate.fr, made.state) == ("Rivers 2030", "Le mandat", "draft")
        assert (made.anonymity, made.language_policy) == (Anonymity.IDENTIFIED, LanguagePolicy.FRENCH_FIRST)
        assert (made.opens_on, made.closes_on) == (today, today + timedelta(days=20))
        assert [(group.code, group.target) for group in made.groups][:2] == [("citizen", 60), ("caregiver", 0)]
        assert made.groups[-1].code == "neighbours"
    assert "Rivers 2030" in claire.get("/en/manage/").text


def test_what_is_wrong_is_said_at_each_input_and_nothing_is_made(claire, founded, engine):
    change = {"opens_on": "2026-13-45", "groups.0.target": "many", "code": "Rivière"}
    said = errors(fill(claire, NEW, change, has="title.en"))
    assert set(said) == {"#title.en", "#contact", "#groups.0.target", "#opens_on", "#code"}
    again = {"title.en": "x", "contact": "y", "code": CODE}
    assert "short name" in errors(fill(claire, NEW, again, has="title.en"))["#code"]
    backwards = {"title.en": "x", "contact": "y", "opens_on": "2026-10-02", "closes_on": "2026-10-01"}
    assert set(errors(fill(claire, NEW, backwards, has="title.en"))) == {"#closes_on"}
    both = backwards | {"title.en": "", "code": CODE}
    assert set(errors(fill(claire, NEW, both, has="title.en"))) == {"#title.en", "#closes_on", "#code"}, "in one round"
    reserved = {"title.en": "x", "contact": "y", "code": "new"}
    assert set(errors(fill(claire, NEW, reserved, has="title.en"))) == {"#code"}
    more = fill(claire, NEW, {"do": "add", "title.en": "kept"}, has="title.en")
    assert more.status_code == 200
    assert html.fromstring(more.text).xpath("//input[@name='title.en']/@value") == ["kept"]
    assert len(html.fromstring(more.text).xpath("//input[contains(@name, '.target')]")) == 12


def test_settings_change_and_a_late_change_is_refused(founded, engine):
    address = f"/en/build/{CODE}/settings"
    old = html.fromstring(founded.get(address).text).xpath("//input[@name='seen']/@value")[0]
    assert fill(founded, address, {"contact": "b@example.org"}, has="title.en").status_code == 303
    late = fill(founded, address, {"contact": "c@example.org", "seen": old}, has="title.en")
    assert late.status_code == 409
    page = html.fromstring(late.text)
    assert page.xpath("//input[@name='contact']/@value") == ["c@example.org"]
    assert page.xpath("//input[@name='seen']/@value") != [old]
    with unit_of_work(engine, read_only=True) as session:
        assert get_consultation(session, CODE).contact == "b@example.org"


def test_from_the_opening_on_the_promise_stays(facilitator_client, sample_code, open_sample, engine):
    open_sample()
    address = f"/en/build/{sample_code}/settings"
    page = html.fromstring(facilitator_client.get(address).text)
    assert not page.xpath("//input[@name='anonymity']")
    done = fill(facilitator_client, address, {"anonymity": "identified", "contact": "new@example.org"}, has="title.en")
    assert done.status_code == 303
    gone = fill(facilitator_client, address, {"groups.0.en": "", "groups.0.fr": ""}, has="title.en")
    assert gone.status_code == 409
    with unit_of_work(engine, read_only=True) as session:
        stored = get_consultation(session, sample_code)
        assert (stored.anonymity, stored.contact) == (Anonymity.ANONYMOUS, "new@example.org")


def test_a_colleague_gets_a_link_chooses_a_password_and_signs_in(app, founded, engine, sign_in, csrf_of):
    address = f"/en/build/{CODE}/people"
    invited = {"name": "Paul Tremblay", "email": "Paul@Example.org", "role": "facilitator", "language": "fr"}
    assert fill(founded, address, invited, has="email").status_code == 303
    (link,) = html.fromstring(founded.get(address).text).xpath("//code/text()")
    link = link.partition("localhost")[2]
    assert link.startswith("/fr/")
    guest = app.test_client()
    form = {"csrf_token": csrf_of(guest.get(link)), "new_password": "short", "new_password_confirm": "short"}
    assert guest.post(link, data=form).status_code == 422
    other = {**form, "new_password": "three blue lakes at noon", "new_password_confirm": "four blue lakes at noon"}
    assert guest.post(link, data=other).status_code == 422
    right = {**form, "new_password": "three blue lakes at noon", "new_password_confirm": "three blue lakes at noon"}
    assert guest.post(link, data=right).status_code == 303
    assert guest.get(link).status_code == 404  # once
    assert guest.post(link, data=right).status_code == 404
    assert sign_in(guest, "paul@example.org", "three blue lakes at noon").status_code == 303
    assert guest.get(f"/en/build/{CODE}/surveys").status_code == 200
    assert not html.fromstring(founded.get(address).text).xpath("//code")


def test_a_link_that_is_old_or_made_up_leads_nowhere(app, founded, engine, monkeypatch):
    address = f"/en/build/{CODE}/people"
    fill(founded, address, {"name": "Paul", "email": "paul@example.org"}, has="email")
    (link,) = html.fromstring(founded.get(address).text).xpath("//code/text()")
    link = link.partition("localhost")[2]
    guest = app.test_client()
    assert guest.get(link).status_code == 200
    assert guest.get(link[:-3] + "abc").status_code == 404
    assert guest.get("/en/account/welcome/x").status_code == 404
    with unit_of_work(engine) as session:  # closed meanwhile
        find_account(session, "paul@example.org").active = False
    assert guest.get(link).status_code == 404
    with unit_of_work(engine) as session:
        find_account(session, "paul@example.org").active = True
    monkeypatch.setattr(welcome, "DAYS", -1)
    assert guest.get(link).status_code == 404


def test_a_member_is_invited_once_and_removed(founded, engine):
    address = f"/en/build/{CODE}/people"
    assert set(errors(fill(founded, address, {"name": "", "email": "nope"}, has="email"))) == {"#name"}
    assert set(errors(fill(founded, address, {"name": "P", "email": "nope"}, has="email"))) == {"#email"}
    fill(founded, address, {"name": "Paul", "email": "paul@example.org"}, has="email")
    assert (
        "member already"
        in errors(fill(founded, address, {"name": "P", "email": "PAUL@example.org"}, has="email"))["#email"]
    )
    page = html.fromstring(founded.get(address).text)
    claire, paul = page.xpath("//form[contains(@action, '/remove')]/@action")
    token = page.xpath("//main//input[@name='csrf_token']/@value")[0]
    alone = founded.post(claire, data={"csrf_token": token})
    assert alone.status_code == 409
    assert "only facilitator" in alone.text
    assert founded.post(paul, data={"csrf_token": token}).status_code == 303
    assert "paul@example.org" not in founded.get(address).text


def test_no_link_for_who_belongs_to_others_too(founded, make_account, engine, app, sign_in):
    """A facilitator never holds the key to what they may not see."""
    address = f"/en/build/{CODE}/people"
    fill(founded, address, {"name": "Paul", "email": "paul@example.org", "role": "facilitator"}, has="email")
    make_account("claire@example.org", Role.FACILITATOR)
    other = app.test_client()
    sign_in(other, "claire@example.org")
    theirs = "/en/build/grand_heron_2027_2030/people"
    refused = fill(other, theirs, {"name": "Paul", "email": "paul@example.org"}, has="email")
    assert "another consultation" in errors(refused)["#email"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_survey_starts_from_each_template_ready_to_publish(founded, engine, name):
    response = fill(founded, f"/en/build/{CODE}/surveys", {"start": f"template:{name}"}, has="start")
    assert response.headers["Location"] == f"/en/build/{CODE}/surveys/{name}"
    assert founded.get(f"/en/build/{CODE}/surveys").headers["Location"].endswith(name)
    published = fill(founded, f"/en/build/{CODE}/surveys/{name}/check", {}, has="seen")
    assert published.status_code == 303
    with unit_of_work(engine, read_only=True) as session:
        assert get_consultation(session, CODE).quote_question in ("quoted", None)


def test_a_survey_starts_blank_from_an_earlier_one_or_from_a_file(founded, engine, make_account, csrf_of):
    start = f"/en/build/{CODE}/surveys?all=1"

    def begin(**data):
        token = csrf_of(founded.get(start))
        return founded.post(start, data={"csrf_token": token, **data}, content_type="multipart/form-data")

    assert begin(start="blank").headers["Location"].endswith("/surveys/survey")
    content = founded.get(f"/en/build/{CODE}/surveys/survey/definition").data
    taken = begin(start="file", file=(io.BytesIO(content), "mine.json"))
    assert taken.headers["Location"].endswith("/surveys/survey_2")
    for bad in (b"", b"{", b"\xff\xfe\x00a", b"[1]"):
        refused = begin(start="file", file=(io.BytesIO(bad), "bad.json"))
        assert (refused.status_code, "bad.json" in refused.text) == (422, True)
    assert begin(start="file").status_code == 422
    assert begin(start="earlier:grand_heron_2027_2030/plan_2027_2030").status_code == 404  # not theirs
    fill(founded, NEW, {"title.en": "Second", "contact": "a@example.org"}, has="title.en")
    start = "/en/build/second/surveys"
    assert begin(start=f"earlier:{CODE}/survey").headers["Location"] == "/en/build/second/surveys/survey"
    with unit_of_work(engine, read_only=True) as session:
        (copied,) = list_surveys(session, get_consultation(session, "second"))
        problems = {problem.code for problem in check_survey(load_survey(copied.working_definition))}
    assert problems == {"translation.missing", "section.empty"}


def test_who_left_a_consultation_copies_nothing_from_it(founded, engine, csrf_of):
    fill(founded, f"/en/build/{CODE}/surveys", {"start": "blank"}, has="start")
    fill(founded, NEW, {"title.en": "Second", "contact": "a@example.org"}, has="title.en")
    assert f"earlier:{CODE}/survey" in founded.get("/en/build/second/surveys").text
    with unit_of_work(engine) as session:
        account = find_account(session, "new@example.org")
        leave_consultation(session, account, get_consultation(session, CODE))
    assert f"earlier:{CODE}/survey" not in founded.get("/en/build/second/surveys").text


def test_a_survey_goes_out_as_an_xlsform_and_comes_back_the_same_and_what_is_lost_is_named(founded, csrf_of):
    fill(founded, f"/en/build/{CODE}/surveys", {"start": "template:draft_plan"}, has="start")
    address = f"/en/build/{CODE}/surveys/draft_plan/definition"
    form, ours = founded.get(f"{address}?format=xlsform"), founded.get(address).text
    assert "attachment" in form.headers["Content-Disposition"]
    start = f"/en/build/{CODE}/surveys?all=1"

    def send(content, name):
        data = {"csrf_token": csrf_of(founded.get(start)), "start": "file", "file": (io.BytesIO(content), name)}
        return founded.post(start, data=data, content_type="multipart/form-data")

    sent = send(form.data, "draft.xlsx")
    assert sent.status_code == 303
    back = founded.get(f"{sent.headers['Location']}/definition").text
    assert back == ours.replace('"code": "draft_plan"', '"code": "draft_plan_2"', 1)
    structure = (
        "class\ttype/scale\tname\trelevance\ttext\tlanguage\n"
        "S\t\tlanguage\t\ten\t\nSL\t\tsurveyls_title\t\tRivers\ten\n"
        "G\tG0\tOne\t1\t\ten\nQ\t|\tupload\t1\tSend us a file\ten\nQ\tT\twhy\t1\tWhy?\ten\n"
    )
    named = send(structure.encode(), "other.txt")
    assert named.status_code == 200
    assert html.fromstring(named.text).xpath("//ul[@class='points']/li")
