"""The whole of a survey's life in a real browser, in both languages, at both widths.

From a blank page a facilitator asks one question of every type that there is, translates them, publishes and opens;
one person answers by keyboard alone, another without script; the responses are exported, and imported elsewhere.
"""

import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.response import Response, get_answers
from consult.record.survey import list_surveys, list_versions
from surveys.answers import check_answers
from surveys.definition import Survey
from surveys.definition_reader import load_survey
from surveys.question_types import QUESTION_TYPES
from tests.journeys.answering_anything import answer_by_keyboard, answer_without_script
from tests.journeys.test_builder import fits, sign_in

OTHER = {"fr": "en", "en": "fr"}
ASKED = {"fr": "Votre avis, numéro {}?", "en": "Your opinion, number {}?"}
CHOICES = {
    "fr": "Les soins à domicile\nLes cliniques de quartier\nUne attente plus courte\nLa santé mentale",
    "en": "Care at home\nClinics nearby\nShorter waits\nMental health",
}
ROWS = {"fr": "L’accueil\nLe suivi", "en": "The welcome\nThe follow-up"}
TITLES = {"fr": "Rivières 2030", "en": "Rivers 2030"}
NO_GAP = {"fr": "Chaque texte existe dans les deux langues", "en": "Every text stands in both languages"}


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), [("fr", 360), ("en", 1280)])
def test_from_a_blank_page_to_the_same_responses_elsewhere(server, open_page, axe, tmp_path, language, width):
    page = open_page(language, width)

    def look(which: Page = page) -> None:
        axe(which)
        fits(which, width)

    sign_in(page, server, language)
    outline = _found(page, server, language, TITLES[language], "blank")
    code = outline.split("/")[-3]
    _ask_one_of_each_type(page, outline, language, look)
    _translate(page, outline, language, look)
    _publish(page, outline, look)
    _open(page, server, language, code, look)
    people = f"{server.address}/{language}/c/{code}/"
    _answer(open_page(language, width), people, language, answer_by_keyboard, look)
    _answer(open_page(language, width, javascript=False), people, language, answer_without_script)

    survey, (one, other) = stored(server, code)
    assert one == other  # both said the same, each in their way
    assert Counter(each.type for each in survey.questions) == Counter([*QUESTION_TYPES, "consent", "consent"])
    answered = {each.code for each in survey.questions if QUESTION_TYPES[each.type].takes_answer}
    assert one[0] == language
    assert one[1].keys() == answered

    definition = _download(page, f"{outline}/definition", tmp_path)
    for kind in ("csv", "xlsx"):
        content = _without_keys(_export(page, server, language, code, kind, tmp_path), server, code)
        elsewhere = _found(page, server, language, f"{TITLES[language]} {kind}", "file", definition)
        _publish(page, elsewhere)
        copy = elsewhere.split("/")[-3]
        assert stored(server, copy)[1] == []
        _import(page, server, language, copy, content, look if kind == "csv" else None)
        assert stored(server, copy) == (survey, [one, other])


def _found(page: Page, server, language: str, title: str, start: str, file: Path | None = None) -> str:
    """Create a consultation, start its survey, and return the address of the outline."""
    page.goto(f"{server.address}/{language}/build/new")
    for each in ("fr", "en"):
        page.locator(f"[name='title.{each}']").fill(title)
        page.locator(f"[name='mandate.{each}']").fill(f"Un mandat, a mandate ({each})")
        page.locator(f"[name='promise.{each}']").fill(f"Une promesse, a promise ({each})")
    page.locator("[name=contact]").fill("plan@example.org")
    page.locator("main button.main").click()
    if file is not None:
        page.locator("#file").set_input_files(file)
    page.locator(f"button[value={start}]").click()
    expect(page.locator("[data-outline]")).to_be_visible()
    return page.url


def _ask_one_of_each_type(page: Page, outline: str, language: str, look) -> None:
    """Write each in one language; of two runs in two languages each looks at every other type."""
    for path in ("opening", "sections/section"):
        page.goto(f"{outline}/{path}")
        page.locator(f"[name='title.{language}']").fill(TITLES[language])
        page.locator("main button.main").click()
    for number, kind in enumerate(QUESTION_TYPES):
        page.goto(f"{outline}/add/section")
        if not number:
            look()
        page.locator(f"button[value={kind}]").click()
        page.locator(f"[name='text.{language}']").fill(ASKED[language].format(number))
        for words in page.locator(f"[name^='settings.'][name$='.{language}']").all():
            words.fill(TITLES[language])
        for name, lines in (("choices", CHOICES), ("rows", ROWS)):
            pasted = page.locator(f"[name='{name}.pasted']")
            if pasted.count():
                page.locator(f"details:has([name='{name}.pasted']) summary").click()
                pasted.fill(lines[language])
        if number % 2 == ("fr", "en").index(language):
            look()
        page.locator("main button.main").click()
        expect(page.locator(".item")).to_have_count(number + 3)
    look()


