import pytest
import sqlalchemy as sa

from consult.record.account import create_account
from consult.record.audit import PARTICIPANT_TABLES, AuditEntry, list_entries, record_action
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.database import unit_of_work
from consult.record.draft import open_draft
from consult.record.errors import RecordError
from consult.record.keys import new_token
from consult.record.response import Response, ResponseAnswer
from consult.record.results_notice import ResultsNotice, ask_for_results
from consult.record.submission import Submission, submit_response
from consult.record.tables import METADATA


def test_an_act_is_kept_with_its_author_reason_and_moment(world, now):
    with unit_of_work(world.engine) as session:
        alice = create_account(session, "alice@example.org", "Alice")
        record_action(session, alice.id, "consultation.opened", world.consultation, now=now, reason="Board, item 4")
        record_action(session, None, "survey.published", world.version, now=now)
    with unit_of_work(world.engine, read_only=True) as session:
        newest, oldest = list_entries(session)
        assert list_entries(session, subject=world.consultation) == [oldest]
    assert (oldest.account_id, oldest.action, oldest.reason, oldest.at) == (
        alice.id,
        "consultation.opened",
        "Board, item 4",
        now,
    )
    assert (newest.object_type, newest.object_id) == ("survey_versions", str(world.version.id))


def test_no_act_is_kept_about_a_participants_row(world, today, now):
    keys = world.keyring.open_link(new_token())
    with unit_of_work(world.engine) as session:
        draft = open_draft(session, keys, world.version, language="fr", today=today)
        with pytest.raises(RecordError) as caught:
            record_action(session, None, "draft.opened", draft, now=now)
    assert caught.value.code == "audit.participant"
    assert set(METADATA.tables) >= PARTICIPANT_TABLES


def test_every_table_of_what_participants_do_is_closed_to_the_audit(world, today, now):
    with unit_of_work(world.engine) as session:
        submission = Submission(new_token(), world.version, {"hardest": "Waiting"}, "en")
        submit_response(session, world.keyring, submission, today)
        ask_for_results(session, world.consultation, "a@example.org", "fr")
        for table in (Contribution, ContributionRevision, Response, ResponseAnswer, ResultsNotice):
            row = session.scalars(sa.select(table)).one()
            with pytest.raises(RecordError, match=r"audit\.participant"):
                record_action(session, None, "text.seen", row, now=now)


def test_a_table_that_leads_to_a_participant_is_closed_or_named_here():
    """A new table with such a key must be decided upon: these say what the committee and the analysis did."""
    participants = PARTICIPANT_TABLES
    leading = {
        table.name
        for table in METADATA.tables.values()
        if any(key.column.table.name in participants for key in table.foreign_keys)
    }
    assert leading - participants == {
        "run_contributions",
        "quote_snapshots",
        "theme_placings",
        "theme_act_parts",
        "split_parts",
        "workshop_options",
    }


def test_an_act_is_never_changed_by_code_or_by_sql(world, now):
    with unit_of_work(world.engine) as session:
        entry_id = record_action(session, None, "consultation.opened", world.consultation, now=now).id

    def set_attribute(session):
        session.get_one(AuditEntry, entry_id).reason = "other"
        session.flush()

    def delete_object(session):
        session.delete(session.get_one(AuditEntry, entry_id))
        session.flush()

    def update(session):
        session.execute(sa.update(AuditEntry).values(reason="other"))

    def delete(session):
        session.execute(sa.delete(AuditEntry))

    for act in (set_attribute, delete_object, update, delete):
        with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
            act(session)
        assert caught.value.code == "audit.permanent"
    with unit_of_work(world.engine, read_only=True) as session:
        assert [entry.reason for entry in list_entries(session)] == [""]
