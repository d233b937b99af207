import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.discussion import DiscussionParticipant, Moderation, count_participants
from consult.record.invitation import InvitationRequest, create_invitations, find_invitation, mark_used
from consult.record.keys import Keyring
from consult.record.lifecycle import pause_consultation
from consult.record.reaction import Reaction
from consult.record.statement import DiscussionStatement, StatementState
from tests.consult.discuss.conftest import HOME, QUESTION

IDEAS = ("Des rendez-vous le soir et la fin de semaine.", "Un seul numéro à composer.", "Moins de formulaires.")


def test_people_join_post_react_undo_and_see_what_others_think(speaker, make_prompt, engine, secret):
    make_prompt(moderation=Moderation.AFTER, least_reactions=2)
    authors = [speaker().join(quote="1") for _ in range(5)]
    for author, idea in zip(authors, IDEAS, strict=False):
        author.discuss().post(idea)
        assert "Votre énoncé est publié." in author.text
        author.discuss()
    reader = speaker("en").join().discuss()
    assert QUESTION.en in reader.text
    assert "once you have reacted to 2 statements" in reader.text
    assert reader.open(f"/d/{HOME}/discussion_1/results").path.endswith("/discussion_1")  # not yet
    first = reader.card
    assert first in IDEAS
    assert "Written in French" in reader.text
    reader.press("/react", "agree")
    assert "Kept: Agree." in reader.text
    assert reader.card != first
    reader.press("/react", "undo", statement=_statement(reader, last=True))
    assert reader.card == first
    for _ in range(3):
        reader.press("/react", "disagree")
    assert "You have reacted to every statement" in reader.text
    reader.open(f"/d/{HOME}/discussion_1/results")
    assert "Too few people have reacted yet for anything to be counted." in reader.text
    # four others agree with everything: five people in all, of whom one disagrees
    for each in [*authors[:4], speaker().join()]:
        each.discuss()
        while each.card:
            each.press("/react", "agree")
    with unit_of_work(engine, read_only=True) as session:
        consultation = get_consultation(session, HOME)
        assert sum(count_participants(session, consultation).values()) == 6
        assert session.scalar(sa.select(sa.func.count()).select_from(Reaction)) == 3 + 3 * 5 - 3


def test_a_form_that_is_sent_twice_or_from_another_persons_tab_posts_once(speaker, make_prompt, engine):
    make_prompt(moderation=Moderation.AFTER)
    author = speaker().join().discuss()
    form = next(each for each in author.page.forms if each.get("id") == "post")
    sent = dict(form.form_values()) | {"text": IDEAS[0], "do": "post"}
    for _ in range(2):
        author.send(form.get("action"), sent)
    author.open(f"/d/{HOME}/").press("/leave")
    author.press(f"/d/{HOME}/")  # somebody else begins on this device
    author.send(form.get("action"), sent | {"key": "b" * 32})  # the tab of who left
    assert author.path == f"/fr/d/{HOME}/"
    with unit_of_work(engine, read_only=True) as session:
        assert len(session.scalars(sa.select(DiscussionStatement)).all()) == 1
        assert len(session.scalars(sa.select(DiscussionParticipant)).all()) == 2


def test_what_may_point_at_a_person_is_said_before_it_is_posted_and_then_waits(speaker, make_prompt, engine):
    make_prompt(moderation=Moderation.AFTER)
    author = speaker().join().discuss()
    author.post("Appelez-moi au 418 555-0199, ou roya@example.org.")
    assert author.status == 422
    assert author.errors == ["Votre énoncé dit quelque chose qui permettrait de reconnaître une personne."]
    assert "418 555-0199" in author.text
    assert "numéro de téléphone" in author.text
    assert _count(engine) == 0
    author.press("/post", "anyway")
    assert "Une personne lit votre énoncé avant sa publication" in author.text
    with unit_of_work(engine, read_only=True) as session:
        kept = session.scalars(sa.select(DiscussionStatement)).one()
        assert (kept.state, kept.is_flagged) == (StatementState.WAITING, True)


@pytest.mark.parametrize(
    "text",
    ["RAMQ TREM 7604 1234", "OHIP 1234-567-890-AB", "SIN 046 454 286", "H2X 1Y4", "514-555-0123", "a.b@example.org"],
)
def test_numbers_and_addresses_of_people_are_seen(speaker, make_prompt, text):
    make_prompt()
    assert speaker("en").join().discuss().post(f"Write to me: {text} please").status == 422


def test_too_long_or_empty_is_said_with_what_was_typed_kept(speaker, make_prompt, engine):
    make_prompt()
    author = speaker("en").join().discuss().post("long " * 80)
    assert author.status == 422
    assert author.errors == ["This statement has 399 characters; the most is 280. Shorten it, or post two."]
    assert "long long long" in author.page.get_element_by_id("text").text
    assert author.discuss().post("   ").errors == ["Write your statement first."]
    assert _count(engine) == 0


