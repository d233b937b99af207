"""The linking attack of `test_linking`, on those who discuss by a personal link, before and after they answer."""

import random

from consult.record.database import unit_of_work
from consult.record.discussion import find_by_link
from consult.record.invitation import InvitationRequest, create_invitations, find_invitation
from consult.record.reaction import Stand
from consult.record.response import find_submitted
from consult.record.storage import shuffle_anonymous_rows
from consult.record.submission import submit_draft
from tests.consult.record.discussing import DAY, Talk
from tests.consult.record.test_linking import _begin, attack

PEOPLE = 30


def test_a_copy_of_the_database_links_nobody_who_discusses_to_an_invitation_or_a_response(world):
    invited, answered = _discuss(world)
    before = attack(world.engine, invited, "invitations", "discussion_participants")
    responses = attack(world.engine, answered, "responses", "discussion_participants")
    # the control: what was written one after the other lies one after the other, until the batch has run
    assert before.is_linked or responses.is_linked

    shuffle_anonymous_rows(world.engine)

    for truth, left in ((invited, "invitations"), (answered, "responses")):
        findings = attack(world.engine, truth, left, "discussion_participants")
        assert findings.pairs == {}
        assert findings.strongest < findings.threshold, findings


def _discuss(world) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Let people discuss and answer in turn; return the true pairs with their invitations and their responses."""
    chance = random.Random(20261123)
    talk = Talk(world, is_for_all=False)
    requests = [
        InvitationRequest("fr", chance.choice(["citizen", "clinician"]), f"{number}@example.org")
        for number in range(PEOPLE)
    ]
    with unit_of_work(world.engine) as session:
        tokens = [link.token for link in create_invitations(session, world.keyring, world.consultation, requests)]
    chance.shuffle(tokens)
    said = None
    invited, answered = [], []
    for token in tokens:
        me = talk.join(None, token=token)
        if said is not None:
            talk.react(me, said, Stand.AGREE)
        said = talk.post(me, f"Ce qu’une personne dit {chance.random()}")
        _begin(world, token, DAY, f"Une réponse {chance.random()}")
        with unit_of_work(world.engine) as session:
            submit_draft(session, world.keyring, token, DAY)
        with unit_of_work(world.engine, read_only=True) as session:
            invitation = find_invitation(session, world.keyring, token)
            response = find_submitted(session, world.keyring.open_link(token))
            assert find_by_link(session, world.keyring, token).id == me.id
        invited.append((invitation.id, me.id))
        answered.append((response.id, me.id))
    return invited, answered
