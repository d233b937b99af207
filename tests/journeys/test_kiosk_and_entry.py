"""One visit in a real browser: forms typed in with the keyboard alone, then a tablet that forgets."""

import sqlalchemy as sa
from playwright.sync_api import expect

from consult.record.database import unit_of_work
from consult.record.response import Response, ResponseAnswer
from tests.journeys.test_facilitator import sign_in

WORDS = "ce que personne d’autre ne doit lire"


def test_forms_are_typed_with_the_keyboard_alone_and_a_kiosk_forgets(server, open_page, axe):
    page = open_page("fr", 1280)
    sign_in(page, server, "fr")
    page.goto(f"{server.address}/fr/manage/{server.code}/links")
    axe(page)
    page.goto(f"{server.address}/fr/manage/{server.code}/paper-forms")
    page.get_by_role("button", name="Commencer la saisie").click()
    _type_in(page, axe)
    with unit_of_work(server.engine, read_only=True) as session:
        response = session.scalars(sa.select(Response).where(Response.channel == "paper")).one()
        query = sa.select(ResponseAnswer.question_code, ResponseAnswer.value)
        stored = dict(session.execute(query.where(ResponseAnswer.response_id == response.id)).all())
    assert stored["answer_as"] == {"choice": "caregiver"}
    assert stored["hardest"] == {"text": "une ligne\nune autre"}
    assert "region" not in stored  # illegible
    _be_a_kiosk(page, server, axe)


def _type_in(page, axe) -> None:
    """Type a form without the pointer, as far as the button that saves."""
    keys = page.keyboard
    axe(page)
    expect(page.locator("#q-take_part-0")).to_be_focused()
    for typed in ("1", "", "", "23", "3"):
        keys.type(typed)
        keys.press("Enter")
    expect(page.locator("#entry-answer_as [data-means]")).to_have_text(
        "Personne proche aidante\u00a0: j’aide quelqu’un de mon entourage"
    )
    keys.type("?")
    expect(page.locator("#entry-region [data-means]")).to_have_text("Illisible")
    keys.press("Tab")
    for typed in ("5", "1"):
        keys.type(typed)
        keys.press("Enter")
    keys.type("une ligne")
    keys.press("Shift+Enter")
    keys.type("une autre")
    for _ in range(100):
        if page.evaluate("document.activeElement.matches('[data-save]')"):
            break
        keys.press("Enter")
    keys.press("Enter")
    expect(page.locator(".last")).to_contain_text("Formulaire 1, enregistré.")
    expect(page.locator("h1")).to_have_text("Formulaire 2")


def _be_a_kiosk(page, server, axe) -> None:
    page.clock.install()
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"{server.address}/fr/c/{server.code}/kiosk")
    axe(page)
    page.get_by_role("button", name="Lancer le mode borne").click()
    page.get_by_label("J’accepte de participer").check()
    page.get_by_role("button", name="Commencer").click()
    page.locator("input[name=answer_as]").first.check()
    page.get_by_role("button", name="Continuer").click()
    page.locator("textarea[name=hardest]").fill(WORDS)
    page.clock.run_for(61_000)
    expect(page.locator("[data-still]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Il me faut plus de temps").click()
    expect(page.locator("[data-still]")).to_be_hidden()
    here = page.url
    page.clock.run_for(91_000)
    page.wait_for_url(f"**/fr/c/{server.code}/")
    page.go_back()
    page.wait_for_load_state()
    assert WORDS not in page.content()
    page.goto(here)  # the address itself gives nothing
    expect(page.get_by_label("J’accepte de participer")).not_to_be_checked()
    assert WORDS not in page.content()
    with server.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM drafts")) == 0
