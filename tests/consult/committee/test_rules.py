"""Rules are signed on a page, once, with what is wrong said at its place."""

import pytest
from lxml import html

from consult.record.account import Role
from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.priority_rule import list_rules

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
