"""Two people work on one board at once in real browsers, and the keyboard alone is enough to code."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from consult.accounts.passwords import hash_password
from consult.record.account import Role, create_account, find_account, join_consultation
from consult.record.board_act import Seen
from consult.record.board_acts import accept_theme
from consult.record.board_begin import begin_board
from consult.record.coding import HandCoding
from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.lifecycle import By
from consult.record.run import get_run
from consult.record.theme_board import Theme
from tests.consult.planted_coding import draw
from tests.consult.planted_run import NOW, plant_run

OTHER = "anne@example.org"


@pytest.fixture
def number(server):
    """Begin a board with three accepted themes, have a second facilitator, draw a round for the first; its number."""
    run_id = plant_run(server.engine, server.code)
    hashed = hash_password(server.password)
    with unit_of_work(server.engine) as session:
        consultation = get_consultation(session, server.code)
        other = create_account(session, OTHER, "Anne Roy", roles=[Role.FACILITATOR], password_hash=hashed)
        join_consultation(session, other, consultation, Role.FACILITATOR)
        board = begin_board(session, consultation, get_run(session, run_id), By(None, NOW))
        for code in ("t1", "t2", "t3"):
            accept_theme(session, board, code, By(None, NOW), Seen(10_000))
        return draw(session, board, [find_account(session, server.email)]).id


def _open(page: Page, server, email: str, place: str) -> Page:
    """Sign in on the way to a page, as whoever follows a link does."""
    page.goto(f"{server.address}/en/committee/{server.code}/{place}")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(server.password)
    page.locator("main button").click()
    page.wait_for_url(f"**/{place}")
    return page


def _look(page: Page) -> None:
    """Have the page look at once what others do, as it does by itself every twenty seconds."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def _rename(page: Page, name: str) -> None:
    page.locator("summary", has_text="Name and describe it").click()
    page.locator("#name-label-en").fill(name)
    page.get_by_role("button", name="Save the name").click()


def test_two_people_on_a_board_then_three_codes_by_keyboard(server, number, open_page):
    claire = _open(open_page("en", 1280), server, server.email, "board/hardest/theme/t1")
    anne = _open(open_page("en", 360), server, OTHER, "board/hardest/theme/t1")
    expect(anne.locator("[data-here]")).to_have_text("Claire Aubé has this theme open too.")
    expect(anne.locator("[data-again]")).to_be_hidden()

    _rename(claire, "A long wait")
    expect(claire.locator("h1")).to_have_text("A long wait")
    _look(anne)
    expect(anne.locator("[data-here]")).to_contain_text("Claire Aubé named or described “A long wait”.")
    expect(anne.locator("[data-again]")).to_be_visible()

    # what Anne typed on the page as it was is not written over what Claire did
    _rename(anne, "Delays")
    expect(anne.locator(".error-summary")).to_be_focused()
    expect(anne.locator("main")).to_contain_text("“A long wait”")
    assert _name_of(server, "t1") == "A long wait"
    anne.get_by_role("link", name="Do nothing, and look again").click()
    expect(anne.locator("h1")).to_have_text("A long wait")

    # Claire merges two themes without a mouse; Anne brings them back
    claire.goto(f"{server.address}/en/committee/{server.code}/board/hardest/")
    claire.locator("#pick-t2").focus()
    claire.keyboard.press("Space")
    claire.locator("#into").focus()
    claire.keyboard.type("A long")
    claire.locator("#merge-reason").focus()
    claire.keyboard.press("Tab")
    claire.keyboard.press("Enter")
    expect(claire.locator(".done")).to_be_visible()
    _look(anne)
    expect(anne.locator("[data-here]")).to_contain_text("Claire Aubé merged into “A long wait”")
    anne.locator("[data-again] a").click()
    anne.locator("main a", has_text="Back to the board").click()
    expect(anne.locator(".last")).to_contain_text("Undoing it brings back, apart from “A long wait”: “Wait 2”.")
    anne.get_by_role("button", name="Undo").click()
    expect(anne.locator(".done")).to_be_visible()

    claire.goto(f"{server.address}/en/committee/{server.code}/coding/{number}/next")
    expect(claire.locator("h1")).to_be_focused()
    for keys in (("1", "Enter"), ("2", "3", "Enter"), ("0",)):
        with claire.expect_navigation():
            for key in keys:
                claire.keyboard.press(key)
    with unit_of_work(server.engine, read_only=True) as session:
        said = {tuple(each.themes) for each in session.scalars(sa.select(HandCoding))}
    assert said == {("t1",), ("t2", "t3"), ()}


def _name_of(server, code: str) -> str:
    with unit_of_work(server.engine, read_only=True) as session:
        return session.scalars(sa.select(Theme).where(Theme.code == code)).one().labels.en
