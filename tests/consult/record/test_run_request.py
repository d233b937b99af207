from datetime import timedelta

import pytest

from consult.record.account import create_account
from consult.record.audit import list_entries
from consult.record.contribution import ImportedText, import_contributions
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.job import Job, JobState, claim_job, fail_job, find_last_beat, finish_job, get_job, give_back
from consult.record.night import NIGHTLY, enqueue_night
from consult.record.run import end_unfinished_run, get_run, save_run_results, start_run
from consult.record.run_request import cancel_request, fail_lost_runs, list_open_questions, request_runs
from consult.record.theme import NewRun, RunResults, RunState

LEASE = timedelta(seconds=30)


@pytest.fixture
def said(world):
    """Two texts in one question, one in the other."""
    with unit_of_work(world.engine) as session:
        for question, count in (("hardest", 2), ("protect", 1)):
            rows = [ImportedText(str(number), f"Said {number}", "en") for number in range(count)]
            import_contributions(session, world.consultation, question, rows)
    return world


def _ask(world, question, now):
    with unit_of_work(world.engine) as session:
        return [job.id for job in request_runs(session, world.consultation, question, None, now)]


def _look(world):
    with unit_of_work(world.engine, read_only=True) as session:
        return list_open_questions(session, world.consultation)


def _claim(world, job_id, now) -> Job:
    with unit_of_work(world.engine) as session:
        return claim_job(session, job_id, now, LEASE)


def _begin(world, question, now):
    with unit_of_work(world.engine) as session:
        return start_run(session, world.consultation, NewRun("tfidf", 1, question), now).id


def test_several_clicks_make_one_job_until_it_has_ended(said, now):
    (first,) = _ask(said, "hardest", now)
    assert _ask(said, "hardest", now) == []
    attempt = _claim(said, first, now).attempts
    assert _ask(said, "hardest", now) == []
    with unit_of_work(said.engine) as session:
        finish_job(session, first, attempt, now)
    (second,) = _ask(said, "hardest", now)
    assert second != first
    with unit_of_work(said.engine, read_only=True) as session:
        assert (get_job(session, first).key, get_job(session, first).state) == (None, JobState.DONE)


def test_asking_for_all_leaves_what_waits_alone(said, now):
    (waiting,) = _ask(said, "protect", now)
    (other,) = _ask(said, None, now)
    assert {question.code: question.job.id for question in _look(said)} == {"hardest": other, "protect": waiting}


def test_a_question_in_which_nothing_was_said_cannot_be_asked_for(said, now):
    with pytest.raises(RecordError) as caught:
        _ask(said, "answer_as", now)
    assert caught.value.code == "question.unknown"
    assert _ask(said, "hardest", now)


def test_who_asked_and_who_cancelled_is_kept(said, now):
    with unit_of_work(said.engine) as session:
        account = create_account(session, "claire@example.org", "Claire")
        (job,) = request_runs(session, said.consultation, "hardest", account.id, now)
        assert cancel_request(session, said.consultation, "hardest", account.id, now)
        entries = list_entries(session, subject=job)
    assert [(each.action, each.account_id) for each in entries] == [
        ("analysis.cancelled", account.id),
        ("analysis.requested", account.id),
    ]


def test_cancelling_ends_the_run_and_happens_once(said, now):
    (job,) = _ask(said, "hardest", now)
    _claim(said, job, now)
    run, other = _begin(said, "hardest", now), _begin(said, "protect", now)
    with unit_of_work(said.engine) as session:
        assert cancel_request(session, said.consultation, "hardest", None, now)
        assert not cancel_request(session, said.consultation, "hardest", None, now)
        assert not cancel_request(session, said.consultation, "protect", None, now)
        ended = get_run(session, run)
        assert (ended.state, ended.error_code, get_run(session, other).state) == (
            RunState.FAILED,
            "job.cancelled",
            RunState.RUNNING,
        )


@pytest.mark.parametrize("code", ["hardest\0", "\0", "", "deux mots", "x" * 5_000])
def test_what_can_be_no_question_has_nothing_to_cancel(said, now, code):
    (job,) = _ask(said, "hardest", now)
    with unit_of_work(said.engine) as session:
        assert not cancel_request(session, said.consultation, code, None, now)
        assert get_job(session, job).state is JobState.QUEUED


