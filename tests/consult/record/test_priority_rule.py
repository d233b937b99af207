"""Rules are signed before people can answer, locked then, and never rewritten."""

from dataclasses import replace

import pytest

from consult.record.consultation import Consultation, ConsultationState
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.priority_rule import (
    NewRule,
    find_rule,
    is_locked,
    list_group_words,
    list_rule_changes,
    list_rules,
    list_signed,
    write_group_words,
)
from consult.record.ranking import find_ranking, save_rankings, sign_priorities
from consult.record.survey import create_survey, list_surveys, publish_version
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import Localised

RULE = NewRule("borda", 3, 90, small={"clinician": "in_words"})


def _both(text):
    return Localised(text, f"{text} (fr)")


@pytest.fixture
def session(world):
    with unit_of_work(world.engine) as session:
        choices = tuple(Choice(code, _both(code)) for code in ("access", "home"))
        question = Question("order", "ranking", _both("What comes first?"), choices=choices)
        survey = Survey("second", _both("Second"), sections=(Section("s", _both("S"), questions=(question,)),))
        create_survey(session, world.consultation, survey)
        yield session


@pytest.fixture
def consultation(session, world):
    return session.get_one(Consultation, world.consultation.id)


def _publish(session, consultation, today):
    survey = next(each for each in list_surveys(session, consultation) if each.code == "second")
    publish_version(session, survey, today)


def test_until_people_can_answer_a_rule_is_replaced_and_then_a_change_needs_its_reason(
    session, consultation, today, now
):
    by = By(None, now)
    assert list_rules(session, consultation) == {}
    first = sign_priorities(session, consultation, "order", RULE, by, seen=0)
    # sent twice, with what was seen the first time: one row
    assert sign_priorities(session, consultation, "order", RULE, by, seen=0) is first
    with pytest.raises(RecordError, match=r"rule\.changed"):
        sign_priorities(session, consultation, "order", replace(RULE, top=5), by, seen=0)
    second = sign_priorities(session, consultation, "order", replace(RULE, top=5), by, seen=first.id)
    assert not second.is_change  # the question is not published: nobody can answer it
    assert list_rule_changes(session, consultation) == []
    _publish(session, consultation, today)
    assert is_locked(session, consultation, "order")
    with pytest.raises(RecordError, match=r"rule\.needs_reason"):
        sign_priorities(session, consultation, "order", RULE, by, seen=second.id)
    why = By(None, now, "The committee grew.")
    third = sign_priorities(session, consultation, "order", RULE, why, seen=second.id)
    assert find_rule(session, consultation, "order") is third
    (change,) = list_rule_changes(session, consultation)
    assert (change.rule, change.before, change.rule.reason) == (third, second, "The committee grew.")
    assert [each.rule.top for each in list_signed(session, consultation, "order")] == [3, 5, 3]


def test_a_rule_is_never_changed_or_deleted(session, consultation, now):
    rule = sign_priorities(session, consultation, "order", RULE, By(None, now), seen=0)
    session.commit()
    session.begin()
    for act in (lambda: setattr(rule, "top", 1), lambda: session.delete(rule)):
        act()
        with pytest.raises(RecordError, match=r"rule\.permanent"):
            session.flush()
        session.rollback()
        session.begin()


@pytest.mark.parametrize(
    "changes", [{"top": 0}, {"top": 21}, {"sure": 49}, {"small": {"nobody": "included"}}, {"small": {"citizen": "x"}}]
)
def test_what_cannot_be_is_not_signed(session, consultation, now, changes):
    with pytest.raises(RecordError, match=r"rule\.out_of_range"):
        sign_priorities(session, consultation, "order", replace(RULE, **changes), By(None, now), seen=0)


def test_once_the_ranking_is_made_for_good_no_rule_of_it_is_signed(session, consultation, today, now):
    _publish(session, consultation, today)
    why = By(None, now, "why")
    save_rankings(session, consultation.id, {"order": {}}, is_final=False, now=now)
    rule = sign_priorities(session, consultation, "order", RULE, why, seen=0)
    assert find_ranking(session, consultation, "order") is None  # a fictional one is made again by the new rule
    consultation.state = ConsultationState.CLOSED
    save_rankings(session, consultation.id, {"order": {}}, is_final=True, now=now)
    with pytest.raises(RecordError, match=r"rule\.made"):
        sign_priorities(session, consultation, "order", replace(RULE, top=5), why, seen=rule.id)


def test_the_newest_words_about_a_group_count(session, consultation, now):
    by = By(None, now)
    for words in (_both("They spoke of beds."), _both("They spoke of rest.")):
        write_group_words(session, consultation, "order", "clinician", words, by)
    write_group_words(session, consultation, "order", "citizen", _both("x"), by)
    write_group_words(session, consultation, "order", "citizen", Localised(), by)
    assert list_group_words(session, consultation, "order") == {"clinician": _both("They spoke of rest.")}
    with pytest.raises(RecordError, match=r"group\.unknown"):
        write_group_words(session, consultation, "order", "nobody", _both("x"), by)
