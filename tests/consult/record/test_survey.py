from dataclasses import replace

import pytest
import sqlalchemy as sa

from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.survey import (
    Survey,
    SurveyVersion,
    create_survey,
    find_contradictions,
    get_current_version,
    get_survey,
    list_versions,
    publish_version,
    read_definition,
    save_working_definition,
)
from surveys.definition import Choice, dump_survey
from surveys.localised import Localised


def _change(definition, asked: str, **changes):
    """Return the survey with one question changed."""
    sections = tuple(
        replace(
            section,
            questions=tuple(
                replace(question, **changes) if question.code == asked else question for question in section.questions
            ),
        )
        for section in definition.sections
    )
    return replace(definition, sections=sections)


def _publish(world, working, today) -> SurveyVersion:
    with unit_of_work(world.engine) as session:
        survey = get_survey(session, world.consultation, "main")
        save_working_definition(session, survey, working)
        return publish_version(session, survey, today)


def test_publishing_makes_a_version_and_the_same_text_again_makes_none(world, definition, today):
    again = _publish(world, definition, today)
    other = _publish(world, replace(definition, title=Localised("New", "Nouveau")), today)

    assert (again.number, other.number) == (1, 2)
    assert read_definition(again).survey == definition
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.get_one(SurveyVersion, again.id).definition == dump_survey(definition)
        survey = get_survey(session, world.consultation, "main")
        assert [version.number for version in list_versions(session, survey)] == [1, 2]
        assert get_current_version(session, survey).id == other.id


def test_a_survey_with_a_gap_is_not_published(world, definition, today):
    with pytest.raises(RecordError) as caught:
        _publish(world, _change(definition, "hardest", text=Localised("Only English", "")), today)
    assert caught.value.code == "survey.incomplete"
    assert [problem.code for problem in caught.value.problems] == ["translation.missing"]
    assert "Only English" not in str(caught.value)


def test_a_question_keeps_its_type_for_ever(world, definition, today):
    with pytest.raises(RecordError) as caught:
        _publish(world, _change(definition, "hardest", type="short_text"), today)
    assert caught.value.code == "survey.contradicts"
    assert [(each.code, each.place) for each in caught.value.problems] == [
        ("question.type_changed", "sections[0].questions[1]")
    ]


@pytest.mark.parametrize("way", ["left out", "retired"])
def test_a_choice_that_went_never_comes_back(world, definition, today, way):
    choices = definition.find_question("answer_as").choices
    citizen, clinician = choices
    elder = Choice("elder", Localised("Elder", "Aînée ou aîné"))
    gone = () if way == "left out" else (replace(clinician, retired=True),)
    _publish(world, _change(definition, "answer_as", choices=(citizen, elder, *gone)), today)

    with pytest.raises(RecordError) as caught:
        _publish(world, _change(definition, "answer_as", choices=(citizen, elder, clinician)), today)

    assert [(each.code, each.place) for each in caught.value.problems] == [
        ("choice.reused", "sections[0].questions[0].choices[2]")
    ]


def test_a_row_that_went_never_comes_back_and_may_share_its_code_with_a_choice(definition):
    rows = tuple(Choice(code, Localised(code, code)) for code in ("citizen", "b"))
    asked = _change(definition, "answer_as", type="matrix", rows=rows)
    without = _change(asked, "answer_as", rows=rows[:1])
    assert find_contradictions([asked, without], without) == []
    assert [each.place for each in find_contradictions([asked, without], asked)] == ["sections[0].questions[0].rows[1]"]


def test_a_type_is_remembered_from_every_version_not_the_last_alone(definition):
    without = _change(definition, "hardest", code="other")
    changed = _change(definition, "hardest", type="short_text")
    found = find_contradictions([definition, without], changed)
    assert [each.code for each in found] == ["question.type_changed"]


def test_a_published_version_is_never_changed_by_code_or_by_sql(world):
    def set_attribute(session):
        session.get_one(SurveyVersion, world.version.id).definition = "{}"
        session.flush()

    def delete_object(session):
        session.delete(session.get_one(SurveyVersion, world.version.id))
        session.flush()

    def update(session):
        session.execute(sa.update(SurveyVersion).values(definition="{}"))

    def delete(session):
        session.execute(sa.delete(SurveyVersion))

    def truncate_or_replace(session):
        if world.engine.dialect.name == "postgresql":
            session.execute(sa.text("TRUNCATE survey_versions CASCADE"))
        else:
            session.execute(sa.text("INSERT OR REPLACE INTO survey_versions SELECT * FROM survey_versions"))

    for act in (set_attribute, delete_object, update, delete, truncate_or_replace):
        with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
            act(session)
        assert caught.value.code == "version.permanent", act
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.get_one(SurveyVersion, world.version.id).definition == world.version.definition


def test_a_working_definition_is_kept_complete_or_not(world, definition):
    half = replace(definition, title=Localised("", ""), sections=())
    with unit_of_work(world.engine) as session:
        save_working_definition(session, get_survey(session, world.consultation, "main"), half)
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalars(sa.select(Survey.working_definition)).one() == dump_survey(half)


def test_codes_of_surveys_are_taken_once_and_fixed(world, definition):
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        create_survey(session, world.consultation, definition)
    assert caught.value.code == "survey.exists"
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        save_working_definition(
            session, get_survey(session, world.consultation, "main"), replace(definition, code="other")
        )
    assert caught.value.code == "survey.code_fixed"
