"""The tasks: what a run stores, and what is done every night."""

# ruff: noqa: F811 - fixtures that are imported

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from analysis.engines import load_engine
from consult.jobs import LEASE, Work
from consult.record import night
from consult.record.account import create_account
from consult.record.contribution import Contribution, ImportedText, import_contributions
from consult.record.database import unit_of_work
from consult.record.draft import Draft, open_draft
from consult.record.errors import RecordError
from consult.record.invitation import InvitationRequest, create_invitations
from consult.record.job import JobState, claim_job, enqueue_job, get_job, release_expired
from consult.record.keys import new_token
from consult.record.night import NIGHTLY
from consult.record.run import approve_quote, list_runs
from consult.record.run_request import cancel_request, request_runs
from consult.record.submission import Submission, submit_response
from consult.record.theme import Assignment, QuoteSnapshot, RunState, list_quotes, list_themes
from consult.tasks import TASKS, load_task, themes
from consult.worker import Worker
from tests.consult.record.conftest import (  # noqa: F401 - fixtures
    engine,
    keyring,
    postgres_template,
    postgres_url,
    sqlite_template,
    url,
    world,
)


def _now():
    return datetime.now(UTC)


@pytest.fixture
def answered(world, planted):
    """One hundred and twenty people answered; every other one may be quoted. One wrote on two lines."""
    with unit_of_work(world.engine) as session:
        for number, (text, language) in enumerate(zip(planted["text"], planted["language"], strict=True)):
            raw = {"hardest": text.replace(" ", "\n", 1), "answer_as": "citizen"}
            if number % 2:
                raw["quoted"] = True
            group = world.groups["citizen" if number % 3 else "clinician"]
            submission = Submission(new_token(), world.version, raw, language, group_id=group)
            submit_response(session, world.keyring, submission, date.today())
    return world


def _run(world, question="hardest"):
    """Ask for the themes, have them found, and return how the job and its run ended."""
    with unit_of_work(world.engine) as session:
        (job,) = request_runs(session, world.consultation, question, None, _now())
    steps = []
    assert Worker(world.engine).run_next(lambda step, share: steps.append((step, share)))
    with unit_of_work(world.engine, read_only=True) as session:
        return get_job(session, job.id), list_runs(session, world.consultation, question)[0], steps


def test_a_run_stores_true_counts_every_contribution_and_how_it_was_made(answered):
    job, run, steps = _run(answered)
    assert (job.state, run.state, run.error_code) == (JobState.DONE, RunState.DONE, None)
    with unit_of_work(answered.engine, read_only=True) as session:
        found = list_themes(session, run)
        assigned = session.scalars(sa.select(Assignment).where(Assignment.run_id == run.id)).all()
    summary = run.summary
    in_themes = [each for each in assigned if each.theme_id is not None]
    assert summary["rows"] == summary["contributions"] == 120
    assert len(assigned) == len(in_themes) == summary["ideas"]
    for theme in found:
        here = {each.contribution_id for each in in_themes if each.theme_id == theme.id}
        assert len(here) == theme.counts["contributions"]
    assert all(0 <= each.strength <= 1 for each in assigned)
    assert summary["people"] <= sum(theme.counts["people"] for theme in found)
    for column in ("group", "language", "channel"):
        assert sum(summary[column].values()) == summary["people"]
        assert all(sum(theme.counts[column].values()) == theme.counts["people"] for theme in found)
    assert set(summary["group"]) == {"citizen", "clinician"}
    assert set(found[0].counts) >= {"people", "contributions", "cohesion", "stability", "flags"}
    assert summary["themes"] == len(found) > 1
    assert {theme.labels.get(language) != "" for theme in found for language in ("en", "fr")} == {True}
    assert (summary["engine"], run.engine, run.settings["engine"]) == (load_engine().name,) * 3
    assert {"scikit-learn", "pandas"} <= set(run.versions)
    assert {"read", "corpus", "vectors", "number", "clusters", "themes", "parts"} == set(summary["seconds"])
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_only_who_agreed_is_quoted_in_the_words_that_are_stored(answered, planted):
    run = _run(answered)[1]
    with unit_of_work(answered.engine) as session:
        quotes = [quote for theme in list_themes(session, run) for quote in list_quotes(session, theme, approved=False)]
        assert quotes
        # the record knows of each author's agreement by itself: it would refuse the others
        account = create_account(session, "claire@example.org", "Claire")
        for quote in quotes:
            approve_quote(session, quote.id, str(quote.text), account.id, _now())
    agreed = [text.replace(" ", "\n", 1) for number, text in enumerate(planted["text"]) if number % 2]
    assert all(any(quote.text in text for text in agreed) for quote in quotes)
    assert any(quote.text in agreed and "\n" in quote.text for quote in quotes)


