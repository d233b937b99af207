"""Somebody codes by the keyboard alone, in a real browser: ticks, saves, puts off, goes back, writes a note."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from consult.record.account import find_account
from consult.record.coding import HandCoding
from consult.record.database import unit_of_work
from consult.record.theme_board import ThemeBoard
from tests.consult.planted_coding import draw, plant_board


@pytest.fixture
def number(server):
    """Draw a round for the facilitator; return its number."""
    board_id = plant_board(server.engine, server.code)
    with unit_of_work(server.engine) as session:
        board, who = session.get_one(ThemeBoard, board_id), find_account(session, server.email)
        return draw(session, board, [who]).id


@pytest.mark.slow
def test_the_keyboard_is_enough(server, number, open_page, axe):
    page = open_page("fr", 360)
    page.goto(f"{server.address}/fr/account/")
    page.locator("input[name=email]").fill(server.email)
    page.locator("input[name=password]").fill(server.password)
    page.locator("main button").click()
    page.wait_for_url(lambda address: "/account/" not in address)
    round_page = f"{server.address}/fr/committee/{server.code}/coding/{number}"
    page.goto(f"{round_page}/next")
    first = page.url
    expect(page.locator("h1")).to_be_focused()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.keyboard.press("2")
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(page.locator("input[name=theme]:checked")).to_have_count(1)
    page.keyboard.press("m")
    page.keyboard.type("s 0 note")
    page.keyboard.press("Shift+Tab")
    page.locator("#theme-t3").focus()
    page.keyboard.press("3")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url != first
    with page.expect_navigation():
        page.keyboard.press("s")
    with page.expect_navigation():
        page.keyboard.press("0")
    with page.expect_navigation():
        page.keyboard.press("b")
    with unit_of_work(server.engine, read_only=True) as session:
        said = {(tuple(each.themes), each.note, each.is_skipped) for each in session.scalars(sa.select(HandCoding))}
    assert said == {(("t1", "t3"), "s 0 note", False), ((), "", True), ((), "", False)}
