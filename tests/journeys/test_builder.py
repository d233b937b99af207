"""A facilitator founds a consultation and writes its survey: in a real browser, in both languages, at both widths."""

import pytest
from playwright.sync_api import Page, expect

from consult.accounts.passwords import hash_password
from consult.record.account import Role, create_account, join_consultation
from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.survey import list_surveys, list_versions
from surveys.definition_reader import load_survey

WORDS = {
    "fr": {"title": "Rivières 2030", "saved": "Enregistré à", "published": "publié", "undone": "Annulé"},
    "en": {"title": "Rivers 2030", "saved": "Saved at", "published": "published", "undone": "Undone"},
}


def sign_in(page: Page, server, language: str, email: str = "") -> None:
    page.goto(f"{server.address}/{language}/manage/")
    page.locator("input[name=email]").fill(email or server.email)
    page.locator("input[name=password]").fill(server.password)
    page.locator("main button").click()


def fits(page: Page, width: int) -> None:
    page.wait_for_load_state()  # after a click the next page may still be on its way
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


@pytest.mark.parametrize(
    ("language", "width", "javascript"), [("fr", 1280, True), pytest.param("en", 360, False, marks=pytest.mark.slow)]
)
def test_from_nothing_to_a_published_survey(server, open_page, axe, language, width, javascript):
    page, words = open_page(language, width, javascript=javascript), WORDS[language]

    def look() -> None:
        fits(page, width)
        if javascript:  # axe is a script itself
            axe(page)

    sign_in(page, server, language)
    page.locator("a[href$='/build/new']").click()
    look()
    page.locator("[name='title.fr']").fill("Rivières 2030")
    page.locator("[name='title.en']").fill("Rivers 2030")
    page.locator("[name=contact]").fill("plan@example.org")
    page.locator("main button.main").click()
    look()
    page.locator("button[value=blank]").click()
    look()
    outline = page.url
    page.locator("#title\\.section a").click()
    page.locator("[name='title.fr']").fill("Vos priorités")
    page.locator("[name='title.en']").fill("Your priorities")
    look()
    page.locator("main button.main").click()
    page.goto(f"{outline}/opening")
    page.locator("[name='title.fr']").fill("Questionnaire")
    page.locator("[name='title.en']").fill("Survey")
    look()
    page.locator("main button.main").click()
    page.locator(".chapter").nth(1).locator(".add a").click()
    look()
    page.locator("button[value=ranking]").click()
    page.locator("[name='text.fr']").fill("Qu’est-ce qui vient en premier?")
    page.locator("[name='text.en']").fill("What comes first?")
    for at, (french, english) in enumerate([("L’accès", "Access"), ("L’écoute", "Being heard")]):
        page.locator(f"[name='choices.{at}.fr']").fill(french)
        page.locator(f"[name='choices.{at}.en']").fill(english)
    if javascript:
        expect(page.locator("[data-saved]")).to_contain_text(words["saved"])
        expect(page.frame_locator("[data-frame]").get_by_role("button", name="L’écoute")).to_be_visible()
        expect(page.locator("[name='choices.1.code']")).to_have_value("being_heard")
    look()
    page.locator("main button.main").click()
    expect(page.locator("[id='question.comes_first']")).to_be_visible()
    _move_delete_and_undo(page, words, javascript)
    look()
    for path in ("translation", "preview", "check"):
        page.goto(f"{outline}/{path}")
        look()
    page.locator("main form button.main").click()
    expect(page.locator("main")).to_contain_text(words["published"])
    look()
    with unit_of_work(server.engine, read_only=True) as session:
        (survey,) = list_surveys(session, get_consultation(session, outline.split("/")[-3]))
        (version,) = list_versions(session, survey)
        asked = load_survey(version.definition).questions
    assert [question.code for question in asked] == ["take_part", "quoted", "comes_first"]


def _move_delete_and_undo(page: Page, words: dict[str, str], javascript: bool) -> None:
    """Move a question up twice by its button, delete it, undo that, and move it back in one step."""
    up = page.locator("[id='question.comes_first'] button[value^='up:']")
    up.click()
    if javascript:
        expect(up).to_be_focused()  # pressed again without looking for it
        page.keyboard.press("Enter")
    else:
        up.click()
    expect(page.locator(".item").nth(1)).to_have_id("question.comes_first")
    item = page.locator("[id='question.comes_first']")
    item.locator("summary").click()
    item.locator("button[value^='delete:']").click()
    expect(item).to_have_count(0)
    page.locator("button[value=undo]").click()
    expect(page.locator(".done")).to_contain_text(words["undone"])
    expect(item).to_be_visible()
    item.locator("summary").click()
    item.locator("select[name=to]").select_option("section:0")
    item.locator("button[value^='move:']").click()
    expect(page.locator(".item").nth(2)).to_have_id("question.comes_first")


def test_two_facilitators_see_each_other_and_overwrite_nothing(server, open_page, axe):
    with unit_of_work(server.engine) as session:
        anne = create_account(
            session,
            "anne@example.org",
            "Anne Roy",
            roles=[Role.FACILITATOR],
            password_hash=hash_password(server.password),
        )
        join_consultation(session, anne, get_consultation(session, server.code), Role.FACILITATOR)
    where = f"/build/{server.code}/surveys/plan_2027_2030/questions/hardest"
    first, second = open_page("fr", 1280), open_page("en", 360)
    sign_in(first, server, "fr")
    sign_in(second, server, "en", anne.email)
    second.goto(f"{server.address}/en{where}")
    expect(second.locator("[data-others]")).to_be_empty()
    first.goto(f"{server.address}/fr{where}")
    expect(first.locator("[data-others]")).to_contain_text("Anne Roy")
    second.locator("[name='text.en']").fill("Anne’s question?")
    expect(second.locator("[data-saved]")).to_contain_text("Saved at")
    first.locator("[name='text.fr']").fill("La question de Claire?")
    expect(first.locator("[data-saved]")).to_contain_text("Une autre personne a modifié")
    first.locator("main button.main").click()
    expect(first.locator(".theirs")).to_contain_text("Anne’s question?")
    expect(first.locator("[role=alert]")).to_be_focused()
    axe(first)
    expect(first.locator("[name='text.fr']")).to_have_value("La question de Claire?")
    first.locator(".theirs a.button").click()
    expect(first.locator("[name='text.en']")).to_have_value("Anne’s question?")
