"""A phone in a workshop follows the facilitator by itself, and never loses what somebody is writing."""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.lifecycle import By
from consult.record.workshop import VoteMethod, Workshop
from consult.record.workshop_leading import NewWorkshop, make_workshop, open_round
from surveys.localised import Localised


@pytest.mark.slow
def test_a_phone_follows_the_rounds(server, open_page, axe):
    with unit_of_work(server.engine) as session:
        consultation = get_consultation(session, server.code)
        lines = tuple(Localised(f"Option {name}", f"Choix {name}") for name in "AB")
        new = NewWorkshop(lines[0], lines[1], VoteMethod.POINTS, 5, date.today(), lines=lines)
        workshop = make_workshop(session, consultation, new, By(None, datetime.now(UTC)), "a" * 32)
        key, address = workshop.id, f"{server.address}/fr/w/{workshop.join_code}"

    def begin(number):
        with unit_of_work(server.engine) as session:
            open_round(session, session.get_one(Workshop, key, with_for_update=True), number)

    page = open_page("fr", 360)
    page.goto(address)
    axe(page)
    page.locator(".steps button").click()
    begin(1)
    page.locator("#text").fill("Une idée à demi écrite")  # the page came by itself
    begin(4)
    expect(page.locator("[data-changed]")).to_be_visible(timeout=10_000)
    expect(page.locator("#text")).to_have_value("Une idée à demi écrite")
    page.locator("[data-changed] a").click()
    page.locator("#points-o1").fill("3")
    expect(page.locator("[data-left]")).to_have_text("2")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#points-o2").fill("2")
    page.locator("#send button.main").click()
    expect(page.locator(".done")).to_be_visible()
