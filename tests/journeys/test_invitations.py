"""A list is imported on a phone, everybody invited through a real mail server, one link followed, one refused."""

import shutil

import pytest
from playwright.sync_api import expect

from consult.record.consultation import get_consultation
from consult.record.database import create_record_engine, unit_of_work
from consult.record.mail_rules import set_rules
from tests.consult.mail_server import Handler, run_mail_server
from tests.journeys.conftest import CODE, serve

LIST = "Nom;Courriel;Langue\nAnne;anne@example.org;français\nBob;bob@example.org;anglais\nRé;refused@example.org;\n"


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def site(running_sample, tmp_path, handler):
    """A server with mail, without quiet hours."""
    url = f"sqlite:///{shutil.copy(running_sample, tmp_path / 'record.sqlite')}"
    engine = create_record_engine(url)
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, CODE)
        set_rules(session, consultation, quiet_from=0, quiet_to=0, rests_on_sunday=False, reminder_days=5)
    engine.dispose()
    with run_mail_server(handler) as port:
        mail = f"smtp://127.0.0.1:{port}?starttls=0&from=consult@example.org"
        yield from serve(url, tmp_path, {"CONSULT_MAIL_URL": mail})


@pytest.mark.slow
def test_a_list_is_imported_and_invited_and_the_page_follows(site, handler, open_page, axe, tmp_path):
    file = tmp_path / "liste.csv"
    file.write_text(LIST, "utf-8")
    base = f"{site.address}/fr/manage/{site.code}/invitations"
    page = open_page(width=360)
    page.goto(base)
    page.fill("[name=email]", site.email)
    page.fill("[name=password]", site.password)
    page.locator("main form button").first.click()
    page.wait_for_url(base)
    axe(page)
    page.click("text=Importer une liste")
    page.set_input_files("#file", file)
    page.click("button.main")
    expect(page.locator(".tally")).to_contain_text("3 nouvelles personnes")
    page.click("[data-confirm] button.main")  # the file is still in the page
    page.wait_for_url(base)
    page.click("a.main")
    axe(page)
    page.fill("#text-fr", "Bonjour Anne.")
    page.click("button[value=look]")
    expect(page.locator("article.letter").first).to_contain_text("Bonjour Anne.")
    axe(page)
    page.click("button[value=send]")
    page.wait_for_url(base)
    # the page follows by itself: two left, one was refused
    expect(page.locator("[data-sending]")).to_contain_text("2 messages ont été envoyés")
    expect(page.locator(".stacked tr", has_text="refused@")).to_contain_text("Refusé par le serveur de courriel")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert handler.recipients == ["anne@example.org", "bob@example.org"]

    plain = handler.of("anne@example.org").get_body(("plain",)).get_content()
    assert "Bonjour Anne." in plain
    person = open_page(width=360)
    person.goto(next(line for line in plain.splitlines() if "/fr/i/" in line))
    person.click("main form button")
    expect(person).to_have_url(f"{site.address}/fr/c/{site.code}/")
    person.goto(handler.of("anne@example.org")["List-Unsubscribe"].strip("<>"))
    axe(person)
    person.click("main form button")
    expect(person.locator("h1")).to_have_text("Vous ne recevrez plus de messages")
