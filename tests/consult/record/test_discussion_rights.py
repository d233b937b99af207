import secrets
from pathlib import Path

import pytest
import sqlalchemy as sa

from consult.record.contribution import Contribution
from consult.record.database import unit_of_work
from consult.record.discussion import DiscussionParticipant, count_participants
from consult.record.discussion_results import count_reactions, list_reactions
from consult.record.discussion_rights import (
    change_consent,
    download_own,
    list_own_reactions,
    list_own_statements,
    withdraw_participant,
    withdraw_statement,
)
from consult.record.errors import RecordError
from consult.record.moderation import Moderator, Reason, hide_statement, reword_statement
from consult.record.reaction import Stand
from consult.record.statement import list_statements, lock_statement
from consult.record.statement_translation import (
    approved_translations,
    list_translations,
    translate_statement,
)
from consult.record.storage import scrub_storage
from tests.consult.record.discussing import BY, DAY, Talk


def test_a_withdrawn_statement_leaves_no_byte_of_any_version_translation_or_words_about_it(world):
    talk = Talk(world)
    author, other = talk.join(), talk.join()
    marks = [f"marque{secrets.token_hex(8)}" for _ in range(4)]
    statement, kept = talk.post(author, marks[0]), talk.post(other, marks[3])
    with unit_of_work(world.engine) as session:
        locked = lock_statement(session, talk.prompt, statement.id)
        by = Moderator(None, DAY, f"À propos de {marks[2]}")
        version = reword_statement(session, locked, f"{marks[1]} autrement dit", by)
        translate_statement(session, version, f"{marks[1]} otherwise", None, seen="", approve=True)
    with unit_of_work(world.engine) as session:
        withdraw_statement(session, session.get_one(DiscussionParticipant, author.id), statement.id)
    scrub_storage(world.engine)

    assert [_bytes(world.engine, mark) for mark in marks] == [False, False, False, True]
    with unit_of_work(world.engine) as session:
        me = session.get_one(DiscussionParticipant, author.id)
        assert list_own_statements(session, me) == []
        with pytest.raises(RecordError, match=r"statement\.withdrawn"):
            withdraw_statement(session, me, statement.id)
        with pytest.raises(RecordError, match=r"statement\.missing"):
            withdraw_statement(session, me, kept.id)
        assert [each.text for each in list_statements(session, talk.prompt)] == [marks[3]]


def test_withdrawing_everything_takes_reactions_out_of_the_counts_and_lets_nothing_come_back(world):
    talk = Talk(world)
    author, reader = talk.join(), talk.join("clinician")
    mine, theirs = talk.post(author, "Un guichet"), talk.post(reader, "Deux guichets")
    talk.react(author, theirs, Stand.AGREE)
    talk.react(reader, mine, Stand.DISAGREE)
    with unit_of_work(world.engine) as session:
        me = session.get_one(DiscussionParticipant, author.id)
        assert [(each.stand, each.statement.text) for each in list_own_reactions(session, me)] == [
            (Stand.AGREE, "Deux guichets")
        ]
        said = download_own(session, me)
        assert [each["text"] for each in said["statements"]] == ["Un guichet"]
        withdraw_participant(session, me)
        with pytest.raises(RecordError, match=r"discussion\.withdrawn"):
            withdraw_participant(session, me)
    with unit_of_work(world.engine, read_only=True) as session:
        found = count_reactions(session, talk.found(session))
        assert [(each.text, counts) for each, counts in zip(found.statements, found.counts, strict=True)] == [
            ("Deux guichets", {})
        ]
        assert (found.people, list_reactions(session, talk.prompt, found.statements)) == (1, [])
        assert count_participants(session, world.consultation) == {world.groups["clinician"]: 1}
        assert session.scalars(sa.select(Contribution.is_withdrawn).where(Contribution.person == author.id)).one()


def test_a_consent_that_is_taken_back_leaves_the_statement(world):
    talk = Talk(world)
    author = talk.join(may_quote=True)
    talk.post(author, "Un guichet")
    with unit_of_work(world.engine) as session:
        change_consent(session, session.get_one(DiscussionParticipant, author.id), may_quote=False)
        kept = session.scalars(sa.select(Contribution)).one()
        assert (kept.may_quote, kept.is_withdrawn) == (False, False)


def test_the_author_reads_why_a_statement_is_hidden(world):
    talk = Talk(world)
    author = talk.join()
    statement = talk.post(author, "Un guichet")
    with unit_of_work(world.engine) as session:
        by = Moderator(None, DAY, "Dit autrement par une autre personne.")
        hide_statement(session, lock_statement(session, talk.prompt, statement.id), Reason.REPEATED, by)
        (own,) = list_own_statements(session, author)
        assert (own.acts[-1].reason, own.acts[-1].words) == (Reason.REPEATED, "Dit autrement par une autre personne.")


def test_a_translation_is_seen_once_approved_and_two_translators_see_each_other(world):
    talk = Talk(world)
    statement = talk.post(talk.join(), "Un guichet")
    with unit_of_work(world.engine) as session:
        locked = lock_statement(session, talk.prompt, statement.id)
        for text, code in (("", "translation.empty"), ("x" * 601, "translation.too_long")):
            with pytest.raises(RecordError, match=code.replace(".", r"\.")):
                translate_statement(session, locked, text, None, seen="", approve=True)
        translate_statement(session, locked, "One desk", None, seen="", approve=False)
        assert approved_translations(session, [statement.id]) == {}
        with pytest.raises(RecordError, match=r"translation\.changed"):
            translate_statement(session, locked, "A counter", None, seen="", approve=True)
        translate_statement(session, locked, "A counter", None, seen="One desk", approve=True)
        assert approved_translations(session, [statement.id]) == {statement.id: "A counter"}
        assert [(each.text, each.is_approved) for each in list_translations(session, talk.prompt)] == [
            ("A counter", True)
        ]
        translate_statement(session, locked, "", None, seen="A counter", approve=False)
        assert approved_translations(session, [statement.id]) == {}
        reword_statement(session, locked, "Un seul guichet pour tous", BY)


def _bytes(engine, mark: str) -> bool:
    """Tell whether the words are anywhere in the database's own files, or in a row on PostgreSQL."""
    if engine.dialect.name == "sqlite":
        file = Path(engine.url.database)
        log = file.with_name(file.name + "-wal")
        return mark.encode() in file.read_bytes() + (log.read_bytes() if log.exists() else b"")
    with engine.connect() as connection:
        tables = sa.inspect(engine).get_table_names()
        return any(
            mark in str(row) for table in tables for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')
        )
