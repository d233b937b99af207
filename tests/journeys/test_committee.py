"""From what the facilitator approves to what the committee reads, in a real browser and in both languages."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from consult.accounts.passwords import hash_password
from consult.record.account import Role, create_account, join_consultation
from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.ranking import request_rankings
from consult.worker import Worker
from tests.consult.planted_run import NOW, plant_run

MEMBER = "paul@example.org"
WORDS = {
    "fr": {
        "understand": "Comprendre",
        "themes": "Thèmes",
        "approve": "Approuver",
        "foreign": "L’attente est merveilleuse",
        "first": "1 thème tient",
        "margin": "ce n’est pas une marge d’erreur",
    },
    "en": {
        "understand": "Understand",
        "themes": "Themes",
        "approve": "Approve",
        "foreign": "The wait is wonderful",
        "first": "1 theme holds",
        "margin": "it is not a margin of error",
    },
}


@pytest.fixture
def found(server):
    """Give the server a run and a member of the committee; return the run's key."""
    password_hash = hash_password(server.password)
    with unit_of_work(server.engine) as session:
        member = create_account(session, MEMBER, "Paul Roy", roles=[Role.COMMITTEE], password_hash=password_hash)
        join_consultation(session, member, get_consultation(session, server.code), Role.COMMITTEE)
    plant_run(server.engine, server.code)
    with unit_of_work(server.engine) as session:
        request_rankings(session, NOW)
    worker = Worker(server.engine)
    while worker.run_next():
        pass
    return plant_run(server.engine, server.code, (2, 2, 1))


def sign_in(page: Page, server, language: str) -> None:
    page.goto(f"{server.address}/{language}/account/")
    page.locator("input[name=email]").fill(server.email)
    page.locator("input[name=password]").fill(server.password)
    page.locator("main button").click()
    page.wait_for_url(lambda address: "/account/" not in address)


@pytest.mark.parametrize(("language", "width"), [("fr", 360)])
def test_an_approved_quote_reaches_the_committee_and_nothing_else_does(server, found, open_page, language, width):
    words = WORDS[language]
    facilitator, member = open_page(language, width), open_page(language, width)
    sign_in(facilitator, server, language)
    facilitator.locator("main h2 a").click()
    facilitator.locator(".band .menu > summary").click()
    facilitator.locator(".band .group > summary", has_text=words["understand"]).click()
    facilitator.get_by_role("link", name=words["themes"], exact=True).click()
    facilitator.locator("main h2 a").first.click()
    expect(facilitator.locator("main .lead")).to_contain_text(words["first"])
    facilitator.locator("section.committee a.button").click()
    proposal = facilitator.locator("section.proposal").first
    begins, _ = proposal.locator("blockquote").inner_text().rsplit(" ", 1)
    for refused in ("514 555-1234", words["foreign"]):
        if not proposal.locator("textarea").is_visible():
            proposal.locator("summary").click()
        proposal.locator("textarea").fill(refused)
        facilitator.get_by_role("button", name=words["approve"]).first.click()
        expect(facilitator.locator(".error-summary")).to_be_focused()
    facilitator.locator("textarea").first.fill(f"{begins} […]")
    facilitator.get_by_role("button", name=words["approve"]).first.click()
    expect(facilitator.locator(".done")).to_be_visible()

    sign_in(member, replace(server, email=MEMBER), language)
    member.locator("main h2 a").click()
    member.locator("a[href$='/themes/hardest']").click()
    expect(member.locator("main .lead")).to_contain_text(words["first"])
    expect(member.locator("blockquote")).to_have_text([f"{begins} […]"])
    member.locator(".band .name a").click()
    member.locator("a[href$='/ranking/orientations']").click()
    expect(member.locator("main")).to_contain_text(words["margin"])
    expect(member.locator("#order ~ .ranking-chart svg.interval")).to_have_count(8)
    member.locator("main summary").first.click()
    expect(member.locator("details[open] table")).to_be_visible()
    member.goto(f"{server.address}/{language}/manage/{server.code}/themes")
    expect(member.locator("main h2, main table")).to_have_count(0)


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.slow)])
def test_every_page_is_clean(server, found, open_page, axe, language):
    manage = ("themes", f"themes/{found}", f"themes/{found}/1", f"themes/{found}/1?word=zzz")
    manage += (f"themes/{found}/compare/{found - 1}", f"themes/{found}/quotes")
    committee = ("", "themes/hardest", "themes/protect", "ranking/orientations")
    for email, place, paths in ((server.email, "manage", manage), (MEMBER, "committee", committee)):
        page = open_page(language, 320)
        sign_in(page, replace(server, email=email), language)
        axe(page)
        for path in paths:
            page.goto(f"{server.address}/{language}/{place}/{server.code}/{path}")
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url
