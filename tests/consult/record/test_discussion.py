import pytest
import sqlalchemy as sa

from consult.record.consultation import Anonymity
from consult.record.database import unit_of_work
from consult.record.discussion import (
    DiscussionParticipant,
    Joining,
    NewPrompt,
    change_prompt,
    check_taking_part,
    count_participants,
    create_prompt,
    find_participant,
    join_discussion,
    list_prompts,
    move_prompt,
    open_prompt,
)
from consult.record.errors import RecordError
from consult.record.invitation import Invitation, InvitationRequest, create_invitations
from consult.record.keys import new_token
from consult.record.reaction import Stand
from consult.record.run_request import list_open_questions
from surveys.localised import Localised
from tests.consult.record.discussing import DAY, Talk


def _both(text: str) -> Localised:
    return Localised(en=text, fr=f"{text} (fr)")


def test_a_prompt_is_written_in_one_language_and_opens_in_all(world):
    with unit_of_work(world.engine) as session:
        first = create_prompt(session, world.consultation, NewPrompt(Localised(fr="Qu’est-ce qui aiderait?")))
        second = create_prompt(session, world.consultation, NewPrompt(_both("Access"), question_code="hardest"))
        assert (first.code, second.code) == ("discussion_1", "discussion_2")
        assert (first.contribution_code, second.contribution_code) == ("discussion_1", "hardest")
        with pytest.raises(RecordError) as caught:
            open_prompt(session, world.consultation, first)
        assert [str(problem) for problem in caught.value.problems] == ["translation.missing at title.en"]
        assert not first.is_open
        change_prompt(session, first, NewPrompt(_both("What would help?")), first.revision)
        open_prompt(session, world.consultation, first)
        with pytest.raises(RecordError, match=r"prompt\.changed"):
            change_prompt(session, first, NewPrompt(_both("Other")), 1)
        for wrong in (NewPrompt(Localised()), NewPrompt(_both("x" * 400)), NewPrompt(_both("x"), least_reactions=0)):
            with pytest.raises(RecordError, match=r"prompt\.refused"):
                create_prompt(session, world.consultation, wrong)
        move_prompt(session, world.consultation, second, -1)
        assert [each.code for each in list_prompts(session, world.consultation)] == ["discussion_2", "discussion_1"]
        asked = {each.code: each.text for each in list_open_questions(session, world.consultation)}
        assert asked["discussion_1"] == _both("What would help?")
        assert "discussion_2" not in asked  # what is said there counts with the question that it goes with


def test_a_personal_link_is_one_participant_and_writes_nothing_in_its_invitation(world):
    with unit_of_work(world.engine) as session:
        request = InvitationRequest("fr", "clinician", "marie@example.org")
        token = create_invitations(session, world.keyring, world.consultation, [request])[0].token
    before = _rows(world.engine, Invitation)
    talk = Talk(world, is_for_all=False)

    first = talk.join("citizen", token=token.upper())
    again = talk.join("citizen", token=token)

    assert first.id == again.id
    assert (first.is_invited, first.group_id, first.respondent) == (True, world.groups["clinician"], None)
    assert _rows(world.engine, Invitation) == before
    keys, link = world.keyring.open_discussion(token), world.keyring.open_link(token)
    assert not {keys.participant_id, keys.receipt, keys.receipt_hash} & {
        link.draft_id, link.submission_key, link.receipt, link.receipt_hash, world.keyring.hash_token(token)
    }  # fmt: skip
    assert token not in repr(keys)
    assert keys.receipt not in repr(keys)
    with unit_of_work(world.engine, read_only=True) as session:
        assert find_participant(session, world.keyring, keys.receipt.lower()).id == first.id
        assert find_participant(session, world.keyring, link.receipt) is None
        stranger = talk.join()
        check_taking_part(world.consultation, talk.prompt, first, DAY)
        with pytest.raises(RecordError, match=r"prompt\.invited_only"):
            check_taking_part(world.consultation, talk.prompt, stranger, DAY)


def test_who_looked_and_said_nothing_is_not_counted(world):
    talk = Talk(world)
    speaker, reader, silent = talk.join("citizen"), talk.join(None), talk.join("clinician")
    said = talk.post(speaker, "Des rendez-vous le soir")
    talk.react(reader, said, Stand.AGREE)

    with unit_of_work(world.engine, read_only=True) as session:
        assert count_participants(session, world.consultation) == {world.groups["citizen"]: 1, None: 1}
        assert not session.get_one(DiscussionParticipant, silent.id).has_taken_part


def test_joining_refuses_what_does_not_fit(world, make_world):
    with unit_of_work(world.engine) as session:
        for wrong, code in (
            (Joining(new_token(), "fr", group_id=99), "group.unknown"),
            (Joining(new_token(), "de"), "language.unknown"),
        ):
            with pytest.raises(RecordError, match=code.replace(".", r"\.")):
                join_discussion(session, world.keyring, world.consultation, wrong, DAY)
    identified = make_world(code="named", anonymity=Anonymity.IDENTIFIED)
    with unit_of_work(world.engine) as session:
        request = InvitationRequest("fr", None, "marie@example.org")
        token = create_invitations(session, world.keyring, identified.consultation, [request])[0].token
    with unit_of_work(world.engine) as session, pytest.raises(RecordError, match=r"invitation\.elsewhere"):
        join_discussion(session, world.keyring, world.consultation, Joining(token, "fr"), DAY)
    with unit_of_work(world.engine) as session:
        named = join_discussion(session, world.keyring, identified.consultation, Joining(token, "fr"), DAY)
        assert named.respondent == "marie@example.org"


def _rows(engine, model) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return sorted(connection.execute(sa.select(model.__table__)).all())
