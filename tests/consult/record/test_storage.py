import secrets
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from consult.record.contribution import Contribution, list_contributions
from consult.record.database import unit_of_work
from consult.record.draft import AnswerChange, delete_stale_drafts, open_draft, save_answers
from consult.record.errors import RecordError
from consult.record.invitation import Invitation, InvitationRequest, create_invitations
from consult.record.keys import new_token
from consult.record.response import find_response
from consult.record.run import approve_quote, save_run_results, start_run
from consult.record.storage import (
    close_and_shuffle,
    rewritten_tables,
    scrub_storage,
    shuffle_anonymous_rows,
    truncate_wal,
    withdraw_and_scrub,
)
from consult.record.submission import Submission, submit_response
from consult.record.theme import NewRun, ProposedQuote, ProposedTheme, QuoteSnapshot, RunResults
from consult.record.withdrawal import correct_contribution, withdraw_response
from surveys.localised import Localised

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_withdrawn_text_is_not_in_the_files_bytes(world, today):
    words, corrected = _marker(), _marker()
    receipt = _say(world, words, today)
    _correct_and_quote(world, receipt, corrected)
    assert _count_bytes(world.engine, words) > 0
    assert _count_bytes(world.engine, corrected) > 0

    withdraw_and_scrub(world.engine, world.keyring, receipt)

    assert _count_bytes(world.engine, words) == 0
    assert _count_bytes(world.engine, corrected) == 0


def test_withdrawal_without_the_scrub_leaves_the_text_in_the_files(world, today):
    words = _marker()
    receipt = _say(world, words, today)

    with unit_of_work(world.engine) as session:
        withdraw_response(session, world.keyring, receipt)

    assert _count_bytes(world.engine, words) > 0


def test_others_words_survive_a_scrub(world, today):
    kept = _marker()
    _say(world, kept, today)

    withdraw_and_scrub(world.engine, world.keyring, _say(world, _marker(), today))

    assert _count_bytes(world.engine, kept) > 0


def test_a_batch_also_removes_what_a_missed_scrub_left(world, today):
    words = _marker()
    receipt = _say(world, words, today)
    with unit_of_work(world.engine) as session:
        withdraw_response(session, world.keyring, receipt)

    shuffle_anonymous_rows(world.engine)

    assert _count_bytes(world.engine, words) == 0


def test_many_withdrawals_leave_nothing_where_pages_were_rebalanced(world, today):
    said = {_say(world, words, today): words for words in (_marker() + " and more" * 60 for _ in range(120))}
    gone = list(said)[::3]

    with unit_of_work(world.engine) as session:
        for receipt in gone:
            withdraw_response(session, world.keyring, receipt)
    scrub_storage(world.engine)

    found = {receipt for receipt, words in said.items() if _count_bytes(world.engine, words[:48])}
    assert found == set(said) - set(gone)


def test_a_deleted_draft_leaves_no_bytes(world, today):
    words, keys = _marker(), world.keyring.open_link(new_token())
    with unit_of_work(world.engine) as session:
        open_draft(session, keys, world.version, language="fr", today=today)
        save_answers(session, keys, [AnswerChange("hardest", words, 1)], today=today)
    assert _count_bytes(world.engine, words) > 0

    with unit_of_work(world.engine) as session:
        assert delete_stale_drafts(session, before=today.replace(day=today.day + 1)) == 1
    scrub_storage(world.engine)

    assert _count_bytes(world.engine, words) == 0


def test_a_batch_changes_no_row(world, today):
    receipts = [_say(world, f"words {number}", today) for number in range(5)]
    _correct_and_quote(world, receipts[0], "corrected")
    before = _content(world.engine)

    shuffle_anonymous_rows(world.engine)

    assert _content(world.engine) == before


def test_a_batch_leaves_one_transaction_as_the_author_of_every_row(world, today):
    if world.engine.dialect.name != "postgresql":
        pytest.skip("SQLite's rows do not know their transaction")
    for number in range(3):
        _say(world, f"words {number}", today)
    assert len(_transactions(world.engine)) == 3

    shuffle_anonymous_rows(world.engine)

    assert len(_transactions(world.engine)) == 1


def test_everything_that_refers_to_an_anonymous_row_is_rewritten_with_it():
    assert {table.name for table in rewritten_tables()} == {
        "invitations",
        "drafts",
        "draft_answers",
        "responses",
        "response_answers",
        "contributions",
        "contribution_revisions",
        "run_contributions",
        "assignments",
        "quote_snapshots",
        "theme_placings",
        "theme_act_parts",
        "split_parts",
        "results_notices",
        "discussion_participants",
        "discussion_statements",
        "discussion_reactions",
        "discussion_reaction_counts",
        "discussion_acts",
        "statement_translations",
        "concerns",
        "concern_readings",
        "session_statements",
        "session_remarks",
        "typed_forms",
        "contacts",
        "messages",
        "coding_items",
        "hand_codings",
        "coding_settlements",
        "workshop_participants",
        "workshop_ideas",
        "workshop_votes",
        "workshop_options",
    }


