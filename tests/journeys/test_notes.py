"""Notes of a focus group on a phone and a laptop where the network fails: nothing is lost, nothing is overwritten."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.keys import Keyring
from consult.record.session import NewSession, SessionKind, create_session, get_session
from consult.record.session_guide import NewGuide, NewGuideQuestion, create_guide
from consult.record.session_notes import list_statements
from surveys.localised import Localised

SENT, LEFT = "Tout est envoyé", "Pas encore envoyés"


@pytest.fixture
def session_id(server) -> int:
    questions = (NewGuideQuestion(Localised("Why?", "Pourquoi?")), NewGuideQuestion(Localised("What helps?", "Quoi?")))
    with unit_of_work(server.engine) as session:
        consultation = get_consultation(session, server.code)
        guide = create_guide(session, consultation, NewGuide(Localised("Guide", "Guide"), questions))
        new = NewSession(SessionKind.FOCUS_GROUP, date.today(), guide_id=guide.id, has_agreed=True)
        return create_session(session, Keyring(server.secret), consultation, new).id


def test_notes_survive_a_lost_network_a_reload_and_a_second_device(server, session_id, open_page, axe):
    address = f"{server.address}/fr/manage/{server.code}/sessions/{session_id}/notes"
    phone, laptop = open_page(width=360), open_page(width=1280)
    phone.on("dialog", lambda dialog: dialog.accept())  # the browser asks before it leaves what is not sent
    sign_in(phone, server, address)
    write(phone, "On attend des heures.", "guide_1_1")
    expect(phone.locator("[data-status]")).to_contain_text(SENT)

    phone.context.set_offline(True)
    write(phone, "Écrit sans réseau.", "guide_1_2")
    write(phone, "Encore sans réseau.", "guide_1_2")
    phone.fill("#text", "Un début de phrase")
    expect(phone.locator("[data-status]")).to_contain_text(re.compile(f"{LEFT}\\s: 2"))
    expect(phone.locator("[data-state]:visible")).to_have_count(2)
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert stored(server, session_id) == ["On attend des heures."]

    phone.route("**/notes", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    phone.context.set_offline(False)
    phone.reload()  # the page is there again, its way to the server not yet
    expect(phone.locator(".asked .said")).to_have_count(3)
    expect(phone.locator("[data-status]")).to_contain_text(LEFT)
    assert phone.input_value("#text") == "Un début de phrase"
    assert len(stored(server, session_id)) == 1

    phone.unroute("**/notes")
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.locator("[data-status]")).to_contain_text(SENT)
    assert stored(server, session_id) == ["On attend des heures.", "Écrit sans réseau.", "Encore sans réseau."]
    phone.fill("#text", "")
    assert phone.evaluate("localStorage.length") == 0  # nothing stays on the device

    sign_in(laptop, server, address)
    change(laptop, "Version du portable.")
    expect(laptop.locator("[data-status]")).to_contain_text(SENT)
    change(phone, "Version du téléphone.")
    expect(phone.locator("p[data-theirs]:visible")).to_have_text("Version du portable.")
    assert stored(server, session_id)[0] == "Version du portable."  # nothing was overwritten
    axe(phone)
    phone.locator("[data-keep=mine]:visible").click()
    expect(phone.locator("[data-status]")).to_contain_text(SENT)
    assert stored(server, session_id)[0] == "Version du téléphone."

    phone.locator("[data-remove] button").first.click()
    expect(phone.locator(".asked .said:visible")).to_have_count(2)
    phone.locator("[data-undo]").click()
    expect(phone.locator(".asked .said:visible")).to_have_count(3)
    assert stored(server, session_id)[0] == "Version du téléphone."


def sign_in(page, server, address: str) -> None:
    page.goto(address)
    page.fill("[name=email]", server.email)
    page.fill("[name=password]", server.password)
    page.locator("main form button").first.click()
    page.wait_for_url(address)


def write(page, text: str, question: str) -> None:
    page.select_option("#question", question)
    page.fill("#text", text)
    page.locator("[data-add]").click()
    expect(page.locator("#text")).to_have_value("")


def change(page, text: str) -> None:
    page.locator(".statements [data-edit]").first.click()
    page.fill("#text", text)
    page.locator("[data-add]").click()


def stored(server, session_id: int) -> list[str]:
    with unit_of_work(server.engine, read_only=True) as session:
        listening = get_session(session, get_consultation(session, server.code), session_id)
        return [each.text for each in list_statements(session, listening) if not each.is_removed]
