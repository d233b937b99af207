"""Who was heard: the board's counts agree with a ledger, whatever came by whichever way; on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.record.consultation import get_consultation
from consult.record.contribution import SURVEY_CHANNELS, Channel
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.keys import new_token
from consult.record.lifecycle import By
from consult.record.participation import (
    count_answers,
    count_by_group,
    count_by_language,
    list_attributes,
    list_targets,
    set_targets,
    survey_people,
)
from consult.record.session import NewSession, SessionKind, create_session
from consult.record.submission import Submission, submit_response
from consult.record.withdrawal import withdraw_response

CHOICES = ("citizen", "clinician", None)
RESPONSES = st.lists(
    st.tuples(
        st.sampled_from(["citizen", "clinician", None]),
        st.sampled_from(["fr", "en"]),
        st.sampled_from(SURVEY_CHANNELS),
        st.sampled_from(CHOICES),
        st.booleans(),
    ),
    max_size=12,
)
SESSIONS = st.lists(st.tuples(st.sampled_from(list(SessionKind)), st.integers(0, 9), st.integers(0, 4)), max_size=3)


def _fill(session, world, today, responses, sessions):
    """Store these; return how many people a ledger counts by group and way."""
    ledger = {}
    for group, language, channel, choice, is_withdrawn in responses:
        raw = {"answer_as": {"choice": choice}} if choice else {}
        submission = Submission(
            token=new_token(), version=world.version, raw=raw, language=language, channel=channel,
            group_id=world.groups.get(group),
        )  # fmt: skip
        receipt = submit_response(session, world.keyring, submission, today).receipt
        if is_withdrawn:
            withdraw_response(session, world.keyring, receipt)
        else:
            ledger[world.groups.get(group), channel] = ledger.get((world.groups.get(group), channel), 0) + 1
    for kind, citizens, unknown in sessions:
        new = NewSession(kind, today, attendance={"citizen": citizens, None: unknown})
        create_session(session, world.keyring, get_consultation(session, "plan"), new)
        for group, people in ((world.groups["citizen"], citizens), (None, unknown)):
            ledger[group, kind.channel] = ledger.get((group, kind.channel), 0) + people
    return {place: people for place, people in ledger.items() if people}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(responses=RESPONSES, sessions=SESSIONS)
def test_counts_by_group_and_way_are_those_of_the_ledger(world, today, responses, sessions):
    with unit_of_work(world.engine) as session:
        ledger = _fill(session, world, today, responses, sessions)
        consultation = get_consultation(session, "plan")
        counted = {
            (group, channel): people
            for group, heard in count_by_group(session, consultation).items()
            for channel, people in heard.items()
            if people
        }
        assert counted == ledger
        answered = sum(people for (_, channel), people in ledger.items() if channel in SURVEY_CHANNELS)
        spoken = count_by_language(session, consultation)
        assert sum(map(survey_people, spoken.values())) == answered
        answers = count_answers(session, consultation, "answer_as")
        assert sum(answers.values()) == answered
        for choice in CHOICES:
            said = sum(1 for *_, given, is_withdrawn in responses if given == choice and not is_withdrawn)
            assert sum(people for (_, value), people in answers.items() if value == choice) == said
        session.rollback()  # the next example begins with nothing


def test_ways_stand_side_by_side_and_only_the_survey_adds_up():
    heard = {Channel.WEB: 5, Channel.PAPER: 2, Channel.FOCUS_GROUP: 9, Channel.DISCUSSION: 4}
    assert survey_people(heard) == 7


def test_targets_are_kept_by_group_and_answer_and_replaced_as_a_whole(world, now):
    by = By(None, now)
    with unit_of_work(world.engine) as session:
        consultation = get_consultation(session, "plan")
        assert [(each.code, list(each.choices)) for each in list_attributes(session, consultation)] == [
            ("answer_as", ["citizen", "clinician"])
        ]
        set_targets(session, consultation, "answer_as", None, {"citizen": 30, "clinician": 0}, by)
        set_targets(session, consultation, "answer_as", "clinician", {"citizen": 3, "clinician": 12}, by)
        set_targets(session, consultation, "answer_as", "clinician", {"clinician": 15}, by)
        assert list_targets(session, consultation, "answer_as") == {
            (None, "citizen"): 30,
            (world.groups["clinician"], "clinician"): 15,
        }


@pytest.mark.parametrize(
    ("question", "group", "hoped", "code"),
    [
        ("nothing", None, {}, "question.unknown"),
        ("hardest", None, {}, "question.unknown"),
        ("answer_as", None, {"dragon": 3}, "choice.unknown"),
        ("answer_as", "dragons", {"citizen": 3}, "group.unknown"),
        ("answer_as", None, {"citizen": -1}, "target.bad_number"),
    ],
)
def test_targets_of_what_is_not_there_are_refused(world, now, question, group, hoped, code):
    with unit_of_work(world.engine) as session, pytest.raises(RecordError, match=code):
        set_targets(session, get_consultation(session, "plan"), question, group, hoped, By(None, now))
