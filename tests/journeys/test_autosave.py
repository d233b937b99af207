"""Saving at every change, in a real browser: cut off, slow, twice, in two tabs; what is seen and what is stored."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.answering_page import Server, serve

OFFLINE = "Not saved yet: no connection."
FAILED = "Not saved yet: the server did not take it."
CONFLICT = "Changed in another window."


@pytest.fixture
def server() -> Iterator[Server]:
    """The small server instead of the real one: it can be told to be slow, or to refuse."""
    with serve() as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en-CA", viewport={"width": 360, "height": 740})
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context, server) -> Page:
    return open_page(context, server)


def open_page(context: BrowserContext, server: Server, language: str = "en") -> Page:
    page = context.new_page()
    page.goto(f"{server.address}/{language}/page")
    return page


def wait_for(page: Page, condition: Callable[[], object], seconds: float = 8) -> None:
    """Wait until something is true of the server, while the page goes on."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        page.wait_for_timeout(25)


def status(page: Page):
    return page.locator(".status")


def wait_saved(page: Page) -> None:
    expect(page.locator(".status[data-state=saved]")).to_have_text("Saved")


def is_warned(page: Page) -> bool:
    """Try to close a page: whether the browser asks first. The page stays open."""
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    for _ in range(20):
        if asked or page.is_closed():
            break
        try:
            page.wait_for_timeout(50)
        except Exception:  # it closed while we waited, which is an answer
            break
    return asked == ["beforeunload"]


def test_what_is_typed_is_saved_once_typing_pauses(page, server):
    page.locator("#hardest").press_sequentially("Waiting", delay=30)
    assert server.posts == []
    wait_saved(page)
    (save,) = server.saves
    # only what changed is sent, with what belongs to no question
    assert save == {"csrf_token": "a token", "hardest": "Waiting", "revision.hardest": "1", "do": "autosave"}
    assert page.locator("[name='revision.hardest']").input_value() == "2"
    assert page.locator("[name='revision.roles']").input_value() == "1"
    page.wait_for_timeout(1500)
    assert len(server.posts) == 1


def test_who_types_on_and_on_is_saved_meanwhile(page, server):
    page.locator("#hardest").press_sequentially("a" * 24, delay=250)
    assert server.saves
    assert server.held("hardest") != ""


def test_a_box_is_saved_at_once(page, server):
    page.get_by_label("patient").check()
    wait_for(page, lambda: server.held("roles.patient") == "1", seconds=0.9)
    page.get_by_label("patient").uncheck()
    wait_for(page, lambda: server.revisions["roles"] == 2)
    assert server.held("roles.patient") == ""


def test_saved_is_not_said_again_at_every_key(page):
    page.evaluate(
        "() => { window.said = []; const line = document.querySelector('.status');"
        "new MutationObserver(() => said.push(line.textContent)).observe(line, {childList: true}) }"
    )
    for word in ("one", "two", "three"):
        page.locator("#hardest").fill(word)
        expect(status(page)).not_to_have_attribute("data-state", "saved")
        wait_saved(page)
    assert page.evaluate("said") == ["Saved"]


