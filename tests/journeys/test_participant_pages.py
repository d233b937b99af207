"""Every page that a participant can meet, in both languages: axe finds nothing, and nothing is wider than a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.invitation import InvitationRequest, create_invitations
from consult.record.keys import Keyring
from consult.record.lifecycle import close_consultation, pause_consultation


def fits(page: Page) -> None:
    """Nothing is wider than the narrowest phone, as drawn and with the text spacing of WCAG 1.4.12."""
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    # set one by one: the content security policy lets no style sheet in
    page.evaluate("""() => document.querySelectorAll("body *").forEach(each => {
        each.style.lineHeight = "1.5"; each.style.letterSpacing = ".12em"; each.style.wordSpacing = ".16em";
    })""")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} with wide text"
    page.reload()


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.slow)])
def test_every_page_is_clean_empty_with_errors_and_filled(server, open_page, axe, language):
    page = open_page(language, 320)
    seen: list[str] = []

    def look() -> None:
        page.wait_for_load_state("networkidle")
        seen.append(re.sub(r"[0-9a-z]{26}", "…", page.url.removeprefix(server.address)))
        assert page.locator("html").get_attribute("lang") == f"{language}-CA"
        axe(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{page.url}: {width}"

    def go(path: str) -> None:
        page.goto(f"{server.address}/{language}{path}")
        look()

    receipt = _look_at_answering(page, go, look, server)
    _look_at_receipts(page, go, look, receipt)
    _look_at_links(go, page, look, server)
    assert len(set(seen)) >= 15


def _look_at_answering(page: Page, go: Callable[[str], None], look: Callable[[], None], server) -> str:
    home = f"/c/{server.code}/"
    go("/")
    go(home)
    _press(page)
    look()
    page.check("#take_part")
    _press(page)
    look()
    _press(page)
    look()
    page.check("input[name=answer_as]")
    _press(page)
    look()
    page.fill("#hardest", "x" * 10_050)
    _press(page)
    look()
    page.fill("#hardest", "Une phrase, a sentence")
    page.check("input[name=access][value='2']")
    _press(page)
    look()
    for _ in range(3):
        page.locator(".ranking-pick:visible").first.click()
    look()
    _press(page)
    page.wait_for_url("**/background")
    look()
    page.check("input[name=gender][value=other]")
    page.fill("input[name='gender.other']", "…")
    look()
    _press(page)
    page.wait_for_url("**/check")
    look()
    _press(page)
    page.wait_for_url("**/done")
    look()
    receipt = page.locator(".receipt .code").inner_text()
    page.fill("#email", "nobody")
    page.locator("form.results button").click()
    look()
    page.fill("#email", "somebody@example.org")
    page.locator("form.results button").click()
    look()
    return receipt


def _look_at_receipts(page: Page, go: Callable[[str], None], look: Callable[[], None], receipt: str) -> None:
    go("/receipt")
    page.fill("#receipt", "AAAA")
    _press(page)
    look()
    page.fill("#receipt", receipt)
    _press(page)
    look()
    go("/receipt/answers/experience")
    page.fill("#hardest", "x" * 10_050)
    _press(page)
    look()
    go("/receipt/withdraw")
    _press(page)
    look()
    go("/receipt")


def _look_at_links(go: Callable[[str], None], page: Page, look: Callable[[], None], server) -> None:
    with unit_of_work(server.engine) as session:
        consultation = get_consultation(session, server.code)
        (link,) = create_invitations(session, Keyring(server.secret), consultation, [InvitationRequest("fr")])
    page.context.clear_cookies()
    go(f"/c/{server.code}/")
    page.check("#take_part")
    _press(page)
    go(f"/c/{server.code}/")  # is this you?
    go(f"/c/{server.code}/questions/agreement")
    go("/receipt/forgotten")
    go("/i/" + "x" * 26)
    go(f"/i/{link.token}")
    _press(page)
    look()
    with unit_of_work(server.engine) as session:
        pause_consultation(session, server.code)
    go(f"/c/{server.code}/")
    with unit_of_work(server.engine) as session:
        close_consultation(session, server.code)
    go(f"/c/{server.code}/")
    go("/nowhere")


def _press(page: Page) -> None:
    with page.expect_navigation():  # what was not saved is saved first: the page leaves a moment later
        page.locator("main button.main").click()
    page.wait_for_load_state("networkidle")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr"])
def test_wide_text_fits_a_narrow_phone(server, open_page, language):
    page = open_page(language, 320, javascript=True)
    page.goto(f"{server.address}/{language}/c/{server.code}/")
    fits(page)
    page.check("#take_part")
    _press(page)
    fits(page)
    page.check("input[name=answer_as]")
    _press(page)
    page.wait_for_url("**/experience")
    fits(page)
    _press(page)
    page.wait_for_url("**/future")
    fits(page)
