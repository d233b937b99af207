"""The facilitator's page on which the analysis is asked for, watched and cancelled."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html

from consult.job_messages import failure, step
from consult.languages import LANGUAGES, interface_words
from consult.record.account import Role
from consult.record.audit import list_entries
from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.job import JobState, beat, claim_job, fail_job, finish_job, list_jobs
from consult.record.run import save_run_results, start_run
from consult.record.run_request import FIND_THEMES, TOGETHER, request_runs
from consult.record.theme import NewRun, RunResults
from consult.tasks import themes

LEASE = timedelta(seconds=30)
QUESTIONS = ["hardest", "protect", "one_change"]


def _now():
    return datetime.now(UTC)


@pytest.fixture
def address(sample_code):
    """The page's address in English."""
    return f"/en/manage/{sample_code}/analysis"


@pytest.fixture
def click(facilitator_client, address, csrf_of):
    """Press a button of the page: ``click("analysis", question="hardest")``; returns the page that follows."""

    def press(place="", **fields):
        token = csrf_of(facilitator_client.get(address))
        answer = facilitator_client.post(address + place, data={"csrf_token": token, **fields})
        assert answer.status_code == 303, answer.text
        return _read(facilitator_client.get(answer.location.partition("#")[0]))

    return press


@pytest.fixture
def ask(engine, sample_code):
    """Ask for a question's themes some time ago, and claim the job if wanted; returns it."""

    def enqueue(question="hardest", *, ago=timedelta(0), claim=False):
        with unit_of_work(engine) as session:
            consultation = get_consultation(session, sample_code)
            (job,) = request_runs(session, consultation, question, None, _now() - ago)
            return claim_job(session, job.id, _now(), LEASE) if claim else job

    return enqueue


def _read(response):
    assert response.status_code == 200, response.text
    return html.fromstring(response.text)


def _section(page, question="hardest"):
    (section,) = page.xpath(f"//section[@data-question='{question}']")
    return section


def _words(element):
    return " ".join(element.text_content().split())


def _jobs(engine):
    with unit_of_work(engine, read_only=True) as session:
        return list_jobs(session, FIND_THEMES, JobState.QUEUED)


def test_every_open_question_is_there_with_what_was_said(facilitator_client, address):
    page = _read(facilitator_client.get(address))
    assert [each.get("data-question") for each in page.xpath("//section[@data-question]")] == [*QUESTIONS, TOGETHER]
    assert "All open questions together" in _words(_section(page, TOGETHER))
    assert "What is hardest today" in _words(_section(page))
    assert "217 answers. No analysis yet." in _words(_section(page))
    assert page.xpath("//progress") == []


def test_it_is_asked_for_once_however_often_it_is_clicked(click, engine, facilitator):
    assert "Themes are being found." in _words(click(question="hardest"))
    page = click(question="hardest")
    assert "asked for already" in _words(page)
    (job,) = _jobs(engine)
    assert job.arguments["question"] == "hardest"
    with unit_of_work(engine, read_only=True) as session:
        (entry,) = list_entries(session, subject=job)
    assert (entry.action, entry.account_id) == ("analysis.requested", facilitator.id)
    section = _section(page)
    assert section.get("data-state") == "queued"
    assert section.xpath(".//progress")
    assert _words(section.xpath(".//button")[0]) == "Cancel the analysis"
    assert page.xpath("//a[normalize-space()='Refresh']/@href")


def test_all_questions_at_once(click, engine):
    page = click()
    assert "for 3 questions" in _words(page)
    assert sorted(job.arguments["question"] for job in _jobs(engine)) == sorted(QUESTIONS)
    assert page.xpath("//button[contains(@class, 'main')]") == []


def test_all_questions_together_are_one_analysis(click, engine):
    page = click(question=TOGETHER)
    assert "Themes are being found." in _words(page)
    (job,) = _jobs(engine)
    assert job.arguments["question"] == TOGETHER
    assert _section(page, TOGETHER).get("data-state") == "queued"
    assert "was cancelled" in _words(click("/cancel", question=TOGETHER))
    assert _jobs(engine) == []


def test_new_answers_are_placed_once_however_often_it_is_clicked(click, engine, sample_code):
    with unit_of_work(engine) as session:
        run = start_run(session, get_consultation(session, sample_code), NewRun("tfidf", 1, "hardest"), _now())
        save_run_results(session, run.id, RunResults([], [], (), {"rows": 215, "themes": 9}), _now())
    assert "The new answers are being placed." in _words(click("/join", question="hardest"))
    assert "asked for already" in _words(click("/join", question="hardest"))
    (job,) = _jobs(engine)
    assert (job.arguments["question"], job.arguments["join"]) == ("hardest", run.id)


def test_a_question_that_is_none_is_refused(facilitator_client, address, csrf_of, engine):
    token = csrf_of(facilitator_client.get(address))
    for data in ({"question": "region"}, {"question": "x" * 500}):
        assert facilitator_client.post(address, data={"csrf_token": token, **data}).status_code == 400
    for place in ("/cancel", "/join"):
        assert facilitator_client.post(address + place, data={"csrf_token": token}).status_code == 400
    unknown = {"csrf_token": token, "question": "hardest"}  # nothing was found that new answers could join
    assert facilitator_client.post(address + "/join", data=unknown).status_code == 400
    assert _jobs(engine) == []