def _translate(page: Page, outline: str, language: str, look) -> None:
    """Fill every gap on the translation page."""
    page.goto(f"{outline}/translation")
    look()
    gaps = page.locator("textarea.empty")
    waiting = gaps.evaluate_all("(all) => all.map((each) => each.id)")
    assert len(waiting) > len(QUESTION_TYPES)
    for each in waiting:
        assert each.startswith(f"{OTHER[language]}:")
        page.locator(f"[id='{each}']").fill(f"({OTHER[language]}) {each.rpartition(':')[2]}")
    page.locator("main button.main").first.click()
    expect(page.locator(".lead")).to_contain_text(NO_GAP[language])
    expect(gaps).to_have_count(0)


def _publish(page: Page, outline: str, look=lambda: None) -> None:
    page.goto(f"{outline}/check")
    assert page.locator("li.stop").all_inner_texts() == []
    look()
    page.locator("main form button.main").click()
    expect(page.locator("main form button.main")).to_have_count(0)
    look()


def _open(page: Page, server, language: str, code: str, look) -> None:
    page.goto(f"{server.address}/{language}/manage/{code}/dates")
    page.locator("button[value=open]").click()
    expect(page.locator("button[value=paused]")).to_be_visible()


def _answer(page: Page, address: str, language: str, answer, look=lambda _page: None) -> None:
    """Answer page after page until the receipt."""
    page.goto(address)
    for _ in range(6):
        look(page)
        if page.url.endswith("/done"):
            return
        answer(page, language)
        page.wait_for_load_state()
    raise AssertionError(f"no receipt after {page.url}: {page.locator('main').inner_text()}")


def _download(page: Page, address: str, folder: Path) -> Path:
    content = page.request.get(address).body()
    path = folder / "survey.json"
    path.write_bytes(content)
    return path


def _export(page: Page, server, language: str, code: str, kind: str, folder: Path) -> Path:
    """Take the responses as the page offers them first: with labels in its language."""
    page.goto(f"{server.address}/{language}/manage/{code}/export")
    page.locator(f"input[value={kind}]").check()
    page.locator("input[value=file]").check()
    with page.expect_download() as download:
        page.locator("main button.main").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    assert path.suffix == f".{kind}"
    return path


def _without_keys(path: Path, server, code: str) -> Path:
    """Give the responses names of the file's own: by their keys this installation knows that it has them already."""
    with unit_of_work(server.engine, read_only=True) as session:
        keys = session.scalars(sa.select(Response.id).where(Response.consultation_id == _id(session, code))).all()

    def renamed(content: bytes) -> bytes:
        for number, key in enumerate(keys):
            content = content.replace(key.encode(), f"person-{number}".encode())
        return content

    if path.suffix == ".csv":
        path.write_bytes(renamed(path.read_bytes()))
        return path
    target = path.with_name("renamed.xlsx")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            after.writestr(name, renamed(before.read(name)))
    return target


def _id(session: Session, code: str) -> int:
    return get_consultation(session, code).id


def _import(page: Page, server, language: str, code: str, content: Path, look=None) -> None:
    page.goto(f"{server.address}/{language}/manage/{code}/import")
    page.locator("input[type=file]").set_input_files(content)
    page.locator("main button.main").click()
    expect(page.locator("form[data-confirm]")).to_be_visible()
    if look:
        look()
    page.locator("form[data-confirm] button.main").click()
    expect(page.locator("form[data-import]")).to_be_visible()


def stored(server, code: str) -> tuple[Survey, list[tuple[str, dict[str, Any]]]]:
    """Return what was published last, and the language and the answers of each response."""
    with unit_of_work(server.engine, read_only=True) as session:
        consultation = get_consultation(session, code)
        (row,) = list_surveys(session, consultation)
        survey = load_survey(list_versions(session, row)[-1].definition)
        responses = session.scalars(sa.select(Response).where(Response.consultation_id == consultation.id)).all()
        answers = [(each.language, get_answers(session, each)) for each in responses]
    for _language, values in answers:
        assert check_answers(survey, values, final=True) == (values, ())
    return survey, answers
