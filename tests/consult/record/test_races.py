"""Six processes at once on the same rows: nothing is lost, nothing happens twice."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import sqlalchemy as sa

from consult.record.contribution import Contribution
from consult.record.database import unit_of_work
from consult.record.draft import AnswerChange, Draft, draft_answers, open_draft, save_answers
from consult.record.job import enqueue_job, get_job
from consult.record.keys import new_token
from consult.record.response import Response, ResponseAnswer
from consult.record.storage import shuffle_anonymous_rows
from tests.consult.record import racer

PROCESSES = 6
# Processes that part from one which has loaded what they need, and nothing of this one.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([racer.__name__])
SECRET = "an installation's secret, for tests only"


def test_six_processes_that_read_then_write_lose_nothing(engine, url, now):
    job_id = _enqueue(engine, now)

    _race("count", url, [[str(job_id), "200"]] * PROCESSES)

    with unit_of_work(engine, read_only=True) as session:
        assert get_job(session, job_id).attempts == 1200


def test_the_same_race_without_our_transactions_loses_some(engine, url, now):
    job_id = _enqueue(engine, now)

    _race("count_naively", url, [[str(job_id), "50"]] * PROCESSES)

    with unit_of_work(engine, read_only=True) as session:
        assert get_job(session, job_id).attempts < 300


def test_six_submissions_of_one_draft_give_one_response_and_one_receipt(world, url, today):
    token = _begin(world, today)

    outcomes = _race("submit", url, [[SECRET, token]] * PROCESSES)

    assert [outcome["is_new"] for outcome in outcomes].count(True) == 1
    assert {outcome["receipt"] for outcome in outcomes} == {world.keyring.open_link(token).receipt}
    assert _counts(world.engine) == {"responses": 1, "answers": 1, "contributions": 1, "drafts": 0}


def test_saves_that_race_with_a_submission_are_kept_or_refused_never_both(world, url, today):
    token = _begin(world, today)

    writers = [[SECRET, token, str(number), "40"] for number in range(PROCESSES - 1)]
    outcomes = _race("save", url, writers, others=[("submit", [SECRET, token])])

    assert {outcome["ended"] for outcome in outcomes[:-1]} <= {"draft.submitted", ""}
    assert outcomes[-1]["is_new"] is True
    kept = [(outcome["kept"][-1], number) for number, outcome in enumerate(outcomes[:-1]) if outcome["kept"]]
    said = f"{max(kept)[1]} wrote {max(kept)[0]}" if kept else "Waiting"
    assert _submitted_text(world.engine) == said
    assert _counts(world.engine) == {"responses": 1, "answers": 1, "contributions": 1, "drafts": 0}


def test_of_racing_saves_each_revision_is_kept_once_and_the_last_one_stays(world, url, today):
    token = _begin(world, today)

    outcomes = _race("save", url, [[SECRET, token, str(number), "30"] for number in range(PROCESSES)])

    with unit_of_work(world.engine, read_only=True) as session:
        draft = session.connection().exec_driver_sql("SELECT revision FROM draft_answers").scalar_one()
    assert draft == 30
    kept = [revision for outcome in outcomes for revision in outcome["kept"]]
    assert len(kept) == len(set(kept))


def test_racing_workers_claim_each_job_once(engine, url, now):
    with unit_of_work(engine) as session:
        jobs = [enqueue_job(session, "themes", {"run": number}, now).id for number in range(30)]

    outcomes = _race("claim", url, [[]] * PROCESSES)

    assert sorted(job for outcome in outcomes for job in outcome["won"]) == jobs


def test_batches_that_race_with_people_lose_no_answer(world, url, today):
    done = 0
    is_over = Event()

    def shuffle() -> None:
        nonlocal done
        while not is_over.is_set():
            shuffle_anonymous_rows(world.engine)
            done += 1

    with ThreadPoolExecutor(1) as pool:
        batches = pool.submit(shuffle)
        try:
            # Until three batches have ended beside people who write: how many fit in one race is the machine's affair.
            while done < 3 and not batches.done():
                _people_write_and_lose_nothing(world, url, today)
        finally:
            is_over.set()
        batches.result()
    assert done >= 3


def _people_write_and_lose_nothing(world, url, today) -> None:
    tokens = [_begin(world, today) for _ in range(2)]

    outcomes = _race("save", url, [[SECRET, token, "person", "150"] for token in tokens])

    assert [outcome["kept"] for outcome in outcomes] == [list(range(1, 151))] * 2
    with unit_of_work(world.engine, read_only=True) as session:
        assert {draft_answers(session, world.keyring.open_link(token))["hardest"].revision for token in tokens} == {150}


def _enqueue(engine, now) -> int:
    with unit_of_work(engine) as session:
        return enqueue_job(session, "count", {}, now).id


def _begin(world, today) -> str:
    token = new_token()
    keys = world.keyring.open_link(token)
    with unit_of_work(world.engine) as session:
        open_draft(session, keys, world.version, language="en", today=today)
        save_answers(session, keys, [AnswerChange("hardest", "Waiting", 0)], today=today)
    return token


def _counts(engine) -> dict[str, int]:
    tables = {"responses": Response, "answers": ResponseAnswer, "contributions": Contribution, "drafts": Draft}
    with unit_of_work(engine, read_only=True) as session:
        return {name: session.scalar(sa.select(sa.func.count()).select_from(table)) for name, table in tables.items()}


def _submitted_text(engine) -> str:
    with unit_of_work(engine, read_only=True) as session:
        return session.scalars(sa.select(ResponseAnswer.value)).one()["text"]


def _race(act: str, url: str, arguments: list[list[str]], others=()) -> list[dict[str, object]]:
    """Start one process for each list of arguments, let all go at once, and return what each reports."""
    started = []
    for name, each in [*((act, each) for each in arguments), *others]:
        line, other_end = _PROCESSES.Pipe()
        process = _PROCESSES.Process(target=racer.run, args=(other_end, name, url, *each))
        process.start()
        other_end.close()
        started.append((line, process))
    lines = [line for line, _ in started]
    assert [line.recv() for line in lines] == ["ready"] * len(lines)
    for line in lines:
        line.send("go")
    assert all(line.poll(120) for line in lines)
    outcomes = [line.recv() for line in lines]
    for line, process in started:
        process.join(120)
        line.close()
    return outcomes