def test_a_language_switch_keeps_what_is_being_written(speaker, make_prompt):
    make_prompt()
    author = speaker("fr").join().discuss().post("Encore en train d’écr", do="language")
    assert author.path.startswith("/en/")
    assert author.page.get_element_by_id("text").text.strip() == "Encore en train d’écr"


def test_a_personal_link_is_the_same_person_on_two_devices_and_after_the_survey(
    speaker, make_prompt, engine, secret, app
):
    make_prompt(is_for_all=False, moderation=Moderation.AFTER)
    assert "lien personnel" in speaker().open(f"/d/{HOME}/").text
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, HOME)
        request = InvitationRequest("fr", "caregiver", "marie@example.org")
        token = create_invitations(session, Keyring(secret), consultation, [request])[0].token
    first, second = speaker(), speaker()
    first.open(f"/d/i/{token}").press(f"/i/{token}")
    assert "Dans quel groupe" not in first.text
    first.press(f"/d/{HOME}/").discuss().post(IDEAS[0])
    second.open(f"/d/i/{token}").press(f"/i/{token}")
    assert "Est-ce bien vous?" in second.text  # whoever has the link is asked before anything is shown
    assert IDEAS[0] not in second.discuss().text
    second.open(f"/d/{HOME}/").press("/resume").open(f"/d/{HOME}/own")
    assert IDEAS[0] in second.text
    with unit_of_work(engine, read_only=True) as session:
        (participant,) = session.scalars(sa.select(DiscussionParticipant)).all()
        assert (participant.is_invited, participant.respondent) == (True, None)
    assert speaker().open("/d/i/" + "2" * 26).status == 404
    assert speaker().open(f"/i/{token}").path == f"/fr/i/{token}"  # not used yet: it leads to the survey
    with unit_of_work(engine) as session:
        mark_used(session, find_invitation(session, Keyring(secret), token).id)
    assert speaker().open(f"/i/{token}").path == f"/fr/d/i/{token}"


def test_what_one_said_can_be_read_changed_downloaded_and_withdrawn_by_receipt(speaker, make_prompt, engine):
    make_prompt(moderation=Moderation.BEFORE)
    author = speaker("en").join(quote="1").discuss().post("An evening clinic")
    author.open(f"/d/{HOME}/own")
    assert "Waiting" in author.text
    receipt = author.page.xpath("string(//*[@class='receipt']/*[@class='code'])").strip()
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){3}", receipt)
    key = _count(engine, one=True).id
    author.press(f"/statements/{key}", "change", text="An evening clinic in each town")
    assert "Your statement is changed." in author.text
    said = json.loads(author.client.get("/en/d/own.json").text)
    assert said["statements"][0]["text"] == "An evening clinic in each town"
    table = author.client.get("/en/d/own.csv").data.decode("utf-8-sig")
    assert "An evening clinic in each town,waiting" in table
    author.press("/consent")
    assert "Your words will not be quoted." in author.text
    author.press(f"/statements/{key}", "withdraw")
    assert "its words are erased" in author.text
    assert _count(engine, one=True).text == ""

    author.discuss().post("Another one")
    author.open("/d/own/withdraw").press("/withdraw")
    assert author.path.endswith("/withdrawn")
    with unit_of_work(engine, read_only=True) as session:
        assert {each.text for each in session.scalars(sa.select(DiscussionStatement))} == {""}
        assert session.scalars(sa.select(DiscussionParticipant.is_withdrawn)).one()
    assert author.open("/d/own").path.endswith("/receipt")
    assert b"evening clinic" not in _bytes(engine)


def test_nothing_is_shown_where_no_prompt_was_opened(make_prompt, speaker, engine):
    code = make_prompt(is_open=False)
    somebody = speaker("en").open(f"/d/{HOME}/")
    assert "No discussion is open just now" in somebody.text
    assert speaker("en").open("/d/elsewhere/").status == 404
    make_prompt()
    somebody.join().discuss(code)
    assert somebody.status == 404
    with unit_of_work(engine) as session:
        pause_consultation(session, HOME)
    assert "This consultation is paused" in speaker("en").open(f"/d/{HOME}/").text
    assert "The consultation is not open today." in somebody.discuss("discussion_2").text


def _count(engine, *, one: bool = False):
    with unit_of_work(engine, read_only=True) as session:
        found = session.scalars(sa.select(DiscussionStatement)).all()
        return found[0] if one else len(found)


def _bytes(engine) -> bytes:
    file = Path(engine.url.database)
    log = file.with_name(file.name + "-wal")
    return file.read_bytes() + (log.read_bytes() if log.exists() else b"")


def _statement(speaker, *, last: bool) -> str:
    forms = [each for each in speaker.page.forms if (each.get("action") or "").endswith("/react")]
    return dict(forms[0 if last else -1].form_values())["statement"]
