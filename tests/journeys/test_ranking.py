"""Ranking in a real browser: by touch, by mouse, by keyboard, without script; seen, said and stored."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.answering_page import ORIENTATIONS, Server, serve

PHONE = {"width": 360, "height": 740}
SMALLEST = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}
CODES = [choice.code for choice in ORIENTATIONS.choices]


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


@pytest.fixture
def open_page(browser: Browser, server: Server):
    """Open the ranking in a browser of its own; nothing may go wrong in it unheard."""
    opened: list[BrowserContext] = []
    errors: list[str] = []

    def go(language: str = "en", question: str = "orientations", **context: object) -> Page:
        opened.append(browser.new_context(**{"viewport": DESK, **context}))
        opened[-1].set_default_timeout(10_000)
        page = opened[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(f"{server.address}/{language}/{question}")
        return page

    yield go
    for context in opened:
        context.close()
    assert errors == []


def label(code: str, language: str = "en") -> str:
    return next(choice.label.shown(language)[1] for choice in ORIENTATIONS.choices if choice.code == code)


def row(page: Page, code: str) -> Locator:
    return page.locator(f"[data-choice={code}]")


def pick(page: Page, code: str) -> Locator:
    return row(page, code).locator(".ranking-pick")


def tool(page: Page, code: str, name: str) -> Locator:
    return row(page, code).locator(f"[data-move={name}]")


def seen(page: Page) -> tuple[list[str], list[str]]:
    """Return what is seen as ranked, in order, and as not ranked."""
    return tuple(
        [each.get_attribute("data-choice") for each in page.locator(f".ranking {kind} > li:visible").all()]
        for kind in ("ol", "ul")
    )


def typed(page: Page) -> dict[str, str]:
    """Return the ranks that the form would send."""
    every = page.eval_on_selector_all(".ranking select", "all => all.map(one => [one.name, one.value])")
    return {name.removeprefix("orientations."): value for name, value in every if value}


def stored(server: Server) -> dict[str, str]:
    return {name.partition(".")[2]: rank for name, rank in server.stored.get("orientations", {}).items() if rank}


def wait_stored(page: Page, server: Server, **ranks: int) -> None:
    wanted = {code: str(rank) for code, rank in ranks.items()}
    for _ in range(100):
        if stored(server) == wanted:
            return
        page.wait_for_timeout(50)
    assert stored(server) == wanted


def without(*codes: str) -> list[str]:
    return [code for code in CODES if code not in codes]


def test_by_touch_first_second_third(open_page, server):
    page = open_page("fr", viewport=PHONE, has_touch=True, is_mobile=True)
    assert seen(page) == ([], CODES)
    expect(page.locator(".ranking-empty")).to_be_visible()
    for code in ("staff", "home_care", "equity"):
        pick(page, code).tap()
    assert seen(page) == (["staff", "home_care", "equity"], without("staff", "home_care", "equity"))
    assert [each.inner_text() for each in page.locator(".ranking-place:visible").all()] == ["1", "2", "3"]
    expect(page.locator(".ranking-said")).to_have_text(f"Rang 3 sur 8\u00a0: {label('equity', 'fr')}")
    expect(page.locator(".ranking-said")).to_be_in_viewport()
    expect(page.locator(".ranking-empty")).to_be_hidden()
    tool(page, "home_care", "up").tap()
    wait_stored(page, server, home_care=1, staff=2, equity=3)
    page.reload()
    assert seen(page)[0] == ["home_care", "staff", "equity"]


def test_by_single_clicks(open_page, server):
    page = open_page()
    expect(page.locator(".ranking-others")).to_have_text("Not ranked yet", use_inner_text=True)
    for code in ("digital", "first_line", "staff"):
        pick(page, code).click()
    expect(page.locator(".ranking-others")).to_have_text("Not ranked yet You may leave these.", use_inner_text=True)
    tool(page, "staff", "up").click()
    tool(page, "digital", "down").click()
    tool(page, "digital", "down").click()  # the last: nowhere to go
    assert seen(page)[0] == ["staff", "first_line", "digital"]
    wait_stored(page, server, staff=1, first_line=2, digital=3)
    tool(page, "first_line", "out").click()
    assert seen(page) == (["staff", "digital"], without("staff", "digital"))  # back in its place
    expect(page.locator(".ranking-said")).to_have_text(f"Not ranked: {label('first_line')}")
    expect(pick(page, "first_line")).to_be_focused()
    wait_stored(page, server, staff=1, digital=2)
    assert server.sent == []  # the page was never left
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Next page")).to_be_visible()
    assert server.sent == ["continue"]


def test_a_double_click_ranks_one(open_page):
    page = open_page()
    clicked = ["equity", "prevention", "staff", "home_care"]
    for code in clicked:  # where each was, another one stands before the second click
        pick(page, code).dblclick()
    assert seen(page)[0] == clicked


def test_by_keyboard_the_focus_stays_with_what_moved(open_page, server):
    page = open_page(viewport=PHONE)
    pick(page, "first_line").focus()
    page.keyboard.press("Enter")
    expect(row(page, "first_line")).to_be_focused()
    # on from there: its three buttons, then what is not ranked
    focused = []
    for _ in range(5):
        page.keyboard.press("Tab")
        focused.append(
            page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText")
        )
    assert focused == [
        f"Move up: {label('first_line')}",
        f"Move down: {label('first_line')}",
        f"Remove from the ranking: {label('first_line')}",
        label("home_care"),
        label("mental_health"),
    ]
    page.keyboard.press("Space")
    pick(page, "local_decisions").focus()
    page.keyboard.press("Enter")
    assert seen(page)[0] == ["first_line", "mental_health", "local_decisions"]
    expect(row(page, "local_decisions")).to_be_focused()
    expect(row(page, "local_decisions")).to_be_in_viewport()
    page.keyboard.press("Tab")
    up = tool(page, "local_decisions", "up")
    for _ in range(4):  # twice more than there is to go
        page.keyboard.press("Enter")
        expect(up).to_be_focused()
    assert seen(page)[0] == ["local_decisions", "first_line", "mental_health"]
    expect(up).to_have_attribute("aria-disabled", "true")
    expect(page.locator(".ranking-said")).to_have_text(f"Rank 1 of 8: {label('local_decisions')}")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(pick(page, "local_decisions")).to_be_focused()
    page.keyboard.press("Enter")
    wait_stored(page, server, first_line=1, mental_health=2, local_decisions=3)


def test_no_more_than_the_question_takes(open_page):
    page = open_page(question="top")
    for code in CODES[:2]:
        pick(page, code).click()
    pick(page, CODES[2]).click(force=True)  # it says that it is disabled, and why once it is pressed
    assert seen(page)[0] == CODES[:2]
    expect(page.locator(".ranking-said")).to_contain_text("You have ranked 2, as many as this question takes.")
    expect(pick(page, CODES[2])).to_have_attribute("aria-disabled", "true")
    tool(page, CODES[0], "out").click()
    pick(page, CODES[2]).click()
    assert seen(page)[0] == CODES[1:3]


def test_all_can_be_ranked(open_page):
    page = open_page()
    for code in reversed(CODES):
        pick(page, code).click()
    assert seen(page) == (CODES[::-1], [])
    expect(page.locator(".ranking-others")).to_be_hidden()
    assert typed(page) == {code: str(rank) for rank, code in enumerate(reversed(CODES), 1)}


@pytest.mark.parametrize("ranks", [{"staff": "2", "digital": "2"}, {"staff": "3", "digital": "7"}, {"digital": "99"}])
def test_ranks_typed_without_script_are_put_in_order(open_page, server, ranks):
    server.stored["orientations"] = {f"orientations.{code}": rank for code, rank in ranks.items()}
    server.revisions["orientations"] = 1
    page = open_page()
    # the lists never offer 99: the server cannot show it, and nothing else is made of it
    known = [code for code, rank in ranks.items() if int(rank) <= len(CODES)]
    assert seen(page)[0] == known
    assert typed(page) == {code: str(rank) for rank, code in enumerate(known, 1)}


def test_without_script_the_buttons_move_and_the_lists_rank(open_page, server):
    page = open_page(java_script_enabled=False, viewport=PHONE)
    page.get_by_role("button", name=f"Move up: {label('staff')}").click()
    page.get_by_role("button", name=f"Move up: {label('digital')}").click()
    page.get_by_role("button", name=f"Move up: {label('digital')}").click()
    assert stored(server) == {"digital": "1", "staff": "2"}
    rows = [each.get_attribute("data-choice") for each in page.locator("[data-choice]").all()]
    assert rows == ["digital", "staff", *without("digital", "staff")]
    page.get_by_role("button", name=f"Move down: {label('staff')}").click()
    assert stored(server) == {"digital": "1"}
    chosen = page.get_by_role("combobox", name=label("equity"), exact=True)
    expect(chosen).to_have_value("")
    chosen.select_option("2")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Next page")).to_be_visible()
    assert stored(server) == {"digital": "1", "equity": "2"}
    assert server.saves == []


def rank_some(page: Page) -> None:
    for code in ("staff", "home_care", "equity"):
        pick(page, code).click()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("has_script", [True, False])
def test_nothing_overflows_on_the_smallest_screen_and_targets_are_large(open_page, language, has_script):
    page = open_page(language, viewport=SMALLEST, java_script_enabled=has_script)
    if has_script:
        rank_some(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width == SMALLEST["width"]
        # what is wider than its box spills without making the page scroll
        spilling = page.eval_on_selector_all(
            ".ranking *",
            "all => all.filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth).map(e => e.className)",
        )
        assert spilling == []
    buttons = page.locator(".ranking :is(button, select):visible").all()
    assert len(buttons) >= len(CODES)
    for button in buttons:
        box = button.bounding_box()
        assert box["width"] >= 44
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= SMALLEST["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_axe_finds_nothing(open_page, axe, language, scheme):
    page = open_page(language, viewport=PHONE, color_scheme=scheme, reduced_motion="reduce")
    axe(page)
    rank_some(page)
    axe(page)
    for code in without("staff", "home_care", "equity"):
        pick(page, code).click()
    axe(page)
    page.eval_on_selector("[data-move=up]", "button => button.removeAttribute('aria-label')")
    page.eval_on_selector_all("[data-move=up]", "all => all.forEach(button => button.replaceChildren())")
    with pytest.raises(AssertionError):  # a button without a name would have been found
        axe(page)


@pytest.mark.parametrize(("wish", "is_animated"), [("no-preference", True), ("reduce", False)])
def test_who_wants_no_motion_sees_none(open_page, wish, is_animated):
    page = open_page(reduced_motion=wish)
    pick(page, "staff").click()
    moving = page.evaluate("document.getAnimations().map(each => each.animationName)")
    assert ("ranking-moved" in moving) is is_animated


def test_a_link_of_the_error_summary_leads_to_the_card(open_page):
    page = open_page()
    page.goto(page.url + "#orientations.equity")
    expect(row(page, "equity")).to_be_in_viewport()
    page.evaluate("location.hash = 'orientations.staff'")
    page.keyboard.press("Tab")
    expect(pick(page, "staff")).to_be_focused()