def test_the_batch_empties_the_write_ahead_log(world, today):
    if world.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps its own log, and says so in storage's docstring")
    _say(world, "words", today)
    log = Path(f"{world.engine.url.database}-wal")
    assert log.stat().st_size > 0

    shuffle_anonymous_rows(world.engine)

    assert log.stat().st_size == 0


def test_a_batch_that_cannot_have_the_tables_is_busy_and_changes_nothing(world, today):
    _say(world, "words", today)
    before = _content(world.engine)

    with unit_of_work(world.engine) as session:
        session.execute(sa.select(sa.func.count()).select_from(Contribution))
        with pytest.raises(RecordError) as caught:
            shuffle_anonymous_rows(world.engine, wait_seconds=0.2)

    assert caught.value.code == "record.busy"
    assert _content(world.engine) == before


def test_a_batch_that_waits_can_be_told_to_end_and_changes_nothing(world, today):
    _say(world, "words", today)
    before, asked = _content(world.engine), []

    def check() -> None:
        asked.append(True)
        if len(asked) == 2:
            raise InterruptedError

    with unit_of_work(world.engine) as session:
        session.execute(sa.select(sa.func.count()).select_from(Contribution))
        with pytest.raises(InterruptedError):
            shuffle_anonymous_rows(world.engine, wait_seconds=30, check=check)

    assert _content(world.engine) == before


def test_a_reader_that_keeps_old_pages_makes_the_log_busy(world, today):
    if world.engine.dialect.name != "sqlite":
        truncate_wal(world.engine)
        return
    with unit_of_work(world.engine, read_only=True) as session:
        session.scalar(sa.select(sa.func.count()).select_from(Contribution))
        _say(world, "words", today)
        with pytest.raises(RecordError) as caught:
            truncate_wal(world.engine, wait_seconds=0.2)

    assert caught.value.code == "record.busy"


def test_closing_erases_every_token_from_the_rows_and_the_bytes(world):
    with unit_of_work(world.engine) as session:
        create_invitations(session, world.keyring, world.consultation, [InvitationRequest("fr")] * 3)
        sealed = list(session.scalars(sa.select(Invitation.token_encrypted)))
    assert all(_count_bytes(world.engine, token) for token in sealed)

    close_and_shuffle(world.engine, "plan")

    with unit_of_work(world.engine, read_only=True) as session:
        assert list(session.scalars(sa.select(Invitation.token_encrypted))) == [None] * 3
    assert [_count_bytes(world.engine, token) for token in sealed] == [0, 0, 0]


def _marker() -> str:
    return "MARKER" + secrets.token_hex(24)


def _say(world, words: str, today) -> str:
    raw = {"hardest": words, "protect": f"and {words}", "quoted": True}
    with unit_of_work(world.engine) as session:
        submission = Submission(new_token(), world.version, raw, "en")
        return submit_response(session, world.keyring, submission, today).receipt


def _correct_and_quote(world, receipt: str, corrected: str) -> None:
    with unit_of_work(world.engine) as session:
        response = find_response(session, world.keyring, receipt)
        first = list_contributions(session, response.id)[0]
        correct_contribution(session, world.keyring, receipt, first.id, corrected)
        run = start_run(session, world.consultation, NewRun("tfidf", 1), NOW)
        quote = ProposedQuote(1, first.id, corrected, "en")
        theme = ProposedTheme(1, Localised("Waiting", "Attente"), {"en": ["wait"], "fr": []}, {"all": 1})
        save_run_results(session, run.id, RunResults([theme], [], [quote]), NOW)
        account = session.connection().exec_driver_sql
        account(
            "INSERT INTO accounts (id, email, name, roles, active, language, fs_uniquifier) "
            "VALUES (1, 'a@example.org', 'Alice', '[]', true, 'en', 'x')"
        )
        quote_id = session.scalars(sa.select(QuoteSnapshot.id)).one()
        approve_quote(session, quote_id, f"[…] {corrected}", 1, NOW)


def _count_bytes(engine, text: str) -> int:
    """Count the files of the database, its log included on SQLite, where the text's bytes are."""
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database)
        files = [path.with_name(path.name + end) for end in ("", "-wal", "-shm")]
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
            folder = connection.exec_driver_sql("SHOW data_directory").scalar_one()
            oid = connection.exec_driver_sql(
                "SELECT oid FROM pg_database WHERE datname = current_database()"
            ).scalar_one()
        files = list(Path(folder, "base", str(oid)).iterdir())
    return sum(text.encode() in file.read_bytes() for file in files if file.exists())


def _content(engine) -> dict[str, list[str]]:
    with unit_of_work(engine, read_only=True) as session:
        return {
            table.name: sorted(str(tuple(row)) for row in session.execute(sa.select(table)))
            for table in rewritten_tables()
        }


def _transactions(engine) -> set[str]:
    with engine.connect() as connection:
        return {
            xmin
            for table in rewritten_tables()
            for xmin in connection.exec_driver_sql(f"SELECT xmin::text FROM {table.name}").scalars()
        }