def test_questions_say_what_came_since_the_newest_run(said, now):
    run = _begin(said, "hardest", now)
    with unit_of_work(said.engine) as session:
        save_run_results(session, run, RunResults([], [], (), {"rows": 2, "themes": 0}), now)
    _begin(said, "hardest", now)  # does not hide what was found
    with unit_of_work(said.engine) as session:
        import_contributions(session, said.consultation, "hardest", [ImportedText("9", "Later", "fr")])
    hardest, protect = _look(said)
    assert (hardest.code, hardest.contributions, hardest.run.id, hardest.new) == ("hardest", 3, run, 1)
    assert hardest.text.fr == "What is hardest? (fr)"
    assert (protect.contributions, protect.run, protect.new, protect.job) == (1, None, 0, None)


def test_a_question_that_is_not_asked_is_listed_while_something_was_said_in_it(said):
    assert [question.code for question in _look(said)] == ["hardest", "protect"]
    with unit_of_work(said.engine) as session:
        import_contributions(session, said.consultation, "elsewhere", [ImportedText("1", "Noted", "fr")])
    assert [(question.code, bool(question.text)) for question in _look(said)][2:] == [("elsewhere", False)]


def test_a_run_that_no_job_works_on_is_ended(said, now):
    (job,) = _ask(said, "hardest", now)
    attempt = _claim(said, job, now).attempts
    kept, lost = _begin(said, "hardest", now), _begin(said, "protect", now)
    with unit_of_work(said.engine) as session:
        assert fail_lost_runs(session, now) == 1
        assert get_run(session, lost).error_code == "run.interrupted"
        assert get_run(session, kept).state is RunState.RUNNING
        give_back(session, job, attempt)
        assert fail_lost_runs(session, now) == 0


def test_a_run_whose_job_was_given_up_ends_with_the_reason_of_the_job(said, now):
    (job,) = _ask(said, "hardest", now)
    attempt = _claim(said, job, now).attempts
    run = _begin(said, "hardest", now)
    with unit_of_work(said.engine) as session:
        fail_job(session, job, attempt, "job.abandoned", now)
        assert fail_lost_runs(session, now) == 1
        assert get_run(session, run).error_code == "job.abandoned"


def test_a_run_that_ends_meanwhile_stays_as_it_ended(said, now):
    run = _begin(said, "hardest", now)
    with unit_of_work(said.engine) as session:
        save_run_results(session, run, RunResults([], [], (), {"rows": 2, "themes": 0}), now)
        assert not end_unfinished_run(session, run, "run.interrupted", now)
        assert get_run(session, run).state is RunState.DONE


def test_a_job_that_is_given_back_waits_again_and_its_worker_cannot_report_on_it(said, now):
    (job,) = _ask(said, "hardest", now)
    attempt = _claim(said, job, now).attempts
    with unit_of_work(said.engine, read_only=True) as session:
        assert find_last_beat(session) == now
    with unit_of_work(said.engine) as session:
        give_back(session, job, attempt)
    with unit_of_work(said.engine, read_only=True) as session:
        assert find_last_beat(session) is None
    with pytest.raises(RecordError, match=r"job\.lost"), unit_of_work(said.engine) as session:
        finish_job(session, job, attempt, now)
    assert _claim(said, job, now).attempts == attempt + 1


def _night(engine, now):
    with unit_of_work(engine) as session:
        job = enqueue_night(session, now)
        return None if job is None else job.arguments["night"]


def test_each_night_is_asked_for_once_and_an_outage_is_caught_up_by_one(engine, now):
    noon = now.replace(hour=12)
    assert _night(engine, noon) is None  # a new installation: the first night is the next one
    day = timedelta(days=1)
    assert _night(engine, noon.replace(hour=2) + day) is None
    assert _night(engine, noon.replace(hour=3) + day) == "2026-11-23"
    assert _night(engine, noon + day) is None
    assert _night(engine, noon + 5 * day) == "2026-11-27"
    assert _night(engine, noon.replace(hour=2) + 6 * day) is None
    with unit_of_work(engine, read_only=True) as session:
        states = [job.state for job in session.query(Job).filter_by(task=NIGHTLY).order_by(Job.id)]
    assert states == [JobState.DONE, JobState.QUEUED, JobState.QUEUED]
