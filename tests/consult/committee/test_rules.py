"""Rules are signed on a page, once, with what is wrong said at its place."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from lxml import html

from consult.record.account import Role
from consult.record.consultation import NewConsultation, NewGroup, create_consultation, get_consultation
from consult.record.database import unit_of_work
from consult.record.lifecycle import By
from consult.record.priority_rule import NewRule, PriorityRule, list_rules, sign_rule
from consult.record.stored_ballots import list_unsigned
from consult.record.survey import create_survey, publish_version, save_working_definition
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import Localised

QUESTION = "orientations"
RULE = f"rules/{QUESTION}"


@pytest.fixture
def member(app, sign_in, make_account):
    """A browser of a committee member."""
    browser = app.test_client()
    assert sign_in(browser, make_account("paul@example.org", Role.COMMITTEE, name="Paul Roy").email).status_code == 303
    return browser


@pytest.fixture
def read(member, sample_code):
    def read_it(path, language="en", status=200):
        response = member.get(f"/{language}/committee/{sample_code}/{path}")
        assert response.status_code == status, path
        page = html.fromstring(response.text)
        return page, " ".join(page.xpath("//main")[0].text_content().split())

    return read_it


@pytest.fixture
def sign(member, sample_code, csrf_of):
    def sign_it(language="en", **changes):
        address = f"/{language}/committee/{sample_code}/{RULE}"
        form = {"csrf_token": csrf_of(member.get(address)), "method": "borda", "top": "3", "sure": "90", "seen": "0"}
        response = member.post(address, data=form | changes)
        return response, " ".join(html.fromstring(response.text).text_content().split()) if response.text else ""

    return sign_it


def test_a_rule_is_signed_once_with_its_reason_and_read_back(read, sign, engine, sample_code, open_sample):
    open_sample()
    text = read("rules")[1]
    assert "Nobody has signed a rule yet" in text
    response, text = sign(method="schulze", top="4", **{"small-researcher": "included"})
    assert response.status_code == 422  # people can answer
    assert text.count("Say why the rule changes: the report prints it.") == 2  # at the top and at the field
    response, _ = sign(method="schulze", top="4", reason="Said on the 3rd.", **{"small-researcher": "included"})
    assert response.status_code == 303
    with unit_of_work(engine, read_only=True) as session:
        rule = list_rules(session, get_consultation(session, sample_code))[QUESTION]
        assert (rule.method, rule.top, rule.small, rule.is_change) == ("schulze", 4, {"researcher": "included"}, True)
        assert not rule.is_for_committee
    assert "Schulze’s method, the first 4." in read("rules")[1]
    text = read(RULE)[1]
    assert "Changed later. Reason: Said on the 3rd." in text
    assert "Researchers (include its voice)" in text


def test_who_signs_over_somebody_else_s_rule_is_told(sign):
    assert sign(reason="One.")[0].status_code == 303
    response, text = sign(top="5", reason="Two.")
    assert response.status_code == 409
    assert "somebody else has signed meanwhile" in text
    assert html.fromstring(response.text).xpath("//input[@name='top']/@value") == ["5"]
    assert html.fromstring(response.text).xpath("//input[@name='seen']/@value") != ["0"]  # a second look suffices


@pytest.mark.parametrize(("name", "typed"), [("top", "0"), ("top", "many"), ("sure", "100"), ("reason", "x" * 501)])
def test_what_is_wrong_is_said_at_the_top_and_at_the_field(sign, name, typed):
    response, _ = sign(**{"reason": "why", name: typed})
    assert response.status_code == 422
    page = html.fromstring(response.text)
    (link,) = page.xpath("//*[@role='alert']//a")
    (field,) = page.xpath(f"//input[@id='{link.get('href')[1:]}']")
    assert field.get("name") == name
    assert page.get_element_by_id(f"{name}-error").text_content() == link.text_content()


def test_what_the_form_does_not_offer_is_refused(sign):
    for changes in ({"method": "chnri"}, {"small-citizen": "x"}, {"order": "x"}):
        assert sign(reason="why", **changes)[0].status_code == 400


NEW = "votes"


@pytest.fixture
def draft(engine, make_account, app, sign_in):
    """A draft with one published ballot, one that is being written, a matrix; a browser for each of its two people."""
    both = Localised("More beds", "Plus de lits"), Localised("More staff", "Plus de personnel")
    options = tuple(Choice(f"o{number}", text) for number, text in enumerate(both))
    asked = (
        Question("order", "ranking", both[0], choices=options),
        Question("grid", "matrix", both[0], rows=options, choices=options),
    )
    written = Question("shares", "points", both[1], choices=options)
    with unit_of_work(engine) as session:
        new = NewConsultation(NEW, *[both[0]] * 3, "a@example.org", groups=(NewGroup("g", both[1], 5),))
        consultation = create_consultation(session, new)
        survey = create_survey(
            session, consultation, Survey("s", both[0], sections=(Section("p", both[0], questions=asked),))
        )
        publish_version(session, survey, date(2026, 11, 22))
        sections = (Section("p", both[0], questions=(*asked, written)),)
        save_working_definition(session, survey, Survey("s", both[0], sections=sections))
    browsers = {}
    for role, email in ((Role.FACILITATOR, "f@example.org"), (Role.COMMITTEE, "c@example.org")):
        browsers[role] = app.test_client()
        assert sign_in(browsers[role], make_account(email, role, joins=(NEW,)).email).status_code == 303
    return browsers


def _told(draft):
    """Return the links to rules in what the dashboard, the dates and the committee's overview say is to be done."""
    pages = (
        (Role.FACILITATOR, f"/en/manage/{NEW}/", "//ol//h2[.//span[contains(., 'To do')]]/a/@href"),
        (Role.FACILITATOR, f"/en/manage/{NEW}/dates", "//div[@class='note']//a/@href"),
        (Role.COMMITTEE, f"/en/committee/{NEW}/", "//section[@aria-labelledby='to-sign']//a/@href"),
    )
    found = [html.fromstring(draft[role].get(address).text).xpath(path) for role, address, path in pages]
    return [[link for link in links if "/rules" in link] for links in found]


def test_before_opening_everybody_is_told_what_nobody_signed_and_nothing_waits_for_it(draft, engine, csrf_of):
    home = f"/en/committee/{NEW}/rules"
    assert _told(draft) == [[home], [f"{home}/order", f"{home}/shares"], [home]]
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, NEW)
        for code in ("order", "shares"):
            sign_rule(session, consultation, code, NewRule("borda"), By(None, datetime.now(UTC)), seen=0)
            session.flush()
            if code == "order":
                assert list(list_unsigned(session, consultation)) == ["shares"]
    assert _told(draft) == [[], [], []]
    with unit_of_work(engine) as session:
        session.execute(sa.delete(PriorityRule))
    page = draft[Role.FACILITATOR].get(f"/en/manage/{NEW}/dates")
    form = {"csrf_token": csrf_of(page), "wanted": "open"}
    assert draft[Role.FACILITATOR].post(f"/en/manage/{NEW}/state", data=form).status_code == 303
    assert _told(draft)[1:] == [[], []]
