from datetime import timedelta

import pytest

from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.job import (
    MAXIMUM_LOSSES,
    Job,
    JobState,
    beat,
    cancel_job,
    claim_job,
    enqueue_job,
    fail_job,
    finish_job,
    get_job,
    give_back,
    list_queued,
    release_expired,
)

LEASE = timedelta(minutes=5)


@pytest.fixture
def job_id(engine, now) -> int:
    with unit_of_work(engine) as session:
        return enqueue_job(session, "themes", {"run": 3, "share": 0.5, "question": "hardest"}, now).id


def _do(engine, act, *about):
    with unit_of_work(engine) as session:
        return act(session, *about)


def _read(engine, job_id) -> Job:
    return _do(engine, get_job, job_id)


def test_a_job_waits_with_its_arguments(engine, job_id):
    job = _read(engine, job_id)
    assert (job.state, job.attempts, job.arguments) == (
        JobState.QUEUED,
        0,
        {"run": 3, "share": 0.5, "question": "hardest"},
    )
    assert _do(engine, list_queued) == [job_id]


@pytest.mark.parametrize("value", ["two words", "", None, ["list"], "x" * 65])
def test_a_job_carries_codes_and_numbers_not_words(engine, now, value):
    with pytest.raises(RecordError) as caught:
        _do(engine, enqueue_job, "themes", {"text": value}, now)
    assert (caught.value.code, caught.value.values) == ("job.bad_argument", {"name": "text"})


def test_a_job_is_claimed_once_and_finished_by_who_claimed_it(engine, job_id, now):
    job = _do(engine, claim_job, job_id, now, LEASE)
    assert (job.state, job.attempts, job.lease_until) == (JobState.RUNNING, 1, now + LEASE)
    assert _do(engine, claim_job, job_id, now, LEASE) is None
    _do(engine, beat, job_id, 1, now + LEASE, LEASE, 0.5)
    half = _read(engine, job_id)
    assert (half.progress, half.heartbeat_at, half.lease_until) == (0.5, now + LEASE, now + 2 * LEASE)
    _do(engine, finish_job, job_id, 1, now)
    done = _read(engine, job_id)
    assert (done.state, done.progress, done.finished_at, done.lease_until) == (JobState.DONE, 1.0, now, None)


def test_progress_stays_between_nothing_and_all(engine, job_id, now):
    _do(engine, claim_job, job_id, now, LEASE)
    _do(engine, beat, job_id, 1, now, LEASE, 7.0)
    assert _read(engine, job_id).progress == 1.0


def test_a_failure_is_kept_with_its_code(engine, job_id, now):
    _do(engine, claim_job, job_id, now, LEASE)
    _do(engine, fail_job, job_id, 1, "themes.too_few", now)
    failed = _read(engine, job_id)
    assert (failed.state, failed.error_code, failed.finished_at) == (JobState.FAILED, "themes.too_few", now)


def test_a_worker_whose_lease_ran_out_cannot_report_on_the_next_ones_job(engine, job_id, now):
    _do(engine, claim_job, job_id, now, LEASE)
    later = now + LEASE + timedelta(seconds=1)
    assert _do(engine, release_expired, now + LEASE) == []
    assert _do(engine, release_expired, later) == [job_id]
    assert _do(engine, claim_job, job_id, later, LEASE).attempts == 2
    for act in (
        lambda session: beat(session, job_id, 1, later, LEASE),
        lambda session: finish_job(session, job_id, 1, later),
        lambda session: fail_job(session, job_id, 1, "x.y", later),
    ):
        with pytest.raises(RecordError) as caught:
            _do(engine, act)
        assert caught.value.code == "job.lost"
    assert _read(engine, job_id).state is JobState.RUNNING


def test_a_job_that_is_lost_again_and_again_fails(engine, job_id, now):
    for loss in range(1, MAXIMUM_LOSSES + 1):
        assert _lose(engine, job_id, now) == ([job_id] if loss < MAXIMUM_LOSSES else [])
    failed = _read(engine, job_id)
    assert (failed.state, failed.error_code, failed.losses) == (JobState.FAILED, "job.abandoned", MAXIMUM_LOSSES)
    assert (failed.finished_at, failed.lease_until) == (now + 2 * LEASE, None)


def test_workers_that_put_a_job_back_do_not_use_it_up(engine, job_id, now):
    for attempt in range(1, 2 * MAXIMUM_LOSSES):
        _do(engine, claim_job, job_id, now, LEASE)
        _do(engine, give_back, job_id, attempt)
    assert _lose(engine, job_id, now) == [job_id]
    job = _read(engine, job_id)
    assert (job.state, job.attempts, job.losses) == (JobState.QUEUED, 2 * MAXIMUM_LOSSES, 1)


def _lose(engine, job_id, now) -> list[int]:
    """Have a worker take the job and never be heard of again; return what is put back."""
    assert _do(engine, claim_job, job_id, now, LEASE)
    return _do(engine, release_expired, now + 2 * LEASE)


def test_a_cancelled_job_stops_its_worker_at_its_next_beat_and_never_runs_again(engine, job_id, now):
    _do(engine, claim_job, job_id, now, LEASE)
    assert _do(engine, cancel_job, job_id, now) is True
    assert _do(engine, cancel_job, job_id, now) is False
    with pytest.raises(RecordError) as caught:
        _do(engine, beat, job_id, 1, now, LEASE)
    assert caught.value.code == "job.lost"
    assert _do(engine, release_expired, now + 2 * LEASE) == []
    assert _do(engine, claim_job, job_id, now, LEASE) is None


def test_a_missing_job_says_so(engine):
    with pytest.raises(RecordError) as caught:
        _do(engine, get_job, 9)
    assert caught.value.code == "job.missing"