def test_without_a_connection_nothing_is_lost(page, context, server):
    page.locator("#action").fill("before")
    wait_saved(page)
    context.set_offline(True)
    page.locator("#action").fill("while away")
    expect(status(page)).to_have_text(OFFLINE)
    page.get_by_role("button", name="Continue").click()
    expect(status(page)).to_be_focused()
    expect(status(page)).to_be_in_viewport()
    assert page.url.endswith("/en/page")
    expect(page.locator("#action")).to_have_value("while away")
    assert server.held("action") == "before"
    context.set_offline(False)
    wait_for(page, lambda: server.held("action") == "while away", seconds=2)  # at once: the next try was 4 seconds away
    wait_saved(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Next page")).to_be_visible()
    assert server.sent == ["continue"]


def test_without_a_connection_nobody_leaves_for_an_error_page_of_the_browser(page, context, server):
    page.locator("#action").fill("saved")
    wait_saved(page)
    context.set_offline(True)
    page.get_by_role("button", name="Continue").click()
    expect(status(page)).to_have_text(OFFLINE)
    assert page.url.endswith("/en/page")
    context.set_offline(False)
    wait_saved(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Next page")).to_be_visible()


def test_a_server_that_fails_is_asked_again(page, server):
    server.answers = [("<h1>Something went wrong</h1>", 500), ("<h1>Sign in</h1>", 200)]  # a page is no answer
    page.locator("#action").fill("kept")
    expect(status(page)).to_have_text(FAILED)
    started = time.monotonic()
    wait_for(page, lambda: server.held("action") == "kept", seconds=10)
    assert time.monotonic() - started > 5  # after 2 seconds, then 4
    wait_saved(page)
    assert [save["revision.action"] for save in server.saves] == ["1", "2", "3"]


def test_one_save_at_a_time_and_the_newest_state_wins(page, server):
    server.delays = [2.5]
    page.locator("#action").fill("first")
    wait_for(page, lambda: len(server.posts) == 1)
    page.locator("#action").fill("second")
    page.get_by_label("clinician").check()
    page.locator("#action").fill("third")
    expect(status(page)).to_have_text("Saving…")
    assert len(server.posts) == 1
    wait_for(page, lambda: server.held("action") == "third")
    wait_saved(page)
    assert server.held("roles.clinician") == "1"
    assert [save["action"] for save in server.saves] == ["first", "third"]


def test_a_save_that_arrives_late_takes_nothing_back(page, server):
    page.on("dialog", lambda dialog: dialog.accept())
    server.delays = [2]
    page.locator("#action").fill("early")
    wait_for(page, lambda: len(server.posts) == 1)
    page.locator("#action").fill("late")
    page.goto(f"{server.address}/next")  # the page goes while its save is under way
    wait_for(page, lambda: server.held("action") == "late", seconds=1.5)
    page.wait_for_timeout(2500)
    assert [save["action"] for save in server.saves] == ["early", "late"]
    assert server.held("action") == "late"


def test_what_changes_back_while_a_save_is_lost_is_sent_again(page, server):
    server.answers = [("", 502)]  # it may have been stored, or not
    page.get_by_label("patient").check()
    expect(status(page)).to_have_text(FAILED)
    server.stored["roles"], server.revisions["roles"] = {"roles.patient": "1"}, 1
    page.get_by_label("patient").uncheck()
    wait_saved(page)
    assert server.held("roles.patient") == ""


@pytest.mark.parametrize("is_saved", [True, False])
def test_a_double_click_continues_once(page, server, is_saved):
    page.locator("#action").fill("typed")
    if is_saved:
        wait_saved(page)
    server.delays = [0.5, 0.5]
    page.get_by_role("button", name="Continue").dblclick()
    expect(page.get_by_role("heading", name="Next page")).to_be_visible()
    page.wait_for_timeout(300)
    assert server.sent == ["continue"]
    assert server.held("action") == "typed"
    assert len(server.saves) == 1


def test_an_impatient_second_click_continues_once(page, server):
    server.delays = [1.5, 0]
    box = page.get_by_role("button", name="Continue").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(*middle)
    wait_for(page, lambda: server.sent == ["continue"])
    page.mouse.click(*middle)
    expect(page.get_by_role("heading", name="Next page")).to_be_visible()
    assert server.sent == ["continue"]


@pytest.mark.parametrize(("button", "do"), [("Français", "language"), ("Back", "back")])
def test_the_button_that_was_pressed_is_the_one_that_is_sent(page, server, button, do):
    page.locator("#hardest").fill("typed")
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name="Next page")).to_be_visible()
    assert [post["do"] for post in server.posts] == ["autosave", do]
    assert server.posts[-1]["hardest"] == "typed"


def test_who_comes_back_saves_over_what_was_sent(page, server):
    page.locator("#action").fill("first")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Next page")).to_be_visible()
    page.go_back()
    page.locator("#action").fill("corrected")
    wait_for(page, lambda: server.held("action") == "corrected")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Next page")).to_be_visible()
    assert server.held("action") == "corrected"


def test_two_tabs(page, context, server):
    other = open_page(context, server)
    page.locator("#action").fill("from the first")
    wait_saved(page)
    # the other tab was opened before that: what it does not touch it does not take back
    other.get_by_label("clinician").check()
    wait_saved(other)
    assert server.held("action") == "from the first"
    # and where it does, its words stay in sight, and go in the place of the others once the person has been told
    other.locator("#action").fill("from the second")
    expect(other.locator("#q-action .conflict")).to_have_text(CONFLICT)
    expect(status(other)).to_have_text(CONFLICT)
    expect(other.locator("#action")).to_have_value("from the second")
    assert server.held("action") == "from the first"
    other.get_by_role("button", name="Continue").click()
    expect(other.locator("#q-action .conflict")).to_be_focused()
    assert server.sent == []
    other.get_by_role("button", name="Continue").click()
    expect(other.get_by_role("heading", name="Next page")).to_be_visible()
    assert server.held("action") == "from the second"


