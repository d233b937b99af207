from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.record.database import unit_of_work
from consult.record.draft import (
    MAXIMUM_JSON,
    AnswerChange,
    Draft,
    DraftAnswer,
    SavedAnswer,
    delete_stale_drafts,
    draft_answers,
    find_draft,
    open_draft,
    save_answers,
)
from consult.record.errors import RecordError
from consult.record.keys import new_token
from consult.record.lifecycle import pause_consultation
from consult.record.submission import submit_draft


@pytest.fixture
def token(world, today) -> str:
    token = new_token()
    with unit_of_work(world.engine) as session:
        open_draft(session, world.keyring.open_link(token), world.version, language="fr", today=today)
    return token


def _save(world, token, today, *changes, **place):
    with unit_of_work(world.engine) as session:
        return save_answers(session, world.keyring.open_link(token), changes, today=today, **place)


def _read(world, token) -> dict[str, SavedAnswer]:
    with unit_of_work(world.engine, read_only=True) as session:
        return draft_answers(session, world.keyring.open_link(token))


def test_a_link_resumes_its_draft_where_it_was(world, token, today):
    _save(world, token, today, AnswerChange("hardest", "Attendre", 1), page=2, language="en")
    with unit_of_work(world.engine) as session:
        draft = open_draft(session, world.keyring.open_link(token), world.version, language="fr", today=today)
    assert (draft.page, draft.language) == (2, "en")
    assert _read(world, token)["hardest"].value == "Attendre"


def test_a_stale_save_loses_and_is_told_what_is_newer(world, token, today):
    _save(world, token, today, AnswerChange("hardest", "newer", 5))
    (kept,) = _save(world, token, today, AnswerChange("hardest", "older", 4))
    assert kept == SavedAnswer("hardest", "newer", 5, is_stale=True)
    assert _read(world, token)["hardest"].value == "newer"


def test_of_two_tabs_with_the_same_revision_the_first_stays_and_a_retry_is_no_conflict(world, token, today):
    _save(world, token, today, AnswerChange("hardest", "first tab", 1))
    (second,) = _save(world, token, today, AnswerChange("hardest", "second tab", 1))
    (retry,) = _save(world, token, today, AnswerChange("hardest", "first tab", 1))
    assert (second.value, second.is_stale) == ("first tab", True)
    assert (retry.value, retry.is_stale) == ("first tab", False)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations([1, 2, 3, 4, 5]))
def test_the_highest_revision_stays_whatever_order_saves_arrive_in(world, today, order):
    token = new_token()
    with unit_of_work(world.engine) as session:
        open_draft(session, world.keyring.open_link(token), world.version, language="fr", today=today)
    for revision in order:
        _save(world, token, today, AnswerChange("hardest", f"text {revision}", revision))
    assert _read(world, token)["hardest"] == SavedAnswer("hardest", "text 5", 5, is_stale=False)


def test_an_answer_that_is_taken_back_is_saved_as_such(world, token, today):
    _save(world, token, today, AnswerChange("hardest", "text", 1))
    _save(world, token, today, AnswerChange("hardest", None, 2))
    assert _read(world, token)["hardest"].value is None


def test_nothing_writes_after_submission(world, token, today):
    _save(world, token, today, AnswerChange("hardest", "said", 1))
    with unit_of_work(world.engine) as session:
        submit_draft(session, world.keyring, token, today)
    keys = world.keyring.open_link(token)
    with pytest.raises(RecordError) as caught:
        _save(world, token, today, AnswerChange("hardest", "too late", 2))
    assert caught.value.code == "draft.submitted"
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        open_draft(session, keys, world.version, language="fr", today=today)
    assert caught.value.code == "draft.submitted"
    with unit_of_work(world.engine, read_only=True) as session:
        assert find_draft(session, keys) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (AnswerChange("martian", "x", 1), "question.unknown"),
        (AnswerChange("hardest", "x" * MAXIMUM_JSON, 1), "answer.too_long"),
        (AnswerChange("hardest", "nul \0", 1), "answer.bad_character"),
        (AnswerChange("hardest", "typed \\u0000 and nul \0", 1), "answer.bad_character"),
        (AnswerChange("hardest", {"choices": ["a", "nul \0"]}, 1), "answer.bad_character"),
        (AnswerChange("hardest", {"nul \0": 1}, 1), "answer.bad_character"),
        (AnswerChange("hardest", "half a pair \ud800", 1), "answer.bad_character"),
        (AnswerChange("hardest", float("nan"), 1), "answer.malformed"),
    ],
)
def test_what_no_survey_asks_and_what_has_no_end_is_refused_and_nothing_is_saved(world, token, today, change, code):
    with pytest.raises(RecordError) as caught:
        _save(world, token, today, AnswerChange("protect", "kept?", 1), change)
    assert caught.value.code == code
    assert _read(world, token) == {}


def test_a_backslash_is_a_character_like_another(world, token, today):
    for revision, typed in enumerate(["C:\\u0000", "\\\\u0000", {"text": "\\u0000"}, ["\\u0000"]], start=1):
        _save(world, token, today, AnswerChange("hardest", typed, revision))
        assert _read(world, token)["hardest"].value == typed


def test_drafts_are_deleted_that_nobody_touched_however_many_they_are(limited_world, many, today):
    world, token = limited_world, new_token()
    keys = world.keyring.open_link(token)
    with unit_of_work(world.engine) as session:
        open_draft(session, keys, world.version, language="fr", today=today)
        run = session.connection().exec_driver_sql
        row = f"many_key, {world.version.id}, NULL, 'fr', 0, '2026-01-01', NULL"
        run(f"INSERT INTO drafts SELECT {row} FROM {many.source}")
        run(f"INSERT INTO draft_answers SELECT many_key, 'hardest', '\"said\"', 1 FROM {many.source}")
        save_answers(session, keys, [AnswerChange("hardest", "kept", 1)], today=today)
    with unit_of_work(world.engine, read_only=True) as session:
        stale = list(session.scalars(sa.select(Draft.id)))
        with pytest.raises(sa.exc.OperationalError):  # the naive way
            session.execute(sa.select(Draft.id).where(Draft.id.in_(stale)))

    with unit_of_work(world.engine) as session:
        assert delete_stale_drafts(session, today) == many.count

    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalars(sa.select(Draft.id)).all() == [keys.draft_id]
        assert session.scalars(sa.select(DraftAnswer.value)).all() == ["kept"]


def test_a_draft_touched_on_the_day_itself_is_not_stale(world, token, today):
    with unit_of_work(world.engine) as session:
        assert delete_stale_drafts(session, today) == 0
        assert delete_stale_drafts(session, today + timedelta(days=1)) == 1
    assert _read(world, token) == {}


def test_no_draft_begins_while_answers_are_not_accepted(world, today):
    with unit_of_work(world.engine) as session:
        pause_consultation(session, "plan")
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        open_draft(session, world.keyring.open_link(new_token()), world.version, language="fr", today=today)
    assert (caught.value.code, caught.value.values) == ("consultation.not_accepting", {"state": "paused"})


def test_a_draft_that_was_never_opened_is_missing(world, today):
    with pytest.raises(RecordError) as caught:
        _save(world, new_token(), today, AnswerChange("hardest", "x", 1))
    assert caught.value.code == "draft.missing"
