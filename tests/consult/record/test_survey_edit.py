"""The working text of a survey: its states, undoing, and two people at once."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from consult.record import survey_edit
from consult.record.account import Role, create_account, join_consultation
from consult.record.audit import list_entries
from consult.record.consultation import get_consultation
from consult.record.database import create_record_engine, unit_of_work
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.presence import Present
from consult.record.survey import get_survey, list_versions, save_working_definition
from consult.record.survey_edit import (
    QUESTION,
    SurveyEdit,
    digest_of_part,
    edit_survey,
    list_published,
    lock_survey,
    publish_working,
    read_working,
    redo,
    save_opening,
    save_question,
    save_section,
    undo,
)
from consult.record.survey_presence import list_present, note_presence
from consult.record.survey_translation import NewText, digest_of_text, save_texts
from surveys.definition import Choice
from surveys.edit import delete_question, get_question, shift_question
from surveys.localised import Localised

MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(world):
    """Two facilitators of the consultation."""
    with unit_of_work(world.engine) as session:
        made = [create_account(session, f"{each}@example.org", each, roles=[Role.FACILITATOR]) for each in "ab"]
        for account in made:
            join_consultation(session, account, world.consultation, Role.FACILITATOR)
    return made


@pytest.fixture
def work(world):
    """Do something to the locked survey in a transaction: ``work(lambda session, survey: …)``."""

    def do(act):
        with unit_of_work(world.engine) as session:
            return act(session, lock_survey(session, get_consultation(session, "plan"), "main"))

    return do


def look(work):
    return work(read_working)


def put_text(work, code, text, by, seen=None):
    """Change a question's English words, from the state that was `seen` (the present one if not given)."""
    question = get_question(look(work).definition, code)
    wanted = replace(question, text=replace(question.text, en=text))
    seen = seen or digest_of_part(question)
    return work(lambda session, survey: save_question(session, survey, code, wanted, seen, by))


def test_what_was_done_is_undone_and_done_again_state_by_state(work, people, now):
    before = look(work)
    assert (before.undo, before.redo) == (None, None)
    first, second = By(people[0].id, now), By(people[1].id, now + MINUTE)
    put_text(work, "hardest", "One?", first)
    work(
        lambda s, row: edit_survey(
            s, row, "question.deleted", "protect", lambda d: delete_question(d, "protect"), second
        )
    )
    after = look(work)
    assert (after.undo.action, after.undo.name, after.redo) == ("question.deleted", "b", None)
    work(undo)
    assert look(work).definition.find_question("protect")
    assert (look(work).undo.action, look(work).undo.name, look(work).redo.name) == (QUESTION, "a", "b")
    work(undo)
    assert look(work).definition == before.definition
    with pytest.raises(RecordError, match=r"survey\.nothing_to_undo"):
        work(undo)
    work(redo)
    work(redo)
    assert look(work).definition == after.definition
    with pytest.raises(RecordError, match=r"survey\.nothing_to_redo"):
        work(redo)


def test_a_change_after_undoing_forgets_what_could_be_done_again(work, people, now):
    by = By(people[0].id, now)
    put_text(work, "hardest", "One?", by)
    work(undo)
    put_text(work, "protect", "Two?", by)
    assert look(work).redo is None
    work(undo)
    assert look(work).undo is None


def test_what_one_person_types_in_a_minute_is_one_act_and_what_another_does_is_not(work, people, now, world):
    put_text(work, "hardest", "O", By(people[0].id, now))
    put_text(work, "hardest", "On", By(people[0].id, now + MINUTE))
    put_text(work, "hardest", "One", By(people[1].id, now + MINUTE))
    put_text(work, "hardest", "Ones", By(people[1].id, now + 4 * MINUTE))
    with unit_of_work(world.engine, read_only=True) as session:
        assert (
            session.scalar(sa.select(sa.func.count()).select_from(SurveyEdit)) == 4
        )  # the first state, and three acts
    work(undo)
    work(undo)
    assert get_question(look(work).definition, "hardest").text.en == "On"


def test_saving_the_same_again_is_no_act(work, people, now):
    put_text(work, "hardest", "What is hardest?", By(people[0].id, now))
    assert look(work).undo is None