def test_a_conflict_ends_with_the_next_change(page, context, server):
    other = open_page(context, server)
    page.get_by_label("patient").check()
    wait_saved(page)
    other.get_by_label("clinician").check()
    expect(other.locator("#q-roles legend + .conflict")).to_have_text(CONFLICT)
    other.get_by_label("patient").check()
    wait_saved(other)
    expect(other.locator(".conflict")).to_have_count(0)
    assert (server.held("roles.patient"), server.held("roles.clinician")) == ("1", "1")


def test_what_the_server_refuses_it_says_why(page, server):
    refusal = {"saved": False, "reason": "closed", "message": "It is no longer possible to answer.", "address": "/next"}
    server.answers = [(refusal, 409)] * 2
    page.locator("#action").fill("too late")
    expect(status(page).get_by_role("link")).to_have_text("It is no longer possible to answer.")
    page.wait_for_timeout(2500)
    assert len(server.posts) == 1  # asking again would change nothing
    page.get_by_role("button", name="Continue").click()
    expect(status(page)).to_be_focused()
    expect(page.locator("#action")).to_have_value("too late")
    assert server.sent == []
    status(page).get_by_role("link").click()
    expect(page.get_by_role("heading", name="Next page")).to_be_visible()


def test_an_answer_that_the_page_must_explain_does_not_hold_anybody(page, server):
    """Too long for any draft: the server says so on the page, so the form must go there."""
    server.answers = [({"saved": False, "revisions": {"action": 2, "hardest": 2}, "conflicts": ["action"]}, 200)] * 2
    page.eval_on_selector("#hardest", "area => { area.value = 'fine'; }")
    page.locator("#action").fill("too long")  # both go in one save
    expect(status(page)).to_have_text(FAILED)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Next page")).to_be_visible()
    assert server.sent == ["continue"]
    assert "hardest" not in server.saves[-1]


def test_the_browser_warns_only_while_something_is_unsaved(page, context, server):
    page.locator("#action").click()  # browsers warn only people who have done something
    page.locator("#action").press_sequentially("x")
    context.set_offline(True)
    assert is_warned(page)
    context.set_offline(False)
    wait_saved(page)
    assert not is_warned(page)
    assert page.is_closed()


def test_answers_are_not_kept_in_the_browser(page):
    page.locator("#hardest").fill("my illness")
    wait_saved(page)
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0


def test_the_counter(page):
    area, counter = page.locator("#hardest"), page.locator(".counter")
    heard = page.locator("#hardest ~ [role=status]")
    for text, sentence in (
        ("a" * 29, ""),
        ("a" * 30, "10 characters left"),
        ("a" * 39, "1 character left"),
        ("\U0001f600" * 40, "0 characters left"),
        ("a" * 41, "1 character too many"),
        ("a" * 1640, "1,600 characters too many"),
    ):
        area.fill(text)
        expect(counter).to_have_text(sentence)
    assert heard.text_content() == ""  # nothing is said while somebody types
    expect(heard).to_have_text("1,600 characters too many")


def test_the_counter_counts_as_the_language_does(context, server):
    page = open_page(context, server, "fr")
    page.locator("#hardest").fill("a" * 40)
    expect(page.locator(".counter")).to_have_text("0 character left")  # zero is singular in French
    page.locator("#hardest").fill("a" * 1640)
    expect(page.locator(".counter")).to_have_text("1\u00a0600 characters too many")


def test_what_stands_alone_clears_the_others(page, server):
    page.get_by_label("patient").check()
    page.get_by_label("clinician").check()
    page.get_by_label("none").check()
    expect(page.get_by_label("patient")).not_to_be_checked()
    wait_for(page, lambda: server.stored.get("roles") == {"roles.none": "1"})
    page.get_by_label("clinician").check()
    expect(page.get_by_label("none")).not_to_be_checked()
    wait_for(page, lambda: server.stored.get("roles") == {"roles.clinician": "1"})


@pytest.mark.parametrize("has_errors", [True, False])
def test_the_summary_of_errors_takes_the_focus(context, server, has_errors):
    server.has_errors = has_errors
    page = open_page(context, server)
    assert page.evaluate("document.activeElement.matches('[data-error-summary]')") is has_errors


def test_axe_finds_nothing(page, context, axe):
    page.locator("#hardest").fill("a" * 41)
    wait_saved(page)
    expect(page.locator(".counter")).to_be_visible()
    axe(page)
    context.set_offline(True)
    page.locator("#action").fill("away")
    expect(status(page)).to_have_text(OFFLINE)
    context.set_offline(False)
    wait_saved(page)
    axe(page)