def test_how_far_it_is_in_words_and_for_the_page_that_watches(facilitator_client, address, ask, engine):
    job = ask(claim=True)
    with unit_of_work(engine) as session:
        beat(session, job.id, job.attempts, _now(), LEASE, 0.42, "vectors")
    section = _section(_read(facilitator_client.get(address)))
    assert section.xpath(".//progress/@value") == ["0.420"]
    assert "Reading the answers, 42%" in _words(section)
    told = facilitator_client.get(address + "/progress").get_json()
    assert told[0] == {
        "question": "hardest",
        "state": "running",
        "words": "Reading the answers, 42%",
        "share": 0.42,
        "stuck": False,
    }
    assert [each["state"] for each in told[1:]] == ["ready", "ready", "ready"]
    french = facilitator_client.get(address.replace("/en/", "/fr/") + "/progress").get_json()
    assert french[0]["words"] == "Lecture des réponses, 42\u00a0%"


def test_it_can_be_cancelled_once(click, ask, engine, facilitator):
    job = ask(claim=True)
    page = click("/cancel", question="hardest")
    assert "The analysis was cancelled." in _words(_section(page))
    assert "that analysis had ended" in _words(click("/cancel", question="hardest"))
    with unit_of_work(engine, read_only=True) as session:
        newest = list_entries(session, subject=job)[0]
    assert (newest.action, newest.account_id) == ("analysis.cancelled", facilitator.id)


@pytest.mark.parametrize(("ago", "others", "is_stuck"), [(50, False, False), (70, False, True), (70, True, False)])
def test_a_job_that_nobody_takes_says_that_no_worker_runs(facilitator_client, address, ask, ago, others, is_stuck):
    ask(ago=timedelta(seconds=ago))
    if others:  # a worker that is busy with another question will come to it
        ask("protect", claim=True)
    section = _section(_read(facilitator_client.get(address)))
    assert ("no worker seems to run" in _words(section)) is is_stuck
    assert facilitator_client.get(address + "/progress").get_json()[0]["stuck"] is is_stuck


@pytest.mark.parametrize(("ago", "is_stuck"), [(10, False), (70, True)])
def test_a_job_whose_worker_is_gone_says_so_too(facilitator_client, address, ask, engine, ago, is_stuck):
    job = ask()
    with unit_of_work(engine) as session:
        claim_job(session, job.id, _now() - timedelta(seconds=ago), LEASE)
    section = _section(_read(facilitator_client.get(address)))
    assert section.get("data-state") == "running"
    assert ("no worker seems to run" in _words(section)) is is_stuck


@pytest.mark.parametrize("code", ["answers.too_few", "job.unexpected"])
def test_why_it_failed_and_what_to_do(facilitator_client, address, ask, engine, code):
    job = ask(claim=True)
    with unit_of_work(engine) as session:
        fail_job(session, job.id, job.attempts, code, _now())
    section = _section(_read(facilitator_client.get(address)))
    assert "The analysis failed." in _words(section)
    assert ("it takes ten" in _words(section)) is (code == "answers.too_few")
    assert _words(section.xpath(".//button")[0]) == "Find themes"


@pytest.mark.parametrize(
    ("days", "said"), [(0, r"finished today at \d+:\d\d\W[ap]\.m\., 9 themes\."), (2, r"9 themes, on \w+ \d+, 20")]
)
def test_what_was_found_and_what_came_since(facilitator_client, address, ask, engine, sample_code, days, said):
    job, then = ask(claim=True), _now() - timedelta(days=days)
    with unit_of_work(engine) as session:
        run = start_run(session, get_consultation(session, sample_code), NewRun("tfidf", 1, "hardest"), then)
        save_run_results(session, run.id, RunResults([], [], (), {"rows": 215, "themes": 9}), then)
        finish_job(session, job.id, job.attempts, _now())
    section = _section(_read(facilitator_client.get(address)))
    assert re.search(f"Last analysis: {said}", _words(section))
    assert "2 answers have come since." in _words(section)
    buttons = [_words(button) for button in section.xpath(".//button")]
    assert buttons == ["Place the 2 new answers in these themes", "Find themes again"]
    (link,) = section.xpath(".//a/@href")
    assert link == f"/en/manage/{sample_code}/themes/{run.id}"


def test_others_do_not_see_it(client, make_account, app, sign_in, address, engine):
    assert client.get(address).status_code == 303
    stranger = make_account("other@example.org", Role.FACILITATOR, joins=())
    browser = app.test_client()
    sign_in(browser, stranger.email)
    for place in ("", "/progress"):
        assert browser.get(address + place).status_code == 404
    assert _jobs(engine) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_its_words(language):
    words = interface_words(language)
    said = [step(code, words) for code in themes._PLACES]
    assert len(set(said)) == len(said)
    assert step(None, words) not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_failure_of_the_analysis_has_its_words(language):
    words = interface_words(language)
    codes = ["none", "too_few", "identical", "too_alike", "no_shared_words", "other_language"]
    said = {failure(f"answers.{code}", words) for code in codes}
    assert len(said) == len(codes)
    assert failure("job.unexpected", words) not in said
