"""Corrections: the author changes answers; contributions, quotes and groups follow."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from consult.record.consultation import set_dates
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.correction import correct_answers
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.keys import new_token
from consult.record.response import Response, get_answers, get_response
from consult.record.submission import Submission, submit_response
from consult.record.withdrawal import withdraw_response


@pytest.fixture
def world(make_world):
    return make_world(group_question="answer_as")


@pytest.fixture
def receipt(world, today) -> str:
    raw = {"answer_as": "citizen", "hardest": "the wait", "quoted": True}
    with unit_of_work(world.engine) as session:
        return submit_response(session, world.keyring, Submission(new_token(), world.version, raw, "en"), today).receipt


def correct(world, receipt, today, **raw):
    with unit_of_work(world.engine) as session:
        return correct_answers(session, world.keyring, receipt, raw, today)


def stored(world, receipt):
    with unit_of_work(world.engine, read_only=True) as session:
        response = get_response(session, world.keyring, receipt)
        rows = session.execute(
            sa.select(
                Contribution.question_code,
                Contribution.revision,
                ContributionRevision.number,
                ContributionRevision.text,
            )
            .join(ContributionRevision, ContributionRevision.contribution_id == Contribution.id)
            .where(Contribution.response_id == response.id, Contribution.is_withdrawn.is_(False))
            .order_by(Contribution.question_code, ContributionRevision.number)
        ).all()
        return get_answers(session, response), [tuple(row) for row in rows]


def test_a_corrected_text_is_a_revision(world, receipt, today):
    assert correct(world, receipt, today, hardest={"cells": {"": "the wait, at night"}}) == ["hardest"]
    answers, texts = stored(world, receipt)
    assert answers["hardest"] == {"text": "the wait, at night"}
    assert texts == [("hardest", 2, 1, "the wait"), ("hardest", 2, 2, "the wait, at night")]


def test_the_same_answer_again_changes_nothing(world, receipt, today):
    assert correct(world, receipt, today, hardest="the wait", answer_as="citizen") == []
    assert stored(world, receipt)[1] == [("hardest", 1, 1, "the wait")]


def test_a_new_text_is_a_contribution_and_a_cleared_one_is_erased(world, receipt, today):
    assert correct(world, receipt, today, hardest="", protect="the nurses") == ["hardest", "protect"]
    answers, texts = stored(world, receipt)
    assert "hardest" not in answers
    assert texts == [("protect", 1, 1, "the nurses")]
    with unit_of_work(world.engine, read_only=True) as session:
        assert "the wait" not in list(session.scalars(sa.select(ContributionRevision.text)))
    assert correct(world, receipt, today, hardest="the wait again") == ["hardest"]
    assert ("hardest", 1, 1, "the wait again") in stored(world, receipt)[1]


def test_another_group_counts_for_the_response_and_what_it_contributed(world, receipt, today):
    correct(world, receipt, today, answer_as="clinician")
    with unit_of_work(world.engine, read_only=True) as session:
        groups = {*session.scalars(sa.select(Response.group_id)), *session.scalars(sa.select(Contribution.group_id))}
    assert groups == {world.groups["clinician"]}


def test_all_or_nothing(world, receipt, today):
    with pytest.raises(RecordError) as refused:
        correct(world, receipt, today, hardest="kept from being stored", answer_as="astronaut")
    assert refused.value.code == "response.refused"
    assert [(each.code, each.place) for each in refused.value.problems] == [("answer.unknown_choice", "answer_as")]
    assert stored(world, receipt)[1] == [("hardest", 1, 1, "the wait")]


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("closed", "consultation.not_accepting"),
        ("withdrawn", "response.withdrawn"),
        ("unknown", "receipt.unknown"),
        ("question", "question.unknown"),
    ],
)
def test_what_is_refused(world, receipt, today, case, code):
    raw = {"hardest": "later"}
    with unit_of_work(world.engine) as session:
        if case == "closed":
            set_dates(session, session.merge(world.consultation), None, today - timedelta(days=1))
        elif case == "withdrawn":
            withdraw_response(session, world.keyring, receipt)
    if case == "unknown":
        receipt = "AAAA-AAAA-AAAA-AAAA"
    elif case == "question":
        raw = {"nowhere": "x"}
    with pytest.raises(RecordError) as refused:
        correct(world, receipt, today, **raw)
    assert refused.value.code == code