def test_where_nobody_agreed_nobody_is_quoted(world, planted):
    rows = [ImportedText(*row) for row in zip(planted["id"], planted["text"], planted["language"], strict=True)]
    with unit_of_work(world.engine) as session:
        import_contributions(session, world.consultation, "hardest", rows)
    run = _run(world)[1]
    assert run.state is RunState.DONE
    assert run.summary["group"] == {"": run.summary["people"]}
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(QuoteSnapshot)) == 0


def test_too_few_answers_fail_with_their_code(world):
    with unit_of_work(world.engine) as session:
        import_contributions(session, world.consultation, "hardest", [ImportedText("1", "Waiting for months", "en")])
    job, run, _ = _run(world)
    assert (job.state, job.error_code) == (JobState.FAILED, "answers.too_few")
    assert (run.state, run.error_code) == (RunState.FAILED, "answers.too_few")


def test_the_same_words_give_the_same_run(answered):
    first, second = _run(answered)[1], _run(answered)[1]
    assert first.id != second.id
    assert first.input_digest == second.input_digest
    with unit_of_work(answered.engine, read_only=True) as session:
        told = [
            [(theme.labels, theme.terms, theme.counts) for theme in list_themes(session, run)]
            for run in (first, second)
        ]
    assert told[0] == told[1]


def test_what_is_cancelled_while_it_computes_leaves_no_result(answered, monkeypatch):
    compute = themes.run_pipeline

    def cancel_then_compute(corpus, settings, tell):
        with unit_of_work(answered.engine) as session:  # no transaction of the task is in the way
            assert cancel_request(session, answered.consultation, "hardest", None, _now())
        return compute(corpus, settings, lambda step, done, total: None)

    monkeypatch.setattr(themes, "run_pipeline", cancel_then_compute)
    job, run, _ = _run(answered)
    assert (job.state, job.error_code) == (JobState.CANCELLED, None)
    assert (run.state, run.error_code, run.summary) == (RunState.FAILED, "job.cancelled", None)
    with unit_of_work(answered.engine, read_only=True) as session:
        assert list_themes(session, run) == []


def _release(engine, job_id):
    """Have the job's worker be thought gone, half a minute later."""
    with unit_of_work(engine) as session:
        assert release_expired(session, _now() + 2 * LEASE) == [job_id]


def _runs(world):
    with unit_of_work(world.engine, read_only=True) as session:
        return [(run.state, run.error_code) for run in reversed(list_runs(session, world.consultation, "hardest"))]


@pytest.mark.parametrize("is_quick", [False, True], ids=["another takes it after", "another has done it"])
def test_a_worker_that_slept_through_its_lease_saves_nothing(answered, monkeypatch, is_quick):
    compute, engine = themes.run_pipeline, answered.engine

    def sleep_and_compute(corpus, settings, tell):
        monkeypatch.setattr(themes, "run_pipeline", compute)
        _release(engine, job.id)
        if is_quick:
            assert Worker(engine).run_next()
        return compute(corpus, settings, lambda step, done, total: None)  # it does not hear that the job is lost

    with unit_of_work(engine) as session:
        (job,) = request_runs(session, answered.consultation, "hardest", None, _now())
    monkeypatch.setattr(themes, "run_pipeline", sleep_and_compute)
    assert Worker(engine).run_next()
    assert Worker(engine).run_next() is not is_quick
    assert _runs(answered) == [
        (RunState.FAILED, "run.interrupted" if is_quick else "job.lost"),
        (RunState.DONE, None),
    ]
    with unit_of_work(engine, read_only=True) as session:
        ended = get_job(session, job.id)
        assert (ended.state, ended.attempts) == (JobState.DONE, 2)


