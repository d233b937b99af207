"""The board: who is missing as sentences, ways side by side, small crossed numbers hidden, targets by answer."""

from datetime import date

import pytest
from lxml import html

from consult.record.account import Role
from consult.record.consultation import Anonymity, get_consultation, group_ids
from consult.record.contact import ContactDetails, store_contacts
from consult.record.database import unit_of_work
from consult.record.keys import Keyring
from consult.record.participation import count_answers
from consult.record.session import NewSession, SessionKind, create_session

HIDDEN = "hidden*"


@pytest.fixture
def address(sample_code):
    return f"/en/manage/{sample_code}/participation"


@pytest.fixture
def open_page(facilitator_client, address):
    def read(rest=""):
        response = facilitator_client.get(f"{address}{rest}")
        assert response.status_code == 200
        return html.fromstring(response.text)

    return read


def _table(page, caption):
    (table,) = page.xpath(f"//table[caption='{caption}']")
    return {
        row.xpath("string(th)").strip(): [cell.text_content().strip() for cell in row.xpath("td")]
        for row in table.xpath("tbody/tr")
    }


def test_ways_stand_side_by_side_and_are_never_added(open_page, engine, secret, sample_code):
    before = _table(open_page(), "People heard, by group")
    with unit_of_work(engine) as session:
        new = NewSession(SessionKind.FOCUS_GROUP, date.today(), attendance={"caregiver": 7, None: 3})
        create_session(session, Keyring(secret), get_consultation(session, sample_code), new)
    after = _table(open_page(), "People heard, by group")
    assert before["Caregivers"] == ["24", "36", "12", "0", "0", "0"]
    assert after["Caregivers"] == ["24", "36", "12", "0", "7", "0"]  # 24 of the survey stay 24, and 12 stay missing
    assert after["Group not known"][4] == "3"
    assert [row for name, row in after.items() if name in before and name != "Caregivers"] == [
        row for name, row in before.items() if name != "Caregivers"
    ]


def test_a_gap_is_a_sentence_with_something_to_do_about_it(open_page):
    findings = open_page().xpath("//ol[@class='findings']/li")
    assert " ".join(findings[0].xpath("p[1]")[0].text_content().split()) == "Caregivers: 12 missing of 36"
    assert [link.get("href").rpartition("/")[2] for link in findings[0].xpath(".//a")] == ["invitations", "sessions"]


def test_a_group_crossed_with_an_answer_points_at_nobody_in_an_anonymous_consultation(open_page, engine, sample_code):
    shown = _table(open_page("?by=region"), "Responses to the survey, by group and by answer")
    true = _true_cells(engine, sample_code)
    cells = {(name, at): cell for name, row in shown.items() for at, cell in enumerate(row[:-1])}
    small = [place for place, people in true.items() if 0 < people < 5]
    assert small, "a control: there is something to hide"
    assert all(cells[place] == HIDDEN for place in small)
    assert all(cells[place] in (HIDDEN, str(people)) for place, people in true.items())
    assert any(cells[place] == str(people) for place, people in true.items() if people >= 5)


def test_in_an_identified_one_every_number_stands(open_page, engine, sample_code):
    with unit_of_work(engine) as session:
        get_consultation(session, sample_code).anonymity = Anonymity.IDENTIFIED
    shown = _table(open_page("?by=region"), "Responses to the survey, by group and by answer")
    true = _true_cells(engine, sample_code)
    assert {(name, at): cell for name, row in shown.items() for at, cell in enumerate(row[:-1])} == {
        place: str(people) for place, people in true.items()
    }


def test_targets_by_answer_become_findings_that_hide_small_numbers(facilitator_client, open_page, address, csrf_of):
    where = f"{address}/targets?by=region&group=caregiver"
    token = csrf_of(facilitator_client.get(where))
    data = {"csrf_token": token, "hoped.old_port": "90", "hoped.upper_valley": "30", "hoped.hills": ""}
    refused = facilitator_client.post(where, data=data | {"hoped.hills": "many"})
    page = html.fromstring(refused.text)
    assert refused.status_code == 422
    assert page.get_element_by_id("hoped-hills").get("aria-invalid") == "true"
    assert page.get_element_by_id("hoped-upper_valley").get("value") == "30"  # what was typed stays
    assert facilitator_client.post(where, data=data).status_code == 303
    said = [
        " ".join(p.text_content().split()) for p in open_page("?by=region").xpath("//ol[@class='findings']/li/p[1]")
    ]
    assert any(each.startswith("Caregivers · Old Port: ") for each in said)
    # twelve people live there, and the groups of twelve are hidden: no more is said than that
    assert "Caregivers · Upper Valley: at least 18 missing of 30" in said
    assert facilitator_client.get(f"{address}/targets?by=nothing").status_code == 404
    assert facilitator_client.get(f"{address}/targets?by=region&group=dragons").status_code == 404


def test_contacts_with_few_like_them_are_put_together(open_page, engine, sample_code):
    regions = ["North"] * 6 + ["South"] * 2 + ["East"]
    rows = [ContactDetails(f"p{n}@example.org", region=region) for n, region in enumerate(regions)]
    with unit_of_work(engine) as session:
        store_contacts(session, get_consultation(session, sample_code), rows)
    shown = _table(open_page("?of=region"), "Contacts, links given and links used")
    assert shown == {"North": ["6", "0", "0"], "2 others together": ["3", "–", "–"]}


def test_a_page_that_watches_is_given_the_same_numbers_and_nothing_around_them(facilitator_client, open_page, address):
    part = facilitator_client.get(f"{address}/numbers?by=region")
    assert "<html" not in part.text
    whole, alone = open_page("?by=region"), html.fromstring(f"<div>{part.text}</div>")
    for caption in ("People heard, by group", "Responses to the survey, by group and by answer"):
        assert _table(alone, caption) == _table(whole, caption)
    assert open_page().get_element_by_id("board").get("data-live").endswith("/participation/numbers")


def test_it_is_for_those_who_facilitate(app, make_account, sign_in, address):
    browser = app.test_client()
    sign_in(browser, make_account("pat@example.org", Role.COMMITTEE).email)
    for rest in ("", "/numbers", "/targets?by=region"):
        assert browser.get(f"{address}{rest}").status_code == 403


def _true_cells(engine, code):
    with unit_of_work(engine, read_only=True) as session:
        consultation = get_consultation(session, code)
        counts = count_answers(session, consultation, "region")
        names = {group.id: group.name.get("en") for group in consultation.groups}
        assert set(group_ids(session, consultation).values()) == set(names)
    values = ["old_port", "hills", "pine_point", "clear_lake", "upper_valley", None]
    return {(name, at): counts.get((key, value), 0) for key, name in names.items() for at, value in enumerate(values)}
