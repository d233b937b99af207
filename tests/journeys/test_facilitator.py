"""A facilitator in a real browser: sees who is missing, pauses, extends, exports, imports, closes."""

import csv
import io
import zipfile
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work

WORDS = {
    "fr": {
        "sign_in": "Se connecter",
        "overview": "Qui a répondu, qui manque",
        "missing": "Personnes proches aidantes\u00a0: il en manque 12",
        "dates": "Dates et état",
        "pause": "Mettre la consultation en pause",
        "reopen": "Rouvrir la consultation",
        "save": "Enregistrer les dates",
        "export": "Exportation",
        "import": "Importation",
        "sign_out": "Se déconnecter",
    },
    "en": {
        "sign_in": "Sign in",
        "overview": "Who has answered, who is missing",
        "missing": "Caregivers: 12 missing",
        "dates": "Dates and status",
        "pause": "Pause the consultation",
        "reopen": "Reopen the consultation",
        "save": "Save the dates",
        "export": "Export",
        "import": "Import",
        "sign_out": "Sign out",
    },
}


def sign_in(page: Page, server, language: str) -> None:
    page.goto(f"{server.address}/{language}/manage/")
    page.locator("input[name=email]").fill(server.email)
    page.locator("input[name=password]").fill(server.password)
    page.get_by_role("button", name=WORDS[language]["sign_in"]).click()


def follow(page: Page, name: str) -> None:
    """Go to a place of the menu, as a person does: what folds it away is opened first."""
    link = page.get_by_role("link", name=name, exact=True, include_hidden=True)
    for fold in page.locator("nav details").filter(has=link).all():
        summary = fold.locator("> summary")
        if summary.is_visible() and fold.get_attribute("open") is None:
            summary.click()
    link.click()


def state(server) -> tuple[str, date | None]:
    with unit_of_work(server.engine, read_only=True) as session:
        consultation = get_consultation(session, server.code)
        return str(consultation.state), consultation.closes_on


@pytest.mark.parametrize(("language", "width"), [("fr", 1280), pytest.param("en", 360, marks=pytest.mark.slow)])
def test_a_facilitator_from_signing_in_to_closing(server, open_page, language, width, tmp_path):
    words = WORDS[language]
    page = open_page(language, width)
    sign_in(page, server, language)
    page.locator("main h2 a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words["overview"])
    expect(page.locator("main")).to_contain_text(words["missing"])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copy]").first.click()
    expect(page.locator("[data-said]")).not_to_be_empty()
    address = f"{server.address}/{language}/c/{server.code}/"
    assert page.evaluate("navigator.clipboard.readText()") == address

    follow(page, words["dates"])
    page.get_by_role("button", name=words["pause"]).click()
    expect(page.get_by_role("button", name=words["reopen"])).to_be_visible()
    assert state(server)[0] == "paused"
    page.get_by_role("button", name=words["reopen"]).click()
    expect(page.get_by_role("button", name=words["pause"])).to_be_visible()
    assert state(server)[0] == "open"

    yesterday, later = date.today() - timedelta(days=1), date.today() + timedelta(days=40)
    page.locator("input[type=date]").nth(1).fill(yesterday.isoformat())
    page.get_by_role("button", name=words["save"]).click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator("input[type=date]").nth(1).fill(later.isoformat())
    page.get_by_role("button", name=words["save"]).click()
    expect(page.locator(".error-summary")).to_have_count(0)
    assert state(server) == ("open", later)

    follow(page, words["export"])
    page.locator("input[value=zip]").check()
    with page.expect_download() as download:
        page.locator("main button").last.click()
    saved = tmp_path / "export.zip"
    download.value.save_as(saved)
    assert f"-responses-{language}-" in download.value.suggested_filename
    name, content = _csv_of(saved)
    delimiter = ";" if language == "fr" else ","
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))
    assert len(rows) == 240

    follow(page, words["import"])
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.locator("main button").last.click()
    expect(page.locator("main")).to_contain_text("240")

    page.goto(f"{server.address}/{language}/manage/{server.code}/close")
    page.locator("main button").first.click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert state(server)[0] == "open"
    page.locator("#understood").check()
    page.locator("main button").first.click()
    page.wait_for_load_state()
    assert state(server)[0] == "closed"
    page.goto(f"{server.address}/{language}/c/{server.code}/")
    expect(page.locator("main button.main")).to_have_count(0)

    page.goto(f"{server.address}/{language}/manage/")
    page.get_by_role("button", name=words["sign_out"]).click()
    page.goto(f"{server.address}/{language}/manage/{server.code}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(words["sign_in"])


def _csv_of(saved) -> tuple[str, bytes]:
    with zipfile.ZipFile(saved) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".csv") and each != "questions.csv"]
        assert [each for each in archive.namelist() if each.endswith(".json")]
        return name, archive.read(name)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr"])
def test_without_scripts_an_address_is_selected_at_one_touch(server, open_page, language):
    page = open_page(language, 360, javascript=False)
    sign_in(page, server, language)
    page.locator("main h2 a").click()
    assert page.locator("[data-copy]:visible").count() == 0
    code = page.locator("#addresses ~ dl code").first
    expect(code).to_have_text(f"{server.address}/{language}/c/{server.code}/")
    expect(code).to_have_css("user-select", "all")


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.slow)])
def test_every_page_is_clean(server, open_page, axe, language):
    page = open_page(language, 320)

    def look() -> None:
        page.wait_for_load_state()
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url

    for path in ("", f"{language}/", f"{language}/sign-in"):
        page.goto(f"{server.address}/{path}")
        look()
    page.locator("main button").click()
    look()
    sign_in(page, server, language)
    look()
    for path in ("", "dates", "close", "export", "import"):
        page.goto(f"{server.address}/{language}/manage/{server.code}/{path}")
        look()
    page.goto(f"{server.address}/{language}/manage/{server.code}/import")
    page.locator("main button").last.click()
    look()
    sample = b"response,submitted_on,language,group,answer_as\nx,2026-11-01,fr,martian,astronaut\n"
    page.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": sample})
    page.locator("main button").last.click()
    look()
    page.goto(f"{server.address}/{language}/manage/{server.code}/close")
    page.locator("main button").first.click()
    look()
    page.goto(f"{server.address}/{language}/account/password")
    page.locator("main button").last.click()
    look()
    page.goto(f"{server.address}/{language}/manage/{server.code}/dates")
    page.locator("input[type=date]").nth(1).fill("2020-01-01")
    page.locator("main button").first.click()
    look()
