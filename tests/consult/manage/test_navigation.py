"""A facilitator's places: in groups, all there, with the one that is read marked and its group open."""

import pytest
from lxml import html

from consult.record.account import Role

PLACES = {
    "Overview", "Survey", "Dates and status", "People", "Settings", "Participation", "Import", "Themes", "Boards",
    "Coding by hand", "Export", "Priorities", "Rules", "Decisions", "Meetings", "The report",
}  # fmt: skip


def _menu(browser, address):
    answer = browser.get(address, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text).xpath("//div[@class='band']//nav")[0]


@pytest.mark.parametrize(
    ("path", "group", "place", "current"),
    [
        ("manage/{}/", None, "Overview", "page"),
        ("build/{}/surveys", "Prepare", "Survey", "true"),
        ("manage/{}/invitations", "Collect", "Participation", "true"),
        ("committee/{}/coding/new", "Understand", "Coding by hand", "true"),
        ("committee/{}/rules", "Decide", "Rules", "page"),
        ("committee/{}/meetings/new", "Decide", "Meetings", "true"),
    ],
)
def test_the_place_that_is_read_is_marked_and_its_group_open(
    facilitator_client, sample_code, path, group, place, current
):
    menu = _menu(facilitator_client, f"/en/{path.format(sample_code)}")
    links = menu.xpath(".//a")
    assert {link.text for link in links} == PLACES
    assert len(links) == len(PLACES)
    assert [(link.text, link.get("aria-current")) for link in links if link.get("aria-current")] == [(place, current)]
    assert menu.xpath(".//details[@class='group'][@open]/summary/text()") == ([group] if group else [])
    assert menu.xpath("./details/summary/text()") == [place]  # what a phone shows of the menu


def test_every_place_opens_and_reads_in_french(facilitator_client, sample_code):
    menu = _menu(facilitator_client, f"/fr/manage/{sample_code}/")
    assert menu.xpath(".//details[@class='group']/summary/text()") == [
        "Préparer",
        "Recueillir",
        "Comprendre",
        "Décider",
    ]
    for address in menu.xpath(".//a/@href"):
        assert facilitator_client.get(address, follow_redirects=True).status_code == 200, address


def test_a_member_has_the_committees_places_where_a_facilitator_has_their_own(
    app, facilitator_client, make_account, sign_in, sample_code
):
    make_account("member@example.org", Role.COMMITTEE, name="Mona Roy")
    member = app.test_client()
    sign_in(member, "member@example.org")
    shared = f"/en/committee/{sample_code}/rules"
    assert len(_menu(facilitator_client, shared).xpath(".//a")) == len(PLACES)
    assert "Participation" not in {link.text for link in _menu(member, shared).xpath(".//a")}
    assert _menu(member, shared).xpath(".//a[@aria-current]/text()") == ["Rules"]