def test_only_the_last_states_are_kept(work, people, now, world, monkeypatch):
    monkeypatch.setattr(survey_edit, "MOST_STATES", 4)
    for at in range(9):
        put_text(work, "hardest", str(at), By(people[0].id, now + at * 3 * MINUTE))
    with unit_of_work(world.engine, read_only=True) as session:
        positions = session.scalars(sa.select(SurveyEdit.position).order_by(SurveyEdit.position)).all()
    assert positions == [5, 6, 7, 8, 9]


def test_a_text_that_was_saved_past_the_history_is_a_state_of_it(work, people, now):
    put_text(work, "hardest", "One?", By(people[0].id, now))

    def past(session, survey):
        definition = read_working(session, survey).definition
        save_working_definition(session, survey, delete_question(definition, "protect"))

    work(past)
    assert look(work).undo is None
    put_text(work, "hardest", "Two?", By(people[0].id, now))
    work(undo)
    assert get_question(look(work).definition, "hardest").text.en == "One?"
    assert look(work).definition.find_question("protect") is None


def test_a_question_that_somebody_else_changed_is_not_overwritten_and_others_come_together(work, people, now):
    seen = digest_of_part(get_question(look(work).definition, "hardest"))
    put_text(work, "hardest", "Theirs?", By(people[0].id, now))
    put_text(work, "protect", "Other?", By(people[1].id, now))  # another question: no quarrel
    with pytest.raises(RecordError, match=r"survey\.question_changed"):
        put_text(work, "hardest", "Mine?", By(people[1].id, now), seen)
    words = {question.code: question.text.en for question in look(work).definition.questions}
    assert (words["hardest"], words["protect"]) == ("Theirs?", "Other?")


def test_a_question_that_was_moved_is_saved_where_it_now_is_and_one_that_was_deleted_is_not(work, people, now):
    by = By(people[0].id, now)
    seen = digest_of_part(get_question(look(work).definition, "hardest"))
    work(lambda s, row: edit_survey(s, row, "question.moved", "hardest", lambda d: shift_question(d, "hardest", 1), by))
    put_text(work, "hardest", "Mine?", by, seen)
    assert [question.code for question in look(work).definition.questions][2] == "hardest"
    question = get_question(look(work).definition, "hardest")
    work(lambda s, row: edit_survey(s, row, "question.deleted", "hardest", lambda d: delete_question(d, "hardest"), by))
    with pytest.raises(RecordError, match=r"survey\.question_gone"):
        work(lambda s, row: save_question(s, row, "hardest", question, digest_of_part(question), by))


def test_of_two_who_save_one_question_at_once_one_is_refused(url, world, work, people, now):
    question = get_question(look(work).definition, "hardest")
    seen, start, ended = digest_of_part(question), threading.Barrier(2), []

    def save(account):
        engine = create_record_engine(url)
        wanted = replace(question, text=Localised(account.name, "x"))
        start.wait()
        try:
            with unit_of_work(engine) as session:
                survey = lock_survey(session, get_consultation(session, "plan"), "main")
                save_question(session, survey, "hardest", wanted, seen, By(account.id, now))
            ended.append(account.name)
        except RecordError as error:
            ended.append(error.code)
        engine.dispose()

    threads = [threading.Thread(target=save, args=(account,)) for account in people]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert "survey.question_changed" in ended
    (winner,) = (each for each in ended if each in "ab")
    assert get_question(look(work).definition, "hardest").text.en == winner


def test_a_published_question_keeps_its_type_its_code_and_its_choices(work, people, now):
    by = By(people[0].id, now)
    asked = get_question(look(work).definition, "answer_as")

    def save(question):
        return work(lambda s, row: save_question(s, row, "answer_as", question, digest_of_part(asked), by))

    with pytest.raises(RecordError, match=r"survey\.type_fixed"):
        save(replace(asked, type="ranking"))
    with pytest.raises(RecordError, match=r"survey\.code_fixed"):
        save(replace(asked, code="role"))
    stored = save(replace(asked, choices=(asked.choices[0], Choice("new", Localised("New", "Nouveau")))))
    assert [(each.code, each.retired) for each in stored.choices] == [
        ("citizen", False),
        ("new", False),
        ("clinician", True),
    ]
    assert set(work(lambda s, row: list_published(s, row))) == {"answer_as", "hardest", "protect", "quoted"}


