"""One visit in a real browser: two people discuss on a phone, and a facilitator moderates with the keyboard."""

from datetime import date

from playwright.sync_api import expect

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.discussion import Joining, NewPrompt, create_prompt, join_discussion, open_prompt
from consult.record.keys import Keyring, new_token
from consult.record.statement import NewStatement, post_statement, put_out
from surveys.localised import Localised
from tests.journeys.conftest import SECRET
from tests.journeys.test_facilitator import sign_in

IDEAS = ("Des rendez-vous le soir.", "A nurse at the community centre.")


def test_people_post_and_react_on_a_phone_and_a_facilitator_moderates_with_keys(server, open_page, axe):
    _plant(server)
    page = open_page("fr", 360)
    page.goto(f"{server.address}/fr/d/{server.code}/")
    axe(page)
    page.get_by_role("button", name="Commencer").click()
    axe(page)
    page.get_by_role("link", name="Qu’est-ce qui aiderait?").click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    _react(page, axe)
    _post(page, axe)

    staff = open_page("fr", 1280)
    sign_in(staff, server, "fr")
    staff.goto(f"{server.address}/fr/manage/{server.code}/discussions")
    axe(staff)
    staff.get_by_role("link", name="1 énoncé vous attend").click()
    _moderate(staff, axe)
    for part in ("Traductions", "Résultats", "Textes et règles"):
        staff.get_by_role("link", name=part, exact=True).click()
        axe(staff)

    page.goto(f"{server.address}/fr/d/{server.code}/own")
    axe(page)
    expect(page.locator("main")).to_contain_text("Il porte sur autre chose que la question.")


def _plant(server) -> None:
    """Open a prompt in which two people have posted."""
    today = date.today()
    with unit_of_work(server.engine) as session:
        consultation = get_consultation(session, server.code)
        question = Localised(en="What would help?", fr="Qu’est-ce qui aiderait?")
        prompt = create_prompt(session, consultation, NewPrompt(question, least_reactions=2, may_reply=True))
        open_prompt(session, consultation, prompt)
        for idea, language in zip(IDEAS, ("fr", "en"), strict=True):
            author = join_discussion(session, Keyring(SECRET), consultation, Joining(new_token(), language), today)
            put_out(session, post_statement(session, prompt, author, NewStatement(idea, language, new_token()), today))


def _react(page, axe) -> None:
    """React with a key, undo, react by touch, and see what others think."""
    words = page.locator(".card > blockquote")
    first = words.inner_text()
    page.get_by_role("button", name="Je passe").focus()
    page.keyboard.press("1")
    expect(page.locator(".card")).to_contain_text("Noté\u00a0: D’accord.")
    expect(page.locator("#card-title")).to_be_focused()
    page.get_by_role("button", name="Annuler").click()
    expect(words).to_have_text(first)
    for _ in IDEAS:
        page.get_by_role("button", name="D’accord", exact=True).click()
    expect(page.locator("#card-title")).to_have_text("Vous avez réagi à tous les énoncés")
    page.get_by_role("link", name="Ce que les autres en pensent").click()
    axe(page)
    page.go_back()


def _post(page, axe) -> None:
    """Write a number by which somebody could be recognised, be told so, and take it out."""
    area = page.get_by_label("Une seule idée, en une phrase ou deux")
    area.fill("Appelez-moi au 418 555-0199")
    expect(page.locator("#text-count")).to_have_text("Il reste 253 caractères")
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    axe(page)
    area.fill("Le stationnement coûte cher")
    page.get_by_role("button", name="Publier mon énoncé modifié").dblclick()
    expect(page.locator(".notice")).to_contain_text("Merci.")


def _moderate(page, axe) -> None:
    """Open hiding with its key, choose a reason, and see it done."""
    axe(page)
    statement = page.locator("[data-statement]")
    expect(statement).to_have_count(1)  # pressed twice, posted once
    statement.focus()
    page.keyboard.press("h")
    axe(page)
    page.get_by_label("Il porte sur autre chose que la question.").check()
    page.get_by_role("button", name="Le masquer").click()
    expect(page.locator(".done")).to_contain_text("L’énoncé est masqué.")
