"""Rankings are made once for each closing, and kept."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from consult.record.consultation import Consultation
from consult.record.database import unit_of_work
from consult.record.job import Job, JobState, claim_job, fail_job, finish_job, list_jobs
from consult.record.keys import new_token
from consult.record.lifecycle import close_consultation
from consult.record.ranking import (
    MAKE_RANKINGS,
    find_ranking,
    is_shown_to_committee,
    list_ranking_questions,
    list_stored_answers,
    read_ranked,
    request_rankings,
    save_rankings,
)
from consult.record.submission import Submission, submit_response
from consult.record.survey import create_survey, publish_version
from consult.record.withdrawal import withdraw_response
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import Localised

MADE = {"everybody": {"ballots": 12}}


def _both(text):
    return Localised(text, f"{text} (fr)")


@pytest.fixture
def ranked(world, today):
    """A second survey with a ranking question of three, in the consultation of the world."""
    choices = tuple(Choice(code, _both(code)) for code in ("access", "home", "staff"))
    question = Question("order", "ranking", _both("What comes first?"), choices=choices)
    survey = Survey("second", _both("Second"), sections=(Section("s", _both("S"), questions=(question,)),))
    with unit_of_work(world.engine) as session:
        publish_version(session, create_survey(session, world.consultation, survey), today)
    return world


def _request(world, now):
    with unit_of_work(world.engine) as session:
        return request_rankings(session, now)


def _jobs(world, *states):
    with unit_of_work(world.engine, read_only=True) as session:
        return [job.id for job in list_jobs(session, MAKE_RANKINGS, *(states or JobState))]


def _get(session, world):
    return session.get_one(Consultation, world.consultation.id)


def test_nothing_is_due_while_people_answer(ranked, now):
    assert _request(ranked, now) == 0
    with unit_of_work(ranked.engine, read_only=True) as session:
        assert not is_shown_to_committee(_get(session, ranked))
        assert list(list_ranking_questions(session, ranked.consultation)) == ["order"]


def test_a_consultation_without_a_ranking_question_asks_for_none(world, now):
    with unit_of_work(world.engine) as session:
        close_consultation(session, world.consultation.code)
    assert _request(world, now) == 0


def test_closing_makes_it_due_once(ranked, now):
    with unit_of_work(ranked.engine) as session:
        close_consultation(session, ranked.consultation.code)
    assert _request(ranked, now) == 1
    assert _request(ranked, now) == 0
    (job,) = _jobs(ranked, JobState.QUEUED)
    with unit_of_work(ranked.engine) as session:
        attempt = claim_job(session, job, now, timedelta(seconds=30)).attempts
        save_rankings(session, ranked.consultation.id, {"order": MADE}, is_final=True, now=now)
        finish_job(session, job, attempt, now)
    assert _request(ranked, now + timedelta(days=1)) == 0
    assert _jobs(ranked) == [job]


def test_one_that_failed_is_tried_again_after_an_hour(ranked, now):
    with unit_of_work(ranked.engine) as session:
        close_consultation(session, ranked.consultation.code)
    assert _request(ranked, now) == 1
    (job,) = _jobs(ranked)
    with unit_of_work(ranked.engine) as session:
        fail_job(session, job, claim_job(session, job, now, timedelta(seconds=30)).attempts, "record.full", now)
    assert _request(ranked, now + timedelta(minutes=59)) == 0
    assert _request(ranked, now + timedelta(minutes=60)) == 1
    assert len(_jobs(ranked, JobState.QUEUED)) == 1


def test_a_fictional_one_is_due_at_once_and_again_when_it_is_closed(ranked, now):
    with unit_of_work(ranked.engine) as session:
        _get(session, ranked).is_fictional = True
    assert _request(ranked, now) == 1
    assert _request(ranked, now) == 0
    with unit_of_work(ranked.engine) as session:
        save_rankings(session, ranked.consultation.id, {"order": {}}, is_final=False, now=now)
        assert find_ranking(session, _get(session, ranked), "order").result == {}
        session.execute(sa.update(Job).values(state=JobState.DONE))
        close_consultation(session, ranked.consultation.code)
    with unit_of_work(ranked.engine, read_only=True) as session:
        assert find_ranking(session, _get(session, ranked), "order") is None  # what was made while it was open
    assert _request(ranked, now) == 1


def test_what_is_final_is_never_made_again(ranked, now):
    with unit_of_work(ranked.engine) as session:
        close_consultation(session, ranked.consultation.code)
        save_rankings(session, ranked.consultation.id, {"order": MADE}, is_final=True, now=now)
        save_rankings(session, ranked.consultation.id, {"order": {}}, is_final=True, now=now)
        kept = find_ranking(session, _get(session, ranked), "order")
    assert (kept.result, kept.made_at, kept.is_final) == (MADE, now, True)


def test_what_is_not_there_though_its_job_is_done_is_asked_for_again(ranked, now):
    """As after going back a version of the tables and forward again."""
    with unit_of_work(ranked.engine) as session:
        close_consultation(session, ranked.consultation.code)
    assert _request(ranked, now) == 1
    (job,) = _jobs(ranked, JobState.QUEUED)
    with unit_of_work(ranked.engine) as session:
        finish_job(session, job, claim_job(session, job, now, timedelta(seconds=30)).attempts, now)
    assert _request(ranked, now) == 1


def test_answers_come_with_the_group_and_not_from_who_withdrew(world, today):
    with unit_of_work(world.engine) as session:
        for said in ("citizen", "clinician"):
            submission = Submission(new_token(), world.version, {"answer_as": said}, "fr")
            receipt = submit_response(session, world.keyring, submission, today).receipt
        assert len(list_stored_answers(session, world.consultation, "answer_as")) == 2
        withdraw_response(session, world.keyring, receipt)
        assert list_stored_answers(session, world.consultation, "answer_as") == [({"choice": "citizen"}, "")]
        assert list_stored_answers(session, world.consultation, "protect") == []
        assert read_ranked(session, world.consultation) == {}


def test_a_question_with_ties_is_ranked_too(ranked, today):
    with unit_of_work(ranked.engine) as session:
        choices = tuple(Choice(code, _both(code)) for code in ("access", "home"))
        question = Question("tied", "ranking", _both("?"), settings=(("ties", True),), choices=choices)
        survey = Survey("third", _both("Third"), sections=(Section("s", _both("S"), questions=(question,)),))
        publish_version(session, create_survey(session, ranked.consultation, survey), today)
        assert list(list_ranking_questions(session, _get(session, ranked))) == ["order", "tied"]
