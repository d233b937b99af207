import pytest
import sqlalchemy as sa

from consult.record.contribution import Channel, Contribution, ContributionRevision
from consult.record.database import unit_of_work
from consult.record.discussion import DiscussionParticipant, Moderation
from consult.record.errors import RecordError
from consult.record.frames import contributions_frame
from consult.record.statement import (
    DiscussionStatement,
    StatementState,
    count_states,
    edit_statement,
    list_replies,
    put_out,
    take_in,
)
from tests.consult.record.discussing import Talk


def test_a_form_that_is_sent_twice_posts_once(world):
    talk = Talk(world)
    author, other = talk.join(), talk.join()

    first = talk.post(author, "Des rendez-vous le soir", "a" * 32)
    again = talk.post(author, "Des rendez-vous le soir", "a" * 32)
    stranger = talk.post(other, "Des rendez-vous le soir", "a" * 32)

    assert first.id == again.id != stranger.id
    with unit_of_work(world.engine, read_only=True) as session:
        frame = contributions_frame(session, world.consultation, talk.code)
        assert sorted(frame["person"]) == sorted([author.id, other.id])
        assert set(frame["channel"]) == {Channel.DISCUSSION.value}
        assert set(frame["group"]) == {"citizen"}


def test_what_waits_is_no_contribution_until_it_is_published_nor_once_it_is_hidden(world):
    talk = Talk(world, moderation=Moderation.BEFORE, question_code="hardest")
    author = talk.join(may_quote=True)
    statement = talk.post(author, "  Un  seul\nguichet ")
    assert (statement.text, statement.state, statement.contribution_id) == (
        "Un seul guichet",
        StatementState.WAITING,
        None,
    )
    with unit_of_work(world.engine) as session:
        mine = session.merge(statement)
        put_out(session, mine)
        put_out(session, mine)
        kept = session.scalars(sa.select(Contribution)).one()
        assert (kept.question_code, kept.person, kept.may_quote, kept.response_id) == ("hardest", author.id, True, None)
    with unit_of_work(world.engine) as session:
        take_in(session, session.get_one(DiscussionStatement, statement.id), StatementState.HIDDEN)
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalars(sa.select(Contribution.is_withdrawn)).all() == [True]
        assert session.scalars(sa.select(ContributionRevision)).all() == []
        assert session.get_one(DiscussionStatement, statement.id).text == "Un seul guichet"
        assert count_states(session, [talk.prompt])[talk.prompt.id] == {StatementState.HIDDEN: 1}


def test_what_may_point_at_a_person_waits_even_where_people_look_afterwards(world):
    talk = Talk(world, moderation=Moderation.AFTER)
    author = talk.join()
    assert talk.post(author, "Un guichet").state is StatementState.PUBLISHED
    assert talk.post(author, "Écrivez-moi", is_flagged=True).state is StatementState.WAITING


def test_one_changes_ones_own_statement_until_somebody_has_read_it(world):
    talk = Talk(world, moderation=Moderation.BEFORE)
    author, other = talk.join(), talk.join()
    statement = talk.post(author, "Un guichet", is_flagged=True)
    with unit_of_work(world.engine) as session:
        me = session.get_one(DiscussionParticipant, author.id)
        changed = edit_statement(session, me, statement.id, "Un seul guichet", is_flagged=False)
        assert (changed.text, changed.is_flagged) == ("Un seul guichet", True)  # a person still looks at it
        with pytest.raises(RecordError, match=r"statement\.missing"):
            edit_statement(session, other, statement.id, "À moi", is_flagged=False)
        put_out(session, changed)
        with pytest.raises(RecordError, match=r"statement\.not_waiting"):
            edit_statement(session, me, statement.id, "Trop tard", is_flagged=False)


def test_a_statement_is_short_and_says_something(world):
    talk = Talk(world)
    author = talk.join()
    for text, code in ((" \n ", "statement.empty"), ("é" * 281, "statement.too_long")):
        with pytest.raises(RecordError, match=code.replace(".", r"\.")):
            talk.post(author, text)
    assert len(talk.post(author, "é" * 280).text) == 280


def test_replies_go_one_level_deep_where_they_are_allowed(world):
    talk, without = Talk(world, may_reply=True), Talk(world)
    author, other = talk.join(), talk.join()
    statement, elsewhere = talk.post(author, "Un guichet"), without.post(author, "Deux guichets")
    reply = talk.post(other, "Et le soir?", reply_to=statement.id)
    with unit_of_work(world.engine, read_only=True) as session:
        assert [each.id for each in list_replies(session, [statement.id])[statement.id]] == [reply.id]
    for target, where, code in (
        (reply, talk, "statement.missing"),
        (elsewhere, talk, "statement.missing"),
        (elsewhere, without, "prompt.no_replies"),
    ):
        with pytest.raises(RecordError, match=code.replace(".", r"\.")):
            where.post(other, "Encore", reply_to=target.id)
