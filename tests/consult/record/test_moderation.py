from datetime import date

import pytest
import sqlalchemy as sa

from consult.record.account import Role, create_account
from consult.record.contribution import Contribution
from consult.record.database import unit_of_work
from consult.record.discussion import Moderation
from consult.record.discussion_results import count_reactions
from consult.record.discussion_rights import list_own_statements
from consult.record.errors import RecordError
from consult.record.moderation import (
    Act,
    ModerationAct,
    Moderator,
    Reason,
    hide_statement,
    is_spelling_only,
    list_acts,
    publish_statement,
    reword_statement,
    split_statement,
    undo_act,
)
from consult.record.reaction import Stand
from consult.record.statement import StatementState, list_statements, lock_statement
from tests.consult.record.discussing import BY, Talk


def test_publish_hide_and_undo_leave_every_act_with_its_author_day_and_reason(world):
    talk = Talk(world, moderation=Moderation.BEFORE)
    statement = talk.post(talk.join(), "Un guichet")
    with unit_of_work(world.engine) as session:
        account = create_account(session, "claire@example.org", "Claire Aubé", roles=(Role.FACILITATOR,))
        by = Moderator(account.id, date(2026, 11, 23), "Un numéro y figure.")
        locked = lock_statement(session, talk.prompt, statement.id)
        publish_statement(session, locked, by)
        publish_statement(session, locked, by)  # pressed twice
        hide_statement(session, locked, Reason.PERSONAL, by)
        assert locked.state is StatementState.HIDDEN
        undo_act(session, locked, 2, by)
        assert locked.state is StatementState.PUBLISHED
        with pytest.raises(RecordError, match=r"act\.not_last"):
            undo_act(session, locked, 2, by)
        undo_act(session, locked, 1, by)
        assert locked.state is StatementState.WAITING
        acts = list_acts(session, [statement.id])[statement.id]
        assert [(act.act, act.reason, act.name, act.is_undone) for act in acts] == [
            (Act.PUBLISHED, None, "Claire Aubé", True),
            (Act.HIDDEN, Reason.PERSONAL, "Claire Aubé", True),
        ]
        assert len(session.scalars(sa.select(ModerationAct)).all()) == 4
        assert [each.is_withdrawn for each in session.scalars(sa.select(Contribution))] == [True, True]
        assert {type(act.done_on) for act in acts} == {date}


def test_a_reworded_statement_starts_anew_and_the_original_keeps_its_reactions(world):
    talk = Talk(world)
    author, reader = talk.join(), talk.join()
    statement = talk.post(author, "Il faut plus de médecins et moins de formulaires")
    talk.react(reader, statement, Stand.AGREE)
    with unit_of_work(world.engine) as session:
        version = reword_statement(
            session, lock_statement(session, talk.prompt, statement.id), "Il faut plus de médecins", BY
        )
    assert (version.made_from_id, version.participant_id, version.state) == (statement.id, author.id, "published")
    assert _published(talk) == {"Il faut plus de médecins": (0, 0, 0)}
    with unit_of_work(world.engine) as session:
        own = list_own_statements(session, author)
        assert [(each.statement.text, [v.text for v in each.versions]) for each in own] == [
            ("Il faut plus de médecins et moins de formulaires", ["Il faut plus de médecins"])
        ]
        undo_act(session, lock_statement(session, talk.prompt, statement.id), 1, BY)
    assert _published(talk) == {"Il faut plus de médecins et moins de formulaires": (1, 0, 0)}


def test_where_only_the_spelling_changed_the_reactions_come_along_and_go_back(world):
    talk = Talk(world)
    author, reader = talk.join(), talk.join()
    statement = talk.post(author, "Plus de medecins au acceuil")
    talk.react(reader, statement, Stand.DISAGREE)
    with unit_of_work(world.engine) as session:
        reword_statement(session, lock_statement(session, talk.prompt, statement.id), "Plus de médecins au accueil", BY)
    assert _published(talk) == {"Plus de médecins au accueil": (0, 1, 0)}
    with unit_of_work(world.engine) as session:
        undo_act(session, lock_statement(session, talk.prompt, statement.id), 1, BY)
    assert _published(talk) == {"Plus de medecins au acceuil": (0, 1, 0)}


def test_a_split_makes_several_statements_of_the_same_author(world):
    talk = Talk(world, moderation=Moderation.BEFORE)
    author = talk.join()
    statement = talk.post(author, "Plus de médecins. Moins de papier.")
    with unit_of_work(world.engine) as session:
        locked = lock_statement(session, talk.prompt, statement.id)
        for wrong in (["Plus de médecins"], ["Un", "Un"], [str(part) for part in range(5)]):
            with pytest.raises(RecordError, match=r"statement\.not_split"):
                split_statement(session, locked, wrong, BY)
        parts = split_statement(session, locked, ["Plus de médecins", " ", "Moins de papier"], BY)
        assert locked.state is StatementState.SET_ASIDE
        with pytest.raises(RecordError, match=r"statement\.set_aside"):
            publish_statement(session, locked, BY)
        deeper = reword_statement(session, parts[0], "Davantage de médecins", BY)
    assert set(_published(talk)) == {"Davantage de médecins", "Moins de papier"}
    with unit_of_work(world.engine) as session:
        undo_act(session, lock_statement(session, talk.prompt, statement.id), 1, BY)
        states = {each.text: each.state for each in list_statements(session, talk.prompt)}
        assert states.pop(statement.text) is StatementState.WAITING
        assert set(states.values()) == {StatementState.SET_ASIDE}
        assert deeper.text in states
        assert {each.is_withdrawn for each in session.scalars(sa.select(Contribution))} == {True}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Il faut mieux acceuillir", "Il faut mieux accueillir"),
        ("plus de medecins", "Plus de médecins."),
        ("a l’hopital,le soir", "à l’hôpital, le soir"),
        ("better comunication", "Better communication"),
    ],
)
def test_spelling_alone(before, after):
    assert is_spelling_only(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("We are not able to call", "We are now able to call"),
        ("It is capable", "It is incapable"),
        ("Deux infirmières", "Trois infirmières"),
        ("Ouvrir 12 lits", "Ouvrir 13 lits"),
        ("Plus de médecins", "Plus de médecins ici"),
        ("C’est possible", "C’est impossible"),
    ],
)
def test_what_may_change_the_meaning_is_no_spelling(before, after):
    assert not is_spelling_only(before, after)


def _published(talk) -> dict[str, tuple[int, int, int]]:
    with unit_of_work(talk.world.engine, read_only=True) as session:
        found = count_reactions(session, talk.found(session))
    totals = [tuple(map(sum, zip(*groups.values(), strict=True))) or (0, 0, 0) for groups in found.counts]
    return {statement.text: total for statement, total in zip(found.statements, totals, strict=True)}
