"""Participants in a real browser: what they see, and what is stored."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from consult.record.database import unit_of_work
from consult.record.response import Response, ResponseAnswer

HARDEST = "Ma mère attend des heures à l’urgence.\nOn ne nous dit rien."
PROTECT = "Les infirmières du CLSC"


def stored_answers(server) -> dict[str, object]:
    """The answers of the one response that came by the web."""
    with unit_of_work(server.engine, read_only=True) as session:
        (key,) = session.scalars(sa.select(Response.id).where(Response.channel == "web"))
        query = sa.select(ResponseAnswer.question_code, ResponseAnswer.value)
        return dict(session.execute(query.where(ResponseAnswer.response_id == key)).all())


def count(server, table: str) -> int:
    with unit_of_work(server.engine, read_only=True) as session:
        return session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()


def go_on(page: Page) -> None:
    page.locator("button.main").click()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


@pytest.mark.parametrize("kind", ["postgres_server"])  # on SQLite: tests/journeys/test_rehearsal.py
def test_a_french_caregiver_on_a_phone_changes_language_twice_and_loses_the_network_once(request, kind, open_page):
    server = request.getfixturevalue(kind)
    page = open_page("fr", 360)
    page.goto(f"{server.address}/fr/")
    page.get_by_role("link", name="Réseau de santé du Grand Héron").click()
    heading(page, "Vos soins, notre plan\u00a0: 2027-2030")
    go_on(page)  # without agreeing
    expect(page.get_by_role("heading", name="Il y a un problème")).to_be_visible()
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.title().startswith("Erreur\u00a0:")
    page.get_by_label("J’accepte de participer.").check()
    page.get_by_label("J’accepte qu’on cite mes mots").check()
    go_on(page)

    heading(page, "Vous et le réseau")
    expect(page.get_by_text("Section 1 sur 4")).to_be_visible()
    page.get_by_role("group", name="Qui êtes-vous").get_by_label("Personne proche aidante").check()
    page.get_by_role("group", name="À quel titre").get_by_label("Personne proche aidante").check()
    go_on(page)

    heading(page, "Les soins, aujourd’hui et demain")
    page.locator("#hardest").fill(HARDEST)
    page.get_by_role("button", name="English").click()
    heading(page, "Care today and tomorrow")
    assert page.locator("html").get_attribute("lang") == "en-CA"
    expect(page.locator("#hardest")).to_have_value(HARDEST)
    page.locator("#protect").fill(PROTECT)
    page.get_by_role("button", name="Français").click()
    heading(page, "Les soins, aujourd’hui et demain")
    expect(page.locator("#protect")).to_have_value(PROTECT)

    page.context.set_offline(True)
    page.locator("#one_change").fill("Un seul dossier")
    go_on(page)
    expect(page.locator(".status")).to_contain_text("aucune connexion")
    heading(page, "Les soins, aujourd’hui et demain")
    expect(page.locator("#one_change")).to_have_value("Un seul dossier")
    page.context.set_offline(False)
    go_on(page)

    heading(page, "Ce qui devrait passer en premier")
    expect(page.locator(".ranking-first")).to_be_visible()  # the script has made cards of the rows
    for label in ("Plus de soins à domicile", "Du personnel en nombre suffisant", "Des soins en santé mentale"):
        page.get_by_role("button", name=label).first.click()
    page.get_by_role("button", name="Monter\u00a0: Des soins en santé mentale").click()
    go_on(page)
    heading(page, "Un peu à propos de vous")
    go_on(page)
    heading(page, "Vérifiez vos réponses")
    expect(page.get_by_text("Un seul dossier")).to_be_visible()
    go_on(page)
    heading(page, "Merci, vos réponses sont reçues")
    receipt = page.locator(".receipt .code").inner_text()

    answers = stored_answers(server)
    assert answers["hardest"] == {"text": HARDEST}
    assert answers["protect"] == {"text": PROTECT}
    assert answers["one_change"] == {"text": "Un seul dossier"}
    assert answers["orientations"] == {"ranking": ["home_care", "mental_health", "staff"]}
    assert answers["answer_as"] == {"choice": "caregiver"}
    assert answers["quoted"]["given"] is True
    assert answers["research"]["given"] is False
    assert count(server, "drafts") == 0

    # another person, another device: the receipt opens the answers, and withdraws them
    other = open_page("en", 1280)
    other.goto(f"{server.address}/en/receipt")
    other.get_by_label("Receipt").fill(receipt.lower())
    go_on(other)
    heading(other, "Your answers")
    expect(other.get_by_text("On ne nous dit rien.")).to_be_visible()
    other.get_by_role("link", name="Correct – Care today and tomorrow").click()
    other.locator("#protect").fill("Les infirmières")
    go_on(other)
    expect(other.get_by_text("Your corrections were saved.")).to_be_visible()
    assert stored_answers(server)["protect"] == {"text": "Les infirmières"}
    other.get_by_role("link", name="Withdraw my answers").click()
    other.get_by_role("button", name="Erase my answers").click()
    heading(other, "These answers were withdrawn")
    assert stored_answers(server) == {}


@pytest.mark.slow
def test_an_english_manager_without_javascript(server, open_page):
    page = open_page("en", 1280, javascript=False)
    page.goto(f"{server.address}/en/c/{server.code}/")
    page.get_by_label("I agree to take part.").check()
    go_on(page)
    page.get_by_role("group", name="In which role").get_by_label("Manager").check()
    page.get_by_role("button", name="Français").click()
    heading(page, "Vous et le réseau")
    expect(page.get_by_role("group", name="À quel titre").get_by_label("Gestionnaire")).to_be_checked()
    page.get_by_role("button", name="English").click()
    go_on(page)
    page.get_by_label("5 – Very easy").check()
    page.locator("#hardest").fill("Four systems that do not talk")
    go_on(page)
    heading(page, "What should come first")
    for name in ("Move up: Enough staff", "Move up: One health record", "Move up: One health record"):
        page.get_by_role("button", name=name).click()
    page.get_by_role("combobox", name="Preventing illness").select_option("1")  # the rank of One health record
    go_on(page)
    expect(page.locator(".error-summary")).to_contain_text("Two items have rank 1.")
    page.get_by_role("combobox", name="Preventing illness").select_option("3")
    go_on(page)
    page.get_by_role("button", name="Back").click()
    heading(page, "What should come first")
    go_on(page)
    go_on(page)
    heading(page, "Check your answers")
    page.get_by_role("link", name="Change – Care today and tomorrow").click()
    page.locator("#hardest").fill("Four systems that do not talk to each other")
    go_on(page)
    heading(page, "Check your answers")
    go_on(page)
    heading(page, "Thank you: your answers were received")
    assert len(page.locator(".receipt .code").inner_text()) == 19
    answers = stored_answers(server)
    assert answers["orientations"] == {"ranking": ["digital", "staff", "prevention"]}
    assert answers["hardest"] == {"text": "Four systems that do not talk to each other"}
    assert answers["access"] == {"point": 5}
    assert answers["answer_as"] == {"choice": "manager"}


def press_until(page: Page, wanted: str, key: str = "Tab", most: int = 80) -> None:
    """Press a key until what has focus answers to a selector; what has focus is always visible."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    pytest.fail(f"{wanted} cannot be reached with {key}")


