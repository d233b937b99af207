"""The audit as an administrator reads and exports it; in words, in both languages, and never changed."""

import ast
import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import html

import consult
from consult.accounts.audit_words import action_names
from consult.audited_pages import AUDITED
from consult.languages import LANGUAGES, interface_words
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work

ADDRESS = "/en/account/audit"
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def administrator(make_account):
    return make_account("admin@example.org", Role.ADMINISTRATOR, name="Ada Min", joins=())


@pytest.fixture
def browser(app, administrator, sign_in):
    made = app.test_client()
    sign_in(made, administrator.email)
    return made


@pytest.fixture
def history(engine, sample_code, facilitator, administrator):
    """Write 60 entries, a day apart each, the newest on the 20th; one has a reason that looks like a formula."""
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        for age in range(59, -1, -1):
            action = "responses.exported" if age % 2 else "consultation.dates_changed"
            who = facilitator.id if age % 3 else administrator.id
            reason = "=1+1" if age == 0 else ""
            record_action(session, who, action, consultation, now=NOW - timedelta(days=age), reason=reason)


def _rows(page):
    return [[cell.text_content() for cell in row.xpath("td")] for row in html.fromstring(page.text).xpath("//tbody/tr")]


def test_entries_are_in_words_the_newest_first_a_page_at_a_time(browser, history, sample_code):
    rows = _rows(browser.get(ADDRESS))
    assert len(rows) == 50
    assert rows[0][0].startswith("November 20, 2026")
    assert rows[0][2].startswith("Dates changed")
    assert rows[1][1:] == ["Claire Aubé", "Responses exported", sample_code]
    assert len(_rows(browser.get(f"{ADDRESS}?page=2"))) == 10
    assert _rows(browser.get("/fr/account/audit"))[1][2] == "Réponses exportées"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("from=2026-11-19", 2),
        ("from=2026-11-18&to=2026-11-19", 2),
        ("to=2026-09-22", 1),
        ("action=responses.exported", 30),
        ("action=responses.exported&from=2026-11-15", 3),
        ("action=nothing.done", 0),
    ],
)
def test_it_is_searched_by_day_and_by_what_was_done(browser, history, query, count):
    page = browser.get(f"{ADDRESS}?{query}")
    assert f"{count} entr{'y' if count == 1 else 'ies'}" in page.text
    assert len(_rows(page)) == min(count, 50)


def test_it_is_searched_by_person(browser, history, facilitator):
    rows = _rows(browser.get(f"{ADDRESS}?person={facilitator.id}"))
    assert {row[1] for row in rows} == {"Claire Aubé"}
    assert len(rows) == 40


def test_a_day_that_is_none_is_pointed_at(browser, history):
    page = browser.get(f"{ADDRESS}?from=soon")
    tree = html.fromstring(page.text)
    assert page.status_code == 422
    assert tree.xpath("//*[@role='alert']//a/@href") == ["#from"]
    assert tree.get_element_by_id("from").get("aria-invalid") == "true"


def test_the_file_holds_all_that_was_found_runs_no_formula_and_is_itself_in_the_audit(browser, history):
    answer = browser.get(f"{ADDRESS}.csv?action=consultation.dates_changed")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 30
    assert rows[0]["reason"] == "'=1+1"
    assert rows[0]["what was done"] == "Dates changed"
    assert _rows(browser.get(ADDRESS))[0][2] == "Audit exported"


def test_it_is_for_administrators(app, facilitator_client, make_account, sign_in):
    for address in (ADDRESS, f"{ADDRESS}.csv"):
        assert facilitator_client.get(address).status_code == 403
        assert app.test_client().get(address).status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_of_the_program_has_its_words(language):
    modules = [path for path in Path(consult.__file__).parent.rglob("*.py") if path.name != "audited_pages.py"]
    written = {action for path in modules for action in _actions(path)}
    written |= set(AUDITED.values())
    assert {"responses.exported", "concern.handled", "contacts.read", "mail.invitation"} <= written
    names = action_names(interface_words(language))
    assert sorted(written - set(names)) == []
    if language == "fr":
        english = action_names(interface_words("en"))
        assert [code for code in names if names[code] == english[code]] == []


def _actions(path: Path) -> set[str]:
    """Return the actions that a module writes: as words, as names, or chosen among several in it."""
    tree = ast.parse(path.read_text("utf-8"))
    named, chosen = _constants(tree), set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        at = {"record_action": 2, "record_reading": 2, "_audit": 2, "_leave": 2}.get(name)
        if at is None or len(call.args) <= at:
            continue
        for node in ast.walk(call.args[at]):
            if _is_action(node):
                chosen.add(node.value)
            elif isinstance(node, ast.Name):
                chosen |= named.get(node.id, set())
    return chosen


def _constants(tree: ast.AST) -> dict[str, set[str]]:
    """Return what names of a module stand for, however they are given it."""
    named: dict[str, set[str]] = {}
    for node in (node for node in ast.walk(tree) if isinstance(node, ast.Assign)):
        for target in node.targets:
            names = [each.id for each in ast.walk(target) if isinstance(each, ast.Name)]
            values = {each.value for each in ast.walk(node.value) if _is_action(each)}
            if isinstance(node.value, ast.JoinedStr):
                values = {"mail.invitation", "mail.reminder", "mail.results"}
            for each in ast.walk(node.value):
                values |= named.get(each.id, set()) if isinstance(each, ast.Name) else set()
            for name in names:
                named.setdefault(name, set()).update(values)
    return named


def _is_action(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and re.fullmatch(r"[a-z_]+\.[a-z_]+", str(node.value)) is not None
