"""A facilitator has the themes found in a real browser, with a real worker, which is killed once."""

import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.job import JobState, list_jobs
from consult.record.run import list_runs
from consult.record.run_request import FIND_THEMES, request_runs
from consult.record.theme import RunState

WORDS = {
    "en": {"all": "Find the themes of all questions", "again": "Find themes again", "cancel": "Cancel the analysis"},
    "fr": {"all": "Trouver les thèmes de toutes les questions", "again": "Trouver les thèmes de nouveau"}
    | {"cancel": "Annuler l’analyse"},
}
_ENDS = 120_000


def _open_analysis(server, page: Page, language: str) -> None:
    page.goto(f"{server.address}/{language}/sign-in")
    page.locator("input[type=email]").fill(server.email)
    page.locator("input[type=password]").fill(server.password)
    page.locator("main button").click()
    page.goto(f"{server.address}/{language}/manage/{server.code}/analysis")


def _runs(server):
    with unit_of_work(server.engine, read_only=True) as session:
        listed = list_runs(session, get_consultation(session, server.code))
        return [(run.question_code, run.state, run.error_code) for run in reversed(listed)]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr"])  # the page's words in both: tests/consult/manage/test_analysis.py
def test_the_themes_of_all_questions_are_found_while_the_page_follows(server, open_page, axe, language):
    page, words = open_page(language, 320, 900), WORDS[language]
    _open_analysis(server, page, language)
    axe(page)
    page.get_by_role("button", name=words["all"]).click()
    expect(page.locator("progress")).to_have_count(3)
    expect(page.locator(".done")).to_be_visible()
    expect(page.locator(".refresh")).to_be_hidden()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    # nobody touches the page any more
    expect(page.locator("[data-question=hardest] [data-words]")).to_contain_text("%", timeout=_ENDS)
    expect(page.locator("progress")).to_have_count(0, timeout=_ENDS)
    expect(page.get_by_role("button", name=words["again"])).to_have_count(3)
    expect(page.locator("[data-announce]")).not_to_be_empty()
    expect(page.locator(".done")).to_have_count(0)  # it said that it goes on
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert sorted(state for _, state, _ in _runs(server)) == [RunState.DONE] * 3


@pytest.mark.slow
def test_without_javascript_a_link_shows_how_far_it_is(server, open_page):
    page = open_page("en", 1280, javascript=False)
    _open_analysis(server, page, "en")
    page.locator("[data-question=protect] button").click()
    for _ in range(120):
        if page.locator("progress").count() == 0:
            break
        page.wait_for_timeout(500)
        page.get_by_role("link", name="Refresh").click()
    expect(page.locator("[data-question=protect]")).to_contain_text("Last analysis:")
    assert [state for _, state, _ in _runs(server)] == [RunState.DONE]


@pytest.mark.slow
def test_somebody_on_the_cancel_button_stands_on_the_question_when_it_ends(server, open_page):
    page = open_page("en", 1280)
    _open_analysis(server, page, "en")
    page.locator("[data-question=hardest] button").click()
    page.locator("[data-question=hardest] button").focus()
    expect(page.locator("progress")).to_have_count(0, timeout=_ENDS)
    expect(page.locator("[data-question=hardest] h2")).to_be_focused()


def _find_worker(server) -> int:
    """Return the worker beside this server: the one that was given its database."""
    mine = f"CONSULT_DATABASE_URL={server.url}".encode()
    (worker,) = [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and b"--beside" in _read(entry, "cmdline") and mine in _read(entry, "environ")
    ]
    return worker


def _read(entry: Path, name: str) -> list[bytes]:
    try:
        return (entry / name).read_bytes().split(b"\0")
    except OSError:
        return []


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_costs_time_and_nothing_else(server, open_page):
    page = open_page("en", 1280)
    _open_analysis(server, page, "en")
    with unit_of_work(server.engine) as session:
        consultation = get_consultation(session, server.code)
        request_runs(session, consultation, "hardest", None, datetime.now(UTC))
    worker = _find_worker(server)
    while not _runs(server):  # a few hundred answers take it two seconds: a page would tell too late
        time.sleep(0.02)
    os.kill(worker, signal.SIGKILL)
    assert _runs(server) == [("hardest", RunState.RUNNING, None)]
    page.reload()
    expect(page.locator("[data-question=hardest]")).to_have_attribute("data-state", "running")
    expect(page.locator("progress")).to_have_count(0, timeout=_ENDS)
    expect(page.locator("[data-question=hardest]")).to_contain_text("Last analysis:")
    assert _runs(server) == [
        ("hardest", RunState.FAILED, "run.interrupted"),
        ("hardest", RunState.DONE, None),
    ]
    with unit_of_work(server.engine, read_only=True) as session:
        (job,) = list_jobs(session, FIND_THEMES, *JobState)
        assert (job.state, job.attempts) == (JobState.DONE, 2)
