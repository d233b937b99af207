"""One question of every type in a real browser: by keyboard alone, without script, on a phone, in both languages."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from consult.record.database import unit_of_work
from consult.record.response import Response, ResponseAnswer
from surveys.question_types import QUESTION_TYPES
from tests.journeys.every_question_type import CODE, SURVEY, open_every_type

STORED = {
    "q_short_text": {"text": "un suivi"},
    "q_long_text": {"special": "dont_know"},
    "q_number": {"number": "12.5"},
    "q_date": {"date": "2025-11-22"},
    "q_yes_no": {"choice": "no"},
    "q_single_choice": {"choice": "clinic"},
    "q_several_choices": {"choices": ["none"]},
    "q_scale": {"point": 2},
    "q_matrix": {"rows": {"welcome": "fair", "delay": "poor", "follow": "poor"}},
    "q_ranking": {"ranking": ["home"]},
    "q_points": {"points": {"home": 7, "clinic": 3, "wait": 0, "mental": 0}},
    "q_best_worst": {"sets": {"1": {"best": "wait", "worst": "home"}}},
    "q_pairwise": {"pairs": {"clinic-wait": "no_preference"}},
    "q_consent": True,
}


def test_the_survey_asks_one_question_of_every_type():
    assert sorted(question.type for question in SURVEY.questions) == sorted(QUESTION_TYPES)


def reach(page: Page, target: str) -> None:
    """Press Tab until the focus is on the input with this id."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == target:
            return
    raise AssertionError(f"{target} is not reached by the Tab key")


def press(page: Page, target: str, *keys: str) -> None:
    reach(page, target)
    for key in keys:
        page.keyboard.press(key)


def write(page: Page, target: str, text: str) -> None:
    reach(page, target)
    page.keyboard.type(text)


def go_on(page: Page, address: str) -> None:
    while not page.evaluate("document.activeElement.matches('main button.main')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(address)
    page.wait_for_load_state("networkidle")


def stored_answers(server) -> dict[str, object]:
    with unit_of_work(server.engine, read_only=True) as session:
        query = sa.select(ResponseAnswer.question_code, ResponseAnswer.value).join(
            Response, Response.id == ResponseAnswer.response_id
        )
        rows = session.execute(query.where(ResponseAnswer.question_code.like("q\\_%", escape="\\"))).all()
    found = dict(rows)
    if "q_consent" in found:
        found["q_consent"] = found["q_consent"]["given"]
    return found


@pytest.mark.parametrize(("language", "width"), [("fr", 320)])  # in English, at 1280 px: test_whole_survey.py
def test_every_type_is_answered_by_keyboard_alone(server, open_page, axe, language, width):
    open_every_type(server.engine)
    page = open_page(language, width)

    def look() -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url

    page.goto(f"{server.address}/{language}/c/{CODE}/")
    go_on(page, "**/first")
    look()
    _answer_first_by_keyboard(page)
    look()
    go_on(page, "**/second")
    look()
    go_on(page, "**/second?checked=1")  # a required matrix was left out
    expect(page.locator(".error-summary")).to_be_focused()
    look()
    _answer_second_by_keyboard(page)
    look()
    go_on(page, "**/check")
    look()
    go_on(page, "**/done")
    assert stored_answers(server) == STORED


def _answer_first_by_keyboard(page: Page) -> None:
    write(page, "q_short_text", "un suivi")
    write(page, "q_long_text", "a" * 36)
    expect(page.locator("#q-q_long_text .counter")).to_have_text(
        "Il reste 4 caractères" if _is_french(page) else "4 characters left"
    )
    expect(page.locator("#q-q_long_text [role=status]")).to_contain_text("4 ")  # said aloud near the end
    press(page, "q_long_text.dont_know", "Space")
    expect(page.locator("#q_long_text")).to_have_value("a" * 36)  # nothing is taken away from a text
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    write(page, "q_number", "12,5")
    write(page, "q_date", "11222025")
    press(page, "q_yes_no-0", "Space", "ArrowDown")
    press(page, "q_single_choice-0", "Space", "ArrowDown")
    press(page, "q_several_choices.home", "Space")
    press(page, "q_several_choices.none", "Space")
    expect(page.locator("[id='q_several_choices.home']")).not_to_be_checked()


def _answer_second_by_keyboard(page: Page) -> None:
    press(page, "q_scale-0", "Space", "ArrowRight")
    press(page, "q_matrix.welcome-0", "Space", "ArrowRight")
    press(page, "q_matrix.delay-0", "Space")
    press(page, "q_matrix.follow-0", "Space")
    page.keyboard.press("Tab")  # the first card of the ranking
    page.keyboard.press("Enter")
    press(page, "q_ranking.dont_know", "Space", "Space")
    write(page, "q_points.home", "8")
    write(page, "q_points.clinic", "3")
    over = "11 sur 10\u00a0: 1 de trop" if _is_french(page) else "11 of 10: 1 too many"
    expect(page.locator(".sharing-sum")).to_have_text(over)
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("7")
    expect(page.locator(".sharing [role=status]")).to_contain_text("10")  # said aloud when typing pauses
    press(page, "q_best_worst.set1_best-0", "Space")
    press(page, "q_best_worst.set1_worst-0", "Space", "ArrowDown")
    expect(page.locator("[id='q_best_worst.set1_best-0']")).not_to_be_checked()  # it was the worst for a moment
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowUp")
    press(page, "q_pairwise.clinic-wait-0", "Space", "ArrowDown")
    press(page, "q_consent", "Space")


def _is_french(page: Page) -> bool:
    return page.locator("html").get_attribute("lang") == "fr-CA"


@pytest.mark.slow
def test_every_type_is_answered_without_script(server, open_page):
    open_every_type(server.engine)
    page = open_page("en", 360, javascript=False)
    page.goto(f"{server.address}/en/c/{CODE}/")
    page.locator("main button.main").click()
    page.fill("#q_short_text", "un suivi")
    page.check("[id='q_long_text.dont_know']")
    page.fill("#q_number", "12,5")
    page.check("[id='q_number.dont_know']")
    page.fill("#q_date", "2025-11-22")
    for option in ("q_yes_no-1", "q_single_choice-1", "q_several_choices.none"):
        page.check(f"[id='{option}']")
    page.locator("main button.main").click()
    expect(page.locator(".error-summary a")).to_have_text(
        "You answered, and ticked a box that says you do not. Keep one of the two."
    )
    expect(page.locator("#q_number")).to_have_value("12,5")
    page.uncheck("[id='q_number.dont_know']")
    page.locator("main button.main").click()

    options = ["q_scale-1", "q_matrix.welcome-1", "q_matrix.delay-0", "q_matrix.follow-0", "q_consent"]
    options += ["q_best_worst.set1_best-0", "q_best_worst.set1_worst-1", "q_pairwise.clinic-wait-1"]
    for option in options:
        page.check(f"[id='{option}']")
    page.select_option("[id='q_ranking.home']", "1")
    page.fill("[id='q_points.home']", "7")
    page.locator("main button.main").click()
    expect(page.locator(".error-summary a")).to_have_text("You shared out 7; it must come to 10 (difference: 3).")
    page.fill("[id='q_points.clinic']", "3")
    page.locator("main button.main").click()
    page.locator("main button.main").click()
    page.wait_for_url("**/done")
    assert stored_answers(server) == STORED
