"""Answering a page of questions without knowing their types: by keyboard alone, or without script.

Both give the same answers, so that one can be compared with the other: words for a text, 7 for a number, the whole
total for the first thing to share out, the first rank for the first thing to rank; of groups of radio buttons in a
question the first choice, then the second, then the first again; of boxes the first.
"""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

WORDS = {"fr": "Plus près d’où l’on vit", "en": "Closer to where people live"}
DAY, DAY_AS_TYPED = "2025-11-22", "11222025"
_MAIN = "main button.main"
# What an input is: the question it stands in, what is shared out there, and whether it is for a number.
_DESCRIBE = """(each) => ({
  id: each.id, name: each.name ?? "", kind: each.localName === "input" ? each.type : each.localName,
  question: each.closest(".question")?.id ?? "", total: each.closest("[data-total]")?.dataset.total ?? "",
  isNumber: each.matches(".number"), isMain: each.matches("main button.main"),
})"""
_MOST_TABS = 400

Control = dict[str, Any]


@dataclass
class Filled:
    """What was done on a page so far: the names of inputs by question."""

    names: dict[str, list[str]] = field(default_factory=dict)

    def is_new(self, control: Control) -> bool:
        """Note an input; tell whether it is to be answered: in a question, and not a part of what was answered."""
        here = self.names.setdefault(control["question"], [])
        is_new = bool(control["question"]) and control["name"] not in here
        if is_new and (here and (control["kind"] in ("checkbox", "button", "select") or control["total"])):
            return False
        if is_new:
            here.append(control["name"])
        return is_new

    def second(self, control: Control) -> bool:
        """Tell whether the second choice is this group's."""
        return len(self.names[control["question"]]) % 2 == 0


def answer_by_keyboard(page: Page, language: str) -> None:
    """Answer the page with the keys alone, and go on with Enter on its main button."""
    filled = Filled()
    for _ in range(_MOST_TABS):
        page.keyboard.press("Tab")
        control = page.evaluate(f"({_DESCRIBE})(document.activeElement)")
        if control["isMain"]:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
        if filled.is_new(control):
            _press(page, control, language, filled.second(control))
    raise AssertionError(f"the main button is not reached by the Tab key: {page.url}")


def _press(page: Page, control: Control, language: str, second: bool) -> None:
    match control["kind"]:
        case "radio":
            page.keyboard.press("ArrowDown" if second else "Space")  # an arrow chooses what it goes to
        case "checkbox":
            page.keyboard.press("Space")
        case "button":
            page.keyboard.press("Enter")
        case "date":
            page.keyboard.type(DAY_AS_TYPED)
        case "select":
            page.keyboard.press("ArrowDown")
        case _:
            page.keyboard.insert_text(_text_for(control, language))


def answer_without_script(page: Page, language: str) -> None:
    """Answer the page with its plain inputs, and press its main button."""
    filled = Filled()
    inputs = page.locator("main .question :is(input:not([type=hidden]), textarea, select)")
    for control in inputs.evaluate_all(f"(all) => all.map({_DESCRIBE})"):
        if filled.is_new(control):
            _put(page, control, language, filled.second(control))
    page.locator(_MAIN).click()


def _put(page: Page, control: Control, language: str, second: bool) -> None:
    match control["kind"]:
        case "radio":
            page.locator(f"input[name='{control['name']}']").nth(int(second)).check()
        case "checkbox":
            page.locator(f"[id='{control['id']}']").check()
        case "date":
            page.locator(f"[id='{control['id']}']").fill(DAY)
        case "select":
            page.locator(f"[id='{control['id']}']").select_option(index=1)
        case _:
            page.locator(f"[id='{control['id']}']").fill(_text_for(control, language))


def _text_for(control: Control, language: str) -> str:
    if control["total"]:
        return str(control["total"])
    return "7" if control["isNumber"] else WORDS[language]
