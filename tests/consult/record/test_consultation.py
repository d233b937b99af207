from datetime import timedelta

import pytest
import sqlalchemy as sa

from consult.record.consultation import (
    TRANSITIONS,
    Anonymity,
    Consultation,
    ConsultationState,
    LanguagePolicy,
    NewConsultation,
    NewGroup,
    create_consultation,
    get_consultation,
    list_groups,
    set_anonymity,
    set_dates,
    set_groups,
)
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.lifecycle import close_consultation, find_gaps, open_consultation, pause_consultation
from consult.record.survey import create_survey, publish_version
from surveys.localised import Localised

FULL = Localised("Plan", "Plan")


def _new(code="plan", **changes) -> NewConsultation:
    texts = {"title": FULL, "mandate": FULL, "promise": FULL}
    return NewConsultation(code=code, contact="plan@example.org", **(texts | changes))


def test_a_consultation_keeps_its_groups_in_order(engine):
    groups = (NewGroup("citizen", FULL, 60), NewGroup("clinician", FULL, 40))
    with unit_of_work(engine) as session:
        create_consultation(session, _new(groups=groups))
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, "plan")
        set_groups(session, consultation, groups[::-1])
    with unit_of_work(engine, read_only=True) as session:
        listed = list_groups(session, get_consultation(session, "plan"))
    assert [(group.code, group.target, group.position) for group in listed] == [
        ("clinician", 40, 0),
        ("citizen", 60, 1),
    ]


def test_a_code_is_taken_once(world):
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        create_consultation(session, _new())
    assert (caught.value.code, caught.value.values) == ("consultation.exists", {"code": "plan"})


def test_a_missing_consultation_says_so(engine):
    with pytest.raises(RecordError) as caught, unit_of_work(engine, read_only=True) as session:
        get_consultation(session, "nowhere")
    assert caught.value.code == "consultation.missing"


def test_groups_named_twice_are_refused(engine):
    twice = (NewGroup("citizen", FULL), NewGroup("citizen", FULL))
    with pytest.raises(RecordError) as caught, unit_of_work(engine) as session:
        create_consultation(session, _new(groups=twice))
    assert caught.value.code == "group.duplicate"


def test_no_group_goes_after_the_opening(world):
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        set_groups(session, get_consultation(session, "plan"), (NewGroup("citizen", FULL),))
    assert caught.value.code == "group.fixed"


def test_it_accepts_answers_between_its_dates_while_it_is_open(world, today):
    with unit_of_work(world.engine) as session:
        consultation = get_consultation(session, "plan")
        set_dates(session, consultation, today, today)
        assert consultation.is_accepting(today)
        assert not consultation.is_accepting(today + timedelta(days=1))
        assert not consultation.is_accepting(today - timedelta(days=1))
        pause_consultation(session, "plan")
        assert not consultation.is_accepting(today)


def test_dates_the_wrong_way_round_are_refused(world, today):
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        set_dates(session, get_consultation(session, "plan"), today, today - timedelta(days=1))
    assert caught.value.code == "consultation.bad_dates"


def test_every_state_says_where_it_may_go():
    assert set(TRANSITIONS) == set(ConsultationState)
    assert TRANSITIONS[ConsultationState.CLOSED] == frozenset()
    assert all(ConsultationState.DRAFT not in allowed for allowed in TRANSITIONS.values())


def test_a_closed_consultation_stays_closed(world):
    with unit_of_work(world.engine) as session:
        close_consultation(session, "plan")
    for act in (open_consultation, pause_consultation, close_consultation):
        with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
            act(session, "plan")
        assert caught.value.code == "consultation.bad_transition"


def test_nothing_opens_with_a_gap(engine, definition, today):
    half = Localised("Plan", "")
    new = _new(promise=half, groups=(NewGroup("citizen", half),))
    with unit_of_work(engine) as session:
        create_consultation(session, new)
    with pytest.raises(RecordError) as caught, unit_of_work(engine) as session:
        open_consultation(session, "plan")
    found = [(problem.code, problem.place) for problem in caught.value.problems]
    assert caught.value.code == "consultation.incomplete"
    assert found == [
        ("translation.missing", "promise.fr"),
        ("translation.missing", "groups.citizen.fr"),
        ("survey.unpublished", "surveys"),
    ]


@pytest.mark.parametrize("code", ["nowhere", "hardest"])
def test_nothing_opens_whose_question_about_quotes_is_no_consent(make_world, code):
    with pytest.raises(RecordError) as caught:
        make_world(quote_question=code)
    assert caught.value.code == "consultation.incomplete"
    assert [(each.code, each.place) for each in caught.value.problems] == [("question.not_consent", "quote_question")]


@pytest.mark.parametrize("code", [None, "quoted"])
def test_a_consultation_opens_with_a_consent_about_quotes_or_without_any(make_world, code):
    consultation = make_world(quote_question=code).consultation
    assert (consultation.state, consultation.quote_question) == (ConsultationState.OPEN, code)


def test_a_french_only_consultation_needs_no_english(engine, definition, today):
    french = Localised("", "Plan")
    new = _new(title=french, mandate=french, promise=french, language_policy=LanguagePolicy.FRENCH_ONLY)
    with unit_of_work(engine) as session:
        consultation = create_consultation(session, new)
        publish_version(session, create_survey(session, consultation, definition), today)
        assert find_gaps(session, consultation) == []


def test_the_promise_may_change_in_draft_and_never_after(engine, world):
    with unit_of_work(engine) as session:
        draft = create_consultation(session, _new("other"))
        set_anonymity(session, draft, Anonymity.IDENTIFIED)
    with pytest.raises(RecordError) as caught, unit_of_work(engine) as session:
        set_anonymity(session, get_consultation(session, "plan"), Anonymity.IDENTIFIED)
    assert caught.value.code == "consultation.anonymity_fixed"


def test_no_code_and_no_sql_breaks_the_promise(engine, world):
    def set_attribute(session):
        get_consultation(session, "plan").anonymity = Anonymity.IDENTIFIED
        session.flush()

    def update(session):
        session.execute(sa.update(Consultation).values(anonymity=Anonymity.IDENTIFIED))

    def go_back_to_draft(session):
        session.execute(sa.text("UPDATE consultations SET state = 'draft'"))

    for act in (set_attribute, update, go_back_to_draft):
        with pytest.raises(RecordError) as caught, unit_of_work(engine) as session:
            act(session)
        assert caught.value.code == "consultation.anonymity_fixed"
    with unit_of_work(engine, read_only=True) as session:
        assert get_consultation(session, "plan").anonymity is Anonymity.ANONYMOUS
