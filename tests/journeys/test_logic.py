"""Questions that come and go with answers, in a browser: with a script, on a slow network, without a script."""

from playwright.sync_api import Page, Route, expect

from consult.record.database import unit_of_work
from tests.consult.respond.caring_survey import CODE, publish_caring


def _begin(page: Page, address: str, language: str) -> None:
    page.goto(f"{address}/{language}/c/{CODE}/")
    page.locator("#take_part").check()
    page.locator("button.main").click()
    expect(page.locator("h1")).to_have_text({"en": "You", "fr": "Vous"}[language])


def _no_overflow(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_questions_come_and_go(server, open_page, axe):
    with unit_of_work(server.engine) as session:
        publish_caring(session)

    page = open_page("en", 320)
    _begin(page, server.address, "en")
    years = page.locator("#years")
    expect(years).to_be_hidden()
    axe(page)
    page.get_by_label("caregiver").check()
    expect(years).to_be_visible()  # the page is the same: nothing was loaded
    expect(page.locator("[data-more]")).to_have_text("Your answer adds something to this page, further down.")
    expect(page.get_by_label("caregiver")).to_be_focused()  # who is typing or choosing is left where they are
    page.get_by_label("resident").check()
    expect(years).to_be_hidden()
    expect(page.locator("[data-more]")).to_have_text("")

    # the network is slow, and the person quick: Continue waits, and does not step over what it has just brought
    held: list[Route] = []
    page.route("**/questions/you", lambda route: held.append(route))
    with page.expect_request("**/questions/you"):
        page.get_by_label("caregiver").check()
    page.locator("button.main").click()
    expect(years).to_be_hidden()
    assert len(held) == 1, "the page was left, or saved twice at once, before the first save was answered"
    held[0].continue_()
    page.unroute("**/questions/you")
    expect(years).to_be_visible()
    expect(years).to_be_focused()
    expect(page.locator("h1")).to_have_text("You")
    _no_overflow(page)
    axe(page)
    years.fill("3")
    page.locator("button.main").click()
    expect(page.locator("#new")).to_be_focused()  # a choice has come, too: the server draws the page again for that
    axe(page)
    page.get_by_label("A day off").check()
    page.locator("button.main").click()
    expect(page.locator("h1")).to_have_text("Your time")
    page.locator("#at_home").fill("60")
    page.locator("#away").fill("41")
    page.locator("button.main").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="The two must add up to 100.").click()
    expect(page.locator("#away")).to_be_focused()
    axe(page)

    plain = open_page("fr", 1280, javascript=False)
    _begin(plain, server.address, "fr")
    expect(plain.locator("#years")).to_be_hidden()
    plain.get_by_label("proche aidant ou proche aidante").check()
    plain.locator("button.main").click()
    expect(plain.locator("#new")).to_have_text("Votre réponse ajoute quelque chose à cette page. Cela commence ici.")
    expect(plain.locator("#new")).to_be_focused()
    plain.keyboard.press("Tab")
    expect(plain.locator("#years")).to_be_focused()
