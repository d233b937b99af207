"""On a telephone, in French: the board follows what arrives without moving, and a concern is dealt with by keyboard."""

from datetime import date

from playwright.sync_api import Page, expect

from consult.record.concern import list_unread, save_readings
from consult.record.consultation import get_consultation
from consult.record.contribution import Channel, NewContribution, add_contributions
from consult.record.database import unit_of_work
from consult.record.keys import Keyring
from consult.record.session import NewSession, SessionKind, create_session
from consult.tasks.concerns import read_one

DANGER = "Depuis l’hiver, je n’ai plus le goût de vivre."


def test_a_facilitator_sees_who_is_missing_and_what_to_attend_to(server, open_page, axe):
    page = open_page("fr", 360)
    page.clock.install()
    page.goto(f"{server.address}/fr/manage/{server.code}/participation")
    page.locator("input[name=email]").fill(server.email)
    page.locator("input[name=password]").fill(server.password)
    page.keyboard.press("Enter")
    _see_the_board(page, server, axe)
    _attend(page, server, axe)


def _see_the_board(page: Page, server, axe) -> None:
    expect(page.locator(".findings li").first).to_contain_text(
        "Personnes proches aidantes\u00a0: il en manque 12 sur 36"
    )
    page.locator("#crossed summary").press("Enter")
    axe(page)
    page.get_by_label("Compter selon les réponses à").focus()
    page.locator("#crossed").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    with unit_of_work(server.engine) as session:
        new = NewSession(SessionKind.FOCUS_GROUP, date.today(), attendance={"caregiver": 17})
        create_session(session, Keyring(server.secret), get_consultation(session, server.code), new)
    page.clock.fast_forward(35_000)
    expect(page.locator("#board table").first.locator("tr", has_text="Personnes proches aidantes")).to_contain_text(
        "17"
    )
    assert page.locator("#crossed").get_attribute("open") is not None
    assert page.evaluate("scrollY") == before
    expect(page.get_by_label("Compter selon les réponses à")).to_be_focused()
    _fits(page)


def _attend(page: Page, server, axe) -> None:
    with unit_of_work(server.engine) as session:
        consultation = get_consultation(session, server.code)
        add_contributions(session, consultation.id, [NewContribution(DANGER, "fr", "hardest", Channel.WEB)])
    with unit_of_work(server.engine) as session:
        save_readings(session, [read_one(each) for each in list_unread(session, 5_000)])
    page.locator("nav.parts summary").press("Enter")
    page.get_by_role("link", name="À traiter").press("Enter")
    danger = page.locator("[aria-labelledby=kind-danger]")
    expect(danger.locator("mark")).to_have_text("plus le goût de vivre")
    axe(page)
    _fits(page)
    danger.get_by_role("button", name="Quelque chose a été fait").press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    axe(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the summary leads to the field
    expect(page.get_by_label("Ce qui a été fait").first).to_be_focused()
    page.keyboard.type("Ligne de crise appelée.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".done")).to_contain_text("Ce qui a été fait est gardé")
    expect(danger).to_contain_text("Ligne de crise appelée.")


def _fits(page: Page) -> None:
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