def test_by_keyboard_only(server, open_page):
    page = open_page("fr", 1280)
    page.goto(f"{server.address}/fr/c/{server.code}/")
    press_until(page, "a.skip")
    page.keyboard.press("Enter")
    press_until(page, "#take_part")
    page.keyboard.press("Space")
    press_until(page, "button.main")
    page.keyboard.press("Enter")
    heading(page, "Vous et le réseau")
    press_until(page, "input[name='answer_as']")
    page.keyboard.press("ArrowDown")
    press_until(page, "input[name='region']")
    page.keyboard.press("Space")
    press_until(page, "button.main")
    page.keyboard.press("Enter")
    heading(page, "Les soins, aujourd’hui et demain")
    press_until(page, "#hardest")
    page.keyboard.type("au clavier")
    press_until(page, "button.main")
    page.keyboard.press("Enter")
    heading(page, "Ce qui devrait passer en premier")
    for _ in range(2):
        press_until(page, ".ranking-pick")
        page.keyboard.press("Enter")
    press_until(page, "button.main")
    page.keyboard.press("Enter")
    heading(page, "Un peu à propos de vous")
    press_until(page, "input[name='gender.other']")
    page.keyboard.type("fluide")
    page.keyboard.press("Enter")  # what Enter presses is Continue, not the language in the header
    heading(page, "Vérifiez vos réponses")
    press_until(page, "button.main")
    page.keyboard.press("Enter")
    heading(page, "Merci, vos réponses sont reçues")
    answers = stored_answers(server)
    assert answers["hardest"] == {"text": "au clavier"}
    assert answers["gender"] == {"choice": "other", "other": "fluide"}
    assert len(answers["orientations"]["ranking"]) == 2
    assert answers["region"] == {"choice": "old_port"}


@pytest.mark.slow
def test_consents_are_changed_after_beginning_and_saved_as_every_answer_is(server, open_page):
    page = open_page("fr", 360)
    page.goto(f"{server.address}/fr/c/{server.code}/")
    page.locator("#take_part").check()
    page.locator("#quoted").check()
    go_on(page)
    heading(page, "Vous et le réseau")
    page.get_by_role("button", name="Retour").click()
    page.locator("#quoted").uncheck()
    expect(page.locator(".status")).to_have_text("Enregistré")
    with unit_of_work(server.engine, read_only=True) as session:
        saved = session.execute(sa.text("SELECT value FROM draft_answers WHERE question_code = 'quoted'")).scalar_one()
    assert '"0"' in str(saved)
    go_on(page)
    heading(page, "Vous et le réseau")


@pytest.mark.slow
def test_a_tab_of_somebody_before_cannot_write(server, open_page):
    page = open_page("fr", 360)
    page.goto(f"{server.address}/fr/c/{server.code}/")
    page.locator("#take_part").check()
    go_on(page)
    page.locator("input[name=answer_as][value=citizen]").check()
    go_on(page)
    heading(page, "Les soins, aujourd’hui et demain")
    other = page.context.new_page()
    other.goto(f"{server.address}/fr/c/{server.code}/")
    other.locator("form[action$='/leave'] button").click()
    other.locator("#take_part").check()
    go_on(other)
    heading(other, "Vous et le réseau")
    page.locator("#hardest").fill("les mots de la personne d’avant")
    expect(page.locator(".status")).to_contain_text("n’a pas été enregistré")
    expect(page.locator("#hardest")).to_have_value("les mots de la personne d’avant")
    with unit_of_work(server.engine, read_only=True) as session:
        assert (
            session.execute(sa.text("SELECT count(*) FROM draft_answers WHERE question_code = 'hardest'")).scalar() == 0
        )