def test_sections_and_the_opening_are_guarded_in_the_same_way(work, people, now):
    by = By(people[0].id, now)
    definition = look(work).definition
    section, opening = definition.sections[0], definition
    new = replace(section, title=Localised("New", "Nouveau"), questions=())
    work(lambda s, row: save_section(s, row, "first", new, digest_of_part(section), by))
    assert len(look(work).definition.sections[0].questions) == 4  # those that are there, not those that were given
    with pytest.raises(RecordError, match=r"survey\.section_changed"):
        work(lambda s, row: save_section(s, row, "first", section, digest_of_part(section), by))
    with pytest.raises(RecordError, match=r"survey\.section_gone"):
        work(lambda s, row: save_section(s, row, "nope", section, "", by))
    head = replace(opening, code="other", title=Localised("T", "T"), sections=())
    work(lambda s, row: save_opening(s, row, head, digest_of_part(opening), by))
    now_there = look(work).definition
    assert (now_there.code, now_there.title.en, len(now_there.sections)) == ("main", "T", 1)
    with pytest.raises(RecordError, match=r"survey\.opening_changed"):
        work(lambda s, row: save_opening(s, row, head, digest_of_part(opening), by))


def test_only_what_was_read_is_published_and_who_did_it_is_noted(work, people, now, today):
    by = By(people[0].id, now)
    put_text(work, "hardest", "One?", by)
    seen = look(work).digest
    put_text(work, "protect", "Two?", by)
    with pytest.raises(RecordError, match=r"survey\.changed"):
        work(lambda s, row: publish_working(s, row, seen, today, by))
    version = work(lambda s, row: publish_working(s, row, read_working(s, row).digest, today, by))
    assert version.number == 2
    assert work(lambda s, row: [each.number for each in list_versions(s, row)]) == [1, 2]
    (noted, *_) = work(lambda s, row: list_entries(s, subject=version))
    assert (noted.action, noted.account_id) == ("survey.published", people[0].id)


def test_translations_wait_are_confirmed_and_come_back_with_undo(work, people, now):
    name, by = "questions.hardest.text", By(people[0].id, now)
    put_text(work, "hardest", "Hardest today?", by)
    assert set(look(work).stale) == {name}
    assert work(lambda s, row: save_texts(s, row, {}, [name], by)) == []
    assert look(work).stale == {}
    work(undo)
    work(redo)
    assert look(work).stale == {}
    put_text(work, "hardest", "Hardest now?", By(people[1].id, now))
    text = get_question(look(work).definition, "hardest").text
    new = NewText(Localised(text.en, "Le plus dur?"), digest_of_text(text))
    assert work(
        lambda s, row: save_texts(s, row, {name: new, "title": NewText(Localised("x", "y"), "old")}, [], by)
    ) == ["title"]
    assert look(work).stale == {}
    assert get_question(look(work).definition, "hardest").text.fr == "Le plus dur?"
    work(undo)
    assert set(look(work).stale) == {name}  # it waits again


def test_who_is_there_is_seen_by_others_for_a_little_while(world, work, people, now):
    a, b = people
    work(lambda s, row: note_presence(s, row, a.id, "hardest", now))
    work(lambda s, row: note_presence(s, row, a.id, "protect", now))
    assert work(lambda s, row: list_present(s, row, b.id, now)) == [Present("a", "protect")]
    assert work(lambda s, row: list_present(s, row, a.id, now)) == []
    assert work(lambda s, row: list_present(s, row, b.id, now + 2 * MINUTE)) == []


def test_a_survey_of_another_consultation_is_not_found(world):
    with unit_of_work(world.engine) as session, pytest.raises(RecordError, match=r"survey\.missing"):
        lock_survey(session, get_consultation(session, "plan"), "nope")
    with unit_of_work(world.engine) as session:
        assert get_survey(session, world.consultation, "main").position == 0