def test_a_worker_that_wakes_up_late_does_not_end_the_run_of_the_next_one(answered, monkeypatch):
    compute, engine, refused = themes.run_pipeline, answered.engine, []
    with unit_of_work(engine) as session:
        (job,) = request_runs(session, answered.consultation, "hardest", None, _now())
        late = Work(engine, claim_job(session, job.id, _now(), LEASE), lambda: False)
    _release(engine, job.id)

    def wake_the_other_and_compute(corpus, settings, tell):
        monkeypatch.setattr(themes, "run_pipeline", compute)
        with pytest.raises(RecordError) as caught:
            themes.find_themes(late)
        refused.append(caught.value.code)
        return compute(corpus, settings, tell)

    monkeypatch.setattr(themes, "run_pipeline", wake_the_other_and_compute)
    assert Worker(engine).run_next()
    assert refused == ["job.lost"]
    assert _runs(answered) == [(RunState.DONE, None)]


def test_a_failure_that_nobody_foresaw_ends_the_run_too(answered, monkeypatch):
    monkeypatch.setattr(themes, "make_results", lambda *about: 1 / 0)
    job, run, _ = _run(answered)
    assert (job.state, job.error_code, run.state, run.error_code) == (
        JobState.FAILED,
        "job.unexpected",
        RunState.FAILED,
        "run.unexpected",
    )


def test_every_night_old_drafts_go_and_the_rows_are_written_anew(world):
    today = date.today()
    with unit_of_work(world.engine) as session:
        requests = [InvitationRequest("en", "citizen")] * 2
        tokens = [each.token for each in create_invitations(session, world.keyring, world.consultation, requests)]
        for token, age in zip(tokens, (61, 59), strict=True):
            keys = world.keyring.open_link(token)
            open_draft(session, keys, world.version, language="en", today=today - timedelta(days=age))
        job = enqueue_job(session, NIGHTLY, {"night": today.isoformat()}, _now())
    assert Worker(world.engine).run_next()
    with unit_of_work(world.engine, read_only=True) as session:
        assert get_job(session, job.id).state is JobState.DONE
        assert list(session.scalars(sa.select(Draft.touched_on))) == [today - timedelta(days=59)]


@pytest.fixture
def long_read(world):
    """A night to be done while somebody reads: a backup, a connection that was forgotten."""
    with unit_of_work(world.engine) as session:
        job_id = enqueue_job(session, NIGHTLY, {}, _now()).id
    with unit_of_work(world.engine, read_only=True) as reader:
        reader.scalar(sa.select(sa.func.count()).select_from(Contribution))
        yield job_id


def _read(world, job_id):
    with unit_of_work(world.engine, read_only=True) as session:
        job = get_job(session, job_id)
        return job.state, job.error_code, job.attempts


def test_a_night_that_finds_the_tables_in_use_waits_for_the_next_one(world, long_read, monkeypatch, caplog):
    monkeypatch.setattr(night, "_WAIT_SECONDS", 0.2)
    worker = Worker(world.engine)
    assert [worker.run_next(), worker.run_next()] == [True, False]
    assert _read(world, long_read) == (JobState.FAILED, "record.busy", 1)
    assert f"job {long_read} (nightly) was not done: record.busy" in caplog.text


def test_a_night_that_waits_for_tables_gives_way_to_the_end_of_its_worker(world, long_read, monkeypatch):
    monkeypatch.setattr(night, "_WAIT_SECONDS", 30.0)
    worker = Worker(world.engine)
    threading.Timer(0.5, worker.stop).start()
    assert worker.run_next()
    assert _read(world, long_read) == (JobState.QUEUED, None, 1)


@pytest.mark.parametrize("name", TASKS)
def test_every_task_is_there(name):
    assert callable(load_task(name))
