from datetime import date

import pytest
import sqlalchemy as sa

from consult.record.contribution import ImportedText, import_contributions, list_contributions
from consult.record.database import unit_of_work
from consult.record.frames import contributions_frame, responses_frame, run_contributions_frame
from consult.record.keys import new_token
from consult.record.response import find_response
from consult.record.run import start_run
from consult.record.submission import Submission, submit_response
from consult.record.theme import NewRun
from consult.record.withdrawal import correct_contribution, withdraw_response


@pytest.fixture
def receipts(world, today) -> list[str]:
    """Let two people answer; the first says two things."""
    raws = [{"answer_as": "citizen", "hardest": "Waiting", "protect": "Nurses"}, {"hardest": "Attendre"}]
    with unit_of_work(world.engine) as session:
        return [
            submit_response(
                session,
                world.keyring,
                Submission(new_token(), world.version, raw, language, group_id=world.groups["citizen"]),
                today,
            ).receipt
            for raw, language in zip(raws, ["en", "fr"], strict=True)
        ]


def test_several_texts_of_one_person_are_one_person(world, receipts):
    with unit_of_work(world.engine) as session:
        import_contributions(session, world.consultation, "hardest", [ImportedText("1", "Alone", "en")])
        frame = contributions_frame(session, world.consultation)
    assert list(frame.columns) == ["id", "revision", "text", "language", "group", "channel", "question", "person"]
    assert frame["id"].is_monotonic_increasing
    assert frame["person"].nunique() == 3
    by_text = frame.set_index("text")
    assert by_text.loc["Waiting", "person"] == by_text.loc["Nurses", "person"]
    assert by_text.loc["Alone", "person"] == by_text.loc["Alone", "id"]
    assert list(by_text.loc["Attendre", ["language", "group", "channel", "question"]]) == [
        "fr",
        "citizen",
        "web",
        "hardest",
    ]
    assert by_text["group"].isna().sum() == 1


def test_a_frame_of_one_question_leaves_the_others_out(world, receipts):
    with unit_of_work(world.engine, read_only=True) as session:
        frame = contributions_frame(session, world.consultation, "protect")
    assert list(frame["text"]) == ["Nurses"]


def test_a_frame_has_the_corrected_text_and_a_run_the_one_it_pinned(world, receipts, now):
    with unit_of_work(world.engine) as session:
        run = start_run(session, world.consultation, NewRun("tfidf", 1, "hardest"), now)
        response = find_response(session, world.keyring, receipts[0])
        key = next(each.id for each in list_contributions(session, response.id) if each.question_code == "hardest")
        correct_contribution(session, world.keyring, receipts[0], key, "Waiting less")
        now_said = contributions_frame(session, world.consultation, "hardest")
        read = run_contributions_frame(session, run)
    assert sorted(now_said["text"]) == ["Attendre", "Waiting less"]
    assert sorted(read["text"]) == ["Attendre", "Waiting"]
    assert list(now_said["id"]) == list(read["id"])


def test_what_was_withdrawn_is_in_no_frame(world, receipts, now):
    with unit_of_work(world.engine) as session:
        run = start_run(session, world.consultation, NewRun("tfidf", 1), now)
        withdraw_response(session, world.keyring, receipts[0])
        assert list(contributions_frame(session, world.consultation)["text"]) == ["Attendre"]
        assert list(run_contributions_frame(session, run)["text"]) == ["Attendre"]
        assert len(responses_frame(session, world.consultation)) == 1


def test_responses_come_with_their_answers_in_two_statements(world, receipts):
    statements = []
    sa.event.listen(world.engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
    with unit_of_work(world.engine, read_only=True) as session:
        frame = responses_frame(session, world.consultation)
    assert sum(statement.startswith("SELECT") for statement in statements) == 2
    rows = frame.sort_values("language").to_dict("records")
    assert rows[0]["answers"] == {
        "answer_as": {"choice": "citizen"},
        "hardest": {"text": "Waiting"},
        "protect": {"text": "Nurses"},
    }
    assert [rows[1][name] for name in ("survey", "version", "group", "channel")] == ["main", 1, "citizen", "web"]
    assert rows[1]["submitted_on"] == date(2026, 11, 22)


def test_empty_frames_have_their_columns(world):
    with unit_of_work(world.engine, read_only=True) as session:
        assert contributions_frame(session, world.consultation).columns[0] == "id"
        assert responses_frame(session, world.consultation).columns[-1] == "answers"
